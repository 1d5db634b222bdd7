"""The course card: one model, and each thing that is wrong with a card is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.course_card import CARD_NAME, KEEP_DAYS, CourseCard, read_course_card
from scenarios.documents.problem import ProblemsError


def card(folder: Path, text: str) -> CourseCard:
    (folder / CARD_NAME).write_text(text, encoding="utf-8")
    return read_course_card(folder)


def test_a_card_says_how_a_course_is_played(tmp_path: Path) -> None:
    text = "course: Angkatan 1\nmode: test\nperson: Ibu Sari\nkeep_days: 30\n"

    assert card(tmp_path, text) == CourseCard(
        course="Angkatan 1", mode="test", person="Ibu Sari", keep_days=30
    )


def test_a_card_from_before_there_was_a_time_to_keep_has_the_usual_one(tmp_path: Path) -> None:
    assert card(tmp_path, "course: uji\nmode: panel\nperson: null\n").keep_days == KEEP_DAYS


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (
            "course: uji\nmode: tset\nperson: null\n",
            "course.yaml:2: mode: “tset” is none of what can stand here",
        ),
        ("course: uji\nmode: test\n", "“person” is missing"),
        ("course: uji\nmode: test\nperson: null\nkeep_days: 0\n", "course.yaml:4: keep_days: "),
        ("- uji\n", "course.yaml:1: "),
        ("", "course.yaml:1: "),
    ],
)
def test_what_no_card_says_is_refused_with_its_line(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        card(tmp_path, text)

    assert place in str(caught.value)


def test_a_card_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError, match="the file cannot be read"):
        read_course_card(tmp_path)
