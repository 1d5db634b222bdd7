"""What somebody has done beside their plays: the lessons they read, the tests they were given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Engine, delete, insert, select, update

from release.workshop.writer.database import reading, writing
from release.workshop.writer.tables import LEFT_OUT, READING, TEST_ORDER


@dataclass(frozen=True, slots=True)
class FormOrder:
    """Which form of a test somebody plays before, and which after. See `tables.TEST_ORDER`."""

    before: str
    after: str
    is_after_open: bool = False

    @property
    def open_forms(self) -> tuple[str, ...]:
        """The forms that are to be seen."""
        return (self.before, self.after) if self.is_after_open else (self.before,)


@dataclass(frozen=True, slots=True)
class ProgressStore:
    """The progress in the tables of one workshop. now: the moment as text. Each raises DatabaseError."""

    engine: Engine
    workshop: int
    now: Callable[[], str]

    def lessons(self, seat: str) -> tuple[str, ...]:
        """The lessons that a seat has read, in that order."""
        query = select(READING.c.lesson).where(READING.c.seat == seat).order_by(READING.c.at)
        with reading(self.engine) as connection:
            return tuple(connection.execute(query).scalars())

    def note_read(self, seat: str, lesson: str) -> None:
        """Keep that a seat has read a lesson, once."""
        if lesson in self.lessons(seat):
            return
        with writing(self.engine) as connection:
            row = {"seat": seat, "lesson": lesson, "workshop": self.workshop, "at": self.now()}
            connection.execute(insert(READING).values(**row))

    def left_out(self, seat: str) -> frozenset[str]:
        """The heavy cases that a seat leaves out of its programmes."""
        with reading(self.engine) as connection:
            cases = select(LEFT_OUT.c.case_id).where(LEFT_OUT.c.seat == seat)
            return frozenset(connection.execute(cases).scalars())

    def leave_out(self, seat: str, case: str, *, is_left: bool) -> None:
        """Keep that a seat leaves a case out, or takes it in again."""
        here = (LEFT_OUT.c.seat == seat) & (LEFT_OUT.c.case_id == case)
        with writing(self.engine) as connection:
            connection.execute(delete(LEFT_OUT).where(here))
            if is_left:
                row = {"seat": seat, "case_id": case, "workshop": self.workshop}
                connection.execute(insert(LEFT_OUT).values(**row))

    def order(self, seat: str, test: str) -> FormOrder | None:
        """The order in which a seat plays the forms of a test, None where it was not given one."""
        return self.orders(seat).get(test)

    def orders(self, seat: str) -> Mapping[str, FormOrder]:
        """The orders of a seat, by the test."""
        query = select(TEST_ORDER).where(TEST_ORDER.c.seat == seat)
        with reading(self.engine) as connection:
            rows = connection.execute(query).all()
        return {row.test: FormOrder(row.before, row.after, row.is_after_open) for row in rows}

    def orders_of(self, test: str) -> Mapping[str, tuple[str, str]]:
        """The orders of everybody who was given a test, by seat."""
        here = (TEST_ORDER.c.test == test) & (TEST_ORDER.c.workshop == self.workshop)
        query = select(TEST_ORDER.c.seat, TEST_ORDER.c.before, TEST_ORDER.c.after).where(here)
        with reading(self.engine) as connection:
            return {row.seat: (row.before, row.after) for row in connection.execute(query)}

    def give(self, seat: str, test: str, order: tuple[str, str]) -> None:
        """Give a seat its order of the forms of a test; that after is closed still."""
        before, after = order
        row = {"seat": seat, "test": test, "workshop": self.workshop, "before": before, "after": after}
        with writing(self.engine) as connection:
            connection.execute(insert(TEST_ORDER).values(**row))

    def open_after(self, seat: str, test: str) -> None:
        """Let a seat see its form of the test after."""
        here = (TEST_ORDER.c.seat == seat) & (TEST_ORDER.c.test == test)
        with writing(self.engine) as connection:
            connection.execute(update(TEST_ORDER).where(here).values(is_after_open=True))
