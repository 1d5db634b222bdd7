"""Who sits where: the seats of the workshop as the server knows them, and the kernels that play for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from release.workshop.seats.seat import Draw, PseudonymWords, Seat, SeatMaker, pseudonym
from release.workshop.wire import Answer, Request, hash_of
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
class Claim:
    """A kernel that a seat has claimed: the seat, and the hash of the kernel's key."""

    seat: str
    key: str


@dataclass(slots=True)
class Seating:
    """The seats, asked of the writer, and which kernel plays for which of them."""

    maker: SeatMaker
    words: PseudonymWords
    writer: WriterAccess
    draw: Draw
    claims: dict[str, Claim] = field(default_factory=dict)

    async def new_seat(self, sector: str | None = None, typed: str = "") -> Seat:
        """A new seat with the pseudonym that was typed, else with a drawn one.

        Raises PseudonymTakenError where the typed one is another's, WorkshopEndedError, or
        SeatsUnavailableError.
        """
        for _ in range(1 if typed else _DRAWS):
            name = typed or pseudonym(self.words, self.draw)
            seat = Seat(self.maker.new_id(), name, sector, bool(typed))
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
        return None if seat_id is None else _seat(await self.writer.ask({"ask": "seat", "seat": seat_id}))

    async def seat_by_code(self, code: str) -> Seat | None:
        """The seat that a resume code opens, or None."""
        return _seat(await self.writer.ask({"ask": "seat_by_code", "code": self.maker.code_hash(code)}))

    async def current_case(self, seat: Seat) -> str | None:
        """The case that the seat is in the middle of, or None."""
        answer = await self.writer.ask({"ask": "current", "seat": seat.id})
        return answer["case"] if answer["answer"] == "current" else None

    async def claim(self, kernel_id: str, key: bytes, seat_id: str) -> bool:
        """Let the kernel play for the seat; False where another seat has claimed it before."""
        claim = Claim(seat_id, hash_of(key))
        if kernel_id in self.claims:
            return self.claims[kernel_id] == claim
        answer = await self.writer.ask({"ask": "bind", "key": claim.key, "seat": seat_id})
        if answer["answer"] != "done":
            return False
        self.claims[kernel_id] = claim
        return True

    async def forget_ended(self, lives: Callable[[str], bool]) -> None:
        """Drop the claims on kernels that have ended."""
        for kernel_id in [kernel_id for kernel_id in self.claims if not lives(kernel_id)]:
            await self.writer.ask({"ask": "unbind", "key": self.claims.pop(kernel_id).key})

    def kernels_of(self, seat_id: str) -> list[str]:
        """The kernels that the seat has claimed."""
        return [kernel for kernel, claim in self.claims.items() if claim.seat == seat_id]

    def others(self, kernel_id: str) -> list[str]:
        """The other kernels of the seat that plays with `kernel_id`."""
        seat = self.claims[kernel_id].seat
        return [other for other, claim in self.claims.items() if claim.seat == seat and other != kernel_id]


def requests_for(claims: Mapping[str, Claim]) -> list[Request]:
    """The claims as requests, for a writer that has just been started again."""
    return [{"ask": "bind", "key": claim.key, "seat": claim.seat} for claim in claims.values()]


def _seat(answer: Answer) -> Seat | None:
    if answer["answer"] != "seat":
        return None
    return Seat(answer["seat"], answer["pseudonym"], answer["sector"], answer["typed"])
