"""One play of a seat, or of its team, as the writer keeps it.

Imported by every kernel, so it imports no database and no grader.
"""

from __future__ import annotations

from dataclasses import dataclass

from release.workshop.kernel.client import WriterClient
from release.workshop.wire import Answer, Request
from release.workshop.writer_line import WriterSilentError
from scenarios.engine.event import Event, Started
from scenarios.engine.record import (
    DecisionLockedError,
    RecordBehindError,
    RecordClosedError,
    RecordUnwritableError,
    WorkshopEndedError,
)


@dataclass(slots=True)
class SeatStore:
    """One play, kept by the writer under a lease; see Store. events: those on disk."""

    writer: WriterClient
    seat_pass: str
    case: str
    lease: str
    events: tuple[Event, ...]

    @property
    def play(self) -> str:
        """The id of the play; "" before its first event."""
        first = self.events[0] if self.events else None
        return first.play if isinstance(first, Started) else ""

    def append(self, event: Event) -> None:
        """Send `event` to the writer; return once it is on disk."""
        self.keep(
            {
                "ask": "append",
                "seat_pass": self.seat_pass,
                "lease": self.lease,
                "case": self.case,
                "play": event.play if isinstance(event, Started) else self.play,
                "n": len(self.events),
                "event": event.model_dump(mode="json"),
            }
        )
        self.events = (*self.events, event)

    def keep(self, request: Request) -> None:
        """Ask the writer to keep something; return once it is on disk. Raises what `append` does."""
        try:
            answer = self.writer.ask(request)
        except WriterSilentError as error:
            raise RecordUnwritableError(str(error)) from None
        refusal = _error_of(answer)
        if refusal is not None:
            raise refusal


def _error_of(answer: Answer) -> Exception | None:
    match answer["answer"]:
        case "done":
            return None
        case "unwritable":
            return RecordUnwritableError(answer["reason"])
        case "ended":
            return WorkshopEndedError()
        case "locked":
            return DecisionLockedError()
        case "behind":
            return RecordBehindError()
        case _:
            return RecordClosedError()
