"""The board over a restart of the server, and at another one: who is on it, and what is on the projector."""

from __future__ import annotations

import pytest

from release.workshop.hall.board_memory import MOST_ENDED, BoardMemory, Projection
from release.workshop.web.board_door import BoardDoor, drawn_password

PASSWORD = "papan-untuk-uji"  # noqa: S105 -- of this test
SECRET = b"s" * 32
SHOWN = Projection("daftar-nilai", "bicara", sectors=True)


def kept(memory: BoardMemory) -> str:
    return memory.model_dump_json()


def test_what_was_projected_is_there_when_it_is_read_again() -> None:
    memory = BoardMemory(played="discussion").projecting(SHOWN)

    assert BoardMemory.read(kept(memory), "discussion").projection == SHOWN
    assert BoardMemory.read(kept(memory.projecting(None)), "discussion").projection is None


def test_what_another_mode_or_course_showed_is_off_the_projector_and_a_logout_stays() -> None:
    memory = BoardMemory(played="discussion").projecting(SHOWN).without("a session")

    later = BoardMemory.read(kept(memory), "practice Kupang")

    assert (later.projection, later.ended) == (None, ("a session",))


@pytest.mark.parametrize("content", ["", "{", '{"projection": 3}', '{"other": 1}'])
def test_what_cannot_be_read_is_nothing_remembered(content: str) -> None:
    assert BoardMemory.read(content, "practice") == BoardMemory(played="practice")


def test_the_logouts_end_somewhere() -> None:
    memory = BoardMemory()
    for number in range(MOST_ENDED + 2):
        memory = memory.without(f"{number:032x}")

    assert len(memory.ended) == MOST_ENDED
    assert memory.ended[-1] == f"{MOST_ENDED + 1:032x}"


def test_a_login_holds_over_a_restart() -> None:
    token = BoardDoor.of(PASSWORD, SECRET).token()

    assert BoardDoor.of(PASSWORD, SECRET).session(token) is not None


def test_another_password_or_another_secret_ends_every_login() -> None:
    token = BoardDoor.of(PASSWORD, SECRET).token()

    assert BoardDoor.of(PASSWORD + "x", SECRET).session(token) is None
    assert BoardDoor.of(PASSWORD, b"t" * 32).session(token) is None


def test_a_workshop_draws_the_same_password_again_and_another_one_another() -> None:
    again = {drawn_password(SECRET, "workshop-1") for _ in range(3)}

    assert len(again) == 1
    assert drawn_password(SECRET, "workshop-2") not in again
    assert drawn_password(b"t" * 32, "workshop-1") not in again
