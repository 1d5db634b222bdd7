"""The database: made and brought up to date by migrations, also from what 0.1.0 left, and in use then."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, make_url, text
from sqlalchemy.exc import OperationalError

from release.workshop.desk.close import ExportSources, close_workshop
from release.workshop.plan import WorkshopPlan
from release.workshop.seats.seat import SeatMaker
from release.workshop.seats.seat_pass import seat_pass
from release.workshop.wire import Answer, AskNewSeat, Request
from release.workshop.writer.database import (
    MIGRATIONS,
    DatabaseError,
    database_errors,
    open_database,
    open_engine,
    reading,
)
from release.workshop.writer.forget import forget
from release.workshop.writer.lines import Caller
from release.workshop.writer.store import WorkshopStore
from release.workshop.writer.tables import METADATA, NEWEST_REVISION
from release.workshop.writer.workshops import workshops_in
from release.workshop.writer.writer import Writer, make_writer
from release.workshop.writer_config import WriterConfig
from tests.parts.databases import sqlite_url
from tests.places import CASES, GUIDES, KEYS

# Written by 0.1.0's own writer: one workshop that was closed and one that is open, plays at an end and begun.
DUMPS = Path(__file__).parent
CLOSED, OPEN = "workshop-20261101-070000", "workshop-20261122-070000"
CASE = "daftar-nilai"
# What the open one holds: a play stopped at “bicara”, which is locked, after “mendesak”, which is revealed.
PRESENT, BEGUN, LAST = f"{4:032x}", f"{4100:032x}", "17d0f01097a69a28"
NEW_SEAT = f"{7:032x}"
LATER = "2026-11-22T08:00:00.000000Z"


def left_by_0_1_0(url: str) -> None:
    """Fill an empty database with what 0.1.0 left."""
    place = make_url(url)
    name = place.get_backend_name()
    dump = (DUMPS / f"workshop_0_1_0.{name}.sql").read_text(encoding="utf-8")
    if name == "sqlite":
        with closing(sqlite3.connect(str(place.database))) as database:
            database.executescript(dump)
        return
    engine = create_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.connection.cursor().execute(dump)
    engine.dispose()


@contextmanager
def opened(url: str, *, make: bool = False) -> Iterator[Engine]:
    engine = open_database(url, make=make)
    yield engine
    engine.dispose()


def described(engine: Engine) -> Mapping[str, object]:
    """Every table: its columns with type, default and whether they may be empty; its keys and indexes."""
    inspector = inspect(engine)
    return {
        table: (
            [
                (one["name"], str(one["type"]), one["nullable"], one["default"])
                for one in inspector.get_columns(table)
            ],
            inspector.get_pk_constraint(table)["constrained_columns"],
            sorted(str(one["column_names"]) for one in inspector.get_unique_constraints(table)),
            sorted(str((one["name"], one["column_names"])) for one in inspector.get_indexes(table)),
            sorted(
                (*one["constrained_columns"], one["referred_table"], *one["referred_columns"])
                for one in inspector.get_foreign_keys(table)
            ),
        )
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


# What the migrations make


def test_the_migrations_make_what_the_tables_say(url: str) -> None:
    left_by_0_1_0(url)
    with opened(url) as engine, engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_the_migrations_make_the_same_defaults_keys_and_indexes(url: str) -> None:
    left_by_0_1_0(url)
    with opened(url) as engine:
        migrated = described(engine)
        with engine.begin() as connection:
            METADATA.drop_all(connection)
            METADATA.create_all(connection)

        assert described(engine) == migrated


def test_the_newest_revision_is_the_last_of_the_migrations() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == NEWEST_REVISION


def test_what_0_1_0_left_has_the_tables_of_a_new_database(url: str) -> None:
    left_by_0_1_0(url)
    with opened(url) as engine:
        old, newest = described(engine), revision(engine)
    engine = create_engine(url)
    with engine.begin() as connection:
        METADATA.drop_all(connection)
        connection.execute(text("drop table alembic_version"))
    engine.dispose()

    with opened(url, make=True) as engine:
        assert described(engine) == old
        assert revision(engine) == newest is not None


def test_looking_at_an_empty_database_makes_no_table(url: str) -> None:
    engine = open_engine(url)
    engine.connect().close()
    engine.dispose()

    assert workshops_in(url) == ()
    with opened(url) as engine:
        assert inspect(engine).get_table_names() == []


def test_two_who_open_it_at_once_migrate_it_once(url: str) -> None:
    left_by_0_1_0(url)
    failed: list[BaseException] = []

    def look() -> None:
        try:
            assert len(workshops_in(url)) == 2
        except BaseException as error:  # noqa: BLE001 -- told below, in the thread of the test
            failed.append(error)

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(url: str) -> None:
    WorkshopStore(url).close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))

    for look in (workshops_in, WorkshopStore):
        with pytest.raises(DatabaseError, match=r"newer version of kasuslab.*“9999”.*--data"):
            look(url)

    assert revision(engine) == "9999"
    engine.dispose()


def test_why_a_database_fails_is_one_line_of_a_log_however_the_driver_breaks_it() -> None:
    said = "consuming input failed: server closed the connection unexpectedly\n\tThis probably means\n"

    with pytest.raises(DatabaseError) as failure, database_errors():
        raise OperationalError("select 1", {}, Exception(said))

    assert failure.value.reason == " ".join(said.split())


def test_what_is_no_database_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "workshop.sqlite").write_text("Ini bukan basis data. " * 100, encoding="utf-8")

    with pytest.raises(DatabaseError, match="cannot be used: file is not a database"):
        workshops_in(sqlite_url(tmp_path))


# What 0.1.0 left, in use

SECRET = "rahasia"  # noqa: S105 -- made up


def writer_on(url: str, folder: Path) -> Writer:
    return make_writer(
        WriterConfig(
            plan=WorkshopPlan(),
            address="",
            secret=SECRET,
            database=url,
            lock=None,
            person="Ibu R.",
            cases=(CASE,),
            cases_folder=CASES,
            keys_folder=KEYS,
            data=folder,
        )
    )


@pytest.fixture
def writer(url: str, tmp_path: Path) -> Iterator[Writer]:
    left_by_0_1_0(url)
    writer = writer_on(url, tmp_path)
    yield writer
    writer.store.close()


SERVER = Caller(server=True)


KERNEL = Caller()
PASS = seat_pass(SECRET, PRESENT)


def test_its_workshops_are_listed_as_they_were(url: str) -> None:
    left_by_0_1_0(url)

    first, second = workshops_in(url)

    assert (first.name, first.code, first.seats, first.keep_days) == (CLOSED, "KBTD", 3, 30)
    assert first.closed == first.last + timedelta(minutes=1)
    assert (second.name, second.code, second.seats, second.keep_days) == (OPEN, "RVXW", 4, 60)
    assert second.closed is None


def test_the_open_one_goes_on_and_its_seats_are_known_by_their_codes(writer: Writer) -> None:
    maker = SeatMaker(b"0.1.0 " * 5 + b"..")
    code = maker.code_hash(maker.resume_code(PRESENT))

    assert writer.answer({"ask": "workshop"}, SERVER) == {
        "answer": "workshop",
        "name": OPEN,
        "code": "RVXW",
        "mode": "discussion",
        "closed": None,
        "keep_days": 60,
        "paused": None,
        "has_teams": False,
    }
    assert writer.answer({"ask": "seat_by_code", "code": code}, SERVER) == {
        "answer": "seat",
        "seat": PRESENT,
        "pseudonym": "Elang Hijau 70",
        "sector": "police",
        "typed": False,
    }


def test_a_play_is_resumed_where_it_was_left_and_goes_on(writer: Writer) -> None:
    play = writer.answer({"ask": "open", "seat_pass": PASS, "case": CASE, "again": False}, KERNEL)

    assert play["answer"] == "opened"
    assert [event["event"] for event in play["events"]] == ["started", "decided"]
    steps = writer.store.steps_of(CASE)
    assert {name: step.state for name, step in steps.items()} == {"mendesak": "revealed", "bicara": "locked"}
    assert append(writer, play["lease"], "bicara")["answer"] == "locked"
    writer.answer({"ask": "set_room", "case": CASE, "decision": "bicara", "state": "open"}, SERVER)
    assert append(writer, play["lease"], "bicara")["answer"] == "done"
    stored = writer.store.play(PRESENT, CASE, BEGUN)
    assert stored is not None
    assert len(stored.events) == 3


def append(writer: Writer, lease: str, decision: str) -> Answer:
    event = {"event": "decided", "at": LATER, "decision": decision, "pick": "dengar"}
    request: Request = {
        "ask": "append", "seat_pass": PASS, "lease": lease, "case": CASE, "play": BEGUN, "n": 2,
        "event": event,
    }  # fmt: skip
    return writer.answer(request, KERNEL)


def test_what_was_revealed_is_told_and_counted(writer: Writer) -> None:
    request: Request = {"ask": "revealed", "seat_pass": PASS, "case": CASE, "play": BEGUN, "language": "id"}

    note = writer.answer(request, KERNEL)
    tally = writer.answer({"ask": "tally", "case": CASE, "sectors": None}, SERVER)

    assert note["answer"] == "feedback"
    assert note["decision"] is not None
    assert tally["answer"] == "tally"
    assert tally["seats"] == 4
    assert tally["cases"][CASE] == {"begun": 3, "finished": 0}


def test_somebody_new_joins_it(writer: Writer) -> None:
    request: AskNewSeat = {"ask": "new_seat", "seat": "f" * 32, "pseudonym": "Beo Biru 1", "code": "x"}
    other: AskNewSeat = {**request, "seat": "e" * 32}

    assert writer.answer(request, SERVER) == {"answer": "done"}
    assert writer.answer(other, SERVER) == {"answer": "taken"}


@pytest.mark.parametrize(("name", "plays"), [(CLOSED, 3), (OPEN, 3)])
def test_it_is_closed_and_exported(url: str, tmp_path: Path, name: str, plays: int) -> None:
    left_by_0_1_0(url)
    books = ExportSources(KEYS, CASES, GUIDES)

    export = close_workshop(url, tmp_path, name, books, now=datetime(2026, 11, 23, tzinfo=UTC))

    assert (export.plays, export.not_judged) == (plays, 0)
    assert export.report is not None
    assert all(workshop.closed is not None for workshop in workshops_in(url) if workshop.name == name)


def test_it_is_forgotten_and_the_other_stays(url: str, tmp_path: Path) -> None:
    left_by_0_1_0(url)

    assert forget(url, tmp_path, [CLOSED]) == (CLOSED,)

    assert [workshop.name for workshop in workshops_in(url)] == [OPEN]
    assert forget(url, tmp_path) == (OPEN,)
    with opened(url) as engine, engine.connect() as connection:
        for table in METADATA.tables:
            assert connection.execute(text(f"select count(*) from {table}")).scalar() == 0  # noqa: S608


def test_a_line_that_postgresql_has_ended_is_dialled_anew_before_anything_is_asked(url: str) -> None:
    if url.startswith("sqlite"):
        pytest.skip("SQLite has no connection that another could end.")
    other = create_engine(url)
    with opened(url, make=True) as engine:
        with reading(engine) as connection:
            line = connection.execute(text("select pg_backend_pid()")).scalar_one()
        with reading(engine) as connection:
            assert connection.execute(text("select pg_backend_pid()")).scalar_one() == line
        with other.begin() as ending:
            ending.execute(text(f"select pg_terminate_backend({line}, 5000)"))

        with reading(engine) as connection:
            assert connection.execute(text("select pg_backend_pid()")).scalar_one() != line
    other.dispose()
