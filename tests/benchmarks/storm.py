"""A storm: a room plays while hosts, writer and server are ended by SIGKILL at random places.

The places are drawn by a seeded chance. Afterwards every player is answered again, and each move is looked up
in the database.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Protocol

import psutil
from websockets.exceptions import WebSocketException

from tests.benchmarks.ledger import Ledger, ledger_of
from tests.benchmarks.load import LoadPhone
from tests.benchmarks.page import LoadError, LoadPage
from tests.benchmarks.servers import Server, start_lab
from tests.parts.machine import free_port

# Of so many kills, how many meet which process.
VICTIMS = {"kernel": 12, "writer": 4, "server": 1}
# A server that is just starting is killed as well, so often.
KILLED_AT_START = 0.2
START_TRIES = 20
# After so many seconds without enough answers the next kill comes all the same.
LONGEST_PAUSE = 4.0
# After so long the player says that its line is lost, asks now and again, and its person gives up: see
# widgets/player/connection.js.
CLICK_SECONDS, RETRY_SECONDS, RELOAD_SECONDS = 8.0, 4.0, 30.0
ERRORS = (LoadError, OSError, TimeoutError, asyncio.IncompleteReadError, WebSocketException)
CALM_SECONDS = 90.0
_OWN_MACHINE = "127.0.0.1"


@dataclass
class Storm:
    """What a storm came to. kills: by the kind of process; waits: seconds of the clicks that were answered.

    failed: clicks that were not confirmed, by what was said; outages: seconds from such a click until its
    player saw again how things stand; reloads: how often a person had to load the page
    again, by the reason; silent: why players were not answered in the end; starts: how often the server did
    not start at once; seconds: how long all of it took.
    """

    kills: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    reloads: Counter[str] = field(default_factory=Counter)
    silent: list[str] = field(default_factory=list)
    starts: int = 0
    waits: list[float] = field(default_factory=list)
    outages: list[float] = field(default_factory=list)
    seconds: float = 0.0
    ledger: Ledger | None = None


class Ground(Protocol):
    """What a storm goes over. kinds: of so many kills, how many meet which kind; url: of the database."""

    kinds: Mapping[str, int]
    host: str

    @property
    def port(self) -> int:
        """Where phones reach it."""
        ...

    @property
    def url(self) -> str:
        """The database, as an SQLAlchemy URL."""
        ...

    async def strike(self, kind: str, place: float, storm: Storm) -> None:
        """Kill one of a kind, that at `place` from 0 to 1, and count it."""
        ...

    async def settle(self) -> None:
        """Return once everything runs that was struck."""
        ...

    def stop(self) -> None:
        """End it."""
        ...


@dataclass
class _Weather:
    """What all players and the storm itself share."""

    ground: Ground
    chance: Random
    storm: Storm = field(default_factory=Storm)
    is_calm: bool = False


async def let_it_storm(
    data: Path, *, players: int, kills: int, gap: int, thinks: tuple[float, float], seed: int
) -> Storm:
    """Let `players` play on one server through so many kills, and look their moves up."""
    chance = Random(f"{seed}/server")
    ground = OneServer(await asyncio.to_thread(start_lab, data, players, port=free_port()), players, chance)
    return await storm_over(ground, players=players, kills=kills, gap=gap, thinks=thinks, seed=seed)


async def storm_over(
    ground: Ground, *, players: int, kills: int, gap: int, thinks: tuple[float, float], seed: int
) -> Storm:
    """Let `players` play through so many kills, and look their moves up.

    gap: how many answers come between two kills at most; thinks: seconds between two clicks of a player.
    """
    begun = time.monotonic()
    weather = _Weather(ground, Random(f"{seed}/storm"))
    people = [_StormPlayer(weather, Random(f"{seed}/{number}"), thinks) for number in range(players)]
    try:
        await asyncio.gather(*(person.sit() for person in people))
        playing = [asyncio.create_task(person.play()) for person in people]
        for strike in _strikes(kills, gap, weather.chance, ground.kinds):
            await _await_answers(weather, strike.answers)
            await asyncio.sleep(strike.delay)
            await ground.strike(strike.kind, strike.place, weather.storm)
        await ground.settle()
        weather.is_calm = True
        await asyncio.gather(*playing)
        ends = await asyncio.gather(*(person.end() for person in people))
        weather.storm.silent += filter(None, ends)
        weather.storm.ledger = ledger_of(ground.url, (person.phone for person in people))
    finally:
        await asyncio.to_thread(ground.stop)
    weather.storm.seconds = time.monotonic() - begun
    return weather.storm


@dataclass(frozen=True, slots=True)
class _Strike:
    """A kill. answers: how many come before it; delay: seconds after them; place: which one, from 0 to 1."""

    answers: int
    delay: float
    kind: str
    place: float


def _strikes(kills: int, gap: int, chance: Random, kinds: Mapping[str, int]) -> list[_Strike]:
    drawn = chance.choices(list(kinds), list(kinds.values()), k=kills)
    return [
        _Strike(chance.randint(0, gap), chance.uniform(0.0, 0.05), kind, chance.random()) for kind in drawn
    ]


async def _await_answers(weather: _Weather, more: int) -> None:
    """Return after so many answers more; or where none come any more."""
    enough, until = len(weather.storm.waits) + more, time.monotonic() + LONGEST_PAUSE
    while len(weather.storm.waits) < enough and time.monotonic() < until:  # noqa: ASYNC110 -- a count
        await asyncio.sleep(0.005)


@dataclass
class OneServer:
    """One server on SQLite, started again on the same data and port as whoever runs it does."""

    server: Server
    players: int
    chance: Random
    kinds: Mapping[str, int] = field(default_factory=lambda: VICTIMS)
    host: str = "127.0.0.1"

    @property
    def port(self) -> int:
        """Where it serves."""
        return self.server.port

    @property
    def url(self) -> str:
        """Its database."""
        return self.server.url

    async def strike(self, kind: str, place: float, storm: Storm) -> None:
        """Kill one of a kind; the server is started again at once."""
        if kind != "server":
            await kill_one(storm, kind, place, self.server.hosts if kind == "kernel" else self.server.writers)
            return
        await asyncio.to_thread(self.server.stop, signal.SIGKILL)
        storm.kills[kind] += 1
        await self._start_again(storm)

    async def settle(self) -> None:
        """Whatever was struck runs again."""

    def stop(self) -> None:
        """End it."""
        self.server.stop()

    async def _start_again(self, storm: Storm) -> None:
        old = self.server
        for _ in range(START_TRIES):
            starting = asyncio.to_thread(start_lab, old.data, self.players, port=old.port)
            try:
                self.server = await asyncio.create_task(starting)
            except LoadError:
                storm.starts += 1
                await asyncio.sleep(0.5)
                continue
            if self.chance.random() >= KILLED_AT_START:
                return
            storm.kills["server"] += 1
            await asyncio.to_thread(self.server.stop, signal.SIGKILL)
        raise LoadError("The server did not start again.")


async def kill_one(
    storm: Storm, kind: str, place: float, victims: Callable[[], list[psutil.Process]]
) -> None:
    """Kill the one of `victims` at `place`, once there is one, and count it."""
    while True:
        found = victims()
        with suppress(psutil.NoSuchProcess, IndexError):  # it ends by itself, or is not there yet
            found[int(place * len(found))].kill()
            storm.kills[kind] += 1
            return
        await asyncio.sleep(0.02)


@dataclass
class _StormPlayer:
    """One person with a phone."""

    weather: _Weather
    chance: Random
    thinks: tuple[float, float]
    phone: LoadPhone = field(init=False)
    page: LoadPage | None = None

    def __post_init__(self) -> None:
        ground = self.weather.ground
        self.phone = LoadPhone(ground.host, ground.port)
        if ground.host != _OWN_MACHINE:
            self.phone.source = None

    async def sit(self) -> None:
        """Take a seat and open the case."""
        await self.phone.join()
        self.page = await self.phone.open_case()

    async def play(self) -> None:
        """Click until it is calm; load the page again where it says so, or says nothing."""
        while not self.weather.is_calm:
            await asyncio.sleep(self.chance.uniform(*self.thinks))
            await self._click()

    async def end(self) -> str:
        """Have the page answer a last time; why it did not, or ""."""
        try:
            return await self._answered()
        finally:
            if self.page is not None:
                await self.page.close()
            self.phone.close()
            await asyncio.sleep(0)

    async def _answered(self) -> str:
        until = time.monotonic() + CALM_SECONDS
        error = "it was too late"
        while time.monotonic() < until:
            try:
                page = await self._page()
                await page.ask({"type": "ready"}, CLICK_SECONDS)
            except ERRORS as why:
                error = str(why) or repr(why)
                await asyncio.sleep(0.5)
                continue
            return ""
        return error

    async def _click(self) -> None:
        storm, begun = self.weather.storm, time.monotonic()
        try:
            page = await self._page()
            storm.waits.append(await page.click(self.chance, CLICK_SECONDS))
            if page.view["screen"] == "fault":
                storm.failed[f"a page says “{page.view['fault']['code']}”"] += 1
        except ERRORS as error:
            storm.failed[str(error) or repr(error)] += 1
            await self._look_again()
            if self.page is not None and not self.page.is_gone:
                storm.outages.append(time.monotonic() - begun)

    async def _look_again(self) -> None:
        """After a click that was not confirmed, the player asks until it sees how things stand."""
        begun = time.monotonic()
        while self.page is not None and not self.page.is_gone and not await self._sees(self.page):
            if time.monotonic() - begun > RELOAD_SECONDS:
                await self._leave("nothing came")

    async def _sees(self, page: LoadPage) -> bool:
        with suppress(*ERRORS):
            await page.ask({"type": "ready"}, RETRY_SECONDS)
            return True
        return False

    async def _page(self) -> LoadPage:
        if self.page is not None and self.page.is_gone:
            await self._leave("the page was ended")
        if self.page is None:
            async with asyncio.timeout(RELOAD_SECONDS):
                self.page = await self.phone.open_case()
        return self.page

    async def _leave(self, why: str) -> None:
        self.weather.storm.reloads[why] += 1
        page, self.page = self.page, None
        if page is not None:
            await page.close()
