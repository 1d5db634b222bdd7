"""What must fit together before a class is graded: the course, its cells, its key and its gradebook."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from graders.gradebook.sheet import GradeSheet
from graders.grading.case_grader import CaseGrader
from graders.grading.cell_names import decision_of, is_decision
from release.course.grade.graded_folder import Json, cell_checksum, named_cells
from release.course.grade.rescore import changed_weights
from scenarios.documents.problem import BadInputError
from scenarios.library import CASE_FOLDER
from scenarios.sentence import enumeration, sentences_of

_sentence = sentences_of(Path(__file__).with_name("grade.yaml"))


class GradeError(BadInputError):
    """A class cannot be graded as it was asked for; the text says why, and what to do."""


def released_cases(root: Path, cases: Sequence[str]) -> tuple[str, ...]:
    """The cases to grade. Raises GradeError for one that the course has not, or has not released."""
    made = sorted(file.parent.parent.name for file in root.glob(f"source/*/{CASE_FOLDER}/case.yaml"))
    unknown = [name for name in cases if name not in made]
    if unknown:
        choices = ", ".join(made) or "–"
        raise GradeError(_sentence("no_case", course=root, case=unknown[0], choices=choices))
    ready = [name for name in made if (root / "release" / name / f"{name}.ipynb").is_file()]
    wanted = list(dict.fromkeys(cases)) or ready
    missing = [name for name in wanted if name not in ready]
    if missing or not ready:
        name = (missing or made or ["CASE"])[0]
        raise GradeError(_sentence("not_released", case=name, course=root))
    return tuple(wanted)


def weights_of(grader: CaseGrader) -> dict[str, float]:
    """What each decision is worth by the key, by name."""
    return {name: float(part.weight) for name, part in grader.key.decisions.items()}


def released_notebook(root: Path, case: str) -> Json:
    """The released notebook, with its sources as lists of lines and no outputs. Raises GradeError."""
    file = root / "release" / case / f"{case}.ipynb"
    try:
        notebook: Json = json.loads(file.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            cell["source"] = "".join(cell["source"]).splitlines(keepends=True)
            if cell["cell_type"] == "code":
                cell.update(outputs=[], execution_count=None)
        named_cells(notebook)
    except (ValueError, LookupError, TypeError, AttributeError):
        raise GradeError(_sentence("no_notebook", file=file, case=case)) from None
    return notebook


def check_cells(case: str, notebook: Json, sheet: GradeSheet) -> None:
    """Give the cells of the released notebook the gradebook's checksums, as nbgrader does.

    Raises GradeError where a cell is another one than the gradebook knows, but for its points.
    """
    for name, cell in named_cells(notebook).items():
        about = cell["metadata"]["nbgrader"]
        if name not in sheet.checksums:
            raise GradeError(_sentence("unknown_cell", cell=name, case=case))
        points = sheet.maxima.get(name, 0.0)
        known = {**cell, "metadata": {"nbgrader": {**about, "points": points}}}
        if not about.get("solution") and sheet.checksums[name] != cell_checksum(known):
            raise GradeError(_sentence("other_cell", cell=name, case=case))
        about["checksum"] = sheet.checksums[name]


def check_decisions(case: str, weights: Mapping[str, float], sheet: GradeSheet, notebook: Json) -> None:
    """Raises GradeError where gradebook, notebook and key do not hold the same decisions."""
    for names in (sheet.maxima, named_cells(notebook)):
        cells = {decision_of(name) for name in names if is_decision(name)}
        if cells != weights.keys():
            differ = ", ".join(sorted(cells ^ weights.keys()))
            raise GradeError(_sentence("other_decisions", case=case, decisions=differ))


def check_weights(
    root: Path, case: str, weights: Mapping[str, float], sheet: GradeSheet, notebook: Json
) -> None:
    """Raises GradeError where the cells of gradebook or notebook and the key give different points."""
    cells = named_cells(notebook)
    released = {
        name: float(cells[name]["metadata"]["nbgrader"]["points"]) for name in cells if is_decision(name)
    }
    for points in (sheet.maxima, released):
        differ = changed_weights(weights, {decision_of(name): most for name, most in points.items()})
        if differ:
            decisions = enumeration(
                _sentence("points_of", decision=name, old=f"{old:g}", new=f"{new:g}")
                for name, old, new in differ
            )
            raise GradeError(_sentence("other_points", case=case, decisions=decisions, course=root))
