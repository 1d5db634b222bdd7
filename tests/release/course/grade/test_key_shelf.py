"""A course keeps the keys that it was graded by, and leads back to the one of before."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from graders.grading.class_key import SHELF, class_key, earlier_key, stored_key, used_digest
from graders.grading.note import GradingNote, read_note
from release.cli import app
from release.course.course import make_course
from release.course.grade.grade import grade_class
from release.course.grade.key_shelf import NoWayBackError, way_back
from release.course.report import write_report
from release.course.simulate import simulate
from tests.places import CASES, KEYS

CASE = "daftar-nilai"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return Path(shutil.copytree(KEYS, tmp_path / "keys"))


@pytest.fixture
def course(tmp_path: Path, keys: Path) -> Path:
    made = make_course(tmp_path / "kursus", [CASE], person="Ibu Sari", cases=CASES, keys=keys)
    simulate(made.directory, 8, 1, keys=keys)
    grade_class(made.directory, keys=keys)
    return made.directory


def change(keys: Path) -> None:
    """Give the first decision of the key another weight, in a new version."""
    file = keys / f"{CASE}.yaml"
    text = file.read_text(encoding="utf-8")
    new, count = re.subn(r"(?m)^( +)weight: .*$", r"\1weight: 4", text, count=1)
    assert count
    file.write_text(new, encoding="utf-8")


def notes(course: Path) -> dict[str, GradingNote | None]:
    return {place.parent.name: read_note(place) for place in sorted(course.glob(f"autograded/*/{CASE}"))}


def test_the_way_back_gives_everybody_what_they_had(course: Path, keys: Path) -> None:
    before = notes(course)
    assert earlier_key(course, CASE) is None
    change(keys)
    grade_class(course, (CASE,), keys=keys, rescore=True)
    assert notes(course) != before

    grade_class(course, (CASE,), keys=way_back(course, CASE), rescore=True)

    assert notes(course) == before


def test_a_course_without_an_earlier_key_has_no_way_back(course: Path) -> None:
    with pytest.raises(NoWayBackError, match="no way back"):
        way_back(course, CASE)


def test_a_course_keeps_each_key_that_it_was_graded_by_for_its_owner_alone(course: Path, keys: Path) -> None:
    first = used_digest(course, CASE)
    change(keys)
    grade_class(course, (CASE,), keys=keys, rescore=True)

    assert used_digest(course, CASE) != first
    assert stored_key(course, CASE, first) == course / SHELF / CASE / first
    assert {file.stat().st_mode & 0o077 for file in (course / SHELF).rglob("*.yaml")} == {0}


def test_as_long_as_a_new_key_is_not_taken_the_class_has_its_own(course: Path, keys: Path) -> None:
    assert class_key(course, CASE, keys) == keys
    first = used_digest(course, CASE)
    change(keys)

    assert class_key(course, CASE, keys) == stored_key(course, CASE, first)
    shutil.rmtree(course / SHELF)
    assert class_key(course, CASE, keys) is None


def test_a_report_judges_by_the_key_of_the_class_until_a_new_one_is_taken(course: Path, keys: Path) -> None:
    def report() -> str:
        return write_report(course, now=datetime.now(UTC), keys=keys).read_text("utf-8")

    before = report()
    change(keys)
    assert report() == before

    grade_class(course, (CASE,), keys=keys, rescore=True)
    assert report() != before
    assert "dinilai dengan kunci lain" not in report()


def test_a_report_by_another_key_than_the_class_says_so(course: Path, keys: Path) -> None:
    change(keys)
    shutil.rmtree(course / SHELF)

    page = write_report(course, now=datetime.now(UTC), keys=keys).read_text("utf-8")

    assert "Kelas ini dinilai dengan kunci lain" in page
    assert "The class was graded by another key" in page


def test_the_command_leads_back_once_it_was_told_so(course: Path, keys: Path) -> None:
    before = notes(course)
    change(keys)
    run = CliRunner().invoke
    grade_class(course, (CASE,), keys=keys, rescore=True)

    assert run(app, ["grade", str(course), "--back"]).exit_code == 2
    assert run(app, ["grade", str(course), CASE, "--back"], input="n\n").exit_code == 1
    assert notes(course) != before
    assert run(app, ["grade", str(course), CASE, "--back", "--yes"]).exit_code == 0
    assert notes(course) == before
