"""The key of a rating: one level is right, and some may lie beyond what is appropriate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Literal

from graders.key.decision import (
    Component,
    ExclusiveKey,
    FeedbackWords,
    Interaction,
    Slip,
    Worth,
    one_option,
)
from graders.key.proof import PartProof
from scenarios.decision import Decision
from scenarios.documents.part import Id
from scenarios.documents.problem import Problem
from scenarios.pick import Pick
from scenarios.sentence import sentences_of

_finding = sentences_of(Path(__file__).parents[1] / "findings.yaml")


class RatingKey(ExclusiveKey):
    """The right level; ``line`` and ``ceiling``: the lowest and highest that are still appropriate."""

    interaction: ClassVar[Interaction] = "likert"
    components: ClassVar[Mapping[str, Component]] = {"scale": "options"}

    kind: Literal["rating"]
    line: Id | None = None
    ceiling: Id | None = None

    def worth(self, decision: Decision, pick: Pick) -> Worth:
        """By the distance to the right level."""
        level = one_option(decision, pick)
        return Worth(rating(level, self.right, decision.option_ids, self.line, self.ceiling), {})

    def points(self, decision: Decision, pick: Pick, words: FeedbackWords) -> str:
        """How far the level is from the right one, and whether it earns anything."""
        levels = decision.option_ids
        steps = levels.index(one_option(decision, pick)) - levels.index(self.right)
        if not steps:
            return super().points(decision, pick, words)
        credit = words.say("credit_some" if self.worth(decision, pick).s else "credit_none")
        return words.say("points_high" if steps > 0 else "points_low", steps=abs(steps), credit=credit)

    def slips(self, decision: Decision, pick: Pick) -> frozenset[Slip]:
        """Too low is too slow, and too high too hasty."""
        levels = decision.option_ids
        beside = levels.index(one_option(decision, pick)) - levels.index(self.right)
        return frozenset() if beside == 0 else frozenset({"slow" if beside < 0 else "hasty"})

    def problems(self, proof: PartProof) -> Iterator[Problem]:
        """The problems of the right level, the line and the ceiling."""
        yield from super().problems(proof)
        levels, right, line, ceiling = proof.options, self.right, self.line, self.ceiling
        for name, level in (("line", line), ("ceiling", ceiling)):
            if level is not None and level not in levels:
                yield proof.unknown((name,), "option", level, levels)
        if line in levels and right in levels and levels.index(right) < levels.index(line):
            fault = _finding("right_level_lies_below", right=right, line=line)
            yield proof.problem(("line",), fault, _finding("lower_line"), "line")
        if ceiling in levels and right in levels and levels.index(right) > levels.index(ceiling):
            fault = _finding("right_level_lies_above", right=right, ceiling=ceiling)
            yield proof.problem(("ceiling",), fault, _finding("raise_ceiling"), "line")

    def beyond(self, decision: Decision) -> frozenset[str]:
        """The levels on the far side of the line or the ceiling."""
        levels = decision.option_ids
        low = levels.index(self.line) if self.line is not None else 0
        high = levels.index(self.ceiling) if self.ceiling is not None else len(levels) - 1
        return frozenset(levels[:low]) | frozenset(levels[high + 1 :])


def rating(
    pick: str, right: str, levels: Sequence[str], line: str | None = None, ceiling: str | None = None
) -> float:
    """1 − d/(levels − 1), d counted twice below the key, 0 across the line (scoring.md, rating).

    levels: from low to high; line and ceiling: the lowest and the highest level that is still
    appropriate, None where every level on that side is.
    """
    chosen, keyed = levels.index(pick), levels.index(right)
    if line is not None and chosen < levels.index(line):
        return 0.0
    if ceiling is not None and chosen > levels.index(ceiling):
        return 0.0
    distance = chosen - keyed if chosen >= keyed else 2 * (keyed - chosen)
    return max(0.0, 1 - distance / (len(levels) - 1))


KIND = RatingKey
