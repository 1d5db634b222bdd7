"""A host as the server knows it, and a page's line to whichever host plays for it."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from release.workshop.comms import PAGE_TARGET, PROBE_TARGET, JsonObject, SentFrame, failed_answer
from release.workshop.failure import WorkshopRefusedError, failure_sentence
from release.workshop.frames import PushFrame
from release.workshop.kernels.host_channel import HostChannel
from release.workshop.kernels.kernels import KernelProcess

CONNECT_SECONDS = 10.0
ASK_AGAIN_SECONDS = 0.02
RESEND: PushFrame = {"push": "resend"}


class HostFailedError(WorkshopRefusedError):
    """A kernel was started and cannot host pages; a sentence."""


class SeatedPage(Protocol):
    """A page that shows what is sent to it. seat_id: the seat whose it is."""

    seat_id: str

    def show(self, text: str) -> None:
        """Send the page one frame."""
        ...

    def on_gone(self) -> None:
        """Tell the page that it is ended, and has to be loaded again."""
        ...


@dataclass(eq=False, slots=True)
class PageLine:
    """A page's line. seat_pass: what a host shows the writer; host: which plays for it, None for none now.

    unanswered: what it has sent and was not answered; since: by the hosts' clock, since when the first of
    that waits; ends: how often it ended a host that it had for itself.
    """

    page: SeatedPage
    seat: str
    seat_pass: str
    host: Host | None = None
    comm: str = ""
    unanswered: deque[SentFrame] = field(default_factory=deque)
    since: float = 0.0
    ends: int = 0

    def say(self, frame: SentFrame) -> None:
        """Send a frame of the page to its host; without one it is kept back."""
        self.unanswered.append(frame)
        if self.host is not None:
            self.host.channel.say(self.comm, frame)

    def take(self, answer: JsonObject) -> bool:
        """Show the page what its host answered; False where it is no answer to what is owed."""
        if not self.unanswered or answer["seq"] != self.unanswered[0]["seq"]:
            return False
        self.unanswered.popleft()
        self.page.show(answer["frame"])
        return True

    def lose_host(self) -> None:
        """Have no host any more; what was unanswered is asked for again, and kept back until there is one."""
        self.host = None
        self.unanswered.clear()
        self.page.show(json.dumps(RESEND))

    def refuse(self) -> None:
        """Answer all that is unanswered with a refusal: it brought a host down."""
        while self.unanswered:
            frame = json.loads(self.unanswered.popleft()["frame"])
            self.page.show(json.dumps(failed_answer(frame)))


@dataclass(eq=False, slots=True)
class Host:
    """A host. clock: seconds that never go back; lines: those of its pages, oldest first.

    ready_size: the bytes that it had when it was ready; heard: when it was last heard of; longest, seat: see
    `HostPulse`.
    """

    channel: HostChannel
    process: KernelProcess
    clock: Callable[[], float] = time.monotonic
    lines: dict[PageLine, None] = field(default_factory=dict)
    ready_size: int = 0
    heard: float = 0.0
    longest: float = 0.0
    seat: int = 0
    _probe: str = ""
    _is_known: bool = False

    def __post_init__(self) -> None:
        """Begin as one that is ready, and was heard of just now."""
        self.ready_size, self.heard = self.process.size(), self.clock()

    async def introduced(self) -> None:
        """Return once it has answered a first time. Raises HostFailedError."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                while not self._is_known:
                    self.probe()
                    await asyncio.sleep(ASK_AGAIN_SECONDS)
        except TimeoutError:
            raise HostFailedError(failure_sentence("kernel_silent")) from None

    def probe(self) -> None:
        """Ask it how it is."""
        if not self._probe:
            self._probe = self.channel.open(PROBE_TARGET, {}, self._note)
        self.channel.say(self._probe, {})

    def seat_line(self, line: PageLine, on_answer: Callable[[PageLine], None]) -> None:
        """Let it play for a page, which has kept its frames back. on_answer: called after each answer."""

        def hear(answer: JsonObject) -> None:
            self.heard = self.clock()
            if line.take(answer):
                on_answer(line)

        line.host, self.lines[line] = self, None
        line.comm = self.channel.open(PAGE_TARGET, {"seat_pass": line.seat_pass}, hear)
        for frame in line.unanswered:
            self.channel.say(line.comm, frame)

    def leave(self, line: PageLine) -> None:
        """Play for a page no more."""
        self.lines.pop(line, None)
        self.channel.close_comm(line.comm)
        line.host = None

    def _note(self, pulse: JsonObject) -> None:
        self.heard, self._is_known = self.clock(), True
        self.longest, self.seat = float(pulse["longest"]), int(pulse["seat"])
