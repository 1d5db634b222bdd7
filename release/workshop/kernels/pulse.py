"""Which kernels owe an answer, and since when: one that loops is ended, and its page gets another.

A kernel that answers nothing is not dead to the machine, and its page loaded again would get it again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from release.workshop.log import LOG

# After so many seconds without any answer a kernel is ended; no move takes a tenth of it.
STUCK_SECONDS = 30.0
# A page that is loaded again does not get a kernel that has owed an answer for so long.
SLOW_SECONDS = 4.0
PROBE_SECONDS = 2.0
LOOK_SECONDS = 1.0


class Pulse:
    """The answers that kernels owe, and since when. clock: seconds that never go back."""

    def __init__(self, *, stuck: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing owed. stuck: seconds until a kernel is ended, `STUCK_SECONDS` if left out."""
        self._stuck, self._clock = STUCK_SECONDS if stuck is None else stuck, clock
        self._owed: dict[str, float] = {}
        self._probed: set[str] = set()
        self._looked = clock()

    def note_question(self, kernel: str) -> None:
        """Note that something was asked of a kernel."""
        self._owed.setdefault(kernel, self._clock())

    def note_answer(self, kernel: str) -> None:
        """Note that a kernel sent a message of any kind."""
        self._owed.pop(kernel, None)
        self._probed.discard(kernel)

    def slow(self, kernel: str) -> bool:
        """Whether a kernel has owed an answer for longer than a move takes."""
        since = self._owed.get(kernel)
        return since is not None and self._clock() - since >= SLOW_SECONDS

    def silent(self) -> list[str]:
        """The kernels to probe, each once: not every message has an answer."""
        now = self._clock()
        silent = {kernel for kernel, since in self._owed.items() if now - since >= PROBE_SECONDS}
        new = sorted(silent - self._probed)
        self._probed |= silent
        return new

    def stuck(self) -> list[str]:
        """The kernels that have owed an answer for too long; each is named once.

        Where the server itself was delayed, their answers may still lie unread: they get their time once
        more.
        """
        now = self._clock()
        late, self._looked = now - self._looked > 3 * LOOK_SECONDS, now
        if late:
            self._owed = dict.fromkeys(self._owed, now)
        stuck = [kernel for kernel, since in self._owed.items() if now - since >= self._stuck]
        for kernel in stuck:
            self.note_answer(kernel)
        return stuck

    async def watch(self, probe: Callable[[str], None], end: Callable[[str], Awaitable[None]]) -> None:
        """Probe every kernel that is silent, and end every one that is stuck, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            for kernel in self.silent():
                probe(kernel)
            for kernel in self.stuck():
                LOG.error("A kernel answered nothing for %g seconds; it was ended.", self._stuck)
                await end(kernel)
