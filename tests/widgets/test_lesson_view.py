"""A lesson as the player shows it: its sources, what is agreed, what is drawn, and when it may be read."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from scenarios.lessons.lesson_files import NoSuchLessonError, lesson_competencies
from widgets.conversation import Conversation
from widgets.lesson_view import lesson_view
from widgets.messages import Reply, View
from widgets.shelf import NotebookShelf

READ = date(2026, 4, 30)


@pytest.fixture
def answers(tmp_path: Path, small_case_folder: Path) -> list[Reply]:
    """What a player answers in practice to a page that comes, begins, and asks for a lesson."""
    return conversation(tmp_path, small_case_folder, "practice")


def conversation(place: Path, case: Path, mode: str) -> list[Reply]:
    shutil.copytree(case, place / "tugas" / "case")
    card = f"course: uji\nmode: {mode}\nperson: Ibu Sari\n"
    (place / "tugas" / "case" / "course.yaml").write_text(card, encoding="utf-8")
    shelf = NotebookShelf(place / "tugas", locks=place / "locks")
    talk = Conversation(shelf, "id", lambda: datetime(2026, 11, 22, tzinfo=UTC), lambda: "0" * 32)
    messages = ({"type": "ready"}, {"type": "lesson", "lesson": "K1"}, {"type": "begin", "n": 0})
    replies = [reply for message in messages for reply in talk.answer(message)]
    talk.close()
    return replies


def views(replies: list[Reply]) -> list[View]:
    return [reply["view"] for reply in replies if reply["type"] == "view"]


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_lesson_is_shown_with_its_sources_and_what_it_draws(language: str) -> None:
    lessons = [lesson_view(code, language, READ) for code in lesson_competencies()]
    sections = [section for lesson in lessons for section in lesson["sections"]]
    assert len(lessons) == 8
    assert all(section["sources"] for section in sections)
    assert {section["drawing"].partition(" ")[0] for section in sections} == {"", "<svg"}


def test_what_is_agreed_in_the_lab_alone_is_known_by_its_source() -> None:
    sections = lesson_view("K1", "en", READ)["sections"]
    assert {any(source["lab_only"] for source in section["sources"]) for section in sections} == {True, False}


def test_a_lesson_that_is_not_there_is_said_to_be_so() -> None:
    with pytest.raises(NoSuchLessonError, match="no lesson on “K99”"):
        lesson_view("K99", "id", READ)


def test_lessons_are_offered_before_the_case_and_in_it(answers: list[Reply]) -> None:
    assert [[lesson["id"] for lesson in view["lessons"]] for view in views(answers)] == [
        list(lesson_competencies())
    ] * 2


def test_a_lesson_is_brought_before_the_play_begins_and_nothing_is_recorded(answers: list[Reply]) -> None:
    assert [reply["type"] for reply in answers] == ["labels", "view", "lesson", "view"]
    assert views(answers)[-1]["n"] == 1


@pytest.mark.parametrize("mode", ["test", "panel"])
def test_what_measures_a_person_or_makes_a_key_offers_no_lesson(
    tmp_path: Path, small_case_folder: Path, mode: str
) -> None:
    replies = conversation(tmp_path, small_case_folder, mode)
    assert [reply.get("code") for reply in replies if reply["type"] == "refused"] == ["no_lesson_now"]
    assert [view["lessons"] for view in views(replies)] == [[], []]
