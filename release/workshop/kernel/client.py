"""The kernel's side of the workshop: a shelf whose plays are kept by the writer, over its socket.

Imported by every kernel, so it imports no database and no grader.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import BinaryIO, cast

from release.workshop.wire import (
    ADDRESS,
    SERVICES,
    Address,
    Answer,
    CasesAnswer,
    FeedbackAnswer,
    Request,
    line_of,
)
from scenarios.case import Case
from scenarios.directory.services import Directory, load_directory
from scenarios.engine.draw import Draw
from scenarios.engine.event import EVENT, Event, Started
from scenarios.engine.play import Play
from scenarios.engine.record import (
    DecisionLockedError,
    RecordClosedError,
    RecordUnwritableError,
    WorkshopEndedError,
)
from scenarios.feedback import CaseFeedback, DecisionFeedback
from scenarios.language import Language
from scenarios.library import case_folder
from scenarios.loader import load_case
from widgets import CasePlayer
from widgets.shelf import OpenPlay, PlayStatus

PATIENCE = 6.0


class WriterSilentError(OSError):
    """The writer does not answer, or does not know this kernel."""


class WriterClient:
    """The kernel's connection to the writer: one question at a time, dialled again where it broke.

    The kernel says hello with `key` before its first question that needs a seat; a kernel whose page
    has just been opened may not be claimed yet, so that it asks again for `patience` seconds where the writer
    calls it a stranger.
    """

    def __init__(
        self,
        address: Address,
        key: str,
        *,
        patience: float = PATIENCE,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Dial when the first question is asked."""
        self._address, self._key, self._patience, self._sleep = address, key, patience, sleep
        self._lock = threading.RLock()
        self._socket: socket.socket | None = None
        self._answers: BinaryIO | None = None
        self._is_admitted = False

    def ask(self, request: Request) -> Answer:
        """The answer to `request`. Raises WriterSilentError."""
        deadline = time.monotonic() + self._patience
        with self._lock:
            while True:
                was_admitted = self._is_admitted
                answer = self._try(request)
                if answer is not None and answer["answer"] != "stranger":
                    return answer
                if time.monotonic() > deadline:
                    raise WriterSilentError("The workshop's writer does not answer this page.")
                if not was_admitted:
                    self._sleep(0.05)

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            for end in (self._answers, self._socket):
                if end is not None:
                    end.close()
            self._socket = self._answers = None
            self._is_admitted = False

    def _try(self, request: Request) -> Answer | None:
        hello: Request = {"ask": "hello_kernel", "key": self._key}
        requests = [request] if self._is_admitted else [hello, request]
        try:
            if self._socket is None:
                self._socket = self._dial()
                self._answers = self._socket.makefile("rb")
            answers = self._say(requests)
        except (OSError, ValueError):
            self.close()
            return None
        self._is_admitted = all(answer["answer"] != "stranger" for answer in answers)
        return answers[-1]

    def _say(self, requests: Sequence[Request]) -> list[Answer]:
        if self._socket is None or self._answers is None:
            raise ConnectionError
        self._socket.sendall(b"".join(map(line_of, requests)))
        replies = [self._answers.readline() for _ in requests]
        if not all(reply.endswith(b"\n") for reply in replies):
            raise ConnectionError
        return [cast("Answer", json.loads(reply)) for reply in replies]

    def _dial(self) -> socket.socket:
        if self._address.path is None:
            return socket.create_connection(("127.0.0.1", self._address.port))
        dialled = socket.socket(socket.AF_UNIX)
        try:
            dialled.connect(str(self._address.path))
        except OSError:
            dialled.close()
            raise
        return dialled


@dataclass(slots=True)
class SeatStore:
    """One play, kept by the writer under a lease; see Store. events: those on disk."""

    writer: WriterClient
    case: str
    lease: str
    events: tuple[Event, ...]

    def append(self, event: Event) -> None:
        """Send `event` to the writer; return once it is on disk."""
        first = (*self.events, event)[0]
        play = first.play if isinstance(first, Started) else ""
        try:
            answer = self.writer.ask(
                {
                    "ask": "append",
                    "lease": self.lease,
                    "case": self.case,
                    "play": play,
                    "n": len(self.events),
                    "event": event.model_dump(mode="json"),
                }
            )
        except WriterSilentError as error:
            raise RecordUnwritableError(str(error)) from None
        if answer["answer"] == "unwritable":
            raise RecordUnwritableError(answer["reason"])
        if answer["answer"] == "ended":
            raise WorkshopEndedError
        if answer["answer"] == "locked":
            raise DecisionLockedError
        if answer["answer"] != "done":
            raise RecordClosedError
        self.events = (*self.events, event)


