"""Processes: how this one is asked to end."""

from __future__ import annotations

import asyncio
import signal


def ended_by_signal() -> asyncio.Event:
    """An event that Ctrl-C and SIGTERM set. To be called in the loop that waits for it."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, ended.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(ended.set))
    return ended
