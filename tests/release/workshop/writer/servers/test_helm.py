"""The helm: one writer at a time has it, and another writes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from release.workshop.writer.database import DatabaseError, open_database, reading, writing
from release.workshop.writer.servers.helm import Following, Helm, HelmLostError, Leading, session_name
from tests.parts.databases import postgresql
from tests.parts.machine import wait_until
from tests.parts.several import new_database


class FencedError(Exception):
    """A writer was told that it may write no more."""


def fenced() -> None:
    raise FencedError


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with postgresql() as url:
        yield url


@pytest.fixture
def url(postgres: str) -> str:
    url = new_database(postgres)
    open_database(url, make=True).dispose()
    return url


def helm(url: str, server: str, workshop: str = "") -> Helm:
    return Helm(url, server, f"10.0.0.1:{len(server)}", "the same", fenced, workshop)


def close(leader: Helm, url: str) -> None:
    """Close a leader's session, and return once the database has ended it, and freed what it held."""
    leader.close()
    engine = open_database(url)
    sessions = text("select count(*) from pg_stat_activity where application_name = :name")

    def is_ended() -> bool:
        with reading(engine) as connection:
            return connection.execute(sessions, {"name": session_name(leader.server)}).scalar() == 0

    wait_until(is_ended, "its session is ended")
    engine.dispose()


def end_sessions(url: str, server: str) -> None:
    engine = open_database(url)
    with writing(engine) as connection:
        ends = text("select pg_terminate_backend(pid) from pg_stat_activity where application_name = :name")
        connection.execute(ends, {"name": session_name(server)})
    engine.dispose()


def test_the_first_to_look_leads_and_the_others_follow_it(url: str) -> None:
    first, second = helm(url, "a"), helm(url, "bb")

    assert first.look() == Leading(1, "")
    assert second.look() == Following("a", "10.0.0.1:1", "the same")
    assert first.look() == Leading(1, "")
    first.close()
    second.close()


def test_whoever_follows_takes_over_and_goes_on_with_the_same_workshop(url: str) -> None:
    first, second = helm(url, "a"), helm(url, "bb")
    first.look()
    first.workshop = "workshop-1"
    first.look()
    second.look()

    close(first, url)

    assert second.look() == Leading(2, "workshop-1")
    with pytest.raises(HelmLostError):
        first.look()
    first.close()
    second.close()


def test_a_room_that_nobody_is_in_any_more_begins_anew(url: str) -> None:
    first = helm(url, "a")
    first.look()
    first.workshop = "workshop-1"
    first.look()
    first.leave()

    later = helm(url, "bb")
    assert later.look() == Leading(2, "")
    later.close()


def test_a_leader_whose_session_is_ended_and_that_looks_first_leads_on(url: str) -> None:
    first, second = helm(url, "a"), helm(url, "bb")
    first.look()
    second.look()

    end_sessions(url, "a")
    with pytest.raises(DatabaseError):
        first.look()

    assert first.look() == Leading(1, "")
    assert second.look() == Following("a", "10.0.0.1:1", "the same")
    first.close()
    second.close()


def test_a_leader_that_gives_no_sign_is_replaced_and_writes_nothing_more(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = helm(url, "a"), helm(url, "bb")
    first.look()
    engine = open_database(url, fence=first.fence)
    with writing(engine) as connection:
        connection.execute(text("update workshop set title = 'its own'"))
    second.look()
    monkeypatch.setattr("release.workshop.writer.servers.helm.SILENT_SECONDS", -1.0)

    assert second.look() is None  # it ends what the other has open
    assert second.look() == Leading(2, "")

    with pytest.raises(FencedError), writing(engine) as connection:
        connection.execute(text("update workshop set title = 'not any more'"))
    with reading(engine) as connection:  # whoever only reads is no danger
        assert connection.execute(text("select term from helm")).scalar() == 2
    engine.dispose()
    first.close()
    second.close()


def test_whoever_takes_over_waits_for_what_is_being_written(url: str) -> None:
    first, second = helm(url, "a"), helm(url, "bb")
    first.look()
    engine = open_database(url, fence=first.fence)
    with engine.begin() as connection:
        first.fence(connection)
        connection.execute(text("set local lock_timeout = '1s'"))
        close(first, url)
        other = second._connected()  # noqa: SLF001 -- to wait no longer than a moment
        other.execute(text("set lock_timeout = '200ms'"))
        with pytest.raises(DatabaseError, match="lock timeout"):
            second.look()
    assert second.look() == Leading(2, "")
    engine.dispose()
    second.close()
