"""nbgrader's gradebook and its step from source to release, for whoever makes a course."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbgrader.api import Base, Gradebook, MissingEntry
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import create_engine, inspect, text
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from graders.key.key import KEYS_VARIABLE
from release.course.grade.course_settings import CONFIG
from scenarios.documents.problem import BadInputError
from scenarios.sentence import sentences_of

_sentence = sentences_of(Path(__file__).with_name("texts.yaml"))


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


def due_dates(course: Path) -> tuple[datetime, ...]:
    """Every due date of `course`, in UTC."""
    with _gradebook(course) as gradebook:
        moments = [assignment.duedate for assignment in gradebook.assignments]
    return tuple(moment.replace(tzinfo=UTC) for moment in moments if isinstance(moment, datetime))


def students(course: Path) -> tuple[str, ...]:
    """Everybody in the gradebook of `course`, by pseudonym."""
    with _gradebook(course) as gradebook:
        return tuple(str(student.id) for student in gradebook.students)


def grades_of(course: Path, student: str) -> list[dict[str, object]]:
    """All that the gradebook of `course` holds of a student: each grade and comment, as plain data."""
    with _gradebook(course) as gradebook:
        return [
            {
                "assignment": submission.assignment.name,
                "handed_in": _moment(submission.timestamp),
                "grades": [
                    {"cell": grade.name, "automatic": grade.auto_score, "manual": grade.manual_score}
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                ],
                "comments": [
                    {"cell": comment.name, "text": comment.comment}
                    for notebook in submission.notebooks
                    for comment in notebook.comments
                    if comment.comment
                ],
            }
            for submission in gradebook.student_submissions(student)
        ]


def _moment(timestamp: object) -> str | None:
    return timestamp.isoformat() if isinstance(timestamp, datetime) else None


def forget_student(course: Path, student: str) -> None:
    """Remove a student and all their grades and comments from the gradebook of `course`."""
    with _gradebook(course) as gradebook:
        if student in {known.id for known in gradebook.students}:
            gradebook.remove_student(student)
        _wipe(gradebook)


def forget_everybody(course: Path) -> None:
    """Remove every student from the gradebook of `course`; assignments and due dates stand."""
    with _gradebook(course) as gradebook:
        for student in gradebook.students:
            gradebook.remove_student(student.id)
        _wipe(gradebook)


def _wipe(gradebook: Gradebook) -> None:
    # SQLite leaves what was deleted legible in the file until its free pages are written over.
    if gradebook.engine.dialect.name == "sqlite":
        gradebook.db.remove()
        with gradebook.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM"))


def generate_assignment(course: Path, assignment: str) -> None:
    """Make ``release/<assignment>`` from ``source/<assignment>``. Raises AssignmentError."""
    config = _config(course)
    made = NbGraderAPI(_course_directory(config), config=config).generate_assignment(assignment)
    if not made["success"]:
        words = made.get("error") or made.get("log")
        raise AssignmentError(_sentence("no_assignment", name=assignment, words=words))


def generate_feedback(course: Path, assignment: str, keys: Path, *, but: Collection[str] = ()) -> None:
    """Make ``feedback/<id>/<assignment>`` anew of everybody graded, `but` of some. Raises AssignmentError.

    keys: the folder of the keys, which nbgrader's own steps find by the environment alone.
    """
    with _environment(KEYS_VARIABLE, str(keys)):
        config = _config(course)
        coursedir = _course_directory(config)
        coursedir.student_id_exclude = ",".join(sorted(but))
        made = NbGraderAPI(coursedir, config=config).generate_feedback(assignment)
    if not made["success"]:
        words = made.get("error") or made.get("log")
        raise AssignmentError(_sentence("no_feedback", name=assignment, words=words))


@contextmanager
def open_gradebook(course: Path) -> Iterator[Gradebook]:
    """The gradebook of `course`, closed afterwards."""
    with _gradebook(course) as gradebook:
        yield gradebook


def _config(course: Path) -> Config:
    config: Config = PyFileConfigLoader(CONFIG, path=str(course)).load_config()
    return config


@contextmanager
def _gradebook(course: Path) -> Iterator[Gradebook]:
    coursedir = _course_directory(_config(course))
    gradebook = Gradebook(coursedir.db_url, coursedir.course_id)
    try:
        yield gradebook
    finally:
        gradebook.close()


def _course_directory(config: Config) -> CourseDirectory:
    """Where nbgrader has a course; the tables of its gradebook are there."""
    coursedir = CourseDirectory(config=config)
    _make_tables(coursedir.db_url)
    return coursedir


def _make_tables(db_url: str) -> None:
    """Make nbgrader's tables, and note their version, in a database that has none.

    nbgrader itself would make them first and then ask a program for the version: that takes two seconds, and
    leaves a half-made database where the program is not found.
    """
    engine = create_engine(db_url)
    try:
        with engine.begin() as connection:
            if inspect(connection).get_table_names():
                return
            from alembic.migration import MigrationContext  # noqa: PLC0415 -- most gradebooks are there
            from alembic.script import ScriptDirectory  # noqa: PLC0415 -- the same

            Base.metadata.create_all(connection)
            MigrationContext.configure(connection).stamp(ScriptDirectory(ALEMBIC_DIR), "head")
    finally:
        engine.dispose()


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
