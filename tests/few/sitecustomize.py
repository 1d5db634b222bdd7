"""A workshop whose PYTHONPATH names this folder: few tries of each kind are let through at once.

A test that uses them up would otherwise have to ask a hundred times.
"""

from __future__ import annotations

import sys

if "release.workshop.writer.writer" in sys.orig_argv:
    from release.workshop.seats.throttle import Rate, Throttle
    from release.workshop.writer.servers import hall

    def _few(at_once: int) -> Throttle:
        return Throttle(Rate(at_once, 6), Rate(4 * at_once, 60), what="a test")

    _room_throttles = hall.room_throttles
    hall.room_throttles = lambda: {
        **_room_throttles(),
        "join": _few(120),
        "resume": _few(20),
        "code": _few(20),
    }
