"""The six-session workshop as a course: its cases, its tests before and after, and its deadlines.

Which case stands in which session, and why, is data (``programme.yaml``). The two test forms are
played in both orders: who begins with which is drawn by a rule on the roster, half and half within
each sector, and kept in the course's ``forms.csv``, which holds ids alone.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import Field

from graders.key.key import KEYS_VARIABLE
from graders.people.roster import Roster, course_roster
from release.course.course import assignments, read_course
from release.course.gradebook import add_assignments
from scenarios.documents.part import CaseId, Part
from scenarios.documents.problem import BadInputError
from scenarios.language import Texts
from scenarios.library import read_model
from scenarios.whole_file import write_whole

FORMS = "forms.csv"
SESSIONS = 6
MOST_DAYS = 60
ZONES = {
    name: timezone(timedelta(hours=hours), name) for name, hours in (("WIB", 7), ("WITA", 8), ("WIT", 9))
}

Orders: TypeAlias = Mapping[str, tuple[str, str]]  # by id: the form before, and the form after

_HEADER = ("id", "before", "after")
_FILE = Path(__file__).with_name("programme.yaml")
_LAST_MINUTE = time(23, 59)


class ProgrammeError(BadInputError):
    """A programme cannot be made as it was asked for; a sentence."""


class ProgrammeSession(Part):
    """One session. other: minutes beside cases, debriefs and tests; test: whether a test is played in it."""

    title: Texts
    goal: Texts
    why: Texts
    cases: Annotated[tuple[CaseId, ...], Field(min_length=1, max_length=3)]
    test: bool = False
    other: Annotated[int, Field(ge=0, le=120)] = 30


class Programme(Part):
    """A workshop. tests: two parallel forms; explain: minutes to explain one; reasons: of its order."""

    name: Texts
    tests: tuple[CaseId, CaseId]
    explain: Annotated[int, Field(ge=0, le=60)]
    reasons: tuple[Texts, ...]
    sessions: Annotated[tuple[ProgrammeSession, ...], Field(min_length=SESSIONS, max_length=SESSIONS)]

    @property
    def cases(self) -> tuple[str, ...]:
        """The cases of all sessions, in their order."""
        return tuple(case for session in self.sessions for case in session.cases)


@dataclass(frozen=True, slots=True)
class Calendar:
    """When the sessions are: `a_day` of them on one day, such days `every` so many days."""

    begins: date
    every: int = 7
    a_day: int = 1
    zone: timezone = ZONES["WIB"]

    def __post_init__(self) -> None:
        """Raise ProgrammeError for days that no workshop has."""
        if not (1 <= self.every <= MOST_DAYS and 1 <= self.a_day <= SESSIONS):
            raise ProgrammeError(
                f"Sessions are held every 1 to {MOST_DAYS} days, 1 to {SESSIONS} of them a day; "
                f"not every {self.every}, {self.a_day} a day."
            )

    def day(self, number: int) -> date:
        """The day of a session, the first of which is 0."""
        return self.begins + timedelta(days=number // self.a_day * self.every)

    def due(self, number: int) -> datetime:
        """When the cases of a session are due: the last minute before the day of the next ones."""
        eve = self.begins + timedelta(days=(number // self.a_day + 1) * self.every - 1)
        return datetime.combine(eve, _LAST_MINUTE, self.zone)


@lru_cache(maxsize=4)
def load_programme(file: Path = _FILE) -> Programme:
    """Load the programme. Raises ProblemsError."""
    return read_model(file, Programme)


def calendar_of(begins: date, every: int, a_day: int, zone: str) -> Calendar:
    """A calendar in one of Indonesia's time zones. Raises ProgrammeError."""
    if zone not in ZONES:
        raise ProgrammeError(f"The time zone {zone} is unknown. Use one of: {', '.join(ZONES)}.")
    return Calendar(begins, every, a_day, ZONES[zone])


