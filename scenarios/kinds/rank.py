"""A rank: all options are put into an order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import ClassVar, Literal

from scenarios.decision import ChoiceDecision, Tally
from scenarios.pick import Pick, RefusedError, fitting_words, ordered_ids


class RankDecision(ChoiceDecision):
    """Put all options in order, the first one first."""

    is_ordered: ClassVar[bool] = True
    is_wide: ClassVar[bool] = True
    tally: ClassVar[Tally] = "first"

    kind: Literal["rank"]

    def fitting(self, pick: object) -> tuple[str, ...]:
        """The order. Raises RefusedError."""
        order = fitting_words(pick, self.id, self.options)
        if len(order) != len(self.options):
            raise RefusedError("incomplete_order", self.id)
        return order

    @classmethod
    def first_answer(cls, offered: Mapping[str, Sequence[str]]) -> Sequence[str]:
        """The order in which the options are offered."""
        return offered["options"]

    def any_pick(self, chance: Random) -> tuple[str, ...]:
        """Any order."""
        return tuple(chance.sample(self.option_ids, len(self.options)))

    def tallied(self, pick: Pick) -> frozenset[str]:
        """The option that stands first."""
        return frozenset(ordered_ids(pick)[:1])


KIND = RankDecision
