"""The waiting line: as many seats as fit are in the room, and whoever comes then waits for a place.

A seat is in the room while it has a page open, and for some minutes after. What is kept for seats without an
open page, of those that are about to open one and of those that closed theirs, is counted by address, so that
no phone fills the room with seats: an address over its count keeps nothing for a page that is about to open
(the page still opens where there is room then), and gives up what it keeps where somebody else needs it.
Where several servers hold the workshop, who is here and who waits is stored, without an address.
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
# What one address may keep without a page: a tenth of the room, and never less than this.
LEAST_KEPT, KEPT_SHARE = 5, 10


@dataclass(slots=True)
class LinePlace:
    """A seat's place in the waiting line: since when it waits, and when its page asked last."""

    since: float
    seen: float


@dataclass(slots=True)
class RoomPlace:
    """A seat's place in the room: its open pages, and until when it is kept while none is open.

    address: where the seat came from last; grace: for how many seconds the place is kept once the last page
    was closed.
    """

    until: float
    address: str = ""
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
        # Of each address the seats in the room without an open page, the longest without one first.
        self._pageless: dict[str, dict[str, None]] = {}
        self._queue: dict[str, LinePlace] = {}
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

    def come(self, seat: str, address: str = "") -> int:
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
        self._queue.setdefault(seat, LinePlace(now, now)).seen = now
        before = list(self._queue).index(seat)
        free = self.seats - len(self._places)
        if before >= free and before >= free + self._spare:
            return before + 1
        del self._queue[seat]
        if len(self._pageless.get(address, ())) < self._most_kept:
            self._make_room()
            self._keep(seat, RoomPlace(now + ARRIVE_SECONDS, address))
        return 0

    def open_page(self, seat: str, page: str, address: str = "") -> bool:
        """Note that a page of the seat is open, by a name of its own; False where there is no room for it.

        On a slow network the page of a phone that was handed on may open after its person has left: it keeps
        the place while it is open, and no longer.
        """
        if seat not in self._places:
            self._make_room()
            if len(self._places) >= self.seats:
                return False
            grace = 0.0 if seat in self._left else AWAY_SECONDS
            self._places[seat] = RoomPlace(self._clock(), address, grace=grace)
        self._queue.pop(seat, None)
        place = self._places[seat]
        self._keep_no_more(seat, place)
        place.address = address
        place.pages.add(page)
        return True

    def hold_page(self, seat: str, page: str, address: str = "") -> None:
        """Note that a page of the seat is open already, whether there is room for it or not."""
        if seat not in self._places:
            self._places[seat] = RoomPlace(self._clock())
        self.open_page(seat, page, address)

    def hold_place(self, seat: str) -> None:
        """Note that a seat was in the room when another kept this line; its page is about to open again."""
        # Nobody knows from which address: none is to give it up for the others of its own.
        self._keep(seat, RoomPlace(self._clock() + ARRIVE_SECONDS, f"seat {seat}"))

    def hold_turn(self, seat: str, seconds: float) -> None:
        """Note that a seat has waited for so many seconds; those who wait longest are to be noted first."""
        now = self._clock()
        self._queue[seat] = LinePlace(now - seconds, now)

    def seats_in(self) -> tuple[str, ...]:
        """The seats in the room."""
        return tuple(self._places)

    def seats_waiting(self) -> tuple[tuple[str, float], ...]:
        """The seats that wait, in their order, and for how many seconds."""
        now = self._clock()
        return tuple((seat, now - place.since) for seat, place in self._queue.items())

    def close_page(self, seat: str, page: str) -> None:
        """Note that a page of the seat is open no more."""
        place = self._places.get(seat)
        if place is not None and page in place.pages:
            place.pages.remove(page)
            place.until = max(place.until, self._clock() + place.grace)
            if not place.pages:
                self._keep(seat, place)
            self._drop_if_over(seat, place)

    def leave(self, seat: str) -> None:
        """Give up the seat's place at once, or with its last page: the phone was handed on."""
        self._queue.pop(seat, None)
        self._left.add(seat)
        place = self._places.get(seat)
        if place is not None:
            place.grace, place.until = 0.0, self._clock()
            self._drop_if_over(seat, place)

    @property
    def _most_kept(self) -> int:
        """How many places may be kept for the seats of one address that have no page open."""
        return max(LEAST_KEPT, self.seats // KEPT_SHARE)

    @property
    def _spare(self) -> int:
        """How many places are kept beyond what their addresses may keep."""
        return sum(max(0, len(seats) - self._most_kept) for seats in self._pageless.values())

    def _make_room(self) -> None:
        """Where the room is full, give up the oldest place of the address that keeps the most too many."""
        if len(self._places) < self.seats:
            return
        seats = max(self._pageless.values(), key=len, default={})
        if len(seats) > self._most_kept:
            self._drop(next(iter(seats)))

    def _keep(self, seat: str, place: RoomPlace) -> None:
        self._places[seat] = place
        self._pageless.setdefault(place.address, {})[seat] = None

    def _keep_no_more(self, seat: str, place: RoomPlace) -> None:
        seats = self._pageless.get(place.address, {})
        seats.pop(seat, None)
        if not seats:
            self._pageless.pop(place.address, None)

    def _drop(self, seat: str) -> None:
        self._keep_no_more(seat, self._places.pop(seat))

    def _drop_if_over(self, seat: str, place: RoomPlace) -> None:
        if not place.pages and place.until <= self._clock():
            self._drop(seat)

    def _sweep(self) -> None:
        now = self._clock()
        if now - self._swept < SWEEP_SECONDS:
            return
        self._swept = now
        for seat in [seat for seat, place in self._places.items() if not place.pages and place.until <= now]:
            self._drop(seat)
        self._queue = {
            seat: place for seat, place in self._queue.items() if place.seen + SILENT_SECONDS > now
        }
