"""What a table does reaches the disk beside the questions of others: nothing is told, or changed, before."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from release.workshop.seats.seat_pass import seat_pass
from release.workshop.wire import Answer, Request
from release.workshop.writer.lines import Call, Caller, Turn
from release.workshop.writer.plays.lease import SHARED
from scenarios.engine.event import Started
from tests.parts.table import CASE, SECRET, TableMember, TableRoom

PLAY = f"{4096:032x}"


@pytest.fixture
def room(url: str) -> Iterator[TableRoom]:
    made = TableRoom(url)
    yield made
    made.writer.store.close()


@contextmanager
def slow_disk() -> Iterator[None]:
    def wait(_connection: Connection) -> None:
        time.sleep(0.5)

    event.listen(Engine, "commit", wait)
    try:
        yield
    finally:
        event.remove(Engine, "commit", wait)


def answers_in_order(room: TableRoom, *requests: Request) -> list[Answer]:
    """The answers as they come, of what is asked one after the other while the disk is slow."""
    answers: list[Answer] = []

    async def ask() -> None:
        turn = Turn(room.writer.enquire, room.writer.groups.keep_aside)
        for request in requests:
            turn.add(Call(request, room.server, answers.append))
            await asyncio.sleep(0.05)
        await turn.end()

    with slow_disk():
        asyncio.run(ask())
    return answers


def begin(room: TableRoom, member: TableMember) -> Request:
    first = Started(
        at="2026-11-22T10:00:00.000000Z",
        play=PLAY,
        case=CASE,
        version="1.0.0",
        course=room.writer.store.name,
        mode=room.mode,
    )
    return {
        "ask": "append",
        "seat_pass": seat_pass(SECRET, member.seat),
        "lease": SHARED,
        "case": CASE,
        "play": PLAY,
        "n": 0,
        "event": first.model_dump(mode="json"),
    }


def opening(member: TableMember) -> Request:
    return {"ask": "open", "seat_pass": seat_pass(SECRET, member.seat), "case": CASE, "again": False}


def alone(member: TableMember, pick: str) -> Request:
    return {
        "ask": "answer_alone",
        "seat_pass": seat_pass(SECRET, member.seat),
        "case": CASE,
        "play": member.view["play"],
        "n": 1,
        "decision": "mendesak",
        "pick": pick,
    }


def looking(member: TableMember, n: int = 1) -> Request:
    return {
        "ask": "team_play",
        "seat_pass": seat_pass(SECRET, member.seat),
        "case": CASE,
        "play": member.view["play"],
        "n": n,
    }


def begun(room: TableRoom, *names: str) -> list[TableMember]:
    members = room.table(*names)
    members[0].move("begin")
    for member in members:
        member.look()
    return members


def play_on(member: TableMember) -> None:
    """Skip all the way to the end, with whoever sits there."""
    view = member.look()
    while view["screen"] != "ended" and view["team"]["phase"] != "waiting":
        scene, here = view["scene"], view["scene"]["decision"]
        if here is None:
            view = member.move("continue", scene=scene["id"])
        elif view["team"]["phase"] == "together":
            view = member.move("skip", decision=here["id"])
        else:
            member.answer_alone(here["id"], None)
            view = member.move("settle", decision=here["id"])


def test_whoever_opens_what_another_of_their_table_begins_waits_until_it_is_on_disk(room: TableRoom) -> None:
    ana, beo = room.table("Ana", "Beo")

    first, second = answers_in_order(room, begin(room, ana), opening(beo))

    assert first == {"answer": "done"}
    assert second["answer"] == "opened"
    assert len(second["events"]) == 1


def test_what_is_answered_alone_counts_once_it_is_on_disk(room: TableRoom) -> None:
    ana, beo = begun(room, "Ana", "Beo")

    before, done = answers_in_order(room, alone(ana, "sedang"), looking(beo))

    assert done == {"answer": "done"}
    assert before["answer"] == "team_play"
    assert before["state"]["answered"] == 0
    assert beo.look()["team"]["answered"] == 1


def test_those_who_answer_alone_while_another_answer_is_on_its_way_are_all_kept(room: TableRoom) -> None:
    ana, beo, caca = begun(room, "Ana", "Beo", "Caca")

    answers = answers_in_order(room, alone(ana, "sedang"), alone(beo, "rendah"), alone(caca, "sedang"))
    room.start_again()

    assert answers == [{"answer": "done"}] * 3
    assert ana.look()["team"] == {**ana.view["team"], "phase": "together", "answered": 3}


def test_whoever_joins_while_the_last_answer_is_on_its_way_throws_nobody_back(room: TableRoom) -> None:
    ana, beo = begun(room, "Ana", "Beo")
    code, caca = room.team(ana)["code"], room.seat("Caca")
    ana.answer_alone("mendesak", "sedang")

    answers = answers_in_order(
        room, alone(beo, "sedang"), {"ask": "join_team", "seat": caca.seat, "code": code}
    )

    assert [answer["answer"] for answer in answers] == ["done", "team"]
    assert ana.look()["team"] == {**ana.view["team"], "phase": "together", "members": 3}


def test_a_page_that_somebody_opened_alone_does_not_write_for_the_table_they_join(room: TableRoom) -> None:
    ana, beo = room.seat("Ana"), room.seat("Beo")
    ana.say(type="ready")
    made = room.ask({"ask": "make_team", "seat": beo.seat})
    assert made["answer"] == "team"
    ana.join(made["code"])

    assert ana.move("begin")["fault"]["code"] == "closed"

    beo.say(type="ready")
    beo.move("begin")
    assert beo.answer_alone("mendesak", "sedang")["team"]["phase"] == "waiting"


def test_of_those_who_sit_down_at_once_one_has_the_disk_in_each_turn(room: TableRoom) -> None:
    seats, answers = [room.seat(name) for name in ("Ana", "Beo", "Caca")], list[Answer]()
    calls = [Call({"ask": "make_team", "seat": one.seat}, room.server, answers.append) for one in seats]

    late, waiting = calls, list[int]()
    while late:
        late = room.writer.answer_turn(late)
        waiting.append(len(late))

    assert waiting == [2, 1, 0]
    assert [answer["answer"] for answer in answers] == ["team"] * 3


def test_nobody_sits_down_while_something_is_on_its_way_to_the_disk(room: TableRoom) -> None:
    ana, beo = room.table("Ana", "Beo")
    caca = room.seat("Caca")

    answers = answers_in_order(
        room, begin(room, ana), {"ask": "make_team", "seat": caca.seat}, looking(beo, 0)
    )

    assert [answer["answer"] for answer in answers] == ["team_play", "done", "team"]


def test_a_page_at_an_earlier_play_throws_nobody_back_after_the_writer_was_started_again(
    room: TableRoom,
) -> None:
    ana, beo = begun(room, "Ana", "Beo")
    earlier = alone(beo, "sedang")
    for member in (ana, beo):
        play_on(member)
    ana.say(type="again", case=CASE)
    ana.move("begin")
    room.start_again()

    assert room.writer.answer(earlier, Caller()) == {"answer": "behind"}

    assert ana.answer_alone("mendesak", "sedang")["team"]["phase"] == "waiting"


def test_while_the_database_cannot_be_read_a_table_stays_where_it_is(room: TableRoom) -> None:
    ana, beo = begun(room, "Ana", "Beo")
    ana.answer_alone("mendesak", "sedang")

    def fail(*_: object) -> None:
        raise OperationalError("", None, OSError("disk I/O error"))

    room.start_again()
    event.listen(Engine, "before_cursor_execute", fail)
    try:
        view = beo.look()
    finally:
        event.remove(Engine, "before_cursor_execute", fail)

    assert (view["fault"], view["team"]["phase"]) == (None, "alone")
    assert beo.look()["team"]["answered"] == 1
