"""The network of a workshop: a port to listen on, and the addresses that this machine is reached by."""

from __future__ import annotations

import errno
import ipaddress
import socket
from dataclasses import dataclass

import psutil

from release.workshop.failure import WorkshopRefusedError
from release.workshop.plan import FIRST_PORT
from release.workshop.serve.listener import Listener, full_answer
from scenarios.language import Texts

LOOPBACK = "127.0.0.1"
BACKLOG = 512
# Reserved for documentation: nothing is sent there, but the route to it begins at our own address.
_ELSEWHERE = "192.0.2.1", 9


@dataclass(frozen=True, slots=True)
class NetworkAddress:
    """An address of this machine, and the name of the network device that has it."""

    address: str
    device: str


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
            sentence = f"Port {port} is in use. Take another one (--port {port + 1}), or end what uses it."
        elif error.errno in {errno.EACCES, errno.EPERM}:
            sentence = f"Port {port} may not be used here. Take one above 1023 (--port {FIRST_PORT})."
        else:
            sentence = f"The workshop cannot listen on {host}, port {port}: {error.strerror or error}."
        raise WorkshopRefusedError(sentence) from None
    return listener


def own_address() -> str:
    """The address at which the route out of this machine begins; its loopback where there is no route."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ELSEWHERE)
            return str(probe.getsockname()[0])
        except OSError:
            return LOOPBACK


def url_host(host: str) -> str:
    """What stands for `host` in a URL: where a server listens on all addresses, the one that others reach."""
    if host in {"", "0.0.0.0", "::"}:  # noqa: S104 -- compared, not bound
        return own_address()
    return f"[{host}]" if ":" in host else host


def reached_by_others(host: str) -> bool:
    """Whether a server that listens there is reached from other machines."""
    if host == "localhost":
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True


def addresses() -> tuple[NetworkAddress, ...]:
    """The addresses of this machine: that of the route out first, the one that only it reaches last."""
    others = []
    running = psutil.net_if_stats()
    for device, its in psutil.net_if_addrs().items():
        up = device not in running or running[device].isup
        for one in its:
            inside = one.address.startswith(("127.", "169.254."))
            if up and one.family == socket.AF_INET and not inside:
                others.append(NetworkAddress(one.address, device))
    first = own_address()
    others.sort(key=lambda one: (one.address != first, one.device))
    return (*others, NetworkAddress(LOOPBACK, ""))
