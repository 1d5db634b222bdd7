"""The database of a workshop: who sits where, and the events of each play. No name, no address, no device.

Only the writer imports this module. Times are UTC, as text in the form of an event's ``at``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias, cast, get_args

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Engine,
    Executable,
    ForeignKey,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    delete,
    event,
    false,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.pool import StaticPool
from sqlalchemy.schema import CreateColumn

from release.workshop.plan import FIRST_KEEP_DAYS, FIRST_MODE, WorkshopPlan
from release.workshop.seats.seat import Seat, join_code
from release.workshop.wire import RoomState
from release.workshop.writer.room import Step
from scenarios.engine.event import EVENT, Event, Mode, Started
from scenarios.engine.record import event_line

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection

Clock: TypeAlias = Callable[[], datetime]

_METADATA = MetaData()
_WORKSHOP = Table(
    "workshop",
    _METADATA,
    Column("number", Integer, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("created", String(27), nullable=False),
    Column("code", String(12), nullable=False, server_default=""),
    Column("mode", String(20), nullable=False, server_default=FIRST_MODE),
    Column("closed", String(27)),
    Column("keep_days", Integer, nullable=False, server_default=str(FIRST_KEEP_DAYS)),
)
_SEAT = Table(
    "seat",
    _METADATA,
    Column("id", String(32), primary_key=True),
    Column("workshop", ForeignKey("workshop.number"), nullable=False),
    Column("pseudonym", String(80), nullable=False),
    Column("code", String(64), nullable=False, unique=True),
    Column("created", String(27), nullable=False),
    Column("sector", String(40)),
    Column("typed", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("workshop", "pseudonym"),
)
_PLAY = Table(
    "play",
    _METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("seat", ForeignKey("seat.id"), nullable=False, index=True),
    Column("case_id", String(40), nullable=False),
    Column("version", String(40), nullable=False),
    Column("mode", String(20), nullable=False),
)
_EVENT = Table(
    "event",
    _METADATA,
    Column("play", ForeignKey("play.number"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("at", String(27), nullable=False),
    Column("body", Text, nullable=False),
    Column("chain", String(16), nullable=False),
)
# What the facilitator did with a decision for the whole room; none is “open”.
_ROOM = Table(
    "room",
    _METADATA,
    Column("workshop", ForeignKey("workshop.number"), primary_key=True),
    Column("case_id", String(40), primary_key=True),
    Column("decision", String(80), primary_key=True),
    Column("state", String(10), nullable=False),
    Column("at", String(27), nullable=False, server_default=""),
)

TABLES: Mapping[str, Table] = _METADATA.tables


class DatabaseError(Exception):
    """The database cannot be opened, read or written; a sentence."""


@dataclass(frozen=True, slots=True)
class KeptWorkshop:
    """The workshop as it stands in the database.

    code: what participants join with; closed: when it was closed, or None; keep_days: how many days its
    records are kept.
    """

    name: str
    code: str
    mode: Mode
    closed: str | None
    keep_days: int


@dataclass(frozen=True, slots=True)
class KeptPlay:
    """A play as it stands in the database: its id, its events, and the chain of the last one."""

    id: str
    events: tuple[Event, ...]
    chain: str


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
    ) -> None:
        """Open the database at the SQLAlchemy URL `url`; tables and a workshop are made where there are none.

        A workshop that was closed is not gone on with, unless `workshop` names it. Raises DatabaseError.
        """
        self._clock, self._draw_code = clock, draw_code
        try:
            self._engine = open_engine(url)
            with self._engine.begin() as connection:
                add_missing_columns(connection)
                _METADATA.create_all(connection)
                self._workshop, self.name = self._current(connection, workshop)
        except (SQLAlchemyError, ImportError) as error:
            raise DatabaseError(_reason(error)) from error

    def close(self) -> None:
        """Close the database."""
        self._engine.dispose()

    def workshop(self) -> KeptWorkshop:
        """The workshop. Raises DatabaseError."""
        columns = (_WORKSHOP.c.name, _WORKSHOP.c.code, _WORKSHOP.c.mode, _WORKSHOP.c.closed)
        query = select(*columns, _WORKSHOP.c.keep_days).where(_WORKSHOP.c.number == self._workshop)
        try:
            with self._engine.connect() as connection:
                row = connection.execute(query).one()
        except SQLAlchemyError as error:
            raise DatabaseError(_reason(error)) from error
        mode: Mode = row.mode if row.mode in get_args(Mode) else FIRST_MODE
        return KeptWorkshop(row.name, row.code, mode, row.closed, row.keep_days)

    def settle(self, plan: WorkshopPlan) -> None:
        """Change what the plan names of the workshop. Raises DatabaseError."""
        settled = {"mode": plan.mode, "keep_days": plan.keep_days}
        named = {name: value for name, value in settled.items() if value is not None}
        if named:
            self._write(update(_WORKSHOP).where(_WORKSHOP.c.number == self._workshop).values(**named))

    def close_workshop(self) -> None:
        """Note that the workshop was closed now, where it was not before. Raises DatabaseError."""
        still_open = (_WORKSHOP.c.number == self._workshop) & _WORKSHOP.c.closed.is_(None)
        self._write(update(_WORKSHOP).where(still_open).values(closed=self._now()))

    def room(self, case_id: str) -> Mapping[str, Step]:
        """The decisions of a case that the facilitator opened, locked or revealed, the latest step last."""
        here = (_ROOM.c.workshop == self._workshop) & (_ROOM.c.case_id == case_id)
        columns = (_ROOM.c.decision, _ROOM.c.state, _ROOM.c.at)
        query = select(*columns).where(here).order_by(_ROOM.c.at, _ROOM.c.decision)
        try:
            with self._engine.connect() as connection:
                rows = connection.execute(query).all()
        except SQLAlchemyError as error:
            raise DatabaseError(_reason(error)) from error
        return {row.decision: Step(cast("RoomState", row.state), row.at) for row in rows}

    def set_room(self, case_id: str, decision: str, state: RoomState) -> None:
        """Keep what the facilitator did with a decision for the whole room. Raises DatabaseError."""
        at = f"{self._clock():%Y-%m-%dT%H:%M:%S.%fZ}"
        row = {"workshop": self._workshop, "case_id": case_id, "decision": decision, "at": at}
        same = (_ROOM.c.workshop == self._workshop) & (_ROOM.c.case_id == case_id)
        self._write(
            delete(_ROOM).where(same & (_ROOM.c.decision == decision)),
            insert(_ROOM).values(**row, state=state),
        )

    def add_seat(self, seat: Seat, code: str) -> bool:
        """Keep a seat with the hash of its resume code; False where its pseudonym or code is another's."""
        row = {"id": seat.id, "workshop": self._workshop, "pseudonym": seat.pseudonym, "code": code}
        about = {"sector": seat.sector, "typed": seat.typed}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(_SEAT).values(**row, **about, created=self._now()))
        except IntegrityError:
            return False
        except SQLAlchemyError as error:
            raise DatabaseError(_reason(error)) from error
        return True

    def seat(self, seat_id: str) -> Seat | None:
        """The seat of that id in this workshop, or None."""
        return self._seat(_SEAT.c.id, seat_id)

    def seat_by_code(self, code: str) -> Seat | None:
        """The seat in this workshop whose resume code has that hash, or None."""
        return self._seat(_SEAT.c.code, code)

    def latest_play(self, seat_id: str, case_id: str, version: str) -> KeptPlay | None:
        """The play of that case and version which the seat began last, or None."""
        wanted = (_PLAY.c.seat == seat_id) & (_PLAY.c.case_id == case_id) & (_PLAY.c.version == version)
        query = select(_PLAY.c.number, _PLAY.c.id).where(wanted).order_by(_PLAY.c.number.desc()).limit(1)
        return self._kept(query)

    def last_played(self, seat_id: str) -> str | None:
        """The case of the seat's latest event, or None."""
        events = select(_PLAY.c.case_id).join(_EVENT, _EVENT.c.play == _PLAY.c.number)
        query = (
            events.where(_PLAY.c.seat == seat_id).order_by(_EVENT.c.at.desc(), _PLAY.c.number.desc()).limit(1)
        )
        try:
            with self._engine.connect() as connection:
                return connection.execute(query).scalar()
        except SQLAlchemyError as error:
            raise DatabaseError(_reason(error)) from error

    def play(self, seat_id: str, case_id: str, play_id: str) -> KeptPlay | None:
        """That play of that seat, or None."""
        wanted = (_PLAY.c.seat == seat_id) & (_PLAY.c.case_id == case_id) & (_PLAY.c.id == play_id)
        return self._kept(select(_PLAY.c.number, _PLAY.c.id).where(wanted))

    def append(self, seat_id: str, play_id: str, number: int, happened: Event, chain: str) -> str:
        """Keep the event `number` of a play after `chain`; return its own chain once it is on disk.

        A Started begins the play. Raises DatabaseError where it did not get there.
        """
        _, link = event_line(happened, number, chain)
        body = happened.model_dump_json()
        try:
            with self._engine.begin() as connection:
                if isinstance(happened, Started):
                    _add_play(connection, seat_id, happened)
                play = select(_PLAY.c.number).where((_PLAY.c.id == play_id) & (_PLAY.c.seat == seat_id))
                row = {"play": play.scalar_subquery(), "n": number, "at": happened.at}
                connection.execute(insert(_EVENT).values(**row, body=body, chain=link))
        except SQLAlchemyError as error:
            raise DatabaseError(_reason(error)) from error
        return link

    def sectors(self) -> Mapping[str, str | None]:
        """The sector of every seat of this workshop. Raises DatabaseError."""
        query = select(_SEAT.c.id, _SEAT.c.sector).where(_SEAT.c.workshop == self._workshop)
        try:
            with self._engine.connect() as connection:
                return {row.id: row.sector for row in connection.execute(query)}
        except SQLAlchemyError as error:
            raise DatabaseError(_reason(error)) from error

    def plays(self, mode: Mode) -> list[tuple[str, KeptPlay]]:
        """Every play of this workshop in that mode with its seat, as they were begun.

        A play that was changed in the database is left out. Raises DatabaseError.
        """
        here = (_SEAT.c.workshop == self._workshop) & (_PLAY.c.mode == mode)
        joined = select(_PLAY.c.id, _PLAY.c.seat, _EVENT.c.body, _EVENT.c.chain).join(_SEAT).join(_EVENT)
        query = joined.where(here).order_by(_PLAY.c.number, _EVENT.c.n)
        bodies: dict[tuple[str, str], list[tuple[str, str]]] = {}
        try:
            with self._engine.connect() as connection:
                for row in connection.execute(query):
                    bodies.setdefault((row.seat, row.id), []).append((row.body, row.chain))
        except SQLAlchemyError as error:
            raise DatabaseError(_reason(error)) from error
        found: list[tuple[str, KeptPlay]] = []
        for (seat, play_id), rows in bodies.items():
            with suppress(DatabaseError):
                found.append((seat, _checked(play_id, rows)))
        return found

    def _kept(self, query: Select[int, str]) -> KeptPlay | None:
        try:
            with self._engine.connect() as connection:
                found = connection.execute(query).first()
                if found is None:
                    return None
                rows = select(_EVENT.c.body, _EVENT.c.chain).where(_EVENT.c.play == found.number)
                kept = connection.execute(rows.order_by(_EVENT.c.n)).all()
        except SQLAlchemyError as error:
            raise DatabaseError(_reason(error)) from error
        return _checked(found.id, [(row.body, row.chain) for row in kept])

    def _seat(self, column: Column[str], value: str) -> Seat | None:
        query = select(_SEAT.c.id, _SEAT.c.pseudonym, _SEAT.c.sector, _SEAT.c.typed)
        try:
            with self._engine.connect() as connection:
                row = connection.execute(
                    query.where((column == value) & (_SEAT.c.workshop == self._workshop))
                ).first()
        except SQLAlchemyError as error:
            raise DatabaseError(_reason(error)) from error
        return None if row is None else Seat(row.id, row.pseudonym, row.sector, row.typed)

    def _current(self, connection: Connection, named: str) -> tuple[int, str]:
        latest = select(_WORKSHOP).order_by(_WORKSHOP.c.number.desc()).limit(1)
        row = connection.execute(latest).first()
        if row is None or (row.closed is not None and row.name != named):
            values = {"name": self._new_name(connection), "created": self._now(), "code": self._draw_code()}
            connection.execute(insert(_WORKSHOP).values(**values))
            row = connection.execute(latest).one()
        if not row.code:  # it was made before workshops had a code
            this = _WORKSHOP.c.number == row.number
            connection.execute(update(_WORKSHOP).where(this).values(code=self._draw_code()))
        return row.number, row.name

    def _new_name(self, connection: Connection) -> str:
        name = first = f"workshop-{self._clock():%Y%m%d-%H%M%S}"
        count = 1
        while connection.execute(select(_WORKSHOP.c.number).where(_WORKSHOP.c.name == name)).first():
            count += 1
            name = f"{first}-{count}"
        return name

    def _write(self, *statements: Executable) -> None:
        try:
            with self._engine.begin() as connection:
                for statement in statements:
                    connection.execute(statement)
        except SQLAlchemyError as error:
            raise DatabaseError(_reason(error)) from error

    def _now(self) -> str:
        return f"{self._clock():%Y-%m-%dT%H:%M:%SZ}"


