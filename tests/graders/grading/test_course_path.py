"""The path in a course: what comes next for a trainee, by the feedback that was given to them there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from scenarios.engine.event import Event, Started
from tests.parts.feedback_desk import FeedbackDesk
from tests.places import KEYS, VARIANTS

CASE, OTHER, TRAINEE = "daftar-nilai", "berkas-beredar", "peserta-01"
HARMFUL = (
    ("mendesak", "sedang"),
    ("bicara", "marah"),
    "diam",
    ("langkah", ["catat", "minta", "sandi"]),
    ("urutan", ["aman", "setuju", "sekolah", "pantau"]),
    ("serah", [{"service": "sekolah", "urgency": "jam", "packet": ["tindakan"]}]),
    ("refleksi", "Cukup."),
)


@pytest.fixture
def desk(
    tmp_path: Path, small_case_folder: Path, started: Started, steps: Callable[..., tuple[Event, ...]]
) -> FeedbackDesk:
    """A course of two cases, one of which somebody has handed in."""
    course, keys = tmp_path / "kursus", tmp_path / "keys"
    shutil.copytree(KEYS, keys)
    shutil.copytree(VARIANTS / "keys", keys, dirs_exist_ok=True)
    for source in (small_case_folder, VARIANTS / "cases" / OTHER):
        place = course / "release" / source.name / "case"
        shutil.copytree(source, place)
        card = {"course": "uji", "mode": "test", "person": "Ibu R."}
        (place / "course.yaml").write_text(yaml.safe_dump(card), encoding="utf-8")
    desk = FeedbackDesk(course, CASE, keys)
    desk.hand_in(TRAINEE, (started, *steps(*HARMFUL)))
    desk.grade(TRAINEE)
    return desk


def test_the_page_names_the_next_case_of_the_course_and_why(desk: FeedbackDesk) -> None:
    step = desk.page(TRAINEE).steps["id"]

    assert (step["kind"], step["case"]) == ("case", OTHER)
    assert step["reason"] == "Karena di satu kasus ada langkah yang bisa membahayakan anak."
    assert step["reason"] in desk.html(TRAINEE)
    assert desk.page(TRAINEE).steps["en"]["reason"].startswith("Because in one case")


def test_a_case_whose_feedback_is_still_to_come_is_neither_proposed_nor_told_of(desk: FeedbackDesk) -> None:
    (desk.course / "submitted" / TRAINEE / OTHER).mkdir(parents=True)

    step = desk.page(TRAINEE).steps["id"]

    assert (step["kind"], step["case"]) == ("lesson", "")
    assert step["lesson_title"] in desk.html(TRAINEE)
