"""Lessons are read in each language, and what is wrong with a file is told with its line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scenarios.directory.competencies import load_competencies
from scenarios.documents.problem import ProblemsError
from scenarios.language import LANGUAGES, Language, NoSuchLanguageError
from scenarios.lessons.lesson_files import (
    LESSONS,
    NoSuchLessonError,
    lesson_competencies,
    lesson_of,
    lessons_of,
    lessons_on_term,
    load_lesson,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the lab's lessons, to be broken."""
    for file in LESSONS.glob("*.yaml"):
        shutil.copy(file, tmp_path)
    return tmp_path


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def problem(folder: Path, language: Language) -> str:
    with pytest.raises(ProblemsError) as refusal:
        load_lesson("K4", language, folder)
    assert len(refusal.value.problems) == 1
    return str(refusal.value)


def test_there_is_a_lesson_on_each_competency() -> None:
    assert lesson_competencies() == tuple(load_competencies())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("competency", lesson_competencies())
def test_a_lesson_is_the_same_in_all_languages_but_for_its_texts(competency: str, language: Language) -> None:
    lesson, first = lesson_of(competency, language), lesson_of(competency, LANGUAGES[0])

    assert lesson.sources == first.sources
    assert lesson.words == first.words
    assert [section.diagram for section in lesson.sections.values()] == [
        section.diagram for section in first.sections.values()
    ]
    assert (lesson.title == first.title) == (language == LANGUAGES[0])


def test_a_lesson_is_found_by_its_competency_by_a_play_and_by_a_term() -> None:
    assert lesson_of("K4", "en").title == "Note it, do not spread it"
    assert [lesson.competency for lesson in lessons_of(["K7", "K2", "K7"], "id")] == ["K2", "K7"]
    assert [lesson.competency for lesson in lessons_on_term("hash", "id")] == ["K4"]
    assert lessons_on_term("no_such_term", "id") == ()


def test_a_lesson_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(NoSuchLessonError, match=r"There is no lesson on “K9”\. Use one of: K1, K2"):
        lesson_of("K9", "id")


def test_a_language_that_is_not_there_gives_no_lesson_in_another() -> None:
    with pytest.raises((NoSuchLanguageError, ProblemsError)):
        lesson_of("K1", "xx")


def test_a_lesson_has_paragraphs_and_lists_in_their_order() -> None:
    blocks = tuple(lesson_of("K2", "en").sections["bertanya"].blocks)

    assert isinstance(blocks[0], str)
    assert blocks[0].startswith("What you need now is about safety only: who still makes contact, is there")
    assert blocks[1] == (
        "Use open questions: “What worries you most?”",
        "Do not ask “why did you want to?” It sounds like blame.",
        "Do not guess the answer. Do not use dolls or drawings of a body.",
    )


def test_a_list_may_follow_the_line_that_leads_to_it() -> None:
    section = lesson_of("K2", "en").sections["bertanya"]
    text = "Ask:\n- who is\n  at home\n- who writes"

    assert tuple(section.model_copy(update={"text": text}).blocks) == (
        "Ask:",
        ("who is at home", "who writes"),
    )


def test_a_third_language_needs_its_files_only(folder: Path) -> None:
    shutil.copy(folder / "K4.en.yaml", folder / "K4.xx.yaml")

    assert load_lesson("K4", "xx", folder).title == "Note it, do not spread it"
    assert lesson_competencies(folder) == lesson_competencies()


@pytest.mark.parametrize(
    ("file", "language", "old", "new", "place", "fault"),
    [
        ("K4.yaml", "id", "status: draft", "state: draft", 0, "“status” is missing"),
        ("K4.yaml", "id", "kind: steps", "kind: circles", 0, "the kind of the decision is unknown"),
        ("K4.yaml", "id", "    sources: [G5]\n", "    sources: []\n", 0, "there are 0, and 1 are wanted"),
        ("K4.yaml", "id", "competency: K4", "competency: K5", 1, "the lesson is on “K5”, but its file is on"),
        ("K4.en.yaml", "en", "title: Note it", "titel: Note it", 0, "“title” of K4.yaml has no"),
        ("K4.en.yaml", "en", "  layar:\n", "  lain:\n", 0, "“layar” of K4.yaml has no English text"),
        ("K4.en.yaml", "en", "about: ", "status: draft\nabout: ", 2, "is the same in every language"),
        ("K4.en.yaml", "en", '{name: "Note", note', '{name: "Note", text', 0, "“note”"),
    ],
)  # fmt: skip
def test_a_broken_file_is_told_with_its_line_and_what_to_do(
    folder: Path, file: str, language: Language, old: str, new: str, place: int, fault: str
) -> None:
    edit(folder / file, old, new)

    with pytest.raises(ProblemsError) as refusal:
        load_lesson("K4", language, folder)

    first = next(problem for problem in refusal.value.problems if fault in problem.fault)
    assert Path(first.file).name == file
    assert first.remedy
    if place:
        assert first.line == place


def test_a_lesson_that_lacks_a_language_is_told_by_the_file_that_is_missing(folder: Path) -> None:
    (folder / "K4.en.yaml").unlink()

    assert "K4.en.yaml:1: the file cannot be read" in problem(folder, "en")
