"""The workshop that runs, as its database keeps it: its seats, its plays, and what was done for the room."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Container, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TypeAlias, cast, get_args

from pydantic import ValidationError
from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Select,
    bindparam,
    delete,
    exists,
    insert,
    select,
    update,
)

from release.workshop.failure import failure_sentence
from release.workshop.plan import FIRST_MODE, WorkshopPlan
from release.workshop.seats.seat import Seat, join_code
from release.workshop.wire import Pace, RoomState, WorkshopAnswer
from release.workshop.writer.database import (
    DatabaseError,
    Fence,
    open_database,
    reading,
    refusal,
    writing,
)
from release.workshop.writer.lms.arrival_store import ArrivalStore
from release.workshop.writer.lms.grade_store import GradeStore
from release.workshop.writer.lms.platform_store import PlatformStore
from release.workshop.writer.lms.reflection_store import ReflectionStore
from release.workshop.writer.outbox.statement_store import StatementStore
from release.workshop.writer.programmes.progress_store import ProgressStore
from release.workshop.writer.room import RoomPace, Step
from release.workshop.writer.servers.presence_store import PresenceStore
from release.workshop.writer.tables import EVENT, PLAY, ROOM, SEAT, TEAM, WORKSHOP, moment_text, second_text
from release.workshop.writer.teams.team_store import NewSettling, NewVoice, TeamNews, TeamStore, add_team_news
from scenarios.engine.event import EVENT as ANY_EVENT
from scenarios.engine.event import Event, Mode, Started
from scenarios.engine.record import event_line

Clock: TypeAlias = Callable[[], datetime]

# Made once: what SQLAlchemy does to make a question takes longer than the database's answer to it.
_OF_SEAT = PLAY.c.seat == bindparam("seat_id")
_OF_CASE = _OF_SEAT & (PLAY.c.case_id == bindparam("case_id"))
_PLAY_NAMED = (PLAY.c.id == bindparam("play_id")) & _OF_SEAT
_SEATS = select(SEAT.c.id, SEAT.c.pseudonym, SEAT.c.sector, SEAT.c.typed, SEAT.c.trainee).where(
    SEAT.c.workshop == bindparam("workshop")
)
SEAT_OF_ID = _SEATS.where(SEAT.c.id == bindparam("seat_id"))
SEAT_OF_CODE = _SEATS.where(SEAT.c.code == bindparam("code"))
LATEST_PLAY = (
    select(PLAY.c.number, PLAY.c.id)
    .where(_OF_CASE & (PLAY.c.version == bindparam("version")))
    .order_by(PLAY.c.number.desc())
    .limit(1)
)
NAMED_PLAY = select(PLAY.c.number, PLAY.c.id).where(_OF_CASE & (PLAY.c.id == bindparam("play_id")))
_NUMBER_NAMED = select(PLAY.c.number).where(_PLAY_NAMED).scalar_subquery()
PLAY_BEFORE = LATEST_PLAY.where(PLAY.c.number < _NUMBER_NAMED)
EVENTS_OF = select(EVENT.c.body, EVENT.c.chain).where(EVENT.c.play == bindparam("number")).order_by(EVENT.c.n)
LAST_PLAYED = (
    select(PLAY.c.case_id)
    .join(EVENT, EVENT.c.play == PLAY.c.number)
    .where(_OF_SEAT)
    .order_by(EVENT.c.at.desc(), PLAY.c.number.desc())
    .limit(1)
)
CLOSED = select(WORKSHOP.c.closed).where(WORKSHOP.c.number == bindparam("workshop"))
CASES_OF = select(PLAY.c.case_id).where(PLAY.c.seat == bindparam("seat_id")).distinct()
ADD_EVENT = insert(EVENT).values(play=_NUMBER_NAMED)


@dataclass(frozen=True, slots=True)
class StoredPlay:
    """A play as it stands in the database: its id, its events, and the chain of the last one."""

    id: str
    events: tuple[Event, ...]
    chain: str


@dataclass(frozen=True, slots=True)
class NewSeat:
    """A seat to be kept. code: the hash of its resume code."""

    seat: Seat
    code: str


@dataclass(frozen=True, slots=True)
class NewEvent:
    """The event number `n` of a seat's play, to be kept; a Started begins the play. chain: its own."""

    seat: str
    play: str
    n: int
    happened: Event
    chain: str


