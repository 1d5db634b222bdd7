"""nbgrader's side of grading: preprocessors that stand in a course's configuration in place of its own.

No kernel is started, and nothing of a submission but the record beside the notebook is used: the
notebook itself is taken from what was released.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, TypeAlias

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from nbgrader.utils import is_grade, is_solution

from graders.cell_names import PLAYER, REFLECTION, decision_cell, decision_of
from graders.grading import Grading, grade_folder
from graders.key import keys_folder
from graders.plain import entities, preformatted
from graders.submission import RECORD
from scenarios.problem import BadInputError

Resources: TypeAlias = Any  # nbconvert's ResourcesDict, which holds whatever a step puts there
Processed: TypeAlias = tuple[NotebookNode, Resources]

_NOT_JUDGED = "kasuslab_not_judged"


class UnfitCourseError(BadInputError):
    """A course and its key do not fit together, or a part of it is missing; the text says what to do."""


class LeaveRecordsOut(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader comes without types
    """In ``generate_assignment``: no record that somebody played in ``source/`` reaches ``release/``."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Processed:
        """Remove the copy that nbgrader made beside the released notebook."""
        names = resources["nbgrader"]
        released = _course(resources, depth=1) / "release" / names["assignment"]
        for record in released.glob(f"{RECORD}*"):
            record.unlink()
        return nb, resources


class FromRelease(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader comes without types
    """In the sanitizing pass: the notebook as it was released takes the place of the one handed in.

    Whatever else a notebook can carry, cells, outputs or metadata, so never reaches the grader's page.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Processed:
        """Read the released notebook. Raises UnfitCourseError where there is none."""
        del nb
        names = resources["nbgrader"]
        file = _course(resources, depth=2) / "release" / names["assignment"] / f"{names['notebook']}.ipynb"
        if not file.exists():
            message = (
                f"{file} is missing: submissions are graded in the notebook that was released. "
                f"Run “nbgrader generate_assignment {names['assignment']}”."
            )
            raise UnfitCourseError(message)
        return nbformat.read(file, as_version=4), resources  # type: ignore[no-untyped-call]


class ScoreRecord(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader comes without types
    """In place of ``Execute``: score the record beside the notebook and write each score cell's output."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Processed:
        """Write points, explanations and the reflection.

        Raises KeysMissingError, ProblemsError or UnfitCourseError where the course cannot be graded.
        """
        grading = grade_folder(Path(resources["metadata"]["path"]), keys_folder())
        cells = {cell.metadata.nbgrader.grade_id: cell for cell in nb.cells if "nbgrader" in cell.metadata}
        _check_cells(cells, grading)
        for name, points in grading.points.items():
            cells[decision_cell(name)].outputs = [_scored(points, grading.explanations[name])]
        if PLAYER in cells:
            cells[PLAYER].outputs = [_output("display_data", {"text/html": grading.result})]
        if REFLECTION in cells and grading.reflections:
            cells[REFLECTION].source = reflection_source(grading.reflections)
        if grading.not_judged is not None:
            self.log.warning("Not judged: %s", grading.not_judged.detail)
            resources[_NOT_JUDGED] = True
        return nb, resources


class SaveScores(SaveAutoGrades):  # type: ignore[misc]  # nbgrader comes without types
    """nbgrader's step that writes the gradebook, which never takes for full marks what it cannot read.

    A submission that was not judged, and a score cell without a number from 0 to its points, has no
    automatic score and waits for a person.
    """

    def _add_score(self, cell: NotebookNode, resources: Resources) -> None:
        if not is_solution(cell) and (resources.get(_NOT_JUDGED) or not has_points(cell)):
            names = resources["nbgrader"]
            grade: Any = self.gradebook.find_grade(
                cell.metadata.nbgrader.grade_id, names["notebook"], names["assignment"], names["student"]
            )
            grade.auto_score, grade.needs_manual_grade = None, True
            self.gradebook.db.commit()
            return
        super()._add_score(cell, resources)


def reflection_source(answers: tuple[tuple[str, str], ...]) -> str:
    """Questions and answers as a Markdown cell in which nothing of theirs is Markdown or HTML."""
    blocks = []
    for ask, text in answers:
        blocks += [f"<p><strong>{entities(ask, keep=' ,.')}</strong></p>", preformatted(text)]
    return "\n\n".join(blocks)


def _course(resources: Resources, *, depth: int) -> Path:
    # Below the course stand source/<assignment>, and submitted/<student>/<assignment>.
    return Path(resources["metadata"]["path"]).parents[depth]


def _scored(points: float, html: str) -> NotebookNode:
    # repr of a plain float is what nbgrader reads as partial credit; anything else is full marks to it.
    return _output("execute_result", {"text/plain": repr(float(points)), "text/html": html})


def _output(kind: str, data: dict[str, str]) -> NotebookNode:
    # nbformat's functions come without types.
    made: NotebookNode = new_output(kind, data=data)  # type: ignore[no-untyped-call]
    return made


def _check_cells(cells: dict[str, NotebookNode], grading: Grading) -> None:
    found = {
        decision_of(name): float(cell.metadata.nbgrader.points)
        for name, cell in cells.items()
        if is_grade(cell) and not is_solution(cell)
    }
    if found != dict(grading.weights):
        different = sorted(set(found.items()) ^ set(grading.weights.items()))
        names = ", ".join(sorted({name for name, _ in different}))
        message = (
            f"The assignment's cells and the key do not fit together in: {names}. The key has changed since "
            "the assignment was made. Grade with the key of that time (set KASUSLAB_KEYS), or hand out a new "
            "assignment."
        )
        raise UnfitCourseError(message)


def has_points(cell: NotebookNode) -> bool:
    """Whether a score cell ends with one number from 0 to its points, and with nothing else."""
    results = [output for output in cell.get("outputs", ()) if output.output_type == "execute_result"]
    if len(results) != 1 or len(cell.outputs) != 1:
        return False
    try:
        points = float(results[0].data["text/plain"])
    except (KeyError, TypeError, ValueError):
        return False
    return math.isfinite(points) and 0 <= points <= float(cell.metadata.nbgrader.points)
