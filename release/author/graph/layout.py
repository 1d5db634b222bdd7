"""Where the scenes of a case stand in a picture: layers from top to bottom, the main line at the left.

The main line takes the last rule of each scene, the way on when nothing special happened. All other
scenes stand to its right. Ways that lead to the same scene share their line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from scenarios.case import Case
from scenarios.engine.graph import Graph

Item: TypeAlias = tuple[str, int]
"""A scene in its own layer, or the line to that scene where it passes through a layer above it."""

Measure: TypeAlias = Callable[[str, float], float]

MAIN_LEFT, MAIN_WIDTH = 134.0, 334.0
SIDE_LEFT, SIDE_RIGHT, SIDE_WIDEST = 502.0, 884.0, 250.0
SIDE_SPACE, WAY_SPACE, ROW_SPACE = 12.0, 18.0, 44.0
NARROWEST = 112.0


@dataclass(frozen=True, slots=True)
class ItemPlace:
    """Where a scene stands, or a line passes (then `width` is 0). In pixels; `x` is the middle."""

    x: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One layer: its top and its bottom, in pixels."""

    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Layout:
    """A case laid out.

    main: the scenes of the main line; places: of each item; rows: one a layer; ways: from item to
    item, each once; width: of all, in pixels.
    """

    main: tuple[str, ...]
    layers: Mapping[str, int]
    places: Mapping[Item, ItemPlace]
    rows: tuple[LayerRow, ...]
    ways: tuple[tuple[Item, Item], ...]
    width: float


def lay_out(case: Case, graph: Graph, measure: Measure, top: float) -> Layout:
    """Lay out `case`. `measure` gives the height of a scene's box for a width; `top`: of the first row."""
    layers = _layers(case, graph)
    main = _main_scenes(case)
    ways = _ways(case, layers)
    beside = _ordered(case, layers, main, ways)
    width = max([SIDE_RIGHT, *(_right(row, layers) for row in beside)])
    places: dict[Item, ItemPlace] = {}
    rows: list[LayerRow] = []
    for layer, items in enumerate(beside):
        row_places = _row_places(items, layers, measure, top, width)
        centre = MAIN_LEFT + MAIN_WIDTH / 2
        for scene_id in main:
            if layers[scene_id] == layer:
                height = measure(scene_id, MAIN_WIDTH)
                row_places[scene_id, layer] = ItemPlace(centre, top, MAIN_WIDTH, height)
        for item in {step for way in ways for step in way}:
            if item[1] == layer and item not in row_places:
                row_places[item] = ItemPlace(centre, top, 0, 0)
        bottom = top + max(place.height for place in row_places.values())
        places.update(row_places)
        rows.append(LayerRow(top, bottom))
        top = bottom + ROW_SPACE
    return Layout(main, layers, places, tuple(rows), ways, width)


def _layers(case: Case, graph: Graph) -> dict[str, int]:
    layers: dict[str, int] = {}
    for scene_id in graph.order:
        layers.setdefault(scene_id, 0)
        for rule in case.scenes[scene_id].next:
            layers[rule.go] = max(layers.get(rule.go, 0), layers[scene_id] + 1)
    return layers


def _main_scenes(case: Case) -> tuple[str, ...]:
    scenes = [case.start]
    while rules := case.scenes[scenes[-1]].next:
        scenes.append(rules[-1].go)
    return tuple(scenes)


def _ways(case: Case, layers: Mapping[str, int]) -> tuple[tuple[Item, Item], ...]:
    ways: dict[tuple[Item, Item], None] = {}
    for scene_id, layer in layers.items():
        for goal in dict.fromkeys(rule.go for rule in case.scenes[scene_id].next):
            at: Item = (scene_id, layer)
            for step in range(layer + 1, layers[goal] + 1):
                ways[at, (goal, step)] = None
                at = (goal, step)
    return tuple(ways)


def _ordered(
    case: Case,
    layers: Mapping[str, int],
    main: tuple[str, ...],
    ways: tuple[tuple[Item, Item], ...],
) -> list[list[Item]]:
    """The items beside the main line of each layer, from left to right, so that few lines cross."""
    above = {goal: layers[scene_id] for scene_id, goal in pairwise(main)}
    ports: dict[Item, float] = {(scene_id, layers[scene_id]): 0.0 for scene_id in main}
    ordered: list[list[Item]] = []
    for layer in range(max(layers.values()) + 1):
        pulls: dict[Item, list[float]] = {}
        for source, goal in ways:
            if goal[1] == layer:
                pulls.setdefault(goal, []).append(ports.get(source, 0.0) + _pull(case, source, goal, layers))
        on_main = {item for item in pulls if item[0] in main and above.get(item[0], layer) < layer}
        beside = [
            item for item in pulls if item not in on_main and (item[0], layer) not in _own(main, layers)
        ]
        beside.sort(key=lambda item: (sum(pulls[item]) / len(pulls[item]), item))
        ports.update({item: float(lane) for lane, item in enumerate(beside, start=1)})
        ports.update(dict.fromkeys(on_main, 0.0))
        ordered.append(beside)
    return ordered


def _own(main: tuple[str, ...], layers: Mapping[str, int]) -> frozenset[Item]:
    return frozenset((scene_id, layers[scene_id]) for scene_id in main)


def _pull(case: Case, source: Item, goal: Item, layers: Mapping[str, int]) -> float:
    # The first rule stands highest in its box, so that its line runs outermost.
    scene_id, layer = source
    if layers[scene_id] != layer:
        return 0.0
    goals = [rule.go for rule in case.scenes[scene_id].next]
    return 0.9 * (len(goals) - 1 - goals.index(goal[0])) / len(goals)


def _right(items: list[Item], layers: Mapping[str, int]) -> float:
    scenes = sum(layers[item[0]] == item[1] for item in items)
    return SIDE_LEFT + scenes * (NARROWEST + SIDE_SPACE) + (len(items) - scenes) * WAY_SPACE - SIDE_SPACE


def _row_places(
    items: list[Item], layers: Mapping[str, int], measure: Measure, top: float, right: float
) -> dict[Item, ItemPlace]:
    scenes = [item for item in items if layers[item[0]] == item[1]]
    space = right - SIDE_LEFT - WAY_SPACE * (len(items) - len(scenes)) - SIDE_SPACE * max(0, len(scenes) - 1)
    box = min(SIDE_WIDEST, space / max(1, len(scenes)))
    places: dict[Item, ItemPlace] = {}
    left = SIDE_LEFT
    for item in items:
        if item in scenes:
            places[item] = ItemPlace(left + box / 2, top, box, measure(item[0], box))
            left += box + SIDE_SPACE
        else:
            places[item] = ItemPlace(left + WAY_SPACE / 2, top, 0, 0)
            left += WAY_SPACE
    return places
