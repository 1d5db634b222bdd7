"""The room check: address, port, disk, memory, and twenty pretend phones, each with a notice.

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
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from release.workshop.data_folder import database_of
from release.workshop.desk.notice import Notice, notice
from release.workshop.desk.pretend import Outcome, send_phones
from release.workshop.desk.workshop_process import NotStartedError, WorkshopProcess, start_workshop
from release.workshop.kernels.capacity import Capacity, free_memory
from release.workshop.plan import WorkshopPlan
from release.workshop.serve.network import LOOPBACK
from release.workshop.writer.workshops import workshops_in
from scenarios.language import read_catalogue
from scenarios.sentence import Sentence, error_texts

TEXTS = Path(__file__).with_name("room_check.yaml")
PHONES = 20
LOW_DISK = 1_000_000_000
SLOW_READY, SLOW_ANSWER = 6.0, 1.0
REACH_SECONDS = 3.0
_notice = partial(notice, TEXTS)


def trial_of(plan: WorkshopPlan) -> WorkshopPlan:
    """The workshop that pretend phones visit: nobody of a course sits there, who would need a card."""
    own = {"public_url": None, "base_url": plan.public.base, "proxy": ()}  # phones of ours come by no proxy
    trial: dict[str, object] = {"seats": None, "host": plan.host or LOOPBACK, **own}
    if plan.course is not None:
        trial |= {"course": None, "mode": None, "cases": (), "variants": ()}
    return plan.model_copy(update=trial)


def check_room(plan: WorkshopPlan, data: Path, *, phones: int = PHONES) -> tuple[Notice, ...]:
    """Check the room for `plan`. Takes as long as a start and a visit of the phones.

    data: the folder of the workshop, whose disk is looked at.
    """
    with tempfile.TemporaryDirectory(prefix="kasuslab-check-") as folder:
        place = Path(folder)
        trial = trial_of(plan)
        try:
            server = start_workshop(place, trial)
        except NotStartedError as error:
            return (_notice("bad", "room_not_started", detail=error_texts(error)), disk(data))
        try:
            return tuple(_visited(server, plan.seats, place, data, phones))
        finally:
            server.stop()


def disk(data: Path) -> Notice:
    """Whether there is room on the disk of the data folder, which need not be there yet."""
    place = next(folder for folder in (data, *data.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    return _notice(
        "good" if free > LOW_DISK else "bad",
        "room_disk" if free > LOW_DISK else "room_disk_low",
        size=size_of(free),
    )


def port_open(address: str, port: int) -> Notice:
    """Whether the port is open at the address, seen from this machine; and what may still block it."""
    values = {"address": address, "port": port}
    remedy = read_catalogue(TEXTS)[f"room_firewall_{_system()}"].format(port=port)
    try:
        socket.create_connection((address, port), REACH_SECONDS).close()
    except OSError:
        return _notice("bad", "room_not_reached", remedy=remedy, **values)
    if address == LOOPBACK:
        return _notice("look", "room_here_only", **values)
    return _notice("look", "room_reached", remedy=remedy, **values)


def memory(capacity: Capacity, wanted: int | None, free: int) -> Notice:
    """How many seats the machine holds, beside how many are wanted."""
    values = {"size": size_of(free), "seats": capacity.seats}
    if not capacity.seats:
        return _notice("bad", "room_memory_none", **values)
    if wanted is not None and wanted > capacity.seats:
        return _notice("look", "room_memory_low", wanted=wanted, **values)
    return _notice("good", "room_memory", **values)


def phones_notice(outcome: Outcome) -> Notice:
    """How long the pretend phones waited, at the 95th percentile, as a notice."""
    count = len(outcome.visits) + len(outcome.failed)
    if outcome.failed:
        detail = outcome.failed[0]
        words = detail.texts if isinstance(detail, Sentence) else detail.rstrip(".")
        return _notice("bad", "room_phones_failed", failed=len(outcome.failed), count=count, detail=words)
    ready = percentile([visit.ready for visit in outcome.visits])
    answered = percentile([visit.answered for visit in outcome.visits])
    values = {"count": count, "ready": f"{ready:.1f}", "answered": f"{answered:.1f}"}
    if ready > SLOW_READY or answered > SLOW_ANSWER:
        return _notice("look", "room_phones_slow", **values)
    return _notice("good", "room_phones_quick", **values)


def percentile(values: Sequence[float], share: float = 0.95) -> float:
    """The value that `share` of `values` do not exceed; 0 where there are none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def size_of(count: int) -> str:
    """Bytes in megabytes or gigabytes."""
    giga = 1_000_000_000
    return f"{count / giga:.1f} GB" if count >= giga else f"{count // 1_000_000} MB"


def _visited(
    server: WorkshopProcess, seats: int | None, place: Path, data: Path, phones: int
) -> Iterator[Notice]:
    yield _notice("good", "room_started")
    parts = urlsplit(server.url)
    yield port_open(parts.hostname or LOOPBACK, parts.port or 0)
    yield disk(data)
    capacity = server.capacity()
    yield memory(capacity, seats, free_memory())
    if capacity.seats:
        (workshop,) = workshops_in(database_of(place))
        tls = _trusting() if parts.scheme == "https" else None
        visit = send_phones(server.url, min(phones, capacity.seats), code=workshop.code, tls=tls)
        yield phones_notice(asyncio.run(visit))


def _trusting() -> ssl.SSLContext:
    # The phones are ours and speak to our own server: whose certificate it is does not matter here.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _system() -> str:
    return {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
