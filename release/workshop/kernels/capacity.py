"""How many seats this machine can hold: measured on a host that runs, never guessed."""

from __future__ import annotations

import contextlib
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import psutil

from release.workshop.failure import failure_sentence
from scenarios.documents.problem import BadInputError
from scenarios.sentence import Sentence

# How many seats a workshop has at most where its plan names no number.
SEATS_UNASKED = 80
# What a phone costs the server: descriptors while it arrives, bytes while its page is open.
SEAT_DESCRIPTORS = 4
PAGE_BYTES = 256 * 1024
# What the server needs for itself.
SERVER_DESCRIPTORS = 128
# Left to the rest of the machine: a part of what is free, and no less than this.
SPARED_PART = 0.1
SPARED_BYTES = 256 * 1024 * 1024
# What counts as the number of files where a machine names none: Windows waits for so many sockets at once.
WINDOWS_FILES, BOUNDLESS_FILES = 512, 1 << 20
# Where no more may be open, an idle connection is closed early.
FEW_FILES = 1024
_ROOM_LINE = re.compile(
    r"^This machine has room for (\d+) participants at once; .*: (memory|descriptors)\.$", re.MULTILINE
)
_CGROUP = Path("/sys/fs/cgroup")

Limit = Literal["memory", "descriptors"]


class TooManySeatsError(BadInputError):
    """More seats were asked for than this machine can hold; a sentence."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What was measured.

    memory: bytes that are free while the hosts run; seat: bytes that one more seat holds in a host;
    descriptors: how many files the server may open.
    """

    memory: int
    seat: int
    descriptors: int


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many seats this machine holds, and what limits them."""

    seats: int
    limit: Limit


def capacity_of(machine: Machine) -> Capacity:
    """How many seats the machine can hold."""
    spared = max(SPARED_BYTES, int(machine.memory * SPARED_PART))
    seats: dict[Limit, int] = {
        "memory": (machine.memory - spared) // (machine.seat + PAGE_BYTES),
        "descriptors": (machine.descriptors - SERVER_DESCRIPTORS) // SEAT_DESCRIPTORS,
    }
    limit = min(seats, key=lambda name: seats[name])
    return Capacity(max(0, seats[limit]), limit)


def room_line(capacity: Capacity) -> str:
    """The line by which a server tells how many seats there is room for."""
    return (
        f"This machine has room for {capacity.seats} participants at once; what ends first: {capacity.limit}."
    )


def capacity_in(text: str) -> Capacity | None:
    """What the line in `text` tells that `room_line` wrote, or None where there is none."""
    match = _ROOM_LINE.search(text)
    limits = {limit: limit for limit in get_args(Limit)}
    return Capacity(int(match[1]), limits[match[2]]) if match else None


def settled_seats(wanted: int | None, capacity: Capacity) -> int:
    """How many seats the workshop has: those wanted, else what there is room for, at most `SEATS_UNASKED`.

    Raises TooManySeatsError where there is no room for them, or for none.
    """
    if wanted is None and capacity.seats:
        return min(capacity.seats, SEATS_UNASKED)
    if wanted is not None and wanted <= capacity.seats:
        return wanted
    raise TooManySeatsError(_sentence(wanted, capacity))


def _sentence(wanted: int | None, capacity: Capacity) -> Sentence:
    why = failure_sentence(f"limit_{capacity.limit}")
    if not capacity.seats:
        return failure_sentence("room_for_none", why=why)
    return failure_sentence("room_for", seats=capacity.seats, wanted=wanted, why=why)


def measured(seat: int) -> Machine:
    """Measure this machine, on which the hosts run. seat: see `Machine`."""
    return Machine(free_memory(), seat, open_files())


def open_files() -> int:
    """How many files this process may open now."""
    if sys.platform == "win32":
        return WINDOWS_FILES
    import resource  # noqa: PLC0415 -- there is none on Windows

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return BOUNDLESS_FILES if soft == resource.RLIM_INFINITY else soft


def raise_open_files() -> int:
    """Let this process open as many files as it may; how many these are. Windows has no limit to raise."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 -- there is none on Windows

        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        with contextlib.suppress(OSError, ValueError):  # macOS names no limit where there is one
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return open_files()


def free_memory(group: Path = _CGROUP) -> int:
    """The bytes that may still be taken: of the machine, or of the container's share where it is less."""
    free = int(psutil.virtual_memory().available)
    try:
        most = int((group / "memory.max").read_text(encoding="ascii"))
        used = int((group / "memory.current").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return free
    return max(0, min(free, most - used))
