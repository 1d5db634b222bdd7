"""A room of phones: it takes its seats, arrives, plays, and meets the end of a host."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from statistics import quantiles
from typing import Any, Protocol

from tests.benchmarks.load import LoadPhone
from tests.benchmarks.page import LoadError, LoadPage
from tests.benchmarks.servers import Server

# After so many seconds whoever has not got there has failed.
ARRIVE_SECONDS = 150.0
THINKS = (4.0, 16.0)
# So many take their seats at the same time, before anything is measured.
SEATED_AT_ONCE = 10
SAMPLE_SECONDS = 30.0
_ERRORS = (LoadError, OSError, TimeoutError, asyncio.IncompleteReadError)


class RoomPage(Protocol):
    """A page that somebody plays on."""

    view: dict[str, Any]

    def keep_beating(self) -> None:
        """Ask from time to time whether the line holds."""
        ...

    async def click(self, chance: Random) -> float:
        """Make some move; the seconds until its answer. Raises LoadError."""
        ...

    async def close(self) -> None:
        """Close the page."""
        ...


class RoomPhone(Protocol):
    """A phone that somebody plays on."""

    async def join(self) -> None:
        """Take a seat. Raises LoadError."""
        ...

    async def open_case(self) -> RoomPage:
        """Open the case. Raises LoadError."""
        ...


@dataclass
class Arrivals:
    """What came of an arrival. waits: seconds until ready, of those that got there."""

    size: int
    waits: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    pages: list[Any] = field(default_factory=list)

    def __str__(self) -> str:
        """The 50th and the 95th percentile, in seconds; or how many got there."""
        if len(self.waits) < self.size:
            return f"{len(self.waits)} of {self.size} got there"
        return f"{percentile(self.waits, 50):.2f} / {percentile(self.waits, 95):.2f}"


def percentile(values: Sequence[float], percent: int) -> float:
    """That percentile; the one value where there is only one."""
    if len(values) < 2:
        return values[0] if values else float("nan")
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def milliseconds(waits: Sequence[float]) -> str:
    """The 50th and the 95th percentile, in milliseconds."""
    return f"{1000 * percentile(waits, 50):.0f} / {1000 * percentile(waits, 95):.0f}"


async def seated(
    server: Server, size: int, phone: Callable[[str, int], LoadPhone] = LoadPhone
) -> list[LoadPhone]:
    """So many phones that have taken a seat, and have read the lobby."""
    room = [phone("127.0.0.1", server.port) for _ in range(size)]
    turn = asyncio.Semaphore(SEATED_AT_ONCE)

    async def sit(one: LoadPhone) -> None:
        async with turn:
            await one.join()

    await asyncio.gather(*map(sit, room))
    await asyncio.sleep(1.0)
    return room


async def arrive(ways: Sequence[Awaitable[Any]], within: float) -> Arrivals:
    """Let all set out `within` so many seconds, and wait until each is ready, or it takes too long."""
    found = Arrivals(len(ways))

    async def one(number: int, way: Awaitable[Any]) -> None:
        await asyncio.sleep(within * number / len(ways))
        begun = time.perf_counter()
        try:
            async with asyncio.timeout(ARRIVE_SECONDS):
                page = await way
        except _ERRORS as error:
            found.failed.append(repr(error))
            return
        found.waits.append(time.perf_counter() - begun)
        found.pages.append(page)

    await asyncio.gather(*(one(number, way) for number, way in enumerate(ways)))
    return found


async def whole_way(phone: RoomPhone) -> RoomPage:
    """Come by the link: lobby, seat, case. Raises LoadError."""
    await phone.join()
    return await phone.open_case()


async def leave(phones: Sequence[LoadPhone], pages: Sequence[RoomPage]) -> None:
    """Everybody goes: else their pages would look for a server that is there no more."""
    await asyncio.gather(*(page.close() for page in pages), return_exceptions=True)
    for phone in phones:
        phone.close()


@dataclass
class Crowd:
    """People before their pages. chances: what each of them clicks; failed: clicks that were not answered."""

    pages: Sequence[RoomPage]
    chances: Sequence[Random]
    failed: list[str] = field(default_factory=list)

    async def click(self, waits: list[float], within: float = 0.0) -> None:
        """Everybody clicks once, `within` so many seconds."""

        async def one(page: RoomPage, chance: Random) -> None:
            await asyncio.sleep(chance.uniform(0.0, within))
            await self._click(page, chance, waits)

        await asyncio.gather(
            *(one(page, chance) for page, chance in zip(self.pages, self.chances, strict=True))
        )

    async def play(self, seconds: float, waits: list[float]) -> None:
        """Everybody plays at their own pace for so long."""
        until = time.monotonic() + seconds

        async def one(page: RoomPage, chance: Random) -> None:
            page.keep_beating()
            await asyncio.sleep(chance.uniform(0.0, THINKS[1]))  # a room does not begin in step
            while time.monotonic() < until:
                await self._click(page, chance, waits)
                await asyncio.sleep(chance.uniform(*THINKS))

        await asyncio.gather(
            *(one(page, chance) for page, chance in zip(self.pages, self.chances, strict=True))
        )

    async def _click(self, page: RoomPage, chance: Random, waits: list[float]) -> None:
        try:
            waits.append(await page.click(chance))
        except _ERRORS as error:
            self.failed.append(str(error) or repr(error))


def crowd_of(pages: Sequence[RoomPage], seed: int = 1) -> Crowd:
    """Those people, each with a chance of their own."""
    return Crowd(pages, [Random(f"{seed}/{number}") for number in range(len(pages))])


async def samples(server: Server, seconds: float) -> list[float]:
    """The megabytes of a server now and again, for so long."""
    sizes = [await asyncio.to_thread(server.megabytes)]
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        await asyncio.sleep(min(SAMPLE_SECONDS, left))
        sizes.append(await asyncio.to_thread(server.megabytes))
    return sizes


@dataclass(frozen=True, slots=True)
class Outage:
    """What followed an end, where everybody clicked at once after it: seconds until the answer.

    moved: of the pages that what was ended had held; others: of the rest; failed: clicks that were not
    answered.
    """

    moved: tuple[float, ...]
    others: tuple[float, ...]
    failed: tuple[str, ...]

    def __str__(self) -> str:
        """How many pages it held, and when half, nearly all and all of them were answered."""
        parts = ", ".join(f"{percentile(self.moved, percent):.2f}" for percent in (50, 95))
        told = f"{max(self.moved, default=float('nan')):.2f} ({len(self.moved)} pages; p50, p95: {parts})"
        return f"{told}; {len(self.failed)} failed" if self.failed else told


async def killed_host(server: Server, pages: Sequence[LoadPage]) -> Outage:
    """End the host that has worked most, by SIGKILL, while everybody clicks."""
    for page in pages:
        page.pushes.clear()
    return await _outage(pages, server.hosts()[0].kill, lambda page: "resend" in page.pushes)


async def killed_server(server: Server, pages: Sequence[LoadPage]) -> Outage:
    """End one of several servers, by SIGKILL, while everybody clicks."""
    for page in pages:
        page.losses = 0
    return await _outage(pages, server.process.kill, lambda page: page.losses > 0)


async def _outage(
    pages: Sequence[LoadPage], end: Callable[[], None], has_lost: Callable[[LoadPage], bool]
) -> Outage:
    room = crowd_of(pages)
    waits: dict[int, float] = {}

    async def one(number: int) -> None:
        begun = time.perf_counter()
        try:
            await pages[number].click(room.chances[number])
            waits[number] = time.perf_counter() - begun
        except _ERRORS as error:
            room.failed.append(str(error) or repr(error))

    end()
    await asyncio.gather(*map(one, range(len(pages))))
    moved = {number for number, page in enumerate(pages) if has_lost(page)}
    return Outage(
        tuple(wait for number, wait in waits.items() if number in moved),
        tuple(wait for number, wait in waits.items() if number not in moved),
        tuple(room.failed),
    )
