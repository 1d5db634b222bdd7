"""The moves of a page of a team: once one is answered, the other pages of its team have something new.

The server reads no more of a page's message than its type, and that of pages in teams alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from release.workshop.comms import SentFrame

# What changes a team's play, or what its members may know of one another.
TEAM_MOVES = frozenset({"begin", "decide", "skip", "continue", "alone", "settle"})
# After so long a move has arrived, whose page went before it was answered.
ARRIVED_SECONDS = 2.0


@dataclass(slots=True)
class TeamMoves:
    """The moves of one page of a team that were not answered yet."""

    unanswered: set[int] = field(default_factory=set)

    def note(self, frame: SentFrame) -> None:
        """Note a frame that the page sends."""
        if str(json.loads(frame["frame"])["message"].get("type")) in TEAM_MOVES:
            self.unanswered.add(frame["seq"])

    def is_answered(self, text: str) -> bool:
        """Whether a frame that the page gets answers a move: the others of its team have something new."""
        if not self.unanswered:
            return False
        seq = json.loads(text).get("seq")
        if seq not in self.unanswered:
            return False
        self.unanswered.discard(seq)
        return True
