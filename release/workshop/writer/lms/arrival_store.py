"""From which course each learner came, and what a platform has of whom: read for the teachers of that course.

A learner may come from several courses and has one seat in all of them. Of a course its own activities alone
are told, and only what was played since that course led there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, Executable, delete, insert, select, update

from release.lms.services.course_place import CoursePlace
from release.lms.services.grade import Grade
from release.workshop.writer.database import (
    News,
    forget_for_good,
    keep_news,
    overwrite_what_is_deleted,
    reading,
    writing,
)
from release.workshop.writer.tables import ARRIVAL, GRADE, METADATA, PLAY, SEAT, second_text


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a learner came from, and the grade that goes back there.

    item: what is played there, "" for all; at: when they came first; grade: its number, None where none goes
    back; wanted: as it stands; sent: as the platform has it; trouble: why it was not taken, "" where it was.
    """

    seat: str
    link: str
    item: str
    at: datetime
    grade: int | None = None
    wanted: Grade | None = None
    sent: Grade | None = None
    trouble: str = ""

    @property
    def waits(self) -> bool:
        """Whether the platform has another grade than the one that stands, or none."""
        return self.wanted is not None and self.wanted != self.sent


@dataclass(frozen=True, slots=True)
class ArrivalStore:
    """The arrivals in the tables of one workshop. now: the moment, in UTC. Each raises DatabaseError."""

    engine: Engine
    workshop: int
    now: Callable[[], datetime]

    def arrive(self, seat: str, course: CoursePlace, link: str, item: str) -> None:
        """Note that a learner came from an activity of a course; when they did so first stays."""
        keep_news(self.engine, self.news(seat, course, link, item))

    def news(self, seat: str, course: CoursePlace, link: str, item: str) -> News:
        """The same, to be kept with other news."""
        same = (ARRIVAL.c.seat == seat) & (ARRIVAL.c.link == link) & _of_deployment(course)
        where = {"context": course.context, "item": item}

        def change(connection: Connection) -> Executable | None:
            row = connection.execute(select(ARRIVAL.c.context, ARRIVAL.c.item).where(same)).first()
            if row is None:
                who = {"workshop": self.workshop, "seat": seat, "link": link}
                place = {"platform": course.platform, "deployment": course.deployment}
                return insert(ARRIVAL).values(**who, **place, **where, at=second_text(self.now()))
            is_there = tuple(row) == (course.context, item)
            return None if is_there else update(ARRIVAL).where(same).values(**where)

        return change

    def of(self, course: CoursePlace) -> list[Arrival]:
        """Who came from a course, each of its activities by itself, in the order in which they came."""
        is_same = (
            (GRADE.c.seat == ARRIVAL.c.seat)
            & (GRADE.c.platform == ARRIVAL.c.platform)
            & (GRADE.c.deployment == ARRIVAL.c.deployment)
            & (GRADE.c.link == ARRIVAL.c.link)
        )
        columns = (ARRIVAL.c.seat, ARRIVAL.c.link, ARRIVAL.c.item, ARRIVAL.c.at)
        grade = (GRADE.c.number, GRADE.c.wanted, GRADE.c.sent, GRADE.c.trouble)
        query = select(*columns, *grade).join(GRADE, is_same, isouter=True).order_by(ARRIVAL.c.number)
        here = (ARRIVAL.c.workshop == self.workshop) & is_from(course)
        with reading(self.engine) as connection:
            return [
                Arrival(
                    row.seat,
                    row.link,
                    row.item,
                    datetime.fromisoformat(row.at),
                    row.number,
                    _grade(row.wanted),
                    _grade(row.sent),
                    row.trouble or "",
                )
                for row in connection.execute(query.where(here))
            ]

    def forget(self, course: CoursePlace) -> list[str]:
        """Delete what is kept of a course, out of the files too: the seats that are gone with all of theirs.

        Whoever came from another course as well keeps their seat and what they played there; what goes is
        that they came from this one, and the grades that go back to it.
        """
        arrivals = self.of(course)
        here, elsewhere = is_from(course), ~is_from(course)
        with writing(self.engine) as connection:
            overwrite_what_is_deleted(connection)
            others = select(ARRIVAL.c.seat).where((ARRIVAL.c.workshop == self.workshop) & elsewhere)
            gone = {one.seat for one in arrivals} - set(connection.execute(others).scalars())
            numbers = [one.grade for one in arrivals if one.grade is not None]
            connection.execute(delete(GRADE).where(GRADE.c.number.in_(numbers)))
            connection.execute(delete(ARRIVAL).where((ARRIVAL.c.workshop == self.workshop) & here))
            for seat in gone:
                _delete_seat(connection, seat)
        forget_for_good(self.engine)
        return sorted(gone)


def _delete_seat(connection: Connection, seat: str) -> None:
    """Delete a seat with whatever names it, or a play of it."""
    plays = select(PLAY.c.number).where(PLAY.c.seat == seat)
    for table in reversed(METADATA.sorted_tables):
        if "play" in table.c:
            connection.execute(delete(table).where(table.c.play.in_(plays)))
        if "seat" in table.c:
            connection.execute(delete(table).where(table.c.seat == seat))
    connection.execute(delete(SEAT).where(SEAT.c.id == seat))


def is_from(course: CoursePlace) -> ColumnElement[bool]:
    """Whether an arrival is one from that course."""
    is_there = _of_deployment(course) & (ARRIVAL.c.context == course.context)
    return is_there if course.context else is_there & (ARRIVAL.c.link == course.link)


def first_moments(
    arrivals: Sequence[Arrival], cases_of: Callable[[str], Iterable[str]]
) -> Mapping[tuple[str, str], datetime]:
    """From when on what a seat plays in a case is told to its course: by seat and case.

    cases_of: the cases that an activity leads to, by its item.
    """
    moments: dict[tuple[str, str], datetime] = {}
    for one in arrivals:
        for case in cases_of(one.item):
            moments[one.seat, case] = min(one.at, moments.get((one.seat, case), one.at))
    return moments


def _of_deployment(course: CoursePlace) -> ColumnElement[bool]:
    return (ARRIVAL.c.platform == course.platform) & (ARRIVAL.c.deployment == course.deployment)


def _grade(stored: str | None) -> Grade | None:
    return Grade.model_validate_json(stored) if stored else None
