"""A decision is open, locked or revealed for the whole room, and what a player shows follows from it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tornado.websocket import WebSocketClosedError

from release.workshop.kernel.client import WriterClient
from release.workshop.kernel.shelf import WorkshopShelf
from release.workshop.plan import WorkshopPlan
from release.workshop.seats.seat_pass import seat_pass
from release.workshop.web.websocket import OpenPages
from release.workshop.wire import Address, Answer, Pace, Request, RoomState, TallyAnswer
from release.workshop.writer.lines import Caller
from release.workshop.writer.playable import NotForPracticeError, playables
from release.workshop.writer.room import DecisionStates, RoomPace, Step
from release.workshop.writer.store import WorkshopStore
from release.workshop.writer.workshops import note_closed, workshops_in
from release.workshop.writer.writer import Writer
from scenarios.engine.event import Mode
from scenarios.feedback import DecisionState
from scenarios.library import CASES
from tests.parts.databases import sqlite_url
from tests.parts.room_class import CASE, furnish
from tests.places import KEYS, TESTS
from widgets.conversation import Conversation

SECRET = "a word between the server and its writer"  # noqa: S105 -- of this test
SEAT = "e" * 32
LATER = datetime(2026, 11, 22, 9, tzinfo=UTC)
CLASS = [("police", [("mendesak", pick)]) for pick in ("sedang", "sedang", "rendah", "sedang", "tinggi")]


class TickingClock:
    """Each look at it is a second later."""

    def __init__(self) -> None:
        self.looks = itertools.count()

    def __call__(self) -> datetime:
        return LATER + timedelta(seconds=next(self.looks))


CLOCK = TickingClock()


class StraightClient(WriterClient):
    """A kernel's line to a writer in the same process."""

    def __init__(self, writer: Writer) -> None:
        super().__init__(Address(port=0))
        self.writer = writer

    def ask(self, request: Request) -> Answer:
        return self.writer.answer(request, Caller())


@dataclass
class Session:
    """A writer, the server's line to it, and one participant's player."""

    writer: Writer
    server: Caller
    player: Conversation
    view: dict[str, Any] = field(default_factory=dict)

    def ask(self, request: Request) -> Answer:
        return self.writer.answer(request, self.server)

    def bring(self, decision: str, state: RoomState) -> str:
        return self.ask({"ask": "set_room", "case": CASE, "decision": decision, "state": state})["answer"]

    def pace(self, pace: Pace) -> None:
        assert self.ask({"ask": "set_pace", "case": CASE, "pace": pace})["answer"] == "done"

    def states(self) -> dict[str, DecisionState]:
        counted = self.tally()["case"]
        assert counted is not None
        return {name: one["state"] for name, one in counted["decisions"].items()}

    def tally(self, case: str | None = CASE, sectors: str | None = None) -> TallyAnswer:
        answer = self.ask({"ask": "tally", "case": case, "sectors": sectors})
        assert answer["answer"] == "tally"
        return answer

    def say(self, **message: object) -> dict[str, Any]:
        """Send a message of the browser's; the view, or the refusal, that comes back."""
        reply: Any = self.player.answer(message)[-1]
        if reply["type"] == "view":
            self.view = reply["view"]
            return self.view
        answer: dict[str, Any] = reply
        return answer

    def move(self, kind: str, **more: object) -> dict[str, Any]:
        return self.say(type=kind, n=self.view["n"], **more)

    def decide(self, decision: str, pick: object) -> dict[str, Any]:
        return self.move("decide", decision=decision, pick=pick)

    def look(self) -> dict[str, Any]:
        """What the browser sees after a nudge."""
        return self.say(type="language", language="id")


def conversation(writer: Writer, play: int) -> Conversation:
    """A participant's player."""
    shelf = WorkshopShelf(StraightClient(writer), seat_pass(SECRET, SEAT))
    return Conversation(shelf, "id", CLOCK, lambda: f"{play:032x}")


def begin(writer: Writer, play: int = 9) -> Session:
    """The server, and a participant who has begun the case with that play."""
    server = Caller()
    writer.answer({"ask": "hello_server", "secret": SECRET}, server)
    writer.answer(
        {"ask": "new_seat", "seat": SEAT, "pseudonym": "Beo Biru", "code": "x", "sector": "health"}, server
    )
    session = Session(writer, server, conversation(writer, play))
    session.say(type="ready")
    session.move("begin")
    return session


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., Writer]]:
    """A factory of writers on the same database, in which a class of five has answered already."""
    stores: list[WorkshopStore] = []

    def make(mode: Mode = "discussion") -> Writer:
        store = WorkshopStore(sqlite_url(tmp_path), clock=CLOCK)
        if not stores:
            furnish(store, CLASS, mode=mode)
        store.settle(WorkshopPlan(mode=mode))
        stores.append(store)
        cases = playables(TESTS / "cases", (CASE,), KEYS)
        return Writer(store, cases, TESTS / "cases", "Ibu R.", SECRET, mode)

    yield make
    for store in stores:
        store.close()


