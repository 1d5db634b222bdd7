"""What nbgrader's exchange lays beside a submission, and wants to see again beside what was graded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from graders.grading.submission import TIMESTAMP, NotJudgedError, plain_bytes
from graders.nbgrader.timestamp import timestamp_text

# Drawn by whoever handed in: under a name made of it lies the feedback, so that nobody else finds that.
SECRET = "submission_secret.txt"  # noqa: S105 -- the name of the file
COMPANIONS = frozenset({TIMESTAMP, SECRET})
_SECRET_TEXT = re.compile(rb"[0-9a-f]{128}")


def companions(submitted: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of those that stand beside a submission, each where it is what nbgrader writes."""
    moment = timestamp_text(submitted)
    if moment is not None:
        yield TIMESTAMP, f"{moment}\n".encode()
    try:
        secret = plain_bytes(submitted / SECRET, 200)
    except NotJudgedError:
        return
    if _SECRET_TEXT.fullmatch(secret):
        yield SECRET, secret
