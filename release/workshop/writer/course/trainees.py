"""The seats of a course's trainees: each has one before anybody sits there, opened by the code of a card."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from graders.people.roster import ROSTER, Roster, course_roster
from release.workshop.carried_course import carried_sentence
from release.workshop.failure import WorkshopRefusedError
from release.workshop.seats.seat import Seat, SeatMaker
from release.workshop.writer.store import NewSeat, WorkshopStore
from scenarios.documents.problem import BadInputError


@dataclass(slots=True)
class TraineeSeats:
    """Keeps a seat for everybody in the roster of the course at `place`, called `course`."""

    place: Path
    course: str
    maker: SeatMaker
    store: WorkshopStore
    _read: tuple[int, int] = field(default=(0, 0))

    def seat_everybody(self) -> None:
        """Give everybody a seat. Raises WorkshopRefusedError for a roster without anybody, RosterError."""
        self._read, roster = self._signature(), course_roster(self.place)
        if not roster:
            raise WorkshopRefusedError(carried_sentence("no_roster", place=self.place))
        self.store.enrol(trainee_seats(self.course, roster, self.maker))

    def look_again(self) -> bool:
        """Give those a seat who were added to the roster since; whether it was read anew."""
        if self._signature() == self._read:
            return False
        # A roster that is just being written, or is wrong: whoever sits there already stays.
        with suppress(BadInputError):
            self.seat_everybody()
        return True

    def _signature(self) -> tuple[int, int]:
        try:
            about = (self.place / ROSTER).stat()
        except OSError:
            return (0, 0)
        return (about.st_mtime_ns, about.st_size)


def trainee_seats(course: str, roster: Roster, maker: SeatMaker) -> list[NewSeat]:
    """The seats of everybody in a roster, called by their ids: no name stands in the database."""
    seats = []
    for name, person in roster.items():
        seat = Seat(maker.trainee_seat(course, name), name, person.sector, trainee=name)
        seats.append(NewSeat(seat, maker.code_hash(maker.resume_code(seat.id))))
    return seats
