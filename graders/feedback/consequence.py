"""What a pick led to: the scenes of a play that stand there because of it.

A branch of a case shows its consequence for a few scenes and folds back. A scene that every play meets
is nobody's consequence; any other one was entered by a rule, and the rule says which picks, or which
counter that picks had moved, led there. Nothing is guessed: where the case tells nothing, there is nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from scenarios.case import Case, Scene
from scenarios.condition import Condition, CounterTest, PickTest, atoms, holds, holds_in, parse_condition
from scenarios.engine.play import Play
from scenarios.pick import picked_ids


class Cause(NamedTuple):
    """A decision that led to a scene; together: it moved a counter, and others may have moved it too."""

    decision: str
    together: bool


@dataclass(frozen=True, slots=True)
class Consequence:
    """A scene that was met, and the decisions that led to it, in the order of the play.

    together: whether a counter led there, so that several decisions count and none of them alone.
    """

    scene: str
    decisions: tuple[str, ...]
    together: bool

    def is_of(self, decision: str) -> bool:
        """Whether that decision alone led there: it was the last to, and no counter was asked."""
        return not self.together and self.decisions[-1] == decision


def consequences_of(play: Play) -> tuple[Consequence, ...]:
    """The scenes of `play` that picks led to, in the order in which they were met."""
    fold = _Fold(play)
    consequences = []
    before: tuple[Cause, ...] = ()
    for scene_id, following in zip(play.path, play.path[1:], strict=False):
        scene = play.case.scenes[scene_id]
        fold.leave(scene, before)
        causes = fold.causes(scene, before)
        before = causes if _ends_without(play.case, following) else ()
        if before:
            decisions = tuple(dict.fromkeys(cause.decision for cause in before))
            consequences.append(Consequence(following, decisions, any(cause.together for cause in before)))
    return tuple(consequences)


@dataclass(slots=True)
class _Fold:
    """A play, gone through once more: what was picked so far, and who moved which counter."""

    play: Play
    picked: dict[str, frozenset[str]] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    moved: dict[str, list[tuple[str, int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.counters = {name: counter.start for name, counter in self.play.case.counters.items()}

    def leave(self, scene: Scene, before: tuple[Cause, ...]) -> None:
        """Take in the scene's pick, and what its effects add; `before` led to the scene."""
        if scene.decision is not None:
            self.picked[scene.decision.id] = picked_ids(self.play.picks.get(scene.decision.id))
        for effect in scene.effects:
            condition = _parsed(effect.condition)
            if condition is not None and not self._holds(condition):
                continue
            by = [cause.decision for cause in before] if condition is None else self._picks_in(condition)
            for name, change in effect.add.items():
                self._move(name, change, by)

    def causes(self, scene: Scene, before: tuple[Cause, ...]) -> tuple[Cause, ...]:
        """Why the scene was left the way it was; `before` led to the scene itself."""
        refused: list[Condition] = []
        variant = self.play.case.variant
        for _, rule in scene.ways(variant):
            condition = _parsed(rule.condition)
            if condition is None or holds_in(condition, variant):
                return tuple(self._by_default(refused)) if refused else before
            if self._holds(condition):
                return tuple(self._by(condition))
            refused.append(condition)
        return ()

    def _by(self, condition: Condition) -> Iterator[Cause]:
        """The picks and the moves that make `condition` hold."""
        yield from (Cause(decision, together=False) for decision in self._picks_in(condition))
        for atom in atoms(condition):
            if isinstance(atom, CounterTest) and self._holds(atom):
                yield from self._moves(atom.counter, up=atom.sign in {">", ">="})

    def _by_default(self, refused: list[Condition]) -> Iterator[Cause]:
        """Why none of `refused` holds: a counter where one of them asks for it, else the picks asked for."""
        counted = [
            atom for condition in refused for atom in atoms(condition) if isinstance(atom, CounterTest)
        ]
        for atom in counted:
            yield from self._moves(atom.counter, up=atom.sign not in {">", ">="})
        if not counted:
            asked = [atom for condition in refused for atom in atoms(condition) if isinstance(atom, PickTest)]
            for decision in dict.fromkeys(atom.decision for atom in asked):
                if self.picked.get(decision):
                    yield Cause(decision, together=False)

    def _moves(self, counter: str, *, up: bool) -> Iterator[Cause]:
        for decision, change in self.moved.get(counter, ()):
            if (change > 0) == up:
                yield Cause(decision, together=True)

    def _picks_in(self, condition: Condition) -> list[str]:
        """The decisions whose picks help `condition` to hold; a skip is no pick, and helps nothing."""
        true_atoms = (atom for atom in atoms(condition) if isinstance(atom, PickTest) and self._holds(atom))
        return list(dict.fromkeys(atom.decision for atom in true_atoms if self.picked.get(atom.decision)))

    def _move(self, counter: str, change: int, by: list[str]) -> None:
        bounds = self.play.case.counters[counter]
        before = self.counters[counter]
        after = max(bounds.low, min(bounds.high, before + change))
        self.counters[counter] = after
        if after != before:
            self.moved.setdefault(counter, []).extend((decision, after - before) for decision in by)

    def _holds(self, condition: Condition) -> bool:
        return holds(condition, self.picked, self.counters, self.play.case.variant)


def _parsed(text: str | None) -> Condition | None:
    return None if text is None else parse_condition(text)


def _ends_without(case: Case, avoided: str) -> bool:
    """Whether an ending is reached without a scene: one that every play meets is nobody's consequence."""
    scenes, reached = case.scenes, set[str]()
    ahead = [case.start]
    while ahead:
        name = ahead.pop()
        if name == avoided or name in reached:
            continue
        if scenes[name].end is not None:
            return True
        reached.add(name)
        ahead.extend(rule.go for _, rule in scenes[name].ways(case.variant))
    return False
