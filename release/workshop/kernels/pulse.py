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
    """What kernels owe. clock: seconds that never go back."""

    def __init__(self, *, stuck: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is owed. stuck: the seconds after which a kernel is ended, `STUCK_SECONDS` if left out."""
        self._stuck, self._clock = STUCK_SECONDS if stuck is None else stuck, clock
        self._owed: dict[str, float] = {}
        self._probed: set[str] = set()
        self._looked = clock()

    def asked(self, kernel: str) -> None:
        """Note that something was asked of a kernel."""
        self._owed.setdefault(kernel, self._clock())

    def heard(self, kernel: str) -> None:
        """Note that a kernel said something, whatever it was."""
        self._owed.pop(kernel, None)
        self._probed.discard(kernel)

    def slow(self, kernel: str) -> bool:
        """Whether a kernel has owed an answer for longer than a move takes."""
        since = self._owed.get(kernel)
        return since is not None and self._clock() - since >= SLOW_SECONDS

    def silent(self) -> list[str]:
        """The kernels that are to be asked whether they answer at all: not every message has an answer."""
        now = self._clock()
        found = {kernel for kernel, since in self._owed.items() if now - since >= PROBE_SECONDS}
        new = sorted(found - self._probed)
        self._probed |= found
        return new

    def stuck(self) -> list[str]:
        """The kernels that have owed an answer for too long; they are asked after once.

        Where the server itself was held up, what they answered may still lie unread: they get their time
        once more.
        """
        now = self._clock()
        late, self._looked = now - self._looked > 3 * LOOK_SECONDS, now
        if late:
            self._owed = dict.fromkeys(self._owed, now)
        found = [kernel for kernel, since in self._owed.items() if now - since >= self._stuck]
        for kernel in found:
            self.heard(kernel)
        return found

    async def watch(self, probe: Callable[[str], None], end: Callable[[str], Awaitable[None]]) -> None:
        """Probe every kernel that is silent, and end every one that is stuck, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            for kernel in self.silent():
                probe(kernel)
            for kernel in self.stuck():
                LOG.error("A kernel answered nothing for %g seconds; it was ended.", self._stuck)
                await end(kernel)
