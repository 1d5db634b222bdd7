from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from release.workshop.plan import WorkshopPlan
from release.workshop.seats.seat import Seat
from release.workshop.writer.database import DatabaseError, open_engine
from release.workshop.writer.store import WorkshopStore
from release.workshop.writer.workshops import note_closed, workshop_named
from scenarios.engine.event import Continued, Decided, Event, Started
from scenarios.engine.record import event_line
from tests.parts.databases import sqlite_url
from tests.parts.stored import add_seat, append

MOMENT = "2026-11-22T07:00:00.000000Z"
LATER = "2026-11-22T07:05:00.000000Z"
SEAT = Seat("a" * 32, "Kepodang Jingga 42")
DECIDED = Decided(at=LATER, decision="mendesak", pick="sedang")


@pytest.fixture
def opened(url: str) -> Iterator[Callable[[], WorkshopStore]]:
    """A factory: the store, opened (again)."""
    stores: list[WorkshopStore] = []

    def open_store() -> WorkshopStore:
        stores.append(WorkshopStore(url, clock=lambda: datetime(2026, 11, 22, 7, tzinfo=UTC)))
        return stores[-1]

    yield open_store
    for store in stores:
        store.close()


def started(play: str = "0" * 32, case: str = "daftar-nilai", at: str = MOMENT) -> Started:
    return Started(at=at, play=play, case=case, version="1.0.0", course="uji", mode="practice")


def append_all(store: WorkshopStore, play: str, *events: Event) -> None:
    chain = ""
    for number, event in enumerate(events):
        chain = append(store, SEAT.id, play, number, event, chain)


def test_a_workshop_goes_on_when_its_database_is_opened_again(opened: Callable[[], WorkshopStore]) -> None:
    assert opened().name == opened().name == "workshop-20261122-070000"


def test_a_seat_is_found_by_its_id_and_by_its_code(opened: Callable[[], WorkshopStore]) -> None:
    assert add_seat(opened(), SEAT, "hash")

    assert opened().seat(SEAT.id) == opened().seat_by_code("hash") == SEAT


def test_an_unknown_seat_is_none(opened: Callable[[], WorkshopStore]) -> None:
    store = opened()

    assert store.seat("b" * 32) is None
    assert store.seat_by_code("other") is None


def test_a_pseudonym_and_a_code_are_given_once(opened: Callable[[], WorkshopStore]) -> None:
    store = opened()
    add_seat(store, SEAT, "hash")

    assert not add_seat(store, Seat("b" * 32, SEAT.pseudonym), "other")
    assert not add_seat(store, Seat("c" * 32, "Beo Ungu 11"), "hash")


def test_a_seat_keeps_its_sector_and_that_its_pseudonym_was_typed(
    opened: Callable[[], WorkshopStore],
) -> None:
    seat = Seat("b" * 32, "Si Tenang", "health", typed=True)
    add_seat(opened(), seat, "hash")

    assert opened().seat(seat.id) == seat


def test_a_workshop_keeps_its_code_and_what_was_settled(opened: Callable[[], WorkshopStore]) -> None:
    first = opened().workshop()
    assert (first["mode"], first["closed"], first["keep_days"]) == ("practice", None, 30)

    opened().settle(WorkshopPlan(mode="discussion", keep_days=60))
    opened().settle(WorkshopPlan())

    settled = opened().workshop()
    assert (settled["code"], settled["mode"], settled["keep_days"]) == (first["code"], "discussion", 60)


def test_a_workshop_that_was_closed_is_not_gone_on_with(
    opened: Callable[[], WorkshopStore], url: str
) -> None:
    store = opened()
    add_seat(store, SEAT, "hash")
    note_closed(url, workshop_named(url, store.name), datetime(2026, 11, 22, 7, tzinfo=UTC))
    assert store.workshop()["closed"] == "2026-11-22T07:00:00Z"

    after = opened()

    assert after.workshop()["closed"] is None
    assert after.name == "workshop-20261122-070000-2"
    assert after.seat(SEAT.id) is None


def test_what_was_done_with_a_decision_for_the_room_is_kept(opened: Callable[[], WorkshopStore]) -> None:
    store = opened()
    assert store.steps_of("daftar-nilai") == {}

    store.keep_step("daftar-nilai", "mendesak", "open")
    store.keep_step("daftar-nilai", "mendesak", "revealed")
    store.keep_step("daftar-nilai", "bicara", "locked")

    steps = opened().steps_of("daftar-nilai")
    assert {name: step.state for name, step in steps.items()} == {"mendesak": "revealed", "bicara": "locked"}
    assert all(step.at for step in steps.values()), "when it was done is kept, too"


