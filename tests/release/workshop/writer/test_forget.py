from __future__ import annotations

import asyncio
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock
from sqlalchemy import create_engine, inspect, text
from typer.testing import CliRunner

from release.commands import workshop as workshop_commands
from release.workshop.data_folder import exports_of
from release.workshop.plan import WorkshopPlan
from release.workshop.writer.forget import RunningError, forget, forget_due
from release.workshop.writer.store import WorkshopStore
from release.workshop.writer.sweep import LongerError, refuse_longer, sweep, sweep_hourly
from release.workshop.writer.workshops import WorkshopsError, workshops_in
from release.workshop.writer_config import WriterConfig
from tests.parts.databases import sqlite_url
from tests.parts.past_workshop import BEGAN, PSEUDONYM, past_workshop
from tests.parts.report_class import REFLECTION, RIGHT

ANSWERED = datetime(2026, 11, 2, 7, tzinfo=UTC)


def rows_in(url: str) -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        names = set(inspect(connection).get_table_names()) - {"alembic_version"}
        count: int = sum(connection.scalar(text(f"select count(*) from {name}")) for name in names)  # noqa: S608
    engine.dispose()
    return count


def test_nothing_of_a_forgotten_workshop_stays_in_any_table(url: str, tmp_path: Path) -> None:
    name = past_workshop(tmp_path, url=url)

    assert forget(url, tmp_path, [name]) == (name,)
    assert rows_in(url) == 0


def test_nothing_of_it_stays_in_the_files(tmp_path: Path) -> None:
    name = past_workshop(tmp_path)
    export = exports_of(tmp_path) / name
    export.mkdir(parents=True)
    (export / "decisions.csv").write_text("seat", encoding="utf-8")
    content = b"".join(file.read_bytes() for file in tmp_path.glob("workshop.sqlite*"))
    assert REFLECTION.encode() in content

    forget(sqlite_url(tmp_path), tmp_path, [name])

    files = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert REFLECTION.encode() not in files
    assert PSEUDONYM.encode() not in files
    assert not export.exists()


def test_another_workshop_stays(tmp_path: Path) -> None:
    first = past_workshop(tmp_path, closed=True)
    second = past_workshop(tmp_path, began=BEGAN + timedelta(days=1))

    forget(sqlite_url(tmp_path), tmp_path, [first])

    (left,) = workshops_in(sqlite_url(tmp_path))
    assert (left.name, left.seats) == (second, 1)


@pytest.mark.parametrize(("days", "gone"), [(29, False), (30, True), (31, True)])
def test_it_is_forgotten_by_itself_so_many_days_after_the_last_answer(
    tmp_path: Path, days: int, *, gone: bool
) -> None:
    name = past_workshop(tmp_path)

    forgotten = forget_due(sqlite_url(tmp_path), tmp_path, ANSWERED + timedelta(days=days))

    assert forgotten == ((name,) if gone else ())


def test_a_lesson_that_was_read_counts_as_an_answer(tmp_path: Path) -> None:
    name, url = past_workshop(tmp_path), sqlite_url(tmp_path)
    store = WorkshopStore(url, workshop=name, clock=lambda: ANSWERED + timedelta(days=20))
    (seat,) = store.sectors()
    store.progress.note_read(seat, "K1")
    store.close()

    assert forget_due(url, tmp_path, ANSWERED + timedelta(days=49)) == ()
    assert forget_due(url, tmp_path, ANSWERED + timedelta(days=50)) == (name,)


def test_a_workshop_keeps_its_own_time(tmp_path: Path) -> None:
    past_workshop(tmp_path, keep_days=5)

    assert forget_due(sqlite_url(tmp_path), tmp_path, ANSWERED + timedelta(days=4)) == ()
    assert forget_due(sqlite_url(tmp_path), tmp_path, ANSWERED + timedelta(days=5))


def test_the_workshop_that_runs_is_spared(tmp_path: Path) -> None:
    name = past_workshop(tmp_path)

    assert forget_due(sqlite_url(tmp_path), tmp_path, ANSWERED + timedelta(days=90), spare=name) == ()