def _add_play(connection: Connection, seat_id: str, started: Started) -> None:
    mode: Mode = started.mode
    row = {"id": started.play, "seat": seat_id, "case_id": started.case, "version": started.version}
    connection.execute(insert(_PLAY).values(**row, mode=mode))


def _checked(play_id: str, rows: list[tuple[str, str]]) -> KeptPlay:
    events: list[Event] = []
    chain = ""
    for number, (body, kept) in enumerate(rows):
        happened = EVENT.validate_json(body)
        _, chain = event_line(happened, number, chain)
        if chain != kept:
            message = f"The play {play_id} was changed in the database: its chain breaks at event {number}."
            raise DatabaseError(message)
        events.append(happened)
    return KeptPlay(play_id, tuple(events), chain)


def add_missing_columns(connection: Connection) -> None:
    """Add to the tables of an older database the columns that it lacks, each with its default."""
    found = inspect(connection)
    tables = set(found.get_table_names())
    quote = connection.dialect.identifier_preparer.format_table
    for table in _METADATA.sorted_tables:
        if table.name not in tables:
            continue
        known = {column["name"] for column in found.get_columns(table.name)}
        for column in table.columns:
            if column.name not in known:
                described = CreateColumn(column).compile(dialect=connection.dialect)
                connection.execute(text(f"ALTER TABLE {quote(table)} ADD COLUMN {described}"))


def open_engine(url: str) -> Engine:
    """An engine for the SQLAlchemy URL `url`; SQLite is told to reach the disk with every commit."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    # The writer is one thread: one connection serves it.
    engine = create_engine(url, poolclass=StaticPool)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    # FULL: what is answered “on disk” is on disk, whatever happens to the machine.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _reason(error: Exception) -> str:
    # The parameters of a statement hold what people wrote; only the driver's own words go on.
    return str(getattr(error, "orig", None) or type(error).__name__)
