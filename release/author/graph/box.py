"""What stands in the box of one scene of a drawn case: title, decision, flags, hit counts, conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from graders.key.critical_errors import OVERSHARING
from graders.key.key import Key
from release.author.graph.condition_words import ConditionWords, as_words
from scenarios.case import Case, Scene
from scenarios.condition import parse_condition
from scenarios.decision import Decision
from scenarios.drawing.text import escaped, lines, width
from scenarios.engine.random_plays import Hits
from scenarios.kinds import kind_words
from scenarios.language import Catalogue, Language, card_of

Grade: TypeAlias = Literal["harm", "practice", "must"]

PAD, SMALL, PLAIN, LEAD = 12.0, 11.5, 12.5, 16.0
_CHIP_HEIGHT, _CHIP_SPACE, _BAR = 20.0, 6.0, 96.0
SIGNS: Mapping[Grade, str] = {
    "harm": "M0,9 L5.2,0 L10.4,9 Z",
    "practice": "M0.8,8.4 L5.2,0.9 L9.6,8.4 Z",
    "must": "M0,4.6 L3.6,8.6 L10,0.6",
}


@dataclass(frozen=True, slots=True)
class PickFlag:
    """What the key says of one pick: ``option`` as words, the critical error's code where it has one."""

    grade: Grade
    option: str
    code: str
    packet: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A drawn box, its top left corner at 0, 0; ports: the height at which each conditional rule leaves."""

    width: float
    height: float
    parts: tuple[str, ...]
    ports: Mapping[int, float]


@dataclass(slots=True)
class _Pen:
    width: float
    y: float = PAD
    parts: list[str] = field(default_factory=list)
    ports: dict[int, float] = field(default_factory=dict)

    @property
    def width_left(self) -> float:
        return self.width - 2 * PAD

    def write(self, text: str, look: str, size: float, *, most: int = 2, bold: bool = False) -> None:
        for line in lines(text, size, self.width_left, most=most, bold=bold):
            self.y += LEAD
            self.text(PAD, self.y - 4, line, look)

    def text(self, x: float, y: float, text: str, look: str) -> None:
        self.parts.append(f'<text class="{look}" x="{x:.1f}" y="{y:.1f}">{escaped(text)}</text>')


@dataclass(frozen=True, slots=True)
class Boxes:
    """Draws the boxes of one case. key and hits: where they are to be shown."""

    case: Case
    texts: Catalogue
    language: Language
    stages: Mapping[str, str]
    key: Key | None = None
    hits: Hits | None = None

    def text(self, name: str, **parts: object) -> str:
        """One text of the catalogue, filled."""
        return self.texts[f"graph_{name}"][self.language].format(**parts)

    def number(self, count: int) -> str:
        """`count` with its thousands set apart."""
        return f"{count:,}".replace(",", card_of(self.language).thousands)

    def kind(self, decision: Decision) -> str:
        """The kind of a decision in words."""
        return kind_words(decision.kind)["name"][self.language].format(**dict(decision))

    def condition(self, text: str | None) -> str:
        """When a rule is taken, in words."""
        if text is None:
            return self.text("else")
        words = ConditionWords(self.case, self.texts, self.language)
        return self.text("if", condition=words.say(parse_condition(text)))

    def box(self, scene_id: str, wide: float, *, main: bool) -> Box:
        """The box of one scene; a conditional rule of a scene beside the main line names its goal."""
        scene = self.case.scenes[scene_id]
        pen = _Pen(wide)
        look, size = ("title", 14.5) if main else ("subtitle", 13.0)
        beside = main and self._name_beside(pen, scene_id, scene.title, size)
        pen.write(scene.title, look, size, most=3, bold=True)
        if not beside:
            self._name(pen, scene_id)
        if scene.decision is not None:
            self._decision(pen, scene.decision)
        if scene.end is not None:
            pen.y += 4
            self._pill(pen, self.text("end", ending=as_words(scene.end)), "", "ending")
        self._rules(pen, scene_id, scene, main=main)
        return Box(wide, pen.y + PAD - 2, tuple(pen.parts), pen.ports)

    def _name_beside(self, pen: _Pen, scene_id: str, title: str, size: float) -> bool:
        count = f" · {self.number(self.hits.scenes.get(scene_id, 0))}×" if self.hits else ""
        text = scene_id + count
        fits = width(title, size, bold=True) + width(text, SMALL) + 16 <= pen.width_left
        if fits:
            x, y = pen.width - PAD, pen.y + LEAD - 4
            pen.parts.append(
                f'<text class="small" text-anchor="end" x="{x:.1f}" y="{y:.1f}">{escaped(text)}</text>'
            )
        return fits

    def _name(self, pen: _Pen, scene_id: str) -> None:
        count = f"{self.number(self.hits.scenes.get(scene_id, 0))}×" if self.hits else ""
        taken = width(count, SMALL)
        if width(scene_id, SMALL) + taken + 8 > pen.width_left and count:
            pen.write(count, "count", SMALL)
            count = ""
        for line in lines(scene_id.replace("_", "_ "), SMALL, pen.width_left):
            pen.y += LEAD
            pen.text(PAD, pen.y - 4, line.replace("_ ", "_"), "small")
        if count:
            x, y = pen.width - PAD, pen.y - 4
            pen.parts.append(f'<text class="count" text-anchor="end" x="{x:.1f}" y="{y:.1f}">{count}</text>')

    def _decision(self, pen: _Pen, decision: Decision) -> None:
        pen.y += 6
        self._pill(
            pen,
            as_words(decision.id),
            self.kind(decision),
            "key" if decision.is_scored else "free",
        )
        pen.write(decision.ask, "plain", PLAIN)
        flags = tuple(flags_of(self.key, decision)) if self.key else ()
        if self.hits and self.hits.options.get(decision.id):
            self._counts(pen, decision, self.hits, [flag for flag in flags if not flag.packet])
            flags = tuple(flag for flag in flags if flag.packet)
        self._chips(pen, flags)

    def _pill(self, pen: _Pen, text: str, beside: str, look: str) -> None:
        wide = min(width(text, PLAIN, bold=True) + 18, pen.width_left)
        pen.parts.append(
            f'<rect class="pill {look}" x="{PAD}" y="{pen.y:.1f}" width="{wide:.1f}" height="20" rx="10"/>'
        )
        pen.parts.append(
            f'<text class="pilltext {look}" text-anchor="middle" x="{PAD + wide / 2:.1f}" '
            f'y="{pen.y + 14.3:.1f}">{escaped(text)}</text>'
        )
        pen.text(PAD + wide + 8, pen.y + 14, beside, "small")
        pen.y += 24

    def _chips(self, pen: _Pen, flags: Sequence[PickFlag]) -> None:
        x, low = PAD, 0.0
        pen.y += 5 if flags else 0
        for flag in flags:
            words = self._flag_words(flag)
            wide = min(width(words, SMALL) + 26, pen.width_left)
            if x > PAD and x + wide > pen.width - PAD:
                x, pen.y = PAD, pen.y + low + 4
            rows = lines(words, SMALL, wide - 24, most=3)
            low = _CHIP_HEIGHT + 14 * (len(rows) - 1)
            pen.parts.append(
                f'<rect class="chip {flag.grade}" x="{x:.1f}" y="{pen.y:.1f}" width="{wide:.1f}" '
                f'height="{low:.0f}" rx="4"/>'
            )
            pen.parts.append(sign(flag.grade, x + 6, pen.y + 5.5))
            for index, row in enumerate(rows):
                pen.text(x + 20, pen.y + 14 + 14 * index, row, f"chiptext {flag.grade}")
            x += wide + _CHIP_SPACE
        pen.y += low + 2 if flags else 0

    def _flag_words(self, flag: PickFlag) -> str:
        word = self.text("must") if flag.grade == "must" else ""
        return " ".join(part for part in (word, flag.code, self._pick_words(flag)) if part)

    def _pick_words(self, flag: PickFlag) -> str:
        if not flag.packet:
            return flag.option
        service, facts = flag.option.split(":")
        return self.text("never", service=service, facts=facts)

    def _counts(self, pen: _Pen, decision: Decision, hits: Hits, flags: Sequence[PickFlag]) -> None:
        picked = hits.options.get(decision.id, {})
        pen.y += 4
        for option in decision.option_ids:
            marks = [flag for flag in flags if flag.option == as_words(option)]
            self._count(pen, as_words(option), picked.get(option, 0), hits.plays, marks)
        self._count(pen, self.text("skipped"), hits.skips.get(decision.id, 0), hits.plays, [])

    def _count(self, pen: _Pen, name: str, count: int, plays: int, flags: Sequence[PickFlag]) -> None:
        top, x = pen.y, PAD + 8 * (len(flags) > 0) + 6 * (len(flags) > 0)
        for flag in flags[:1]:
            pen.parts.append(sign(flag.grade, PAD, top + 4))
        codes = " ".join(flag.code for flag in flags if flag.code)
        look = f"chiptext {flags[0].grade}" if flags else "small"
        width_left = pen.width_left - _BAR - 56 - (x - PAD)
        (line,) = lines(f"{codes} {name}", SMALL, width_left, most=1)
        pen.text(x, top + 13, line, look)
        left = pen.width - PAD - _BAR
        full = max(1.5, _BAR * count / max(1, plays)) if count else 0
        pen.parts.append(f'<rect class="bar" x="{left}" y="{top + 4}" width="{_BAR}" height="9" rx="2"/>')
        pen.parts.append(
            f'<rect class="full" x="{left}" y="{top + 4}" width="{full:.1f}" height="9" rx="2"/>'
        )
        pen.parts.append(
            f'<text class="count" text-anchor="end" x="{left - 6}" y="{top + 13}">{self.number(count)}</text>'
        )
        pen.y += 17

    def _rules(self, pen: _Pen, scene_id: str, scene: Scene, *, main: bool) -> None:
        if len(scene.next) < 2:  # noqa: PLR2004 -- one rule is no branch
            return
        pen.y += 6
        pen.parts.append(
            f'<line class="rule" x1="{PAD}" x2="{pen.width - PAD:.1f}" y1="{pen.y:.1f}" y2="{pen.y:.1f}"/>'
        )
        pen.y += 4
        for index, rule in enumerate(scene.next):
            if main and rule.condition is None:
                continue  # it stands beside the line that goes down
            top = pen.y
            goal = "" if main else f" → {rule.go}"
            count = f" · {self.way_count(scene_id, rule.go)}" if self.hits else ""
            pen.write(f"{self.condition(rule.condition)}{goal}{count}", "if", SMALL, most=3)
            pen.ports[index] = (top + pen.y) / 2
            pen.y += 3

    def way_count(self, scene_id: str, goal: str) -> str:
        """How many random plays took a way."""
        return self.number(self.hits.ways.get((scene_id, goal), 0)) if self.hits else ""


def sign(grade: Grade, x: float, y: float) -> str:
    """The sign of a grade: a full triangle, an empty one, a tick."""
    return f'<path class="sign {grade}" transform="translate({x:.1f} {y:.1f})" d="{SIGNS[grade]}"/>'


def flags_of(key: Key, decision: Decision) -> Iterator[PickFlag]:
    """What the key flags in a decision, in the order of its options; the packets of a referral last."""
    part = key.decisions.get(decision.id)
    if part is None:
        return
    for option in decision.option_ids:
        if option in part.harms:
            code = part.harms[option].code
            yield PickFlag(_grade(key, code), as_words(option), code)
        if option in part.musts:
            yield PickFlag("must", as_words(option), part.musts[option].code or "")
    for service in decision.option_ids:
        never = part.nevers.get(service, ())
        if never:
            words = f"{as_words(service)}:{', '.join(as_words(fact) for fact in never)}"
            yield PickFlag(_grade(key, OVERSHARING), words, OVERSHARING, packet=True)


def _grade(key: Key, code: str) -> Grade:
    return "practice" if key.grades.get(code) == "practice" else "harm"