def programme_cases(programme: Programme, keys: Path, *, tests: bool) -> tuple[str, ...]:
    """The cases of a course of this programme, those of the tests too where `tests` says so.

    keys: the folder of all their keys. Raises ProgrammeError where one of them is missing.
    """
    wanted = (*programme.cases, *(programme.tests if tests else ()))
    missing = [case for case in wanted if not (keys / f"{case}.yaml").is_file()]
    if missing:
        message = (
            f"{keys} holds no key of {', '.join(missing)}. Set {KEYS_VARIABLE} to a folder with all keys"
        )
        if set(missing) <= set(programme.tests):
            message += ", or leave the tests before and after out: --without-tests"
        raise ProgrammeError(f"{message}.")
    return wanted


def set_deadlines(
    course: Path, programme: Programme, calendar: Calendar, *, tests: bool
) -> Mapping[str, datetime]:
    """Write the due date of each case into the course's gradebook, and give them."""
    due = dict(_due(programme, calendar, tests=tests))
    add_assignments(course, due)
    return due


def assign_forms(course: Path, programme: Programme | None = None) -> Orders:
    """Settle who of the course's roster begins with which test form, and keep it in ``forms.csv``.

    Whoever has been given an order keeps it. Nothing is settled in a course without both forms.
    Raises CourseError, RosterError, ProgrammeError.
    """
    plan = programme or load_programme()
    if not set(plan.tests) <= set(assignments(course)):
        return {}
    roster = course_roster(course)
    orders = form_orders(roster, read_forms(course), plan.tests, seed=read_course(course).course)
    if orders:
        _write_forms(course / FORMS, orders)
    return orders


def form_orders(roster: Roster, standing: Orders, tests: tuple[str, str], *, seed: str) -> Orders:
    """An order of the two forms for everybody in `roster`: half and half, within each sector too.

    standing: orders that stand. The same seed and roster give the same orders.
    """
    both = (tests, (tests[1], tests[0]))
    orders = {name: standing[name] for name in roster if standing.get(name) in both}
    everybody = Counter(orders.values())
    for _, people in _by_sector(roster):
        sector = Counter(orders[name] for name in people if name in orders)
        for drawn, name in sorted((_drawn(seed, name), name) for name in people if name not in orders):
            chosen = both if int(drawn[-1], 16) % 2 else both[::-1]
            fewer = min(chosen, key=lambda order: (sector[order], everybody[order]))
            orders[name] = fewer
            sector[fewer] += 1
            everybody[fewer] += 1
    return {name: orders[name] for name in roster}


def read_forms(course: Path) -> Orders:
    """The orders that the course keeps; none where it keeps none. Raises ProgrammeError."""
    file = course / FORMS
    try:
        text = file.read_text(encoding="utf-8-sig")
        header, *rows = [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, csv.Error):
        raise ProgrammeError(f"{file} cannot be read. Take it away, and make the programme again.") from None
    if header != _HEADER or any(len(row) != len(_HEADER) for row in rows):
        raise ProgrammeError(f"{file} does not hold {', '.join(_HEADER)}. Take it away, and try again.")
    return {row[0]: (row[1], row[2]) for row in rows}


def _write_forms(file: Path, orders: Orders) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows((_HEADER, *((name, *order) for name, order in orders.items())))
    write_whole(file, text.getvalue())


def _by_sector(roster: Roster) -> Iterator[tuple[str, list[str]]]:
    groups: dict[str, list[str]] = {}
    for name, person in roster.items():
        groups.setdefault(person.sector or "", []).append(name)
    yield from sorted(groups.items())


def _drawn(seed: str, name: str) -> str:
    return hashlib.sha256(f"{seed}/{name}".encode()).hexdigest()


def _due(plan: Programme, calendar: Calendar, *, tests: bool) -> Iterator[tuple[str, datetime]]:
    for number, session in enumerate(plan.sessions):
        for case in session.cases:
            yield case, calendar.due(number)
    if tests:
        # Half of the class plays each form last, so that neither may be told about before.
        for test in plan.tests:
            yield test, calendar.due(SESSIONS - 1)
