"""What a workshop keeps is its user's alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from release.workshop.data_folder import database_of, own_folder
from release.workshop.desk.desk import Desk
from tests.parts.start_server import Facilitator, running_start


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    return [each.name for each in (folder, *folder.rglob("*")) if each.stat().st_mode & 0o077]


def test_a_join_sheet_that_is_opened_before_the_plan_is_saved_leaves_nothing_to_read(
    tmp_path: Path,
) -> None:
    with running_start(tmp_path) as start:
        facilitator = Facilitator(start.port)
        facilitator.ask(start.link.partition(str(start.port))[2])
        assert facilitator.ask("/lembar").status == 200

        assert (start.data / "workshop.sqlite").is_file()
        assert open_to_others(start.data) == []


def test_the_desk_makes_the_folder_for_its_user_alone(tmp_path: Path) -> None:
    desk = Desk.at(tmp_path / "data")
    desk.current()

    assert desk.data.stat().st_mode & 0o077 == 0


def test_what_an_earlier_workshop_left_readable_is_closed_and_nothing_else(tmp_path: Path) -> None:
    names = ("workshop.sqlite", "workshop.sqlite-wal", "workshop.log", "workshop.lock", "catatan.txt")
    for name in names:
        (tmp_path / name).touch()
    assert database_of(tmp_path).endswith("workshop.sqlite")

    own_folder(tmp_path)

    assert sorted(set(open_to_others(tmp_path)) & set(names)) == ["catatan.txt"]
