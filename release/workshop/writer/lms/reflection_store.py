"""Reflections that teachers may read, and what they answered, as the database keeps both."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Row, delete, insert, select, update

from release.workshop.writer.database import reading, writing
from release.workshop.writer.tables import ANSWER, EVENT, PLAY, READER_NOTICE, REFLECTION

_ANSWERED = (PLAY.c.id, PLAY.c.case_id, ANSWER.c.at, ANSWER.c.levels, ANSWER.c.comment)


@dataclass(frozen=True, slots=True)
class StoredReflection:
    """A play with a reflection. began, at: when it was begun, and when the reflection was written last."""

    play: str
    seat: str
    case: str
    began: str
    at: str


@dataclass(frozen=True, slots=True)
class ReflectionAnswer:
    """What a teacher answered. case: of the play; levels: of the rubric, by criterion; comment: or ""."""

    at: str
    case: str
    levels: Mapping[str, str]
    comment: str


@dataclass(frozen=True, slots=True)
class ReflectionStore:
    """The reflections in the tables of one workshop. now: the moment as text. Each raises DatabaseError."""

    engine: Engine
    workshop: int
    now: Callable[[], str]

    def notice_at(self, seat: str) -> str | None:
        """Since when somebody knows that teachers read what they write; None where they do not."""
        with reading(self.engine) as connection:
            return connection.execute(select(READER_NOTICE.c.at).where(READER_NOTICE.c.seat == seat)).scalar()

    def keep_notice(self, seat: str) -> None:
        """Keep that they know, since when they knew first."""
        if self.notice_at(seat) is None:
            with writing(self.engine) as connection:
                row = {"seat": seat, "workshop": self.workshop, "at": self.now()}
                connection.execute(insert(READER_NOTICE).values(**row))

    def seats_with_notice(self) -> list[str]:
        """The seats of all who know."""
        with reading(self.engine) as connection:
            seats = select(READER_NOTICE.c.seat).where(READER_NOTICE.c.workshop == self.workshop)
            return list(connection.execute(seats).scalars())

    def note_written(self, play: str, at: str, *, anew: bool) -> None:
        """Keep that a play has a reflection. at: the moment; anew: whether it was written at that moment."""
        number = select(PLAY.c.number).where(PLAY.c.id == play).scalar_subquery()
        same = REFLECTION.c.play == number
        with writing(self.engine) as connection:
            if connection.execute(select(REFLECTION.c.at).where(same)).first() is None:
                row = {"play": number, "workshop": self.workshop, "at": at}
                connection.execute(insert(REFLECTION).values(**row))
            elif anew:
                connection.execute(update(REFLECTION).where(same).values(at=at))

    def note_taken_back(self, play: str) -> None:
        """Keep that nothing is to be read in a play any more: what was written was skipped instead."""
        number = select(PLAY.c.number).where(PLAY.c.id == play).scalar_subquery()
        with writing(self.engine) as connection:
            connection.execute(delete(REFLECTION).where(REFLECTION.c.play == number))

    def reflections(self, seats: Collection[str] | None = None) -> list[StoredReflection]:
        """Those of this workshop, of `seats` alone where they are named; which are told of one by one."""
        columns = (PLAY.c.id, PLAY.c.seat, PLAY.c.case_id, EVENT.c.at.label("began"), REFLECTION.c.at)
        joined = select(*columns).join(PLAY, PLAY.c.number == REFLECTION.c.play)
        query = joined.join(EVENT, (EVENT.c.play == PLAY.c.number) & (EVENT.c.n == 0))
        with reading(self.engine) as connection:
            rows = connection.execute(query.where(REFLECTION.c.workshop == self.workshop)).all()
        return [
            StoredReflection(row.id, row.seat, row.case_id, row.began, row.at)
            for row in rows
            if seats is None or row.seat in seats
        ]

    def answer(self, course: str, play: str, levels: Mapping[str, str], comment: str) -> None:
        """Keep what the teachers of a course answer, in the place of what they answered before."""
        number = select(PLAY.c.number).where(PLAY.c.id == play).scalar_subquery()
        here = (ANSWER.c.play == number) & (ANSWER.c.course == course)
        words = {"at": self.now(), "levels": json.dumps(dict(levels)), "comment": comment}
        with writing(self.engine) as connection:
            connection.execute(delete(ANSWER).where(here))
            row = {"play": number, "course": course, "workshop": self.workshop, **words}
            connection.execute(insert(ANSWER).values(**row))

    def answers(self, course: str) -> Mapping[str, ReflectionAnswer]:
        """What the teachers of a course have answered, by play."""
        query = select(*_ANSWERED).join(PLAY)
        here = (ANSWER.c.workshop == self.workshop) & (ANSWER.c.course == course)
        with reading(self.engine) as connection:
            rows = connection.execute(query.where(here)).all()
        return {row.id: _answer(row) for row in rows}

    def answers_to(self, play: str) -> list[ReflectionAnswer]:
        """What teachers have answered to a play, the first one first."""
        query = select(*_ANSWERED).join(PLAY)
        with reading(self.engine) as connection:
            rows = connection.execute(query.where(PLAY.c.id == play).order_by(ANSWER.c.at)).all()
        return [_answer(row) for row in rows]

    def forget(self, course: str) -> None:
        """Delete what the teachers of a course have answered."""
        here = (ANSWER.c.workshop == self.workshop) & (ANSWER.c.course == course)
        with writing(self.engine) as connection:
            connection.execute(delete(ANSWER).where(here))


def _answer(row: Row[Any, Any, Any, Any, Any]) -> ReflectionAnswer:
    return ReflectionAnswer(row.at, row.case_id, json.loads(row.levels), row.comment)
