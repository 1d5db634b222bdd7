"""The workshops in a database: for the commands that list, export or delete them beside the writer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, Row, delete, func, select, update

from release.workshop.failure import failure_sentence
from release.workshop.writer.database import (
    database_errors,
    forget_for_good,
    has_tables,
    open_database,
    overwrite_what_is_deleted,
    was_never_made,
)
from release.workshop.writer.tables import (
    EVENT,
    METADATA,
    PLAY,
    READING,
    ROOM,
    SEAT,
    TEAM,
    WORKSHOP,
    second_text,
)
from scenarios.documents.problem import BadInputError
from scenarios.engine.event import EVENT as ANY_EVENT
from scenarios.engine.event import Event


class WorkshopsError(BadInputError):
    """There is no workshop of that name, or it cannot be deleted now; a sentence."""


@dataclass(frozen=True, slots=True)
class WorkshopSummary:
    """One workshop.

    created, closed, paused: moments in UTC; last: that of its latest answer, of a lesson that was read, or of
    its beginning; title: what its facilitator calls it, "" for nothing.
    """

    number: int
    name: str
    code: str
    created: datetime
    closed: datetime | None
    keep_days: int
    last: datetime
    seats: int
    title: str = ""
    paused: datetime | None = None

    @property
    def label(self) -> str:
        """What it is called."""
        return self.title or self.name

    @property
    def due(self) -> datetime:
        """When it is to be forgotten by itself."""
        return self.last + timedelta(days=self.keep_days)


@dataclass(frozen=True, slots=True)
class SeatPlay:
    """One play. seat: the id of its seat; events: empty where those in the database cannot be read."""

    seat: str
    case: str
    version: str
    events: tuple[Event, ...]


@contextmanager
def opened(url: str, *, make: bool = False) -> Iterator[Engine]:
    """The database at the SQLAlchemy URL `url`, its tables up to date. make: where there are none, make them.

    Raises DatabaseError.
    """
    engine = open_database(url, make=make)
    try:
        with database_errors():
            yield engine
    finally:
        engine.dispose()


def workshops_in(url: str) -> tuple[WorkshopSummary, ...]:
    """All workshops, the oldest first. Raises DatabaseError."""
    if was_never_made(url):
        return ()
    with opened(url) as engine, engine.connect() as connection:
        return tuple(_summaries(connection)) if has_tables(engine) else ()


def workshop_named(url: str, name: str) -> WorkshopSummary:
    """The workshop of that name. Raises WorkshopsError where there is none, DatabaseError."""
    workshops = {workshop.name: workshop for workshop in workshops_in(url)}
    if name not in workshops:
        listed = ", ".join(workshops) or "–"
        raise WorkshopsError(failure_sentence("no_workshop", name=name, workshops=listed))
    return workshops[name]


def promised(url: str) -> WorkshopSummary | None:
    """The open workshop, where somebody has joined it and so been promised its deletion; else None.

    Raises DatabaseError.
    """
    latest = workshops_in(url)[-1:]
    return next((workshop for workshop in latest if workshop.closed is None and workshop.seats), None)


def seats_of(url: str, workshop: WorkshopSummary) -> Sequence[Row[str, str | None]]:
    """The id and the sector of each seat in which somebody sits, in the order of their ids.

    Raises DatabaseError.
    """
    is_somebodys = (SEAT.c.workshop == workshop.number) & SEAT.c.id.not_in(select(TEAM.c.seat))
    query = select(SEAT.c.id, SEAT.c.sector).where(is_somebodys).order_by(SEAT.c.id)
    with opened(url) as engine, engine.connect() as connection:
        return connection.execute(query).all()


def plays_of(url: str, workshop: WorkshopSummary) -> tuple[SeatPlay, ...]:
    """The plays of a workshop, in the order in which they were begun. Raises DatabaseError."""
    plays = select(PLAY.c.number, PLAY.c.seat, PLAY.c.case_id, PLAY.c.version).join(SEAT)
    query = plays.where(SEAT.c.workshop == workshop.number).order_by(PLAY.c.number)
    with opened(url) as engine, engine.connect() as connection:
        return tuple(
            SeatPlay(row.seat, row.case_id, row.version, _events(connection, row.number))
            for row in connection.execute(query).all()
        )


def reveals_of(url: str, workshop: WorkshopSummary) -> Mapping[tuple[str, str], str]:
    """When decisions were revealed to the room, by case and decision. Raises DatabaseError."""
    here = (ROOM.c.workshop == workshop.number) & (ROOM.c.state == "revealed")
    query = select(ROOM.c.case_id, ROOM.c.decision, ROOM.c.at).where(here)
    with opened(url) as engine, engine.connect() as connection:
        return {(row.case_id, row.decision): row.at for row in connection.execute(query).all()}


def note_closed(url: str, workshop: WorkshopSummary, moment: datetime) -> None:
    """Note that a workshop was closed, where it was not before. Raises DatabaseError."""
    still_open = (WORKSHOP.c.number == workshop.number) & WORKSHOP.c.closed.is_(None)
    with opened(url) as engine, engine.begin() as connection:
        connection.execute(update(WORKSHOP).where(still_open).values(closed=second_text(moment)))


def note_open(url: str, workshop: WorkshopSummary) -> None:
    """Note that a workshop takes seats and answers again. Raises DatabaseError."""
    _change(url, workshop, closed=None)


def note_paused(url: str, workshop: WorkshopSummary, moment: datetime | None) -> None:
    """Note since when a workshop is paused; None where it goes on. Raises DatabaseError."""
    _change(url, workshop, paused=None if moment is None else second_text(moment))


def note_title(url: str, workshop: WorkshopSummary, title: str) -> None:
    """Note what a workshop is called. Raises DatabaseError."""
    _change(url, workshop, title=title)


def _change(url: str, workshop: WorkshopSummary, **values: str | None) -> None:
    with opened(url) as engine, engine.begin() as connection:
        connection.execute(update(WORKSHOP).where(WORKSHOP.c.number == workshop.number).values(**values))


def remove_workshops(url: str, numbers: Sequence[int]) -> None:
    """Delete workshops with all that belongs to them, out of the files too. Raises DatabaseError."""
    if not numbers:
        return
    with opened(url) as engine:
        with engine.begin() as connection:
            overwrite_what_is_deleted(connection)
            _delete(connection, numbers)
        forget_for_good(engine)


def _delete(connection: Connection, numbers: Sequence[int]) -> None:
    seats = select(SEAT.c.id).where(SEAT.c.workshop.in_(numbers))
    plays = select(PLAY.c.number).where(PLAY.c.seat.in_(seats))
    # Whatever belongs to a play names it, and whatever else belongs to a workshop names that.
    for table in reversed(METADATA.sorted_tables):
        if "play" in table.c:
            connection.execute(delete(table).where(table.c.play.in_(plays)))
        elif table is PLAY:
            connection.execute(delete(PLAY).where(PLAY.c.seat.in_(seats)))
        elif "workshop" in table.c:
            connection.execute(delete(table).where(table.c.workshop.in_(numbers)))
    connection.execute(delete(WORKSHOP).where(WORKSHOP.c.number.in_(numbers)))


def _summaries(connection: Connection) -> Iterator[WorkshopSummary]:
    is_somebodys = (SEAT.c.workshop == WORKSHOP.c.number) & SEAT.c.id.not_in(select(TEAM.c.seat))
    seats = select(func.count()).select_from(SEAT).where(is_somebodys)
    events = select(func.max(EVENT.c.at)).join(PLAY, PLAY.c.number == EVENT.c.play).join(SEAT)
    last = events.where(SEAT.c.workshop == WORKSHOP.c.number)
    read = select(func.max(READING.c.at)).where(READING.c.workshop == WORKSHOP.c.number)
    counts = {"seats": seats, "last": last, "read": read}
    query = select(WORKSHOP, *(one.scalar_subquery().label(name) for name, one in counts.items()))
    for row in connection.execute(query.order_by(WORKSHOP.c.number)):
        began = _moment(row.created)
        closed = None if row.closed is None else _moment(row.closed)
        latest = max(_moment(at) for at in (row.created, row.last, row.read) if at is not None)
        paused = None if row.paused is None else _moment(row.paused)
        yield WorkshopSummary(
            row.number,
            row.name,
            row.code,
            began,
            closed,
            row.keep_days,
            latest,
            row.seats,
            row.title,
            paused,
        )


def _events(connection: Connection, play: int) -> tuple[Event, ...]:
    query = select(EVENT.c.body).where(EVENT.c.play == play).order_by(EVENT.c.n)
    try:
        return tuple(ANY_EVENT.validate_json(body) for body in connection.execute(query).scalars())
    except ValueError:
        return ()


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC)
