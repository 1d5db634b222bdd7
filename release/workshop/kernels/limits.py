"""The limits of the server's process, raised as far as they go: each phone costs it files."""

from __future__ import annotations

import zmq

from release.workshop.kernels.capacity import raise_open_files

MOST_SOCKETS = 16_384


def raise_limits(context: zmq.Context[zmq.Socket[bytes]]) -> None:
    """Let this process open as many files as it may, and `context` as many sockets as a large room needs.

    context: of the kernels; it has opened no socket yet, or the change comes too late.
    """
    raise_open_files()
    context.set(zmq.MAX_SOCKETS, min(MOST_SOCKETS, context.get(zmq.SOCKET_LIMIT)))
