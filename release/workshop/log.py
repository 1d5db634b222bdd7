"""The log of a workshop: one line for whatever happened, with the time of day, on standard error."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable

LOG = logging.getLogger("kasuslab.workshop")
TELL_AGAIN_SECONDS = 60.0


def tell_the_time() -> None:
    """From now on write each line with the time of this machine's clock."""
    if LOG.handlers:
        return
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%d %H:%M:%S"))
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
