"""nbgrader's gradebook and its step from source to release, for whoever makes a course."""

from __future__ import annotations

import os
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from scenarios.problem import BadInputError

CONFIG = "nbgrader_config.py"


class AssignmentError(BadInputError):
    """nbgrader could not make an assignment; the text carries its own words."""


def add_assignments(course: Path, due: Mapping[str, datetime | None]) -> None:
    """Put assignments into the gradebook of `course`; a due date of None changes none that is there."""
    with _gradebook(course) as gradebook:
        for name, moment in due.items():
            assignment: Any = gradebook.update_or_create_assignment(name)
            if moment is not None:
                assignment.duedate = moment.astimezone(UTC).replace(tzinfo=None)
        gradebook.db.commit()


def due_date(course: Path, assignment: str) -> datetime | None:
    """When an assignment is due, in UTC, or None."""
    with _gradebook(course) as gradebook:
        try:
            moment = gradebook.find_assignment(assignment).duedate
        except MissingEntry:
            return None
    return moment.replace(tzinfo=UTC) if isinstance(moment, datetime) else None


def add_students(course: Path, names: Iterable[str]) -> None:
    """Put trainees into the gradebook of `course` by their pseudonyms; nothing else is stored of them."""
    with _gradebook(course) as gradebook:
        for name in names:
            gradebook.update_or_create_student(name)


def generate_assignment(course: Path, assignment: str) -> None:
    """Make ``release/<assignment>`` from ``source/<assignment>``. Raises AssignmentError."""
    with _programs_on_path():
        config = _config(course)
        coursedir = CourseDirectory(config=config)
        made = NbGraderAPI(coursedir, config=config).generate_assignment(assignment)
    if not made["success"]:
        words = made.get("error") or made.get("log")
        raise AssignmentError(f"nbgrader could not make the assignment “{assignment}”:\n{words}")


def _config(course: Path) -> Config:
    config: Config = PyFileConfigLoader(CONFIG, path=str(course)).load_config()
    return config


@contextmanager
def _gradebook(course: Path) -> Iterator[Gradebook]:
    with _programs_on_path():
        coursedir = CourseDirectory(config=_config(course))
        gradebook = Gradebook(coursedir.db_url, coursedir.course_id)
    try:
        yield gradebook
    finally:
        gradebook.close()


@contextmanager
def _programs_on_path() -> Iterator[None]:
    # nbgrader calls “alembic” by its bare name; without it a half-made database would stay behind.
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before