@pytest.fixture
def session(opened: Callable[..., Writer]) -> Session:
    return begin(opened())


# The state of a decision


def test_a_decision_is_open_until_something_is_done_with_it() -> None:
    assert DecisionStates().state("mendesak") == "open"
    assert DecisionStates().takes_answers("mendesak")
    assert DecisionStates().revealed_at("mendesak") is None


@pytest.mark.parametrize(("state", "takes"), [("open", True), ("locked", False), ("revealed", True)])
def test_only_a_locked_decision_takes_no_answer(state: RoomState, *, takes: bool) -> None:
    assert DecisionStates({"mendesak": Step(state, "now")}).takes_answers("mendesak") is takes


def test_the_decision_that_was_revealed_last_is_told_of_those_that_were_met() -> None:
    states = DecisionStates(
        {"b": Step("revealed", "1"), "a": Step("revealed", "2"), "c": Step("locked", "3")}
    )

    assert states.revealed_last({"a", "b", "c"}) == "a"
    assert states.revealed_last({"b"}) == "b"
    assert states.revealed_last({"c"}) is None


def test_what_was_revealed_stays_so(session: Session) -> None:
    session.bring("mendesak", "locked")
    assert session.bring("mendesak", "open") == "done"
    assert session.bring("mendesak", "revealed") == "done"

    assert session.bring("mendesak", "open") == session.bring("mendesak", "locked") == "refused"
    steps = session.writer.store.steps_of(CASE)
    assert {name: step.state for name, step in steps.items()} == {"mendesak": "revealed"}


# Discussion: the player


def test_in_a_discussion_no_feedback_comes_before_the_reveal(session: Session) -> None:
    view = session.decide("mendesak", "rendah")

    assert view["feedback"] is None
    assert any("fasilitator" in notice for notice in view["notices"])


def test_the_reveal_brings_the_feedback_and_the_class(session: Session) -> None:
    session.decide("mendesak", "rendah")
    session.bring("mendesak", "revealed")

    due = session.look()["feedback"]

    assert due["note"]["score"] == 0
    assert due["note"]["room"] == {
        "n": 5, "counts": {"rendah": 1, "sedang": 3, "tinggi": 1}, "uncounted": True
    }  # fmt: skip


def test_the_reveal_is_seen_by_whoever_has_gone_on(session: Session) -> None:
    session.decide("mendesak", "sedang")
    session.bring("mendesak", "revealed")
    session.decide("bicara", "dengar")
    earlier = session.look()
    assert earlier["feedback"]["note"]["decision"] == "mendesak"
    assert earlier["notices"], "the later decision still waits"

    session.bring("bicara", "revealed")

    view = session.look()
    due = view["feedback"]
    assert (due["note"]["decision"], due["event"], view["notices"]) == ("bicara", 2, [])
    assert due["note"]["room"] == {"n": 1, "counts": None}, "fewer than five have come so far"


def test_whoever_skipped_is_left_in_peace_by_the_reveal(session: Session) -> None:
    session.move("skip", decision="mendesak")
    session.bring("mendesak", "revealed")

    assert session.look()["feedback"] is None


def test_the_reveal_tells_nothing_to_whoever_has_not_answered(session: Session) -> None:
    session.bring("mendesak", "revealed")

    view = session.look()

    assert view["feedback"] is None
    assert "Data terus menyebar" not in str(view)


def test_whoever_answers_after_the_reveal_goes_on_and_is_not_counted(session: Session) -> None:
    session.bring("mendesak", "revealed")
    late = session.decide("mendesak", "sedang")

    assert late["feedback"]["note"]["score"] == 1
    assert late["feedback"]["note"]["room"]["n"] == 5


def test_whoever_answers_after_the_reveal_is_told_that_the_figures_are_without_them(
    session: Session,
) -> None:
    session.bring("mendesak", "revealed")

    late = session.decide("mendesak", "sedang")["feedback"]["note"]["room"]

    assert late["uncounted"] is True


