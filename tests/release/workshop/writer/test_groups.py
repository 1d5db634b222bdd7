"""What arrives in one turn is kept in one commit, and nothing is answered, or changed, before it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError

from release.workshop.seats.seat_pass import seat_pass
from release.workshop.wire import Answer, AskAppend, AskNewSeat, AskOpen, Request
from release.workshop.writer.lines import Call, Caller, Turn
from release.workshop.writer.playable import playables
from release.workshop.writer.plays.trouble import Trouble
from release.workshop.writer.store import WorkshopStore
from release.workshop.writer.workshops import note_closed, workshop_named
from release.workshop.writer.writer import Writer
from scenarios.engine.event import Decided, Event, Mode, Paused, Started
from tests.places import TESTS

CASE = "daftar-nilai"
MOMENT = "2026-11-22T07:00:00.000000Z"
SECRET = "a word between the server and its writer"  # noqa: S105 -- of this test
DONE: Answer = {"answer": "done"}


def seat_id(number: int) -> str:
    return f"{number:032x}"


def play_id(number: int) -> str:
    return f"{number + 4096:032x}"


def new_seat(number: int) -> AskNewSeat:
    name = f"Beo Biru {number}"
    return {"ask": "new_seat", "seat": seat_id(number), "pseudonym": name, "code": name}


@dataclass
class TurnRoom:
    """A writer, and what its turns are asked."""

    writer: Writer
    leases: dict[int, str] = field(default_factory=dict)

    def turn(self, requests: Sequence[Request]) -> tuple[list[Answer | None], Sequence[Call]]:
        """The answers to what arrives in one turn, None for what waits for the next, and those calls."""
        answers: list[Answer | None] = [None] * len(requests)

        def reply_to(number: int) -> Callable[[Answer], None]:
            return lambda answer: answers.__setitem__(number, answer)

        server = Caller(server=True)
        calls = [Call(request, server, reply_to(number)) for number, request in enumerate(requests)]
        late = self.writer.answer_turn(calls)
        return answers, late

    def open(self, number: int) -> None:
        request: Request = {
            "ask": "open", "seat_pass": seat_pass(SECRET, seat_id(number)), "case": CASE, "again": False
        }  # fmt: skip
        answer = self.writer.answer(request, Caller())
        assert answer["answer"] == "opened"
        self.leases[number] = answer["lease"]

    def append(self, number: int, n: int, happened: Event, play: str = "") -> AskAppend:
        return {
            "ask": "append", "seat_pass": seat_pass(SECRET, seat_id(number)), "lease": self.leases[number],
            "case": CASE, "play": play or play_id(number), "n": n, "event": happened.model_dump(mode="json"),
        }  # fmt: skip

    def begin(self, number: int, play: str = "") -> AskAppend:
        mode, name = self.writer.mode, self.writer.store.name
        first = Started(
            at=MOMENT, play=play or play_id(number), case=CASE, version="1.0.0", course=name, mode=mode
        )
        return self.append(number, 0, first, play)

    def stored(self, number: int) -> int:
        """How many events of a seat's play are on disk."""
        play = self.writer.store.latest_play(seat_id(number), CASE, "1.0.0")
        return len(play.events) if play else 0


@pytest.fixture
def opened(url: str) -> Iterator[Callable[..., TurnRoom]]:
    """A factory: a room with so many seats, each with a play to begin."""
    stores: list[WorkshopStore] = []

    def make(seats: int, mode: Mode = "practice") -> TurnRoom:
        stores.append(WorkshopStore(url))
        cases = playables(TESTS / "cases", (CASE,), TESTS / "keys")
        room = TurnRoom(Writer(stores[-1], cases, TESTS / "cases", "Ibu R.", SECRET, mode))
        room.turn([new_seat(number) for number in range(seats)])
        for number in range(seats):
            room.open(number)
        return room

    yield make
    for store in stores:
        store.close()


@contextmanager
def hooked(moment: str, hook: Callable[..., object]) -> Iterator[None]:
    event.listen(Engine, moment, hook)
    try:
        yield
    finally:
        event.remove(Engine, moment, hook)


@contextmanager
def counted_commits() -> Iterator[list[Connection]]:
    commits: list[Connection] = []
    with hooked("commit", commits.append):
        yield commits


def decided(pick: str) -> Decided:
    return Decided(at=MOMENT, decision="mendesak", pick=pick)


def test_what_a_whole_room_decides_in_one_turn_is_one_commit(opened: Callable[..., TurnRoom]) -> None:
    room = opened(40)

    with counted_commits() as commits:
        answers, late = room.turn([room.begin(number) for number in range(40)])

    assert (answers, late, len(commits)) == ([DONE] * 40, [], 1)
    assert [room.stored(number) for number in range(40)] == [1] * 40


