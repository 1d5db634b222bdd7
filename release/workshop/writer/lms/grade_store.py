"""Grades on their way to platforms, as the database keeps them until they are there.

Of one activity the grade as it stands is what is sent, not each that it once was: so nothing is sent out of
its order, and what a platform that was down missed in between it need not know.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, Executable, insert, select, update

from release.lms.services.grade import Grade
from release.workshop.writer.database import News, keep_news, reading, writing
from release.workshop.writer.outbox.outbox import UNTRIED, AnyRow, Outbox
from release.workshop.writer.tables import GRADE, moment_text

MOST_AT_ONCE = 100
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class GradePlan:
    """Where a grade goes, before anything is sent there. See `tables.GRADE`."""

    seat: str
    platform: int
    deployment: str
    subject: str
    link: str
    item: str
    language: str
    line_item: str


@dataclass(frozen=True, slots=True)
class GradeOnItsWay:
    """A grade as it stands. at: the moment to send it under; sent: the grade that the platform has.

    trouble: why it was not taken, "" where it was.
    """

    number: int
    plan: GradePlan
    wanted: Grade | None
    sent: Grade | None
    at: str
    trouble: str = ""

    @property
    def waits(self) -> bool:
        """Whether the platform has another grade than the one that stands, or none."""
        return self.wanted is not None and self.wanted != self.sent


@dataclass(frozen=True, slots=True)
class GradeStore:
    """The grades in the tables of one workshop. now: the moment, in UTC. Each raises DatabaseError."""

    engine: Engine
    workshop: int
    now: Callable[[], datetime]

    def place(self, plan: GradePlan, *also: News) -> None:
        """Keep where a grade goes. A line item that the platform has made anew gets the grade again.

        A grade whose deployment nobody knows is that of the first which comes for it. also: what is kept
        with it.
        """
        link = (GRADE.c.seat == plan.seat) & (GRADE.c.platform == plan.platform) & (GRADE.c.link == plan.link)
        same = link & GRADE.c.deployment.in_((plan.deployment, ""))
        where = {"item": plan.item, "language": plan.language, "line_item": plan.line_item}
        who = {"seat": plan.seat, "platform": plan.platform, "link": plan.link, "subject": plan.subject}
        where["deployment"] = plan.deployment
        columns = (GRADE.c.number, GRADE.c.deployment, GRADE.c.item, GRADE.c.line_item)
        query = select(*columns).where(same).order_by(GRADE.c.deployment.desc())

        def change(connection: Connection) -> Executable | None:
            row = connection.execute(query).first()
            if row is None:
                return insert(GRADE).values(workshop=self.workshop, **who, **where)
            if tuple(row)[1:] == (plan.deployment, plan.item, plan.line_item):
                return None
            anew: dict[str, object] = {}
            if (row.item, row.line_item) != (plan.item, plan.line_item):
                anew = {"sent": None, **UNTRIED, **({"wanted": None} if row.item != plan.item else {})}
            return update(GRADE).where(GRADE.c.number == row.number).values(**where, **anew)

        keep_news(self.engine, *also, change)

    def all(self, seat: str | None = None, item: str | None = None) -> list[GradeOnItsWay]:
        """Those of this workshop: of a seat and an activity where they are named."""
        query = select(GRADE).where(GRADE.c.workshop == self.workshop).order_by(GRADE.c.number)
        query = query if seat is None else query.where(GRADE.c.seat == seat)
        query = query if item is None else query.where(GRADE.c.item == item)
        with reading(self.engine) as connection:
            return [_grade(row) for row in connection.execute(query)]

    def want(self, numbers: Sequence[int], grade: Grade) -> None:
        """Let these be sent as they stand now; whatever waited for its next try is tried at once."""
        with writing(self.engine) as connection:
            change = update(GRADE).where(GRADE.c.number.in_(numbers))
            connection.execute(change.values(wanted=_text(grade), tries=0, next_try=""))

    def due(self, *, spare: Collection[int] = ()) -> list[GradeOnItsWay]:
        """Those that are to be sent now, each under a moment later than the last. See `Outbox.due`.

        spare: the platforms to which none is to be sent.
        """
        waits = self._is_news & GRADE.c.platform.not_in(spare)
        due = self._outbox.due(waits, MOST_AT_ONCE, _later)
        return [_grade(row, str(change["at"])) for row, change in due]

    def try_now(self, numbers: Sequence[int]) -> None:
        """Let these be tried now, whenever their next try would be."""
        with writing(self.engine) as connection:
            change = update(GRADE).where(GRADE.c.number.in_(numbers))
            connection.execute(change.values(tries=0, next_try=""))

    def note_sent(self, number: int, grade: Grade) -> None:
        """Note that a platform has a grade; one that has changed meanwhile is due still."""
        self._outbox.note_sent([number], sent=_text(grade))

    def note_trouble(self, number: int, trouble: str) -> None:
        """Note why a platform did not take a grade. See `Outbox.note_trouble`."""
        self._outbox.note_trouble([number], trouble)

    def waiting(self) -> int:
        """How many are not there yet."""
        return self._outbox.waiting(self._is_news)

    @property
    def _outbox(self) -> Outbox:
        return Outbox(self.engine, GRADE, self.now)

    @property
    def _is_news(self) -> ColumnElement[bool]:
        """Whether a grade of this workshop is another one than its platform has."""
        is_other = GRADE.c.sent.is_(None) | (GRADE.c.wanted != GRADE.c.sent)
        return (GRADE.c.workshop == self.workshop) & GRADE.c.wanted.is_not(None) & is_other


def _later(row: AnyRow, now: datetime) -> Mapping[str, object]:
    """The moment to send a grade under: a clock that was put back must not make a platform refuse it."""
    last = datetime.fromisoformat(row.at) if row.at else None
    return {"at": moment_text(now if last is None or last < now else last + _MICROSECOND)}


def _grade(row: AnyRow, at: str = "") -> GradeOnItsWay:
    place = (row.seat, row.platform, row.deployment, row.subject, row.link)
    plan = GradePlan(*place, row.item, row.language, row.line_item)
    wanted, sent = (Grade.model_validate_json(one) if one else None for one in (row.wanted, row.sent))
    return GradeOnItsWay(row.number, plan, wanted, sent, at, row.trouble)


def _text(grade: Grade) -> str:
    return grade.model_dump_json()
