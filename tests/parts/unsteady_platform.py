"""A stub of a platform's services for grades, over HTTP, that is down, slow or loses its answers when told.

Like Moodle it refuses a score that is not newer than what it has of somebody. That the lab speaks with a real
platform is shown elsewhere.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, Literal

from release.lms.platform import Platform
from tests.parts.lti_platform import LtiPlatform

State = Literal["up", "down", "deaf"]


@dataclass
class UnsteadyPlatform:
    """What it does now, and what it has.

    state: "down" refuses all, "deaf" takes scores and closes the line without an answer; seconds: how long it
    thinks before it answers; scores: those it took, by the person, the first one first; refused: the statuses
    of those it did not take; arrived: when each person's newest score came, by `time.monotonic`.
    """

    address: str = ""
    state: State = "up"
    seconds: float = 0.0
    scores: defaultdict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    refused: list[int] = field(default_factory=list)
    arrived: dict[str, float] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    @property
    def registered(self) -> Platform:
        """As what the lab registers it."""
        places = {"token": f"{self.address}/token", "key_set": f"{self.address}/keys"}
        return LtiPlatform().registered.model_copy(update=places)

    @property
    def line_item(self) -> str:
        """Where grades go."""
        return f"{self.address}/9/lineitem?type_id=1"

    def take(self, score: dict[str, Any]) -> int:
        """Keep a score; the status of the answer."""
        with self.lock:
            rows = self.scores[score["userId"]]
            if rows and score["timestamp"] <= rows[-1]["timestamp"]:
                return 409
            rows.append(score)
            self.arrived[score["userId"]] = time.monotonic()
            return 200


@contextmanager
def unsteady_platform() -> Iterator[UnsteadyPlatform]:
    """The platform on a free port."""
    here = UnsteadyPlatform()

    class ServiceAnswers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.tell(200, LtiPlatform().key_set)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            time.sleep(here.seconds)
            if here.state == "down":
                here.refused.append(503)
                self.tell(503, {})
            elif self.path == "/token":
                self.tell(200, {"access_token": "for-grades", "expires_in": 3600})
            else:
                assert self.path == "/9/lineitem/scores?type_id=1"
                status = here.take(json.loads(body))
                here.refused += [status] if status != 200 else []
                if here.state != "deaf":
                    self.tell(status, {})

        def tell(self, status: int, answer: object) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class ManyLines(ThreadingHTTPServer):
        request_queue_size = 128

    with ManyLines(("127.0.0.1", 0), ServiceAnswers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        here.address = f"http://127.0.0.1:{server.server_address[1]}"
        yield here
        server.shutdown()
