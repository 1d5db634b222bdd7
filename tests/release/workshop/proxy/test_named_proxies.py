"""Whose word of a caller is believed: that of the proxies that were named, and nobody else's."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Mapping
from typing import Any

import pytest
from tornado.httpclient import AsyncHTTPClient
from tornado.web import Application, RequestHandler

from release.workshop.failure import WorkshopRefusedError
from release.workshop.proxy.named_proxies import NamedProxies, Requester
from release.workshop.seats.connections import FairServer

PHONE, PROXY, INNER = "203.0.113.9", "10.0.0.5", "10.0.0.6"
PROXIES = NamedProxies.of(["10.0.0.0/24", "127.0.0.1", "fd00::/8"])


@pytest.mark.parametrize(
    ("peer", "chain", "caller"),
    [
        (PROXY, PHONE, PHONE),
        (PROXY, f"198.51.100.1, {PHONE}", PHONE),  # what stands before it, the phone sent itself
        (INNER, f"198.51.100.1, {PHONE}, {PROXY}", PHONE),
        (PROXY, "2001:db8::9", "2001:db8::9"),
        ("fd00::1", PHONE, PHONE),
        ("::ffff:10.0.0.5", PHONE, PHONE),
        (PROXY, "", PROXY),
        (PROXY, "unknown", PROXY),
        (PROXY, f"{PHONE}, nonsense", PROXY),
        (PROXY, INNER, INNER),
        (PHONE, "198.51.100.1", PHONE),
        ("", "198.51.100.1", ""),
    ],
)
def test_a_caller_is_the_last_address_that_is_no_proxy(peer: str, chain: str, caller: str) -> None:
    assert PROXIES.caller(peer, {"X-Forwarded-For": chain} if chain else {}).address == caller


def test_a_proxy_tells_how_a_caller_came_and_what_was_asked_for() -> None:
    headers = {
        "X-Forwarded-For": PHONE,
        "X-Forwarded-Proto": "HTTPS",
        "X-Forwarded-Host": "evil.test, Lab.example.org",
    }

    assert PROXIES.caller(PROXY, headers) == Requester(PHONE, "https", "lab.example.org")
    assert PROXIES.caller(PHONE, headers) == Requester(PHONE)
    assert PROXIES.caller(PROXY, {"X-Forwarded-Proto": "gopher"}).protocol == ""


@pytest.mark.parametrize("name", ["nginx", "10.0.0.0/40", "10.0.0", "https://10.0.0.1"])
def test_what_is_no_address_and_no_network_is_refused(name: str) -> None:
    with pytest.raises(WorkshopRefusedError, match="--proxy"):
        NamedProxies.of([name])


# At a server


class EchoHandler(RequestHandler):
    """It answers what it knows of who asks."""

    def get(self) -> None:
        request = self.request
        self.finish(json.dumps([request.remote_ip, request.protocol, request.host]))


def answers(proxies: NamedProxies, *requests: Mapping[str, str]) -> list[Any]:
    """What a server answers to requests with these headers, which come from 127.0.0.1 on one connection."""

    async def ask() -> list[Any]:
        listener = socket.create_server(("127.0.0.1", 0))
        listener.setblocking(False)  # noqa: FBT003 -- the standard library's way
        server = FairServer(Application([("/", EchoHandler)]), proxies=proxies)
        server.add_socket(listener)
        client = AsyncHTTPClient(force_instance=True, max_clients=1)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        try:
            bodies = [(await client.fetch(url, headers=dict(headers))).body for headers in requests]
        finally:
            client.close()
            server.stop()
            await server.close_all_connections()
        return [json.loads(body) for body in bodies]

    return asyncio.run(ask())


TOLD = {"X-Forwarded-For": PHONE, "X-Forwarded-Proto": "https", "X-Forwarded-Host": "lab.example.org"}


def test_a_handler_sees_the_caller_that_a_proxy_names_and_that_of_each_request_anew() -> None:
    through, plain = answers(PROXIES, TOLD, {"Host": "here.test"})

    assert through == [PHONE, "https", "lab.example.org"]
    assert plain == ["127.0.0.1", "http", "here.test"]


def test_what_an_unnamed_address_says_changes_nothing_and_stands_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    unnamed = NamedProxies.of([PROXY])

    seen = answers(unnamed, {**TOLD, "Host": "here.test"}, {**TOLD, "Host": "here.test"})

    assert seen == [["127.0.0.1", "http", "here.test"]] * 2
    (line,) = [record.getMessage() for record in caplog.records]
    assert "comes from no proxy that --proxy names: that is not believed" in line
    assert PHONE not in line


@pytest.mark.parametrize(("names", "count"), [((), 2), (("127.0.0.1",), 3)])
def test_a_proxy_may_hold_more_than_the_share_of_one_address(names: tuple[str, ...], count: int) -> None:
    async def open_lines() -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        listener.setblocking(False)  # noqa: FBT003 -- the standard library's way
        server = FairServer(Application(), files=8, proxies=NamedProxies.of(names))
        server.add_socket(listener)
        lines = []
        for _ in range(3):
            lines.append(await asyncio.open_connection(*listener.getsockname()))
            await asyncio.sleep(0.05)
        is_open = [not reader.at_eof() for reader, _ in lines]
        for _, writer in lines:
            writer.close()
        server.stop()
        await server.close_all_connections()
        return sum(is_open)

    assert asyncio.run(open_lines()) == count
