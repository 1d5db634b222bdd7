"""What a room costs and how long it waits: the workshop, 0.1.0, and Voilà as it comes, in one run.

Arrivals come within a second, a hall of 1,000 within four; ready is the moment at which the first screen of
the case is there to click. Seats are taken before, and the lobby has fetched what the page needs, as every
room does while it reads; beside it stands the whole way, lobby and joining counted. Then the room plays: at
its own pace, on a slower disk, and all at once; a host is killed beneath it; and its memory is looked at.
The clients speak the real protocol in a process on the same machine, and are checked against a real
Chromium. Every answer that was confirmed is looked up in the database.

Run by ``make bench``. `--only arrival,kill` measures a part, `--minutes 10` plays longer, `--before FOLDER`
(or BEFORE) names a checkout of 0.1.0 with its own .venv.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from release.workshop.kernels.capacity import SEAT_DESCRIPTORS, SERVER_DESCRIPTORS, raise_open_files
from release.workshop.kernels.hosts import host_count
from tests.benchmarks.browsers import chromium, lab_visits, room_with_browsers, stock_visit
from tests.benchmarks.kernel_page import PhoneBefore, StockPhone
from tests.benchmarks.ledger import ledger_of
from tests.benchmarks.load import LoadPhone
from tests.benchmarks.room import (
    Arrivals,
    arrive,
    crowd_of,
    killed_host,
    leave,
    milliseconds,
    percentile,
    samples,
    seated,
    whole_way,
)
from tests.benchmarks.servers import Server, lab, lab_before, stock

LAB, BEFORE, STOCK = "kasuslab", "0.1.0", "Voilà"
# How many, within how many seconds they come, and the 95th percentile that is wanted of them.
ARRIVALS = ((1, 1.0, ""), (20, 1.0, ""), (70, 1.0, ""), (300, 1.0, "0.5"), (1000, 4.0, "1.5"))
STOCK_SIZES, BEFORE_SIZES = (1, 20, 70), (70, 300)
MEGABYTES = {70: "", 300: "1.5", 1000: "0.8"}
ROOM, HALL, LARGEST = 70, 300, 1000
SLOW_COMMIT = 0.01
# For longer nobody needs to play before it is seen how long a click takes; memory may take longer to grow.
MOST_PLAY_MINUTES = 5.0
BROWSERS_BESIDE = 20
PARTS = ("stock", "before", "start", "arrival", "play", "kill", "memory", "page")


@dataclass
class Figures:
    """What was measured: by row, what is wanted and the figure of each server."""

    console: Console
    most: int
    minutes: float
    before: Path | None
    wanted: dict[str, str] = field(default_factory=dict)
    rows: dict[str, dict[str, str]] = field(default_factory=dict)

    def note(self, row: str, column: str, figure: str, wanted: str = "") -> None:
        """Keep a figure, and say it at once."""
        self.wanted[row] = self.wanted.get(row) or wanted
        self.rows.setdefault(row, {})[column] = figure
        self.console.print(f"{column}, {row}: {figure}", style="dim", highlight=False)

    def table(self) -> Table:
        """All of it."""
        table = Table(
            "", "wanted", LAB, BEFORE if self.before else f"{BEFORE}: not there", f"{STOCK} as it comes"
        )
        for row, figures in self.rows.items():
            table.add_row(row, self.wanted[row], *(figures.get(each, "") for each in (LAB, BEFORE, STOCK)))
        return table


Part = Callable[[Figures, Path], Awaitable[None]]


def _arrival_row(size: int, within: float) -> str:
    return f"{size} come within {within:g} s: ready, s, p50 / p95"


def _memory_row(size: int) -> str:
    return f"MB a person, all processes, at {size}"


async def measure_arrival(figures: Figures, place: Path) -> None:
    """Arrivals of every size, and what each person of them holds."""
    for size, within, wanted in ARRIVALS:
        with lab(place, most_of(figures, size)) as server:
            phones = await seated(server, most_of(figures, size))
            found = await arrive([phone.open_case() for phone in phones], within)
            figures.note(_arrival_row(len(phones), within), LAB, str(found), wanted)
            if size in MEGABYTES:
                await _note_memory(figures, LAB, server, found, MEGABYTES[size])
            await leave(phones, found.pages)
    with lab(place, ROOM) as server:
        phones = phones_before(server, ROOM)
        found = await arrive([whole_way(phone) for phone in phones], 1.0)
        figures.note(f"{ROOM} by the link within 1 s: lobby, seat, case, s", LAB, str(found))
        await leave(phones, found.pages)


async def _note_memory(
    figures: Figures, column: str, server: Server, found: Arrivals, wanted: str = ""
) -> None:
    # Begun, and two scenes further: a page that has shown its cover alone holds less.
    room = crowd_of(found.pages)
    for _ in range(3):
        await room.click([], within=2.0)
    held = server.megabytes()
    told = f"{held / found.size:.2f} (of {held:.0f})"
    figures.note(_memory_row(found.size), column, told, wanted)


async def measure_start(figures: Figures, place: Path) -> None:
    """From the start of the server until a room is ready, which stands before the door."""
    with lab(place, ROOM) as server:
        await _note_start(figures, LAB, server, phones_before(server, ROOM))


async def _note_start(figures: Figures, column: str, server: Server, phones: Sequence[LoadPhone]) -> None:
    served = time.perf_counter() - server.begun
    found = await arrive([whole_way(phone) for phone in phones], 0.0)
    spent = time.perf_counter() - server.begun
    told = f"{spent:.1f} (served after {served:.1f})" if len(found.waits) == len(phones) else str(found)
    figures.note(f"server's start until {len(phones)} are ready, s", column, told, "5")
    figures.note("MB in all then", column, f"{server.megabytes():.0f}", "300")
    await leave(phones, found.pages)


async def measure_play(figures: Figures, place: Path) -> None:
    """A room of seventy, and a hall as large as this machine's open files allow; also on a slower disk."""
    with lab(place, ROOM) as server:
        phones = await seated(server, ROOM)
        await _note_room(figures, LAB, server, phones)
    minutes = min(figures.minutes, MOST_PLAY_MINUTES)
    for commit in (0.0, SLOW_COMMIT):
        size = most_of(figures, LARGEST)
        with lab(place, size, commit=commit) as server:
            phones = await seated(server, size)
            found = await arrive([phone.open_case() for phone in phones], 4.0)
            room, waits = crowd_of(found.pages), list[float]()
            await room.click([], within=4.0)
            await room.play(60 * minutes, waits)
            disk = f", {1000 * commit:g} ms more a commit" if commit else ""
            name = f"{size} play {minutes:g} minutes{disk}: a click, ms"
            figures.note(name, LAB, milliseconds(waits), "50")
            if not commit:
                await _note_together(figures, LAB, size, found)
            _note_ledger(figures, f"{size} play{disk}", LAB, server, phones, room.failed)
            await leave(phones, found.pages)


