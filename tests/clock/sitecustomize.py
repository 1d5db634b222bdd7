"""The clock of a process whose PYTHONPATH names this folder: as many seconds off as the file TEST_CLOCK says.

The machine's own clock is not a test's to set. What is shown is what each process of a workshop asks for.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from pathlib import Path

_FILE = Path(os.environ["TEST_CLOCK"])
_true_time = time.time


def _seconds_off() -> float:
    return float(_FILE.read_text(encoding="ascii") or 0)


class _ShiftedDatetime(dt.datetime):
    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> _ShiftedDatetime:
        return super().now(tz) + dt.timedelta(seconds=_seconds_off())


time.time = lambda: _true_time() + _seconds_off()
dt.datetime = _ShiftedDatetime  # type: ignore[misc]
