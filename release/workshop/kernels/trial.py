"""The trial of pages that had something unanswered when their host ended: one of them may have ended it.

They are let on one after the other, on one host apart from the others, so that what ends a host again is told
by whose turn it was.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from release.workshop.kernels.host import Host, PageLine

# Whoever sends nothing again within so many seconds sleeps, or has nothing to send: the next one is let on.
TRIAL_SECONDS = 2.0


class Trial:
    """The suspects, in their order. on_answer: called after each answer to one of them that was shown."""

    def __init__(self, on_answer: Callable[[PageLine], None]) -> None:
        """Begin without any suspect."""
        self._on_answer = on_answer
        self._waiting: deque[PageLine] = deque()
        self._owed = 0
        self._until = 0.0
        self.host: Host | None = None
        self.current: PageLine | None = None

    def __bool__(self) -> bool:
        """Whether anybody is on trial, or waits for it."""
        return self.current is not None or bool(self._waiting)

    def add(self, suspects: Iterable[PageLine]) -> None:
        """Let suspects wait for their turn."""
        for line in suspects:
            line.is_held = True
            self._waiting.append(line)

    def drop(self, line: PageLine) -> None:
        """Know a page no more."""
        if line in self._waiting:
            self._waiting.remove(line)
        if line is self.current:
            self.current = None

    def note_answer(self, line: PageLine) -> None:
        """Note that a page was answered: whoever got all that was owed has passed."""
        if line is self.current:
            self._owed -= 1
            if self._owed <= 0 and not line.unanswered:
                self.current = None

    def go_on(self, now: float) -> None:
        """Let the next suspect on, where the last one has passed."""
        if self.current is not None and now >= self._until and not self.current.unanswered:
            self.current = None
        if self.current is not None or not self._waiting or self.host is None:
            return
        line = self.current = self._waiting.popleft()
        self._owed, self._until = max(1, len(line.unanswered)), now + TRIAL_SECONDS
        self.host.seat_line(line, self._on_answer)
        line.let_on()

    def culprit(self, host: Host) -> PageLine | None:
        """Whose frame has ended `host`, where a trial was held there; the host holds none any more."""
        if host is not self.host:
            return None
        line, self.host, self.current = self.current, None, None
        return line if line is not None and line.unanswered else None
