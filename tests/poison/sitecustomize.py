"""A workshop whose PYTHONPATH names this folder: its kernels do what a message of the type “poison” asks for.

No message of a player's ends, holds up or fills a kernel; what follows where one does is to be seen all the
same.
"""

from __future__ import annotations

import os
import signal
import sys


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _loop() -> None:
    while True:
        pass


def _grow() -> None:
    _BALLAST.append(b"x" * (400 * 1024 * 1024))


def _fail() -> None:
    raise RuntimeError("a failure of ours")


_BALLAST: list[bytes] = []
_DEEDS = {"kill": _kill, "loop": _loop, "grow": _grow, "fail": _fail}

if "release.workshop.kernel" in sys.orig_argv:
    from widgets.conversation import Conversation

    _answer = Conversation.answer

    def _poisoned(self, content, at=None):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        if isinstance(content, dict) and content.get("type") == "poison":
            _DEEDS[content["deed"]]()
            content = {"type": "ping", "at": 0}
        return _answer(self, content, at)

    Conversation.answer = _poisoned  # type: ignore[method-assign]
