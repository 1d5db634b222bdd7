"""What tests ask of this machine: a port that is free, and the time that something takes."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_until(holds: Callable[[], bool], what: str, patience: float = 20.0) -> None:
    """Return once `holds`; fail, saying `what` was waited for, after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < deadline, f"after {patience:g} seconds still not: {what}"
        time.sleep(0.05)
