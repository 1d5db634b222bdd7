"""The workshops that a database holds: for whoever lists, exports or forgets them beside the writer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, func, make_url, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from release.workshop.writer.store import TABLES, add_missing_columns, open_engine
from scenarios.documents.problem import BadInputError
from scenarios.engine.event import EVENT, Event

_WORKSHOP, _SEAT, _PLAY, _EVENT = (TABLES[name] for name in ("workshop", "seat", "play", "event"))


class HeldError(BadInputError):
    """The database cannot be read or written, or holds no such workshop; a sentence."""


@dataclass(frozen=True, slots=True)
class Held:
    """One workshop. created, closed, last: moments in UTC; last: of its latest answer, else its beginning."""

    number: int
    name: str
    code: str
    created: datetime
    closed: datetime | None
    keep_days: int
    last: datetime
    seats: int

    @property
    def due(self) -> datetime:
        """When it is to be forgotten by itself."""
        return self.last + timedelta(days=self.keep_days)


@dataclass(frozen=True, slots=True)
class HeldSeat:
    """A seat without its pseudonym and its code."""

    id: str
    sector: str | None


@dataclass(frozen=True, slots=True)
class HeldPlay:
    """One play; seat: its id; events: empty where what is kept of them cannot be read."""

    seat: str
    case: str
    version: str
    events: tuple[Event, ...]


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """The database at the SQLAlchemy URL `url`, with all columns. Raises HeldError."""
    try:
        engine = open_engine(url)
        try:
            with engine.begin() as connection:
                add_missing_columns(connection)
            yield engine
        finally:
            engine.dispose()
    except (SQLAlchemyError, ImportError) as error:
        reason = str(getattr(error, "orig", None) or type(error).__name__)
        raise HeldError(f"The workshop's database cannot be used: {reason}.") from None


def nothing_there(url: str) -> bool:
    """Whether `url` names a file of SQLite that was never made: looking must not make it."""
    place = make_url(url)
    return place.get_backend_name() == "sqlite" and not Path(place.database or "").is_file()


def held_workshops(url: str) -> tuple[Held, ...]:
    """All workshops, the oldest first. Raises HeldError."""
    if nothing_there(url):
        return ()
    with opened(url) as engine, engine.connect() as connection:
        return tuple(_held(connection)) if engine.dialect.has_table(connection, "workshop") else ()


def held_workshop(url: str, name: str) -> Held:
    """The workshop of that name. Raises HeldError."""
    known = {held.name: held for held in held_workshops(url)}
    if name not in known:
        listed = ", ".join(known) or "none"
        raise HeldError(f"There is no workshop “{name}”. Those that are held: {listed}.")
    return known[name]


def promised(url: str) -> Held | None:
    """The open workshop that somebody has joined already: who joined was told how long it is kept, or None.

    Raises HeldError.
    """
    latest = held_workshops(url)[-1:]
    return next((held for held in latest if held.closed is None and held.seats), None)


def seats_of(url: str, held: Held) -> tuple[HeldSeat, ...]:
    """The seats of a workshop, in the order of their random ids. Raises HeldError."""
    query = select(_SEAT.c.id, _SEAT.c.sector).where(_SEAT.c.workshop == held.number).order_by(_SEAT.c.id)
    with opened(url) as engine, engine.connect() as connection:
        return tuple(HeldSeat(row.id, row.sector) for row in connection.execute(query))


def plays_of(url: str, held: Held) -> tuple[HeldPlay, ...]:
    """The plays of a workshop, in the order in which they were begun. Raises HeldError."""
    plays = select(_PLAY.c.number, _PLAY.c.seat, _PLAY.c.case_id, _PLAY.c.version).join(_SEAT)
    query = plays.where(_SEAT.c.workshop == held.number).order_by(_PLAY.c.number)
    with opened(url) as engine, engine.connect() as connection:
        return tuple(
            HeldPlay(row.seat, row.case_id, row.version, _events(connection, row.number))
            for row in connection.execute(query).all()
        )


def note_closed(url: str, held: Held, moment: datetime) -> None:
    """Note that a workshop was closed, where it was not before. Raises HeldError."""
    still_open = (_WORKSHOP.c.number == held.number) & _WORKSHOP.c.closed.is_(None)
    with opened(url) as engine, engine.begin() as connection:
        connection.execute(update(_WORKSHOP).where(still_open).values(closed=f"{moment:%Y-%m-%dT%H:%M:%SZ}"))


def remove_workshops(url: str, numbers: Sequence[int]) -> None:
    """Delete workshops with all that belongs to them, out of the files too. Raises HeldError."""
    if not numbers:
        return
    with opened(url) as engine:
        # SQLite keeps what was deleted until it is written over.
        sqlite = engine.dialect.name == "sqlite"
        with engine.begin() as connection:
            if sqlite:
                connection.execute(text("PRAGMA secure_delete=ON"))
            _delete(connection, numbers)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM" if sqlite else "VACUUM FULL"))
            if sqlite:
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).all()


def _delete(connection: Connection, numbers: Sequence[int]) -> None:
    seats = select(_SEAT.c.id).where(_SEAT.c.workshop.in_(numbers))
    plays = select(_PLAY.c.number).where(_PLAY.c.seat.in_(seats))
    connection.execute(delete(_EVENT).where(_EVENT.c.play.in_(plays)))
    connection.execute(delete(_PLAY).where(_PLAY.c.seat.in_(seats)))
    # Whatever else belongs to a workshop names it.
    for table in TABLES.values():
        if "workshop" in table.c and connection.dialect.has_table(connection, table.name):
            connection.execute(delete(table).where(table.c.workshop.in_(numbers)))
    connection.execute(delete(_WORKSHOP).where(_WORKSHOP.c.number.in_(numbers)))


def _held(connection: Connection) -> Iterator[Held]:
    seats = select(func.count()).select_from(_SEAT).where(_SEAT.c.workshop == _WORKSHOP.c.number)
    events = select(func.max(_EVENT.c.at)).join(_PLAY, _PLAY.c.number == _EVENT.c.play).join(_SEAT)
    last = events.where(_SEAT.c.workshop == _WORKSHOP.c.number)
    query = select(_WORKSHOP, seats.scalar_subquery().label("seats"), last.scalar_subquery().label("last"))
    for row in connection.execute(query.order_by(_WORKSHOP.c.number)):
        began = _moment(row.created)
        closed = None if row.closed is None else _moment(row.closed)
        latest = began if row.last is None else max(began, _moment(row.last))
        yield Held(row.number, row.name, row.code, began, closed, row.keep_days, latest, row.seats)


def _events(connection: Connection, play: int) -> tuple[Event, ...]:
    query = select(_EVENT.c.body).where(_EVENT.c.play == play).order_by(_EVENT.c.n)
    try:
        return tuple(EVENT.validate_json(body) for body in connection.execute(query).scalars())
    except ValueError:
        return ()


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC)


def names_of(held: Iterable[Held]) -> tuple[str, ...]:
    """Their names."""
    return tuple(one.name for one in held)
