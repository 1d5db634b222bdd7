"""The trial of pages that had something unanswered when their host ended: one of them may have ended it.

Each of them is asked at once to send that again. It reaches one host apart from the others, a few pages at a
time; where that ends as well, page by page, so that what ends a host again is told by whose turn it was.
"""

from __future__ import annotations

from collections.abc import Callable

from release.workshop.kernels.host import Host, PageLine

# Whoever sends nothing again within so many seconds sleeps, or has nothing to send: it is let on then.
TRIAL_SECONDS = 2.0
# So many are on trial together, until a host ends under them.
TOGETHER = 16


class Trial:
    """The suspects, in their order. on_answer: called after each answer to one of them that was shown."""

    def __init__(self, on_answer: Callable[[PageLine], None]) -> None:
        """Begin without any suspect."""
        self._on_answer = on_answer
        # How many frames each owes, and until when these are waited for.
        self._waiting: dict[PageLine, tuple[int, float]] = {}
        # Under whom a second host has ended: each of them is tried alone, before anybody else.
        self._close: set[PageLine] = set()
        self.host: Host | None = None
        self.current: set[PageLine] = set()

    def __bool__(self) -> bool:
        """Whether anybody is on trial, or waits for it."""
        return bool(self.current or self._waiting)

    def add(self, line: PageLine, owed: int, now: float) -> None:
        """Let a suspect wait for its turn. owed: how many frames it was asked to send again."""
        self._waiting[line] = owed, now + TRIAL_SECONDS

    def drop(self, line: PageLine) -> None:
        """Know a page no more."""
        self._waiting.pop(line, None)
        self._pass(line)

    def note_answer(self, line: PageLine) -> None:
        """Note that a page was answered: whoever is owed nothing more has passed."""
        if not line.unanswered:
            self._pass(line)

    def go_on(self, now: float) -> None:
        """Let on whoever is next, where there is room for one more."""
        while self.host is not None and self._has_room() and (line := self._next(now)) is not None:
            del self._waiting[line]
            self.host.seat_line(line, self._on_answer)
            if line.unanswered:
                self.current.add(line)
            else:
                self._close.discard(line)

    def culprit(self, host: Host) -> PageLine | None:
        """Whose frame has ended `host`, where a trial was held there; no trial is held there any more.

        None also where it may have been that of several: they are tried one after the other from now on.
        """
        if host is not self.host:
            return None
        owing = {line for line in self.current if line.unanswered}
        self.host, self.current = None, set()
        self._close = (self._close | owing) if len(owing) > 1 else self._close - owing
        return owing.pop() if len(owing) == 1 else None

    def _has_room(self) -> bool:
        return len(self.current) < (1 if self._close else TOGETHER)

    def _pass(self, line: PageLine) -> None:
        self.current.discard(line)
        self._close.discard(line)

    def _next(self, now: float) -> PageLine | None:
        ready = (
            line
            for line, (owed, until) in self._waiting.items()
            if (len(line.unanswered) >= owed or now >= until) and (not self._close or line in self._close)
        )
        return next(ready, None)
