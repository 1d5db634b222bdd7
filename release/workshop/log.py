"""The log of a workshop: one line for whatever happened, with the time of day, on standard error."""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

ProcessName = Literal["server", "writer", "kernel"]
# What names the form of the log in the environment.
FORM = "KASUSLAB_LOG"
LOG = logging.getLogger("kasuslab.workshop")
TELL_AGAIN_SECONDS = 60.0


class JsonFormatter(logging.Formatter):
    """Writes each line as a JSON object. process: which of a workshop's processes speaks."""

    def __init__(self, process: ProcessName) -> None:
        """Begin for one process."""
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        """The line: its moment in UTC to the millisecond, its level, the process, and the sentence."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        level = record.levelname.lower()
        line = {"at": at, "level": level, "process": self.process, "message": record.getMessage()}
        return json.dumps(line, ensure_ascii=False)


def tell_the_time(process: ProcessName, form: str | None) -> None:
    """From now on write each line with its time: of this machine's clock, or as JSON.

    form: "json" for that, as the environment names it under `FORM`; anything else is for people.
    """
    if LOG.handlers:
        return
    handler = logging.StreamHandler()
    plain = logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%d %H:%M:%S")
    handler.setFormatter(JsonFormatter(process) if form == "json" else plain)
    LOG.addHandler(handler)


class RareWarning:
    """A warning that stands in the log once a minute at most, however often there is reason for it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin without one. clock: seconds that never go back."""
        self._clock, self._last = clock, -math.inf

    def write(self, message: str, *values: object) -> None:
        """Write it, unless it was written within the last minute. values: what `message` is filled with."""
        now = self._clock()
        if now - self._last >= TELL_AGAIN_SECONDS:
            self._last = now
            LOG.warning(message, *values)
