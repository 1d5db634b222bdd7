"""The cells of one graded notebook in nbgrader's gradebook: every grade and comment, at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Comment, Grade, Gradebook
from nbgrader.utils import compute_checksum, is_grade, is_solution
from sqlalchemy.orm import joinedload

from graders.feedback.explanation import not_judged_text
from graders.grading.submission import Reason
from graders.nbgrader.score_cell import automatic_score


@dataclass(frozen=True, slots=True)
class Place:
    """Whose notebook of which assignment."""

    student: str
    assignment: str
    notebook: str


def save_cells(gradebook: Gradebook, place: Place, nb: NotebookNode, reason: Reason | None) -> None:
    """Write the automatic part of every grade and comment at `place`, in one transaction.

    reason: why it was not judged, None where it was. What a person gave and wrote is left as it is, and
    is waited for again. Raises MissingEntry where the gradebook knows no such submission.
    """
    cells = {grade_id(cell): cell for cell in nb.cells}
    notebook: Any = gradebook.find_submission_notebook(place.notebook, place.assignment, place.student)
    for grade in _rows(gradebook, Grade, notebook.id):
        _save_grade(grade, cells.get(grade.name), judged=reason is None)
    for comment in _rows(gradebook, Comment, notebook.id):
        _save_comment(comment, cells.get(comment.name), reason)
    gradebook.db.commit()


def grade_id(cell: NotebookNode) -> str | None:
    """The name that nbgrader knows a cell by, or None."""
    name = cell.metadata.get("nbgrader", {}).get("grade_id")
    return name if isinstance(name, str) else None


def _rows(gradebook: Gradebook, kind: Any, notebook_id: str) -> list[Any]:  # noqa: ANN401 -- nbgrader's tables
    query = gradebook.db.query(kind).options(joinedload(kind.cell))
    return list(query.filter(kind.notebook_id == notebook_id))


def _save_grade(grade: Any, cell: NotebookNode | None, *, judged: bool) -> None:  # noqa: ANN401
    if cell is not None and not is_grade(cell):
        return  # a task, which only a person grades
    grade.auto_score = None if cell is None else automatic_score(cell, judged=judged)
    grade.needs_manual_grade = grade.auto_score is None or grade.manual_score is not None


def _save_comment(comment: Any, cell: NotebookNode | None, reason: Reason | None) -> None:  # noqa: ANN401
    if reason is not None:
        comment.auto_comment = not_judged_text(reason)
    elif cell is not None and is_solution(cell) and _untouched(cell):
        comment.auto_comment = "No response."
    else:
        comment.auto_comment = None


def _untouched(cell: NotebookNode) -> bool:
    return bool(cell.metadata.nbgrader.get("checksum") == compute_checksum(cell))
