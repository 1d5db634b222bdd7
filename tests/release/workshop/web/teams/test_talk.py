"""What talking changed, on the board and the projector of a discussion: from the reveal on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from release.workshop.hall.board_memory import Projection
from release.workshop.web.board_view import ProjectedDecision, Spoken, TalkView
from release.workshop.wire import CaseTally, TallyAnswer
from scenarios.directory.services import load_directory
from scenarios.loader import load_case
from tests.parts.databases import sqlite_url
from tests.parts.table import CASE, TableRoom, settle
from tests.places import CASES

TALK: TalkView = {
    "teams": 5,
    "people": 10,
    "settled": {"rendah": 0, "sedang": 5, "tinggi": 0},
    "majorities": 0,
    "changed": 0,
    "before": "50,0",
    "after": "100,0",
}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[TableRoom]:
    """Five tables of two in a discussion, each of which was split and settled on the right answer."""
    made = TableRoom(sqlite_url(tmp_path), "discussion")
    for number in range(5):
        members = made.table(f"Ana {number}", f"Beo {number}")
        members[0].move("begin")
        settle(members, "mendesak", ("sedang", "rendah"), "sedang")
    yield made
    made.writer.store.close()


def spoken() -> Spoken:
    return Spoken({CASE: load_case(CASES / CASE)}, load_directory(), "id")


def tally(room: TableRoom) -> TallyAnswer:
    answer = room.ask({"ask": "tally", "case": CASE, "sectors": None})
    assert answer["answer"] == "tally"
    return answer


def on_projector(room: TableRoom) -> ProjectedDecision:
    shown = spoken().projector(tally(room), Projection(CASE, "mendesak", sectors=False))
    assert shown is not None
    return shown


def reveal(room: TableRoom) -> None:
    for state in ("locked", "revealed"):
        done = room.ask({"ask": "set_room", "case": CASE, "decision": "mendesak", "state": state})
        assert done == {"answer": "done"}


def test_the_board_tells_it_once_it_is_revealed(room: TableRoom) -> None:
    reveal(room)
    counted: CaseTally | None = tally(room)["case"]
    assert counted is not None
    case = load_case(CASES / CASE)
    decision = case.decision("mendesak")
    assert decision is not None

    view = spoken().decision(case, decision, counted, None, with_key=True)

    assert view["talk"] == TALK


def test_the_projector_tells_it_once_it_is_revealed(room: TableRoom) -> None:
    assert on_projector(room)["talk"] is None
    reveal(room)

    assert on_projector(room)["talk"] == TALK