# The tables as they were before workshops had a code.
OLDER = """
create table workshop (number integer primary key, name varchar(80) not null unique,
    created varchar(27) not null);
create table seat (id varchar(32) primary key, workshop integer not null references workshop (number),
    pseudonym varchar(80) not null, code varchar(64) not null unique, created varchar(27) not null,
    unique (workshop, pseudonym));
create table play (number integer primary key, id varchar(32) not null unique,
    seat varchar(32) not null references seat (id), case_id varchar(40) not null,
    version varchar(40) not null, mode varchar(20) not null);
create table event (play integer not null references play (number), n integer not null,
    at varchar(27) not null, body text not null, chain varchar(16) not null, primary key (play, n));
insert into workshop values (1, 'workshop-20261001-080000', '2026-10-01T08:00:00Z');
insert into seat values ('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 1, 'Kepodang Jingga 42', 'hash',
    '2026-10-01T08:00:00Z');
"""


def test_a_database_made_before_goes_on(opened: Callable[[], WorkshopStore], url: str) -> None:
    older = OLDER.replace("number integer", "number serial") if "postgres" in url else OLDER
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in older.strip().split(";")[:-1]:
            connection.execute(text(statement))
    engine.dispose()

    store = opened()

    workshop = store.workshop()
    assert {**workshop, "code": ""} == {
        "answer": "workshop", "name": "workshop-20261001-080000", "code": "", "mode": "practice",
        "closed": None, "keep_days": 30, "paused": None, "has_teams": False,
    }  # fmt: skip
    assert len(workshop["code"]) == 6
    assert store.seat(SEAT.id) == SEAT
    assert opened().workshop() == workshop
    append_all(store, "0" * 32, started())
    store.keep_step("daftar-nilai", "mendesak", "locked")


def test_a_play_comes_back_as_it_was_kept(opened: Callable[[], WorkshopStore]) -> None:
    store = opened()
    add_seat(store, SEAT, "hash")
    append_all(store, "0" * 32, started(), DECIDED)

    play = opened().latest_play(SEAT.id, "daftar-nilai", "1.0.0")

    assert play is not None
    assert play.events == (started(), DECIDED)
    assert play.chain == event_line(DECIDED, 1, event_line(started(), 0, "")[1])[1]


def test_the_latest_play_of_a_case_is_the_one_begun_last(opened: Callable[[], WorkshopStore]) -> None:
    store = opened()
    add_seat(store, SEAT, "hash")
    append_all(store, "0" * 32, started())
    append_all(store, "1" * 32, started("1" * 32))

    latest = store.latest_play(SEAT.id, "daftar-nilai", "1.0.0")

    assert latest is not None
    assert latest.id == "1" * 32


def test_a_play_of_another_version_is_not_gone_on_with(opened: Callable[[], WorkshopStore]) -> None:
    store = opened()
    add_seat(store, SEAT, "hash")
    append_all(store, "0" * 32, started())

    assert store.latest_play(SEAT.id, "daftar-nilai", "1.1.0") is None


def test_another_seat_does_not_see_the_play(opened: Callable[[], WorkshopStore]) -> None:
    store = opened()
    add_seat(store, SEAT, "hash")
    add_seat(store, Seat("b" * 32, "Beo Ungu 11"), "other")
    append_all(store, "0" * 32, started())

    assert store.play("b" * 32, "daftar-nilai", "0" * 32) is None
    assert store.latest_play("b" * 32, "daftar-nilai", "1.0.0") is None


def test_the_case_played_last_is_that_of_the_latest_event(opened: Callable[[], WorkshopStore]) -> None:
    store = opened()
    add_seat(store, SEAT, "hash")
    append_all(store, "0" * 32, started())
    append_all(store, "1" * 32, started("1" * 32, case="teman-gim", at="2026-11-22T07:01:00.000000Z"))
    assert store.last_played(SEAT.id) == "teman-gim"

    append(store, SEAT.id, "0" * 32, 1, DECIDED, event_line(started(), 0, "")[1])

    assert store.last_played(SEAT.id) == "daftar-nilai"


def test_an_event_number_is_given_once(opened: Callable[[], WorkshopStore]) -> None:
    store = opened()
    add_seat(store, SEAT, "hash")
    append_all(store, "0" * 32, started(), DECIDED)

    with pytest.raises(DatabaseError):
        append(store, SEAT.id, "0" * 32, 1, Continued(at=LATER, scene="diam"), "")


def test_an_event_of_no_play_is_refused(opened: Callable[[], WorkshopStore]) -> None:
    store = opened()
    add_seat(store, SEAT, "hash")

    with pytest.raises(DatabaseError):
        append(store, SEAT.id, "0" * 32, 1, DECIDED, "")