async def _note_room(figures: Figures, column: str, server: Server, phones: Sequence[LoadPhone]) -> None:
    found = await arrive([phone.open_case() for phone in phones], 1.0)
    room, waits = crowd_of(found.pages), list[float]()
    await room.click([], within=1.0)
    await room.play(60, waits)
    figures.note(f"{len(phones)} play a minute: a click, ms, p50 / p95", column, milliseconds(waits), "50")
    await _note_together(figures, column, len(phones), found)
    _note_ledger(figures, f"{len(phones)} play", column, server, phones, room.failed)
    await leave(phones, found.pages)


async def _note_together(figures: Figures, column: str, size: int, found: Arrivals) -> None:
    for name, within in (("within one second", 1.0), ("at the same moment", 0.0)):
        room, waits = crowd_of(found.pages, seed=2), list[float]()
        for _ in range(3):
            await asyncio.sleep(2.0)
            await room.click(waits, within)
        told = milliseconds(waits)
        told = f"{told}; {len(room.failed)} failed" if room.failed else told
        wanted = "400" if size == ROOM and within else ""
        figures.note(f"{size} click {name}: ms, p50 / p95", column, told, wanted)


def _note_ledger(
    figures: Figures,
    name: str,
    column: str,
    server: Server,
    players: Iterable[LoadPhone],
    failed: Sequence[str],
) -> None:
    ledger = ledger_of(server.url, players)
    told = f"{ledger}; {len(failed)} clicks failed"
    figures.note(f"{name}: answers", column, told, "0 lost, 0 doubled")
    for sentence in sorted(set(failed))[:5]:
        figures.console.print(f"  {failed.count(sentence)}: {sentence}", style="dim", highlight=False)


