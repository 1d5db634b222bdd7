"""Several servers of one workshop: a seat goes on at any, and none that dies costs what was confirmed."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.parts.databases import postgresql
from tests.parts.machine import wait_until
from tests.parts.several import Room, several_servers
from tests.parts.workshop_server import PageSocket, Visitor, Workshop


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with postgresql() as url:
        yield url


@pytest.fixture(scope="module")
def room(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    with several_servers(tmp_path_factory.mktemp("several"), url) as room:
        yield room


def at(visitor: Visitor, server: Workshop) -> Visitor:
    """The same browser at another server."""
    return Visitor(server.port, dict(visitor.cookies))


def test_a_seat_goes_on_at_another_server(room: Room) -> None:
    visitor = Visitor(room.leader.port)
    code = visitor.join()
    with visitor.play() as page:
        page.move(type="begin")
        page.move(type="decide", decision="mendesak", pick="sedang")

    elsewhere = at(visitor, room.follower)

    assert code in elsewhere.read("/")
    with elsewhere.play() as page:
        assert page.view["n"] == 2
        page.move(type="decide", decision="bicara", pick="dengar", sure=True)
        assert page.view["n"] == 3


def test_two_pages_of_a_seat_at_two_servers_are_never_written_by_both(room: Room) -> None:
    visitor = Visitor(room.leader.port)
    visitor.join()
    with visitor.play() as first:
        first.move(type="begin")
        with at(visitor, room.follower).play() as second:
            assert second.view["n"] == 1
            first.send({"n": 1, "type": "decide", "decision": "mendesak", "pick": "sedang"})
            assert first.next_view()["fault"]["code"] == "closed"
            second.move(type="decide", decision="mendesak", pick="tinggi")
            assert second.view["n"] == 2


@pytest.mark.parametrize("victim", ["the writer", "the whole server"])
def test_a_server_at_the_helm_that_is_killed_costs_no_decision_and_at_most_5_seconds(
    victim: str, url: str, tmp_path: Path
) -> None:
    with several_servers(tmp_path, url) as room:
        leader, follower = room.leader, room.follower
        visitor = Visitor(follower.port)
        visitor.join()
        with visitor.play() as page:
            page.move(type="begin")
            term, died = room.term, time.monotonic()
            if victim == "the writer":
                leader.writer().kill()
            else:
                leader.stop(signal.SIGKILL)
            page.move(type="decide", decision="mendesak", pick="sedang")
            assert time.monotonic() - died < 5
            assert page.view["n"] == 2
            assert room.term > term
            assert room.events() == 2
