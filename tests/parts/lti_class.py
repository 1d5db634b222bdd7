"""A class that a platform leads here: the platform's services in small, and whoever comes from it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from release.lms.addresses import ToolAddress
from release.lms.launch import GRADES, LTI, ROSTER
from release.lms.services.grade import SCOPE as GRADE_SCOPE
from release.workshop.writer.database import open_database
from release.workshop.writer.lms.platform_store import PlatformStore
from tests.parts.databases import sqlite_url
from tests.parts.lti_platform import LEARNER, TEACHER, LtiPlatform
from tests.parts.workshop_server import Visitor, Workshop, running_workshop
from tests.places import CASES

ELSEWHERE = {"Origin": "https://elsewhere.example"}


@dataclass
class PlatformServices:
    """What a platform answers: its keys, tokens, its roster in pages of two, and grades while it takes them.

    refuses: the status that it answers grades with, 0 where it takes them; asked: where its roster was read.
    """

    address: str = ""
    members: list[dict[str, Any]] = field(default_factory=list)
    refuses: int = 0
    scores: list[Any] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def roster(self, path: str) -> tuple[Any, str]:
        """A page of the roster, and the header Link beside it."""
        self.asked.append(path)
        first = int(parse_qs(urlsplit(path).query).get("from", ["0"])[0])
        rest = len(self.members) > first + 2
        link = f'<{self.address}/members?from={first + 2}>; rel="next"' if rest else ""
        return {"id": path, "members": self.members[first : first + 2]}, link


@contextmanager
def platform_services() -> Iterator[PlatformServices]:
    """The services on a free port."""
    here = PlatformServices()

    class PlatformAnswers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/keys":
                self.tell(200, LtiPlatform().key_set)
            elif self.headers["Authorization"] == "Bearer a-token":
                self.tell(200, *here.roster(self.path))
            else:
                self.tell(401, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if self.path == "/token":
                self.tell(200, {"access_token": "a-token", "expires_in": 3600})
            elif here.refuses:
                self.tell(here.refuses, {})
            else:
                here.scores.append(json.loads(body))
                self.tell(200, {})

        def tell(self, status: int, answer: object, link: str = "") -> None:
            self.send_response(status)
            if link:
                self.send_header("Link", link)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), PlatformAnswers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        here.address = f"http://127.0.0.1:{server.server_address[1]}"
        yield here
        server.shutdown()


@contextmanager
def class_workshop(data: Path, services: PlatformServices, case: str, **options: Any) -> Iterator[Workshop]:  # noqa: ANN401 -- of the plan
    """A workshop that the platform of `services` leads to."""
    data.mkdir(mode=0o700)
    engine = open_database(sqlite_url(data), make=True)
    changed = {"key_set": f"{services.address}/keys", "token": f"{services.address}/token"}
    platform = LtiPlatform().registered.model_copy(update=changed)
    PlatformStore(engine, lambda: datetime.now(UTC)).add(platform)
    engine.dispose()
    chosen: dict[str, Any] = {"folder": CASES, "cases": [case], "lms": True, "lms_local": True, **options}
    with running_workshop(data, log=data.with_name("log"), **chosen) as running:
        yield running


@dataclass
class Comer:
    """Somebody with a browser who comes from a course of the platform."""

    workshop: Workshop
    services: PlatformServices
    sub: str
    course: str = "course-3"
    case: str = "daftar-nilai"
    teaches: bool = False
    browser: Visitor = field(init=False)

    def __post_init__(self) -> None:
        self.browser = Visitor(self.workshop.port)

    def come(self, link: str = "link-9", **claims: Any) -> str:  # noqa: ANN401 -- whatever a platform may say
        """Come the whole way, and take a seat where one is to be taken; where the way ends."""
        platform = LtiPlatform(tool=ToolAddress(self.workshop.url))
        begun = self.browser.ask("/lms/login", platform.asks(), **ELSEWHERE)
        asked = {name: each[0] for name, each in parse_qs(urlsplit(begun.headers["Location"]).query).items()}
        whole = {
            "sub": self.sub,
            "roles": [TEACHER if self.teaches else LEARNER],
            "context": {"id": self.course},
            "resource_link": {"id": link},
            "custom": {"kasuslab": f"case:{self.case}"},
            GRADES: {"scope": [GRADE_SCOPE], "lineitem": f"{self.services.address}/9/lineitem"},
            ROSTER: {"context_memberships_url": f"{self.services.address}/members?type=7"},
            f"{LTI}lis": {"person_sourcedid": "198001012010011001"},
            **claims,
        }
        token = platform.signed(platform.claims(asked["nonce"], **whole))
        place = self.browser.ask("/lms/launch", {"state": asked["state"], "id_token": token}, **ELSEWHERE)
        return self.go_on(str(place.headers["Location"]))

    def go_on(self, place: str) -> str:
        """Go on from an entry to where the way ends."""
        answer = self.browser.ask(place)
        if answer.status == 200:
            answer = self.browser.ask(place, {"sector": "-", "name": ""})
        arrived = self.browser.ask(answer.headers["Location"])
        return str(arrived.headers["Location"])

    def numbers(self, page: str) -> list[list[int]]:
        """The numbers in the table of activities."""
        rows = re.findall(r"<tr>(.*?)</tr>", self.browser.read(page), re.DOTALL)
        return [[int(one) for one in re.findall(r'lc-number">(\d+)<', row)] for row in rows[1:]]
