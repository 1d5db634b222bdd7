"""The waiting line: as many seats as fit are in the room, and whoever comes then waits for a place.

A seat is in the room while it has a page open, and for some minutes after. Nothing of this is stored.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

# How long a place in the room is kept: after the last page was closed, and until the first one is open.
AWAY_SECONDS = 600.0
ARRIVE_SECONDS = 120.0
# How long a place in the waiting line is kept for a page that no longer asks.
SILENT_SECONDS = 120.0
# Who is to be dropped is looked for at most so often: each arrival would look at everybody else.
SWEEP_SECONDS = 1.0


@dataclass(slots=True)
class RoomPlace:
    """A seat's place in the room: its open pages, and until when it is kept while none is open.

    grace: for how many seconds it is kept once the last page was closed.
    """

    until: float
    pages: set[str] = field(default_factory=set)
    grace: float = AWAY_SECONDS


class WaitingLine:
    """Who is in the room, and who waits for it, in the order in which they came.

    seats: how many may be in the room; clock: seconds that never go back.
    """

    def __init__(self, seats: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with an empty room and nobody waiting."""
        self.seats = seats
        self._clock = clock
        self._places: dict[str, RoomPlace] = {}
        self._queue: dict[str, float] = {}
        self._left: set[str] = set()
        self._swept = -math.inf

    @property
    def present(self) -> int:
        """How many seats are in the room."""
        self._sweep()
        return len(self._places)

    @property
    def waiting(self) -> int:
        """How many seats wait."""
        self._sweep()
        return len(self._queue)

    def come(self, seat: str) -> int:
        """Let the seat in where there is room, 0 then; else its place in the waiting line, from 1.

        A waiting page calls this again and again, and so shows that somebody is still there.
        """
        self._sweep()
        self._left.discard(seat)
        now = self._clock()
        if seat in self._places:
            place = self._places[seat]
            place.until = max(place.until, now + ARRIVE_SECONDS)
            place.grace = AWAY_SECONDS
            return 0
        self._queue[seat] = now
        before = list(self._queue).index(seat)
        if before >= self.seats - len(self._places):
            return before + 1
        del self._queue[seat]
        self._places[seat] = RoomPlace(now + ARRIVE_SECONDS)
        return 0

    def open_page(self, seat: str, page: str) -> None:
        """Note that a page of the seat is open, by a name of its own.

        On a slow network the page of a phone that was handed on may open after its person has left: it keeps
        the place while it is open, and no longer.
        """
        self._queue.pop(seat, None)
        grace = 0.0 if seat in self._left else AWAY_SECONDS
        self._places.setdefault(seat, RoomPlace(self._clock(), grace=grace)).pages.add(page)

    def close_page(self, seat: str, page: str) -> None:
        """Note that a page of the seat is open no more."""
        place = self._places.get(seat)
        if place is not None and page in place.pages:
            place.pages.remove(page)
            place.until = max(place.until, self._clock() + place.grace)
            self._drop_if_over(seat, place)

    def leave(self, seat: str) -> None:
        """Give up the seat's place at once, or with its last page: the phone was handed on."""
        self._queue.pop(seat, None)
        self._left.add(seat)
        place = self._places.get(seat)
        if place is not None:
            place.grace, place.until = 0.0, self._clock()
            self._drop_if_over(seat, place)

    def _drop_if_over(self, seat: str, place: RoomPlace) -> None:
        if not place.pages and place.until <= self._clock():
            del self._places[seat]

    def _sweep(self) -> None:
        now = self._clock()
        if now - self._swept < SWEEP_SECONDS:
            return
        self._swept = now
        self._places = {
            seat: place for seat, place in self._places.items() if place.pages or place.until > now
        }
        self._queue = {
            seat: seen_at for seat, seen_at in self._queue.items() if seen_at + SILENT_SECONDS > now
        }
