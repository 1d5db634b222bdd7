"""The case notebook carries the player, a cell for each key decision, and of the key only its weights."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from graders.grading.cell_names import decision_cell
from notebooks.case_notebook import TEXTS, Notebook, case_notebook, notebook_text
from scenarios.case import Case
from scenarios.kinds.text import TextDecision
from scenarios.language import read_catalogue


@pytest.fixture
def points(small_case: Case) -> dict[str, float]:
    return {decision.id: weight / 2 for weight, decision in enumerate(small_case.key_decisions(), start=2)}


@pytest.fixture
def notebook(small_case: Case, points: dict[str, float]) -> Notebook:
    return case_notebook(small_case, points)


def test_it_is_a_valid_notebook(notebook: Notebook) -> None:
    nbformat.validate(json.loads(notebook_text(notebook)))


def test_every_key_decision_has_one_locked_cell_with_its_points(
    notebook: Notebook, points: dict[str, float]
) -> None:
    graded = {
        cell["metadata"]["nbgrader"]["grade_id"]: cell["metadata"]["nbgrader"]
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and cell["metadata"]["nbgrader"]["grade"]
    }
    assert {name: part["points"] for name, part in graded.items()} == {
        decision_cell(name): weight for name, weight in points.items()
    }
    assert all(part["locked"] and not part["solution"] for part in graded.values())


def test_one_cell_of_no_points_waits_for_a_person(notebook: Notebook) -> None:
    answers = [cell for cell in notebook["cells"] if cell["metadata"]["nbgrader"]["solution"]]
    assert [cell["id"] for cell in answers] == ["reflection"]
    assert answers[0]["metadata"]["nbgrader"]["points"] == 0
    assert answers[0]["cell_type"] == "markdown"


def test_a_case_without_a_free_text_asks_for_no_answer(small_case: Case, points: dict[str, float]) -> None:
    scenes = {
        name: scene.model_copy(update={"decision": None})
        if isinstance(scene.decision, TextDecision)
        else scene
        for name, scene in small_case.scenes.items()
    }
    notebook = case_notebook(small_case.model_copy(update={"scenes": scenes}), points)
    assert not any(cell["metadata"]["nbgrader"]["solution"] for cell in notebook["cells"])


def test_the_same_case_gives_the_same_notebook(
    small_case: Case, points: dict[str, float], notebook: Notebook
) -> None:
    assert notebook_text(case_notebook(small_case, points)) == notebook_text(notebook)
    assert [cell["id"] for cell in notebook["cells"]][:3] == ["heading", "player", "scoring"]


def test_the_heading_says_in_each_language_that_this_is_practice_and_unfolds_all_but_the_first(
    notebook: Notebook, small_case: Case
) -> None:
    heading = notebook["cells"][0]["source"]
    first, folded = heading.split('<details lang="en"><summary>English</summary>')

    assert "Ini latihan, bukan tempat melapor." in first
    assert "<p>This is practice, not a place to report." in folded
    assert f"# {small_case.title}\n" in first
    assert f"<strong>{small_case.titles['en']}</strong>" in folded


def test_no_line_in_sight_stands_in_two_languages(notebook: Notebook, small_case: Case) -> None:
    texts = read_catalogue(TEXTS)
    for cell in notebook["cells"][:3]:
        in_sight = cell["source"].split("<details")[0]
        assert [name for name in texts if texts[name]["en"].split("{")[0] in in_sight] == []
        assert small_case.titles["en"] not in in_sight


def test_five_lines_stand_before_the_player(notebook: Notebook) -> None:
    assert len([line for line in notebook["cells"][0]["source"].splitlines() if line]) == 5


def test_what_is_scored_is_out_of_sight_in_jupyterlab(notebook: Notebook) -> None:
    folded = [cell["id"] for cell in notebook["cells"] if cell["metadata"].get("jp-MarkdownHeadingCollapsed")]

    assert folded == ["scoring"]
    assert not any(cell["source"].startswith("#") for cell in notebook["cells"][3:])


def test_a_title_with_signs_stays_plain_text(small_case: Case, points: dict[str, float]) -> None:
    case = small_case.model_copy(update={"title": "Satu *dua* <b>tiga</b> [empat](x) $5$"})
    heading = case_notebook(case, points)["cells"][0]["source"].splitlines()[0]
    assert not set("*<[$") & set(heading.removeprefix("# "))


def test_the_player_cell_opens_the_case_beside_the_notebook(notebook: Notebook) -> None:
    assert notebook["cells"][1]["source"] == "from widgets import CasePlayer\n\nCasePlayer.beside()"


def test_no_option_and_no_fact_of_the_case_stands_in_it(small_case_folder: Path, notebook: Notebook) -> None:
    text = notebook_text(notebook)
    assert "Cukup dicatat dulu" in (small_case_folder / "case.yaml").read_text(encoding="utf-8")
    assert "Cukup dicatat dulu" not in text
