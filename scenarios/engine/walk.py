"""Every state that a play can be in, walked to the end.

A state is the scene, the counters, and the truth of each comparison of picks that a condition ahead
still makes. Picks that no condition tells apart are one, so that the walk is exhaustive and small.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import TypeAlias

from scenarios.case import Case, Scene
from scenarios.condition import PickTest, atoms, parse_condition
from scenarios.engine.graph import Graph
from scenarios.engine.moves import Moves, moves_of

MAX_STATES = 200_000

Truth: TypeAlias = tuple[str, str]
Truths: TypeAlias = frozenset[Truth]
State: TypeAlias = tuple[tuple[int, ...], Truths]
Place: TypeAlias = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk through all states has met.

    states: how many; scenes: those reached; taken and moved: the rules taken, and the effects that
    changed a counter, by scene and index; stuck: scenes with a state that no rule leads out of;
    values: the values of each counter; before: the scenes on every way to a scene; complete: whether
    the walk came to its end before `MAX_STATES`.
    """

    states: int
    scenes: frozenset[str]
    taken: frozenset[Place]
    moved: frozenset[Place]
    stuck: frozenset[str]
    values: Mapping[str, frozenset[int]]
    before: Mapping[str, frozenset[str]]
    complete: bool


@dataclass(slots=True)
class _Walker:
    case: Case
    moves: Mapping[str, Moves]
    live: Mapping[str, Truths]
    open: dict[str, set[State]]
    before: dict[str, frozenset[str]]
    taken: set[Place] = field(default_factory=set)
    moved: set[Place] = field(default_factory=set)
    stuck: set[str] = field(default_factory=set)

    def leave(self, scene_id: str, state: State) -> None:
        values, truths = state
        scene, moves = self.case.scenes[scene_id], self.moves[scene_id]
        for picked in _picks(scene, self.live[scene_id]):
            known = truths | picked
            picks = _by_decision(known)
            counts = dict(zip(self.case.counters, values, strict=True))
            self.moved.update((scene_id, index) for index in moves.apply(picks, counts))
            rule = moves.rule(picks, counts)
            if rule is None:
                self.stuck.add(scene_id)
                continue
            self.taken.add((scene_id, rule))
            goal = moves.rules[rule][1]
            self.open.setdefault(goal, set()).add((tuple(counts.values()), known & self.live[goal]))
            way = self.before[scene_id] | {scene_id}
            self.before[goal] = self.before[goal] & way if goal in self.before else way


def walk(case: Case, graph: Graph) -> Walk:
    """Walk through every state of `case`, whose `graph` has no circle."""
    start: State = (tuple(counter.start for counter in case.counters.values()), frozenset())
    walker = _Walker(case, moves_of(case), _live(case, graph), {case.start: {start}}, {})
    walker.before[case.start] = frozenset()
    count, complete = 0, True
    seen: dict[str, set[int]] = {name: set() for name in case.counters}
    for scene_id in graph.order:
        states = walker.open.get(scene_id, set())
        count += len(states)
        for values, _ in states:
            for name, value in zip(case.counters, values, strict=True):
                seen[name].add(value)
        if count > MAX_STATES:
            complete = False
            break
        if case.scenes[scene_id].end is None:
            for state in states:
                walker.leave(scene_id, state)
    return Walk(
        count,
        frozenset(walker.open),
        frozenset(walker.taken),
        frozenset(walker.moved),
        frozenset(walker.stuck),
        {name: frozenset(values) for name, values in seen.items()},
        walker.before,
        complete,
    )


def conditions(scene: Scene) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The conditions of a scene, each with its path in the scene."""
    for index, effect in enumerate(scene.effects):
        if effect.condition is not None:
            yield ("effects", index, "if"), effect.condition
    for index, rule in enumerate(scene.next):
        if rule.condition is not None:
            yield ("next", index, "if"), rule.condition


def _live(case: Case, graph: Graph) -> Mapping[str, Truths]:
    # What is tested in a scene or in one that it leads to; the rest need not be remembered there.
    live: dict[str, Truths] = {}
    for scene_id in reversed(graph.order):
        scene = case.scenes[scene_id]
        tests = {
            (atom.decision, atom.option)
            for _, text in conditions(scene)
            for atom in atoms(parse_condition(text))
            if isinstance(atom, PickTest)
        }
        live[scene_id] = frozenset(tests).union(*(live[rule.go] for _, rule in scene.ways(case.variant)))
    return live


def _picks(scene: Scene, live: Truths) -> Iterator[Truths]:
    decision = scene.decision
    yield frozenset()  # nothing that is tested was picked, or the decision was skipped
    if decision is None:
        return
    tested = [option for option in decision.option_ids if (decision.id, option) in live]
    for size in range(1, min(decision.most, len(tested)) + 1):
        for options in combinations(tested, size):
            yield frozenset((decision.id, option) for option in options)


def _by_decision(truths: Truths) -> dict[str, set[str]]:
    picks: dict[str, set[str]] = {}
    for decision, option in truths:
        picks.setdefault(decision, set()).add(option)
    return picks
