"""The trial of pages that had something unanswered when their host ended: one of them may have ended it.

Each of them is asked at once to send that again. It reaches a host page by page, one host apart from the
others, so that what ends a host again is told by whose turn it was.
"""

from __future__ import annotations

from collections.abc import Callable

from release.workshop.kernels.host import Host, PageLine

# Whoever sends nothing again within so many seconds sleeps, or has nothing to send: it is let on then.
TRIAL_SECONDS = 2.0


class Trial:
    """The suspects, in their order. on_answer: called after each answer to one of them that was shown."""

    def __init__(self, on_answer: Callable[[PageLine], None]) -> None:
        """Begin without any suspect."""
        self._on_answer = on_answer
        # How many frames each owes, and until when these are waited for.
        self._waiting: dict[PageLine, tuple[int, float]] = {}
        self.host: Host | None = None
        self.current: PageLine | None = None

    def __bool__(self) -> bool:
        """Whether anybody is on trial, or waits for it."""
        return self.current is not None or bool(self._waiting)

    def add(self, line: PageLine, owed: int, now: float) -> None:
        """Let a suspect wait for its turn. owed: how many frames it was asked to send again."""
        self._waiting[line] = owed, now + TRIAL_SECONDS

    def drop(self, line: PageLine) -> None:
        """Know a page no more."""
        self._waiting.pop(line, None)
        if line is self.current:
            self.current = None

    def note_answer(self, line: PageLine) -> None:
        """Note that a page was answered: whoever is owed nothing more has passed."""
        if line is self.current and not line.unanswered:
            self.current = None

    def go_on(self, now: float) -> None:
        """Let on whoever is next, where the last one has passed."""
        while self.current is None and self.host is not None and (line := self._next(now)) is not None:
            del self._waiting[line]
            self.host.seat_line(line, self._on_answer)
            self.current = line if line.unanswered else None

    def _next(self, now: float) -> PageLine | None:
        ready = (
            line
            for line, (owed, until) in self._waiting.items()
            if len(line.unanswered) >= owed or now >= until
        )
        return next(ready, None)

    def culprit(self, host: Host) -> PageLine | None:
        """Whose frame has ended `host`, where a trial was held there; no trial is held there any more."""
        if host is not self.host:
            return None
        line, self.host, self.current = self.current, None, None
        return line if line is not None and line.unanswered else None
