"""A kernel's way to the writer: many threads ask over one line, and each waits for its own answer alone.

Imported by every kernel, so it imports no database and no grader.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

from release.workshop.wire import Address, Answer, CasesAnswer, Request
from release.workshop.writer_line import WriterLine, WriterSilentError

T = TypeVar("T")
PATIENCE = 6.0


class WriterClient:
    """A kernel's way to the writer, for all its threads. The line is in a loop of its own, in a thread."""

    def __init__(self, address: Address, *, patience: float = PATIENCE) -> None:
        """Dial when the first question is asked. patience: seconds that a question waits for its answer."""
        self._line, self._patience = WriterLine(address), patience
        self._loop: asyncio.AbstractEventLoop | None = None
        self._starting = threading.Lock()
        self._offer: CasesAnswer | None = None
        # By thread: since when it waits now, and how many seconds it had waited before.
        self._since: dict[int, float] = {}
        self._before: dict[int, float] = {}

    def ask(self, request: Request) -> Answer:
        """The answer to `request`. Raises WriterSilentError."""
        thread = threading.get_ident()
        self._since[thread] = since = time.monotonic()
        try:
            return self._in_loop(self._line.ask(request, self._patience))
        finally:
            self._before[thread] = self._before.get(thread, 0.0) + time.monotonic() - since
            del self._since[thread]

    def offer(self) -> CasesAnswer:
        """The cases of the workshop, asked for once: they never change. Raises WriterSilentError."""
        if self._offer is None:
            answer = self.ask({"ask": "cases"})
            if answer["answer"] != "cases":
                raise WriterSilentError("The workshop's writer names no cases.")
            self._offer = answer
        return self._offer

    def waiting(self) -> Mapping[int, float]:
        """How many seconds each thread, by its `threading.get_ident`, has waited for the writer in all."""
        now, seconds = time.monotonic(), self._before.copy()
        for thread, since in self._since.copy().items():
            seconds[thread] = seconds.get(thread, 0.0) + now - since
        return seconds

    def close(self) -> None:
        """Hang up; whoever waits is answered over another connection."""
        self._in_loop(self._line.close())

    def _in_loop(self, work: Coroutine[Any, Any, T]) -> T:
        with self._starting:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="line to writer", daemon=True).start()
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()
