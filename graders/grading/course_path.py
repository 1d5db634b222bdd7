"""What comes next for a trainee of a course, from the feedback that was given to them there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from graders.grading.case_grader import CaseGrader
from graders.grading.note import read_note
from graders.grading.submission import NotJudgedError
from graders.path import PathStep, Practice, next_step, offer_of, practice_of
from scenarios.directory.sectors import roles_of
from scenarios.engine.play import Play
from scenarios.library import CASE_FOLDER


def course_step(  # noqa: PLR0913, PLR0917 -- called once
    course: Path, trainee: str, sector: str | None, case: str, play: Play, keys: Path, now: datetime
) -> PathStep | None:
    """The next case of the course, or a lesson; None where nothing is left.

    case, play: what the trainee is given feedback on now. Beside it only what they were given feedback on
    before counts, so that no reason tells of a play whose feedback is still to come. There is one play a case
    here, so that none comes again. Raises ProblemsError.
    """
    graders = {grader.case.id: grader for grader in _assignments(course, keys)}
    practised = [(_begun(play), practice_of(play.case, play, graders[case].key))]
    given = _places(course / "feedback" / trainee)
    for grader in graders.values():
        if grader.case.id in given and grader.case.id != case:
            practised += _practised(course, trainee, grader, now)
    offers = [
        replace(offer_of(grader.case, grader.key), variants=())
        for grader in graders.values()
        if grader.case.use == "practice"
    ]
    ordered = [one for _, one in sorted(practised, key=lambda pair: pair[0])]
    handed_in = _places(course / "submitted" / trainee) - {one.case for one in ordered}
    return next_step(ordered, offers, roles_of(sector), handed_in)


def _assignments(course: Path, keys: Path) -> Iterator[CaseGrader]:
    for folder in sorted((course / "release").glob("*/")):
        if (folder / CASE_FOLDER / "case.yaml").exists():
            yield CaseGrader.of(folder, keys)


def _practised(
    course: Path, trainee: str, grader: CaseGrader, now: datetime
) -> Iterator[tuple[str, Practice]]:
    note = read_note(course / "autograded" / trainee / grader.case.id)
    if note is None or note.reason is not None:
        return
    try:
        play = grader.read(course / "submitted" / trainee / grader.case.id, now=now).play
    except NotJudgedError:  # another record stands there since
        return
    yield _begun(play), practice_of(play.case, play, grader.key)


def _begun(play: Play) -> str:
    return play.started.at if play.started is not None else ""


def _places(folder: Path) -> set[str]:
    return {place.name for place in folder.glob("*/")} if folder.is_dir() else set()
