"""Who is in the room and who waits, as the database keeps it for the next writer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Engine, delete, insert, select

from release.workshop.writer.database import reading, writing
from release.workshop.writer.tables import PRESENCE


@dataclass(frozen=True, slots=True)
class SeatPresence:
    """That a seat is here, or waits. since: the second since when, by the clock of the room's writer."""

    is_waiting: bool
    since: float


@dataclass(slots=True)
class PresenceStore:
    """Who is here, of one workshop. stored: as it was kept last, None before."""

    engine: Engine
    workshop: int
    stored: dict[str, bool] = field(default_factory=dict)

    def read(self) -> Mapping[str, SeatPresence]:
        """Who was here, by seat, in the order in which they came. Raises DatabaseError."""
        query = select(PRESENCE).where(PRESENCE.c.workshop == self.workshop).order_by(PRESENCE.c.since)
        with reading(self.engine) as connection:
            rows = connection.execute(query).all()
        self.stored = {row.seat: row.is_waiting for row in rows}
        return {row.seat: SeatPresence(row.is_waiting, row.since) for row in rows}

    def keep(self, here: Mapping[str, SeatPresence]) -> None:
        """Keep who is here where that has changed. Raises DatabaseError."""
        now = {seat: one.is_waiting for seat, one in here.items()}
        if now == self.stored:
            return
        gone = [seat for seat, waits in self.stored.items() if now.get(seat) != waits]
        new = [
            {"seat": seat, "workshop": self.workshop, "is_waiting": waits, "since": here[seat].since}
            for seat, waits in now.items()
            if self.stored.get(seat) != waits
        ]
        with writing(self.engine) as connection:
            if gone:
                connection.execute(delete(PRESENCE).where(PRESENCE.c.seat.in_(gone)))
            if new:
                connection.execute(insert(PRESENCE), new)
        self.stored = now
