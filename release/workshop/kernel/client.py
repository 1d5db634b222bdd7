"""The kernel's line to the writer: many threads ask over one connection, dialled again where it broke.

Imported by every kernel, so it imports no database and no grader.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from typing import cast

from release.workshop.wire import Address, Answer, AnswerLine, CasesAnswer, Request, question_line

PATIENCE = 6.0
PAUSE = 0.05
_MOST_AT_ONCE = 64 * 1024


class WriterSilentError(OSError):
    """The writer does not answer, or does not do what it was asked."""


class WriterClient:
    """A kernel's way to the writer. Many threads may ask at once: each waits for its own answer alone.

    What was unanswered when the connection broke is asked again: the writer keeps nothing twice.
    """

    def __init__(
        self,
        address: Address,
        *,
        patience: float = PATIENCE,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Dial when the first question is asked. patience: seconds that a question waits for its answer."""
        self._address, self._patience, self._sleep = address, patience, sleep
        self._dialling = threading.Lock()
        self._line: _WriterLine | None = None
        self._waits = _Waits()
        self._offer: CasesAnswer | None = None

    def ask(self, request: Request) -> Answer:
        """The answer to `request`. Raises WriterSilentError."""
        deadline = time.monotonic() + self._patience
        with self._waits.counted():
            while (left := deadline - time.monotonic()) > 0:
                with contextlib.suppress(OSError):
                    return self._connected().ask(request, left)
                self._sleep(PAUSE)
        raise WriterSilentError("The workshop's writer does not answer this page.")

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
        return self._waits.seconds()

    def close(self) -> None:
        """Close the connection."""
        with self._dialling:
            if self._line is not None:
                self._line.close()
            self._line = None

    def _connected(self) -> _WriterLine:
        with self._dialling:
            if self._line is None or self._line.ended:
                self._line = None
                self._line = _WriterLine(_dialled(self._address, self._patience))
            return self._line


class _WriterLine:
    """One connection: each question goes out at once, and each answer to whoever waits for it."""

    def __init__(self, end: socket.socket) -> None:
        """Listen at `end`."""
        self.ended = False
        self._socket, self._numbers = end, itertools.count(1)
        self._sending, self._state = threading.Lock(), threading.Lock()
        self._unanswered: dict[int, Future[Answer]] = {}
        self._listener = threading.Thread(target=self._listen, name="answers of the writer", daemon=True)
        self._listener.start()

    def ask(self, request: Request, seconds: float) -> Answer:
        """The answer. Raises OSError where the line breaks, or where it takes longer than `seconds`."""
        number, future = next(self._numbers), Future[Answer]()
        with self._state:
            if self.ended:
                raise ConnectionResetError
            self._unanswered[number] = future
        try:
            self._send(question_line(number, request))
            return future.result(seconds)
        finally:
            self._unanswered.pop(number, None)

    def close(self) -> None:
        """Hang up, and wait until whoever waits for an answer has been told."""
        self._hang_up()
        self._listener.join()

    def _send(self, line: bytes) -> None:
        try:
            with self._sending:
                self._socket.sendall(line)
        except OSError:  # a part of the line may be out: nothing can follow it
            self._hang_up()
            raise

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def _listen(self) -> None:
        try:
            with self._socket, contextlib.suppress(OSError, ValueError):
                for line in self._lines():
                    self._hand_over(cast("AnswerLine", json.loads(line)))
        finally:
            with self._state:
                self.ended = True
                unanswered = list(self._unanswered.values())
            for future in unanswered:
                future.set_exception(ConnectionResetError())

    def _lines(self) -> Iterator[bytes]:
        begun = b""
        while True:
            try:
                data = self._socket.recv(_MOST_AT_ONCE)
            except TimeoutError:  # the patience is for sending: that nothing is answered may just be quiet
                continue
            if not data:
                return
            *lines, begun = (begun + data).split(b"\n")
            yield from lines

    def _hand_over(self, message: AnswerLine) -> None:
        future = self._unanswered.pop(message["id"], None)
        if future is not None:  # whoever asked may have given up
            future.set_result(message["answer"])


class _Waits:
    """How long each thread has waited for the writer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._before: dict[int, float] = {}
        self._since: dict[int, float] = {}

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count what this thread does within it as waiting."""
        thread = threading.get_ident()
        with self._lock:
            self._since[thread] = time.monotonic()
        try:
            yield
        finally:
            with self._lock:
                waited = time.monotonic() - self._since.pop(thread)
                self._before[thread] = self._before.get(thread, 0.0) + waited

    def seconds(self) -> dict[int, float]:
        with self._lock:
            now = time.monotonic()
            current = {thread: now - since for thread, since in self._since.items()}
            threads = self._before.keys() | current.keys()
            return {each: self._before.get(each, 0.0) + current.get(each, 0.0) for each in threads}


def _dialled(address: Address, patience: float) -> socket.socket:
    """A connection to the writer; one that takes nothing for `patience` seconds breaks."""
    if address.path is None:
        end = socket.create_connection(("127.0.0.1", address.port), patience)
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return end
    end = socket.socket(socket.AF_UNIX)
    try:
        end.settimeout(patience)
        end.connect(str(address.path))
    except OSError:
        end.close()
        raise
    return end
