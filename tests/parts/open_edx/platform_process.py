"""Open edX's side of LTI 1.3, running: the platform of `campus.py`, and somebody who is logged in there."""

from __future__ import annotations

import json
import os
import re
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from release.lms.addresses import KEY_SET, ToolAddress
from release.lms.platform import Platform
from tests.install_counterparts import PLATFORM
from tests.parts.machine import program
from tests.parts.workshop_server import Visitor

CAMPUS = Path(__file__).with_name("campus.py")
PATIENCE = 120.0


@dataclass(frozen=True)
class OpenEdx:
    """A running platform.

    pages: its address for browsers; registered: as what a tool registers it; tls: see `Workshop`.
    """

    port: int
    pages: str
    registered: Platform
    log: Path
    tls: ssl.SSLContext | None = None

    def visitor(self) -> Visitor:
        """A browser without a screen."""
        return Visitor(self.port, tls=self.tls)

    def notes(self) -> dict[str, Any]:
        """Its gradebook, the scores that it keeps, what was asked of its services, and its ids of people."""
        notes: dict[str, Any] = json.loads(self.visitor().read("/catatan"))
        return notes


@contextmanager
def running_open_edx(
    home: Path,
    tool: ToolAddress,
    port: int,
    activities: Sequence[str],
    *,
    members: Sequence[str] = (),
    certificate: tuple[Path, Path] | None = None,
    host: str = "127.0.0.1",
) -> Iterator[OpenEdx]:
    """The platform on `port`, whose files stand in `home`, with a tool and some activities of its course.

    members: who is in the course before they ever come; certificate: PEM and key, for TLS, which the tool
    has too; host: the name by which browsers reach it.
    """
    python = PLATFORM.program("python")
    if python is None:
        pytest.fail("There is no learning platform. Run: python tests/install_counterparts.py platform")
    home.mkdir(exist_ok=True)
    scheme = "https" if certificate else "http"
    pages = f"{scheme}://{host}:{port}"
    asked = {
        "home": str(home),
        "port": port,
        "pages": pages,
        "services": f"{scheme}://127.0.0.1:{port}",
        "certificate": str(certificate[0]) if certificate else "",
        "key": str(certificate[1]) if certificate else "",
        "tool": {
            "login": tool.login,
            "launch": tool.launch,
            "key_set": f"{scheme}://127.0.0.1:{urlsplit(tool.root).port}/{KEY_SET}",
        },
        "activities": list(activities),
        "members": list(members),
    }
    settings, log = home / "campus.json", home / "campus.log"
    settings.write_text(json.dumps(asked), encoding="utf-8")
    environ = {**os.environ, **({"SSL_CERT_FILE": str(certificate[0])} if certificate else {})}
    with program((python, "-u", CAMPUS, settings), log, cwd=home, environ=environ) as process:
        tls = ssl.create_default_context(cafile=str(certificate[0])) if certificate else None
        yield OpenEdx(port, pages, _registered(process, log), log, tls)


def _registered(process: subprocess.Popen[bytes], log: Path) -> Platform:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if line := re.search(r'^\{"issuer".*\}$', log.read_text("utf-8"), re.MULTILINE):
            return Platform.model_validate_json(line[0])
        time.sleep(0.1)
    pytest.fail(f"Open edX did not start:\n{log.read_text('utf-8')[-3000:]}")


@dataclass
class EdxBrowser:
    """A browser without a screen, in which somebody is logged in to the platform and may come to the tool."""

    edx: OpenEdx
    tool: Visitor
    name: str
    is_teacher: bool = False
    campus: Visitor = field(init=False)

    def __post_init__(self) -> None:
        self.campus = self.edx.visitor()
        self.campus.ask(f"/masuk/{self.name}{'?staff=1' if self.is_teacher else ''}")

    def come(self, activity: str, query: str = "") -> str:
        """Open an activity, and follow the login until the tool leads on: where to."""
        page = self.campus.read(f"/kegiatan/{activity}{query}")
        begun = self.tool.ask(path_of(unescape(_part(r'(?:iframe src|a href)="([^"]+)"', page))))
        answer = self.campus.read(path_of(begun.headers["Location"]))
        fields = {
            name: unescape(value)
            for name, value in re.findall(r'<input name="(\w+)" value="([^"]*)"', answer)
        }
        led = self.tool.ask(path_of(unescape(_part(r'action="([^"]+)"', answer))), fields)
        assert led.status == 303, self.tool.bodies[-1]
        return str(led.headers["Location"])

    def choose(self, activity: str, item: str) -> None:
        """Let a teacher choose what an activity plays, and bring that to the platform."""
        place = self.come(activity, "?choose=1")
        self.tool.ask(place, {"item": item})
        page = self.tool.bodies[-1]
        token, to = _part(r'name="JWT" value="([^"]+)"', page), _part(r'action="([^"]+)"', page)
        saved = self.campus.ask(path_of(unescape(to)), {"JWT": token})
        assert saved.status == 200, self.campus.bodies[-1]

    def arrive(self, activity: str) -> str:
        """Open an activity, and take a seat where a learner has none yet; where the way ends.

        For a learner that is the case, for a teacher her class.
        """
        place = self.come(activity)
        answer = self.tool.ask(place)
        if answer.status == 200:
            answer = self.tool.ask(place, {"sector": "-", "name": ""})
        return str(self.tool.ask(answer.headers["Location"]).headers["Location"])


def path_of(address: str) -> str:
    """Path and query of an address."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _part(pattern: str, page: str) -> str:
    match = re.search(pattern, page)
    assert match, f"{pattern} does not stand in {page}"
    return match[1]
