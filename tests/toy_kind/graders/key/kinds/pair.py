"""The key of a pair: two options are right, and each earns half."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from graders.key.decision import HarmKey, Worth, several_options
from graders.key.proof import PartProof
from graders.key.votes import PanelReading, changed, counts_of, listed
from scenarios.decision import Decision
from scenarios.documents.part import Id
from scenarios.documents.problem import Problem
from scenarios.feedback import Standing
from scenarios.pick import Pick, picked_ids

_TWO = 2


class PairKey(HarmKey):
    """The two right options."""

    kind: Literal["pair"]
    right: tuple[Id, Id]

    def worth(self, decision: Decision, pick: Pick) -> Worth:
        """Half for each right option."""
        return Worth(len(set(several_options(decision, pick)) & set(self.right)) / _TWO, {})

    def best_pick(self) -> Pick:
        """Both."""
        return self.right

    def standing(self, decision: Decision, option: str, pick: Pick | None) -> Standing:
        """Right or wrong."""
        del decision, pick
        return "right" if option in self.right else "wrong"

    def taken(self, decision: Decision) -> int:
        """Two."""
        return decision.most

    def problems(self, proof: PartProof) -> Iterator[Problem]:
        """The problems of the harms, and of the two."""
        yield from super().problems(proof)
        yield from proof.unknowns(("right",), self.right)
        if len(set(self.right)) < _TWO:
            yield proof.problem(("right",), "the two are one", "Name another one", "pair")

    def panel_reading(self, decision: Decision, picks: Sequence[Pick]) -> PanelReading:
        """The two that most picked become right."""
        sets = [picked_ids(pick) for pick in picks]
        votes = {option: sum(option in chosen for chosen in sets) for option in decision.option_ids}
        first = sorted(votes, key=lambda option: (-votes[option], option not in self.right))[:_TWO]
        right = self.right if set(first) == set(self.right) else first
        agreement = sum(votes[option] for option in first) / (_TWO * len(picks)) if picks else None
        changes = tuple(changed(("right",), listed(self.right), listed(right)))
        return PanelReading(agreement, counts_of(votes, len(picks)), None, changes)


KIND = PairKey
