"""The network of a workshop: a port to listen on, and the addresses that this machine is reached by."""

from __future__ import annotations

import errno
import ipaddress
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import psutil

from release.workshop.failure import WorkshopRefusedError, failure_sentence
from release.workshop.plan import FIRST_PORT, WorkshopPlan
from release.workshop.proxy.public_address import NOWHERE_ELSE, PublicAddress
from release.workshop.serve.listener import Listener, full_answer
from scenarios.language import Texts

LOOPBACK = "127.0.0.1"
EVERYWHERE = "0.0.0.0"  # noqa: S104 -- where phones of a room are to reach a server
BACKLOG = 512
# Reserved for documentation: nothing is sent there, but the route to it begins at our own address.
_ELSEWHERE = "192.0.2.1", 9

Device = Literal["wifi", "cable", "unknown", "vpn", "virtual", "here"]
"""What an address belongs to, the one that phones most likely reach first; “here”: this machine alone."""
_ORDER: tuple[Device, ...] = ("wifi", "cable", "unknown", "vpn", "virtual", "here")
# Names as Linux, macOS and Windows give them. What makes a device no way for phones stands before what
# makes it one: “vEthernet (WSL)” is none, and “Wi-Fi” of a hotspot is called “Local Area Connection* 2”.
_NAMES: tuple[tuple[Device, re.Pattern[str]], ...] = (
    (
        "virtual",
        re.compile(
            r"docker|veth|^br-|virbr|vmnet|vboxnet|^lx[cd]|podman|cni|flannel|cali|vnet\d", re.IGNORECASE
        ),
    ),
    ("virtual", re.compile(r"virtualbox|vmware|hyper-v|\bwsl\b|bluetooth|^(bnep|pan)\d", re.IGNORECASE)),
    ("vpn", re.compile(r"^(u?tun|tap|wg|ppp|ipsec|gpd|zt|tailscale|nordlynx|proton|cscotun)", re.IGNORECASE)),
    ("vpn", re.compile(r"vpn|wireguard|wintun|tap-windows|anyconnect|fortinet|zerotier|warp", re.IGNORECASE)),
    (
        "wifi",
        re.compile(r"^(wl|wifi|ath\d|ra\d|ap\d)|wi-?fi|wireless|local area connection\*", re.IGNORECASE),
    ),
    ("cable", re.compile(r"^(eth|en|em|usb)\w*\d|ethernet|local area connection", re.IGNORECASE)),
)


@dataclass(frozen=True, slots=True)
class NetworkAddress:
    """An address of this machine, the name of the network device that has it, and what that is.

    is_makeshift: whether it was taken while there was none that phones reach.
    """

    address: str
    device: str
    kind: Device = "unknown"
    is_makeshift: bool = field(default=False, compare=False)

    @property
    def is_likely(self) -> bool:
        """Whether phones of the room may well reach it."""
        return self.kind in {"wifi", "cable", "unknown"}


def listening(port: int, host: str, full: Texts) -> Listener:
    """A socket that listens.

    full: the text for whoever comes while no more files may be opened. Raises WorkshopRefusedError where the
    port is in use or not allowed.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        plain = socket.create_server((host, port), family=family, backlog=BACKLOG)
        listener = Listener(plain, full_answer(full.joined("\n") + "\n"))
        listener.setblocking(False)  # noqa: FBT003 -- the standard library's way
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sentence = failure_sentence("port_in_use", port=port, next=port + 1)
        elif error.errno in {errno.EACCES, errno.EPERM}:
            sentence = failure_sentence("port_forbidden", port=port, first=FIRST_PORT)
        else:
            reason = error.strerror or error
            sentence = failure_sentence("no_listening", host=host, port=port, reason=reason)
        raise WorkshopRefusedError(sentence) from None
    return listener


def route_out() -> str:
    """The address at which the route out of this machine begins; its loopback where there is no route."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ELSEWHERE)
            return str(probe.getsockname()[0])
        except OSError:
            return LOOPBACK


def is_everywhere(host: str) -> bool:
    """Whether a server that listens there listens on all addresses of this machine."""
    return host in {"", EVERYWHERE, "::"}


