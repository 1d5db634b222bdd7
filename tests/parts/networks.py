"""A laptop and a phone with networks of their own, in network namespaces of Linux.

The laptop has a Wi-Fi, a VPN that is its route out, and a bridge of containers; the phone the Wi-Fi alone.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.parts.machine import wait_until

IP = shutil.which("ip") or "/usr/sbin/ip"
WIFI, VPN, CONTAINERS = "192.168.1.5", "10.8.0.2", "172.17.0.1"
LATER = "192.168.43.7"  # of the Wi-Fi, by another access point
_PHONE, _FAR_END, _CONTAINER = "77", "10.8.0.1", "172.17.0.2"
_PLACE, _OWN = Path("/run/netns"), Path("/proc/thread-self/ns/net")
# As linux/sched.h and linux/if_tun.h have them.
_NEW_NETWORK, _SET_DEVICE, _PLAIN_TUN = 0x40000000, 0x400454CA, 0x1001


@dataclass(frozen=True, slots=True)
class NetworkSpace:
    """A network namespace, as a machine has one. name: that of ``ip netns``."""

    name: str

    def ip(self, *words: str) -> None:
        """Run Linux's ``ip`` on its devices. Raises CalledProcessError."""
        _run(IP, "-n", self.name, *words)

    def settle(self, device: str, *address: str) -> None:
        """Give a device this address and no other, and start it."""
        self.ip("address", "flush", "dev", device)
        self.ip("address", "add", *address, "dev", device)
        self.ip("link", "set", device, "up")

    def await_running(self, device: str) -> None:
        """Wait until a device runs: Linux notices a moment later that both ends of a line are up."""
        with self.inside():
            wait_until(lambda: psutil.net_if_stats()[device].isup, f"{device} runs")

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Stand there: within it, what this thread connects to and starts is on that machine."""
        with _OWN.open("rb") as own, (_PLACE / self.name).open("rb") as there:
            _enter(there.fileno())
            try:
                yield
            finally:
                _enter(own.fileno())


@dataclass(frozen=True, slots=True)
class Networks:
    """The laptop's and the phone's networks."""

    laptop: NetworkSpace
    phone: NetworkSpace

    def settle_wifi(self, address: str) -> None:
        """Give the laptop this address on the Wi-Fi, and the phone one of the same network."""
        self.laptop.settle("wlan0", f"{address}/24")
        self.phone.settle("wlan0", f"{address.rpartition('.')[0]}.{_PHONE}/24")
        self.laptop.await_running("wlan0")
        self.phone.await_running("wlan0")


@contextmanager
def laptop_and_phone() -> Iterator[Networks]:
    """Both with their networks. Raises CalledProcessError or OSError where those may not be made."""
    with ExitStack() as stack:
        laptop, phone, away = (
            stack.enter_context(network_space(kind)) for kind in ("laptop", "phone", "away")
        )
        laptop.ip("link", "add", "wlan0", "type", "veth", "peer", "name", "wlan0", "netns", phone.name)
        networks = Networks(laptop, phone)
        networks.settle_wifi(WIFI)
        stack.enter_context(_vpn(laptop))
        laptop.ip("route", "add", "default", "via", _FAR_END)
        _run_container(laptop, away)
        yield networks


@contextmanager
def network_space(kind: str) -> Iterator[NetworkSpace]:
    """A namespace, gone at the end. kind: what its name tells of it."""
    space = NetworkSpace(f"kasuslab-{kind}-{secrets.token_hex(4)}")
    _run(IP, "netns", "add", space.name)
    try:
        space.ip("link", "set", "lo", "up")
        yield space
    finally:
        _run(IP, "netns", "del", space.name)


@contextmanager
def _vpn(laptop: NetworkSpace) -> Iterator[None]:
    """A VPN's own device, which is there as long as a program has it open."""
    import fcntl  # noqa: PLC0415 -- Windows has none, and collects these tests too

    with laptop.inside():
        tun = os.open("/dev/net/tun", os.O_RDWR)
    try:
        fcntl.ioctl(tun, _SET_DEVICE, struct.pack("16sH22x", b"tun0", _PLAIN_TUN))
        laptop.settle("tun0", VPN, "peer", _FAR_END)
        yield
    finally:
        os.close(tun)


def _run_container(laptop: NetworkSpace, container: NetworkSpace) -> None:
    """A bridge as Docker makes it, with one container on it: without any, it is no running network."""
    laptop.ip("link", "add", "docker0", "type", "bridge")
    laptop.ip("link", "add", "veth3f1a", "type", "veth", "peer", "name", "eth0", "netns", container.name)
    laptop.ip("link", "set", "veth3f1a", "master", "docker0", "up")
    laptop.settle("docker0", f"{CONTAINERS}/16")
    container.settle("eth0", f"{_CONTAINER}/16")
    laptop.await_running("docker0")


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=60)


def _enter(space: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(space, _NEW_NETWORK):
        raise OSError(ctypes.get_errno(), "this thread may not change its network namespace")


def may_be_made() -> bool:
    """Whether this machine and its user can have such networks."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not Path(IP).exists():
        return False
    try:
        with laptop_and_phone():
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


needs_networks = pytest.mark.skipif(
    not may_be_made(), reason="network namespaces with a bridge and a tun want root, and Linux's ip"
)
