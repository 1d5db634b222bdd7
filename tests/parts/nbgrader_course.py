"""A course of the small case for tests of nbgrader: its commands, its button, what its gradebook says."""

from __future__ import annotations

import csv
import subprocess
import sysconfig
import warnings
from pathlib import Path
from shutil import copytree
from typing import Any, TypeAlias

from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning
from traitlets.config.loader import PyFileConfigLoader

from release.course.course import CHECKOUT
from scenarios.engine.event import Event, Started
from scenarios.engine.record import parse_record, record_bytes
from tests.places import KEYS

CASE = "daftar-nilai"

Grades: TypeAlias = dict[str, tuple[float | None, bool]]


def nbgrader(course: Path, *words: str, keys: Path = KEYS) -> str:
    """Run nbgrader as from an environment that nobody activated: its programs are not on PATH."""
    program = Path(sysconfig.get_path("scripts")) / "nbgrader"
    environ = {
        "HOME": str(course.parent),
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(CHECKOUT),
        "KASUSLAB_KEYS": str(keys),
    }
    done = subprocess.run(
        [program, *words], cwd=course, env=environ, capture_output=True, text=True, check=False, timeout=240
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stderr


def press_autograde(course: Path, person: str) -> dict[str, Any]:
    """What formgrader's button does for one submission."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(course)).load_config()
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    with warnings.catch_warnings():
        # nbgrader adds a submission and its assignment in an order that SQLAlchemy warns of.
        warnings.simplefilter("ignore", SAWarning)
        return dict(api.autograde(CASE, person))


def exported(course: Path) -> dict[tuple[str, str], dict[str, str]]:
    """The rows of ``nbgrader export``, by assignment and trainee."""
    with (course / "grades.csv").open(encoding="utf-8", newline="") as stream:
        return {(row["assignment"], row["student_id"]): row for row in csv.DictReader(stream)}


def grades_of(course: Path, person: str) -> Grades:
    """Automatic score, and whether a person is waited for, by cell."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        notebook = gradebook.find_submission_notebook(CASE, CASE, person)
        return {grade.name: (grade.auto_score, grade.needs_manual_grade) for grade in notebook.grades}


def comment_of(course: Path, person: str) -> str | None:
    """The comment on the reflection."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        comment: str | None = gradebook.find_comment("reflection", CASE, CASE, person).comment
    return comment


def copy_of(course: Path, person: str, name: str) -> Path:
    """Another trainee who played as `person` did, in a play of their own."""
    folder = Path(copytree(course / "submitted" / person / CASE, course / "submitted" / name / CASE))
    record = folder / "decisions.jsonl"
    first, *others = parse_record(record.read_bytes()).events
    assert isinstance(first, Started)
    play = name.encode().hex().ljust(32, "0")[:32]
    events: tuple[Event, ...] = (first.model_copy(update={"play": play}), *others)
    record.write_bytes(record_bytes(events))
    return folder
