"""Whose seat is whose: the seats that the people of a course have in the workshops of a data folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from graders.people.roster import Roster, course_roster
from release.phones.trainee_plays import TraineePlay, seats_by_workshop, trainee_plays
from release.phones.words import PhonesError, phone_sentence
from release.workshop.carried_course import CarriedCourse, read_carried_course
from release.workshop.data_folder import cards_of
from release.workshop.seats.card_numbers import CardNumbers
from release.workshop.seats.seat import SeatMaker, maker_in


@dataclass(frozen=True, slots=True)
class CourseSeats:
    """The people of a course and the seats that their cards open.

    maker: of the data folder, by whose secret a seat is somebody's: what else stands in the database of
    whose a seat is counts for nothing; cards: the numbers of those that were replaced there.
    """

    course: CarriedCourse
    roster: Roster
    maker: SeatMaker
    cards: CardNumbers

    @property
    def codes(self) -> Mapping[str, str]:
        """The code of each person's card, by id, in the order of the roster."""
        return {name: self.maker.resume_code(self._seat(name)) for name in self.roster}

    def replace_cards(self, trainees: Iterable[str]) -> None:
        """Let new cards open these people's seats, and those that are lost open nothing.

        Raises PhonesError for whoever is not in the roster, before any card is replaced; CardsError.
        """
        for name in self._people(trainees):
            self.cards.replace_card(self._seat(name))

    def after_replacing(self, trainees: Iterable[str]) -> CourseSeats:
        """The same people and seats as they will be once these people's cards are replaced; none is yet.

        Raises PhonesError for whoever is not in the roster.
        """
        lost = {self._seat(name) for name in self._people(trainees)}
        return replace(
            self, maker=replace(self.maker, card=lambda seat: self.cards.of(seat) + (seat in lost))
        )

    def plays(self, url: str) -> list[tuple[str, TraineePlay]]:
        """Each play of these people with whose it is, in the order in which they were begun.

        Raises DatabaseError.
        """
        people = {self._seat(name): name for name in self.roster}
        return [(people[one.play.seat], one) for one in trainee_plays(url) if one.play.seat in people]

    def workshops(self, url: str) -> Mapping[str, bool]:
        """Each workshop that carries a course, by its name: whether it is this one. Raises DatabaseError."""
        own = {self._seat(name) for name in self.roster}
        return {name: not own.isdisjoint(ids) for name, ids in seats_by_workshop(url).items()}

    def _people(self, trainees: Iterable[str]) -> tuple[str, ...]:
        people = tuple(dict.fromkeys(trainees))
        if strangers := [name for name in people if name not in self.roster]:
            raise PhonesError(phone_sentence("no_person", course=self.course.place, ids=", ".join(strangers)))
        return people

    def _seat(self, trainee: str) -> str:
        return self.maker.trainee_seat(self.course.card.course, trainee)


def course_seats(course: Path, data: Path) -> CourseSeats:
    """The seats of the course at `course` in the data folder; its secret is drawn where it has none yet.

    Raises WorkshopRefusedError for no course, RosterError, PhonesError where nobody takes part.
    """
    carried = read_carried_course(course)
    roster = course_roster(carried.place)
    if not roster:
        raise PhonesError(phone_sentence("no_roster", course=course))
    return CourseSeats(carried, roster, maker_in(data), CardNumbers(cards_of(data)))
