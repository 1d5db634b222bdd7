"""What each command that opens a course does first: what was kept long enough is forgotten."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from release.options import err


def clear_in_time(course: Path) -> None:
    """Forget what the course kept long enough; its trainees were told when."""
    from release.course.retention import may_be_over  # noqa: PLC0415 -- only what opens a course asks

    if not may_be_over(course, datetime.now(UTC)):
        return
    from release.course import personal_data  # noqa: PLC0415 -- nbgrader takes seconds to import

    cleared = personal_data.clear_in_time(course)
    if cleared is not None:
        err.print(cleared.in_time(course), markup=False, soft_wrap=True)
