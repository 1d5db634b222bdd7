"""The websocket by which Chromium and Firefox are driven: questions with numbers, answers, and events."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.browser.engines.engine import EngineError

PATIENCE = 30.0


class Wire:
    """A line to a browser. events: all that it told unasked, oldest first."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._asked = 0
        self.events: list[dict[str, Any]] = []

    def ask(self, method: str, **params: object) -> dict[str, Any]:
        """What the browser answers. Raises EngineError."""
        self._asked += 1
        self._socket.send(json.dumps({"id": self._asked, "method": method, "params": params}))
        deadline = time.monotonic() + PATIENCE
        while (message := self._next(deadline)).get("id") != self._asked:
            pass
        if "error" in message:
            raise EngineError(f"{method}: {message['error']} {message.get('message', '')}")
        answer: dict[str, Any] = message["result"]
        return answer

    def await_event(self, method: str, *, after: int) -> None:
        """Wait for an event that comes after the first so many."""
        deadline = time.monotonic() + PATIENCE
        while not any(event["method"] == method for event in self.events[after:]):
            self._next(deadline)

    def _next(self, deadline: float) -> dict[str, Any]:
        text = self._socket.recv(timeout=max(0.0, deadline - time.monotonic()))
        message: dict[str, Any] = json.loads(text)
        if "id" not in message:
            self.events.append(message)
        return message


@contextmanager
def open_wire(url: str) -> Iterator[Wire]:
    """A line to the browser that listens there."""
    with connect(url, proxy=None, max_size=None, ping_interval=None) as socket:
        yield Wire(socket)
