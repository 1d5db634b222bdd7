"""Which case comes next for whoever has ended a play, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scenarios.case import Case
from widgets.shelf import PlayStatus


class NextStep(NamedTuple):
    """A case to go on with. why: a sentence in the reader's language, "" where there is none to tell."""

    case: Case
    why: str = ""


def next_step(cases: Sequence[Case], statuses: Mapping[str, PlayStatus], ended: str) -> NextStep | None:
    """What comes after the case `ended`: what was begun, else the first case that was not, in their order.

    statuses: how far each case has come; one that the room does not play now is no step. None where nothing
    is left.
    """
    for wanted in ("begun", "new"):
        for case in cases:
            if case.id != ended and statuses.get(case.id, "new") == wanted:
                return NextStep(case)
    return None
