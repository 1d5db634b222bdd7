"""What is handed in to a small course, as files: records, the cards beside them, and ZIPs of both."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from graders.people.roster import Person
from release.course.hand_ins.collect import Collected
from release.course.hand_ins.moodle_places import INBOX
from scenarios.engine.event import Event
from scenarios.engine.hand_in import HandIn, hand_in_bytes
from scenarios.engine.record import RECORD_NAME

CASE = "daftar-nilai"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
PEOPLE = (
    Person("p-01", "Sari Dewi", "sari@contoh.id", "police"),
    Person("p-02", "José O’Neil, S.H.", "jose@contoh.id", "school"),
    Person("p-03", "Ana", "ana1@contoh.id"),
    Person("p-04", "ANA", "ana2@contoh.id"),
    Person("p-05", "علي", ""),
)
Steps = Callable[..., tuple[Event, ...]]
Record = Callable[..., bytes]
Files = Mapping[str, bytes]
MOODLE = "_123456_assignsubmission_file"


def zipped(files: Files) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return made.getvalue()


def handed(record: bytes, participant: str | None = None, made: str = "2026-11-22T09:00:00Z") -> bytes:
    card = HandIn(case=CASE, version="1.0.0", course="uji", participant=participant, made=made)
    return hand_in_bytes(record, card)


def placed(collected: Collected) -> list[tuple[str, str]]:
    return [(one.person, one.case) for one in collected.placed]


def left(collected: Collected) -> dict[str, str]:
    return {one.label: one.why for one in collected.left}


def standing(course: Path, person: str) -> bytes:
    return (course / "submitted" / person / CASE / RECORD_NAME).read_bytes()


def tree(course: Path) -> dict[str, tuple[int, bytes]]:
    files = [file for part in ("submitted", INBOX) for file in (course / part).rglob("*") if file.is_file()]
    return {str(file.relative_to(course)): (file.stat().st_mtime_ns, file.read_bytes()) for file in files}
