"""Charts as static SVG: drawn by Altair, made by vl-convert on this machine, with no script in them.

A chart carries its own title and description, takes its colours from the page that it stands in, and
tells nothing by colour alone: what the key says of a bar stands in its pattern and beside its letter.
Charts are small enough for a phone at their own size, so that their letters are never scaled down.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any, TypeAlias

import altair as alt
import vl_convert

from scenarios.feedback import Standing
from scenarios.language import Language, card_of

SVG = "http://www.w3.org/2000/svg"
WIDTH = 316
ROW = 26
_DOT_ROW, _STRIP_ROW = 42, 50
_LEFT, _RIGHT = 34, 44
_TICKS = 5
_ROWS, _NAMES = "rows", "names"
_FONT = 13
_SMALL = 12

# Colours that stand for a word; _styled puts the page's own in their place.
_INK, _MUTED, _LINE, _PAPER = "#010101", "#020202", "#030303", "#040404"
_RIGHT_BAR, _PARTLY, _WRONG, _NEUTRAL, _HARMFUL, _SHADE = (
    "#050505",
    "#060606",
    "#070707",
    "#080808",
    "#090909",
    "#0a0a0a",
)
_PAINT: Mapping[str, str] = {
    _INK: "var(--ink, #1c2a2e)",
    _MUTED: "var(--muted, #52616a)",
    _LINE: "var(--line, #d9d8d0)",
    _PAPER: "var(--card, #ffffff)",
    _RIGHT_BAR: "var(--bar-right, #0b5f69)",
    _PARTLY: "url(#{id}-dots)",
    _WRONG: "var(--bar-wrong, #8b979c)",
    _NEUTRAL: "var(--card, #ffffff)",
    _HARMFUL: "url(#{id}-hatch)",
    _SHADE: "var(--bar-right, #0b5f69)",
}
_BARS: Mapping[Standing, str] = {
    "right": _RIGHT_BAR,
    "partly": _PARTLY,
    "wrong": _WRONG,
    "neutral": _NEUTRAL,
    "harmful": _HARMFUL,
}
SIGNS: Mapping[Standing, str] = {"right": "✓", "partly": "±", "wrong": "", "neutral": "", "harmful": "!"}
_PATTERNS = {
    "hatch": (
        '<pattern id="{id}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect width="6" height="6" style="fill:var(--card, #ffffff)"/>'
        '<rect width="3.5" height="6" style="fill:var(--bar-harm, #8f2d1d)"/></pattern>'
    ),
    "dots": (
        '<pattern id="{id}-dots" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<rect width="6" height="6" style="fill:var(--card, #ffffff)"/>'
        '<circle cx="3" cy="3" r="1.8" style="fill:var(--bar-right, #0b5f69)"/></pattern>'
    ),
}
Spec: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ChartWords:
    """What a chart is called where it cannot be seen. id: of the chart in its page, letters and hyphens."""

    id: str
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One option: its letter, its share with the interval (0..1), and what the key says of it."""

    letter: str
    share: float
    low: float
    high: float
    standing: Standing = "neutral"


@dataclass(frozen=True, slots=True)
class Dot:
    """One figure with its interval, None where it cannot be said, and the line of text above it."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Strip:
    """The shares of one group: its line of text, and a share (0..1) for each letter."""

    label: str
    shares: Mapping[str, float]

    @property
    def summary(self) -> str:
        """The strip in words."""
        shares = ", ".join(f"{letter} {round(100 * share)}%" for letter, share in self.shares.items())
        return f"{self.label}: {shares}"


def option_chart(bars: Sequence[Bar], words: ChartWords) -> str:
    """The options of one decision as bars with their intervals, on 0 to 100 %."""
    return _labelled(_option_svg(tuple(bars)), words)


def dot_chart(
    dots: Sequence[Dot],
    words: ChartWords,
    language: Language,
    *,
    span: tuple[float, float],
    form: str = ".1~f",
) -> str:
    """Figures with their intervals, one below the other, on an axis over `span`; form: d3's, of numbers."""
    return _labelled(_dot_svg(tuple(dots), language, span, form), words)


def strip_chart(strips: Sequence[Strip], words: ChartWords) -> str:
    """Groups below each other, the share of each option as the shade and the number of a cell."""
    shares = tuple((strip.label, tuple(strip.shares.items())) for strip in strips)
    return _labelled(_strip_svg(shares), words)


@lru_cache(maxsize=512)
def _option_svg(bars: tuple[Bar, ...]) -> str:
    rows = [
        {
            "row": f"{bar.letter} {SIGNS[bar.standing]}".strip(),
            "share": bar.share,
            "low": bar.low,
            "high": bar.high,
            "figure": f"{round(100 * bar.share)}%",
            "paint": _BARS[bar.standing],
            "end": 1.0,
        }
        for bar in bars
    ]
    return _svg(_option_spec(), {_ROWS: rows}, height=ROW * len(bars))


