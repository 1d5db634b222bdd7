"""The automatic score of one cell of a graded notebook; what cannot be read has none and waits."""

from __future__ import annotations

import math

from nbformat import NotebookNode
from nbgrader.utils import determine_grade, has_failed, is_solution

from graders.grading.cell_names import is_decision


def automatic_score(cell: NotebookNode, *, judged: bool) -> float | None:
    """The points of a grade cell, or None.

    An answer that was left as it was handed out has 0, and any other waits for a person. A decision
    has the number that grading wrote; a test cell of the facilitator's own what `points_of_test` says.
    """
    if is_solution(cell):
        points, _ = determine_grade(cell)
        return None if points is None else float(points)
    if not judged:
        return None
    if is_decision(str(cell.metadata.nbgrader.grade_id)):
        return float(cell.outputs[0].data["text/plain"]) if has_points(cell) else None
    return points_of_test(cell)


def has_points(cell: NotebookNode) -> bool:
    """Whether a cell ends with one number from 0 to its points, and with nothing else."""
    results = [output for output in cell.get("outputs", ()) if output.output_type == "execute_result"]
    if len(results) != 1 or len(cell.outputs) != 1:
        return False
    try:
        points = float(results[0].data["text/plain"])
    except (KeyError, TypeError, ValueError):
        return False
    return math.isfinite(points) and 0 <= points <= float(cell.metadata.nbgrader.points)


def points_of_test(cell: NotebookNode) -> float | None:
    """The points of a test cell that was run: a number, 0 for an error, all of them for silence.

    So far nbgrader gives the same. For any other output it gives full marks; that has none here, as
    has a cell that was not run.
    """
    if cell.cell_type != "code" or cell.get("execution_count") is None:
        return None
    if has_failed(cell):
        return 0.0
    if not cell.outputs:
        return float(cell.metadata.nbgrader.points)
    return float(cell.outputs[0].data["text/plain"]) if has_points(cell) else None
