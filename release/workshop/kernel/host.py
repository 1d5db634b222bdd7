"""A host: a kernel that plays for many pages at once, each with a conversation of its own.

The server opens a comm for each page and sends the page's frames over it. A page's frames are answered in
their order, one at a time, in one of many threads, so that no page waits for what another one keeps.
"""

from __future__ import annotations

import asyncio
import json
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from comm import get_comm_manager
from comm.base_comm import BaseComm
from IPython.display import HTML

from release.workshop.comms import (
    PAGE_TARGET,
    PROBE_TARGET,
    Envelope,
    HostPulse,
    JsonObject,
    SentFrame,
    failed_answer,
)
from release.workshop.failure import kind_and_place
from release.workshop.frames import AnswerFrame
from release.workshop.kernel.client import WriterClient
from release.workshop.kernel.rehearsal import rehearse, seat_size
from release.workshop.kernel.shelf import WorkshopShelf
from release.workshop.log import LOG
from release.workshop.wire import ADDRESS, SERVICES, Address
from scenarios.directory.services import Directory, load_directory
from scenarios.language import SOURCE
from widgets.conversation import Conversation, random_id, utc_now
from widgets.shelf import Shelf

THREADS = 32
# Where a page's player appears, the same for everybody.
SPOT = '<div id="ws-player"></div>'


@dataclass(slots=True)
class SeatHost:
    """The pages of this kernel. shelf: of the seat whose pass it is given; loop: that of the main thread.

    waiting: how long each thread has waited for the writer, in seconds; seat: see `HostPulse`.
    """

    shelf: Callable[[str], Shelf]
    loop: asyncio.AbstractEventLoop
    waiting: Callable[[], Mapping[int, float]] = dict
    seat: int = 0
    pages: set[HostedPage] = field(default_factory=set)
    # By thread: since when it works on a frame, less what it had waited until then.
    _works: dict[int, float] = field(default_factory=dict)
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(THREADS, "page"))

    def open_page(self, comm: BaseComm, message: JsonObject) -> None:
        """Take a page in, for the seat whose pass comes with it."""
        seat_pass = str(message["content"]["data"]["seat_pass"])
        self.pages.add(HostedPage(self, comm, seat_pass))

    def open_probe(self, comm: BaseComm, _message: JsonObject) -> None:
        """Answer whoever asks how this host is, from the main thread."""
        comm.on_msg(lambda _: comm.send({**self.pulse()}))

    def pulse(self) -> HostPulse:
        """How this host is now."""
        now, waited = time.monotonic(), self.waiting()
        spent = [now - since - waited.get(thread, 0.0) for thread, since in self._works.copy().items()]
        return HostPulse(pages=len(self.pages), longest=max(spent, default=0.0), seat=self.seat)

    def work(self, page: HostedPage, frame: SentFrame) -> None:
        """Have a frame answered in a thread, and the answer handed to the page in the main one."""
        self._threads.submit(self._answer, page, frame)

    def _answer(self, page: HostedPage, frame: SentFrame) -> None:
        thread = threading.get_ident()
        self._works[thread] = time.monotonic() - self.waiting().get(thread, 0.0)
        try:
            answer = page.answer(json.loads(frame["frame"]))
            text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
        finally:
            del self._works[thread]
        sent = SentFrame(seq=frame["seq"], frame=text)
        self.loop.call_soon_threadsafe(page.hand_back, sent)


class HostedPage:
    """One page: its conversation, and what it has sent and was not answered yet."""

    def __init__(self, host: SeatHost, comm: BaseComm, seat_pass: str) -> None:
        """Listen at `comm`."""
        self._host, self._comm, self._seat_pass = host, comm, seat_pass
        self._conversation = self._begun()
        self._frames: deque[SentFrame] = deque()
        self._is_busy = False
        comm.on_msg(self._hear)
        comm.on_close(self._close)

    def answer(self, frame: Envelope) -> AnswerFrame:
        """The answer to a frame; a failure of ours is logged, told to the page, and ends no other's play."""
        try:
            replies = self._conversation.answer(frame["message"], frame["at"])
            place = self._conversation.place
        except Exception as error:  # noqa: BLE001 -- whatever it was, it is logged and told
            LOG.error("A message could not be answered: %s.", kind_and_place(error))
            self._conversation = self._begun()
            return failed_answer(frame)
        return AnswerFrame(seq=frame["seq"], at=place, replies=replies)

    def hand_back(self, answer: SentFrame) -> None:
        """Send the answer to a frame, as it goes to the page, and go on with the next one."""
        if self not in self._host.pages:
            return
        self._comm.send({**answer})
        self._is_busy = False
        self._go_on()

    def _begun(self) -> Conversation:
        return Conversation(self._host.shelf(self._seat_pass), SOURCE, utc_now, random_id)

    def _hear(self, message: JsonObject) -> None:
        self._frames.append(message["content"]["data"])
        self._go_on()

    def _go_on(self) -> None:
        if self._frames and not self._is_busy:
            self._is_busy = True
            self._host.work(self, self._frames.popleft())

    def _close(self, _message: JsonObject) -> None:
        self._frames.clear()
        self._host.pages.discard(self)


def host(environ: Mapping[str, str] = os.environ) -> HTML:
    """Let this kernel host pages; the one line of the workshop's notebook. Raises WriterSilentError."""
    writer = WriterClient(Address.parse(environ[ADDRESS]))
    directory = load_directory(Path(environ[SERVICES])) if SERVICES in environ else load_directory()
    size = _rehearsed(writer, directory)

    def shelf(seat_pass: str) -> WorkshopShelf:
        return WorkshopShelf(writer, seat_pass, directory)

    hosting = SeatHost(shelf, asyncio.get_running_loop(), writer.waiting, size)
    manager = get_comm_manager()
    manager.register_target(PAGE_TARGET, hosting.open_page)
    manager.register_target(PROBE_TARGET, hosting.open_probe)
    return HTML(SPOT)  # type: ignore[no-untyped-call]


def _rehearsed(writer: WriterClient, directory: Directory) -> int:
    # What a play looks up is read when it is first needed: here, and not while somebody waits for it.
    cases = WorkshopShelf(writer, "", directory).cases()
    for case in cases:
        rehearse(case, directory)
    return max((seat_size(case, directory) for case in cases[:1]), default=0)
