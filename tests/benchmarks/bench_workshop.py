"""How long a room waits: Voilà as it comes and the lab's workshop, the same case, in one run on one machine.

Arrivals come within one second, a hall of 300 also within four; ready is the moment at which the first
screen of the case is there to click. Seats are taken before, as a room does while it reads the lobby;
beside it stands the whole way, lobby and joining counted. The clients speak the real protocol in a process
on the same machine, and are checked against a real Chromium on two seats of a run. After that a room of
seventy plays: at its own pace, and all in one second; every answer that was confirmed is looked up in the
database.
Run by ``make bench``; `--minutes 10` for a long play.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import mean, quantiles

import psutil
import yaml
from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from rich.console import Console
from rich.table import Table

from release.workshop.kernels.capacity import raise_open_files
from scenarios.library import CASES
from tests.benchmarks.load import LoadError, LoadPhone, Screen
from tests.install_browser import NAMES
from tests.parts.counting_proxy import Traffic, counting_proxy
from tests.parts.machine import free_port

CASE = "teman-gim"
PERSON = "Ibu R., meja panitia"
SIZES = (1, 20, 70)
# How many, and within how many seconds they come.
LAB_ALONE = ((150, 1.0), (300, 4.0), (300, 1.0))
ROOM = 70
WITHIN_SECOND = 1.0
STOCK_SECONDS = 150.0
THINKS = (4.0, 16.0)
MEGABYTE = 1e6
START_SECONDS = 240.0
COVER = "Mulai"

SERVE = """
import json, sys
from release.workshop.plan import WorkshopPlan
from release.workshop.serve.server import serve
serve(WorkshopPlan(port=0, board_password="bench-bench-bench", **json.loads(sys.argv[1])))
"""
STOCK_CELL = """import tempfile
from pathlib import Path
from shutil import copytree
from widgets import CasePlayer

own = Path(tempfile.mkdtemp(dir="."))
copytree("case", own / "case")
CasePlayer.beside(own)"""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. data: its folder."""

    process: subprocess.Popen[str]
    port: int
    data: Path

    def kernels(self) -> list[psutil.Process]:
        """The processes of its participants."""
        found = self._children(recursive=True)
        grand = [each for each in found if each.ppid() != self.process.pid]
        return grand or [each for each in found if "ipykernel_launcher" in each.cmdline()]

    def memory(self) -> dict[str, float]:
        """Megabytes, shared ones in proportion: of the server, of its writer, and of a kernel on average."""
        kernels = self.kernels()
        found = {"server": _held(psutil.Process(self.process.pid)), "kernel": mean(map(_held, kernels))}
        for child in self._children():
            if "release.workshop.writer.writer" in child.cmdline():
                found["writer"] = _held(child)
        return found

    def _children(self, *, recursive: bool = False) -> list[psutil.Process]:
        # A kernel of stock Voilà may end under the load, and its parent has not noticed yet.
        children = psutil.Process(self.process.pid).children(recursive=recursive)
        return [child for child in children if child.status() != psutil.STATUS_ZOMBIE]


def _held(process: psutil.Process) -> float:
    return float(process.memory_full_info().pss) / MEGABYTE