def test_seats_and_events_share_a_commit(opened: Callable[..., TurnRoom]) -> None:
    room = opened(2)
    taken = {**new_seat(3), "pseudonym": "Beo Biru 0"}
    requests: list[Request] = [new_seat(2), room.begin(0), taken, room.begin(1)]  # type: ignore[list-item]

    with counted_commits() as commits:
        answers, _ = room.turn(requests)

    assert answers == [DONE, DONE, {"answer": "taken"}, DONE]
    assert len(commits) == 1
    assert room.writer.store.seat(seat_id(2)) is not None
    assert room.writer.store.seat(seat_id(3)) is None


def test_a_seat_that_is_asked_for_again_since_the_answer_was_lost_is_given(
    opened: Callable[..., TurnRoom],
) -> None:
    room = opened(1)

    answers, _ = room.turn([new_seat(0), {**new_seat(0), "seat": seat_id(1)}])

    assert answers == [DONE, {"answer": "taken"}]


def test_an_event_that_the_database_refuses_spoils_no_other(opened: Callable[..., TurnRoom]) -> None:
    room = opened(3)
    requests = [room.begin(0), room.begin(1, play=play_id(0)), room.begin(2)]  # a play that is another's

    answers, _ = room.turn(requests)
    again, _ = room.turn([room.begin(1), room.append(2, 1, decided("sedang"))])

    assert [answer and answer["answer"] for answer in answers] == ["done", "unwritable", "done"]
    assert again == [DONE, DONE]
    assert [room.stored(number) for number in range(3)] == [1, 1, 2]


def test_a_commit_that_fails_changes_nothing_and_each_is_told(opened: Callable[..., TurnRoom]) -> None:
    room = opened(3)
    room.turn([room.begin(number) for number in range(3)])
    requests = [room.append(number, 1, decided("sedang")) for number in range(3)]
    tally: Request = {"ask": "tally", "case": CASE, "sectors": None}
    before, _ = room.turn([tally])

    def fail(_connection: Connection) -> None:
        raise OperationalError("", None, OSError("disk I/O error"))

    with hooked("commit", fail):
        answers, late = room.turn(requests)

    unwritable = {"answer": "unwritable", "reason": "disk I/O error"}
    assert (answers, late) == ([unwritable] * 3, [])
    assert [room.stored(number) for number in range(3)] == [1] * 3
    assert room.turn([tally])[0] == before
    assert room.writer.trouble.reason == "disk I/O error"

    assert room.turn(requests)[0] == [DONE] * 3
    assert room.turn([tally])[0] != before
    assert room.writer.trouble.reason == ""


def test_of_a_group_in_which_postgresql_goes_away_nothing_is_there_and_all_is_kept_the_next_time(
    opened: Callable[..., TurnRoom], url: str
) -> None:
    if url.startswith("sqlite"):
        pytest.skip("SQLite has no connection that another could end.")
    room, engine = opened(5), create_engine(url)
    seen: list[str] = []

    def end_it(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)
        if seen.count("SAVEPOINT change") == 3 and statement == "SAVEPOINT change":
            with engine.begin() as other:
                others = (
                    "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
                )
                other.execute(text(f"{others} and backend_type = 'client backend'"))

    with hooked("before_cursor_execute", end_it):
        answers, late = room.turn([room.begin(number) for number in range(5)])

    assert (answers, len(late)) == ([None] * 5, 5)
    assert [room.stored(number) for number in range(5)] == [0] * 5
    assert room.turn([room.begin(number) for number in range(5)])[0] == [DONE] * 5
    engine.dispose()


def test_of_a_group_that_fills_the_disk_nothing_is_confirmed_that_is_not_there(
    opened: Callable[..., TurnRoom], url: str
) -> None:
    if not url.startswith("sqlite"):
        pytest.skip("A table of PostgreSQL has no bound that could be set.")
    room = opened(300)

    def bound(connection: Connection, *_: object) -> None:
        pages = connection.exec_driver_sql("pragma page_count").scalar_one() + 1
        connection.exec_driver_sql(f"pragma max_page_count={pages}")

    def free(connection: Connection, *_: object) -> None:
        connection.exec_driver_sql("pragma max_page_count=100000")

    with hooked("begin", bound):
        answers, _ = room.turn([room.begin(number) for number in range(300)])
    with hooked("rollback", free):
        stored = [room.stored(number) for number in range(300)]

    confirmed = [int(answer == DONE) for answer in answers]
    assert stored == confirmed
    assert sum(confirmed) < 300
    assert {answer["answer"] for answer in answers if answer} <= {"done", "unwritable"}
    missing = [room.begin(number) for number in range(300) if not confirmed[number]]
    assert room.turn(missing)[0] == [DONE] * len(missing)


def test_two_events_of_one_play_are_in_two_groups(opened: Callable[..., TurnRoom]) -> None:
    room = opened(2)
    requests = [room.begin(0), room.append(0, 1, decided("sedang")), room.begin(1)]

    with counted_commits() as commits:
        first, late = room.turn(requests)
        rest = room.writer.answer_turn(late)

    assert first == [DONE, DONE, DONE]  # the second was answered in the next turn, into the same list
    assert (len(late), rest, len(commits)) == (1, [], 2)
    assert [room.stored(0), room.stored(1)] == [2, 1]


