"""An outbox: rows that wait until somebody elsewhere has them, tried at ever longer waits, over restarts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Engine, Row, Table, func, select, update

from release.workshop.writer.database import reading, writing
from release.workshop.writer.tables import moment_text

# Between two tries: twice as long each time, and no longer than an hour.
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=1)
# What a row has that was not tried since it changed.
UNTRIED: Mapping[str, object] = {"tries": 0, "next_try": "", "trouble": ""}
AnyRow: TypeAlias = "Row[tuple[Any, ...]]"
Waits: TypeAlias = ColumnElement[bool]


def _nothing_more(_row: AnyRow, _now: datetime) -> Mapping[str, object]:
    return {}


@dataclass(frozen=True, slots=True)
class Outbox:
    """Rows of a table that has the columns number, tries, next_try and trouble.

    now: the moment, in UTC. Each raises DatabaseError.
    """

    engine: Engine
    table: Table
    now: Callable[[], datetime]

    def due(
        self,
        waits: Waits,
        most: int,
        also: Callable[[AnyRow, datetime], Mapping[str, object]] = _nothing_more,
    ) -> list[tuple[AnyRow, Mapping[str, object]]]:
        """Of the rows that wait those that are to be sent now, with what was changed in each.

        waits: which do; also: what is to be changed in a row as it is sent. Their next try is later: whoever
        sends them may be killed, and then they are due again.
        """
        now, table = self.now(), self.table
        here = waits & (table.c.next_try <= moment_text(now))
        query = select(table).where(here).order_by(table.c.next_try, table.c.number).limit(most)
        rows: list[tuple[AnyRow, Mapping[str, object]]] = []
        with reading(self.engine) as connection:
            waiting = connection.execute(query).all()
        if not waiting:
            return rows
        with writing(self.engine) as connection:
            for row in waiting:
                wait = min(FIRST_WAIT * 2 ** min(row.tries, 20), LONGEST_WAIT)
                change = {**also(row, now), "tries": row.tries + 1, "next_try": moment_text(now + wait)}
                connection.execute(update(table).where(table.c.number == row.number).values(**change))
                rows.append((row, change))
        return rows

    def note_sent(self, numbers: Sequence[int], **change: object) -> None:
        """Note that some are there. change: what of them is changed by that."""
        self._change(numbers, {**UNTRIED, **change})

    def note_trouble(self, numbers: Sequence[int], trouble: str) -> None:
        """Note why some were not taken, in a word; they are tried again when their time comes."""
        self._change(numbers, {"trouble": trouble[:80]})

    def waiting(self, waits: Waits) -> int:
        """How many are not there yet."""
        query = select(func.count()).select_from(self.table).where(waits)
        with reading(self.engine) as connection:
            return int(connection.execute(query).scalar_one())

    def _change(self, numbers: Sequence[int], change: Mapping[str, object]) -> None:
        with writing(self.engine) as connection:
            here = self.table.c.number.in_(numbers)
            connection.execute(update(self.table).where(here).values(**change))
