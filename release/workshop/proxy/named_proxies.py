"""The proxies that a server was told of: what they say of a caller is believed, and nobody else's word is.

Read are X-Forwarded-For, -Proto and -Host, which nginx and Caddy send; not “Forwarded” (RFC 7239), which
neither sends, so that a caller could put it in.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self, TypeAlias

from release.workshop.failure import WorkshopRefusedError, failure_sentence

FOR, PROTO, HOST = "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks, as the outermost believed proxy saw it. protocol, host: "" where no proxy tells."""

    address: str
    protocol: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class NamedProxies:
    """The addresses and networks of the proxies."""

    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, names: Iterable[str]) -> Self:
        """The proxies by their names. Raises WorkshopRefusedError for what is no address and no network."""
        return cls(tuple(_network(name) for name in names))

    def __contains__(self, address: str) -> bool:
        """Whether an address is that of a proxy."""
        known = _address(address)
        return known is not None and any(known in network for network in self.networks)

    def caller(self, peer: str, headers: Mapping[str, str]) -> Requester:
        """Who asks. peer: the address at the other end of the connection; headers: of the request.

        X-Forwarded-For has the callers of each proxy in turn, the last proxy's last: from there it is read up
        to the first address that is no proxy's own. What stands before that, a caller may have made up.
        """
        if peer not in self:
            return Requester(peer)
        address = peer
        for entry in reversed(headers.get(FOR, "").split(",")):
            known = _address(entry.strip())
            if known is None:
                break
            address = str(known)
            if address not in self:
                break
        protocol = _last(headers.get(PROTO, "")).lower()
        return Requester(
            address, protocol if protocol in {"http", "https"} else "", _last(headers.get(HOST, "")).lower()
        )


# Of a server that no proxy stands before.
NO_PROXIES = NamedProxies()


def settled_proxies(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of proxies as addresses and networks. Raises WorkshopRefusedError as `NamedProxies.of`."""
    return tuple(str(network) for network in NamedProxies.of(names).networks)


def _last(listed: str) -> str:
    return listed.rpartition(",")[2].strip()


def _address(typed: str) -> Address | None:
    """An address; one of IPv4 that is written in IPv6 as that of IPv4."""
    try:
        address = ipaddress.ip_address(typed.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _network(name: str) -> Network:
    try:
        return ipaddress.ip_network(name, strict=False)
    except ValueError:
        raise WorkshopRefusedError(failure_sentence("no_proxy", typed=name)) from None
