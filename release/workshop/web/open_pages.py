"""The pages that participants have open: all of them are nudged where something changed for the room."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Protocol

from tornado.websocket import WebSocketClosedError

OPEN_PAGES = "kasuslab_open_pages"
# No message of a kernel's: the client asks its own kernel for the view anew.
REFRESH = json.dumps({"msg_type": "refresh", "channel": "iopub", "header": {}, "content": {}})


class Nudged(Protocol):
    """A page that can be told to ask for its view anew."""

    def nudge(self) -> None:
        """Tell it. Raises WebSocketClosedError."""
        ...


class OpenPages:
    """Every page with a live websocket."""

    def __init__(self) -> None:
        """None is open yet."""
        self._pages: set[Nudged] = set()

    def __len__(self) -> int:
        """How many are open."""
        return len(self._pages)

    def add(self, page: Nudged) -> None:
        """Note that a page is open."""
        self._pages.add(page)

    def remove(self, page: Nudged) -> None:
        """Note that a page is open no more."""
        self._pages.discard(page)

    def refresh(self) -> None:
        """Tell every page to ask for its view anew."""
        for page in tuple(self._pages):
            with suppress(WebSocketClosedError):
                page.nudge()
