"""How long a course keeps what was handed in. Cheap to ask, so that every command can begin with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from scenarios.course_card import CARD_NAME, read_course_card

# What the papers of a training leave in a course's folder, and what is forgotten with it.
PAPERS_FOLDER, CERTIFICATES = "papers", "certificates.csv"


def last_hand_in(course: Path) -> datetime | None:
    """When something was last put into ``submitted/``, in UTC; None where nothing stands there."""
    moments = [folder.lstat().st_mtime for folder in course.glob("submitted/*/*")]
    return datetime.fromtimestamp(max(moments), UTC) if moments else None


def may_be_over(course: Path, now: datetime) -> bool:
    """Whether the time may be over: it is counted from the last hand-in, or from a later due date.

    Raises ProblemsError where the course card cannot be read.
    """
    last = last_hand_in(course)
    if last is None or not (course / CARD_NAME).exists():
        return False
    return now >= last + timedelta(days=read_course_card(course).keep_days)
