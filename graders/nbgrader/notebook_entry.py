"""A graded notebook as an entry of the gradebook: the scores of its cells, and what its comments say."""

from __future__ import annotations

from nbformat import NotebookNode
from nbgrader.utils import compute_checksum, is_grade, is_solution

from graders.feedback.explanation import not_judged_text
from graders.gradebook.entry import GradeEntry
from graders.grading.submission import Reason
from graders.nbgrader.score_cell import automatic_score


def notebook_entry(nb: NotebookNode, student: str, reason: Reason | None) -> GradeEntry:
    """What `nb` puts into the gradebook. reason: why it was not judged, None where it was."""
    cells = {name: cell for cell in nb.cells if (name := grade_id(cell)) is not None}
    judged = reason is None
    return GradeEntry(
        student,
        None,
        {name: automatic_score(cell, judged=judged) for name, cell in cells.items() if is_grade(cell)},
        frozenset(name for name, cell in cells.items() if is_solution(cell) and _is_untouched(cell)),
        None if reason is None else not_judged_text(reason),
    )


def grade_id(cell: NotebookNode) -> str | None:
    """The name that nbgrader knows a cell by, or None."""
    name = cell.metadata.get("nbgrader", {}).get("grade_id")
    return name if isinstance(name, str) else None


def _is_untouched(cell: NotebookNode) -> bool:
    return bool(cell.metadata.nbgrader.get("checksum") == compute_checksum(cell))
