"""The key of a single: one option is right, and others may earn a part of it.

A panel of 0.1.0 wrote its votes into a key, and credited others by them. Such a key still loads and scores as
it did, so that a course keeps its grades; `kasuslab check` refuses it, and no panel writes one any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from graders.key.decision import DecisionKey, ExclusiveKey, Share, Worth, one_option
from graders.key.proof import PartProof
from graders.key.votes import AGREEMENT, PanelReading, changed, plain, votes_for
from scenarios.decision import Decision
from scenarios.documents.document import Document
from scenarios.documents.part import Id
from scenarios.documents.problem import Problem
from scenarios.pick import Pick
from scenarios.sentence import sentences_of

_finding = sentences_of(Path(__file__).parents[1] / "findings.yaml")

HALF: Final = 0.5
"""What an option earns that was keyed before a panel keyed another one."""


class SingleKey(ExclusiveKey):
    """The right option and the partial credit of others; votes: those of a panel of 0.1.0."""

    kind: Literal["single"]
    partial: Mapping[Id, Share] = Field(default_factory=dict)
    votes: Mapping[Id, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)

    def worth(self, decision: Decision, pick: Pick) -> Worth:
        """By the key's credit; by the votes where the key is one of 0.1.0."""
        option = one_option(decision, pick)
        s = by_votes(option, self.votes) if self.votes else single(option, self.right, self.partial)
        return Worth(s, {})

    def problems(self, proof: PartProof) -> Iterator[Problem]:
        """The problems of the right option, of partial credit and of votes."""
        yield from super().problems(proof)
        yield from proof.unknowns(("partial",), self.partial)
        for option in self.partial:
            if option == self.right or option in self.harm:
                fault = _finding(
                    f"{'right' if option == self.right else 'harmful'}_has_partial_credit", option=option
                )
                yield proof.problem(("partial", option), fault, _finding("take_credit_out"), "partial")
        if self.votes:
            yield from self._vote_problems(proof)

    def _vote_problems(self, proof: PartProof) -> Iterator[Problem]:
        yield from proof.unknowns(("votes",), self.votes)
        most, cast = max(self.votes.values()), sum(self.votes.values())
        if not proof.panel or self.partial:
            beside = _finding("votes_stand_beside_partial")
            fault = beside if proof.panel else _finding("there_are_votes_panel")
            remedy = _finding("votes_take_place_partial")
            yield proof.problem(("votes",), fault, remedy, "panel")
        if most == 0 or self.votes.get(self.right, 0) < most:
            fault = _finding("most_experts_did_not", right=self.right)
            remedy = _finding("make_their_choice_right")
            yield proof.problem(("votes",), fault, remedy, "panel")
        elif most < AGREEMENT * cast and self.weight > 0:
            fault = _finding("only_experts_agree_so", most=most, cast=cast)
            yield proof.problem(("votes",), fault, _finding("give_weight_0"), "panel")

    def safety_problems(
        self, document: Document, decision_id: str, keys: Mapping[str, DecisionKey]
    ) -> Iterator[Problem]:
        """Votes: they weigh options by nothing else."""
        yield from super().safety_problems(document, decision_id, keys)
        if self.votes:
            fault = _finding("credit_these_options_their")
            remedy = _finding("write_partial_its_place")
            yield document.problem(("decisions", decision_id, "votes"), fault, remedy, "votes")

    def panel_reading(self, decision: Decision, picks: Sequence[Pick]) -> PanelReading:
        """The mode becomes right; what was right before it earns half where an expert still chose it."""
        reading = super().panel_reading(decision, picks)
        votes = votes_for(decision.option_ids, picks)
        partial = {option: share for option, share in self.partial.items() if option != reading.mode}
        if reading.mode != self.right and votes[self.right]:
            partial[self.right] = HALF
        changes = (
            *reading.changes,
            *changed(("partial",), plain(self.partial) or None, plain(partial) or None),
            *changed(("votes",), plain(self.votes) or None, None),
        )
        unsupported = tuple(option for option in partial if not votes[option])
        return replace(reading, changes=changes, unsupported=unsupported)


def single(pick: str, right: str, partial: Mapping[str, float]) -> float:
    """1 for the keyed option, the key's partial credit otherwise (scoring.md, “A decision”, single)."""
    return 1.0 if pick == right else partial.get(pick, 0.0)


def by_votes(pick: str, votes: Mapping[str, int]) -> float:
    """n_i / n_mode: the experts who chose `pick`, by those who chose the mode; so a key of 0.1.0 scores."""
    return votes.get(pick, 0) / max(votes.values())


KIND = SingleKey
