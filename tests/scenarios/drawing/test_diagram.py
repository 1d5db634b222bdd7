"""Diagrams are drawn whole, say the same in sentences, and break nothing of the page around them."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from scenarios.drawing.diagram import WIDTH, diagram_sentences, diagram_svg
from scenarios.drawing.text import width
from scenarios.language import LANGUAGES, Language
from scenarios.lessons.diagram import Diagram, NamedPart, StepsDiagram
from scenarios.lessons.lesson_files import lesson_competencies, lesson_of

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = [
    (code, name, language)
    for code in lesson_competencies()
    for name in lesson_of(code, LANGUAGES[0]).diagrams
    for language in LANGUAGES
]


def diagram(code: str, name: str, language: Language) -> Diagram:
    return lesson_of(code, language).diagrams[name]


def drawn(code: str, name: str, language: Language) -> ET.Element:
    return ET.fromstring(diagram_svg(diagram(code, name, language), language, f"{code}-{name}"))  # noqa: S314 -- our own


def letters(text: str) -> str:
    return re.sub(r"\W", "", text)


def test_each_subject_that_is_told_by_a_picture_has_one() -> None:
    kinds = {lesson_of(code, "id").diagrams[name].kind for code, name, _ in DRAWN}

    assert kinds == {"steps", "levels", "duties", "clocks", "receivers", "conditions"}
    assert len(DRAWN) == 10 * len(LANGUAGES)


@pytest.mark.parametrize(("code", "name", "language"), DRAWN)
def test_a_picture_has_a_name_and_a_description_that_a_screen_reader_finds(
    code: str, name: str, language: Language
) -> None:
    picture, data = drawn(code, name, language), diagram(code, name, language)

    assert picture.get("role") == "img"
    assert picture.get("lang") == language
    ids = {part.get("id"): part.text for part in picture if part.get("id")}
    assert [ids[label] for label in (picture.get("aria-labelledby") or "").split()] == [data.title, data.desc]


@pytest.mark.parametrize(("code", "name", "language"), DRAWN)
def test_the_sentences_say_all_that_the_picture_says(code: str, name: str, language: Language) -> None:
    picture = drawn(code, name, language)
    sentences = letters(" ".join(diagram_sentences(diagram(code, name, language), language)))
    rows = [letters("".join(row.itertext())) for row in picture.iter(f"{SVG}text")]

    assert rows
    assert [row for row in rows if row not in sentences and row not in {"24jam", "24hours"}] == []


@pytest.mark.parametrize(("code", "name", "language"), DRAWN)
def test_no_text_leaves_the_picture(code: str, name: str, language: Language) -> None:
    picture = drawn(code, name, language)
    height = float((picture.get("viewBox") or "").split()[3])

    for row in picture.iter(f"{SVG}text"):
        x, y, size = (float(row.get(field) or 0) for field in ("x", "y", "font-size"))
        long = width("".join(row.itertext()), size) / (2 if row.get("text-anchor") else 1)
        assert x + long <= WIDTH
        assert size >= 12.5
        assert y < height


def test_what_an_author_writes_never_becomes_a_tag() -> None:
    hostile = '<script>alert(1)</script> & "quoted"'
    steps = StepsDiagram(
        kind="steps", title=hostile, desc=hostile,
        parts={"satu": NamedPart(name=hostile, note=hostile), "dua": NamedPart(name="dua")},
    )  # fmt: skip

    picture = diagram_svg(steps, "id", 'K1-"x')

    assert "<script" not in picture
    assert "script" in "".join(ET.fromstring(picture).itertext())  # noqa: S314 -- our own


def test_steps_are_numbered_and_levels_fill_their_marks() -> None:
    steps = diagram_sentences(diagram("K4", "urutan", "en"), "en")
    levels = drawn("K1", "tingkat", "id")

    assert steps[0] == "Step 1 of 7: Child safe first."
    assert steps[1] == "Step 2 of 7: Note. Account, link, date, hour."
    marks = [part.get("fill") for part in levels.iter(f"{SVG}rect") if part.get("height") == "8"]
    assert marks.count("currentColor") == 1 + 2 + 3 + 4
    assert len(marks) == 16


def test_who_tells_whom_and_what_a_limit_says_are_read_as_sentences() -> None:
    duties = diagram_sentences(diagram("K7", "lapor", "en"), "en")
    clocks = diagram_sentences(diagram("K7", "dua_waktu", "en"), "en")

    assert duties[0] == (
        "UPTD PPA, social unit, service provider to Police. Must. Within 3x24 hours of the victim's report."
    )
    assert clocks[0].startswith("Report to the police. Begins: when the victim reports. Who: UPTD PPA,")


def test_a_picture_takes_the_colour_of_its_page() -> None:
    picture = diagram_svg(diagram("K8", "tutup", "id"), "id", "K8-tutup")

    assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', picture)) == {"currentColor", "none"}
    assert "style" not in picture
