"""A key that has changed is tried before it is taken, and left again by a way back."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from graders.grading.note import GradingNote, read_note
from release.cli import app
from release.course.course import make_course
from release.course.grade.grade import grade_class
from release.course.grade.grade_checks import GradeError
from release.course.grade.key_return import grade_by_earlier_key
from release.course.grade.key_shelf import SHELF, earlier_key, stored_key, used_digest
from release.course.grade.key_trial import try_key
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
    new, count = re.subn(r"(?m)^( +)weight: .*$", r"\1weight: 7", text, count=1)
    assert count
    file.write_text(new, encoding="utf-8")


def notes(course: Path) -> dict[str, GradingNote | None]:
    return {place.parent.name: read_note(place) for place in sorted(course.glob(f"autograded/*/{CASE}"))}


def tree(course: Path) -> dict[str, bytes]:
    files = (file for file in course.rglob("*") if file.is_file())
    return {str(file.relative_to(course)): file.read_bytes() for file in files}


def test_a_trial_says_what_taking_the_key_would_change_and_writes_nothing(course: Path, keys: Path) -> None:
    change(keys)
    before = tree(course)

    trial = try_key(course, CASE, keys)

    assert tree(course) == before
    taken = grade_class(course, (CASE,), keys=keys, rescore=True).rescored[0]
    assert trial.changes
    assert [(one.student, one.old, one.new.S) for one in trial.changes] == [
        (one.student, one.old, one.new.S) for one in taken.changes
    ]
    assert (trial.again, trial.weights) == (taken.again, taken.weights)


def test_a_key_that_is_the_same_changes_nobody(course: Path, keys: Path) -> None:
    assert (try_key(course, CASE, keys).again, try_key(course, CASE, keys).changes) == (0, ())


def test_the_way_back_gives_everybody_what_they_had(course: Path, keys: Path) -> None:
    before = notes(course)
    assert earlier_key(course, CASE) is None
    change(keys)
    grade_class(course, (CASE,), keys=keys, rescore=True)
    assert notes(course) != before

    grade_by_earlier_key(course, CASE)

    assert notes(course) == before


def test_a_course_without_an_earlier_key_has_no_way_back(course: Path) -> None:
    with pytest.raises(GradeError, match="no way back"):
        grade_by_earlier_key(course, CASE)


def test_a_course_keeps_each_key_that_it_was_graded_by_for_its_owner_alone(course: Path, keys: Path) -> None:
    first = used_digest(course, CASE)
    change(keys)
    grade_class(course, (CASE,), keys=keys, rescore=True)

    assert used_digest(course, CASE) != first
    assert stored_key(course, CASE, first) == course / SHELF / CASE / first
    assert {file.stat().st_mode & 0o077 for file in (course / SHELF).rglob("*.yaml")} == {0}


def test_the_commands_try_a_key_and_lead_back(course: Path, keys: Path) -> None:
    before = notes(course)
    change(keys)
    run = CliRunner().invoke

    trial = run(app, ["grade", str(course), "--trial", "--keys", str(keys)])
    assert trial.exit_code == 0, trial.output
    assert "Nothing is written" in trial.output
    assert notes(course) == before
    assert run(app, ["grade", str(course), CASE, "--rescore", "--keys", str(keys)]).exit_code == 0
    assert run(app, ["grade", str(course), "--back"]).exit_code == 2
    assert run(app, ["grade", str(course), CASE, "--back"]).exit_code == 0
    assert notes(course) == before
