"""The backup of a workshop, and each kind of loss that it is returned from."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from filelock import FileLock
from sqlalchemy import create_engine, select, text

from release.backup.backup import BackupError, read_backup
from release.backup.workshop_backup import WorkshopBackup, back_up_workshop, restore_workshop
from release.workshop.data_folder import database_of, exports_of, lock_of
from release.workshop.seats.seat import secret_in
from release.workshop.writer.tables import METADATA
from tests.parts.databases import postgresql, sqlite_url
from tests.parts.past_workshop import past_workshop
from tests.parts.report_class import RIGHT
from tests.parts.workshop_server import Visitor, running_workshop

NOW = datetime(2026, 11, 2, 17, tzinfo=UTC)
OTHERS = 0o077
PEOPLE = (("police", RIGHT), ("school", RIGHT))


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with postgresql() as url:
        yield url


def copied(data: Path, file: Path, url: str = "") -> WorkshopBackup:
    return back_up_workshop(url or sqlite_url(data), data, file, software="0.1.0", now=NOW)


def rows(url: str) -> dict[str, list[tuple[object, ...]]]:
    engine = create_engine(url)
    with engine.connect() as connection:
        tables = METADATA.sorted_tables
        stored = {table.name: sorted(map(tuple, connection.execute(select(table)))) for table in tables}
    engine.dispose()
    return stored


@pytest.fixture
def past(tmp_path: Path) -> Path:
    """The data folder of a workshop that was past, with its secret and an export."""
    data = tmp_path / "data"
    data.mkdir()
    name = past_workshop(data, PEOPLE, closed=True)
    secret_in(data)
    exports_of(data).mkdir()
    (exports_of(data) / f"{name}.csv").write_text("seat", encoding="utf-8")
    return data


def test_a_backup_of_sqlite_comes_back_into_postgresql_and_from_there_into_sqlite(
    past: Path, tmp_path: Path, postgres: str
) -> None:
    before = rows(sqlite_url(past))
    copied(past, tmp_path / "one.zip")
    server, laptop = tmp_path / "server", tmp_path / "laptop"

    restore_workshop(tmp_path / "one.zip", postgres, server)
    past_workshop(server, url=postgres, began=NOW)  # numbers go on where they stood
    more = rows(postgres)
    copied(server, tmp_path / "two.zip", postgres)
    restore_workshop(tmp_path / "two.zip", sqlite_url(laptop), laptop)

    assert all(set(some) <= set(more[table]) for table, some in before.items())
    assert len(more["workshop"]) == 2
    assert rows(sqlite_url(laptop)) == more


def lose_a_table(data: Path) -> None:
    engine = create_engine(sqlite_url(data))
    with engine.begin() as connection:
        connection.execute(text("drop table event"))
    engine.dispose()


def lose_the_database(data: Path) -> None:
    (data / "workshop.sqlite").write_bytes(b"\0" * 4096)


def lose_the_machine(data: Path) -> None:
    shutil.rmtree(data)


@pytest.mark.parametrize("lose", [lose_a_table, lose_the_database, lose_the_machine])
def test_after_each_kind_of_loss_everything_is_back_in_an_empty_folder(
    past: Path, tmp_path: Path, lose: Callable[[Path], None]
) -> None:
    before, secret = rows(sqlite_url(past)), secret_in(past)
    export = next(exports_of(past).iterdir()).name
    copy = copied(past, tmp_path / "copy.zip")
    lose(past)
    new = tmp_path / "new"

    back = restore_workshop(tmp_path / "copy.zip", sqlite_url(new), new)

    assert rows(sqlite_url(new)) == before
    assert secret_in(new) == secret
    assert (exports_of(new) / export).read_text(encoding="utf-8") == "seat"
    assert (back.workshops, back.seats, back.plays, back.events) == (1, 2, 2, len(before["event"]))
    assert back.moment == copy.moment == NOW


def test_a_copy_made_in_the_middle_of_a_play_is_played_on_from_there(tmp_path: Path) -> None:
    data, new = tmp_path / "data", tmp_path / "new"
    with running_workshop(data) as workshop:
        visitor = Visitor(workshop.port)
        visitor.join()
        with visitor.play() as page:
            page.move(type="begin")
            page.move(type="decide", decision="mendesak", pick="sedang")
            copied(data, tmp_path / "copy.zip", database_of(data))
            page.move(type="decide", decision="bicara", pick="dengar", sure=True)

    restore_workshop(tmp_path / "copy.zip", database_of(new), new)

    with running_workshop(new) as workshop:
        visitor.port = workshop.port
        with visitor.play() as page:
            assert (page.view["n"], page.view["scene"]["id"]) == (2, "bicara")


def test_a_backup_is_its_owners_alone_and_so_is_what_comes_back(past: Path, tmp_path: Path) -> None:
    copied(past, tmp_path / "copy.zip")
    new = tmp_path / "new"

    restore_workshop(tmp_path / "copy.zip", sqlite_url(new), new)

    files = [tmp_path / "copy.zip", *new.rglob("*.*"), new / "secret"]
    assert [file.name for file in files if file.is_file() and file.stat().st_mode & OTHERS] == []


def test_nothing_of_this_machines_start_is_in_a_backup(past: Path, tmp_path: Path) -> None:
    for name in ("start.json", "start.html", "start.lock", "workshop.log", "workshop.lock"):
        (past / name).write_text("this machine", encoding="utf-8")
    (tmp_path / "unpacked").mkdir()

    copied(past, tmp_path / "copy.zip")

    parts = read_backup(tmp_path / "copy.zip", "workshop", tmp_path / "unpacked").parts
    assert {name.split("/")[0] for name in parts} == {"workshop.sqlite", "secret", "exports"}


def test_workshops_are_never_written_over(past: Path, tmp_path: Path) -> None:
    copied(past, tmp_path / "copy.zip")
    before = rows(sqlite_url(past))

    with pytest.raises(BackupError, match="--database"):
        restore_workshop(tmp_path / "copy.zip", sqlite_url(past), past)

    assert rows(sqlite_url(past)) == before


def test_another_secret_in_the_folder_is_in_the_way(past: Path, tmp_path: Path) -> None:
    copied(past, tmp_path / "copy.zip")
    new = tmp_path / "new"
    secret = secret_in(new)

    with pytest.raises(BackupError, match="secret"):
        restore_workshop(tmp_path / "copy.zip", sqlite_url(new), new)

    assert secret_in(new) == secret
    assert not rows(sqlite_url(new))["workshop"]


def test_nothing_comes_back_beneath_a_workshop_that_runs(past: Path, tmp_path: Path) -> None:
    copied(past, tmp_path / "copy.zip")
    new = tmp_path / "new"
    new.mkdir()

    with FileLock(lock_of(new)), pytest.raises(BackupError, match=str(new)):
        restore_workshop(tmp_path / "copy.zip", sqlite_url(new), new)

    assert not (new / "workshop.sqlite").exists()


def test_where_no_workshop_was_held_there_is_nothing_to_copy(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match=str(tmp_path)):
        copied(tmp_path, tmp_path / "copy.zip")
    assert list(tmp_path.iterdir()) == []


def test_an_older_copy_is_never_written_over(past: Path, tmp_path: Path) -> None:
    (tmp_path / "copy.zip").write_bytes(b"older")

    with pytest.raises(BackupError, match=r"copy\.zip"):
        copied(past, tmp_path / "copy.zip")

    assert (tmp_path / "copy.zip").read_bytes() == b"older"
