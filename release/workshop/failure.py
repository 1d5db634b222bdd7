"""Failures: why a workshop does not start, and what the log tells of an error that nobody foresaw."""

from __future__ import annotations

import traceback
from pathlib import Path

from scenarios.documents.problem import BadInputError


class WorkshopRefusedError(BadInputError):
    """The workshop does not start; a sentence that says why, and what to do."""


def kind_and_place(error: BaseException) -> str:
    """The kind of an error and the line of code that raised it: nothing of who asked or what was sent."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"
