"""A third language needs its texts and no change of code: the lab as it is, with a toy one over one case."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from release.course.course import make_course
from tests.parts.lab_copy import CASE, LabCopy
from tests.parts.toy_language import NAME, TAG, toy_lab
from tests.parts.workshop_server import PERSON, Visitor, Workshop

FEEDBACK = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from graders.feedback.view import Marks
from graders.feedback_page import feedback_of, page_html
print(page_html(feedback_of(Path(sys.argv[1]), "p-01", Marks({}, {}, 3.5, 9, ""), now=datetime.now(UTC))))
"""
GRADING = """
import sys
from graders.formgrader.desk import GradingPage
names = dict.fromkeys(("assignment_id", "notebook_id", "student", "last_name", "first_name"), "x")
given = {**names, "submission_id": "a", "index": 0, "total": 1, "base_url": "", "notebook_path": "x"}
print(GradingPage().from_filename(sys.argv[1], resources=given)[0])
"""
PREVIEW = "from release.author.preview import page_html; print(page_html())"
NEW = ("new", "kasus-baru", "--yes", "--cases-dir", "{}", "--keys", "{}/keys", "--guides", "{}/guides")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> LabCopy:
    return toy_lab(tmp_path_factory.mktemp("toy") / "lab")


@pytest.fixture(scope="module")
def course(lab: LabCopy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lab.graded_course(tmp_path_factory.mktemp("toy") / "KELAS")


@pytest.fixture(scope="module")
def workshop(lab: LabCopy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    with lab.workshop(tmp_path_factory.mktemp("toy")) as running:
        yield running


@pytest.fixture
def visitor(workshop: Workshop) -> Visitor:
    """Somebody who has chosen the third language."""
    visitor = Visitor(workshop.port)
    assert visitor.ask(f"/bahasa/{TAG}").status == 303
    return visitor


def texts_in(part: Any) -> Iterator[str]:  # noqa: ANN401 -- any part of a view
    """Every text of a part of a view that a person reads, ids and names of things left out."""
    if isinstance(part, list):
        for each in part:
            yield from texts_in(each)
    if isinstance(part, dict):
        for name, each in part.items():
            if name in {"title", "text", "ask", "paragraphs", "note", "you", "law", "score", "why", "name"}:
                yield from [each] if isinstance(each, str) else texts_in(each)
                yield from (one for one in each if isinstance(one, str)) if isinstance(each, list) else ()
            else:
                yield from texts_in(each)


def lower_words(page: str) -> list[str]:
    """The words that a page shows in another language than the third, which has capitals alone.

    What a trainee wrote stands in a pre.
    """
    visible = re.sub(r"<(style|title|desc|pre)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    return re.findall(r"\b\w*[a-z]{3}\w*", html.unescape(visible).replace(PERSON, ""))


def test_the_case_passes_the_check_and_its_new_translation_waits_to_be_confirmed(lab: LabCopy) -> None:
    screen = lab.kasuslab("check", CASE)

    assert "1 case checked, no error" in screen
    assert f"{TAG}.yaml:1: nobody has confirmed this translation" in screen
    assert "words id    en    xx" in screen


def test_whoever_translates_is_told_all_that_is_missing_with_file_line_and_what_to_write(
    tmp_path: Path,
) -> None:
    lab = toy_lab(tmp_path / "lab")
    translation = lab.cases / CASE / f"{TAG}.yaml"
    data = json.loads(translation.read_text(encoding="utf-8"))
    del data["scenes"]["telepon"]["title"]
    translation.write_text(json.dumps(data, indent=1), encoding="utf-8")

    screen = lab.kasuslab("check", CASE, status=1)

    place = rf"{CASE}/{TAG}\.yaml:\d+: scenes\.telepon\.title: “title” is missing\. Write “title: …” here\."
    assert re.search(place, screen)
    for file, text in (
        ("widgets/texts", f'{TAG}: "CASE PLAYER", '),
        ("scenarios/sectors", f'{TAG}: "POLICE", '),
    ):
        texts = (lab.root / file).with_suffix(".yaml")
        texts.write_text(texts.read_text(encoding="utf-8").replace(text, ""), encoding="utf-8")

    screen = lab.kasuslab("check", status=1)

    assert (
        f"widgets/texts.yaml:5: ui_player.{TAG}: the text is not there in {NAME}. Write “{TAG}: …”." in screen
    )
    assert f"sectors.police.name.{TAG}: the text is not there" in screen
    assert "no cases checked, 2 errors" in screen


def test_a_translation_under_way_is_neither_asked_for_nor_shown(tmp_path: Path) -> None:
    lab = toy_lab(tmp_path / "lab")
    languages = lab.root / "scenarios" / "languages.yaml"
    text = languages.read_text(encoding="utf-8").replace(
        f"name: {NAME}\n", f"name: {NAME}\n    offered: false\n"
    )
    languages.write_text(text, encoding="utf-8")
    (lab.cases / CASE / f"{TAG}.yaml").unlink()

    assert "1 case checked, no error" in lab.kasuslab("check", CASE)
    assert f"There is no language “{TAG}” here" in lab.kasuslab("graph", CASE, f"--language={TAG}", status=2)


def test_the_course_notebook_says_everything_in_it(course: Path) -> None:
    heading = json.loads((course / "source" / CASE / f"{CASE}.ipynb").read_text("utf-8"))["cells"][0][
        "source"
    ]

    _, _, part = heading.partition(f'<details lang="{TAG}"><summary>{NAME}</summary>')
    assert "<strong>THE GAME FRIEND</strong>" in part


def test_the_feedback_page_has_a_part_and_a_button_in_it(lab: LabCopy, course: Path) -> None:
    folder = next(course.glob(f"autograded/*/{CASE}"))

    page = lab.python("-c", FEEDBACK, folder)

    assert f'<label for="show-{TAG}" lang="{TAG}">{NAME}</label>' in page
    assert f"#show-{TAG}:checked ~ .language:not(#in-{TAG})" in page
    part = page.partition(f'id="in-{TAG}" lang="{TAG}"')[2]
    assert "THE GAME FRIEND" in part
    assert lower_words(part) == []


def test_the_grading_page_of_a_reflection_has_a_button_and_its_words_in_it(
    lab: LabCopy, course: Path
) -> None:
    page = lab.python("-c", GRADING, next(course.glob(f"autograded/*/{CASE}/*.ipynb")))

    assert f'data-languages="id en {TAG}"' in page
    assert re.search(rf'<button [^>]*data-speak="{TAG}"[^>]*>{NAME}</button>', page)
    assert f'<span lang="{TAG}">PREVIOUS</span>' in page
    assert f' data-{TAG}="' in page


def test_the_preview_has_its_words_in_it(lab: LabCopy) -> None:
    page = lab.python("-c", PREVIEW)

    assert f'<span data-speech lang="{TAG}" hidden>' in page
    assert f'<template class="pv-title" lang="{TAG}">' in page


def test_the_report_has_a_part_and_a_button_in_it(lab: LabCopy, course: Path) -> None:
    lab.kasuslab("report", course)

    page = next(course.glob("reports/*.html")).read_text(encoding="utf-8")

    assert f'<label for="lang-{TAG}" lang="{TAG}">{NAME}</label>' in page
    part = page.partition(f'<div class="page page-{TAG}" lang="{TAG}">')[2]
    assert "THE GAME FRIEND" in part
    assert lower_words(part) == []


def test_a_course_made_before_goes_on_in_the_languages_that_it_has(lab: LabCopy, tmp_path: Path) -> None:
    folder = make_course(tmp_path / "KELAS", [CASE], person=PERSON).directory

    screen = lab.one_by_one(("simulate", folder, "--trainees", "4"), ("grade", folder), ("report", folder))

    assert "4 graded" in screen
    page = next(folder.glob("reports/*.html")).read_text(encoding="utf-8")
    pages = [page, lab.python("-c", FEEDBACK, next(folder.glob(f"autograded/*/{CASE}")))]
    assert ['lang="en"' in page and f'lang="{TAG}"' not in page for page in pages] == [True, True]


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (("graph", CASE, "--no-key", "--language", TAG), f'lang="{TAG}"'),
        (("roster", "--template", "{}/roster.csv", "--language", TAG), "roster.csv: written"),
        (("schema", "{}/schemas", "--language", TAG), f"key.{TAG}.schema.json: written"),
        ((*NEW, "--language", TAG), f"kasus-baru/{TAG}.yaml"),
    ],
)
def test_the_commands_speak_it(lab: LabCopy, tmp_path: Path, command: tuple[str, ...], message: str) -> None:
    assert message in lab.kasuslab(*(part.format(tmp_path) for part in command))


def test_grades_are_exported_in_it(lab: LabCopy, course: Path) -> None:
    lab.kasuslab("export", course, "--moodle", "--language", TAG)

    assert "RESULT OF THIS CASE: " in (course / "exports" / "moodle.csv").read_text("utf-8-sig")


def test_the_lobby_offers_it_and_is_shown_in_it(visitor: Visitor) -> None:
    page = visitor.read("/")

    assert f'<html lang="{TAG}"' in page
    assert f'<a href="/bahasa/{TAG}" lang="{TAG}" aria-current="true">Xx</a>' in page
    assert lower_words(re.sub(r"<head>.*?</head>|<nav.*?</nav>", " ", page, flags=re.DOTALL)) == ["Kasuslab"]


def test_the_board_is_shown_in_it(visitor: Visitor) -> None:
    page = visitor.read("/board")

    assert f'<html lang="{TAG}"' in page
    assert "PASSWORD" in page


def test_a_play_is_shown_and_answered_in_it(visitor: Visitor) -> None:
    visitor.join()
    with visitor.play() as line:
        line.send({"type": "ready", "language": TAG})
        labels = line.reply("labels")
        line.view = line.next_view()
        assert list(labels["languages"]) == ["id", "en", TAG]
        assert labels["labels"]["texts"]["player"] == "CASE PLAYER"
        line.send({"type": "choose", "case": CASE})
        line.view = line.next_view()
        views = [line.view, line.move(type="begin")]
        while views[-1]["scene"] is None or views[-1]["scene"]["decision"] is None:
            views.append(line.move(type="continue", scene=views[-1]["scene"]["id"]))
        line.send({"type": "skip", "n": 0, "decision": "none"})
        line.next_view()
        line.send({"type": "decide", "n": line.view["n"], "decision": "none", "pick": "x"})
        refused = line.reply("refused")["text"]

    for view in views:
        assert view["language"] == TAG
        assert [word for text in texts_in(view) for word in lower_words(text)] == []
    assert lower_words(refused) == []
