"""Which form of its test a course shows to whom: one before the training, and the other after it."""

from __future__ import annotations

import csv
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from graders.people.forms import FORMS, Orders, OtherTableError, forms_of
from release.workshop.plan import TestTurn
from release.workshop.seats.card_numbers import file_version


@dataclass(slots=True)
class OpenTest:
    """The test that is open in the course at `place`: that before the training, or that after it."""

    place: Path
    turn: TestTurn
    _orders: Orders = field(default_factory=dict)
    _read: object = None

    def hidden_from(self, trainee: str | None) -> tuple[str, ...]:
        """The form that is not the trainee's for this test; none for whoever has none of either."""
        forms = self._standing().get(trainee or "")
        if forms is None:
            return ()
        before, after = forms
        return (after,) if self.turn == "before" else (before,)

    def _standing(self) -> Orders:
        file = self.place / FORMS
        version = file_version(file)
        if version != self._read:
            self._read = version
            # A table that is just being written, or is wrong, changes nothing for whoever plays.
            with suppress(OSError, ValueError, csv.Error, OtherTableError):
                self._orders = forms_of(file.read_text(encoding="utf-8-sig"))
        return self._orders
