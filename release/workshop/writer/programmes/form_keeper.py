"""Forms of a test: everybody plays one before and the other after, by the rule that a course has too.

A seat sees none of them before it was given the test, and that of the test after once it is open. So a form
is met by nobody before its time; see `writer.course.open_test` for the people of a course.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from graders.people.forms import form_orders
from graders.people.roster import Person
from release.workshop.plan import TestTurn
from release.workshop.writer.programmes.progress_store import FormOrder, ProgressStore


@dataclass(frozen=True, slots=True)
class FormKeeper:
    """The tests of this workshop.

    pairs: the two forms of each, by the first of them; sectors: that of every seat; seed: what orders are
    drawn by.
    """

    progress: ProgressStore
    pairs: Mapping[str, tuple[str, str]]
    sectors: Callable[[], Mapping[str, str | None]]
    seed: str

    def of_name(self, name: str) -> tuple[str, TestTurn] | None:
        """The test and its turn that an activity names, such as “bentuk-a-before”; None for none of here."""
        test, _, turn = name.rpartition("-")
        if test not in self.pairs:
            return None
        return (test, "before") if turn == "before" else (test, "after") if turn == "after" else None

    def named_form(self, seat: str, name: str) -> str | None:
        """The form that a seat plays in the test of that name; see `form`."""
        named = self.of_name(name)
        return self.form(seat, *named) if named is not None else None

    def names_of(self, seat: str, form: str) -> tuple[str, ...]:
        """The names of the tests in which a seat plays a form. Raises DatabaseError."""
        orders = self.progress.orders(seat).items() if self.pairs else ()
        turns = [(f"{test}-before", order.before) for test, order in orders]
        turns += [(f"{test}-after", order.after) for test, order in orders]
        return tuple(name for name, case in turns if case == form)

    def form(self, seat: str, test: str, turn: TestTurn) -> str | None:
        """The form that a seat plays, None where it was not given the test, or there is none of it."""
        order = self.progress.order(seat, test) if test in self.pairs else None
        if order is None:
            return None
        return order.before if turn == "before" else order.after

    def open(self, seat: str, test: str, turn: TestTurn) -> str | None:
        """The form that a seat plays from now on; None where there is no such test. Raises DatabaseError."""
        if test not in self.pairs:
            return None
        order = self.progress.order(seat, test) or self._given(seat, test)
        if turn == "before":
            return order.before
        if not order.is_after_open:
            self.progress.open_after(seat, test)
        return order.after

    def hidden_from(self, seat: str) -> tuple[str, ...]:
        """The forms that a seat is not to see now. Raises DatabaseError."""
        forms = [form for pair in self.pairs.values() for form in pair]
        orders = self.progress.orders(seat).values() if forms else ()
        seen = {form for order in orders for form in order.open_forms}
        return tuple(form for form in forms if form not in seen)

    def _given(self, seat: str, test: str) -> FormOrder:
        """A new order, half and half among those who were given the test, within each sector too."""
        standing, sectors = self.progress.orders_of(test), self.sectors()
        roster = {one: Person(one, sector=sectors.get(one)) for one in (*standing, seat)}
        order = form_orders(roster, standing, self.pairs[test], seed=self.seed)[seat]
        self.progress.give(seat, test, order)
        return FormOrder(*order)
