"""Pages prepared before anybody asks: each a kernel that has run the notebook, and what Voilà made of it.

Rendering a page costs the server far more than handing it out, so an arrival takes one that is ready.
New ones are prepared one at a time when no one is arriving.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from release.workshop.failure import kind_and_place
from release.workshop.log import LOG

AT_ONCE = 4
CALM_SECONDS = 1.5
SPARE = 2
# Between two tries where pages cannot be prepared.
MOST_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Prepared:
    """A page's part that Voilà rendered, and the kernel behind it."""

    kernel: str
    html: str


class PagePool:
    """Keeps `size` pages ready. prepare: makes one; lives: whether a kernel still runs.

    in_use: the pages that were handed out, by their kernel, as long as it runs.
    """

    def __init__(  # noqa: PLR0913 -- each by its name
        self,
        prepare: Callable[[], Awaitable[Prepared]],
        lives: Callable[[str], bool],
        size: int,
        *,
        calm: float = CALM_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        free: Callable[[], int] | None = None,
    ) -> None:
        """Begin without any page.

        calm: how long after an arrival a page may be prepared, in seconds; free: how many may still
        arrive, for whom alone pages are prepared again, beside `SPARE` for whoever loads one anew.
        """
        self._calm = calm
        self._free = free
        self._prepare, self._lives, self._size, self._clock = prepare, lives, size, clock
        self._ready: deque[Prepared] = deque()
        self.in_use: dict[str, Prepared] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._short = asyncio.Event()
        self._last_arrival = 0.0
        self._refilling: asyncio.Task[None] | None = None
        self._stopped = False

    def __contains__(self, kernel: str) -> bool:
        """Whether a kernel waits in the pool for a page to be opened."""
        return any(page.kernel == kernel for page in self._ready)

    def __len__(self) -> int:
        """How many pages are ready."""
        return len(self._ready)

    async def fill(self, on_progress: Callable[[int], None] = lambda _count: None) -> None:
        """Prepare until `size` pages are ready, and from then on keep as many ready.

        on_progress: called with the number of ready pages after each. Raises what `prepare` raises.
        """

        async def one() -> None:
            async with self._slots:
                self._ready.append(await self._prepare())
            on_progress(len(self))

        async with asyncio.TaskGroup() as group:
            for _ in range(self._size - len(self)):
                group.create_task(one())
        self._refilling = asyncio.create_task(self._keep_full())

    async def take(self) -> Prepared:
        """A page of its own for whoever arrives, prepared now where none is ready."""
        self._last_arrival = self._clock()
        self._short.set()
        while self._ready:
            page = self._ready.popleft()
            if self._lives(page.kernel):
                return self._give(page)
        async with self._slots:
            return self._give(await self._prepare())

    def _give(self, page: Prepared) -> Prepared:
        self.in_use = {kernel: one for kernel, one in self.in_use.items() if self._lives(kernel)}
        self.in_use[page.kernel] = page
        return page

    async def stop(self) -> None:
        """Prepare no more.

        A preparation may make another error of being cancelled: nbclient takes it for a kernel's death.
        """
        self._stopped = True
        if self._refilling is not None:
            self._refilling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._refilling

    def _wanted(self) -> int:
        return self._size if self._free is None else min(self._size, max(SPARE, self._free()))

    async def _keep_full(self) -> None:
        pause = self._calm
        while not self._stopped:
            await self._short.wait()
            while len(self) < self._wanted() and not self._stopped:
                if (left := self._last_arrival + self._calm - self._clock()) > 0:
                    await asyncio.sleep(left)
                    continue
                try:
                    self._ready.append(await self._prepare())
                    pause = self._calm
                except Exception as error:  # noqa: BLE001 -- whatever it was, it is tried again
                    if self._stopped:
                        return
                    LOG.error("A page could not be prepared: %s.", kind_and_place(error))
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, MOST_SECONDS)
            self._short.clear()
