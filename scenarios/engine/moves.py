"""How a case moves on from scene to scene, compiled once so that many plays can be walked quickly.

The rules are those of `scenarios.engine.play`; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from scenarios.case import Case, Scene
from scenarios.condition import (
    COMPARE,
    AllOf,
    AnyOf,
    Condition,
    CounterTest,
    PickTest,
    VariantTest,
    parse_condition,
)

Picks: TypeAlias = Mapping[str, Collection[str]]
Counts: TypeAlias = dict[str, int]
Test: TypeAlias = Callable[[Picks, Counts], bool]


@dataclass(frozen=True, slots=True)
class CounterChange:
    """What an effect adds to one counter, and the range it keeps it in."""

    counter: str
    add: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Moves:
    """The effects of one scene and the rules that lead on from it; None stands for “always”."""

    effects: tuple[tuple[Test | None, tuple[CounterChange, ...]], ...]
    rules: tuple[tuple[Test | None, str], ...]

    def apply(self, picks: Picks, counts: Counts) -> list[int]:
        """Apply the effects to `counts`; the indexes of those that changed a counter."""
        moved: list[int] = []
        for index, (test, changes) in enumerate(self.effects):
            if test is not None and not test(picks, counts):
                continue
            for change in changes:
                before = counts[change.counter]
                after = max(change.low, min(change.high, before + change.add))
                if after != before:
                    counts[change.counter] = after
                    moved.append(index)
        return moved

    def rule(self, picks: Picks, counts: Counts) -> int | None:
        """The index of the first rule that holds; None where there is none."""
        for index, (test, _) in enumerate(self.rules):
            if test is None or test(picks, counts):
                return index
        return None


def moves_of(case: Case) -> Mapping[str, Moves]:
    """The moves of each scene of `case`."""
    return {scene_id: _moves(case, scene) for scene_id, scene in case.scenes.items()}


def _moves(case: Case, scene: Scene) -> Moves:
    effects = tuple(
        (
            _compiled_text(effect.condition, case.variant),
            tuple(
                CounterChange(name, add, case.counters[name].low, case.counters[name].high)
                for name, add in effect.add.items()
            ),
        )
        for effect in scene.effects
    )
    rules = tuple((_compiled_text(rule.condition, case.variant), rule.go) for rule in scene.next)
    return Moves(effects, rules)


def _compiled_text(text: str | None, variant: str | None) -> Test | None:
    return None if text is None else compiled(parse_condition(text), variant)


def compiled(condition: Condition, variant: str | None = None) -> Test:
    """`condition` as a function of the picks (none where skipped) and the counters, in `variant`."""
    match condition:
        case VariantTest():
            is_so = condition.holds(variant)
            return lambda _, __: is_so
        case PickTest(decision, _, option, negated):
            return _picked(decision, option, negated=negated)
        case CounterTest(counter, sign, number):
            compare = COMPARE[sign]
            return lambda _, counts: compare(counts[counter], number)
        case AllOf(parts):
            every = tuple(compiled(part, variant) for part in parts)
            return lambda picks, counts: all(test(picks, counts) for test in every)
        case AnyOf(parts):
            some = tuple(compiled(part, variant) for part in parts)
            return lambda picks, counts: any(test(picks, counts) for test in some)


def _picked(decision: str, option: str, *, negated: bool) -> Test:
    if negated:
        return lambda picks, _: option not in picks.get(decision, ())
    return lambda picks, _: option in picks.get(decision, ())
