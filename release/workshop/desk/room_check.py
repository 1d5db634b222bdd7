"""The room check: address, port, disk, memory, and twenty pretend phones, told in sentences.

The phones visit a workshop of their own in a temporary folder, at the address and port that are planned, so
that none of them is ever in the workshop's database.
"""

from __future__ import annotations

import asyncio
import math
import shutil
import socket
import ssl
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import psutil
import zmq

from release.workshop.desk.child import Child, ChildError, start_child
from release.workshop.desk.plan import Plan
from release.workshop.desk.pretend import Outcome, send_phones
from release.workshop.kernels.capacity import Capacity, free_memory, measured, room_for
from release.workshop.writer.forget import database_of
from release.workshop.writer.held import held_workshops
from scenarios.language import Texts, read_catalogue

TEXTS = Path(__file__).with_name("room_check.yaml")
HERE = "127.0.0.1"
PHONES = 20
LOW_DISK = 1_000_000_000
SLOW_READY, SLOW_ANSWER = 6.0, 1.0
REACH_SECONDS = 3.0

Level = Literal["good", "look", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked: whether it is good, wants a look, or is bad; and what is said of it."""

    level: Level
    text: Texts


@dataclass(frozen=True, slots=True)
class NetworkAddress:
    """An address of this machine, and the name of the network device that has it."""

    address: str
    device: str


def addresses() -> tuple[NetworkAddress, ...]:
    """The addresses of this machine: that of the route out first, the one that only it reaches last."""
    found = []
    running = psutil.net_if_stats()
    for device, its in psutil.net_if_addrs().items():
        up = device not in running or running[device].isup
        for one in its:
            inside = one.address.startswith(("127.", "169.254."))
            if up and one.family == socket.AF_INET and not inside:
                found.append(NetworkAddress(one.address, device))
    first = own_address()
    found.sort(key=lambda one: (one.address != first, one.device))
    return (*found, NetworkAddress(HERE, ""))


def own_address() -> str:
    """The address that the route out of this machine begins at; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return HERE


def check_room(plan: Plan, person: str, data: Path, *, phones: int = PHONES) -> tuple[Finding, ...]:
    """Check the room for `plan`. Takes as long as a start and a visit of the phones.

    data: the folder of the workshop, whose disk is looked at.
    """
    with tempfile.TemporaryDirectory(prefix="kasuslab-check-") as folder:
        place = Path(folder)
        options = [*plan.model_copy(update={"seats": None}).options(plan.address or HERE), "--person", person]
        try:
            child = start_child(place, options)
        except ChildError as error:
            return (said("bad", "room_not_started", detail=str(error)), disk(data))
        try:
            return tuple(_with(child, plan, place, data, phones))
        finally:
            child.stop()


def disk(data: Path) -> Finding:
    """Whether there is room on the disk of the data folder, which need not be there yet."""
    place = next(folder for folder in (data, *data.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    return said(
        "good" if free > LOW_DISK else "bad",
        "room_disk" if free > LOW_DISK else "room_disk_low",
        size=size_of(free),
    )


def port_open(address: str, port: int) -> Finding:
    """Whether the port is open at the address, seen from this machine; and what may still block it."""
    values = {"address": address, "port": port}
    remedy = read_catalogue(TEXTS)[f"room_firewall_{_system()}"].format(port=port)
    try:
        socket.create_connection((address, port), REACH_SECONDS).close()
    except OSError:
        return said("bad", "room_not_reached", remedy=remedy, **values)
    if address == HERE:
        return said("look", "room_here_only", **values)
    return said("look", "room_reached", remedy=remedy, **values)


def memory(capacity: Capacity, wanted: int | None, free: int) -> Finding:
    """How many seats the machine holds, beside how many are wanted."""
    values = {"size": size_of(free), "seats": capacity.seats}
    if not capacity.seats:
        return said("bad", "room_memory_none", **values)
    if wanted is not None and wanted > capacity.seats:
        return said("look", "room_memory_low", wanted=wanted, **values)
    return said("good", "room_memory", **values)


def phones_said(outcome: Outcome) -> Finding:
    """What the pretend phones met, at the 95th percentile, in words."""
    count = len(outcome.visits) + len(outcome.failed)
    if outcome.failed:
        failed, detail = len(outcome.failed), outcome.failed[0].rstrip(".")
        return said("bad", "room_phones_failed", failed=failed, count=count, detail=detail)
    ready = percentile([visit.ready for visit in outcome.visits])
    answered = percentile([visit.answered for visit in outcome.visits])
    values = {"count": count, "ready": f"{ready:.1f}", "answered": f"{answered:.1f}"}
    if ready > SLOW_READY or answered > SLOW_ANSWER:
        return said("look", "room_phones_slow", **values)
    return said("good", "room_phones_quick", **values)


def percentile(values: Sequence[float], share: float = 0.95) -> float:
    """The value that `share` of `values` do not exceed; 0 where there are none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def size_of(count: int) -> str:
    """Bytes in megabytes or gigabytes."""
    giga = 1_000_000_000
    return f"{count / giga:.1f} GB" if count >= giga else f"{count // 1_000_000} MB"


def said(level: Level, name: str, **values: object) -> Finding:
    """A finding in the words of the catalogue."""
    return Finding(level, read_catalogue(TEXTS)[name].format(**values))


def _with(child: Child, plan: Plan, place: Path, data: Path, phones: int) -> Iterator[Finding]:
    yield said("good", "room_started")
    parts = urlsplit(child.url)
    yield port_open(parts.hostname or HERE, parts.port or 0)
    yield disk(data)
    pids = child.kernels()
    with zmq.Context() as context:
        machine = measured(pids, sockets=context.get(zmq.MAX_SOCKETS))
    capacity = room_for(machine, ready=len(pids))
    yield memory(capacity, plan.seats, free_memory())
    if capacity.seats:
        (held,) = held_workshops(database_of(place))
        tls = _trusting() if parts.scheme == "https" else None
        visit = send_phones(child.url, min(phones, capacity.seats), code=held.code, tls=tls)
        yield phones_said(asyncio.run(visit))


def _trusting() -> ssl.SSLContext:
    # The phones are ours and speak to our own server: whose certificate it is does not matter here.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _system() -> str:
    return {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
