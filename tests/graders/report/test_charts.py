"""Charts: static, named, told without colour, and nothing in them that comes from outside."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from graders.report.charts import Bar, ChartWords, Dot, Strip, dot_chart, option_chart, strip_chart

WORDS = ChartWords("satu", "Judul <b>&", "Huruf A 45%")
BARS = (
    Bar("A", 0.45, 0.31, 0.6, "right"),
    Bar("B", 0.1, 0.03, 0.2, "harmful"),
    Bar("C", 0.25, 0.1, 0.4, "partly"),
    Bar("D", 0.0, 0.0, 0.08, "neutral"),
    Bar("E", 0.2, 0.1, 0.3, "wrong"),
)
DOTS = (Dot("Polisi <i>: 0,25", 0.25, -0.4, 0.5), Dot("Sosial: 0,5", 0.5))
STRIPS = (Strip("Polisi (7)", {"A": 0.5, "B": 1.0}), Strip("Sosial (6)", {"A": 0.0, "B": 0.25}))


def charts() -> dict[str, str]:
    return {
        "options": option_chart(BARS, WORDS),
        "dots": dot_chart(DOTS, WORDS, "id", span=(-1.0, 1.0)),
        "strips": strip_chart(STRIPS, WORDS),
    }


def texts(svg: str) -> list[str]:
    return [part.text or "" for part in ET.fromstring(svg).iter("text")]  # noqa: S314 -- ours


def fills(svg: str) -> list[str]:
    marks = ET.fromstring(svg).iter("path")  # noqa: S314 -- ours
    return [match.group(1) for mark in marks if (match := re.match(r"fill:([^;]+)", mark.get("style", "")))]


@pytest.mark.parametrize("kind", ["options", "dots", "strips"])
def test_a_chart_is_an_image_with_a_title_and_a_description(kind: str) -> None:
    root = ET.fromstring(charts()[kind])  # noqa: S314 -- ours

    named = {part.get("id"): part.text for part in root if part.tag in {"title", "desc"}}

    assert root.get("role") == "img"
    assert named[root.get("aria-labelledby")] == "Judul <b>&"
    assert named[root.get("aria-describedby")] == "Huruf A 45%"


@pytest.mark.parametrize("kind", ["options", "dots", "strips"])
def test_a_chart_fits_a_phone_and_takes_nothing_from_outside(kind: str) -> None:
    svg = charts()[kind]

    assert int(str(ET.fromstring(svg).get("width"))) <= 336  # noqa: S314 -- ours
    assert svg.replace("http://www.w3.org/2000/svg", "").count("http") == 0
    assert not re.search(r"<script|<image|<foreignObject|href|@import|font-family| on[a-z]+=", svg)
    assert not re.search(r"#0[0-9a-f]0[0-9a-f]0[0-9a-f]", svg)  # every stand-in got the page's colour


def test_what_the_key_says_stands_in_pattern_and_sign() -> None:
    svg = charts()["options"]

    assert texts(svg)[3:8] == ["A ✓", "B !", "C ±", "D", "E"]
    assert len(set(fills(svg))) == len(BARS)
    assert "url(#satu-hatch)" in svg
    assert '<pattern id="satu-hatch"' in svg


def test_each_bar_tells_its_share_in_figures() -> None:
    assert texts(charts()["options"])[-5:] == ["45%", "10%", "25%", "0%", "20%"]


def test_only_the_patterns_that_are_drawn_are_defined() -> None:
    assert "<pattern" not in option_chart((BARS[0],), WORDS)


def test_numbers_are_written_as_the_language_writes_them() -> None:
    def ticks(svg: str) -> set[str]:
        return {text for text in texts(svg) if re.fullmatch(r"−?\d([.,]\d)?", text)}

    indonesian = dot_chart(DOTS, WORDS, "id", span=(0.0, 1.0))
    english = dot_chart(DOTS, WORDS, "en", span=(0.0, 1.0))

    assert {"0,2", "0,8"} < ticks(indonesian)
    assert {"0.2", "0.8"} < ticks(english)


def test_a_label_is_text_and_never_markup() -> None:
    svg = charts()["dots"]

    assert "Polisi <i>: 0,25" in texts(svg)
    assert "<i>" not in svg


def test_a_strip_tells_every_share_in_figures_and_in_words() -> None:
    assert [text for text in texts(charts()["strips"]) if text.endswith("%")] == ["50%", "100%", "0%", "25%"]
    assert STRIPS[0].summary == "Polisi (7): A 50%, B 100%"


def test_the_same_chart_stands_twice_in_a_page_under_two_ids() -> None:
    one, other = (option_chart(BARS, ChartWords(name, "t", "d")) for name in ("satu", "dua"))

    ids = [set(re.findall(r' id="([^"]+)"', svg)) for svg in (one, other)]

    assert ids[0]
    assert not ids[0] & ids[1]
