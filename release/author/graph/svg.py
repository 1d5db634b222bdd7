"""Draw a case as SVG: scenes in layers, branches aside, decisions, flags, endings and hit counts.

The same case gives the same bytes. No font, script or picture is loaded from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TypeVar

from graders.key.key import Key, KeysMissingError, keys_folder, load_key
from release.author.graph.box import Box, Boxes, Grade, sign
from release.author.graph.layout import MAIN_LEFT, MAIN_WIDTH, ROW_SPACE, Item, ItemPlace, Layout, lay_out
from scenarios.case import STAGES, Case, Effect, Rule
from scenarios.condition import holds_in, parse_condition
from scenarios.documents.problem import BadInputError
from scenarios.drawing.text import escaped, lines, width
from scenarios.engine.graph import Graph, graph_of
from scenarios.engine.random_plays import SEED, random_plays
from scenarios.language import SOURCE, Language, read_catalogue
from widgets.view import TEXTS as PLAYER_TEXTS

R = TypeVar("R", Rule, Effect)

TEXTS = Path(__file__).with_name("graph.yaml")
STYLE = Path(__file__).with_name("graph.css")

_MARGIN, _CORNER, _CHANNEL, _CHANNEL_STEP = 16.0, 7.0, 9.0, 7.0


class NotDrawableError(BadInputError):
    """A case has no picture; the text says why, and what to do."""


def key_in_folder(case: Case, folder: Path | None) -> Key | None:
    """The key of `case` in `folder`, or where keys stand when that is None; None where there is none.

    Raises ProblemsError where the key is there and cannot be used.
    """
    try:
        place = folder or keys_folder()
    except KeysMissingError:
        return None
    return load_key(case, place) if (place / f"{case.id}.yaml").is_file() else None


def graph_svg(
    case: Case, *, key: Key | None = None, plays: int = 0, seed: int = SEED, language: Language = SOURCE
) -> str:
    """`case`, in its variant, as an SVG document.

    key: whose flags are marked; plays: random plays whose hits are shown.
    Raises NotDrawableError where the scenes lead back to themselves.
    """
    texts, stages = read_catalogue(TEXTS), read_catalogue(PLAYER_TEXTS)
    graph = graph_of(case)
    case = case if case.variant is None else _of_its_variant(case, graph)
    key = None if key is None else key.in_variant(case.variant)
    if graph.circle:
        sentence = texts["graph_circle"][language]
        raise NotDrawableError(sentence.format(id=case.id, way=" → ".join(graph.circle)))
    names: dict[str, str] = {stage: stages[f"stage_{stage}"][language] for stage in STAGES}
    hits = random_plays(case, plays, seed) if plays else None
    boxes = Boxes(case.in_language(language), texts, language, names, key, hits)
    return _Picture(boxes, graph, seed).svg()


def _of_its_variant(case: Case, graph: Graph) -> Case:
    """The case with the scenes that its variant comes to, and the ways and effects that it leaves open."""
    scenes = {}
    for name in graph.order or case.scenes:
        scene = case.scenes[name]
        rules = tuple(_settled(rule, case.variant) for _, rule in scene.ways(case.variant))
        effects = tuple(
            _settled(effect, case.variant)
            for effect in scene.effects
            if effect.condition is None
            or holds_in(parse_condition(effect.condition), case.variant) is not False
        )
        scenes[name] = scene.model_copy(update={"next": rules, "effects": effects})
    return case.model_copy(update={"scenes": scenes})


def _settled(part: R, variant: str | None) -> R:
    """A rule or an effect without its condition, where that holds in every play of the variant."""
    always = part.condition is not None and holds_in(parse_condition(part.condition), variant)
    return part.model_copy(update={"condition": None}) if always else part


class _Picture:
    def __init__(self, boxes: Boxes, graph: Graph, seed: int) -> None:
        self.boxes, self.case, self.graph, self.seed = boxes, boxes.case, graph, seed
        self._drawn: dict[tuple[str, float], Box] = {}
        self.head, head_height = self._head()
        self.layout: Layout = lay_out(self.case, graph, self._height, head_height + 42)
        self.height = self.layout.rows[-1].bottom + ROW_SPACE / 2

    def name(self, part: str) -> str:
        """An id that no other picture in the same page has."""
        return f"{self.case.id}-{part}"

    def _box(self, scene_id: str, wide: float) -> Box:
        if (scene_id, wide) not in self._drawn:
            drawn = self.boxes.box(scene_id, wide, main=wide == MAIN_WIDTH)
            self._drawn[scene_id, wide] = drawn
        return self._drawn[scene_id, wide]

    def _height(self, scene_id: str, wide: float) -> float:
        return self._box(scene_id, wide).height

    def svg(self) -> str:
        wide, text = self.layout.width + _MARGIN, self.boxes.text
        title = escaped(text("title", title=self.case.title))
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {self.height:.0f}"',
                f'width="{wide:.0f}" height="{self.height:.0f}" role="img" class="case-graph"',
                f'aria-labelledby="{self.name("title")} {self.name("desc")}" lang="{self.boxes.language}">',
                f'<title id="{self.name("title")}">{title}</title>',
                f'<desc id="{self.name("desc")}">{escaped(" ".join(self._sentences()))}</desc>',
                f"<style>\n{STYLE.read_text(encoding='utf-8').strip()}\n</style>",
                "<defs>",
                *(_arrow(self.name(look), look) for look in ("main", "branch")),
                "</defs>",
                f'<rect class="page" width="{wide:.0f}" height="{self.height:.0f}"/>',
                *self.head,
                *self._bands(wide),
                *self._start(),
                *self._ways(),
                *self._boxes(),
                "</svg>\n",
            ]
        )

    def _sentences(self) -> Iterator[str]:
        """The picture in sentences, for a reader who cannot see it."""
        yield self._facts() + "."
        for scene_id in self.graph.order:
            yield self._scene_sentence(scene_id)

    def _scene_sentence(self, scene_id: str) -> str:
        scene, text = self.case.scenes[scene_id], self.boxes.text
        parts = [f"{scene.title} ({self.boxes.stages[scene.stage]})."]
        if scene.decision is not None:
            kind, ask = self.boxes.kind(scene.decision), scene.decision.ask
            parts.append(text("asks", decision=scene.decision.id, kind=kind, ask=ask))
        for rule in scene.next:
            when = f" {self.boxes.condition(rule.condition)}" if len(scene.next) > 1 else ""
            parts.append(text("leads", goal=self.case.scenes[rule.go].title) + when + ".")
        if scene.end is not None:
            parts.append(text("end", ending=scene.end) + ".")
        return " ".join(parts)

    def _facts(self) -> str:
        case = self.case
        branches = sum(max(0, len({rule.go for rule in scene.next}) - 1) for scene in case.scenes.values())
        return self.boxes.text(
            "head",
            id=case.id,
            version=case.version,
            level=case.level,
            minutes=case.minutes,
            scenes=len(case.scenes),
            decisions=len(case.key_decisions()),
            branches=branches,
            endings=len({scene.end for scene in case.scenes.values()} - {None}),
        )

    def _head(self) -> tuple[list[str], float]:
        parts = [f'<text class="head" x="{_MARGIN}" y="38">{escaped(self.case.title)}</text>']
        y = 40.0
        for text, look in self._notes():
            for line in lines(text, 12.5, 860):
                y += 18
                parts.append(f'<text class="{look}" x="{_MARGIN}" y="{y:.0f}">{escaped(line)}</text>')
        y += 12
        parts.extend(self._legend(y))
        return parts, y + 20

    def _notes(self) -> Iterator[tuple[str, str]]:
        text = self.boxes.text
        if self.case.variant is not None:
            yield self.case.variants[self.case.variant], "muted"
        yield self._facts(), "muted"
        if self.boxes.hits is not None:
            yield text("plays", plays=self.boxes.number(self.boxes.hits.plays), seed=self.seed), "muted"
        if self.boxes.key is not None:
            yield text("secret"), "warning"
        unreached = [scene_id for scene_id in self.case.scenes if scene_id not in self.graph.order]
        if unreached:
            yield text("unreached", scenes=", ".join(unreached)), "warning"

    def _legend(self, y: float) -> Iterator[str]:
        grades: tuple[Grade, ...] = ("harm", "practice", "must") if self.boxes.key else ()
        signs = [(f"legend_{grade}", sign(grade, 0, 4.5)) for grade in grades]
        signs.insert(0, ("legend_key", '<rect class="pill key" x="-6" y="3" width="16" height="12" rx="6"/>'))
        for name in ("main", "branch"):
            drawn = f'<path class="way {name}" d="M-8,9 H12" marker-end="url(#{self.name(name)})"/>'
            signs.append((f"legend_{name}", drawn))
        x = _MARGIN + 6
        for name, drawn in signs:
            words = self.boxes.text(name)
            yield f'<g transform="translate({x:.1f} {y:.1f})">{drawn}'
            yield f'<text class="small" x="20" y="13">{escaped(words)}</text></g>'
            x += width(words, 11.5) + 46

    def _bands(self, wide: float) -> Iterator[str]:
        stages = self._row_stages()
        rows = self.layout.rows
        for stage, group in groupby(range(len(rows)), key=lambda layer: stages[layer]):
            layers = list(group)
            top = rows[layers[0]].top - (34 if layers[0] == 0 else ROW_SPACE / 2)
            bottom = rows[layers[-1]].bottom + ROW_SPACE / 2
            y = rows[layers[0]].top + 17
            yield (
                f'<rect class="band {stage}" x="0" y="{top:.1f}" width="{wide:.0f}" '
                f'height="{bottom - top:.1f}"/>'
            )
            yield f'<rect class="edge {stage}" x="0" y="{top:.1f}" width="5" height="{bottom - top:.1f}"/>'
            name = escaped(self.boxes.stages[stage])
            yield f'<text class="stage" x="{_MARGIN}" y="{y:.1f}">{name}</text>'

    def _row_stages(self) -> list[str]:
        stages: list[str] = []
        for layer in range(len(self.layout.rows)):
            here = [scene_id for scene_id, at in self.layout.layers.items() if at == layer]
            here.sort(key=lambda scene_id: scene_id not in self.layout.main)
            stages.append(self.case.scenes[here[0]].stage)
        return stages

    def _start(self) -> Iterator[str]:
        x, y = MAIN_LEFT + MAIN_WIDTH / 2, self.layout.rows[0].top
        text = escaped(self.boxes.text("start"))
        yield f'<circle class="start" cx="{x}" cy="{y - 22:.1f}" r="5"/>'
        yield f'<text class="small" x="{x + 12}" y="{y - 18:.1f}">{text}</text>'
        arrow = f'marker-end="url(#{self.name("main")})"'
        yield f'<path class="way main" d="M{x},{y - 17:.1f} V{y - 3:.1f}" {arrow}/>'

    def _boxes(self) -> Iterator[str]:
        stages = self._row_stages()
        for scene_id, layer in self.layout.layers.items():
            place = self.layout.places[scene_id, layer]
            box, scene = self._box(scene_id, place.width), self.case.scenes[scene_id]
            look = "side" if scene_id not in self.layout.main else "scene"
            scored = scene.decision is not None and scene.decision.is_scored
            yield f'<g transform="translate({place.x - place.width / 2:.1f} {place.top:.1f})">'
            yield f"<title>{escaped(self._scene_sentence(scene_id))}</title>"
            look = f"box {look} {'scored' if scored else ''} {'ended' if scene.end else ''}".strip()
            yield f'<rect class="{look}" width="{box.width:.1f}" height="{box.height:.1f}" rx="8"/>'
            if scored:
                yield f'<path class="spine" d="M4,8 V{box.height - 8:.1f}"/>'
            if scene.stage != stages[layer]:
                yield f'<rect class="edge {scene.stage}" x="12" y="-3" width="24" height="6" rx="3"/>'
            yield from box.parts
            yield "</g>"

    def _ways(self) -> Iterator[str]:
        drawn = [way for source, goal in self.layout.ways for way in self._way(source, goal)]
        # The main line goes over the branches that fold back into it.
        for look in ("branch", "main"):
            for way_look, path, marker in drawn:
                if way_look == look:
                    yield f'<path class="way {look}" d="{path}"{marker}/>'
        yield from self._elses()

    def _way(self, source: Item, goal: Item) -> Iterator[tuple[str, str, str]]:
        main = self._on_main(source) and self._on_main(goal)
        end = self.layout.places[goal]
        arrives = end.width > 0
        bottom = self.layout.rows[goal[1] - 1].bottom
        for start in self._exits(source, goal):
            look = "main" if main and start.straight else "branch"
            path = f"{start.path} V{bottom:.1f} {_sway(start.x, end, bottom, arrives=arrives)}"
            yield look, path, f' marker-end="url(#{self.name(look)})"' if arrives else ""

    def _on_main(self, item: Item) -> bool:
        return self.layout.places[item].x == MAIN_LEFT + MAIN_WIDTH / 2

    def _exits(self, source: Item, goal: Item) -> Iterator[_Exit]:
        place = self.layout.places[source]
        bottom = place.top + place.height
        scene_id = source[0]
        if place.width == 0:
            yield _Exit(place.x, f"M{place.x:.1f},{place.top:.1f}", straight=True)
        elif scene_id not in self.layout.main:
            goals = list(dict.fromkeys(rule.go for rule in self.case.scenes[scene_id].next))
            goals.sort(key=lambda name: (self.layout.places[name, source[1] + 1].x, name))
            share = (goals.index(goal[0]) + 1) / (len(goals) + 1)
            x = place.x + place.width * (share - 0.5)
            yield _Exit(x, f"M{x:.1f},{bottom:.1f}", straight=True)
        else:
            yield from self._main_exits(scene_id, place, goal[0])

    def _main_exits(self, scene_id: str, place: ItemPlace, goal: str) -> Iterator[_Exit]:
        rules, box = self.case.scenes[scene_id].next, self._box(scene_id, place.width)
        right = place.x + place.width / 2
        for index, rule in enumerate(rules):
            if rule.go != goal:
                continue
            if rule.condition is None:
                yield _Exit(place.x, f"M{place.x:.1f},{place.top + place.height:.1f}", straight=True)
                continue
            y = place.top + box.ports[index]
            x = right + _CHANNEL + _CHANNEL_STEP * (len(rules) - 2 - index)
            turn = f"M{right:.1f},{y:.1f} H{x - _CORNER:.1f} Q{x:.1f},{y:.1f} {x:.1f},{y + _CORNER:.1f}"
            yield _Exit(x, turn, straight=False)

    def _elses(self) -> Iterator[str]:
        for scene_id in self.layout.main:
            rules = self.case.scenes[scene_id].next
            if len(rules) < 2:  # noqa: PLR2004 -- one rule is no branch
                continue
            place = self.layout.places[scene_id, self.layout.layers[scene_id]]
            count = f" · {self.boxes.way_count(scene_id, rules[-1].go)}" if self.boxes.hits else ""
            text = escaped(self.boxes.text("else") + count)
            x, y = place.x - 10, place.top + place.height + 18
            yield f'<text class="if" text-anchor="end" x="{x:.1f}" y="{y:.1f}">{text}</text>'


@dataclass(frozen=True, slots=True)
class _Exit:
    x: float
    path: str
    straight: bool


def _sway(x: float, end: ItemPlace, bottom: float, *, arrives: bool) -> str:
    stop = end.top - (3 if arrives else 0)
    if abs(x - end.x) < 0.5:  # noqa: PLR2004 -- half a pixel is straight
        return f"V{stop:.1f}"
    low = stop - (8 if arrives else 0)
    curve = f"C{x:.1f},{bottom + 0.75 * (low - bottom):.1f} {end.x:.1f},{bottom:.1f} {end.x:.1f},{low:.1f}"
    return f"{curve} V{stop:.1f}"


def _arrow(name: str, look: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="6" markerHeight="6" '
        f'orient="auto"><path class="tip {look}" d="M0,0 L10,5 L0,10 Z"/></marker>'
    )