def test_a_locked_decision_is_refused_and_nothing_is_lost(session: Session) -> None:
    session.bring("mendesak", "locked")

    refused = session.decide("mendesak", "sedang")

    assert (refused["type"], refused["code"]) == ("refused", "locked")
    assert "masih ada di sini" in refused["text"]
    session.bring("mendesak", "open")
    assert session.decide("mendesak", "sedang")["scene"]["id"] == "bicara"


def test_a_locked_decision_may_be_skipped(session: Session) -> None:
    session.bring("mendesak", "locked")

    assert session.move("skip", decision="mendesak")["scene"]["id"] == "bicara"


def test_the_result_comes_once_every_decision_is_revealed(session: Session) -> None:
    for name, pick in PICKS.items():
        session.decide(name, pick)
        session.bring(name, "revealed")
    session.move("skip", decision="serah")
    assert session.decide("refleksi", "Mendengar lebih dulu.")["screen"] == "ended"
    assert session.view["result"] is None

    session.bring("serah", "revealed")

    assert session.look()["result"]["note"]["S"] is not None


PICKS: dict[str, object] = {
    "mendesak": "sedang",
    "bicara": "dengar",
    "langkah": ["catat"],
    "urutan": ["aman", "setuju", "sekolah", "pantau"],
}


def play_to_the_end(session: Session) -> None:
    serah = [{"service": "sekolah", "urgency": "jam", "packet": ["tindakan"]}]
    for name, pick in {**PICKS, "serah": serah}.items():
        session.decide(name, pick)
        session.bring(name, "revealed")
    assert session.decide("refleksi", "Mendengar lebih dulu.")["screen"] == "ended"


# Discussion: the room goes together


def test_a_confirmed_decision_waits_for_its_discussion_and_goes_on_by_itself(session: Session) -> None:
    assert session.decide("mendesak", "sedang")["screen"] == "waiting"

    session.bring("mendesak", "revealed")

    assert session.look()["screen"] == "scene"


def test_a_pause_and_a_reload_do_not_end_the_wait(session: Session) -> None:
    session.decide("mendesak", "sedang")
    session.move("pause")

    assert session.move("resume")["screen"] == "waiting"


@pytest.mark.parametrize("kind", ["decide", "skip"])
def test_nobody_goes_past_a_decision_that_waits_whatever_the_page_sends(session: Session, kind: str) -> None:
    session.decide("mendesak", "sedang")
    more: dict[str, object] = {"pick": "dengar"} if kind == "decide" else {}

    refused = session.move(kind, decision="bicara", **more)

    assert (refused["type"], refused["code"]) == ("refused", "locked")
    session.bring("mendesak", "revealed")
    assert session.move(kind, decision="bicara", **more).get("type") != "refused"


def test_a_pause_and_another_writer_let_nobody_past_a_decision_that_waits(
    opened: Callable[..., Writer], session: Session
) -> None:
    session.decide("mendesak", "sedang")
    session.move("pause")
    session.move("resume")
    session.player = conversation(opened(), 9)
    assert session.say(type="ready")["screen"] == "waiting"

    assert session.decide("bicara", "dengar")["code"] == "locked"


def test_step_by_step_the_next_decision_lets_on_who_waits_at_another(session: Session) -> None:
    session.pace("stepwise")
    session.bring("mendesak", "open")
    assert session.decide("mendesak", "sedang")["screen"] == "waiting"
    session.bring("mendesak", "locked")
    assert session.look()["screen"] == "waiting"

    session.bring("bicara", "open")

    assert session.look()["screen"] == "scene"
    assert session.decide("bicara", "dengar")["screen"] == "waiting"


def test_whoever_skips_waits_for_nobody(session: Session) -> None:
    assert session.move("skip", decision="mendesak")["screen"] == "scene"


def test_a_text_waits_for_no_discussion(session: Session) -> None:
    play_to_the_end(session)

    assert session.view["screen"] == "ended"


def test_a_page_knows_of_a_halt_before_anything_is_confirmed_and_of_its_end(session: Session) -> None:
    assert session.look()["room"]["state"] == "open"
    session.bring("mendesak", "locked")
    assert session.look()["room"]["state"] == "locked"
    session.bring("mendesak", "revealed")

    assert session.look()["room"]["state"] == "revealed"


def test_step_by_step_a_decision_takes_answers_once_it_is_opened(session: Session) -> None:
    session.pace("stepwise")
    assert session.look()["room"]["state"] == "ahead"
    assert session.decide("mendesak", "sedang")["code"] == "locked"

    session.bring("mendesak", "open")

    assert session.look()["room"]["state"] == "open"
    assert session.decide("mendesak", "sedang")["screen"] == "waiting"


