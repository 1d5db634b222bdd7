"""A single: one option is picked."""

from __future__ import annotations

from typing import Literal

from scenarios.decision import ExclusiveDecision


class SingleDecision(ExclusiveDecision):
    """Pick one option."""

    kind: Literal["single"]


KIND = SingleDecision
