"""What a seat takes of a machine, by process, on PostgreSQL: what a table of rooms and countries rests on.

A room arrives and plays at its own pace, a tap every ten seconds each; the phones are processes beside it,
and counted to nobody. What is told is processor time, which other work on the machine stretches little, and
memory (what processes share, in proportion). From it follows what one core carries, and which process ends
first: the server and the writer are one thread each.

Run by ``make bench``. `--sizes 70,300,1000` names the rooms, `--minutes 2` plays longer.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psutil
from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine, text

from release.workshop.kernels.capacity import SEAT_DESCRIPTORS, SERVER_DESCRIPTORS, raise_open_files
from tests.benchmarks.load import LoadPhone
from tests.benchmarks.room import THINKS, arrive, crowd_of, leave, milliseconds, whole_way
from tests.benchmarks.servers import MEGABYTE, Server, lab
from tests.parts.databases import postgresql

SIZES = "70,300,1000"
PARTS = ("server", "writer", "kernels", "database")
# What may be used of a core before taps wait for one another, and how often somebody taps.
BUSY = 0.7
TAPS = 2 / sum(THINKS)
LEARNERS = (1_000, 10_000, 100_000)


@dataclass(frozen=True)
class Use:
    """What the parts of a workshop have taken. seconds: of processor; megabytes: what they hold now."""

    seconds: Mapping[str, float]
    megabytes: Mapping[str, float]

    def since(self, before: Use, times: int) -> dict[str, float]:
        """The milliseconds of processor since then, for each of so many things that happened."""
        return {part: 1000 * (self.seconds[part] - before.seconds[part]) / times for part in PARTS}


def _postgres(url: str) -> list[psutil.Process]:
    """The processes of PostgreSQL."""
    (place,) = parse_qs(urlsplit(url).query)["host"]
    first = psutil.Process(int(Path(place, "data", "postmaster.pid").read_text("ascii").split()[0]))
    return [first, *first.children(recursive=True)]


def use_of(server: Server, url: str) -> Use:
    """What each part has taken so far; what a process took that has ended is not known any more."""
    processes = {
        "server": [psutil.Process(server.process.pid)],
        "writer": server.writers(),
        "kernels": server.hosts(),
        "database": _postgres(url),
    }
    seconds = dict.fromkeys(PARTS, 0.0)
    megabytes = dict.fromkeys(PARTS, 0.0)
    for part, each in _all(processes):
        with suppress(psutil.NoSuchProcess):
            times = each.cpu_times()
            seconds[part] += times.user + times.system
            megabytes[part] += each.memory_full_info().pss / MEGABYTE
    return Use(seconds, megabytes)


def _all(processes: Mapping[str, Sequence[psutil.Process]]) -> Iterator[tuple[str, psutil.Process]]:
    for part, some in processes.items():
        for each in some:
            yield part, each


@dataclass(frozen=True)
class RoomCost:
    """What a room took. arrival, tap: milliseconds by part; megabytes: of each part when it played."""

    size: int
    came: int
    arrival: Mapping[str, float]
    tap: Mapping[str, float]
    idle: Mapping[str, float]
    megabytes: Mapping[str, float]
    bytes_a_tap: float
    waits: str
    failed: int


async def measure(size: int, minutes: float, place: Path, url: str) -> RoomCost:
    """Let a room of that size come by its link, within a second for each 50, and play."""
    with lab(place, size, database=url) as server:
        phones = [LoadPhone("127.0.0.1", server.port) for _ in range(size)]
        idle = use_of(server, url)
        found = await arrive([whole_way(phone) for phone in phones], size / 50)
        there = use_of(server, url)
        room, waits = crowd_of(found.pages), list[float]()
        await room.click([], within=10.0)
        before, kept = use_of(server, url), _bytes(url)
        begun = time.perf_counter()
        await room.play(60 * minutes, waits)
        after = use_of(server, url)
        Console(stderr=True).print(f"{size}: {len(waits)} taps in {time.perf_counter() - begun:.0f} s")
        cost = RoomCost(
            size,
            len(found.pages),
            there.since(idle, size),
            after.since(before, len(waits)),
            idle.megabytes,
            after.megabytes,
            (_bytes(url) - kept) / len(waits),
            milliseconds(waits),
            len(room.failed) + len(found.failed),
        )
        await leave(phones, found.pages)
    return cost


def _bytes(url: str) -> int:
    """The bytes of all tables with their indices."""
    engine = create_engine(url)
    with engine.connect() as connection:
        size = int(connection.execute(text("select pg_database_size(current_database())")).scalar_one())
    engine.dispose()
    return size


def measured_table(costs: Sequence[RoomCost]) -> Table:
    """What was measured, room by room."""
    table = Table("", *(f"{cost.size} people" for cost in costs), title="measured")
    table.add_row("came; clicks that failed", *(f"{cost.came}; {cost.failed}" for cost in costs))
    for part in PARTS:
        figures = (f"{cost.arrival[part]:.1f} / {cost.tap[part]:.2f}" for cost in costs)
        table.add_row(f"{part}: ms of processor, an arrival / a tap", *figures)
    for part in PARTS:
        figures = (f"{cost.idle[part]:.0f} / {cost.megabytes[part]:.0f}" for cost in costs)
        table.add_row(f"{part}: MB, empty / in play", *figures)
    table.add_row("bytes of the database a tap", *(f"{cost.bytes_a_tap:.0f}" for cost in costs))
    table.add_row("a tap, ms, p50 / p95, with the phones on the same cores", *(cost.waits for cost in costs))
    return table


def reckoned_table(cost: RoomCost) -> Table:
    """What follows from the largest room, were nothing else in the way: nobody has measured it."""
    rate = {part: 1000 * BUSY / cost.tap[part] for part in ("server", "writer")}
    table = Table("", "taps a second", "people in play", title=f"reckoned from {cost.size}, not measured")
    for part, name in (("server", "one server's thread"), ("writer", "the writer's thread")):
        table.add_row(
            f"what {name} carries, {BUSY:.0%} busy", f"{rate[part]:.0f}", f"{rate[part] / TAPS:.0f}"
        )
    for people in LEARNERS:
        cores = people * TAPS * sum(cost.tap.values()) / 1000 / BUSY
        seat = sum(cost.megabytes.values()) - sum(cost.idle.values())
        held = people * seat / cost.size / 1000
        table.add_row(
            f"{people}: cores, GB beyond empty servers", f"{people * TAPS:.0f}", f"{cores:.1f}, {held:.1f}"
        )
    return table


def main() -> int:
    """Measure, and print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=SIZES, help="the rooms, with commas")
    parser.add_argument("--minutes", type=float, default=1.0, help="how long each plays")
    options = parser.parse_args()
    most = (raise_open_files() - SERVER_DESCRIPTORS) // SEAT_DESCRIPTORS
    costs: list[RoomCost] = []
    for size in (min(most, int(size)) for size in options.sizes.split(",")):
        with tempfile.TemporaryDirectory() as place, postgresql(fsync=True) as url:
            costs.append(asyncio.run(measure(size, options.minutes, Path(place), url)))
    console = Console()
    console.print(measured_table(costs), reckoned_table(costs[-1]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
