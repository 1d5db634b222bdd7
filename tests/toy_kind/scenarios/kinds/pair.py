"""A pair: two options are picked, no more and no less."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import ClassVar, Literal

from scenarios.decision import Chance, ChoiceDecision, Tally, Verb
from scenarios.pick import RefusedError, counted_words, fitting_words

_TWO = 2


class PairDecision(ChoiceDecision):
    """Pick two options."""

    verb: ClassVar[Verb | None] = "has"
    tally: ClassVar[Tally] = "several"

    kind: Literal["pair"]

    @property
    def most(self) -> int:
        """Two."""
        return _TWO

    @property
    def limit(self) -> int | None:
        """Two."""
        return _TWO

    def fitting(self, pick: object) -> tuple[str, ...]:
        """The two options. Raises RefusedError."""
        words = counted_words(fitting_words(pick, self.id, self.options), _TWO)
        if len(words) < _TWO:
            raise RefusedError("nothing", self.id)
        return words

    @classmethod
    def first_answer(cls, offered: Mapping[str, Sequence[str]]) -> Sequence[str]:
        """The first two options."""
        return offered["options"][:_TWO]

    def any_pick(self, chance: Random) -> tuple[str, ...]:
        """Any two options."""
        return tuple(chance.sample(self.option_ids, _TWO))

    def any_options(self, chance: Chance) -> tuple[str, ...]:
        """Any two options, quickly."""
        return tuple(sorted(self.option_ids, key=lambda _: chance())[:_TWO])


KIND = PairDecision
