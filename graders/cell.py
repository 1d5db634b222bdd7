"""The score cell of a notebook: quiet with a trainee, a number where a facilitator's nbgrader executes it.

The course's own configuration scores without running this cell (graders/autograde.py). It is for
nbgrader's stock way, which starts a kernel for every notebook, and for the trainee who runs it, or has
nbgrader validate the notebook: no key stands there, so all that can be found out is what is not decided yet.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from scenarios.course_card import case_of
from scenarios.documents.problem import ProblemsError
from scenarios.engine.play import Play
from scenarios.engine.record import RECORD_NAME, RecordError, parse_record
from scenarios.language import read_catalogue
from scenarios.pick import RefusedError

TEXTS = Path(__file__).parent / "texts.yaml"


def decision_score(  # noqa: PLR0913 -- the outside world is there for tests
    decision_id: str,
    *,
    folder: Path = Path(),
    environ: Mapping[str, str] = os.environ,
    show: Callable[[str], object] = print,
    warn: Callable[[str], object] = lambda text: print(text, file=sys.stderr),  # noqa: T201 -- a cell's output
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> float | None:
    """The points of a decision while nbgrader autogrades `folder`; anywhere else None, and `show` says when.

    While nbgrader validates, `warn` tells what is not decided yet: nbgrader takes silence for a success.
    Raises KeysMissingError, ProblemsError, or NotJudgedError where nbgrader autogrades and there is
    nothing to score by: an error earns 0 from nbgrader, silence would earn full marks.
    """
    if environ.get("NBGRADER_EXECUTION") == "validate" and _is_open(folder, decision_id):
        warn(read_catalogue(TEXTS)["undecided"].joined("\n"))
        return None
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


def _is_open(folder: Path, decision_id: str) -> bool:
    """Whether the play in `folder` has yet to come to a decision, or cannot be read."""
    try:
        record = parse_record((folder / RECORD_NAME).read_bytes())
        play = Play.replay(case_of(folder), record.events)
    except (OSError, ProblemsError, RecordError, RefusedError):
        return True
    return decision_id not in play.picks and not play.finished
