"""The graph of a case: which scene leads to which, and what every path to a scene has met.

Picks and counters are not weighed here: a rule counts as a way that can be taken, unless the variant
alone says no. What holds for all these ways holds for every play of the variant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scenarios.case import Case


@dataclass(frozen=True, slots=True)
class Graph:
    """The scenes of a case in an order in which each stands after all that lead to it.

    order: the scenes reached from the start; empty where `circle` names scenes that lead back to
    themselves; decided and learned: what every path has settled on arrival, and learned once the
    scene is shown.
    """

    order: tuple[str, ...]
    circle: tuple[str, ...]
    decided: Mapping[str, frozenset[str]]
    learned: Mapping[str, frozenset[str]]


def graph_of(case: Case) -> Graph:
    """The graph of `case`, whose links the loader has proven."""
    order, circle = _order(case)
    decided: dict[str, frozenset[str]] = {}
    learned: dict[str, frozenset[str]] = {}
    for scene_id in order if not circle else ():
        scene = case.scenes[scene_id]
        before = [name for name in order if scene_id in _goals(case, name)]
        settled = [decided[name] | _decided_in(case, name) for name in before]
        known = [learned[name] for name in before]
        decided[scene_id] = frozenset.intersection(*settled) if settled else frozenset()
        learned[scene_id] = (frozenset.intersection(*known) if known else frozenset()) | frozenset(
            scene.learn
        )
    return Graph(order if not circle else (), circle, decided, learned)


def most_decisions(case: Case, scene_id: str) -> int:
    """The most decisions that a way from a scene on meets, that of the scene itself among them."""
    most: dict[str, int] = {}

    def ahead(name: str) -> int:
        if name not in most:
            most[name] = 0  # for a scene that the story leads back to: no play of it ends
            most[name] = len(_decided_in(case, name)) + max(map(ahead, _goals(case, name)), default=0)
        return most[name]

    return ahead(scene_id)


def _goals(case: Case, scene_id: str) -> frozenset[str]:
    return frozenset(rule.go for _, rule in case.scenes[scene_id].ways(case.variant))


def _decided_in(case: Case, scene_id: str) -> frozenset[str]:
    decision = case.scenes[scene_id].decision
    return frozenset((decision.id,)) if decision is not None else frozenset()


def _order(case: Case) -> tuple[tuple[str, ...], tuple[str, ...]]:
    done: list[str] = []
    open_: list[str] = []
    pending = [(case.start, False)]
    while pending:
        scene_id, left = pending.pop()
        if left:
            done.append(open_.pop())
        elif scene_id in open_:
            return (), (*open_[open_.index(scene_id) :], scene_id)
        elif scene_id not in done:
            open_.append(scene_id)
            pending.append((scene_id, True))
            pending.extend((goal, False) for goal in sorted(_goals(case, scene_id)) if goal not in done)
    return tuple(reversed(done)), ()
