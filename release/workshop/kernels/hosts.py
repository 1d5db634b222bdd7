"""The hosts of a workshop, and who is seated where: what ends is replaced, and its pages go on elsewhere."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Any

from release.workshop.comms import SentFrame
from release.workshop.failure import kind_and_place
from release.workshop.kernels.host import Host, PageLine, SeatedPage
from release.workshop.kernels.trial import Trial
from release.workshop.log import LOG

LEAST, MOST = 2, 4
# Hosts that seats have for themselves, each of which brought one down; and how often one may end its own.
MOST_OWN = 4
MOST_ENDS = 2
LOOK_SECONDS = 0.1
SETTLE_SECONDS = 0.02
PROBE_SECONDS = 1.0
# After so long without an answer, or with one frame, a host is ended; no move takes a tenth of it.
STUCK_SECONDS = 3.0
# What a host may take beyond what it had when it was ready, and for each page.
GROWTH, PAGE_GROWTH = 256 * 1024 * 1024, 2 * 1024 * 1024
# Between two tries where no host can be started.
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0


def host_count(cores: int | None = None) -> int:
    """How many hosts take pages: one a core."""
    return min(MOST, max(LEAST, cores or os.cpu_count() or LEAST))


class Hosts:
    """The hosts that take pages, a spare one, and those that a seat has for itself.

    prepare: starts one; size: how many take pages; clock: seconds that never go back; note_wait: told how
    many seconds each answer took.
    """

    def __init__(
        self,
        prepare: Callable[[], Awaitable[Host]],
        size: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        note_wait: Callable[[float], None] = lambda _: None,
    ) -> None:
        """Begin without any host."""
        self._note_wait = note_wait
        self._prepare, self._size, self._clock = prepare, size, clock
        self._open: list[Host] = []
        self._spare: Host | None = None
        self._trial = Trial(self._on_answer)
        # The seats whose message ended a host, and the hosts that they have for themselves.
        self._alone: set[str] = set()
        self._own: dict[str, Host] = {}
        self._awaited: set[str] = set()
        self._homeless: dict[PageLine, None] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._starting = 0
        self._looked = self._probed = clock()
        self._is_settling = self._is_stopped = False

    def __iter__(self) -> Iterator[Host]:
        """Every host that runs and is known."""
        yield from self._open
        yield from (host for host in (self._spare, self._trial.host) if host is not None)
        yield from self._own.values()

    async def start(self) -> None:
        """Start them; the spare comes after. Raises what `prepare` raises."""
        for host in await asyncio.gather(*(self._prepare() for _ in range(self._size))):
            self._add(host)
        self._run(self._watch())
        self._start_lacking()

    async def settle(self, seconds: float) -> None:
        """Take nothing in any more, and return once all is answered: after so many seconds at most.

        What a page sends meanwhile it sends again to whoever plays for it next.
        """
        self._is_settling = True
        for _ in range(max(1, round(seconds / SETTLE_SECONDS))):
            if not self._is_owed:
                return
            await asyncio.sleep(SETTLE_SECONDS)

    async def stop(self) -> None:
        """Start no more, and hang up; the processes are ended by whoever started them."""
        self._is_stopped = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for host in self:
            host.channel.close()

    def join(self, page: SeatedPage, seat_pass: str) -> PageLine:
        """A line for a page, of the seat of that pass."""
        line = PageLine(page, page.seat_id, seat_pass)
        self._seat(line)
        return line

    def say(self, line: PageLine, frame: SentFrame) -> None:
        """Send a frame of a page to its host, or keep it back until it has one."""
        if self._is_settling:
            return
        if not line.unanswered:
            line.since = self._clock()
        line.say(frame)
        if line.host is None:
            self._try_on()

    def leave(self, line: PageLine) -> None:
        """Give a line up: its page is gone."""
        self._homeless.pop(line, None)
        self._trial.drop(line)
        if line.host is not None:
            line.host.leave(line)
        own = self._own.get(line.seat)
        if own is not None and not own.lines:
            self._forget(own)
            self._run(own.process.end())
        self._try_on()

    @property
    def _is_owed(self) -> bool:
        """Whether a page waits for an answer."""
        lines = (line for host in self for line in host.lines)
        return any(line.unanswered for line in (*lines, *self._homeless))

    # Seating

    def _home(self, line: PageLine) -> Host | None:
        if line.seat in self._alone:
            return self._own.get(line.seat)
        return min(self._open, key=lambda host: len(host.lines), default=None)

    def _seat(self, line: PageLine) -> None:
        host = self._home(line)
        if host is None:
            self._await_host(line)
            return
        self._homeless.pop(line, None)
        host.seat_line(line, self._on_answer)

    def _await_host(self, line: PageLine) -> None:
        self._homeless[line] = None
        if line.seat not in self._alone or line.seat in self._awaited:
            return
        if len(self._own) + len(self._awaited) >= MOST_OWN:
            line.page.on_gone()
            return
        self._awaited.add(line.seat)
        self._run(self._start_own(line.seat))

    def _on_answer(self, line: PageLine) -> None:
        now = self._clock()
        self._note_wait(now - line.since)
        line.since = now
        if self._trial:
            self._trial.note_answer(line)
            self._try_on()

    def _try_on(self) -> None:
        self._trial.go_on(self._clock())
        if self._trial.host is not None and not self._trial:
            # Whoever passed stays where it is.
            self._open.append(self._trial.host)
            self._trial.host = None
            self._move_homeless()

    def _move_homeless(self) -> None:
        for line in tuple(self._homeless):
            self._seat(line)

    # Starting

    def _add(self, host: Host) -> None:
        """Take a host in that has just been started."""
        taking = len(self._open) + (self._trial.host is not None)
        if self._open and self._trial and self._trial.host is None:
            self._trial.host = host
        elif not self._open or taking < self._size:
            self._open.append(host)
        else:
            self._spare = host
        self._move_homeless()
        self._try_on()

    def _start_lacking(self) -> None:
        apart = (self._spare is not None) + (self._trial.host is not None)
        for _ in range(self._size + 1 - len(self._open) - apart - self._starting):
            self._starting += 1
            self._run(self._start_one())

    async def _start_one(self) -> None:
        try:
            host = await self._prepared()
        finally:
            self._starting -= 1
        self._add(host)

    async def _start_own(self, seat: str) -> None:
        try:
            host = await self._prepared()
        finally:
            self._awaited.discard(seat)
        if any(line.seat == seat for line in self._homeless):
            self._own[seat] = host
            self._move_homeless()
        else:
            host.channel.close()
            await host.process.end()

    async def _prepared(self) -> Host:
        pause = FIRST_PAUSE
        while True:
            try:
                return await self._prepare()
            except Exception as error:
                if self._is_stopped:  # nbclient makes another error of being cancelled
                    raise asyncio.CancelledError from error
                LOG.error("A kernel could not be started: %s.", kind_and_place(error))
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # Ends

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                self.look()
            except Exception as error:  # noqa: BLE001 -- the hosts are looked at again
                LOG.error("The kernels could not be looked at: %s.", kind_and_place(error))

    def look(self) -> None:
        """Look at every host once: end what is stuck or grown, and move the pages of what has ended."""
        now = self._clock()
        # Where the server itself was held up, answers may still lie unread: all get their time once more.
        late, self._looked = now - self._looked > 10 * LOOK_SECONDS, now
        asks = now - self._probed >= PROBE_SECONDS
        self._probed = now if asks else self._probed
        ended: list[Host] = []
        for host in tuple(self):
            if late:
                host.heard, host.longest = now, 0.0
            if sentence := self._end_of(host, is_measured=asks):
                LOG.error(sentence)
                ended.append(host)
            elif asks:
                host.probe()
        # No page is seated on a host whose turn to be ended comes next.
        for host in ended:
            self._forget(host)
            self._run(host.process.end())
        for host in sorted(ended, key=lambda each: each is not self._trial.host):
            self._on_end(host)
        self._try_on()

    def _end_of(self, host: Host, *, is_measured: bool) -> str:
        """Why a host is at its end, as the log tells it; "" where it is not."""
        if not host.process.lives():
            return "A kernel ended by itself; its pages go on in another."
        if max(self._clock() - host.heard, host.longest) >= STUCK_SECONDS:
            return f"A kernel answered nothing for {STUCK_SECONDS:g} seconds; it was ended."
        if is_measured and host.process.size() > host.ready_size + GROWTH + PAGE_GROWTH * len(host.lines):
            return "A kernel grew beyond what its pages need; it was ended."
        return ""

    def _on_end(self, host: Host) -> None:
        """Seat the pages of a host elsewhere that has ended, and have another one started."""
        culprit = self._trial.culprit(host)
        if culprit is not None:
            LOG.error("A message brought its kernel down twice; its page gets a kernel for itself.")
            self._alone.add(culprit.seat)
        others: list[PageLine] = []
        for line in host.lines:
            owed, is_alone = len(line.unanswered), line.seat in self._alone
            if owed and is_alone:
                # What ended a host is answered here, and not sent again.
                line.ends += 1
                line.refuse()
            if line.ends > MOST_ENDS:
                line.page.on_gone()
                continue
            line.lose_host()
            if owed and not is_alone:
                self._trial.add(line, owed, self._clock())
            else:
                others.append(line)
        self._use_spare()
        for line in others:
            self._seat(line)
        self._try_on()
        self._start_lacking()

    def _forget(self, host: Host) -> None:
        host.channel.close()
        self._open = [each for each in self._open if each is not host]
        self._own = {seat: each for seat, each in self._own.items() if each is not host}
        if host is self._spare:
            self._spare = None

    def _use_spare(self) -> None:
        if self._spare is None:
            return
        if self._trial and self._trial.host is None:
            self._trial.host, self._spare = self._spare, None
        elif not (self._open and self._trial) and len(self._open) < self._size:
            self._open.append(self._spare)
            self._spare = None