def test_while_a_server_runs_nothing_is_forgotten_by_hand(tmp_path: Path) -> None:
    name = past_workshop(tmp_path)

    with FileLock(tmp_path / "workshop.lock"), pytest.raises(RunningError, match="End it first"):
        forget(sqlite_url(tmp_path), tmp_path, [name])


def test_an_unknown_name_deletes_nothing(tmp_path: Path) -> None:
    name = past_workshop(tmp_path)

    with pytest.raises(WorkshopsError, match=name):
        forget(sqlite_url(tmp_path), tmp_path, [name, "lain"])
    assert len(workshops_in(sqlite_url(tmp_path))) == 1


def test_looking_makes_no_database(tmp_path: Path) -> None:
    assert workshops_in(sqlite_url(tmp_path)) == ()
    assert list(tmp_path.iterdir()) == []


def config_of(folder: Path) -> WriterConfig:
    return WriterConfig(
        plan=WorkshopPlan(),
        address="",
        secret="",
        database=sqlite_url(folder),
        lock=None,
        person="Ibu R.",
        cases=(),
        cases_folder=folder,
        keys_folder=folder,
        data=folder,
    )


def test_a_server_sweeps_at_its_start(tmp_path: Path) -> None:
    name = past_workshop(tmp_path, keep_days=1)

    assert sweep(config_of(tmp_path)) == (name,)


def test_a_server_sweeps_again_and_again(tmp_path: Path) -> None:
    past_workshop(tmp_path, keep_days=1)
    rounds: asyncio.Queue[tuple[str, ...]] = asyncio.Queue()

    async def sweep_once() -> None:
        rounds.put_nowait(sweep(config_of(tmp_path), spare="lain"))

    async def wait_for_two_rounds() -> None:
        sweeping = asyncio.create_task(sweep_hourly(sweep_once, pause=0.01))
        assert len(await rounds.get()) == 1
        name = past_workshop(tmp_path, keep_days=1)
        while name not in await rounds.get():
            pass
        sweeping.cancel()

    asyncio.run(wait_for_two_rounds())

    assert workshops_in(sqlite_url(tmp_path)) == ()


@pytest.mark.parametrize(("days", "people", "refused"), [(11, 1, True), (10, 1, False), (11, 0, False)])
def test_nobody_is_kept_longer_than_was_said(
    tmp_path: Path, days: int, people: int, *, refused: bool
) -> None:
    past_workshop(tmp_path, [("police", RIGHT)] * people, keep_days=10)

    with pytest.raises(LongerError, match="--keep-days 10") if refused else nullcontext():
        refuse_longer(config_of(tmp_path).model_copy(update={"plan": WorkshopPlan(keep_days=days)}))


def test_an_export_that_was_broken_off_is_forgotten_too(tmp_path: Path) -> None:
    name = past_workshop(tmp_path)
    broken = exports_of(tmp_path) / f".{name}.new"
    broken.mkdir(parents=True)

    forget(sqlite_url(tmp_path), tmp_path)

    assert not broken.exists()


def test_the_command_lists_and_forgets(tmp_path: Path) -> None:
    name = past_workshop(tmp_path)

    def output(*words: str) -> str:
        return CliRunner().invoke(workshop_commands.app, [*words, "--data", str(tmp_path)]).stdout

    assert name in output("list")
    assert workshops_in(sqlite_url(tmp_path))
    assert f"Deleted: {name}." in output("forget", name, "--yes")
    assert "No workshop is held" in output("list")


def test_the_command_asks_before_it_deletes(tmp_path: Path) -> None:
    name = past_workshop(tmp_path)
    words = ["forget", name, "--data", str(tmp_path)]

    answer = CliRunner().invoke(workshop_commands.app, words, input="n\n")

    assert answer.exit_code == 1
    assert len(workshops_in(sqlite_url(tmp_path))) == 1