@dataclass(frozen=True, slots=True)
class WriterFeedback:
    """Feedback that the writer works out from what is on disk; see FeedbackSource."""

    writer: WriterClient

    def on_decision(self, play: Play, decision_id: str, language: Language) -> DecisionFeedback | None:
        """The feedback on a decision that was made."""
        return self._ask(play, decision_id, language)["decision"]

    def on_case(self, play: Play, language: Language) -> CaseFeedback | None:
        """The feedback on an ended play."""
        return self._ask(play, None, language)["case"]

    def on_reveal(self, play: Play, language: Language) -> DecisionFeedback | None:
        """The feedback on the decision of `play` that was revealed to the room last."""
        name = play.started.play if play.started else ""
        return self._answer({"ask": "revealed", "case": play.case.id, "play": name, "language": language})[
            "decision"
        ]

    def _ask(self, play: Play, decision: str | None, language: Language) -> FeedbackAnswer:
        return self._answer(
            {
                "ask": "feedback",
                "case": play.case.id,
                "play": play.started.play if play.started else "",
                "decision": decision,
                "language": language,
            }
        )

    def _answer(self, request: Request) -> FeedbackAnswer:
        nothing: FeedbackAnswer = {"answer": "feedback", "decision": None, "case": None}
        try:
            answer = self.writer.ask(request)
        except WriterSilentError:
            return nothing  # the scene goes on without it, and shows it when the page is next drawn
        return answer if answer["answer"] == "feedback" else nothing


class WorkshopShelf:
    """The cases of the workshop and the plays of one seat; see Shelf."""

    def __init__(self, writer: WriterClient, directory: Directory | None = None) -> None:
        """Ask `writer`; show the services of `directory`, the library's where left out."""
        self._writer, self._directory = writer, directory

    @cached_property
    def _offer(self) -> CasesAnswer:
        answer = self._writer.ask({"ask": "cases"})
        if answer["answer"] != "cases":
            raise WriterSilentError("The workshop's writer names no cases.")
        return answer

    @cached_property
    def _cases(self) -> Mapping[str, Case]:
        folder = Path(self._offer["folder"])
        return {case_id: read_case(folder, case_id) for case_id in self._offer["cases"]}

    @property
    def person(self) -> str | None:
        """Who can be spoken to."""
        return self._offer["person"]

    @property
    def directory(self) -> Directory:
        """The services of the workshop."""
        return self._directory or load_directory()

    def cases(self) -> Sequence[Case]:
        """The cases on offer."""
        return tuple(self._cases.values())

    def status(self, case_id: str) -> PlayStatus:
        """How far the seat's latest play of a case has come."""
        answer = self._writer.ask({"ask": "status", "case": case_id})
        return answer["status"] if answer["answer"] == "status" else "new"

    def open(self, case_id: str, *, again: bool = False) -> OpenPlay:
        """Open the seat's latest play of a case, or a new one; whoever had it open loses it.

        Raises WriterSilentError.
        """
        answer = self._writer.ask({"ask": "open", "case": case_id, "again": again})
        if answer["answer"] != "opened":
            raise WriterSilentError(f"The workshop's writer does not open the case “{case_id}”.")
        events = tuple(EVENT.validate_python(event) for event in answer["events"])
        return OpenPlay(
            case=self._cases[case_id],
            store=SeatStore(self._writer, case_id, answer["lease"], events),
            course=answer["course"],
            mode=answer["mode"],
            feedback=WriterFeedback(self._writer),
            read_only=False,
            notices=(),
            person=self.person,
            draw=Draw(chosen=answer["variant"]),
        )


@lru_cache(maxsize=128)
def read_case(folder: Path, case_id: str) -> Case:
    """A case of the workshop, read once: a forked kernel finds it in its memory. Raises ProblemsError."""
    return load_case(case_folder(case_id, folder))


@lru_cache(maxsize=2)
def read_directory(file: Path) -> Directory:
    """The workshop's services, read once. Raises ProblemsError."""
    return load_directory(file)


def session_key() -> str:
    """The key of this kernel's Jupyter session, by which the server and the writer know it."""
    from ipykernel.kernelapp import IPKernelApp  # noqa: PLC0415 -- only a kernel has one

    key: bytes = IPKernelApp.instance().session.key
    return key.hex()


def player(environ: Mapping[str, str] = os.environ) -> CasePlayer:
    """The player of this kernel's seat; the one line of the workshop's notebook."""
    writer = WriterClient(Address.parse(environ[ADDRESS]), session_key())
    directory = read_directory(Path(environ[SERVICES])) if SERVICES in environ else None
    shelf = WorkshopShelf(writer, directory)
    with contextlib.suppress(WriterSilentError):
        shelf.cases()  # asked now, while the page is prepared, and not when somebody waits for it
    return CasePlayer(shelf)
