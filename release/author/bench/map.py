"""The scenes of a case as a map, whether the case can be played yet or not."""

from __future__ import annotations

from collections.abc import Iterator

from release.author.bench.case_files import CASE
from release.author.bench.fields import CaseText
from release.author.bench.messages import BoxMessage, MapMessage, WayMessage
from scenarios.documents.document import Data
from scenarios.loader import mapping


def case_map(text: CaseText) -> MapMessage:
    """Each scene in a row: one below all that lead to it, as far as they do not lead back to themselves."""
    scenes = mapping(text.case.get("scenes"))
    ways = [way for name in scenes for way in _ways(text, name) if way["goal"] in scenes]
    rows = _rows(list(scenes), ways)
    columns: dict[int, int] = {}
    boxes: list[BoxMessage] = []
    for name in scenes:
        row = rows[name]
        column = columns.get(row, 0)
        columns[row] = column + 1
        boxes.append(_box(text, name, column, row))
    return MapMessage(boxes=boxes, ways=ways)


def _rows(names: list[str], ways: list[WayMessage]) -> dict[str, int]:
    rows = dict.fromkeys(names, 0)
    for _ in names:  # so many steps at most; what goes round in a circle stops there
        moved = False
        for way in ways:
            below = rows[way["source"]] + 1
            if rows[way["goal"]] < below <= len(names):
                rows[way["goal"]], moved = below, True
        if not moved:
            break
    return rows


def _ways(text: CaseText, name: str) -> Iterator[WayMessage]:
    seen: set[tuple[str, str]] = set()
    for variant in text.variants or ("",):
        rules = text.value(CASE, ("scenes", name, "next"), variant)
        for rule in rules if isinstance(rules, list) else ():
            goal, condition = mapping(rule).get("go"), mapping(rule).get("if") or ""
            way = (str(goal), str(condition))
            if way not in seen:
                seen.add(way)
                yield WayMessage(source=name, goal=way[0], condition=way[1])


def _box(text: CaseText, name: str, column: int, row: int) -> BoxMessage:
    def words(*path: str) -> str:
        data: Data = text.value(CASE, ("scenes", name, *path))
        return data.strip() if isinstance(data, str) else ""

    scene = mapping(text.value(CASE, ("scenes", name)))
    return BoxMessage(
        part=f"scene.{name}",
        title=words("title") or name,
        column=column,
        row=row,
        ask=words("decision", "ask"),
        ends=scene.get("end") is not None,
    )
