"""A team, its members, and what they answered alone in one of its plays."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from scenarios.pick import Pick


@dataclass(frozen=True, slots=True)
class Team:
    """A team. id: that of the seat that it plays from; members: the ids of theirs."""

    id: str
    code: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Voice:
    """What a member answered alone, and when. pick: None for a skip."""

    at: str
    pick: Pick | None


@dataclass(slots=True)
class PlayVoices:
    """What was answered alone in one play of a team.

    voices: by decision, then by seat; settling: the decisions in which nobody is waited for any more.
    """

    voices: dict[str, dict[str, Voice]] = field(default_factory=dict)
    settling: set[str] = field(default_factory=set)

    def in_decision(self, decision: str) -> Mapping[str, Voice]:
        """What was answered alone in a decision, by seat."""
        return self.voices.get(decision, {})

    def of(self, seat: str) -> Mapping[str, Voice]:
        """What a seat answered alone, by decision."""
        return {decision: voices[seat] for decision, voices in self.voices.items() if seat in voices}

    def seats(self) -> set[str]:
        """All who answered something alone, also those who are no members any more."""
        return {seat for voices in self.voices.values() for seat in voices}

    def is_settling(self, decision: str, members: Collection[str]) -> bool:
        """Whether the team settles on a decision, or has: nobody is waited for any more."""
        voices = self.in_decision(decision)
        return decision in self.settling or (bool(members) and all(seat in voices for seat in members))
