"""The line of those who wait: so many seats are in the room at most, and who comes then waits for a place.

A seat is in the room while it has a page open, and for some minutes after. Nothing of this is kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

# How long a place in the room is kept: after the last page was closed, and until the first one is open.
AWAY_SECONDS = 600.0
ARRIVE_SECONDS = 120.0
# How long a place in the line is kept of whose page nothing is heard.
SILENT_SECONDS = 120.0


@dataclass(slots=True)
class Place:
    """A seat's place in the room: its open pages, and until when it is kept while there is none."""

    until: float
    pages: set[str] = field(default_factory=set)
    kept: float = AWAY_SECONDS


class WaitingLine:
    """Who is in the room, and who waits for it, in the order in which they came.

    seats: how many may be in the room; clock: seconds that never go back.
    """

    def __init__(self, seats: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Nobody has come yet."""
        self.seats = seats
        self._clock = clock
        self._room: dict[str, Place] = {}
        self._line: dict[str, float] = {}

    @property
    def present(self) -> int:
        """How many seats are in the room."""
        self._sweep()
        return len(self._room)

    @property
    def free(self) -> int:
        """How many seats there is still room for."""
        return max(0, self.seats - self.present)

    @property
    def waiting(self) -> int:
        """How many seats wait."""
        self._sweep()
        return len(self._line)

    def come(self, seat: str) -> int:
        """Let the seat in where there is room, 0 then; else its place in the line, from 1.

        Whoever waits says by this, again and again, that somebody is still there.
        """
        self._sweep()
        now = self._clock()
        if seat in self._room:
            place = self._room[seat]
            place.until = max(place.until, now + ARRIVE_SECONDS)
            place.kept = AWAY_SECONDS
            return 0
        self._line[seat] = now
        before = list(self._line).index(seat)
        if before >= self.seats - len(self._room):
            return before + 1
        del self._line[seat]
        self._room[seat] = Place(now + ARRIVE_SECONDS)
        return 0

    def open_page(self, seat: str, page: str) -> None:
        """Note that a page of the seat is open, by a name of its own."""
        self._line.pop(seat, None)
        self._room.setdefault(seat, Place(self._clock())).pages.add(page)

    def close_page(self, seat: str, page: str) -> None:
        """Note that a page of the seat is open no more."""
        place = self._room.get(seat)
        if place is not None and page in place.pages:
            place.pages.remove(page)
            place.until = max(place.until, self._clock() + place.kept)

    def leave(self, seat: str) -> None:
        """Give up the seat's place at once, or with its last page: the phone was handed on."""
        self._line.pop(seat, None)
        place = self._room.get(seat)
        if place is not None:
            place.kept, place.until = 0.0, self._clock()

    def _sweep(self) -> None:
        now = self._clock()
        self._room = {seat: place for seat, place in self._room.items() if place.pages or place.until > now}
        self._line = {seat: heard for seat, heard in self._line.items() if heard + SILENT_SECONDS > now}
