"""A multi: several options are picked, up to a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from scenarios.decision import Chance, ChoiceDecision, Tally, Verb
from scenarios.pick import counted_words, fitting_words


class MultiDecision(ChoiceDecision):
    """Pick at most ``pick`` options."""

    verb: ClassVar[Verb | None] = "has"
    tally: ClassVar[Tally] = "several"

    kind: Literal["multi"]
    pick: Annotated[int, Field(ge=1, le=12)]

    @property
    def most(self) -> int:
        """How many options may be picked."""
        return self.pick

    @property
    def limit(self) -> int | None:
        """How many options may be picked, where that is not all of them."""
        return self.pick if self.pick < len(self.options) else None

    def fitting(self, pick: object) -> tuple[str, ...]:
        """The options, in the order in which they were picked. Raises RefusedError."""
        return counted_words(fitting_words(pick, self.id, self.options), self.pick)

    @classmethod
    def first_answer(cls, offered: Mapping[str, Sequence[str]]) -> Sequence[str]:
        """The first option alone."""
        return offered["options"][:1]

    def any_pick(self, chance: Random) -> tuple[str, ...]:
        """Any options, from one to as many as may be picked."""
        return tuple(chance.sample(self.option_ids, chance.randint(1, self.pick)))

    def any_options(self, chance: Chance) -> tuple[str, ...]:
        """The same, quickly."""
        return several_of(self.option_ids, self.pick, chance)


def several_of(options: tuple[str, ...], most: int, chance: Chance) -> tuple[str, ...]:
    """Any of `options`, from one to `most`; chance: a number from 0 up to 1, a new one at each call."""
    ordered = sorted(options, key=lambda _: chance())
    return tuple(ordered[: 1 + int(chance() * most)])


KIND = MultiDecision
