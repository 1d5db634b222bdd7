"""A rating: one level is picked, of several that stand from low to high."""

from __future__ import annotations

from typing import ClassVar, Literal

from scenarios.decision import ExclusiveDecision


class RatingDecision(ExclusiveDecision):
    """Pick one level; the options stand from low to high."""

    has_levels: ClassVar[bool] = True

    kind: Literal["rating"]


KIND = RatingDecision
