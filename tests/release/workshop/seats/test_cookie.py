from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler, create_signed_value

from release.workshop.proxy.public_address import PublicAddress
from release.workshop.seats.cookie import FRAMES, PUBLIC
from release.workshop.seats.cookie import SEAT as COOKIE
from release.workshop.seats.seat import SeatMaker

MAKER = SeatMaker(b"s" * 32)
SEAT = "a" * 32


def test_a_token_stands_for_its_seat() -> None:
    assert MAKER.cookie.value_of(MAKER.cookie.sign(SEAT)) == SEAT


@pytest.mark.parametrize("token", [None, "", SEAT, "x" * 10_000, "2|1:0|10:1|4:seat|4:YWFh|00"])
def test_what_was_not_signed_stands_for_nobody(token: str | None) -> None:
    assert MAKER.cookie.value_of(token) is None


def test_a_token_of_another_workshop_stands_for_nobody() -> None:
    assert MAKER.cookie.value_of(SeatMaker(b"t" * 32).cookie.sign(SEAT)) is None


def test_a_changed_token_stands_for_nobody() -> None:
    token = MAKER.cookie.sign(SEAT)

    assert MAKER.cookie.value_of(token[:-1] + ("0" if token[-1] != "0" else "1")) is None


def test_the_secret_itself_signs_no_token() -> None:
    assert MAKER.cookie.value_of(create_signed_value(MAKER.secret, COOKIE, SEAT).decode()) is None


def test_a_token_of_the_door_stands_for_no_seat() -> None:
    assert MAKER.cookie.value_of(MAKER.door_cookie.sign(SEAT)) is None


def test_no_cookie_tells_its_key_in_a_log() -> None:
    assert str(MAKER.cookie.key) not in repr(MAKER.cookie)


class Giver(RequestHandler):
    """Gives whoever asks a seat."""

    def get(self) -> None:
        """Give it."""
        MAKER.cookie.give(self, SEAT)


async def cookie_for(settings: dict[str, Any]) -> str:
    """The Set-Cookie of a server with these settings."""
    listener, port = bind_unused_port()
    server = HTTPServer(Application([("/", Giver)], **settings))
    server.add_socket(listener)
    answer = await AsyncHTTPClient().fetch(f"http://127.0.0.1:{port}/")
    server.stop()
    await server.close_all_connections()
    return answer.headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("public", "frames", "words"),
    [
        ("https://lab.example.org/", True, "Secure; SameSite=None; Partitioned; HttpOnly"),
        ("https://lab.example.org/", False, "SameSite=Lax"),
        ("", True, "SameSite=Lax"),
    ],
)
def test_a_cookie_is_kept_apart_for_each_site_where_our_pages_stand_in_frames_over_tls(
    public: str, words: str, *, frames: bool
) -> None:
    cookie = asyncio.run(cookie_for({PUBLIC: PublicAddress(public), **({FRAMES: tuple} if frames else {})}))

    assert words in cookie
    assert ("Partitioned" in cookie) is ("None" in words)
    name, _, rest = cookie.partition("=")
    assert name == COOKIE
    assert MAKER.cookie.value_of(rest.split(";")[0].strip('"')) == SEAT
