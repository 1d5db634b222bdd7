"""How well a guess does that knows no story: its mean over some questions, against that of any pick.

Mean and variance of any pick are exact, over all choices of as many options; the difference of the means,
divided by its standard error under chance, is z.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TypeAlias

from graders.proof.guessing.question import Question

Strategy: TypeAlias = Callable[[Question], Sequence[str]]
Worth: TypeAlias = Callable[[Question, Sequence[str]], float]


@dataclass(frozen=True, slots=True)
class Guess:
    """How one strategy did: decisions guessed, its mean and that of chance, both 0..1, and z.

    strategy: its name, for which ``graders/proof/findings.yaml`` has the words.
    """

    strategy: str
    decisions: int
    mean: float
    chance: float
    z: float

    @property
    def gain(self) -> float:
        """How much more it got than chance."""
        return self.mean - self.chance


def guess(name: str, strategy: Strategy, questions: Iterable[Question], worth: Worth) -> Guess:
    """What `strategy` gets of these questions, each choice being worth what `worth` says, 0..1."""
    count, got, chance, variance = 0, 0.0, 0.0, 0.0
    for question in questions:
        values = [worth(question, choice) for choice in question.choices()]
        mean = sum(values) / len(values)
        count += 1
        got += worth(question, strategy(question))
        chance += mean
        variance += sum((value - mean) ** 2 for value in values) / len(values)
    z = (got - chance) / sqrt(variance) if variance else 0.0
    return Guess(name, count, got / max(1, count), chance / max(1, count), z)
