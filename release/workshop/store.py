"""The database of a workshop: who sits where, and the events of each play. No name, no address, no device.

Only the writer imports this module. Times are UTC, as text in the form of an event's ``at``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    ForeignKey,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from release.workshop.seat import Seat
from scenarios.event import EVENT, Event, Mode, Started
from scenarios.record import event_line

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
)
_SEAT = Table(
    "seat",
    _METADATA,
    Column("id", String(32), primary_key=True),
    Column("workshop", ForeignKey("workshop.number"), nullable=False),
    Column("pseudonym", String(80), nullable=False),
    Column("code", String(64), nullable=False, unique=True),
    Column("created", String(27), nullable=False),
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


class DatabaseError(Exception):
    """The database cannot be opened, read or written; a sentence."""


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

    def __init__(self, url: str, *, clock: Clock = utc_now) -> None:
        """Open the database at the SQLAlchemy URL `url`; tables and a workshop are made where there are none.

        Raises DatabaseError.
        """
        self._clock = clock
        try:
            self._engine = open_engine(url)
            with self._engine.begin() as connection:
                _METADATA.create_all(connection)
                self._workshop, self.name = self._current(connection)
        except (SQLAlchemyError, ImportError) as error:
            raise DatabaseError(_reason(error)) from error

    def close(self) -> None:
        """Close the database."""
        self._engine.dispose()

    def add_seat(self, seat: Seat, code: str) -> bool:
        """Keep a seat with the hash of its resume code; False where its pseudonym or code is another's."""
        row = {"id": seat.id, "workshop": self._workshop, "pseudonym": seat.pseudonym, "code": code}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(_SEAT).values(**row, created=self._now()))
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
        query = select(_SEAT.c.id, _SEAT.c.pseudonym)
        try:
            with self._engine.connect() as connection:
                row = connection.execute(
                    query.where((column == value) & (_SEAT.c.workshop == self._workshop))
                ).first()
        except SQLAlchemyError as error:
            raise DatabaseError(_reason(error)) from error
        return None if row is None else Seat(row.id, row.pseudonym)

    def _current(self, connection: Connection) -> tuple[int, str]:
        latest = select(_WORKSHOP.c.number, _WORKSHOP.c.name).order_by(_WORKSHOP.c.number.desc()).limit(1)
        row = connection.execute(latest).first()
        if row is None:
            name = f"workshop-{self._clock():%Y%m%d-%H%M%S}"
            connection.execute(insert(_WORKSHOP).values(name=name, created=self._now()))
            row = connection.execute(latest).one()
        return row.number, row.name

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
