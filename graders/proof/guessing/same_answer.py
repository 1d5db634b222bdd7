"""What the same answer for all variants of a case can reach: the ceiling of whoever reads no story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from graders.proof.guessing.question import KeyedCase
from graders.score import pick_score
from scenarios.decision import Decision
from scenarios.pick import Pick

LEAST_CHANGING = 0.5
_WHOLE = 100


@dataclass(frozen=True, slots=True)
class SameAnswer:
    """A case with variants, answered alike in all of them.

    ceiling: the S (0..100) of the best such answers, the mean over the variants; decisions: the key
    decisions; alike: those in which the same answer is right in all variants; exclusive: those, of the ones
    for one option, in which it is.
    """

    ceiling: float
    decisions: tuple[str, ...]
    alike: tuple[str, ...]
    exclusive: tuple[str, ...]

    @property
    def changing(self) -> int:
        """How many decisions change what is right."""
        return len(self.decisions) - len(self.alike)

    @property
    def is_guessed(self) -> bool:
        """Whether fewer than half of the decisions change what is right."""
        return self.changing < LEAST_CHANGING * len(self.decisions)


def same_answer(variants: Sequence[KeyedCase]) -> SameAnswer | None:
    """What the same answer reaches in all `variants` of one case; None where it has one alone."""
    if len(variants) < 2:  # noqa: PLR2004 -- the same in both
        return None
    decisions = variants[0][0].key_decisions()
    whole = [fsum(key.decisions[decision.id].weight for decision in decisions) for _, key in variants]
    ceiling = fsum(_best(decision, variants, whole) for decision in decisions)
    alike = [decision for decision in decisions if _is_alike(decision, variants)]
    exclusive = (decision.id for decision in alike if decision.is_exclusive)
    names = tuple(decision.id for decision in decisions)
    return SameAnswer(ceiling, names, tuple(decision.id for decision in alike), tuple(exclusive))


def _best(decision: Decision, variants: Sequence[KeyedCase], whole: Sequence[float]) -> float:
    """The points of S that the best answer to one decision gets, the mean over the variants."""
    keys = [key.decisions[decision.id] for _, key in variants]
    shares = [key.weight / (weight or 1.0) for key, weight in zip(keys, whole, strict=True)]
    grades = variants[0][1].grades

    def points(pick: Pick) -> float:
        return fsum(
            share * pick_score(decision, key, pick, grades) for share, key in zip(shares, keys, strict=True)
        )

    return _WHOLE * max(points(pick) for pick in keys[0].answers(decision, keys)) / len(variants)


def _is_alike(decision: Decision, variants: Sequence[KeyedCase]) -> bool:
    return len({key.decisions[decision.id].right_answer(decision) for _, key in variants}) == 1
