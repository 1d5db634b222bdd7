"""Throttles: how often something may be tried, from one address and in all. Nothing of this is stored.

All phones of a room may come from one address, so an address alone may do what a whole room does.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

MAX_ADDRESSES = 4096
_IPV6_NETWORK = 64


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, and then so many a minute."""

    at_once: int
    a_minute: float


class Throttle:
    """Tries, counted for each address and for all of them together."""

    def __init__(
        self,
        each: Rate,
        total: Rate,
        *,
        clock: Callable[[], float] = time.monotonic,
        counted_by: Callable[[str], str] | None = None,
    ) -> None:
        """Begin without a try. clock: seconds that never go back; counted_by: `network_of` by default."""
        self._each, self._total, self._clock = each, total, clock
        self._counted_by = counted_by or network_of
        self._tries: dict[str, _Tries] = {}
        self._all = _Tries(clock())

    def __len__(self) -> int:
        """Of how many addresses tries are counted."""
        return len(self._tries)

    def take(self, address: str) -> int:
        """Count a try, 0 then; or the seconds after which one may be made, and nothing is counted."""
        now, mine = self._clock(), self._of(address)
        wait = max(mine.wait(self._each, now), self._all.wait(self._total, now))
        if wait == 0:
            mine.count += 1
            self._all.count += 1
        return math.ceil(wait)

    def give_back(self, address: str) -> None:
        """Count a try no more: it was a right one."""
        mine = self._of(address)
        mine.count = max(0.0, mine.count - 1)
        self._all.count = max(0.0, self._all.count - 1)

    def _of(self, address: str) -> _Tries:
        now = self._clock()
        if len(self._tries) >= MAX_ADDRESSES:
            self._tries = {key: tries for key, tries in self._tries.items() if tries.left(self._each, now)}
        return self._tries.setdefault(self._counted_by(address), _Tries(now))


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
