"""What one graded submission puts into the gradebook.

No database is imported here, since every worker process that grades makes these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

NO_RESPONSE = "No response."  # nbgrader's own words for an answer's cell that is as it was released

Penalty: TypeAlias = Callable[[str, float, float], float | None]  # of a student, its score, and seconds late


@dataclass(frozen=True, slots=True)
class GradeEntry:
    """What one graded submission puts into the gradebook.

    handed_in: in UTC, without a time zone; None leaves what is there. scores: by cell, None where
    only a person can say. unanswered: the answers' cells that stand as they were released.
    """

    student: str
    handed_in: datetime | None
    scores: Mapping[str, float | None]
    unanswered: frozenset[str] = frozenset()
    comment: str | None = None
