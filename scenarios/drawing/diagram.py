"""Draw a diagram of a lesson as SVG, and say the same in sentences for whoever listens to a page.

The picture is as wide as a phone and as long as it has to be. It has one colour, that of the text around
it, so that it is legible in light, in dark and on paper; what differs, differs by shape and not by colour.
The same diagram gives the same bytes. No font, style, script or picture is loaded from anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scenarios.drawing.text import escaped, lines
from scenarios.language import Language, read_catalogue
from scenarios.lessons.diagram import Diagram, DiagramPanel, PanelLine

TEXTS = Path(__file__).with_name("diagram.yaml")

WIDTH = 360
_MARGIN, _PADDING, _GAP, _ARROW_GAP = 2.0, 12.0, 10.0, 24.0
_HEADING, _LINE, _HEADING_STEP, _LINE_STEP = 15.0, 14.0, 20.0, 19.0
_SIGN = 34.0
_PAIR = 146.0
_DAY_HEIGHT = 22.0
_LINE_LOOK = 'fill="none" stroke="currentColor"'
_BOLD = '<tspan font-weight="700">'
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif"


def diagram_svg(diagram: Diagram, language: Language, name: str) -> str:
    """A diagram as an SVG element of a page.

    name: such as “K4-urutan”; no other picture of the page has it, and its ids begin with it.
    """
    words = _Words(language)
    parts: list[str] = []
    y = _MARGIN
    panels = tuple(diagram.panels(words.word))
    for at, panel in enumerate(panels):
        drawn = _Drawing(panel, y, words)
        parts.extend(drawn.parts)
        y += drawn.height
        if at < len(panels) - 1:
            if diagram.follows:
                parts.append(_down(y))
            y += _ARROW_GAP if diagram.follows else _GAP
    height = y + _MARGIN
    title, desc = f"{escaped(name)}-title", f"{escaped(name)}-desc"
    size = f'viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" height="{height:.0f}"'
    spoken = f'role="img" lang="{escaped(language)}" aria-labelledby="{title} {desc}"'
    look = f'class="lesson-diagram" font-family="{_FONT}" fill="currentColor"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {spoken} {look}>',
            f'<title id="{title}">{escaped(diagram.title)}</title>',
            f'<desc id="{desc}">{escaped(diagram.desc)}</desc>',
            *parts,
            "</svg>",
        ]
    )


def diagram_sentences(diagram: Diagram, language: Language) -> tuple[str, ...]:
    """All that the picture says, one text a part, from top to bottom."""
    words = _Words(language)
    return tuple(words.sentence(panel) for panel in diagram.panels(words.word))


@dataclass(frozen=True, slots=True)
class _Words:
    language: Language

    def word(self, name: str) -> str:
        return read_catalogue(TEXTS)[name][self.language]

    def sentence(self, panel: DiagramPanel) -> str:
        heading = panel.heading
        if panel.to:
            heading = self.word("to_whom").format(who=heading, to=panel.to)
        where = {"number": "step", "marks": "level", "tick": "condition"}.get(panel.sign)
        lead = f"{self.word(where).format(number=panel.number, of=panel.of)}: " if where else ""
        return lead + " ".join(_closed(text) for text in (heading, *map(_whole, panel.lines)))


def _whole(line: PanelLine) -> str:
    return f"{line.label}: {line.text}" if line.label else line.text


def _closed(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…", "”", ":")) else f"{text}."


class _Drawing:
    """One panel, drawn from `top` on. height: how much room it takes."""

    def __init__(self, panel: DiagramPanel, top: float, words: _Words) -> None:
        self.panel, self.top, self.words = panel, top, words
        self.parts: list[str] = []
        self._y = top
        if panel.to:
            self._pair()
        else:
            self._box()
        self.height = self._y - top

    def _box(self) -> None:
        panel = self.panel
        signed = panel.sign in {"number", "tick"}
        left = _MARGIN + _PADDING + (_SIGN if signed else 0)
        room = WIDTH - _MARGIN - _PADDING - left
        self._y += _PADDING
        inside: list[str] = []
        if panel.sign == "marks":
            inside.extend(self._marks(left))
            self._y += 16
        inside.extend(self._heading(panel.heading, left, room))
        for line in panel.lines:
            inside.extend(self._line(line, left, room))
        if panel.sign == "days":
            inside.extend(self._days(left, room))
        self._y += _PADDING - 2
        if signed:
            # A number or a box alone needs no less room than it is high.
            self._y = max(self._y, self.top + 2 * _PADDING + 22)
        wide = 1 + (panel.number if panel.sign == "marks" else 0) * 0.6
        self.parts.append(_rect(_MARGIN, self.top, WIDTH - 2 * _MARGIN, self._y - self.top, wide))
        self.parts.extend(inside)
        if signed:
            self.parts.extend(self._sign())

    def _sign(self) -> Iterator[str]:
        x, y = _MARGIN + _PADDING + 11, self.top + _PADDING + 10
        if self.panel.sign == "tick":
            yield _rect(x - 9, y - 9, 18, 18, 1.6, radius=3)
            return
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="12" {_LINE_LOOK} stroke-width="1.6"/>'
        yield (
            f'<text x="{x:.1f}" y="{y + 5:.1f}" font-size="14" font-weight="700" '
            f'text-anchor="middle">{self.panel.number}</text>'
        )

    def _marks(self, left: float) -> Iterator[str]:
        for at in range(self.panel.of):
            fill = "currentColor" if at < self.panel.number else "none"
            yield (
                f'<rect x="{left + at * 24:.1f}" y="{self._y:.1f}" width="20" height="8" rx="2" '
                f'fill="{fill}" stroke="currentColor"/>'
            )

    def _days(self, left: float, room: float) -> Iterator[str]:
        self._y += 4
        day, word = room / self.panel.of, escaped(self.words.word("day"))
        for at in range(self.panel.of):
            x = left + at * day
            yield _rect(x, self._y, day, _DAY_HEIGHT, 1.2, radius=0)
            yield (
                f'<text x="{x + day / 2:.1f}" y="{self._y + 15.5:.1f}" font-size="12.5" '
                f'text-anchor="middle">{word}</text>'
            )
        self._y += _DAY_HEIGHT

    def _pair(self) -> None:
        """Two boxes with an arrow from the first to the second, and below them when."""
        right = WIDTH - _MARGIN - _PAIR
        start = self._y
        ends: list[float] = []
        inside: list[str] = []
        for text, x in ((self.panel.heading, _MARGIN), (self.panel.to, right)):
            self._y = start + 8
            inside.extend(self._heading(text, x + 8, _PAIR - 16))
            ends.append(self._y + 6)
        bottom = max(ends)
        self.parts.extend(_rect(x, start, _PAIR, bottom - start, 1.2) for x in (_MARGIN, right))
        self.parts.extend(inside)
        self.parts.append(_across(_MARGIN + _PAIR + 4, right - 4, (start + bottom) / 2))
        self._y = bottom + 4
        for line in self.panel.lines:
            self.parts.extend(self._line(line, _MARGIN + 8, WIDTH - 2 * _MARGIN - 16))

    def _heading(self, text: str, left: float, room: float) -> Iterator[str]:
        for row in lines(text, _HEADING, room, bold=True):
            yield self._row(left, _HEADING, _HEADING_STEP, f"{_BOLD}{escaped(row)}</tspan>")

    def _line(self, line: PanelLine, left: float, room: float) -> Iterator[str]:
        label = f"{line.label}:" if line.label else ""
        for at, row in enumerate(lines(_whole(line), _LINE, room)):
            content = escaped(row)
            if at == 0 and label:
                content = f"{_BOLD}{escaped(label)}</tspan>{escaped(row.removeprefix(label))}"
            yield self._row(left, _LINE, _LINE_STEP, content)

    def _row(self, left: float, size: float, step: float, content: str) -> str:
        self._y += step
        y = self._y - step + size
        return f'<text x="{left:.1f}" y="{y:.1f}" font-size="{size:g}">{content}</text>'


def _rect(x: float, y: float, width: float, height: float, stroke: float, radius: float = 8) -> str:  # noqa: PLR0913, PLR0917 -- what a rectangle is made of
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{radius:g}" '
        f'{_LINE_LOOK} stroke-width="{stroke:g}"/>'
    )


def _down(y: float) -> str:
    x, end = WIDTH / 2, y + _ARROW_GAP - 4
    return (
        f'<path d="M{x},{y + 3:.1f} V{end:.1f} M{x - 5},{end - 6:.1f} L{x},{end:.1f} L{x + 5},{end - 6:.1f}" '
        f'{_LINE_LOOK} stroke-width="1.6"/>'
    )


def _across(start: float, end: float, y: float) -> str:
    return (
        f'<path d="M{start:.1f},{y:.1f} H{end:.1f} M{end - 6:.1f},{y - 5:.1f} L{end:.1f},{y:.1f} '
        f'L{end - 6:.1f},{y + 5:.1f}" {_LINE_LOOK} stroke-width="1.6"/>'
    )
