"""Whether the structure of a case tells its key: by what `effects` and `next` name, which a trainee can open.

A trainee's machine holds the case. Whoever opens its file sees which options lead to another scene or move a
counter, and can keep away from those. Two such readers play against random picks: one keeps away from all
that is named; the other from what leads elsewhere or takes from a counter, and seeks what adds to one. All
draw by seeded chance from the same picks, and S is that of the score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from random import Random
from typing import TypeAlias

from graders.key.key import Key
from graders.proof.guessing.question import KeyedCase
from graders.score import pick_score
from scenarios.case import Case, Effect
from scenarios.condition import PickTest, atoms, parse_condition
from scenarios.decision import Decision
from scenarios.pick import Pick, picked_ids

GAIN = 10.0
DRAWS = 400
SEED = 1

Options: TypeAlias = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Structure:
    """What a case names, by decision.

    consequences: the options that a rule of `next` or an effect asks for; losses: those of a rule, or of an
    effect that takes away; gains: those of an effect that adds.
    """

    consequences: Options
    losses: Options
    gains: Options


@dataclass(frozen=True, slots=True)
class Avoidance:
    """What keeping away from the consequences is worth in a case, in points of S (0..100).

    chance: what random picks get; away: what whoever keeps away from all consequences gets; signed: the same
    of losses alone, seeking gains; wrong and right: the options with consequences that are never keyed, and
    that are, each as ``decision option``.
    """

    chance: float
    away: float
    signed: float
    wrong: tuple[str, ...]
    right: tuple[str, ...]

    @property
    def reader(self) -> float:
        """What the better of the two readers gets."""
        return max(self.away, self.signed)

    @property
    def gain(self) -> float:
        """How many points that is over random picks."""
        return self.reader - self.chance


def mean_points(cases: Sequence[Avoidance]) -> tuple[float, float]:
    """The mean S of random picks over some cases, and that of the reader who does better in them."""
    count = max(1, len(cases))
    away, signed = fsum(case.away for case in cases) / count, fsum(case.signed for case in cases) / count
    return fsum(case.chance for case in cases) / count, max(away, signed)


def structure_of(case: Case) -> Structure:
    """What the conditions of a case name; “is not” turns a loss into a gain, and a gain into a loss."""
    losses: dict[str, set[str]] = {}
    gains: dict[str, set[str]] = {}
    for scene in case.scenes.values():
        for rule in scene.next:
            _name(losses, gains, rule.condition)
        for effect in scene.effects:
            _name(*((gains, losses) if _adds(effect) else (losses, gains)), effect.condition)
    every = {name: losses.get(name, set()) | gains.get(name, set()) for name in losses | gains}
    return Structure(_frozen(every), _frozen(losses), _frozen(gains))


def _name(options: dict[str, set[str]], opposite: dict[str, set[str]], condition: str | None) -> None:
    for atom in atoms(parse_condition(condition)) if condition else ():
        if isinstance(atom, PickTest):
            (opposite if atom.negated else options).setdefault(atom.decision, set()).add(atom.option)


def _adds(effect: Effect) -> bool:
    return sum(effect.add.values()) > 0


def _frozen(options: Mapping[str, set[str]]) -> Options:
    return {name: frozenset(some) for name, some in options.items()}


def avoidance(variants: Sequence[KeyedCase], seed: int = SEED) -> Avoidance:
    """What keeping away from consequences is worth in one case; `variants`: its pairs, of which the mean."""
    points = [_points(case, key, seed) for case, key in variants]
    chance, away, signed = (fsum(column) / len(points) for column in zip(*points, strict=True))
    wrong: list[str] = []
    right: list[str] = []
    case, named = variants[0][0], structure_of(variants[0][0]).consequences
    for decision in case.key_decisions():
        keyed = [picked_ids(key.decisions[decision.id].best_pick()) for _, key in variants]
        for option in decision.option_ids:
            if option in named.get(decision.id, frozenset()):
                places = right if any(option in options for options in keyed) else wrong
                places.append(f"{decision.id} {option}")
    return Avoidance(chance, away, signed, tuple(wrong), tuple(right))


def _points(case: Case, key: Key, seed: int) -> tuple[float, float, float]:
    """S of random picks, of whoever keeps away from all consequences, and from the losses alone.

    S is the weighted mean over all key decisions, which every path meets, so that each is drawn apart.
    """
    structure = structure_of(case)
    chance = Random(f"{case.id} {seed}")  # noqa: S311 -- chance that can be repeated, no secret
    weights: list[float] = []
    scores: list[tuple[float, float, float]] = []
    for decision in case.key_decisions():
        part = key.decisions[decision.id]
        drawn = [decision.any_pick(chance) for _ in range(DRAWS)]
        worth = {pick: pick_score(decision, part, pick, key.grades) for pick in drawn}
        groups = (drawn, _away(decision, structure, drawn), _signed(decision, structure, drawn))
        random, away, signed = (fsum(worth[pick] for pick in picks) / len(picks) for picks in groups)
        weights.append(part.weight)
        scores.append((random, away, signed))
    whole = fsum(weights) or 1.0
    random, away, signed = (
        100 * fsum(weight * s for weight, s in zip(weights, column, strict=True)) / whole
        for column in zip(*scores, strict=True)
    )
    return random, away, signed


def _away(decision: Decision, structure: Structure, picks: Sequence[Pick]) -> Sequence[Pick]:
    """Those of `picks` that hold nothing with a consequence; all where there is none."""
    return _largest(decision, _without(picks, structure.consequences.get(decision.id, frozenset())))


def _signed(decision: Decision, structure: Structure, picks: Sequence[Pick]) -> Sequence[Pick]:
    """Those of `picks` that lose nothing, and gain most."""
    losses = structure.losses.get(decision.id, frozenset())
    gains = structure.gains.get(decision.id, frozenset()) - losses
    safe = _without(picks, losses)
    most = max(len(picked_ids(pick) & gains) for pick in safe)
    return _largest(decision, [pick for pick in safe if len(picked_ids(pick) & gains) == most])


def _without(picks: Sequence[Pick], options: frozenset[str]) -> Sequence[Pick]:
    return [pick for pick in picks if not picked_ids(pick) & options] or picks


def _largest(decision: Decision, picks: Sequence[Pick]) -> Sequence[Pick]:
    """Those of `picks` that take most, as whoever wants points does."""
    if decision.is_exclusive:
        return picks
    most = max(len(picked_ids(pick)) for pick in picks)
    return [pick for pick in picks if len(picked_ids(pick)) == most]
