"""The seats of a course's trainees: each has one before anybody sits there, opened by the code of a card."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from graders.people.roster import ROSTER, Roster, course_roster
from release.workshop.carried_course import carried_sentence
from release.workshop.failure import WorkshopRefusedError
from release.workshop.seats.card_numbers import file_version
from release.workshop.seats.seat import Seat, SeatMaker
from release.workshop.writer.store import NewSeat, WorkshopStore
from scenarios.documents.problem import ProblemsError


@dataclass(slots=True)
class TraineeSeats:
    """Keeps a seat for everybody in the roster of the course at `place`, called `course`.

    cards: the file of the numbers of cards that were replaced.
    """

    place: Path
    course: str
    maker: SeatMaker
    cards: Path
    store: WorkshopStore
    _read: tuple[object, ...] = field(default=())

    def seat_everybody(self) -> None:
        """Give everybody a seat. Raises WorkshopRefusedError for a roster without anybody, RosterError."""
        self._read, roster = self._versions(), course_roster(self.place)
        if not roster:
            raise WorkshopRefusedError(carried_sentence("no_roster", place=self.place))
        self.store.enrol(trainee_seats(self.course, roster, self.maker))

    def seat_by_code(self, code: str) -> Seat | None:
        """The seat that a resume code of this hash opens, also of whoever was added to the roster since.

        The code of a card that was replaced opens none, whatever the database still holds. Raises
        DatabaseError, CardsError.
        """
        if self._versions() != self._read:
            # A roster that is just being written, or is wrong: whoever sits there already stays.
            with suppress(ProblemsError, WorkshopRefusedError):
                self.seat_everybody()
        seat = self.store.seat_by_code(code)
        if seat is None or seat.trainee is None:
            return seat
        return seat if self.maker.code_hash(self.maker.resume_code(seat.id)) == code else None

    def _versions(self) -> tuple[object, ...]:
        return (file_version(self.place / ROSTER), file_version(self.cards))


def trainee_seats(course: str, roster: Roster, maker: SeatMaker) -> list[NewSeat]:
    """The seats of everybody in a roster, called by their ids: no name stands in the database."""
    seats = []
    for name, person in roster.items():
        seat = Seat(maker.trainee_seat(course, name), name, person.sector, trainee=name)
        seats.append(NewSeat(seat, maker.code_hash(maker.resume_code(seat.id))))
    return seats
