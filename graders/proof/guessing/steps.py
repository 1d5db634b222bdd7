"""Whether the steps of ratings can be guessed: whether the same one is right often, and another nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graders.proof.guessing.question import Question
from scenarios.sentence import Sentence, sentences_of

_finding = sentences_of(Path(__file__).parents[1] / "findings.yaml")

MOST_RIGHT = 0.40
LEAST_RATINGS = 10
_EACH_STEP = 2


@dataclass(frozen=True, slots=True)
class Rating:
    """A rating in one variant: how many steps it has, and which is right, counted from 1 for the lowest."""

    name: str
    steps: int
    right: int


@dataclass(frozen=True, slots=True)
class SameStep:
    """How often the same step is right: its name, the ratings, and the names of those in which it is."""

    step: Sentence
    ratings: int
    right: tuple[str, ...]

    @property
    def share(self) -> float:
        """The share of the ratings in which it is right; 0 where there is none."""
        return len(self.right) / self.ratings if self.ratings else 0.0

    @property
    def is_guessed(self) -> bool:
        """Whether it is right in over 40 % (scoring.md), among enough ratings to tell.

        Below ten ratings the key of one moves the share by ten points and more.
        """
        return self.ratings >= LEAST_RATINGS and self.share > MOST_RIGHT


@dataclass(frozen=True, slots=True)
class IdleStep:
    """A step that is right in none of so many ratings; ratings: such as ``8 ratings of 4 steps``."""

    step: Sentence
    ratings: Sentence


def ratings_of(questions: Iterable[Question]) -> tuple[Rating, ...]:
    """The ratings among these questions, each variant of a case one."""
    return tuple(
        Rating(question.name, len(steps), steps.index(right) + 1)
        for question in questions
        if question.decision.has_levels
        for steps in [question.decision.option_ids]
        for key in question.keys
        for right in [key.best_pick()]
        if isinstance(right, str)
    )


def best_step(ratings: Sequence[Rating]) -> SameStep:
    """The step that is right most often, of those counted from the lowest and those from the highest.

    Where a rating has fewer steps, whoever always takes the same one takes the last that it has.
    """
    most = max((rating.steps for rating in ratings), default=1)
    ways: dict[Sentence, tuple[str, ...]] = {
        _finding("step_from_below", at=at): _right_at(ratings, at, None) for at in range(1, most + 1)
    }
    ways |= {_finding("step_from_above", at=at): _right_at(ratings, None, at) for at in range(1, most + 1)}
    name = max(ways, key=lambda way: len(ways[way]))
    return SameStep(name, len(ratings), ways[name])


def _right_at(ratings: Sequence[Rating], low: int | None, high: int | None) -> tuple[str, ...]:
    return tuple(
        rating.name
        for rating in ratings
        if rating.right
        == (min(low, rating.steps) if low is not None else max(rating.steps + 1 - (high or 1), 1))
    )


def idle_steps(ratings: Sequence[Rating]) -> Iterator[IdleStep]:
    """The steps that are right nowhere: the lowest and the highest of all ratings, and those of one length.

    Among ratings of one length every step is asked for once there are two ratings a step.
    """
    if len(ratings) >= LEAST_RATINGS:
        if all(rating.right > 1 for rating in ratings):
            yield IdleStep(_finding("lowest_step"), _finding("some_ratings", count=len(ratings)))
        if all(rating.right < rating.steps for rating in ratings):
            yield IdleStep(_finding("highest_step"), _finding("some_ratings", count=len(ratings)))
    for steps, counts in right_counts(ratings).items():
        for step, count in enumerate(counts, 1):
            if count == 0 and sum(counts) >= _EACH_STEP * steps:
                some = _finding("ratings_of_steps", count=sum(counts), steps=steps)
                yield IdleStep(_finding("step_of", step=step, steps=steps), some)


def right_counts(ratings: Iterable[Rating]) -> Mapping[int, tuple[int, ...]]:
    """How often each step is right, from low to high, by how many steps a rating has."""
    counts = Counter((rating.steps, rating.right) for rating in ratings)
    lengths = sorted({steps for steps, _ in counts})
    return {steps: tuple(counts[steps, step] for step in range(1, steps + 1)) for steps in lengths}