def test_step_by_step_one_decision_is_open_at_a_time(session: Session) -> None:
    session.pace("stepwise")
    session.bring("mendesak", "open")
    session.bring("bicara", "open")

    assert session.states()["mendesak"] == "locked"
    assert session.states()["bicara"] == "open"
    assert session.states()["langkah"] == "ahead"


def test_all_is_open_again_where_the_room_is_free(session: Session) -> None:
    session.pace("stepwise")
    session.pace("free")

    assert session.look()["room"] == {"state": "open", "seconds": None, "other": None}
    assert session.decide("mendesak", "sedang")["screen"] == "waiting"


def test_the_pace_is_kept_over_a_restart_of_the_writer(
    opened: Callable[..., Writer], session: Session
) -> None:
    session.pace("stepwise")

    again = begin(opened(), 11)

    assert again.tally()["pace"] == "stepwise"
    assert again.tally()["pace_case"] == CASE
    assert again.states()["mendesak"] == "ahead"


def test_a_pace_for_a_case_that_there_is_not_is_refused(session: Session) -> None:
    assert session.ask({"ask": "set_pace", "case": "entah", "pace": "alone"})["answer"] == "refused"
    assert session.tally()["pace"] == "free"


def test_while_the_room_plays_another_case_nothing_is_begun_in_this_one(
    opened: Callable[..., Writer],
) -> None:
    writer = opened()
    writer.store.keep_pace(RoomPace("alone", "kasus-lain"))
    session = begin(writer)

    assert session.move("begin")["code"] == "locked"
    statuses = writer.answer(
        {"ask": "statuses", "seat_pass": seat_pass(SECRET, SEAT), "language": "id"}, session.server
    )
    assert statuses["answer"] == "statuses"
    assert statuses["closed"] == [CASE]


def test_a_timer_counts_down_and_ends_nothing_by_itself(session: Session) -> None:
    session.ask({"ask": "set_room", "case": CASE, "decision": "mendesak", "state": "open", "minutes": 1})
    seconds = session.look()["room"]["seconds"]
    assert 0 < seconds < 60
    for _ in range(80):
        CLOCK()

    assert session.look()["room"]["seconds"] == 0
    assert session.decide("mendesak", "sedang")["screen"] == "waiting"


def test_a_timer_is_kept_over_a_restart_of_the_writer(
    opened: Callable[..., Writer], session: Session
) -> None:
    session.ask({"ask": "set_room", "case": CASE, "decision": "mendesak", "state": "open", "minutes": 5})
    before = session.look()["room"]["seconds"]

    counted = begin(opened(), 11).tally()["case"]

    assert counted is not None
    left = counted["decisions"]["mendesak"]["seconds"]
    assert left is not None
    assert before - 60 < left < before


def test_what_is_stopped_or_opened_without_a_timer_has_none(session: Session) -> None:
    session.ask({"ask": "set_room", "case": CASE, "decision": "mendesak", "state": "open", "minutes": 5})
    session.bring("mendesak", "open")

    assert session.look()["room"]["seconds"] is None


def test_the_board_sees_how_many_are_left_and_never_who(session: Session) -> None:
    def left() -> tuple[int, int]:
        counted = session.tally()["case"]
        assert counted is not None
        return counted["decisions"]["mendesak"]["answered"], counted["decisions"]["mendesak"]["left"]

    assert left() == (5, 1)
    session.decide("mendesak", "sedang")
    assert left() == (6, 0)
    assert SEAT not in str(session.tally())


def test_whoever_skipped_is_waited_for_no_more(session: Session) -> None:
    session.move("skip", decision="mendesak")
    counted = session.tally()["case"]

    assert counted is not None
    assert counted["decisions"]["mendesak"]["left"] == 0


def test_the_board_has_the_reasons_of_the_key(session: Session) -> None:
    counted = session.tally()["case"]

    assert counted is not None
    assert set(counted["decisions"]["mendesak"]["why"]) == {"rendah", "sedang", "tinggi"}
    assert "menyebar" in counted["decisions"]["mendesak"]["why"]["rendah"]["id"]


def test_the_board_says_when_the_workshop_was_closed(session: Session, tmp_path: Path) -> None:
    assert session.tally()["closed"] is None
    (workshop,) = workshops_in(sqlite_url(tmp_path))
    note_closed(sqlite_url(tmp_path), workshop, LATER)

    assert session.tally()["closed"] == "2026-11-22T09:00:00Z"


