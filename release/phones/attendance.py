"""Who was there, by day and session: told by the events of the plays on phones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from graders.exports import EXPORTS
from graders.people.roster import Person
from graders.sheet_export import Table, write_csv, write_spreadsheet
from release.local_time import ZONES
from release.phones.seats import course_seats
from release.phones.words import PhonesError, phone_sentence
from scenarios.language import SOURCE, Language
from scenarios.sentence import in_language

# Where nobody in the room has played for so long, a session is over and the next one is another.
BETWEEN_SESSIONS = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Presence:
    """One person in one session of one day. first, last: moments of their events, in the place's zone."""

    person: str
    day: date
    session: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who takes part, and who was there. presences: by day, session and the order of the roster."""

    people: tuple[Person, ...]
    presences: tuple[Presence, ...]

    @property
    def sessions(self) -> tuple[tuple[date, int], ...]:
        """Each day and session that took place, in their order."""
        return tuple(sorted({(one.day, one.session) for one in self.presences}))


def course_attendance(course: Path, data: Path, url: str, zone: str = "WIB") -> Attendance:
    """The attendance of a course's people, from all that they did on phones, second plays too.

    data, url: as of `hand_in`; zone: WIB, WITA or WIT, whose days and clocks. A play that was changed in the
    database tells nothing. Raises WorkshopRefusedError, RosterError, DatabaseError; PhonesError where nobody
    takes part, or for a zone that Indonesia has not.
    """
    if zone not in ZONES:
        raise PhonesError(phone_sentence("no_zone", zone=zone, zones=", ".join(ZONES)))
    seats = course_seats(course, data)
    moments = [
        (person, datetime.fromisoformat(event.at).astimezone(ZONES[zone]))
        for person, one in seats.plays(url)
        if not one.fault
        for event in one.play.events
    ]
    return Attendance(tuple(seats.roster.values()), tuple(presences_of(moments, tuple(seats.roster))))


def presences_of(moments: Iterable[tuple[str, datetime]], people: tuple[str, ...]) -> Iterator[Presence]:
    """Who was there when, from each moment of each person, all in one zone."""
    known = list(moments)
    number = _numbers(sorted(moment for _, moment in known))
    spans: dict[tuple[date, int, str], list[datetime]] = {}
    for person, moment in known:
        spans.setdefault((moment.date(), number[moment], person), []).append(moment)
    for day, session, person in sorted(spans, key=lambda key: (key[0], key[1], people.index(key[2]))):
        here = spans[day, session, person]
        yield Presence(person, day, session, min(here), max(here))


def attendance_table(attendance: Attendance, language: Language = SOURCE) -> Table:
    """Every person in every session, with a 1 for whoever was there, and when first and last."""
    names = ("id", "name", "sector", "kabupaten", "day", "session", "present", "first", "last")
    header = tuple(in_language(phone_sentence(f"column_{name}"), language) for name in names)
    there = {(one.day, one.session, one.person): one for one in attendance.presences}
    rows = [
        (
            *(person.id, person.name, person.sector or "", person.kabupaten),
            *(f"{day:%Y-%m-%d}", float(session)),
            *_times(there.get((day, session, person.id))),
        )
        for day, session in attendance.sessions
        for person in attendance.people
    ]
    return Table(header, tuple(rows))


def write_attendance(
    course: Path, attendance: Attendance, *, file: Path | None = None, language: Language = SOURCE
) -> Path:
    """Write the table as XLSX, or as CSV where the file is called so; in the course's exports/ by default.

    Raises BadInputError.
    """
    target, table = file or course / EXPORTS / "attendance.xlsx", attendance_table(attendance, language)
    write = write_csv if target.suffix.lower() == ".csv" else write_spreadsheet
    write(target, table)
    return target


def _times(presence: Presence | None) -> tuple[float | None, str, str]:
    if presence is None:
        return (None, "", "")
    return (1.0, f"{presence.first:%H:%M}", f"{presence.last:%H:%M}")


def _numbers(moments: list[datetime]) -> dict[datetime, int]:
    """The number of the session that each moment lies in, from 1 on each day. moments: sorted."""
    numbers = dict.fromkeys(moments[:1], 1)
    for before, moment in pairwise(moments):
        if moment.date() != before.date():
            numbers[moment] = 1
        else:
            numbers[moment] = numbers[before] + (moment - before > BETWEEN_SESSIONS)
    return numbers