@lru_cache(maxsize=256)
def _dot_svg(dots: tuple[Dot, ...], language: Language, span: tuple[float, float], form: str) -> str:
    rows = [
        {
            "label": dot.label,
            "value": dot.value,
            "low": dot.value if dot.low is None else max(span[0], dot.low),
            "high": dot.value if dot.high is None else min(span[1], dot.high),
            "start": span[0],
            "text_at": number * _DOT_ROW + 12,
            "dot_at": number * _DOT_ROW + 29,
        }
        for number, dot in enumerate(dots)
    ]
    return _svg(_dot_spec(span, form), {_ROWS: rows}, height=_DOT_ROW * len(dots), language=language)


@lru_cache(maxsize=256)
def _strip_svg(strips: tuple[tuple[str, tuple[tuple[str, float], ...]], ...]) -> str:
    cells = [
        {
            "letter": letter,
            "share": share,
            "figure": f"{round(100 * share)}%",
            "top": number * _STRIP_ROW + 18,
            "end": number * _STRIP_ROW + 42,
            "middle": number * _STRIP_ROW + 31,
        }
        for number, (_, shares) in enumerate(strips)
        for letter, share in shares
    ]
    names = [{"label": label, "at": number * _STRIP_ROW + 8} for number, (label, _) in enumerate(strips)]
    return _svg(_strip_spec(), {_ROWS: cells, _NAMES: names}, height=_STRIP_ROW * len(strips))


# A specification is made once and drawn with many data: Altair takes longer to make it than to draw it.


@lru_cache(maxsize=1)
def _option_spec() -> Spec:
    y = alt.Y("row:N", sort=None, title=None, axis=_letters())
    base = _on(_ROWS).encode(y=y)
    bar = base.mark_bar(height=16, stroke=_MUTED, strokeWidth=1).encode(
        x=alt.X("share:Q", scale=alt.Scale(domain=[0, 1]), axis=_percents()),
        fill=alt.Fill("paint:N", scale=None),
    )
    halo = base.mark_rule(stroke=_PAPER, strokeWidth=5).encode(x="low:Q", x2="high:Q")
    whisker = base.mark_rule(stroke=_INK, strokeWidth=2).encode(x="low:Q", x2="high:Q")
    figure = base.mark_text(align="left", dx=6, fontSize=_FONT, fill=_INK).encode(x="end:Q", text="figure:N")
    return _spec(alt.layer(bar, halo, whisker, figure), _Frame(left=_LEFT, right=_RIGHT))


@lru_cache(maxsize=16)
def _dot_spec(span: tuple[float, float], form: str) -> Spec:
    base = _on(_ROWS)
    ticks = [span[0] + step * (span[1] - span[0]) / _TICKS for step in range(_TICKS + 1)]
    marks = _axis(labels=_MUTED, size=_SMALL)
    axis = alt.Axis(**marks, values=ticks, format=form, gridColor=_LINE, labelFlush=True)
    x = alt.X("value:Q", scale=alt.Scale(domain=list(span), nice=False), axis=axis)
    label = base.mark_text(align="left", fontSize=_FONT, fill=_INK).encode(
        x="start:Q", y=_pixels("text_at"), text="label:N"
    )
    whisker = base.mark_rule(stroke=_MUTED, strokeWidth=3).encode(x="low:Q", x2="high:Q", y=_pixels("dot_at"))
    dot = base.mark_point(filled=True, shape="diamond", size=120, fill=_RIGHT_BAR, opacity=1).encode(
        x=x, y=_pixels("dot_at")
    )
    return _spec(alt.layer(label, whisker, dot), _Frame(left=14, right=20))


@lru_cache(maxsize=1)
def _strip_spec() -> Spec:
    letters = alt.Axis(orient="top", **_axis(labels=_INK, size=_FONT), labelFontWeight="bold")
    base = _on(_ROWS).encode(x=alt.X("letter:N", sort=None, title=None, axis=letters))
    shade = alt.FillOpacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0, 0.42]), legend=None)
    cell = base.mark_rect(fill=_SHADE, stroke=_MUTED, strokeWidth=0.6).encode(
        y=_pixels("top"), y2="end:Q", fillOpacity=shade
    )
    figure = base.mark_text(fontSize=_SMALL, fill=_INK).encode(y=_pixels("middle"), text="figure:N")
    named = _on(_NAMES).mark_text(align="left", fontSize=_FONT, fill=_INK)
    label = named.encode(y=_pixels("at"), x=alt.value(0), text="label:N")
    return _spec(alt.layer(cell, figure, label), _Frame(left=4, right=4, top=24, bottom=4))


def _on(data: str) -> alt.Chart:
    return alt.Chart(alt.NamedData(name=data))


def _pixels(field: str) -> alt.Y:
    return alt.Y(f"{field}:Q", scale=None, axis=None)


