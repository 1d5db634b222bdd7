"""Who sits where: the seats of the workshop, asked of the writer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from release.workshop.seats.seat import Draw, PseudonymWords, Seat, SeatMaker, pseudonym
from release.workshop.wire import Answer, Request
from scenarios.engine.record import WorkshopEndedError

_DRAWS = 40


class SeatsUnavailableError(Exception):
    """No seat can be given now; a sentence."""


class PseudonymTakenError(Exception):
    """The pseudonym that was typed is another's."""


class WriterAccess(Protocol):
    """The writer, as the server asks it."""

    async def ask(self, request: Request) -> Answer:
        """The answer to `request`."""
        ...


@dataclass(frozen=True, slots=True)
class Seating:
    """The seats, asked of the writer. words, draw: what a pseudonym is drawn from, and how.

    known: by id, those that the writer has named; a seat never changes while its workshop runs.
    """

    maker: SeatMaker
    words: PseudonymWords
    writer: WriterAccess
    draw: Draw
    known: dict[str, Seat] = field(default_factory=dict)

    async def new_seat(self, sector: str | None = None, typed: str = "", *, seat_id: str = "") -> Seat:
        """A new seat with the pseudonym that was typed, else with a drawn one.

        seat_id: of the seat, where it follows from who sits there; else it is drawn.

        Raises PseudonymTakenError where the typed one is another's, WorkshopEndedError, or
        SeatsUnavailableError.
        """
        for _ in range(1 if typed else _DRAWS):
            name = typed or pseudonym(self.words, self.draw)
            seat = Seat(seat_id or self.maker.new_id(), name, sector, bool(typed))
            code = self.maker.code_hash(self.maker.resume_code(seat.id))
            answer = await self.writer.ask(
                {
                    "ask": "new_seat",
                    "seat": seat.id,
                    "pseudonym": seat.pseudonym,
                    "code": code,
                    "sector": sector,
                    "typed": seat.typed,
                }
            )
            if answer["answer"] == "done":
                self.known[seat.id] = seat
                return seat
            if answer["answer"] == "ended":
                raise WorkshopEndedError
            if answer["answer"] == "unwritable":
                raise SeatsUnavailableError(f"No seat could be kept: {answer['reason']}.")
        if typed:
            raise PseudonymTakenError("The pseudonym that was typed is another's.")
        raise SeatsUnavailableError("Every pseudonym that was drawn is taken.")

    async def seat(self, seat_id: str | None) -> Seat | None:
        """The seat of that id, or None."""
        if seat_id is None or seat_id in self.known:
            return None if seat_id is None else self.known[seat_id]
        seat = _seat(await self.writer.ask({"ask": "seat", "seat": seat_id}))
        if seat is not None:
            self.known[seat_id] = seat
        return seat

    def forget(self, seats: Iterable[str]) -> None:
        """Know these seats no more: the writer has deleted them."""
        for seat in seats:
            self.known.pop(seat, None)

    async def seat_by_code(self, code: str) -> Seat | None:
        """The seat that a resume code opens, or None."""
        return _seat(await self.writer.ask({"ask": "seat_by_code", "code": self.maker.code_hash(code)}))

    async def current_case(self, seat: Seat) -> str | None:
        """The case that the seat is in the middle of, or is to begin with; None for none."""
        answer = await self.writer.ask({"ask": "current", "seat": seat.id})
        return answer["case"] if answer["answer"] == "current" else None


def _seat(answer: Answer) -> Seat | None:
    if answer["answer"] != "seat":
        return None
    return Seat(answer["seat"], answer["pseudonym"], answer["sector"], answer["typed"], answer.get("trainee"))