class WorkshopClosedError(Exception):
    """The workshop was closed; nothing was kept."""


def utc_now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)


class WorkshopStore:
    """The tables of one database, and the workshop that runs in it."""

    def __init__(
        self,
        url: str,
        *,
        workshop: str = "",
        clock: Clock = utc_now,
        draw_code: Callable[[], str] = join_code,
        fence: Fence | None = None,
    ) -> None:
        """Open the database at the SQLAlchemy URL `url`; tables and a workshop are made where there are none.

        clock: a new workshop is named after the day and hour of its zone; fence: see `database.FENCE`.

        A closed workshop is not continued unless `workshop` names it. Raises DatabaseError.
        """
        self._clock, self._draw_code = clock, draw_code
        self._engine = open_database(url, make=True, fence=fence)
        with writing(self._engine) as connection:
            self._workshop, self.name = self._current(connection, workshop)

    def close(self) -> None:
        """Close the database."""
        self._engine.dispose()

    def workshop(self) -> WorkshopAnswer:
        """The workshop as it stands in the database. Raises DatabaseError."""
        columns = (WORKSHOP.c.name, WORKSHOP.c.code, WORKSHOP.c.mode, WORKSHOP.c.closed, WORKSHOP.c.paused)
        made = exists().where(TEAM.c.workshop == WORKSHOP.c.number).label("has_teams")
        query = select(*columns, WORKSHOP.c.keep_days, made).where(WORKSHOP.c.number == self._workshop)
        with reading(self._engine) as connection:
            row = connection.execute(query).one()
        mode: Mode = row.mode if row.mode in get_args(Mode) else FIRST_MODE
        return {
            "answer": "workshop",
            "name": row.name,
            "code": row.code,
            "mode": mode,
            "closed": row.closed,
            "keep_days": row.keep_days,
            "paused": row.paused,
            "has_teams": row.has_teams,
        }

    def settle(self, plan: WorkshopPlan) -> None:
        """Change what the plan names of the workshop. Raises DatabaseError."""
        settled = {"mode": plan.mode, "keep_days": plan.keep_days, "title": plan.title}
        named = {name: value for name, value in settled.items() if value is not None}
        if named:
            self._write(update(WORKSHOP).where(WORKSHOP.c.number == self._workshop).values(**named))

    def go_on(self) -> None:
        """End a pause. Raises DatabaseError."""
        self._write(update(WORKSHOP).where(WORKSHOP.c.number == self._workshop).values(paused=None))

    def steps_of(self, case_id: str) -> Mapping[str, Step]:
        """The decisions of a case that the facilitator opened, locked or revealed, the latest step last."""
        here = (ROOM.c.workshop == self._workshop) & (ROOM.c.case_id == case_id) & (ROOM.c.decision != "")
        columns = (ROOM.c.decision, ROOM.c.state, ROOM.c.at, ROOM.c.ends)
        query = select(*columns).where(here).order_by(ROOM.c.at, ROOM.c.decision)
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return {
            row.decision: Step(
                cast("RoomState", row.state), row.at, datetime.fromisoformat(row.ends) if row.ends else None
            )
            for row in rows
        }

    def keep_step(self, case_id: str, decision: str, state: RoomState, ends: datetime | None = None) -> None:
        """Store what the facilitator did with a decision for the whole room. Raises DatabaseError.

        ends: when the timer of the decision is over, None without one.
        """
        row = {"workshop": self._workshop, "case_id": case_id, "decision": decision}
        about = {"at": moment_text(self._clock()), "ends": moment_text(ends) if ends is not None else None}
        same = (ROOM.c.workshop == self._workshop) & (ROOM.c.case_id == case_id)
        self._write(
            delete(ROOM).where(same & (ROOM.c.decision == decision)),
            insert(ROOM).values(**row, **about, state=state),
        )

    def pace(self) -> RoomPace:
        """How the room goes through its cases. Raises DatabaseError."""
        query = select(ROOM.c.case_id, ROOM.c.state).where(self._whole_case)
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        return RoomPace(cast("Pace", row.state), row.case_id) if row is not None else RoomPace()

    def keep_pace(self, pace: RoomPace) -> None:
        """Store how the room goes through its cases from now on. Raises DatabaseError."""
        row = {"workshop": self._workshop, "case_id": pace.case, "decision": "", "at": self._now()}
        added = [] if pace.pace == "free" else [insert(ROOM).values(**row, state=pace.pace)]
        self._write(delete(ROOM).where(self._whole_case), *added)

    def now(self) -> datetime:
        """The moment, in the zone of the place."""
        return self._clock()

    @property
    def _whole_case(self) -> ColumnElement[bool]:
        return (ROOM.c.workshop == self._workshop) & (ROOM.c.decision == "")

    @property
    def teams(self) -> TeamStore:
        """The teams of this workshop."""
        return TeamStore(self._engine, self._workshop, self._moment)

    @property
    def platforms(self) -> PlatformStore:
        """The learning management systems that are registered in this database."""
        return PlatformStore(self._engine, lambda: self._clock().astimezone(UTC))

    @property
    def grades(self) -> GradeStore:
        """Grades of this workshop on their way to learning management systems."""
        return GradeStore(self._engine, self._workshop, lambda: self._clock().astimezone(UTC))

    @property
    def arrivals(self) -> ArrivalStore:
        """From which courses of learning management systems the learners of this workshop came."""
        return ArrivalStore(self._engine, self._workshop, lambda: self._clock().astimezone(UTC))

    @property
    def reflections(self) -> ReflectionStore:
        """Reflections of this workshop that teachers of courses may read, and what they answered."""
        return ReflectionStore(self._engine, self._workshop, self._moment)

    @property
    def statements(self) -> StatementStore:
        """Statements of this workshop on their way to a learning record store."""
        return StatementStore(self._engine, self._workshop, lambda: self._clock().astimezone(UTC))

    @property
    def progress(self) -> ProgressStore:
        """What the people of this workshop have done beside their plays."""
        return ProgressStore(self._engine, self._workshop, self._moment)

    def presence(self) -> PresenceStore:
        """Who is in the room and who waits."""
        return PresenceStore(self._engine, self._workshop)

    def board(self) -> str:
        """What the board remembers, "" for nothing. Raises DatabaseError."""
        with reading(self._engine) as connection:
            here = WORKSHOP.c.number == self._workshop
            return str(connection.execute(select(WORKSHOP.c.board).where(here)).scalar_one())

    def keep_board(self, text: str) -> None:
        """Let the board remember `text`. Raises DatabaseError."""
        self._write(update(WORKSHOP).where(WORKSHOP.c.number == self._workshop).values(board=text))

    def keep(self, news: Sequence[NewSeat | NewEvent | TeamNews]) -> list[DatabaseError | None]:
        """Keep all of `news` in one transaction; for each, None once it is on disk, or why it alone is not.

        Raises WorkshopClosedError, or DatabaseError, where nothing was kept.
        """
        with writing(self._engine) as connection:
            closed = connection.execute(CLOSED, {"workshop": self._workshop}).scalar()
            if closed is not None:
                raise WorkshopClosedError
            return [refusal(connection, partial(self._add, connection, new)) for new in news]

    def enrol(self, seats: Sequence[NewSeat]) -> None:
        """Keep the seats of a course's trainees in this workshop, with all that they played in earlier ones.

        A pseudonym that somebody else has here is told apart by a number. Raises DatabaseError.
        """
        others = select(SEAT.c.pseudonym).where(SEAT.c.workshop == self._workshop)
        known = select(SEAT.c.id)
        with writing(self._engine) as connection:
            names = set(connection.execute(others.where(SEAT.c.trainee.is_(None))).scalars())
            standing = set(connection.execute(known).scalars())
            for new in seats:
                seat = replace(new.seat, pseudonym=_unused(new.seat.pseudonym, names))
                names.add(seat.pseudonym)
                if seat.id in standing:
                    here: dict[str, object] = {"workshop": self._workshop, "pseudonym": seat.pseudonym}
                    here |= {"sector": seat.sector, "trainee": seat.trainee, "code": new.code}
                    connection.execute(update(SEAT).where(SEAT.c.id == seat.id).values(**here))
                else:
                    self._add(connection, NewSeat(seat, new.code))

    def seat(self, seat_id: str) -> Seat | None:
        """The seat of that id in this workshop, or None."""
        return self._seat(SEAT_OF_ID, seat_id=seat_id)

    def seat_by_code(self, code: str) -> Seat | None:
        """The seat in this workshop whose resume code has that hash, or None."""
        return self._seat(SEAT_OF_CODE, code=code)

    def latest_play(self, seat_id: str, case_id: str, version: str) -> StoredPlay | None:
        """The play of that case and version which the seat began last, or None."""
        return self._stored_play(LATEST_PLAY, seat_id=seat_id, case_id=case_id, version=version)

    def cases_of(self, seat_id: str) -> list[str]:
        """The ids of the cases that the seat has begun. Raises DatabaseError."""
        with reading(self._engine) as connection:
            return list(connection.execute(CASES_OF, {"seat_id": seat_id}).scalars())

    def last_played(self, seat_id: str) -> str | None:
        """The case of the seat's latest event, or None."""
        with reading(self._engine) as connection:
            return connection.execute(LAST_PLAYED, {"seat_id": seat_id}).scalar()

    def play(self, seat_id: str, case_id: str, play_id: str) -> StoredPlay | None:
        """That play of that seat, or None."""
        return self._stored_play(NAMED_PLAY, seat_id=seat_id, case_id=case_id, play_id=play_id)

    def play_before(self, seat_id: str, case_id: str, version: str, play_id: str) -> StoredPlay | None:
        """The play of that case and version which the seat began last before the named one, or None."""
        return self._stored_play(
            PLAY_BEFORE, seat_id=seat_id, case_id=case_id, version=version, play_id=play_id
        )

    def sectors(self) -> Mapping[str, str | None]:
        """The sector of every seat of this workshop in which somebody sits. Raises DatabaseError."""
        is_here = (SEAT.c.workshop == self._workshop) & SEAT.c.id.not_in(select(TEAM.c.seat))
        query = select(SEAT.c.id, SEAT.c.sector).where(is_here)
        with reading(self._engine) as connection:
            return {row.id: row.sector for row in connection.execute(query)}

    def plays(self, mode: Mode, seat_id: str | None = None) -> list[tuple[str, StoredPlay]]:
        """Every play of this workshop in that mode with its seat, as they were begun.

        seat_id: of that seat alone.
        A play that was changed in the database is left out. Raises DatabaseError.
        """
        here = (SEAT.c.workshop == self._workshop) & (PLAY.c.mode == mode)
        here = here if seat_id is None else here & (PLAY.c.seat == seat_id)
        joined = select(PLAY.c.id, PLAY.c.seat, EVENT.c.body, EVENT.c.chain).join(SEAT).join(EVENT)
        query = joined.where(here).order_by(PLAY.c.number, EVENT.c.n)
        bodies: dict[tuple[str, str], list[tuple[str, str]]] = {}
        with reading(self._engine) as connection:
            for row in connection.execute(query):
                bodies.setdefault((row.seat, row.id), []).append((row.body, row.chain))
        plays: list[tuple[str, StoredPlay]] = []
        for (seat, play_id), rows in bodies.items():
            with suppress(DatabaseError):
                plays.append((seat, checked_play(play_id, rows)))
        return plays

    def _add(self, connection: Connection, new: NewSeat | NewEvent | TeamNews) -> None:
        if isinstance(new, NewVoice | NewSettling):
            add_team_news(connection, new)
            return
        if isinstance(new, NewSeat):
            seat = new.seat
            row = {"id": seat.id, "workshop": self._workshop, "pseudonym": seat.pseudonym, "code": new.code}
            about = {"sector": seat.sector, "typed": seat.typed, "trainee": seat.trainee}
            connection.execute(insert(SEAT), {**row, **about, "created": self._now()})
            return
        happened = new.happened
        if isinstance(happened, Started):
            play = {"id": happened.play, "case_id": happened.case, "version": happened.version}
            connection.execute(insert(PLAY), {**play, "seat": new.seat, "mode": happened.mode})
        named = {"seat_id": new.seat, "play_id": new.play}
        event = {"n": new.n, "at": happened.at, "body": happened.model_dump_json(), "chain": new.chain}
        connection.execute(ADD_EVENT, {**named, **event})

    def _stored_play(self, query: Select[int, str], **named: str) -> StoredPlay | None:
        with reading(self._engine) as connection:
            play = connection.execute(query, named).first()
            if play is None:
                return None
            events = connection.execute(EVENTS_OF, {"number": play.number}).all()
        return checked_play(play.id, [(row.body, row.chain) for row in events])

    def _seat(self, query: Select[str, str, str | None, bool, str | None], **named: str) -> Seat | None:
        with reading(self._engine) as connection:
            row = connection.execute(query, {"workshop": self._workshop, **named}).first()
        return None if row is None else Seat(row.id, row.pseudonym, row.sector, row.typed, row.trainee)

    def _current(self, connection: Connection, named: str) -> tuple[int, str]:
        latest = select(WORKSHOP).order_by(WORKSHOP.c.number.desc()).limit(1)
        row = connection.execute(latest).first()
        if row is None or (row.closed is not None and row.name != named):
            values = {"name": self._new_name(connection), "created": self._now(), "code": self._draw_code()}
            connection.execute(insert(WORKSHOP).values(**values))
            row = connection.execute(latest).one()
        if not row.code:  # it was made before workshops had a code
            this = WORKSHOP.c.number == row.number
            connection.execute(update(WORKSHOP).where(this).values(code=self._draw_code()))
        return row.number, row.name

    def _new_name(self, connection: Connection) -> str:
        name = first = f"workshop-{self._clock():%Y%m%d-%H%M%S}"
        number = 1
        while connection.execute(select(WORKSHOP.c.number).where(WORKSHOP.c.name == name)).first():
            number += 1
            name = f"{first}-{number}"
        return name

    def _write(self, *statements: Executable) -> None:
        with writing(self._engine) as connection:
            for statement in statements:
                connection.execute(statement)

    def _moment(self) -> str:
        return moment_text(self._clock())

    def _now(self) -> str:
        return second_text(self._clock())


def _unused(name: str, taken: Container[str]) -> str:
    numbered = (f"{name} ({n})" for n in itertools.count(2))
    return next(one for one in itertools.chain([name], numbered) if one not in taken)


def checked_play(play_id: str, rows: Sequence[tuple[str, str]]) -> StoredPlay:
    """The play that stands in `rows`, each an event with its chain.

    Raises DatabaseError where it was changed in the database.
    """
    events: list[Event] = []
    chain = ""
    for number, (body, stored_chain) in enumerate(rows):
        try:
            happened = ANY_EVENT.validate_json(body)
        except ValidationError:
            changed = failure_sentence("play_event", play=play_id, number=number)
            raise DatabaseError(changed) from None
        _, chain = event_line(happened, number, chain)
        if chain != stored_chain:
            raise DatabaseError(failure_sentence("play_chain", play=play_id, number=number))
        events.append(happened)
    return StoredPlay(play_id, tuple(events), chain)