def _axis(*, labels: str, size: int) -> dict[str, Any]:
    return {
        "domain": False,
        "ticks": False,
        "labelColor": labels,
        "labelFontSize": size,
        "labelAngle": 0,
        "labelLimit": 0,
        "title": None,
    }


def _letters() -> alt.Axis:
    return alt.Axis(**_axis(labels=_INK, size=_FONT), labelPadding=6)


def _percents() -> alt.Axis:
    marks = _axis(labels=_MUTED, size=_SMALL)
    return alt.Axis(**marks, values=[0, 0.5, 1], format=".0%", gridColor=_LINE, labelFlush=True)


@dataclass(frozen=True, slots=True)
class _Frame:
    """The space around what is drawn, in pixels."""

    left: int
    right: int
    top: int = 4
    bottom: int = 22


def _spec(chart: alt.LayerChart | alt.FacetChart, frame: _Frame) -> Spec:
    space = {"left": frame.left, "right": frame.right, "top": frame.top, "bottom": frame.bottom}
    sized = chart.properties(
        width=WIDTH - frame.left - frame.right,
        padding=space,
        autosize=alt.AutoSizeParams(type="none"),
        background="transparent",
    ).configure_view(stroke=None)
    spec: Spec = sized.to_dict()
    return spec


def _svg(
    spec: Spec,
    data: Mapping[str, Sequence[Mapping[str, object]]],
    *,
    height: int,
    language: Language | None = None,
) -> str:
    """The picture of `spec` with `data`, both as they are: nothing is fetched from anywhere.

    language: of its numbers, None where all are whole.
    """
    locale = None if language is None else _number_signs(language)
    whole = {**spec, "height": height, "datasets": data}
    drawn = vl_convert.vegalite_to_svg(whole, allowed_base_urls=[], format_locale=locale, show_warnings=False)
    return _plain(str(drawn))


def _number_signs(language: Language) -> dict[str, Any]:
    """How d3 is to write numbers."""
    card = card_of(language)
    return {"decimal": card.decimal, "thousands": card.thousands, "grouping": [3], "currency": ["", ""]}


def _plain(svg: str) -> str:
    """The picture without what only a screen reader would meet in it, and without its fonts."""
    root = ET.fromstring(svg)  # noqa: S314 -- made by vl-convert a moment ago
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{SVG}}}")
        for name in list(element.attrib):
            if name.startswith("aria-") or name in {"role", "pointer-events", "font-family", "class"}:
                del element.attrib[name]
    _prune(root)
    for name in ("xmlns:xlink", "version"):
        root.attrib.pop(name, None)
    return ET.tostring(root, encoding="unicode")


def _prune(parent: ET.Element) -> None:
    for child in list(parent):
        _prune(child)
        hidden = child.get("display") == "none"
        empty = child.tag == "g" and not len(child)
        unseen = child.tag == "path" and child.get("fill") is None and child.get("stroke") is None
        if hidden or empty or unseen:
            parent.remove(child)


def _labelled(svg: str, words: ChartWords) -> str:
    """The picture with its title and description, its patterns, and the page's colours."""
    used = [name for name in _PATTERNS if f"-{name})" in svg or _sentinel(name) in svg]
    patterns = "".join(_PATTERNS[name] for name in used).replace("{id}", words.id)
    labels = (
        f'<title id="{words.id}-title">{escape(words.title)}</title>'
        f'<desc id="{words.id}-desc">{escape(words.description)}</desc>'
    )
    named = f'role="img" aria-labelledby="{words.id}-title" aria-describedby="{words.id}-desc"'
    opened, rest = _painted(svg, words.id).split(">", 1)
    defined = f"<defs>{patterns}</defs>" if patterns else ""
    return f"{opened} {named}>{labels}{defined}{rest}"


def _sentinel(pattern: str) -> str:
    return _HARMFUL if pattern == "hatch" else _PARTLY


_COLOUR = re.compile(r' (fill|stroke)="(#0[0-9a-f]0[0-9a-f]0[0-9a-f])"')


def _painted(svg: str, chart_id: str) -> str:
    """`svg` with every stand-in colour as a style of the page, one ``style`` for each element."""

    def tag(match: re.Match[str]) -> str:
        text = match.group(0)
        paints = list(_paints(text, chart_id))
        if not paints:
            return text
        cut = _COLOUR.sub("", text)
        end = "/>" if cut.endswith("/>") else ">"
        return f'{cut.removesuffix(end).rstrip()} style="{";".join(paints)}"{end}'

    return re.sub(r"<[a-z]+[^<>]*>", tag, svg)


def _paints(tag: str, chart_id: str) -> Iterator[str]:
    for match in _COLOUR.finditer(tag):
        paint = _PAINT.get(match.group(2))
        if paint is not None:
            yield f"{match.group(1)}:{paint.replace('{id}', chart_id)}"
