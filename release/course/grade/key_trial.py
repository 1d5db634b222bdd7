"""A key that has changed, tried on a class before anything is written: who would gain, and who would lose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from graders.gradebook.access import open_gradebook
from graders.gradebook.sheet import read_sheet, read_standings
from graders.grading.case_grader import CaseGrader
from graders.grading.cell_names import decision_of, is_decision
from graders.grading.note import read_note
from graders.grading.submission import play_ids
from release.course.grade.course_settings import course_settings
from release.course.grade.grade_checks import check_decisions, released_cases, released_notebook, weights_of
from release.course.grade.rescore import Rescored, changed_weights, result_change


def try_key(
    course: Path, case: str, keys: Path, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Rescored:
    """What grading the class again by the key in `keys` would change. Nothing is written.

    Whoever was graded by that key already is left out. Raises BadInputError where course, key or gradebook
    do not fit together.
    """
    settings = course_settings(course)
    root = settings.root
    released_cases(root, (case,))
    grader, now = CaseGrader.of(root / "release" / case, keys), clock()
    with open_gradebook(settings.db_url) as engine, engine.connect() as connection:
        sheet = read_sheet(connection, case)
        standings = read_standings(connection, sheet)
    weights = weights_of(grader)
    check_decisions(case, weights, sheet, released_notebook(root, case))
    before = {decision_of(name): most for name, most in sheet.maxima.items() if is_decision(name)}
    shared = {play for play, names in play_ids(root / "submitted", case).items() if len(names) > 1}
    changes, versions, again = [], set(), 0
    for folder in sorted(root.glob(f"autograded/*/{case}")):
        student, old = folder.parent.name, read_note(folder)
        handed = root / "submitted" / student / case
        if old is None or old.key_digest == grader.key_digest or not handed.is_dir():
            continue
        again += 1
        versions.add(old.key_version)
        new = grader.grade(handed, shared=shared, now=now).note
        manual = standings[student].manual if student in standings else ()
        if (change := result_change(student, old, new, (before, weights), manual)) is not None:
            changes.append(change)
    return Rescored(
        case,
        tuple(sorted(versions)),
        grader.key.version,
        changed_weights(weights, before),
        tuple(changes),
        again,
        None,
    )
