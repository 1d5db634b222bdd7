"""The check of the lessons: all of them at once, with what there is to read in each."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from release.author.lessons import check_lessons
from release.cli import app
from scenarios.language import LANGUAGES
from scenarios.lessons.lesson_files import LESSONS, lesson_competencies

TODAY = date(2026, 4, 30)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file in LESSONS.glob("*.yaml"):
        shutil.copy(file, tmp_path)
    return tmp_path


def test_the_lessons_and_the_law_card_of_the_lab_are_proven_without_a_problem() -> None:
    checked = check_lessons(lesson_competencies(), TODAY, whole=True)

    assert checked.problems == ()
    assert [lesson.competency for lesson in checked.lessons] == list(lesson_competencies())
    for lesson in checked.lessons:
        assert set(lesson.figures) == set(LANGUAGES)
        assert all(2 <= figures.screens <= 4 for figures in lesson.figures.values())


def test_a_competency_without_a_lesson_is_told_only_of_a_whole_shelf(folder: Path) -> None:
    (folder / "K3.yaml").unlink()
    codes = lesson_competencies(folder)

    rules = {problem.rule for problem in check_lessons(codes, TODAY, whole=True, folder=folder).problems}

    assert rules == {"lesson"}
    assert check_lessons(codes, TODAY, whole=False, folder=folder).problems == ()


def test_a_lesson_that_cannot_be_read_has_no_figures_and_stops_no_other(folder: Path) -> None:
    (folder / "K4.en.yaml").write_text("title: [\n", "utf-8")

    checked = check_lessons(("K3", "K4"), TODAY, whole=False, folder=folder)

    assert [bool(lesson.figures) for lesson in checked.lessons] == [True, False]
    assert {problem.rule for problem in checked.problems} == {"yaml"}
    assert {Path(problem.file).name for problem in checked.problems} == {"K4.en.yaml"}


def test_check_takes_the_code_of_a_lesson_and_prints_what_there_is_to_read() -> None:
    done = CliRunner().invoke(app, ["check", "K1", "K4"])

    assert done.exit_code == 0, done.output
    assert "lesson  words id   en  screens id   en  LIX id  en" in done.output
    assert "no cases and 2 lessons checked, no error" in done.output


def test_cards_writes_pages_and_says_how_many(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["cards", str(tmp_path)])

    assert done.exit_code == 0, done.output
    assert "index.html: written, with 22 pages to print in Bahasa Indonesia, English." in done.output
    assert (tmp_path / "en" / "law.html").is_file()
