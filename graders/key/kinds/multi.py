"""The key of a multi: some options are right, some wrong, the rest neutral; some may not be left out."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from graders.key.decision import (
    DecisionKey,
    FeedbackWords,
    HarmKey,
    Must,
    Weights,
    Worth,
    several_options,
)
from graders.key.proof import PartProof
from graders.key.votes import AGAINST, AGREEMENT, PanelReading, changed, counts_of, plain
from scenarios.decision import Decision
from scenarios.documents.document import Data
from scenarios.documents.part import Id
from scenarios.documents.problem import Problem
from scenarios.feedback import Standing
from scenarios.pick import Pick, picked_ids
from scenarios.sentence import sentences_of

_finding = sentences_of(Path(__file__).parents[1] / "findings.yaml")

_HALF: Final = 0.5


class ChoosingKey(HarmKey):
    """The right and the wrong picks by weight, the rest being neutral, and what may not be left out."""

    right: Annotated[Weights, Field(min_length=1)]
    wrong: Weights = Field(default_factory=dict)
    must: Mapping[Id, Must] = Field(default_factory=dict)

    @property
    def musts(self) -> Mapping[str, Must]:
        """What may not be left out."""
        return self.must

    def worth(self, decision: Decision, pick: Pick) -> Worth:
        """By the share of what is right, and that of what is wrong."""
        return Worth(multi(several_options(decision, pick), self.right, self.wrong), {})

    def best_pick(self) -> Pick:
        """All that is right."""
        return tuple(self.right)

    def standing(self, decision: Decision, option: str, pick: Pick | None) -> Standing:
        """By where the key lists the option."""
        del decision, pick
        return "right" if option in self.right else "wrong" if option in self.wrong else "neutral"

    def heft(self, option: str) -> float:
        """Its weight among the right or the wrong."""
        return self.right.get(option, self.wrong.get(option, 0.0))

    def points(self, decision: Decision, pick: Pick, words: FeedbackWords) -> str:
        """How many of the right ones, and what the wrong ones took away."""
        hits, misses = chosen_of(pick, self.right), chosen_of(pick, self.wrong)
        counts = {"hits": hits, "most": len(self.right), "wrong": misses}
        if not misses:
            return words.say("points_hits", **counts)
        lost = lost_hits(pick, self.right, self.wrong)
        if not hits or lost is None:
            return words.say(
                "points_hits_less" if self.worth(decision, pick).s else "points_hits_gone", **counts
            )
        return words.say("points_hits_lost", **counts, lost=lost)

    def taken(self, decision: Decision) -> int:
        """As many as may be picked."""
        return decision.most

    def answers(self, decision: Decision, keys: Sequence[DecisionKey]) -> Iterator[Pick]:
        """Any options, from one to as many as may be picked."""
        del keys
        for count in range(1, decision.most + 1):
            yield from combinations(decision.option_ids, count)

    def problems(self, proof: PartProof) -> Iterator[Problem]:
        """The problems of the harms, of right and wrong, and of the musts."""
        yield from super().problems(proof)
        for option in self.harm:
            if option in proof.options and option not in self.wrong:
                fault = _finding("harmful_option_not_among", option=option)
                yield proof.problem(("harm", option), fault, _finding("add_wrong"), "harm")
        for name, options in (("right", self.right), ("wrong", self.wrong), ("must", self.must)):
            yield from proof.unknowns((name,), options)
        for option in self.right.keys() & self.wrong.keys():
            fault = _finding("both_right_wrong", option=option)
            yield proof.problem(("wrong", option), fault, _finding("keep_one_two_2"), "twice")
        yield from self._must_problems(proof)
        most = proof.decision.most
        if most < len(proof.options) and len(self.right) > most:
            fault = _finding("are_right_only_may", len=len(self.right), most=most)
            yield proof.problem(("right",), fault, _finding("take_some_out_or"), "pick")

    def _must_problems(self, proof: PartProof) -> Iterator[Problem]:
        for option, must in self.must.items():
            tail = ("must", option)
            yield from proof.flag_problems(tail, must.role, must.code)
            if option in proof.options and option not in self.right:
                fault = _finding("must_not_among_right", option=option)
                yield proof.problem(tail, fault, _finding("add_right"), "must")
            if not proof.proof.carried(self.sources.get(option, ())):
                yield proof.unfounded(tail, _finding("must", option=option))

    def panel_reading(self, decision: Decision, picks: Sequence[Pick]) -> PanelReading:
        """What three quarters picked becomes right, with the weight that the key gave it."""
        sets = [picked_ids(pick) for pick in picks]
        options, n = decision.option_ids, len(picks)
        votes = {option: sum(option in chosen for chosen in sets) for option in options}
        mode = frozenset(option for option, count in votes.items() if count > n * _HALF)
        agreement = math.fsum(overlap(chosen, mode) for chosen in sets) / n if n else None
        right = self._agreed_weights(votes, n, decision.most)
        wrong = {
            option: weight
            for option, weight in self.wrong.items()
            if option in self.harm or (option not in right and votes[option] <= n * AGAINST)
        }
        changes = (
            *changed(("right",), plain(self.right), right),
            *changed(("wrong",), plain(self.wrong), plain(wrong)),
        )
        reread = tuple(
            ("why", option)
            for option in options
            if _role(self.right, self.wrong, option) != _role(right, wrong, option)
        )
        return PanelReading(agreement, counts_of(votes, n), None, changes, reread, unusable=not right)

    def _agreed_weights(self, votes: Mapping[str, int], n: int, limit: int) -> dict[str, Data]:
        """The options that three quarters of the panel picked, by the key's weight or 1; at most `limit`."""
        agreed = [
            option
            for option, count in votes.items()
            if option not in self.harm and (count >= n * AGREEMENT or option in self.must)
        ]
        # Where more are agreed on than may be picked, the musts stay, then what most picked, then the key's.
        agreed.sort(key=lambda option: (option not in self.must, -votes[option], option not in self.right))
        first = set(agreed[:limit])
        in_order = [*self.right, *(option for option in votes if option not in self.right)]
        return {option: self.right.get(option, 1) for option in in_order if option in first}


