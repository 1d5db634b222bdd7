"""What is fetched from a platform: of whom it may be, and no more than fits."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from release.lms.refusal import LtiRefusedError
from release.workshop.web.lms.fetch import MOST_BYTES, WebFetch, is_outer


class Answers(BaseHTTPRequestHandler):
    """What a platform answers, by the path."""

    def do_GET(self) -> None:
        body = {"/keys": b'{"keys": []}', "/text": b"<html>", "/much": b'"' + b"x" * MOST_BYTES + b'"'}
        self.send_response({"/away": 302, "/gone": 404}.get(self.path, 200))
        self.send_header("Location", "/keys")
        self.end_headers()
        self.wfile.write(body.get(self.path, b"{}"))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def platform() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def fetched(address: str, *, local: bool = True) -> object:
    return asyncio.run(WebFetch(local=local).json(address))


def refusal(address: str, *, local: bool = True) -> str:
    with pytest.raises(LtiRefusedError) as refused:
        fetched(address, local=local)
    return refused.value.reason


def test_json_is_read_and_nothing_else_no_redirect_and_no_flood() -> None:
    with platform() as place:
        assert fetched(f"{place}/keys") == {"keys": []}
        assert {refusal(f"{place}/{path}") for path in ("away", "gone", "text", "much")} == {"unreachable"}
    assert refusal(f"{place}/keys") == "unreachable"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "[::1]"])
def test_an_inner_address_is_not_asked_unless_the_operator_allows_it(host: str) -> None:
    assert refusal(f"https://{host}/keys", local=False) == "address_private"


@pytest.mark.parametrize(
    ("address", "outer"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("192.168.1.5", False),
        ("172.16.0.1", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("2002:0a00:0001::", False),
        ("64:ff9b::10.0.0.1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("/run/socket", False),
    ],
)
def test_an_inner_address_is_known_however_it_is_written(address: str, *, outer: bool) -> None:
    assert is_outer(address) is outer