async def measure_kill(figures: Figures, place: Path) -> None:
    """A host is killed beneath so many pages, and everybody clicks at once."""
    for held, wanted in ((150, "1.5"), (500, "3")):
        size = most_of(figures, held * host_count())
        with lab(place, size) as server:
            phones = await seated(server, size)
            found = await arrive([phone.open_case() for phone in phones], 4.0)
            for _ in range(2):
                await crowd_of(found.pages).click([], within=2.0)
            await asyncio.sleep(3.0)
            outage = await killed_host(server, found.pages)
            figures.note(f"a host of {held} killed: all answered again, s", LAB, str(outage), wanted)
            others = f"{percentile(outage.others, 95):.2f}, at most {max(outage.others, default=0.0):.2f}"
            figures.note(f"the others' click meanwhile, of {held}: s, p95", LAB, others)
            _note_ledger(figures, f"a host of {held} killed", LAB, server, phones, outage.failed)
            await leave(phones, found.pages)


async def measure_memory(figures: Figures, place: Path) -> None:
    """A hall that plays on: what it holds at first, in between and in the end."""
    size = most_of(figures, HALL)
    with lab(place, size) as server:
        phones = await seated(server, size)
        found = await arrive([phone.open_case() for phone in phones], 1.0)
        room, waits = crowd_of(found.pages), list[float]()
        await room.click([], within=2.0)
        await room.play(30.0, [])
        seconds = 60 * figures.minutes
        sizes, _ = await asyncio.gather(samples(server, seconds), room.play(seconds, waits))
        told = f"{sizes[0]:.0f}, {sizes[len(sizes) // 2]:.0f}, {sizes[-1]:.0f} (at most {max(sizes):.0f})"
        figures.note(
            f"{size} play {figures.minutes:g} minutes: MB at first, half-way, last", LAB, told, "flat"
        )
        figures.note(f"{size} play {figures.minutes:g} minutes: a click, ms", LAB, milliseconds(waits), "50")
        _note_ledger(figures, f"{size} play {figures.minutes:g} minutes", LAB, server, phones, room.failed)
        await leave(phones, found.pages)


async def measure_before(figures: Figures, place: Path) -> None:
    """0.1.0, with a page prepared for everybody."""
    if figures.before is None:
        figures.console.print("A checkout of 0.1.0 was not named: its column stays empty.")
        return
    with lab_before(figures.before, place, ROOM) as server:
        await _note_start(figures, BEFORE, server, phones_before(server, ROOM, PhoneBefore))
    for size in BEFORE_SIZES:
        with lab_before(figures.before, place, min(size, figures.most)) as server:
            phones = await seated(server, min(size, figures.most), PhoneBefore)
            found = await arrive([phone.open_case() for phone in phones], 1.0)
            figures.note(_arrival_row(len(phones), 1.0), BEFORE, str(found))
            await _note_memory(figures, BEFORE, server, found)
            await leave(phones, found.pages)
    figures.note(_memory_row(LARGEST), BEFORE, "no room for them")
    with lab_before(figures.before, place, ROOM) as server:
        await _note_room(figures, BEFORE, server, await seated(server, ROOM, PhoneBefore))


async def measure_stock(figures: Figures, place: Path) -> None:
    """Voilà as it comes, larger and larger until an arrival is not completed."""
    async with chromium() as browser:
        with stock(place) as server:
            cost = await stock_visit(browser, server.port)
    _note_page(figures, STOCK, cost.kilobytes, cost.requests)
    assets = [path for path in dict.fromkeys(cost.paths) if not path.startswith("/api/")]
    for size in STOCK_SIZES:
        if size > figures.most:
            break
        with stock(place) as server:
            phones = [StockPhone("127.0.0.1", server.port, assets=assets) for _ in range(size)]
            found = await arrive([phone.open_case() for phone in phones], 1.0)
            figures.note(_arrival_row(size, 1.0), STOCK, str(found))
            if size in MEGABYTES and len(found.waits) == size:
                await _note_memory(figures, STOCK, server, found)
            await leave(phones, found.pages)
            if len(found.waits) < size:
                break