def test_in_a_discussion_the_phone_has_the_letters_of_the_board(session: Session) -> None:
    form = session.view["scene"]["decision"]
    assert [option["text"][:3] for option in form["options"]] == ["A. ", "B. ", "C. "]
    session.decide("mendesak", "rendah")
    session.bring("mendesak", "revealed")

    due = session.look()["feedback"]["note"]

    texts = {option["id"]: option["text"] for option in due["options"]}
    assert texts == {option["id"]: option["text"] for option in form["options"]}
    first_layer = [line["text"] for name in ("chosen", "right") for line in due["gist"][name]]
    assert first_layer == [texts["rendah"], texts["sedang"]]


def test_outside_of_a_discussion_the_phone_has_no_letters(opened: Callable[..., Writer]) -> None:
    form = begin(opened("practice")).view["scene"]["decision"]

    assert form["options"][0]["text"] == "Cukup dicatat dulu"


# Practice, and from one mode to the other


def test_in_practice_a_lock_and_a_reveal_do_nothing(opened: Callable[..., Writer]) -> None:
    session = begin(opened("practice"))
    session.bring("mendesak", "locked")

    due = session.decide("mendesak", "sedang")["feedback"]

    assert due["note"]["score"] == 1
    assert "room" not in due["note"]
    counted = session.tally()["case"]
    assert counted is not None
    assert counted["decisions"]["mendesak"]["state"] == "open"


def test_a_play_of_another_mode_is_not_gone_on_with(opened: Callable[..., Writer]) -> None:
    begin(opened("practice")).decide("mendesak", "sedang")

    session = begin(opened("discussion"), 10)

    assert (session.view["mode"], session.view["n"], session.view["scene"]["id"]) == (
        "discussion",
        1,
        "telepon",
    )
    assert session.tally()["cases"][CASE] == {"begun": 1, "finished": 0}


def test_a_case_for_a_test_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotForPracticeError, match="“bentuk-a” is a case for a test"):
        playables(CASES, ("bentuk-a",), tmp_path)


# The tally of the writer


def test_the_tally_counts_what_is_on_disk_and_what_comes(session: Session) -> None:
    before = session.tally()
    session.decide("mendesak", "tinggi")

    after = session.tally()

    assert (before["mode"], before["seats"], before["skips"]) == ("discussion", 6, 0)
    assert before["case"] is not None
    assert after["case"] is not None
    assert before["case"]["decisions"]["mendesak"]["answered"] == 5
    assert after["case"]["decisions"]["mendesak"]["answered"] == 6
    assert after["case"]["decisions"]["mendesak"]["counts"] == {"rendah": 1, "sedang": 3, "tinggi": 1}
    assert after["cases"][CASE] == {"begun": 6, "finished": 0}


def test_a_writer_that_was_started_again_counts_the_same(
    opened: Callable[..., Writer], session: Session
) -> None:
    session.tally()
    session.decide("mendesak", "tinggi")
    session.move("pause")
    server = Caller()
    after = opened()
    after.answer({"ask": "hello_server", "secret": SECRET}, server)

    assert after.answer({"ask": "tally", "case": CASE, "sectors": "mendesak"}, server) == session.tally(
        sectors="mendesak"
    )


def test_the_tally_is_told_to_the_server_alone(session: Session) -> None:
    caller = StraightClient(session.writer)

    assert caller.ask({"ask": "tally", "case": CASE, "sectors": None}) == {"answer": "stranger"}
    state: Request = {"ask": "set_room", "case": CASE, "decision": "mendesak", "state": "revealed"}
    assert caller.ask(state) == {"answer": "stranger"}


@pytest.mark.parametrize(("case", "sectors"), [(None, None), ("entah", None), (CASE, "entah")])
def test_a_tally_of_what_there_is_not_is_empty(
    session: Session, case: str | None, sectors: str | None
) -> None:
    answer = session.tally(case, sectors)

    assert answer["sectors"] is None
    assert (answer["case"] is None) == (case != CASE)


# The nudge


class NudgedPage:
    """A page that counts its nudges, or is closed."""

    def __init__(self, *, closed: bool = False) -> None:
        self.nudges, self.closed = 0, closed

    seat_id = "a"

    def show(self, text: str) -> None:
        if self.closed:
            raise WebSocketClosedError
        assert json.loads(text) == {"push": "refresh"}
        self.nudges += 1

    def on_gone(self) -> None:
        raise AssertionError


def test_every_open_page_is_nudged_and_a_closed_one_stops_nobody() -> None:
    pages, gone, first, left = OpenPages(), NudgedPage(closed=True), NudgedPage(), NudgedPage()
    for page in (gone, first, left):
        pages.add(page)
    pages.remove(left)

    pages.refresh()

    assert (first.nudges, left.nudges, len(pages)) == (1, 0, 2)
