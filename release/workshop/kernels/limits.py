"""The limits of the server's process, raised as far as they go: each kernel costs it files and sockets."""

from __future__ import annotations

import contextlib
import sys

import zmq

MOST_SOCKETS = 16_384


def raise_limits(context: zmq.Context[zmq.Socket[bytes]]) -> None:
    """Let this process open as many files as it may, and `context` as many sockets as a large room needs.

    context: of the kernels; it has opened no socket yet, or the change comes too late.
    """
    raise_open_files()
    context.set(zmq.MAX_SOCKETS, min(MOST_SOCKETS, context.get(zmq.SOCKET_LIMIT)))


def raise_open_files() -> int:
    """Raise the limit of open files as far as it goes; what it is now. On Windows there is none to raise."""
    if sys.platform == "win32":
        return 8192
    import resource  # noqa: PLC0415 -- there is none on Windows

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):  # macOS names no limit where there is one
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return soft
