"""The key of a rank: the right order."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import permutations
from pathlib import Path
from typing import ClassVar, Final, Literal

from graders.key.decision import DecisionKey, FeedbackWords, Interaction, Worth, several_options
from graders.key.proof import PartProof
from graders.key.votes import Count, PanelReading, changed, listed
from scenarios.decision import Decision
from scenarios.documents.part import Id
from scenarios.documents.problem import Problem
from scenarios.feedback import Standing
from scenarios.pick import Pick, ordered_ids
from scenarios.sentence import sentences_of

_finding = sentences_of(Path(__file__).parents[1] / "findings.yaml")

_TIE: Final = 1e-6


class RankKey(DecisionKey):
    """The right order, the first one first."""

    interaction: ClassVar[Interaction] = "sequencing"

    kind: Literal["rank"]
    right: tuple[Id, ...]

    @property
    def order(self) -> tuple[str, ...]:
        """The right order."""
        return self.right

    def worth(self, decision: Decision, pick: Pick) -> Worth:
        """By how far each option stands from its place."""
        return Worth(rank(several_options(decision, pick), self.right), {})

    def best_pick(self) -> Pick:
        """The right order."""
        return self.right

    def standing(self, decision: Decision, option: str, pick: Pick | None) -> Standing:
        """By the place that `pick` gave the option: one place off is partly right."""
        del decision
        if pick is None or isinstance(pick, str):
            return "neutral"
        off = abs(ordered_ids(pick).index(option) - self.right.index(option))
        return "right" if off == 0 else "partly" if off == 1 else "wrong"

    def points(self, decision: Decision, pick: Pick, words: FeedbackWords) -> str:
        """How many stand in the key's own place."""
        del decision
        same = sum(one == other for one, other in zip(ordered_ids(pick), self.right, strict=True))
        return words.say("points_places", count=same, most=len(self.right))

    def by_weight(self, decision: Decision, pick: Pick) -> tuple[str, ...]:
        """Those that stand farthest from their places first; of equals, what comes first by the key."""
        del decision
        places = ordered_ids(pick)
        return tuple(
            sorted(self.right, key=lambda option: -abs(places.index(option) - self.right.index(option)))
        )

    def taken(self, decision: Decision) -> int:
        """All of them."""
        return len(decision.option_ids)

    def choices(self, decision: Decision) -> Iterator[tuple[str, ...]]:
        """Every order."""
        yield from permutations(decision.option_ids)

    def problems(self, proof: PartProof) -> Iterator[Problem]:
        """Options in the order that are not there, stand twice, or are left out."""
        for index, option in enumerate(self.right):
            tail = ("right", index)
            if option not in proof.options:
                yield proof.unknown(tail, "option", option, proof.options)
            elif option in self.right[:index]:
                fault = _finding("stands_twice_order", option=option)
                yield proof.problem(tail, fault, _finding("keep_one_two"), "rank")
        missing = ", ".join(option for option in proof.options if option not in self.right)
        if missing:
            fault = _finding("order_lacks", missing=missing)
            yield proof.problem(("right",), fault, _finding("put_every_option_its"), "rank")

    def panel_reading(self, decision: Decision, picks: Sequence[Pick]) -> PanelReading:
        """The order nearest to all becomes right."""
        orders = [ordered_ids(pick) for pick in picks]
        order = consensus_order(orders, self.right)
        agreement = math.fsum(rank(one, order) for one in orders) / len(orders) if orders else None
        counts = tuple(
            Count((option, str(place)), sum(one[place - 1] == option for one in orders), len(orders))
            for option in decision.option_ids
            for place in range(1, len(order) + 1)
            if orders
        )
        changes = tuple(changed(("right",), listed(self.right), listed(order)))
        moved = [option for option in order if order.index(option) != self.right.index(option)]
        return PanelReading(agreement, counts, None, changes, tuple(("why", option) for option in moved))


def rank(order: Sequence[str], right: Sequence[str]) -> float:
    """1 − F/⌊n²/2⌋, F the total displacement (scoring.md, rank; (12 − F)/12 for n = 5, as GPST)."""
    displacement = sum(abs(order.index(option) - place) for place, option in enumerate(right))
    return 1 - displacement / (len(right) ** 2 // 2)


def consensus_order(orders: Sequence[Sequence[str]], keyed: Sequence[str]) -> tuple[str, ...]:
    """The order with the least total displacement from `orders`; of several, the one nearest to `keyed`.

    Spearman's footrule (Diaconis and Graham, J. R. Stat. Soc. B 39 (1977) 262), whose best order is an
    assignment of options to places (Dwork and others, Proc. WWW10 (2001) 613).
    """
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 -- slow to import, and for panels alone

    cost = [
        [
            sum(abs(order.index(option) - place) for order in orders)
            + _TIE * abs(keyed.index(option) - place)
            for place in range(len(keyed))
        ]
        for option in keyed
    ]
    options, places = linear_sum_assignment(cost)
    by_place = {int(place): keyed[int(option)] for option, place in zip(options, places, strict=True)}
    return tuple(by_place[place] for place in range(len(keyed)))


KIND = RankKey
