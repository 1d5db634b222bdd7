"""Statements on their way to a learning record store, as the database keeps them until they are there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, false, func, insert, select

from release.workshop.writer.database import reading, writing
from release.workshop.writer.outbox.outbox import Outbox, Waits
from release.workshop.writer.tables import PLAY, STATEMENT

# A line to the server holds so many: one is 3 kB.
MOST_AT_ONCE = 25


@dataclass(frozen=True, slots=True)
class StatementOnItsWay:
    """One of them. body: as the store takes it, JSON."""

    number: int
    body: str


@dataclass(frozen=True, slots=True)
class StatementStore:
    """The statements in the tables of one workshop. now: the moment, in UTC. Each raises DatabaseError."""

    engine: Engine
    workshop: int
    now: Callable[[], datetime]

    def count(self, play: str) -> int:
        """How many statements of a play were put here, those that are there already among them."""
        query = select(func.count()).select_from(STATEMENT).join(PLAY).where(PLAY.c.id == play)
        with reading(self.engine) as connection:
            return int(connection.execute(query).scalar_one())

    def add(self, play: str, first: int, bodies: Sequence[str]) -> None:
        """Put further statements of a play here. first: the number of the first of them in the play."""
        with writing(self.engine) as connection:
            number = connection.execute(select(PLAY.c.number).where(PLAY.c.id == play)).scalar_one()
            for n, body in enumerate(bodies, first):
                row = {"workshop": self.workshop, "play": number, "n": n, "body": body}
                connection.execute(insert(STATEMENT).values(**row))

    def due(self) -> list[StatementOnItsWay]:
        """Those that are to be sent now. See `Outbox.due`."""
        return [
            StatementOnItsWay(row.number, row.body) for row, _ in self._outbox.due(self._waits, MOST_AT_ONCE)
        ]

    def note_sent(self, numbers: Sequence[int]) -> None:
        """Note that some are there; what they say is kept here no longer."""
        self._outbox.note_sent(numbers, is_sent=True, body="")

    def note_trouble(self, numbers: Sequence[int], trouble: str) -> None:
        """Note why some were not taken. See `Outbox.note_trouble`."""
        self._outbox.note_trouble(numbers, trouble)

    def waiting(self) -> int:
        """How many are not there yet."""
        return self._outbox.waiting(self._waits)

    @property
    def _outbox(self) -> Outbox:
        return Outbox(self.engine, STATEMENT, self.now)

    @property
    def _waits(self) -> Waits:
        return (STATEMENT.c.workshop == self.workshop) & (STATEMENT.c.is_sent == false())
