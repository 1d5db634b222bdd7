"""The way back from a new key: grade a class again by the one of before, of which the course keeps a copy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from release.course.grade.grade import ClassGraded, grade_class
from release.course.grade.grade_checks import GradeError
from release.course.grade.key_shelf import earlier_key
from scenarios.documents.sentence import sentences_of

_sentence = sentences_of(Path(__file__).with_name("grade.yaml"))


def grade_by_earlier_key(
    course: Path, case: str, *, on_progress: Callable[[int, int], None] = lambda _done, _all: None
) -> ClassGraded:
    """Grade everybody of `case` again by the key of before. Raises BadInputError."""
    keys = earlier_key(course, case)
    if keys is None:
        raise GradeError(_sentence("no_earlier_key", case=case))
    return grade_class(course, (case,), keys=keys, rescore=True, on_progress=on_progress)
