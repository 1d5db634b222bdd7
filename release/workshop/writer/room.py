"""The room: what the facilitator did with the decisions of a case for everybody at once.

A decision is open until it is locked, and takes no answer while it is; once it is revealed it stays so,
since what was seen cannot be taken back. Where a room goes step by step, a decision is ahead, and takes no
answer, until it is opened. Whoever has confirmed a decision waits until it is revealed or, step by step,
another one is opened.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from release.workshop.wire import Pace, RoomState
from scenarios.feedback import DecisionState


@dataclass(frozen=True, slots=True)
class RoomPace:
    """How the room goes through its cases. case: the one that it plays, "" where it is free."""

    pace: Pace = "free"
    case: str = ""

    def is_closed(self, case_id: str) -> bool:
        """Whether the room plays another case now."""
        return self.pace != "free" and case_id != self.case


@dataclass(frozen=True, slots=True)
class Step:
    """The state that a decision was brought into, and when (UTC, in the form of an event's ``at``).

    ends: when its timer is over, None without one.
    """

    state: RoomState
    at: str
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class DecisionStates:
    """The states of a case's decisions. steps: by the ids of the decisions, the latest step last.

    is_stepwise: a decision with which nothing was done is ahead, not open.
    """

    steps: Mapping[str, Step] = field(default_factory=dict)
    is_stepwise: bool = False

    def state(self, decision: str) -> DecisionState:
        """The state of a decision; where nothing was done with it, open or ahead."""
        step = self.steps.get(decision)
        if step is not None:
            return step.state
        return "ahead" if self.is_stepwise else "open"

    def takes_answers(self, decision: str) -> bool:
        """Whether a pick may be confirmed. After the reveal it may: whoever comes late goes on, uncounted."""
        return self.state(decision) in {"open", "revealed"}

    def opened_by_hand(self) -> tuple[str, ...]:
        """The decisions that were opened and are open still."""
        return tuple(name for name, step in self.steps.items() if step.state == "open")

    def waits(self, decision: str) -> bool:
        """Whether those who have confirmed a decision are to wait for its discussion."""
        is_passed = self.is_stepwise and any(other != decision for other in self.opened_by_hand())
        return self.revealed_at(decision) is None and not is_passed

    def revealed_at(self, decision: str) -> str | None:
        """When a decision was revealed, or None. What was answered after it is not counted."""
        step = self.steps.get(decision)
        return step.at if step is not None and step.state == "revealed" else None

    def revealed_last(self, decisions: Container[str]) -> str | None:
        """The one of `decisions` that was revealed last, or None."""
        reveals = [
            name for name, step in self.steps.items() if step.state == "revealed" and name in decisions
        ]
        return reveals[-1] if reveals else None

    def may_become(self, decision: str, state: RoomState) -> bool:
        """Whether a decision may be brought into `state`: what was revealed stays revealed."""
        return state == "revealed" or self.state(decision) != "revealed"
