"""What is handed out under a code that works once and for a short time; in memory alone.

After a restart no code that was handed out before works any more, so that none is ever used twice.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from release.workshop.hall_wire import CodeUse

T = TypeVar("T")

# How long a code works, in seconds: a platform's own login may stand between ours and its answer, somebody
# may read what this is before they go in, and a teacher sees her course until she comes from there again.
CODE_SECONDS: Mapping[CodeUse, float] = {"login": 600.0, "entry": 1800.0, "class": 12 * 3600.0}
# How many may wait at once; the oldest give way. Whoever asks for many is held up before: see the throttles.
MOST_WAITING = 50_000


class Once(Generic[T]):
    """Values by codes, each to be taken once."""

    def __init__(self, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with none. seconds: how long a code works; clock: seconds that never go back."""
        self._seconds, self._clock = seconds, clock
        self._waiting: dict[str, tuple[float, T]] = {}

    def __len__(self) -> int:
        """How many codes wait, over or not."""
        return len(self._waiting)

    def put(self, value: T) -> str:
        """A new code for `value`."""
        self._sweep()
        code = secrets.token_urlsafe(24)
        self._waiting[code] = (self._clock() + self._seconds, value)
        return code

    def take(self, code: str) -> T | None:
        """What was put under `code`, which works no more then; None where it does not work."""
        until, value = self._waiting.pop(code, (0.0, None))
        return value if until > self._clock() else None

    def look(self, code: str) -> T | None:
        """The same, and the code goes on working."""
        until, value = self._waiting.get(code, (0.0, None))
        return value if until > self._clock() else None

    def _sweep(self) -> None:
        now = self._clock()
        # They were put in the order in which their time ends.
        for code in list(self._waiting):
            if self._waiting[code][0] > now and len(self._waiting) < MOST_WAITING:
                break
            del self._waiting[code]