class MultiKey(ChoosingKey):
    """The key of a decision for several options."""

    kind: Literal["multi"]


def multi(picked: Collection[str], right: Mapping[str, float], wrong: Mapping[str, float]) -> float:
    """Right share minus wrong share, at least 0; neutral picks count nothing (scoring.md, multi).

    Where nothing is wrong the second share is 0; where nothing is right nothing is owed, and the
    first share is 1: a packet that should stay empty is right as long as it does.
    """
    gained = math.fsum(weight for option, weight in right.items() if option in picked)
    lost = math.fsum(weight for option, weight in wrong.items() if option in picked)
    right_share = gained / math.fsum(right.values()) if right else 1.0
    wrong_share = lost / math.fsum(wrong.values()) if wrong else 0.0
    return max(0.0, right_share - wrong_share)


def chosen_of(pick: Pick, options: Collection[str]) -> int:
    """How many of `options` were picked."""
    return sum(option in options for option in picked_ids(pick))


def lost_hits(pick: Pick, right: Mapping[str, float], wrong: Mapping[str, float]) -> int | None:
    """How many right options the wrong ones in `pick` take away, no more than were picked.

    None where that is no whole number, or the right ones do not weigh the same.
    """
    if len(set(right.values())) != 1:
        return None
    picked = picked_ids(pick)
    lost = math.fsum(weight for option, weight in wrong.items() if option in picked)
    hits = len(right) * lost / math.fsum(wrong.values())
    return min(round(hits), chosen_of(pick, right)) if math.isclose(hits, round(hits)) else None


def overlap(picked: frozenset[str], mode: frozenset[str]) -> float:
    """How far a pick of several is the mode: 0..1, whatever both leave out.

    2|A∩B| / (|A| + |B|): Dice, Ecology 26 (1945) 297. Of picks of one option it is 1 or 0, so that its mean
    over experts is the share of the mode, as for a single.
    """
    return 2 * len(picked & mode) / (len(picked) + len(mode)) if picked or mode else 1.0


def _role(right: Iterable[str], wrong: Iterable[str], option: str) -> str:
    return "right" if option in right else "wrong" if option in wrong else "neutral"


KIND = MultiKey