def test_an_event_that_was_changed_in_the_database_is_found(
    opened: Callable[[], WorkshopStore], url: str
) -> None:
    store = opened()
    add_seat(store, SEAT, "hash")
    append_all(store, "0" * 32, started(), DECIDED)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("update event set body = replace(body, 'sedang', 'tinggi') where n = 1"))
    engine.dispose()

    with pytest.raises(DatabaseError, match="its chain breaks at event 1"):
        store.latest_play(SEAT.id, "daftar-nilai", "1.0.0")


def test_the_tables_have_no_place_for_who_somebody_is_but_the_id_that_a_score_names(
    opened: Callable[[], WorkshopStore], url: str
) -> None:
    opened()
    engine = create_engine(url)
    tables = inspect(engine)
    columns = {
        f"{table}.{column['name']}"
        for table in tables.get_table_names()
        for column in tables.get_columns(table)
    }
    engine.dispose()

    assert columns == {
        # Servers, not persons: which has the room, where each is reached, and which seats are at one.
        *("helm.id", "helm.term", "helm.server", "helm.workshop_name", "helm.plan"),
        *("server.id", "server.address", "server.beat", "workshop.board"),
        *("presence.seat", "presence.workshop", "presence.is_waiting", "presence.since"),
        *("workshop.number", "workshop.name", "workshop.created", "workshop.code", "workshop.mode"),
        *("workshop.closed", "workshop.keep_days", "workshop.title", "workshop.paused"),
        *("seat.id", "seat.workshop", "seat.pseudonym", "seat.code", "seat.created"),
        *("seat.sector", "seat.typed", "seat.trainee"),
        *("room.workshop", "room.case_id", "room.decision", "room.state", "room.at", "room.ends"),
        *("play.number", "play.id", "play.seat", "play.case_id", "play.version", "play.mode"),
        *("event.play", "event.n", "event.at", "event.body", "event.chain"),
        *("team.seat", "team.workshop", "team.code", "member.seat", "member.workshop", "member.team"),
        *("voice.play", "voice.decision", "voice.seat", "voice.at", "voice.pick"),
        *("settling.play", "settling.decision", "settling.at"),
        *("platform.number", "platform.issuer", "platform.client_id", "platform.login", "platform.token"),
        *("platform.key_set", "platform.audience", "platform.created"),
        *("deployment.platform", "deployment.id", "registration.token", "registration.ends"),
        # What a score has to name, and nothing else of a platform's person: its own id of them.
        "grade.subject",
        *("grade.number", "grade.workshop", "grade.seat", "grade.platform", "grade.link", "grade.item"),
        *("grade.language", "grade.line_item", "grade.wanted", "grade.sent", "grade.at", "grade.tries"),
        *("grade.next_try", "grade.trouble", "grade.deployment"),
        *(
            "reader_notice.seat",
            "reader_notice.workshop",
            "reader_notice.at",
            "left_out.seat",
            "left_out.case_id",
            "left_out.workshop",
        ),
        *(
            "reflection.play",
            "reflection.workshop",
            "reflection.at",
        ),
        *("answer.play", "answer.course", "answer.workshop", "answer.at", "answer.levels", "answer.comment"),
        *("arrival.number", "arrival.workshop", "arrival.seat", "arrival.platform", "arrival.deployment"),
        *("arrival.context", "arrival.link", "arrival.item", "arrival.at"),
        *("statement.number", "statement.workshop", "statement.play", "statement.n", "statement.body"),
        *("statement.is_sent", "statement.tries", "statement.next_try", "statement.trouble"),
        *("reading.seat", "reading.lesson", "reading.workshop", "reading.at"),
        *("test_order.seat", "test_order.test", "test_order.workshop", "test_order.before"),
        *("test_order.after", "test_order.is_after_open"),
        "alembic_version.version_num",
    }


@pytest.mark.parametrize(
    ("setting", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)]
)
def test_sqlite_is_told_to_reach_the_disk_with_every_commit(
    tmp_path: Path, setting: str, value: object
) -> None:
    engine = open_engine(sqlite_url(tmp_path))
    with engine.connect() as connection:
        assert connection.execute(text(f"pragma {setting}")).scalar() == value
    engine.dispose()


def test_a_database_that_cannot_be_opened_is_told_without_its_address(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="unable to open") as caught:
        WorkshopStore(f"sqlite:///{tmp_path / 'nowhere' / 'workshop.sqlite'}")

    assert str(tmp_path) not in str(caught.value)
