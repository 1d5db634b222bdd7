"""What a gradebook knows of an assignment, and of who handed it in, read many rows at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

import sqlalchemy as sa

from graders.gradebook.access import GradebookError, gradebook_sentence
from graders.gradebook.tables import (
    ASSIGNMENT,
    CELL,
    GRADE,
    GRADE_CELL,
    NOTEBOOK,
    SOURCE_CELL,
    SUBMISSION,
    SUBMITTED,
)

Row: TypeAlias = sa.Row[Any]


@dataclass(frozen=True, slots=True)
class GradeSheet:
    """One notebook of an assignment as the gradebook knows it, and the cells of it by name.

    grades: cells with a score, and their ids; maxima: the most that each is worth, but for a task,
    which only a person scores; comments: cells with a comment; checksums: of every cell of the source;
    due: in UTC, without a time zone.
    """

    assignment_id: str
    name: str
    due: datetime | None
    notebook_id: str
    kernelspec: str | None
    grades: Mapping[str, str]
    maxima: Mapping[str, float]
    comments: Mapping[str, str]
    checksums: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the gradebook holds of a submission: when it was handed in, and the automatic scores by cell.

    manual: the cells with a score of a person's own.
    """

    handed_in: datetime | None = None
    scores: Mapping[str, float | None] = field(default_factory=dict)
    manual: Mapping[str, float] = field(default_factory=dict)


def read_sheet(connection: sa.Connection, assignment: str) -> GradeSheet:
    """The one notebook of an assignment. Raises GradebookError where it is not there, or has others."""
    assignment_row, notebooks = _notebooks(connection, assignment)
    if [notebook.name for notebook in notebooks] != [assignment]:
        names = ", ".join(sorted(notebook.name for notebook in notebooks))
        raise GradebookError(gradebook_sentence("other_notebooks", assignment=assignment, names=names))
    return _sheet(connection, assignment_row, notebooks[0])


def read_notebook_sheet(connection: sa.Connection, assignment: str, notebook: str) -> GradeSheet:
    """One notebook of an assignment, of however many. Raises GradebookError where it is not there."""
    assignment_row, notebooks = _notebooks(connection, assignment)
    for row in notebooks:
        if row.name == notebook:
            return _sheet(connection, assignment_row, row)
    raise GradebookError(gradebook_sentence("no_cells", assignment=assignment))


def _notebooks(connection: sa.Connection, assignment: str) -> tuple[Row, list[Row]]:
    assignment_row = connection.execute(sa.select(ASSIGNMENT).where(ASSIGNMENT.c.name == assignment)).first()
    if assignment_row is not None:
        query = sa.select(NOTEBOOK).where(NOTEBOOK.c.assignment_id == assignment_row.id)
        if notebooks := list(connection.execute(query).all()):
            return assignment_row, notebooks
    raise GradebookError(gradebook_sentence("no_cells", assignment=assignment))


def _sheet(connection: sa.Connection, assignment: Row, notebook: Row) -> GradeSheet:
    wanted = (
        sa.select(CELL.c.id, CELL.c.name, CELL.c.type, GRADE_CELL.c.max_score)
        .outerjoin(GRADE_CELL, GRADE_CELL.c.id == CELL.c.id)
        .where(CELL.c.notebook_id == notebook.id)
    )
    cells = connection.execute(wanted).all()
    sources = connection.execute(
        sa.select(SOURCE_CELL.c.name, SOURCE_CELL.c.checksum).where(SOURCE_CELL.c.notebook_id == notebook.id)
    )
    return GradeSheet(
        assignment_id=assignment.id,
        name=assignment.name,
        due=assignment.duedate,
        notebook_id=notebook.id,
        kernelspec=notebook.kernelspec,
        grades={cell.name: cell.id for cell in cells if cell.type in {"GradeCell", "TaskCell"}},
        maxima={cell.name: cell.max_score for cell in cells if cell.type == "GradeCell"},
        comments={cell.name: cell.id for cell in cells if cell.type in {"SolutionCell", "TaskCell"}},
        checksums={source.name: source.checksum for source in sources},
    )


def read_standings(connection: sa.Connection, sheet: GradeSheet) -> dict[str, Standing]:
    """What the gradebook holds of every submission of an assignment, by student."""
    wanted = (
        sa.select(
            SUBMISSION.c.student_id,
            SUBMISSION.c.timestamp,
            GRADE.c.cell_id,
            GRADE.c.auto_score,
            GRADE.c.manual_score,
        )
        .join(SUBMITTED, SUBMITTED.c.assignment_id == SUBMISSION.c.id)
        .join(GRADE, GRADE.c.notebook_id == SUBMITTED.c.id)
        .where(SUBMISSION.c.assignment_id == sheet.assignment_id)
        .where(SUBMITTED.c.notebook_id == sheet.notebook_id)
        .where(GRADE.c.cell_id.in_(sheet.grades.values()))
    )
    names = {cell_id: name for name, cell_id in sheet.grades.items()}
    moments: dict[str, datetime | None] = {}
    scores: dict[str, dict[str, float | None]] = {}
    manual: dict[str, dict[str, float]] = {}
    for student, moment, cell_id, auto, by_hand in connection.execute(wanted):
        moments[student] = moment
        scores.setdefault(student, {})[names[cell_id]] = auto
        if by_hand is not None:
            manual.setdefault(student, {})[names[cell_id]] = by_hand
    return {
        student: Standing(moment, scores[student], manual.get(student, {}))
        for student, moment in moments.items()
    }
