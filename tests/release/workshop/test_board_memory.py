"""The board over a restart of the server: who is on it, and what is on the projector."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from release.workshop.board_memory import MOST_ENDED, BoardMemoryFile, Projection
from release.workshop.web.board_door import BoardDoor, drawn_password

PASSWORD = "papan-untuk-uji"  # noqa: S105 -- of this test
SECRET = b"s" * 32
SHOWN = Projection("daftar-nilai", "bicara", sectors=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "board.json"


def test_what_was_projected_is_there_after_a_restart(file: Path) -> None:
    BoardMemoryFile.at(file, "workshop-1").project(SHOWN)

    assert BoardMemoryFile.at(file, "workshop-1").memory.projection == SHOWN


def test_a_cleared_projector_stays_so(file: Path) -> None:
    memory = BoardMemoryFile.at(file, "workshop-1")
    memory.project(SHOWN)
    memory.project(None)

    assert BoardMemoryFile.at(file, "workshop-1").memory.projection is None


def test_another_workshop_begins_with_an_idle_projector(file: Path) -> None:
    BoardMemoryFile.at(file, "workshop-1").project(SHOWN)

    assert BoardMemoryFile.at(file, "workshop-2").memory.projection is None


def test_what_another_mode_or_course_showed_is_off_the_projector_and_a_logout_stays(file: Path) -> None:
    memory = BoardMemoryFile.at(file, "workshop-1", "discussion")
    memory.project(SHOWN)
    memory.end("a session")

    later = BoardMemoryFile.at(file, "workshop-1", "practice Kupang").memory

    assert (later.projection, later.ended) == (None, ("a session",))


@pytest.mark.parametrize("content", ["", "{", '{"projection": 3}', '{"other": 1}'])
def test_a_file_that_cannot_be_read_is_nothing_remembered(file: Path, content: str) -> None:
    file.write_text(content, encoding="utf-8")

    assert BoardMemoryFile.at(file, "workshop-1").memory.projection is None


def test_the_file_is_its_owners_alone_and_ends_somewhere(file: Path) -> None:
    memory = BoardMemoryFile.at(file, "workshop-1")
    for number in range(MOST_ENDED + 2):
        memory.end(f"{number:032x}")

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(BoardMemoryFile.at(file, "workshop-1").memory.ended) == MOST_ENDED


def test_a_folder_that_takes_nothing_stops_nobody(tmp_path: Path) -> None:
    memory = BoardMemoryFile.at(tmp_path / "gone" / "board.json", "workshop-1")

    memory.project(SHOWN)

    assert memory.memory.projection == SHOWN


def test_a_login_holds_over_a_restart(file: Path) -> None:
    token = BoardDoor.of(PASSWORD, SECRET, BoardMemoryFile.at(file, "w")).token()

    assert BoardDoor.of(PASSWORD, SECRET, BoardMemoryFile.at(file, "w")).session(token) is not None


def test_another_password_or_another_folder_ends_every_login() -> None:
    token = BoardDoor.of(PASSWORD, SECRET).token()

    assert BoardDoor.of(PASSWORD + "x", SECRET).session(token) is None
    assert BoardDoor.of(PASSWORD, b"t" * 32).session(token) is None


def test_a_logout_holds_over_a_restart(file: Path) -> None:
    door = BoardDoor.of(PASSWORD, SECRET, BoardMemoryFile.at(file, "w"))
    token = door.token()
    door.end(token)

    assert BoardDoor.of(PASSWORD, SECRET, BoardMemoryFile.at(file, "w")).session(token) is None


def test_a_workshop_draws_the_same_password_again_and_another_one_another() -> None:
    again = {drawn_password(SECRET, "workshop-1") for _ in range(3)}

    assert len(again) == 1
    assert drawn_password(SECRET, "workshop-2") not in again
    assert drawn_password(b"t" * 32, "workshop-1") not in again
