"""Whether the facts decided: how far a class did better than one answer for all variants could."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from graders.key.key import Key
from graders.people.cohort import CourseCase, JudgedPlay
from scenarios.decision import Decision
from scenarios.language import Texts


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How far the class told the variants of a case apart in one decision.

    mean: the mean over the variants of the mean s of those who played each (0..1, first attempts); ceiling:
    the most that one and the same answer in all variants gets, by the key.
    """

    number: int
    ask: Texts
    mean: float
    ceiling: float

    @property
    def value(self) -> float:
        """The mean less the ceiling: 0 or less where the facts made no difference (scoring.md)."""
        return self.mean - self.ceiling


def sensitivities(part: CourseCase, plays: Sequence[JudgedPlay]) -> Iterator[Sensitivity]:
    """That of each decision of a case with variants that weighs something and was answered in all of them."""
    keys = part.key.in_each_variant()
    if len(keys) == 1:
        return
    for number, decision in enumerate(part.case.key_decisions(), start=1):
        means = [_mean_in(key.variant, decision, plays) for key in keys]
        known = [mean for mean in means if mean is not None]
        if len(known) == len(means) and all(key.decisions[decision.id].weight for key in keys):
            yield Sensitivity(number, _question(part, decision.id), fmean(known), same_answer(decision, keys))


def same_answer(decision: Decision, keys: Sequence[Key]) -> float:
    """The most (0..1) that one answer gets in the mean over `keys`, one a variant; a harmful one gets 0.

    The answers are those that a guesser could give (`DecisionKey.choices`); of a referral, its services.
    """
    parts = [key.decisions[decision.id] for key in keys]
    choices = {choice for part in parts for choice in part.choices(decision)}
    return max(fmean(part.choice_score(decision, choice) for part in parts) for choice in choices)


def _question(part: CourseCase, name: str) -> Texts:
    spoken = {tag: part.case.in_language(tag).decision(name) for tag in part.case.languages}
    return Texts({tag: decision.ask for tag, decision in spoken.items() if decision is not None})


def _mean_in(variant: str | None, decision: Decision, plays: Sequence[JudgedPlay]) -> float | None:
    scores = [
        verdict.s
        for one in plays
        if one.play.case.variant == variant
        for verdict in one.first.verdicts
        if verdict.decision == decision.id and verdict.status == "answered" and verdict.s is not None
    ]
    return fmean(scores) if scores else None
