"""Throttles: how often something may be tried, from one address and in all. Nothing of this is stored.

All phones of a room may come from one address, so an address alone may do what a whole room does. What all
addresses may do together is shared out: whoever has taken less than a fair share of it is not held up by
others who took more. Where somebody at the same address used it up, a seat has a few tries of its own, and
the facilitator's board begins the count anew (`lift`).
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from release.workshop.log import RareWarning

MAX_ADDRESSES = 4096
# How often it is looked for addresses of which nothing is counted any more.
SWEEP_SECONDS = 1.0
_IPV6_NETWORK = 64


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, and then so many a minute."""

    at_once: int
    a_minute: float


# What a seat may still try where its address may not, and what all seats may so together.
SEAT_SHARE, ALL_SEATS = Rate(5, 1), Rate(60, 30)


class Throttle:
    """Tries, counted for each address and for all of them together.

    refusals: how many tries were held up since the start, or since the last `lift`.
    """

    def __init__(
        self,
        each: Rate,
        total: Rate,
        *,
        clock: Callable[[], float] = time.monotonic,
        counted_by: Callable[[str], str] | None = None,
        what: str = "",
    ) -> None:
        """Begin without a try.

        clock: seconds that never go back; counted_by: `network_of` by default; what: what is tried, for the
        log, which gets a line a minute at most while tries are held up, "" for none.
        """
        self._each, self._total, self._clock = each, total, clock
        self._counted_by, self._what = counted_by or network_of, what
        self._warning = RareWarning(clock)
        self.lift()

    def lift(self) -> None:
        """Begin the count anew: nobody is held up any more."""
        now = self._clock()
        self.refusals, self._swept = 0, now
        self._tries: dict[str, _AddressTries] = {}
        self._seats: dict[str, _Tries] = {}
        self._all, self._all_seats = _Tries(now), _Tries(now)

    def __len__(self) -> int:
        """Of how many addresses tries are counted."""
        return len(self._tries)

    def take(self, address: str, seat: str = "") -> int:
        """Count a try, 0 then; or the seconds after which one may be made, and nothing is counted.

        seat: the id of a seat that the browser holds, proven by its cookie, "" for none.
        """
        now = self._clock()
        self._sweep(now)
        wait = self._of_address(self._counted_by(address), now)
        if wait and seat:
            wait = min(wait, self._of_seat(seat, now))
        if wait:
            self._refuse()
        return math.ceil(wait)

    def give_back(self, address: str, seat: str = "") -> None:
        """Count a try no more: it was a right one."""
        own = self._seats.get(seat)
        if own is not None and own.count > 0:  # what the seat took of its own comes first
            _give_back(own, self._all_seats)
        elif mine := self._tries.get(self._counted_by(address)):
            _give_back(mine.tries, self._all)

    def _of_address(self, who: str, now: float) -> float:
        mine = self._tries.setdefault(who, _AddressTries(_Tries(now), _Tries(now)))
        if wait := mine.tries.wait(self._each, now):
            return wait
        if over := self._all.wait(self._total, now):
            # Whoever used up what all have together keeps nobody from a fair share of it.
            addresses = len(self._tries)
            share = Rate(self._total.at_once // addresses, self._total.a_minute / addresses)
            if wait := mine.share.wait(share, now):
                return min(over, wait)
            mine.share.count += 1
        else:
            self._all.count += 1
        mine.tries.count += 1
        return 0

    def _of_seat(self, seat: str, now: float) -> float:
        own = self._seats.setdefault(seat, _Tries(now))
        wait = max(own.wait(SEAT_SHARE, now), self._all_seats.wait(ALL_SEATS, now))
        if wait == 0:
            own.count += 1
            self._all_seats.count += 1
        return wait

    def _refuse(self) -> None:
        self.refusals += 1
        if self._what:
            self._warning.write("Too many tries of %s: more are held up for a while.", self._what)

    def _sweep(self, now: float) -> None:
        if now - self._swept < SWEEP_SECONDS and len(self._tries) < MAX_ADDRESSES:
            return
        self._swept = now
        self._tries = {who: mine for who, mine in self._tries.items() if mine.left(self._each, now)}
        self._seats = {seat: own for seat, own in self._seats.items() if own.left(SEAT_SHARE, now)}


@dataclass(slots=True)
class _Tries:
    at: float
    count: float = field(default=0.0)

    def left(self, rate: Rate, now: float) -> float:
        self.count = max(0.0, self.count - (now - self.at) * rate.a_minute / 60)
        self.at = now
        return self.count

    def wait(self, rate: Rate, now: float) -> float:
        over = self.left(rate, now) + 1 - rate.at_once
        return max(0.0, over * 60 / rate.a_minute)


@dataclass(slots=True)
class _AddressTries:
    """The tries of one address, and those of its share, made after others had used up the total."""

    tries: _Tries
    share: _Tries

    def left(self, rate: Rate, now: float) -> float:
        return self.tries.left(rate, now)


def _give_back(*counts: _Tries) -> None:
    for each in counts:
        each.count = max(0.0, each.count - 1)


def network_of(address: str) -> str:
    """What tries are counted by: an address, of IPv6 the network that one device has to itself."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return str(ipaddress.ip_network((int(ip), _IPV6_NETWORK), strict=False))
