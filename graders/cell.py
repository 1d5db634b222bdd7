"""The score cell of a notebook: quiet with a trainee, a number where a facilitator's nbgrader executes it.

The course's own configuration scores without running this cell (graders/autograde.py). It is for
nbgrader's stock way, which starts a kernel for every notebook, and for the trainee who runs it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from scenarios.language import read_catalogue

TEXTS = Path(__file__).parent / "texts.yaml"


def decision_score(
    decision_id: str,
    *,
    folder: Path = Path(),
    environ: Mapping[str, str] = os.environ,
    show: Callable[[str], object] = print,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> float | None:
    """The points of a decision while nbgrader autogrades `folder`; anywhere else None, and `show` says when.

    Raises KeysMissingError, ProblemsError, or NotJudgedError where nbgrader autogrades and there is
    nothing to score by: an error earns 0 from nbgrader, silence would earn full marks.
    """
    if environ.get("NBGRADER_EXECUTION") != "autograde":
        show(read_catalogue(TEXTS)["later"].joined(" / "))
        return None
    # Only a facilitator's machine needs what grades; a trainee's cell must start at once.
    from graders.grading.case_grader import CaseGrader  # noqa: PLC0415
    from graders.key.key import keys_folder  # noqa: PLC0415

    grading = CaseGrader.of(folder, keys_folder(environ)).grade(folder, now=clock())
    if grading.not_judged is not None:
        raise grading.not_judged
    return float(grading.points[decision_id])
