"""A training as its papers need it: who takes part, when they played, and what they practised.

All of it is the course's own: its card, its roster, the plays that were handed in. No score is read here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from graders.key.key import keys_folder
from graders.people.cohort import Cohort, JudgedPlay, read_cohort
from graders.people.roster import Person, course_roster, folded
from release.local_time import ZONES
from release.papers.organiser import Organiser
from scenarios.case import common_languages
from scenarios.course_card import read_course_card
from scenarios.language import LANGUAGES, Language
from scenarios.library import CASE_FOLDER


@dataclass(frozen=True, slots=True)
class Attendee:
    """One person of the training.

    days: on which a play of theirs was begun, in the training's time zone; practised: the ids of the
    cases that were played to their end, whatever was chosen or skipped in them; a form of a test is none.
    """

    person: Person
    days: frozenset[date] = frozenset()
    practised: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Training:
    """A course as its papers know it.

    name: of the training; days: those that the organiser named, else those of the plays; cohort: None where
    no case was released yet.
    """

    name: str
    organiser: Organiser
    days: tuple[date, ...]
    attendees: tuple[Attendee, ...]
    cohort: Cohort | None

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages that all of its cases have."""
        if self.cohort is None:
            return LANGUAGES
        return common_languages(part.case for part in self.cohort.cases.values())

    @property
    def sessions(self) -> int:
        """How often a day is signed for."""
        return self.organiser.sessions or 2

    @property
    def by_kabupaten(self) -> Mapping[tuple[str, str], tuple[Attendee, ...]]:
        """The people of each province and kabupaten, as most write them, by the alphabet; ("", "") last."""
        parts: dict[tuple[str, str], list[Attendee]] = {}
        for one in self.attendees:
            place = (folded(one.person.province), folded(one.person.kabupaten))
            parts.setdefault(place, []).append(one)
        placed = sorted(parts.items(), key=lambda part: (not part[0][1], part[0]))
        return {_written(people): tuple(people) for _, people in placed}


def read_training(course: Path, organiser: Organiser, *, keys: Path | None, now: datetime) -> Training:
    """The training that stands as a course at `course`. now: with its time zone.

    Raises RosterError; ProblemsError where a case or its key cannot be read.
    """
    card, roster = read_course_card(course), course_roster(course)
    is_released = any(course.glob(f"release/*/{CASE_FOLDER}/case.yaml"))
    cohort = read_cohort(course, keys or keys_folder(), roster, now=now) if is_released else None
    plays: dict[str, list[JudgedPlay]] = {}
    for one in cohort.handed if cohort else ():
        plays.setdefault(one.member.id, []).append(one)
    people = {**roster, **{name: Person(name) for name in plays if name not in roster}}
    zone = organiser.zone or "WIB"
    attendees = tuple(attendee_of(person, plays.get(person.id, ()), zone) for person in people.values())
    played = sorted({day for one in attendees for day in one.days})
    return Training(
        organiser.training or card.course, organiser, organiser.dates or tuple(played), attendees, cohort
    )


def attendee_of(person: Person, plays: Iterable[JudgedPlay], zone: str) -> Attendee:
    """What a person did, by their plays. zone: a name of `ZONES`, by which days are counted."""
    several = tuple(plays)
    begun = (one.play.started.at for one in several if one.play.started is not None)
    days = frozenset(_moment(at).astimezone(ZONES[zone]).date() for at in begun)
    ended = (one for one in several if one.play.ended and one.play.case.use == "practice")
    return Attendee(person, days, tuple(sorted({one.case for one in ended})))


def _moment(at: str) -> datetime:
    return datetime.fromisoformat(at.removesuffix("Z")).replace(tzinfo=UTC)


def _written(people: Iterable[Attendee]) -> tuple[str, str]:
    """The province and the kabupaten of people of one place, as the first of them has it."""
    first = next(iter(people)).person
    return (first.province, first.kabupaten)