def _note_page(figures: Figures, column: str, kilobytes: float, requests: int) -> None:
    figures.note("KB a page, requests", column, f"{kilobytes:.1f}, {requests}")


async def measure_page(figures: Figures, place: Path) -> None:
    """What a page costs a real Chromium, and whether two of them wait as long as the phones beside them."""
    async with chromium() as browser:
        with lab(place, 2) as server:
            first, second = await lab_visits(browser, server.port)
        _note_page(figures, LAB, first.kilobytes, first.requests)
        figures.note("KB of a second visit", LAB, f"{second.kilobytes:.1f}")
        with lab(place, BROWSERS_BESIDE) as server:
            waits, others = await room_with_browsers(browser, server, BROWSERS_BESIDE)
    told = ", ".join(f"{wait:.2f}" for wait in waits)
    name = f"two of {BROWSERS_BESIDE} in a real Chromium: s until the button; the others' p50 / p95"
    figures.note(name, LAB, f"{told}; {others}")


def most_of(figures: Figures, size: int) -> int:
    """As many of `size` as were asked for, and as the open files of a process allow."""
    files = (raise_open_files() - SERVER_DESCRIPTORS) // SEAT_DESCRIPTORS
    least = min(size, figures.most, files)
    if files < min(size, figures.most):
        figures.console.print(f"A process may open too few files here for {size} phones: there are {least}.")
    return least


def phones_before(
    server: Server, size: int, phone: Callable[[str, int], LoadPhone] = LoadPhone
) -> list[LoadPhone]:
    """So many phones that stand before the door."""
    return [phone("127.0.0.1", server.port) for _ in range(size)]


def _ratio(figures: Figures) -> str:
    """How many times as long Voilà takes, at the largest arrival that it completed; "" for none."""
    for size in reversed(STOCK_SIZES):
        row = figures.rows.get(_arrival_row(size, 1.0), {})
        if all(" / " in row.get(column, "") for column in (LAB, STOCK)):
            ours, theirs = (float(row[column].rpartition("/")[2]) for column in (LAB, STOCK))
            return (
                f"At {size} arrivals Voilà as it comes takes {theirs / ours:.0f} times as long (wanted: 40)."
            )
    return ""


async def measure(figures: Figures, place: Path, parts: Sequence[str]) -> None:
    """Measure those parts, in their order."""
    measures: dict[str, Part] = {
        "stock": measure_stock,
        "before": measure_before,
        "start": measure_start,
        "arrival": measure_arrival,
        "play": measure_play,
        "kill": measure_kill,
        "memory": measure_memory,
        "page": measure_page,
    }
    for part in PARTS:
        if part in parts:
            await measures[part](figures, place)


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=2.0, help="how long a room plays")
    parser.add_argument("--most", type=int, default=LARGEST, help="the largest room")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, with commas: " + ", ".join(PARTS))
    parser.add_argument("--before", type=Path, help="a checkout of 0.1.0 with its own .venv")
    options = parser.parse_args()
    parts = [name.strip() for name in options.only.split(",")]
    if unknown := sorted(set(parts) - set(PARTS)):
        parser.error(f"There is no part “{unknown[0]}”: name some of {', '.join(PARTS)}.")
    before = options.before or (Path(os.environ["BEFORE"]) if os.environ.get("BEFORE") else None)
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(f"Load of this machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors.")
    figures = Figures(console, options.most, options.minutes, before)
    try:
        with tempfile.TemporaryDirectory(prefix="kasuslab-bench-") as folder:
            asyncio.run(measure(figures, Path(folder), parts))
    finally:
        console.print(figures.table())
        console.print(_ratio(figures))
    console.print(f"Load of this machine after: {os.getloadavg()[0]:.1f}.")


if __name__ == "__main__":
    main()
