"""What was shown of one question, so that no later table tells what a single person answered.

A table that changes while answers come in can be subtracted from the one before it: police 5, then police 6.
So a figure is shown only where it is about the very people of every figure before it, or about five others at
least (differencing: Hundepool and others, Statistical Disclosure Control, Wiley 2012, chapter 5). That holds
for any figures of the new table taken together, and each figure shown before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import TypeAlias

from graders.people.groups import LEAST
from scenarios.pick import Pick

People: TypeAlias = frozenset[str]


@dataclass(slots=True)
class Disclosure:
    """The people behind each figure that was shown of one question.

    _bits: the place of each person in a number; sets as numbers are compared a hundred times faster.
    """

    _figures: set[int] = field(default_factory=set)
    _bits: dict[str, int] = field(default_factory=dict)

    def allows(self, groups: Collection[People]) -> bool:
        """Whether a table may be shown in which each of `groups`, of which nobody is in two, has a figure."""
        # Groups that make up an earlier figure differ from it by none, and without that by the smallest one.
        if any(0 < len(group) < LEAST for group in groups):
            return False
        numbers = [self._number(group) for group in groups]
        return all(_apart(numbers, before) for before in self._figures)

    def show(self, groups: Collection[People]) -> None:
        """Remember that the table was shown, and with it what all its groups make together."""
        numbers = [self._number(group) for group in groups]
        self._figures.update(filter(None, (*numbers, reduce(or_, numbers, 0))))

    def table(
        self, whole: People, groups: Iterable[People], before: Iterable[People] = ()
    ) -> tuple[People, ...]:
        """As many of `groups`, none of them below 5, as may be shown; the smallest are left out first.

        whole: everybody, in a group or in none: the figure of those in none follows by subtraction. before:
        the groups of the last table. One of these stands for a group that differs from it in fewer than 5
        people: it stays as it was. The table that is returned counts as shown.
        """
        last = tuple(before)
        steady = {_steady(group, last) for group in groups}
        chosen = sorted(steady, key=lambda group: (len(group), sorted(group)), reverse=True)
        while chosen:
            together = frozenset[str]().union(*chosen)
            table = [*chosen, whole - together]
            if sum(map(len, chosen)) == len(together) and self.allows(table):
                self.show(table)
                break
            chosen.pop()
        return tuple(chosen)

    def _number(self, group: People) -> int:
        return sum(1 << self._bits.setdefault(person, len(self._bits)) for person in group)


@dataclass(frozen=True, slots=True)
class CountedAnswer:
    """One answer that may be counted: whose, in which variant, and what was picked."""

    seat: str
    variant: str | None
    pick: Pick


@dataclass(slots=True)
class CountedAnswers:
    """Which answers the figures of one question count: they move by 5 people at least.

    It follows from the answers in their order, whoever looks and when. counted: the answers that the figures
    count; is_apart: whether those of each variant may be told apart; waiting: those that came since; steps:
    the groups that had a figure, each time that the figures moved.
    """

    counted: list[CountedAnswer] = field(default_factory=list)
    is_apart: bool = False
    waiting: list[CountedAnswer] = field(default_factory=list)
    steps: list[tuple[People, ...]] = field(default_factory=list)
    _figures: Disclosure = field(default_factory=Disclosure)

    def follow(self, answers: Sequence[CountedAnswer], variants: Sequence[str | None]) -> None:
        """Move on with what came since. answers: all so far, in their order; variants: those of the room."""
        known = {one.seat for one in (*self.counted, *self.waiting)}
        for answer in (one for one in answers if one.seat not in known):
            self.waiting.append(answer)
            if len(self.waiting) < LEAST:
                continue
            now = [*self.counted, *self.waiting]
            whole = (frozenset(one.seat for one in now),)
            parts = tuple(frozenset(one.seat for one in now if one.variant == name) for name in variants)
            is_apart = all(len(part) >= LEAST for part in parts) and self._figures.allows(parts)
            step = parts if is_apart else whole
            if is_apart or self._figures.allows(whole):
                self._figures.show(step)
                self.steps.append(step)
                self.counted, self.waiting, self.is_apart = now, [], is_apart


def _steady(group: People, before: Iterable[People]) -> People:
    return next((old for old in before if 0 < len(group ^ old) < LEAST), group)


def _apart(groups: Iterable[int], before: int) -> bool:
    """Whether any of `groups` together are just the people of `before`, or differ in 5 of them at least."""
    difference = before.bit_count()
    for group in groups:
        both = (group & before).bit_count()
        # Taken where more of it are in than out: no choice of groups comes nearer.
        difference += min(0, group.bit_count() - 2 * both)
    return difference == 0 or difference >= LEAST
