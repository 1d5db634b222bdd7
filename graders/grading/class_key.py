"""The key by which the class of a case was graded: the lab's own, or the copy that the course keeps of it.

Copies stand in ``.keys/<case>/<digest>`` of the course, on the facilitator's machine alone, as reports do.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from graders.grading.case_grader import key_digest
from graders.grading.note import read_note
from scenarios.course_card import case_of

SHELF = ".keys"


def stored_key(course: Path, case: str, digest: str) -> Path | None:
    """The folder of the key of that digest; None where the course has no copy of it."""
    folder = course / SHELF / case / digest
    return folder if digest and any(folder.glob("*.yaml")) else None


def used_digest(course: Path, case: str) -> str:
    """The digest of the key by which most of the class was graded, "" where nobody was."""
    notes = map(read_note, sorted(place for place in course.glob(f"autograded/*/{case}") if place.is_dir()))
    counts = Counter(note.key_digest for note in notes if note is not None)
    return counts.most_common(1)[0][0] if counts else ""


def class_key(course: Path, case: str, keys: Path) -> Path | None:
    """The folder of the key by which the class of a case is graded, so that all are treated alike.

    `keys`, the lab's, where nobody was graded by another; else the course's own copy, None where it has none.
    Raises ProblemsError.
    """
    digest = used_digest(course, case)
    try:
        is_same = digest in {"", key_digest(case, keys, case_of(course / "release" / case).languages)}
    except OSError:  # whoever grades by it says that it is missing
        is_same = True
    return keys if is_same else stored_key(course, case, digest)


def earlier_key(course: Path, case: str) -> Path | None:
    """The key by which the class was graded before the one of now; None where the course has none."""
    now = used_digest(course, case)
    folders = [
        folder
        for folder in (course / SHELF / case).glob("*")
        if folder.name != now and any(folder.glob("*.yaml"))
    ]
    return max(folders, key=lambda folder: folder.stat().st_mtime_ns, default=None)
