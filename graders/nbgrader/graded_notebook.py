"""A released notebook with a grading in its cells: points, explanations, result and reflection."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

from nbformat import NotebookNode, from_dict

from graders.grading.case_grader import Grading
from graders.grading.cell_names import REFLECTION, decision_of, is_decision
from graders.grading.graded_cells import cell_outputs, reflection_source
from scenarios.documents.problem import BadInputError
from scenarios.sentence import sentences_of

unfit_sentence = sentences_of(Path(__file__).with_name("unfit.yaml"))


class UnfitCourseError(BadInputError):
    """A course and its key do not fit together, or a part of it is missing; the text says what to do."""


def graded_notebook(released: NotebookNode, grading: Grading) -> NotebookNode:
    """A copy of the `released` notebook with `grading` in it. Raises UnfitCourseError, see `put_in`."""
    nb = deepcopy(released)
    put_in(nb, grading)
    return nb


def put_in(nb: NotebookNode, grading: Grading) -> None:
    """Write `grading` into the cells of `nb`, in place.

    Each score cell ends with its points as a plain float, the one output that nbgrader reads as partial
    credit, and with the explanation beside it. Raises UnfitCourseError where the cells are not those of
    the key.
    """
    cells = {part.metadata.nbgrader.grade_id: part for part in nb.cells if "nbgrader" in part.metadata}
    _check_cells(cells, grading)
    for name, outputs in cell_outputs(grading).items():
        if name in cells:
            cells[name].outputs = from_dict(outputs)
    if REFLECTION in cells and grading.reflections:
        cells[REFLECTION].source = reflection_source(grading.reflections)


def _check_cells(cells: dict[str, NotebookNode], grading: Grading) -> None:
    weights = {
        decision_of(name): float(part.metadata.nbgrader.points)
        for name, part in cells.items()
        if is_decision(name)
    }
    if weights != dict(grading.weights):
        different = sorted(set(weights.items()) ^ set(grading.weights.items()))
        names = ", ".join(sorted({name for name, _ in different}))
        raise UnfitCourseError(unfit_sentence("other_cells", names=names))
