"""The path of a seat: the writer finds what comes next, and sends its name and its reason alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from graders.key.key import keys_folder
from release.workshop.kernel.client import WriterClient
from release.workshop.kernel.shelf import WorkshopShelf
from release.workshop.seats.seat_pass import seat_pass
from release.workshop.wire import Address, Answer, Request
from release.workshop.writer.lines import Caller
from release.workshop.writer.playable import playables
from release.workshop.writer.store import WorkshopStore
from release.workshop.writer.writer import Writer
from scenarios.engine.event import Mode
from scenarios.library import CASES
from tests.parts.databases import sqlite_url
from widgets.conversation import Conversation

SECRET, ANA = "of this run", "a" * 32
WARM_UP, OWN, OTHER = "foto-lomba", "warung-malam", "teman-gim"


class Line(WriterClient):
    """A line to a writer in this process."""

    def __init__(self, writer: Writer) -> None:
        super().__init__(Address(port=0))
        self.writer = writer

    def ask(self, request: Request) -> Answer:
        return self.writer.answer(request, Caller())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[WorkshopStore]:
    store = WorkshopStore(sqlite_url(tmp_path))
    yield store
    store.close()


def line_to(
    store: WorkshopStore, mode: Mode = "practice", cases: Sequence[str] = (WARM_UP, OWN, OTHER)
) -> Line:
    """A writer of these cases, with a volunteer of a village who has a seat."""
    writer = Writer(store, playables(CASES, tuple(cases), keys_folder()), CASES, "Ibu R.", SECRET, mode)
    new: Request = {"ask": "new_seat", "seat": ANA, "pseudonym": "Ana", "code": "x", "sector": "village"}
    assert writer.answer(new, Caller(server=True)) == {"answer": "done"}
    return Line(writer)


def shelf(line: Line) -> WorkshopShelf:
    return WorkshopShelf(line, seat_pass(SECRET, ANA))


def played(line: Line, case: str, wrong: str = "") -> dict[str, Any]:
    """Play a case to its end by its key, but in the decision `wrong`; the last view."""
    talk = Conversation(shelf(line), "id", lambda: datetime.now(UTC), lambda: case.ljust(32, "0")[:32])
    talk.answer({"type": "ready"})
    view: Any = talk.answer({"type": "choose", "case": case})[-1]
    move: dict[str, Any] = {"type": "begin", "n": 0}
    playable = line.writer.cases[case]
    while view["view"]["screen"] != "ended":
        view = talk.answer(move)[-1]
        assert view["type"] == "view", view
        scene, n = view["view"]["scene"], view["view"]["n"]
        form = scene["decision"]
        if form is None:
            move = {"type": "continue", "n": n, "scene": scene["id"]}
        elif form["id"] not in playable.key.decisions:
            move = {"type": "skip", "n": n, "decision": form["id"]}
        else:
            play = line.writer.leases.get(ANA, case)
            assert play is not None
            key = playable.key.in_variant(play.play.case.variant).decisions[form["id"]]
            pick: Any = key.best_pick()
            if form["id"] == wrong:
                pick = next(each["id"] for each in form["options"] if each["id"] != pick)
            elif not isinstance(pick, str):
                pick = [each if isinstance(each, str) else each.model_dump(mode="json") for each in pick]
            move = {"type": "decide", "n": n, "decision": form["id"], "pick": pick}
    return dict(view["view"])


def test_whoever_has_played_nothing_is_led_to_the_warm_up(store: WorkshopStore) -> None:
    line = line_to(store)

    state = shelf(line).state("id")

    assert state.sector == "village"
    assert state.next_step is not None
    assert (state.next_step["case"], state.next_step["kind"]) == (WARM_UP, "case")
    server = Caller(server=True)
    assert line.writer.answer({"ask": "current", "seat": ANA}, server) == {
        "answer": "current",
        "case": WARM_UP,
    }


def test_without_a_warm_up_nobody_is_led_anywhere(store: WorkshopStore) -> None:
    line = line_to(store, cases=(OWN, OTHER))

    answer = line.writer.answer({"ask": "current", "seat": ANA}, Caller(server=True))

    assert answer == {"answer": "current", "case": None}


def test_after_a_case_the_next_is_of_the_own_sector_and_says_why(store: WorkshopStore) -> None:
    line = line_to(store)

    view = played(line, WARM_UP, wrong="kapan")

    step = view["result"]["note"]["next_step"]
    assert step == shelf(line).state("id").next_step
    assert (step["case"], step["lesson"]) == (OWN, "K1")
    assert step["reason"].startswith("Karena di satu kasus langkahnya terlalu")
    english = shelf(line).state("en").next_step
    assert english is not None
    assert english["reason"].startswith("Because in one case")


def test_a_room_that_is_tested_or_discusses_is_told_of_no_path(store: WorkshopStore) -> None:
    line = line_to(store, "discussion")

    assert shelf(line).state("id").next_step is None


def test_a_begun_case_is_on_the_shelf_with_how_far_it_has_come_and_is_not_proposed(
    store: WorkshopStore,
) -> None:
    line = line_to(store, cases=(OWN, OTHER))
    talk = Conversation(shelf(line), "id", lambda: datetime.now(UTC), lambda: "1" * 32)
    talk.answer({"type": "ready"})
    talk.answer({"type": "choose", "case": OWN})
    talk.answer({"type": "begin", "n": 0})
    talk.answer({"type": "skip", "n": 1, "decision": "mendesak"})

    state = shelf(line).state("id")

    assert (state.progress[OWN].status, state.progress[OWN].decided) == ("begun", 1)
    assert state.next_step is not None
    assert state.next_step["case"] == OTHER


def test_the_writer_sends_no_more_of_a_path_than_its_name_and_its_reason(store: WorkshopStore) -> None:
    line = line_to(store)
    played(line, WARM_UP)

    answer = line.ask({"ask": "statuses", "seat_pass": seat_pass(SECRET, ANA), "language": "id"})

    assert answer["answer"] == "statuses"
    assert set(answer) == {"answer", "statuses", "decided", "closed", "sector", "next_step"}
    assert set(answer["next_step"] or {}) == {"kind", "case", "title", "lesson", "lesson_title", "reason"}
