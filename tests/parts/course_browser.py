"""A browser without a screen at the course pages, and what a class hands in to a course of theirs."""

from __future__ import annotations

import html
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from release.course.course import make_course
from release.course.simulate import simulate
from scenarios.engine.event import Started
from scenarios.engine.hand_in import HandIn, hand_in_bytes
from scenarios.engine.record import RECORD_NAME, parse_record
from tests.parts.hand_ins import zipped
from tests.parts.start_server import Facilitator

CASE = "teman-gim"
PATIENCE = 120
MADE = "2026-11-28T09:00:00Z"


@dataclass
class CourseBrowser(Facilitator):
    """A browser at the course pages. here: the address of the course."""

    here: str = ""

    def send(
        self,
        path: str,
        form: Mapping[str, str] | Sequence[tuple[str, str]] = (),
        files: Sequence[tuple[str, str, bytes]] = (),
        **headers: str,
    ) -> tuple[int, str]:
        """Status and where it leads, of a form with files: field, name and content of each."""
        boundary = secrets.token_hex(8)
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in (form.items() if isinstance(form, Mapping) else form)
        ]
        for field, name, data in files:
            head = f'Content-Disposition: form-data; name="{field}"; filename="{name}"'
            parts.append(f"--{boundary}\r\n{head}\r\n\r\n".encode() + data + b"\r\n")
        body = b"".join(parts) + f"--{boundary}--\r\n".encode()
        sent = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Origin": f"http://127.0.0.1:{self.port}",
        }
        connection = HTTPConnection("127.0.0.1", self.port, timeout=200)
        connection.request("POST", path, body, {**sent, **headers})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status, answer.headers.get("Location", "")

    def press_here(
        self,
        deed: str,
        form: Mapping[str, str] | Sequence[tuple[str, str]] = (),
        files: Sequence[tuple[str, str, bytes]] = (),
    ) -> str:
        """Press a button of the course, and wait until what it does is done; what the page then says."""
        status, place = self.send(f"{self.here}/{deed}", form, files)
        assert status == 303, status
        assert place == f"{self.here}#said"
        return self.said_when_done()

    def said_when_done(self) -> str:
        """What the page says once nothing is under way."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.ask(self.here)
            if "data-busy=" not in self.body:
                return self.text("said")
            time.sleep(0.3)
        raise AssertionError(f"it goes on and on: {self.text('said')}")

    def text(self, ident: str) -> str:
        """The plain text of the section with that id."""
        match = re.search(rf'<section id="{ident}".*?</section>', self.body, re.DOTALL)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", match[0])).split()) if match else ""

    def rows(self) -> list[list[str]]:
        """The cells of every table of the page, row by row."""
        rows = re.findall(r"<tr>(.*?)</tr>", self.body, re.DOTALL)
        cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows]
        return [[html.unescape(cell).strip() for cell in row] for row in cells if row]


@dataclass(frozen=True)
class HandedClass:
    """What a class hands in: Moodle's ZIP, its grading worksheet, and the roster that knows them."""

    roster: bytes
    moodle: bytes
    worksheet: bytes
    single: Mapping[str, bytes]
    ids: tuple[str, ...]


def handed_class(place: Path, name: str, keys: Path, count: int = 6) -> HandedClass:
    """A class of simulated trainees, who hand in `CASE` to the course called `name`."""
    course = make_course(place / "elsewhere", [CASE], person="Ibu Sari", name=name, keys=keys)
    people = simulate(course.directory, count, 3, keys=keys)
    files: dict[str, bytes] = {}
    single: dict[str, bytes] = {}
    rows, sheet = ["id,nama,email,sektor"], [WORKSHEET_HEAD]
    for number, person in enumerate(people, 41):
        who = f"Orang {person.name[-2:]}"
        rows.append(f"{person.name},{who},{person.name}@contoh.id,police")
        sheet.append(f'"Participant {number}","{who}",{person.name}@contoh.id,Submitted,,100.00,Yes,-,-,""')
        record = course.directory / "submitted" / person.name / CASE / RECORD_NAME
        if not record.exists():
            continue
        events = parse_record(record.read_bytes()).events
        if not events or not isinstance(first := events[0], Started):
            continue
        card = HandIn(
            case=CASE,
            version=first.version,
            course=name,
            participant=person.name,
            made="2026-11-28T09:00:00Z",
        )
        single[person.name] = hand_in_bytes(record.read_bytes(), card)
        files[f"{who}_{number}_assignsubmission_file/serahan.zip"] = single[person.name]
    assert len(single) >= 3
    return HandedClass(
        "\n".join(rows).encode(),
        zipped(files),
        "\r\n".join(sheet).encode(),
        single,
        tuple(person.name for person in people),
    )


WORKSHEET_HEAD = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"'
)