def url_host(host: str) -> str:
    """What stands for `host` in a URL: where a server listens on all addresses, the likeliest of them."""
    if is_everywhere(host):
        return addresses()[0].address
    return f"[{host}]" if ":" in host else host


def reached_by_others(host: str) -> bool:
    """Whether a server that listens there is reached from other machines."""
    if host == "localhost":
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True


def is_open_to_others(plan: WorkshopPlan) -> bool:
    """Whether a workshop is reached from other machines: by its own address, or through a proxy."""
    through_proxy = bool(plan.proxy) or (plan.public.url != "" and reached_by_others(plan.public.name))
    return through_proxy or reached_by_others(plan.host)


def device_kind(name: str, *, is_point_to_point: bool = False) -> Device:
    """What a network device is, by its name: a line between two machines is a VPN, whatever its name."""
    if is_point_to_point:
        return "vpn"
    for kind, names in _NAMES:
        if names.search(name):
            return kind
    return "unknown"


def addresses() -> tuple[NetworkAddress, ...]:
    """The addresses of this machine, as phones most likely reach them: see `by_likelihood`."""
    others = []
    running = psutil.net_if_stats()
    for device, its in psutil.net_if_addrs().items():
        up = device not in running or running[device].isup
        for one in its:
            inside = one.address.startswith(("127.", "169.254."))
            if up and one.family == socket.AF_INET and not inside:
                kind = device_kind(device, is_point_to_point=bool(one.ptp))
                others.append(NetworkAddress(one.address, device, kind))
    return (*by_likelihood(others, route_out()), NetworkAddress(LOOPBACK, "", "here"))


def by_likelihood(others: Sequence[NetworkAddress], first: str) -> tuple[NetworkAddress, ...]:
    """Wi-Fi and cable before a VPN and what is virtual; of equals, `first`, where the route out begins."""
    return tuple(
        sorted(
            others, key=lambda one: (_ORDER.index(one.kind), one.address != first, one.device, one.address)
        )
    )


def first_address(chosen: str | None, now: Sequence[NetworkAddress]) -> NetworkAddress:
    """The address to begin with: the one that was chosen where it is there, else the likeliest.

    now: the addresses as they are, see `addresses`.
    """
    named = [one for one in now if one.address == chosen]
    first = (named or now)[0]
    is_alone = bool(named) and first.kind == "here"  # chosen so that nobody else comes in
    return replace(first, is_makeshift=not is_alone and not any(one.is_likely for one in now))


def followed(wanted: NetworkAddress | None, now: Sequence[NetworkAddress]) -> NetworkAddress:
    """The address to announce: `wanted` while it is there, then what its device has, then the likeliest.

    A makeshift gives way to the first that phones reach. now: as for `first_address`.
    """
    if wanted is not None and not (wanted.is_makeshift and now[0].is_likely):
        same = [one for one in now if one.address == wanted.address]
        device = [one for one in now if wanted.device and one.device == wanted.device]
        if same or device:
            return (same or device)[0]
    return now[0]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a workshop is reached: asked anew each time, since a laptop changes its networks.

    announce: one of this machine's addresses; where left out, the likeliest when it began. wanted: that
    address. public: what stands before the server.
    """

    scheme: str
    host: str
    port: int
    announce: str | None = None
    wanted: NetworkAddress | None = None
    public: PublicAddress = NOWHERE_ELSE

    @classmethod
    def of(
        cls,
        scheme: str,
        host: str,
        port: int,
        announce: str | None = None,
        public: PublicAddress = NOWHERE_ELSE,
    ) -> Whereabouts:
        """Where a server is reached that listens on `host` and `port`."""
        follows = is_everywhere(host) and not public.url
        wanted = first_address(announce, addresses()) if follows else None
        return cls(scheme, host, port, announce, wanted, public)

    def url(self) -> str:
        """The address of the lobby now, with a slash at its end."""
        if self.public.url:
            return self.public.url
        if self.wanted is None:
            host = url_host(self.announce or self.host)
        else:
            host = followed(self.wanted, addresses()).address
        return f"{self.scheme}://{host}:{self.port}{self.public.at('/')}"
