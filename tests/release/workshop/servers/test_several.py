"""Several servers of one workshop: a seat goes on at any, and none that dies costs what was confirmed."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

from tests.parts.several import ServersRoom, at
from tests.parts.workshop_server import PageSocket, Visitor


def test_a_seat_goes_on_at_another_server(room: ServersRoom) -> None:
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


def test_two_pages_of_a_seat_at_two_servers_are_never_written_by_both(room: ServersRoom) -> None:
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


# Faults


def decides_within_5_seconds(room: ServersRoom, page: PageSocket, harm: Callable[[], object]) -> None:
    """What is decided at once after `harm` is kept, by the next writer."""
    term, begun, kept = room.term, time.monotonic(), room.events()
    harm()
    page.move(type="decide", decision="mendesak", pick="sedang")
    assert time.monotonic() - begun < 5
    assert page.view["n"] == 2
    assert room.events() == kept + 1
    assert room.term > term


def test_a_writer_that_is_killed_costs_no_decision(room: ServersRoom) -> None:
    visitor = Visitor(room.follower.port)
    visitor.join()
    with visitor.play() as page:
        page.move(type="begin")

        decides_within_5_seconds(room, page, room.leader.writer().kill)


def test_a_writer_whose_sessions_the_database_ends_costs_no_decision(room: ServersRoom) -> None:
    visitor = Visitor(room.leader.port)
    visitor.join()
    cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name like 'kas%'"
    with visitor.play() as page:
        page.move(type="begin")
        assert room.ask(cut) > 1
        page.move(type="decide", decision="mendesak", pick="sedang")
        assert page.view["n"] == 2


def test_a_writer_that_stands_still_is_replaced_and_writes_nothing_when_it_wakes(room: ServersRoom) -> None:
    stopped = room.leader.writer()
    there, here = Visitor(room.leader.port), Visitor(room.follower.port)
    there.join()
    here.join()
    with there.play() as at_it, here.play() as page:
        at_it.move(type="begin")
        page.move(type="begin")
        stopped.suspend()
        try:
            at_it.send({"n": 1, "type": "decide", "decision": "mendesak", "pick": "rendah"})

            decides_within_5_seconds(room, page, lambda: None)
        finally:
            kept = room.events()
            stopped.resume()
        stopped.wait(10)
        # Asked again of the next one, or refused where that took too long: once on disk, or not at all.
        assert at_it.is_answered()
        assert room.events() in {kept, kept + 1}
        with there.play() as later:
            assert later.view["n"] == 1 + room.events() - kept


def test_a_server_that_is_killed_costs_no_decision(room: ServersRoom) -> None:
    leader, follower, kept = room.leader, room.follower, room.events()
    visitor = Visitor(leader.port)
    visitor.join()
    with visitor.play() as page:
        page.move(type="begin")
        page.move(type="decide", decision="mendesak", pick="sedang")
        killed = time.monotonic()
        leader.stop(signal.SIGKILL)

    with at(visitor, follower).play() as page:
        assert page.view["n"] == 2
        page.move(type="decide", decision="bicara", pick="dengar", sure=True)
        assert time.monotonic() - killed < 5
    assert room.events() == kept + 3
