"""What one seat may ask of the server, so that whatever loops in one browser touches nobody else."""

from __future__ import annotations

import time
from collections.abc import Callable

from release.workshop.seats.throttle import Rate, Throttle

# A seat has a page or two open, and for a moment more while it reconnects.
MOST_SOCKETS = 6
# What a socket may leave unread before it is closed: forty views.
MOST_UNREAD = 2 * 1024 * 1024
# What a page may have sent and not been answered: more than it may send at once.
MOST_UNANSWERED = 300
PAGES = Rate(60, 60)
SOCKETS = Rate(60, 60)
# A player sends some messages with each click; nobody clicks twenty times a second.
MESSAGES = Rate(200, 20 * 60)
_ALL = Rate(1_000_000, 60_000_000)


class SeatLimits:
    """How often a seat may load its page, connect, and say something. Nothing of this is stored."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing counted. clock: seconds that never go back."""
        self.pages, self.sockets, self.messages = (
            Throttle(rate, _ALL, clock=clock, counted_by=str) for rate in (PAGES, SOCKETS, MESSAGES)
        )