@contextmanager
def lab(place: Path, ready: int) -> Iterator[Server]:
    """The workshop with `ready` pages prepared."""
    data = Path(tempfile.mkdtemp(dir=place))
    told = {"data": str(data), "warm": ready, "seats": ready, "person": PERSON, "cases": [CASE]}
    environ = {**os.environ, "KASUSLAB_HOME": str(data)}
    command = [sys.executable, "-c", SERVE, json.dumps(told)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as process:
        try:
            assert process.stdout is not None
            line = next((line for line in process.stdout if line.startswith("ready ")), "")
            if not line:
                raise LoadError("The workshop did not start.")
            yield Server(process, int(line.rstrip("/\n").rpartition(":")[2]), data)
        finally:
            process.terminate()
            process.wait(60)


@contextmanager
def stock(place: Path) -> Iterator[Server]:
    """Voilà as it comes, with a notebook that plays the same case; each page keeps a record of its own."""
    folder = Path(tempfile.mkdtemp(dir=place))
    shutil.copytree(CASES / CASE, folder / "case")
    card = {"course": "bench", "mode": "practice", "person": PERSON}
    (folder / "case" / "course.yaml").write_text(yaml.safe_dump(card), encoding="utf-8")
    cell = {"cell_type": "code", "id": "player", "metadata": {}, "source": STOCK_CELL}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    body = {"cells": [cell | {"outputs": [], "execution_count": None}], "metadata": {"kernelspec": kernel}}
    (folder / "kasus.ipynb").write_text(json.dumps({**body, "nbformat": 4, "nbformat_minor": 5}))
    port = free_port()
    command = [sys.executable, "-m", "voila", "kasus.ipynb", "--no-browser", f"--port={port}"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=folder, stdout=quiet, stderr=quiet, text=True) as process:
        try:
            _await_port(port)
            yield Server(process, port, folder)
        finally:
            children = psutil.Process(process.pid).children(recursive=True)
            process.terminate()
            process.wait(60)
            for child in children:
                if child.is_running():
                    child.kill()


def _await_port(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise LoadError("Voilà did not start.")


@dataclass
class Arrivals:
    """What came of an arrival within so many seconds. waits: seconds until ready, of those that got there."""

    size: int
    within: float = WITHIN_SECOND
    waits: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    screens: list[Screen] = field(default_factory=list)
    megabytes: float = 0.0

    @property
    def complete(self) -> bool:
        """Whether everybody got there."""
        return len(self.waits) == self.size

    @property
    def half(self) -> float:
        """The 50th percentile of the waits."""
        return percentile(self.waits, 50)

    @property
    def most(self) -> float:
        """The 95th percentile of the waits."""
        return percentile(self.waits, 95)


def percentile(values: Sequence[float], percent: int) -> float:
    """That percentile; the one value where there is only one."""
    if len(values) < 2:
        return values[0] if values else float("nan")
    return quantiles(values, n=100, method="inclusive")[percent - 1]


async def arrive(
    ways: Sequence[Awaitable[Screen | None]], limit: float, within: float = WITHIN_SECOND
) -> Arrivals:
    """Let all set out `within` so many seconds, and wait until each is ready, or `limit` is over."""
    found = Arrivals(len(ways), within)

    async def one(number: int, way: Awaitable[Screen | None]) -> None:
        await asyncio.sleep(within * number / len(ways))
        begun = time.perf_counter()
        try:
            screen = await asyncio.wait_for(way, limit)
        except (LoadError, OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            found.failed.append(repr(error))
            return
        found.waits.append(time.perf_counter() - begun)
        if screen is not None:
            found.screens.append(screen)

    await asyncio.gather(*(one(number, way) for number, way in enumerate(ways)))
    return found


def phones(server: Server, size: int) -> list[LoadPhone]:
    """So many phones that have seen nothing yet."""
    return [LoadPhone("127.0.0.1", server.port) for _ in range(size)]


async def seated(server: Server, size: int) -> list[LoadPhone]:
    """So many phones that have taken a seat, one after the other."""
    room = phones(server, size)
    for phone in room:
        await phone.join()
    await asyncio.sleep(1.0)
    return room


async def lab_arrivals(server: Server, size: int, within: float = WITHIN_SECOND) -> Arrivals:
    """Everybody has a seat, and opens the case."""
    room = await seated(server, size)
    found = await arrive([phone.open_case() for phone in room], STOCK_SECONDS, within)
    found.megabytes = server.memory()["kernel"]
    return found


async def whole_way(server: Server, size: int) -> Arrivals:
    """Everybody comes by the link: lobby, seat, case."""

    async def way(phone: LoadPhone) -> Screen:
        await phone.join()
        return await phone.open_case()

    return await arrive([way(phone) for phone in phones(server, size)], STOCK_SECONDS)


async def stock_arrivals(server: Server, size: int, assets: Sequence[str]) -> Arrivals:
    """Everybody opens the notebook."""
    found = await arrive([phone.open_stock(assets) for phone in phones(server, size)], STOCK_SECONDS)
    if found.waits:
        found.megabytes = server.memory()["kernel"]
    return found


# Chromium


@dataclass
class PageCost:
    """What a page cost a browser: kilobytes over the wire, requests; and what it asked this server for."""

    kilobytes: float
    requests: int
    paths: list[str]


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A real Chromium."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        await browser.close()


async def visit(page: Page, counted: Traffic, url: str) -> PageCost:
    """Open `url`, and wait for the button of the case's cover."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda line: asked.append(line.url))
    counted.reset()
    await page.goto(url)
    await page.locator(".kasuslab").get_by_role("button", name=COVER).wait_for(timeout=60_000)
    await asyncio.sleep(0.5)
    here = f"http://127.0.0.1:{counted.port}"
    await page.close()
    paths = [each.removeprefix(here) for each in asked[1:] if each.startswith(f"{here}/")]
    return PageCost(counted.received / 1000, len(asked), paths)


async def stock_visit(browser: Browser, server: Server) -> PageCost:
    """A first visit of Voilà as it comes."""
    with counting_proxy(server.port) as counted:
        page = await browser.new_page()
        return await visit(page, counted, f"http://127.0.0.1:{counted.port}/")


async def lab_visits(browser: Browser, server: Server) -> tuple[PageCost, PageCost]:
    """A first visit of the workshop, with a seat, and a second one."""
    with counting_proxy(server.port) as counted:
        device = await browser.new_context()
        url = await sit(device, counted.port)
        first = await visit(await device.new_page(), counted, url)
        second = await visit(await device.new_page(), counted, url)
        await device.close()
    return first, second


async def sit(device: BrowserContext, port: int) -> str:
    """Give a browser a seat; where the case is. It has seen nothing yet."""
    address = f"http://127.0.0.1:{port}"
    form: dict[str, str | float | bool] = {"sector": "-", "name": ""}
    await device.request.post(f"{address}/masuk", form=form)
    return f"{address}/kasus"


async def checked(browser: Browser, server: Server, size: int) -> tuple[list[float], Arrivals]:
    """An arrival in which two are real browsers: seconds until their button, and the others."""
    devices = [await browser.new_context() for _ in range(2)]
    urls = [await sit(device, server.port) for device in devices]
    pages = [await device.new_page() for device in devices]
    room = await seated(server, size - len(pages))

    async def real(page: Page, url: str, after: float) -> float:
        await asyncio.sleep(after)
        begun = time.perf_counter()
        await page.goto(url, wait_until="commit")
        await page.locator(".kasuslab").get_by_role("button", name=COVER).wait_for()
        return time.perf_counter() - begun

    reals = [real(page, url, 0.3 + 0.3 * at) for at, (page, url) in enumerate(zip(pages, urls, strict=True))]
    ways = arrive([phone.open_case() for phone in room], STOCK_SECONDS)
    *waits, found = await asyncio.gather(*reals, ways)
    for device in devices:
        await device.close()
    return [wait for wait in waits if isinstance(wait, float)], found  # type: ignore[return-value]


# Answers


@dataclass
class RoomAnswers:
    """What a playing room was answered. waits: seconds from a click to the next screen; confirmed: clicks."""

    waits: list[float] = field(default_factory=list)
    together: list[float] = field(default_factory=list)
    instant: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    confirmed: int = 0
    kept: int = 0
    before: dict[str, float] = field(default_factory=dict)
    after: dict[str, float] = field(default_factory=dict)


async def play(server: Server, screens: Sequence[Screen], minutes: float, seed: int = 1) -> RoomAnswers:
    """Let a room play at its own pace, and then click together three times."""
    found = RoomAnswers()
    rests = [Random(f"{seed}/{number}") for number in range(len(screens))]

    async def click(screen: Screen, chance: Random, waits: list[float]) -> None:
        kept = screen.view["screen"] != "ended"  # to play again is no event
        try:
            waits.append(await screen.click(chance))
        except LoadError as error:
            found.failed.append(str(error))
            return
        found.confirmed += kept

    async def at_own_pace(screen: Screen, chance: Random, until: float) -> None:
        while time.monotonic() < until:
            await asyncio.sleep(chance.uniform(*THINKS))
            await click(screen, chance, found.waits)

    async def after(wait: float, screen: Screen, chance: Random, waits: list[float]) -> None:
        await asyncio.sleep(wait)
        await click(screen, chance, waits)

    room = list(zip(screens, rests, strict=True))
    await asyncio.gather(*(click(screen, chance, []) for screen, chance in room))
    found.before = server.memory()
    until = time.monotonic() + 60 * minutes
    await asyncio.gather(*(at_own_pace(screen, chance, until) for screen, chance in room))
    found.after = server.memory()
    for _ in range(3):
        await asyncio.sleep(2)
        waits = [chance.uniform(0, WITHIN_SECOND) for _, chance in room]
        await asyncio.gather(*(after(w, *one, found.together) for w, one in zip(waits, room, strict=True)))
        await asyncio.sleep(2)
        await asyncio.gather(*(after(0, *one, found.instant) for one in room))
    with closing(sqlite3.connect(server.data / "workshop.sqlite")) as database:
        (found.kept,) = database.execute("select count(*) from event").fetchone()
    return found


# The tables


@dataclass(frozen=True, slots=True)
class ArrivalRow:
    """One line of the table of arrivals."""

    name: str
    arrivals: Arrivals
    whole: Arrivals | None = None
    visits: tuple[PageCost, ...] = ()


def table_of(rows: Sequence[ArrivalRow]) -> Table:
    """The table of arrivals."""
    table = Table(
        *("", "people", "within, s", "ready p50, s", "p95, s", "whole way p50", "p95"),
        *("MB each", "KB a page", "requests", "KB again"),
    )
    for row in rows:
        found = row.arrivals
        waits = [f"{found.half:.2f}", f"{found.most:.2f}"]
        if not found.complete:
            waits = [f"{len(found.waits)} of {found.size} got there", ""]
        whole = [f"{row.whole.half:.2f}", f"{row.whole.most:.2f}"] if row.whole else ["", ""]
        first = [f"{row.visits[0].kilobytes:.1f}", str(row.visits[0].requests)] if row.visits else ["", ""]
        second = f"{row.visits[1].kilobytes:.1f}" if len(row.visits) > 1 else ""
        table.add_row(
            row.name,
            str(found.size),
            f"{found.within:g}",
            *waits,
            *whole,
            f"{found.megabytes:.1f}",
            *first,
            second,
        )
    return table


def answers_table(found: RoomAnswers, minutes: float) -> Table:
    """The table of answers."""
    table = Table(f"{ROOM} people play", "clicks", "p50, ms", "p95, ms", "wanted")
    for name, waits, wanted in (
        (f"{minutes:g} minutes at their own pace", found.waits, "50"),
        ("all within one second", found.together, "400"),
        ("all at the same moment", found.instant, ""),
    ):
        told = [f"{1000 * percentile(waits, percent):.0f}" for percent in (50, 95)]
        table.add_row(name, str(len(waits)), *told, wanted)
    return table


async def measure(console: Console, place: Path, minutes: float, most: int) -> None:
    """Measure everything, and print it."""
    rows: list[ArrivalRow] = []
    async with chromium() as browser:
        stock_rows = await measure_stock(browser, place)
        for size, within in (*((size, WITHIN_SECOND) for size in SIZES), *LAB_ALONE):
            if size <= most:
                rows.append(await measure_lab(browser, place, size, within))
                told = f"{size} arrivals within {within:g} s at the lab: p95 {rows[-1].arrivals.most:.2f} s"
                console.print(told, style="dim")
        with lab(place, 20) as server:
            real, others = await checked(browser, server, 20)
    console.print(table_of([*stock_rows, *rows]))
    done = [row.arrivals for row in stock_rows if row.arrivals.complete]
    for arrivals in done[-1:]:
        mine = next(row.arrivals for row in rows if row.arrivals.size == arrivals.size)
        ratio = arrivals.most / mine.most
        console.print(
            f"At {arrivals.size} arrivals Voilà as it comes takes {ratio:.0f} times as long (wanted: 40)."
        )
    told = ", ".join(f"{wait:.2f} s" for wait in real)
    console.print(
        f"Two of 20 in a real Chromium: {told} until the button; the others p95 {others.most:.2f} s."
    )
    with lab(place, ROOM) as server:
        arrivals = await lab_arrivals(server, ROOM)
        found = await play(server, arrivals.screens, minutes)
    console.print(answers_table(found, minutes))
    console.print(f"Confirmed {found.confirmed} answers, {found.kept} on disk; failed: {len(found.failed)}.")
    for name, before in found.before.items():
        console.print(f"Memory of the {name}: {before:.1f} MB, in the end {found.after[name]:.1f} MB.")


async def measure_stock(browser: Browser, place: Path) -> list[ArrivalRow]:
    """Voilà as it comes, larger and larger until an arrival is not completed."""
    with stock(place) as server:
        first = await stock_visit(browser, server)
    assets = [path for path in dict.fromkeys(first.paths) if not path.startswith("/api/")]
    rows: list[ArrivalRow] = []
    for size in SIZES:
        with stock(place) as server:
            found = await stock_arrivals(server, size, assets)
        rows.append(ArrivalRow("Voilà", found, visits=(first,)))
        if not found.complete:
            break
    return rows


async def measure_lab(browser: Browser, place: Path, size: int, within: float) -> ArrivalRow:
    """The workshop: everybody seated before, then the whole way, and what a page costs."""
    visits: tuple[PageCost, ...] = ()
    whole = None
    with lab(place, size) as server:
        found = await lab_arrivals(server, size, within)
    if size in SIZES:
        with lab(place, size) as server:
            whole = await whole_way(server, size)
    if size == SIZES[0]:
        with lab(place, 2) as server:
            visits = await lab_visits(browser, server)
    return ArrivalRow("kasuslab", found, whole, visits)


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=2.0, help="how long the room plays")
    parser.add_argument("--most", type=int, default=LAB_ALONE[-1][0], help="the largest arrival")
    options = parser.parse_args()
    raise_open_files()
    console = Console(width=None if sys.stdout.isatty() else 110)
    console.print(f"Load of this machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors.")
    with tempfile.TemporaryDirectory(prefix="kasuslab-bench-") as folder:
        asyncio.run(measure(console, Path(folder), options.minutes, options.most))


if __name__ == "__main__":
    main()
