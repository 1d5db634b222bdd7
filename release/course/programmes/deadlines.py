"""When the sessions of a programme are, and when what is played in them is due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path

from release.course.course import read_course, set_due
from release.course.programmes.programme import MOST_A_DAY, MOST_DAYS, PLANS, Programme, ProgrammeError
from release.local_time import ZONES
from scenarios.sentence import sentences_of

_LAST_MINUTE = time(23, 59)
_sentence = sentences_of(PLANS / "programmes.yaml")


@dataclass(frozen=True, slots=True)
class Calendar:
    """When the sessions are: `a_day` of them on one day, such days `every` so many days."""

    begins: date
    every: int = 7
    a_day: int = 1
    zone: timezone = ZONES["WIB"]

    def __post_init__(self) -> None:
        """Raise ProgrammeError for days that no programme has."""
        if not (1 <= self.every <= MOST_DAYS and 1 <= self.a_day <= MOST_A_DAY):
            most = {"days": MOST_DAYS, "sessions": MOST_A_DAY}
            raise ProgrammeError(_sentence("no_calendar", **most, every=self.every, together=self.a_day))

    def day(self, number: int) -> date:
        """The day of a session, the first of which is 0."""
        return self.begins + timedelta(days=number // self.a_day * self.every)

    def due(self, number: int) -> datetime:
        """When the cases of a session are due: the last minute before the day of the next ones."""
        eve = self.begins + timedelta(days=(number // self.a_day + 1) * self.every - 1)
        return datetime.combine(eve, _LAST_MINUTE, self.zone)


def calendar_of(begins: date, every: int, a_day: int, zone: str) -> Calendar:
    """A calendar in one of Indonesia's time zones. Raises ProgrammeError."""
    if zone not in ZONES:
        raise ProgrammeError(_sentence("no_zone", zone=zone, choices=", ".join(ZONES)))
    return Calendar(begins, every, a_day, ZONES[zone])


def standing_calendar(course: Path, programme: Programme) -> Calendar | None:
    """The calendar by which the deadlines of a course were set; None where it has none, or another one.

    Raises CourseError.
    """
    card, first = read_course(course), programme.sessions[0].cases
    due = next((card.due[case] for case in first if case in card.due), None)
    if due is None or programme.is_self_study:
        return None
    for name, zone in ZONES.items():
        eve = due.astimezone(zone)
        begins = eve.date() - timedelta(days=programme.every - 1)
        calendar = calendar_of(begins, programme.every, programme.a_day, name)
        if all(card.due.get(case) == moment for case, moment in _due(programme, calendar, tests=False)):
            return calendar
    return None


def set_deadlines(
    course: Path, programme: Programme, calendar: Calendar, *, tests: bool
) -> Mapping[str, datetime]:
    """Write the due date of each case into the course, and give them.

    Whoever learns alone plays the cases when there is time: of such a programme only the tests are due.
    """
    due = dict(_due(programme, calendar, tests=tests))
    set_due(course, due)
    return due


def _due(plan: Programme, calendar: Calendar, *, tests: bool) -> Iterator[tuple[str, datetime]]:
    for number, session in enumerate(plan.sessions):
        for case in () if plan.is_self_study else session.cases:
            yield case, calendar.due(number)
    if tests:
        # Half of the class plays each form last, so that neither may be told about before.
        for test in plan.tests:
            yield test, calendar.due(len(plan.sessions) - 1)