def test_whoever_only_asks_is_answered_while_the_disk_is_slow_but_who_opens_what_is_on_its_way(
    opened: Callable[..., TurnRoom],
) -> None:
    room = opened(2)
    answers: list[Answer] = []
    opening, other = (
        AskOpen(ask="open", seat_pass=seat_pass(SECRET, seat_id(number)), case=CASE, again=False)
        for number in (0, 1)
    )

    async def ask() -> None:
        turn = Turn(room.writer.enquire, room.writer.groups.keep_aside)
        for request in (room.begin(0), opening, other):
            turn.add(Call(request, Caller(), answers.append))
            await asyncio.sleep(0.1)
        while len(answers) < 3:  # noqa: ASYNC110 -- until the disk has answered
            await asyncio.sleep(0.01)

    with hooked("commit", lambda _connection: time.sleep(0.5)):
        asyncio.run(ask())

    assert [answer["answer"] for answer in answers] == ["opened", "done", "opened"]
    assert [len(answer["events"]) for answer in answers if answer["answer"] == "opened"] == [0, 1]


def test_an_event_that_came_twice_in_a_turn_is_kept_once(opened: Callable[..., TurnRoom]) -> None:
    room = opened(1)

    answers, late = room.turn([room.begin(0), room.begin(0)])
    room.writer.answer_turn(late)

    assert answers == [DONE, DONE]
    assert room.stored(0) == 1


def test_who_takes_a_play_over_in_the_same_turn_has_it(opened: Callable[..., TurnRoom]) -> None:
    room = opened(1)
    open_again: Request = {
        "ask": "open", "seat_pass": seat_pass(SECRET, seat_id(0)), "case": CASE, "again": False
    }  # fmt: skip

    answers, _ = room.turn([room.begin(0), open_again])

    assert answers[0] == {"answer": "closed"}
    assert room.stored(0) == 0


def test_a_locked_decision_is_refused_within_a_group(opened: Callable[..., TurnRoom]) -> None:
    room = opened(2, mode="discussion")
    room.turn([room.begin(0), room.begin(1)])
    lock: Request = {"ask": "set_room", "case": CASE, "decision": "mendesak", "state": "locked"}
    requests: list[Request] = [room.append(0, 1, decided("sedang")), room.append(1, 1, Paused(at=MOMENT))]

    answers, _ = room.turn([*requests, lock])

    assert answers == [{"answer": "locked"}, DONE, DONE]


def test_a_closed_workshop_keeps_nothing_more(opened: Callable[..., TurnRoom], url: str) -> None:
    room = opened(2)
    note_closed(url, workshop_named(url, room.writer.store.name), datetime.now(UTC))

    answers, _ = room.turn([room.begin(0), new_seat(2), room.begin(1)])

    assert answers == [{"answer": "ended"}] * 3
    assert room.stored(0) == 0


@pytest.mark.parametrize("seat_text", ["", "0" * 32, f"{'0' * 32}.{'0' * 64}", seat_pass("other", "0" * 32)])
@pytest.mark.parametrize(
    "ask",
    ["statuses", "open", "append", "feedback", "revealed", "cue", "team_play", "answer_alone", "settle"],
)
def test_a_forged_pass_is_a_strangers(opened: Callable[..., TurnRoom], ask: str, seat_text: str) -> None:
    room = opened(1)
    fields: dict[str, dict[str, object]] = {
        "statuses": {"language": "id"},
        "open": {"again": True},
        "append": {"lease": room.leases[0], "play": play_id(0), "n": 0, "event": room.begin(0)["event"]},
        "feedback": {"play": play_id(0), "decision": None, "language": "id"},
        "revealed": {"play": play_id(0), "language": "id"},
        "cue": {"decided": None, "here": None},
        "team_play": {"play": play_id(0), "n": 0},
        "answer_alone": {"play": play_id(0), "n": 1, "decision": "mendesak", "pick": "sedang"},
        "settle": {"play": play_id(0), "n": 1, "decision": "mendesak"},
    }
    request: Any = {"ask": ask, "seat_pass": seat_text, "case": CASE, **fields[ask]}

    assert room.turn([request])[0] == [{"answer": "stranger"}]
    assert room.turn([room.begin(0)])[0] == [DONE]  # its lease was not touched


def test_the_pass_of_another_seat_writes_only_its_own_play(opened: Callable[..., TurnRoom]) -> None:
    room = opened(2)
    room.turn([room.begin(0)])
    foreign: AskAppend = {
        **room.append(0, 1, decided("sedang")), "seat_pass": seat_pass(SECRET, seat_id(1))
    }  # fmt: skip

    assert room.turn([foreign])[0] == [{"answer": "closed"}]
    assert room.stored(0) == 1


def test_a_request_that_fails_ends_no_other(caplog: pytest.LogCaptureFixture) -> None:
    answer = Trouble().guarded(lambda: 1 // 0)

    assert answer == {"answer": "unwritable", "reason": "ZeroDivisionError"}
    assert "ZeroDivisionError in test_groups.py" in caplog.text
