from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from release.workshop.kernel.client import WriterClient
from release.workshop.kernel.seat_store import SeatStore
from release.workshop.kernel.shelf import WorkshopShelf
from release.workshop.plan import WorkshopPlan
from release.workshop.seats.seat import Seat
from release.workshop.seats.seat_pass import seat_pass
from release.workshop.serve.link import WriterFailedError, WriterLink
from release.workshop.wire import Address, Answer, AskAppend, Request, question_line
from release.workshop.writer.lines import Caller
from release.workshop.writer.playable import playables
from release.workshop.writer.store import WorkshopStore
from release.workshop.writer.workshops import note_closed, workshop_named
from release.workshop.writer.writer import Writer
from release.workshop.writer_config import WriterConfig
from release.workshop.writer_line import WriterSilentError
from scenarios.engine.event import Continued, Decided, Event, Paused, Resumed, Skipped, Started
from scenarios.engine.play import Play
from scenarios.engine.record import RecordClosedError, RecordUnwritableError
from scenarios.feedback import CaseFeedback
from scenarios.library import CASES
from scenarios.loader import load_case
from tests.parts.databases import postgresql, sqlite_url
from tests.parts.machine import free_port, wait_until
from tests.places import TESTS

CASE = "daftar-nilai"
MOMENT = "2026-11-22T07:00:00.000000Z"
ANA, BEO = "a" * 32, "b" * 32
SECRET = "a word between the server and its writer"  # noqa: S105 -- of this test


def pass_of(seat: str) -> str:
    return seat_pass(SECRET, seat)


def ask_append(seat: str, lease: str, n: int, event: Event, play: str = "0" * 32) -> AskAppend:
    return {
        "ask": "append", "seat_pass": pass_of(seat), "lease": lease, "case": CASE, "play": play, "n": n,
        "event": event.model_dump(mode="json"),
    }  # fmt: skip


def open_writer(url: str) -> Writer:
    cases = playables(TESTS / "cases", (CASE,), TESTS / "keys")
    return Writer(WorkshopStore(url), cases, TESTS / "cases", "Ibu R.", SECRET)


@dataclass
class TwoSeats:
    """A writer with two seats."""

    writer: Writer
    server: Caller

    def ask(self, request: Request) -> Answer:
        """The answer to a kernel."""
        return self.writer.answer(request, Caller())

    def open(self, seat: str, *, again: bool = False) -> str:
        answer = self.ask({"ask": "open", "seat_pass": pass_of(seat), "case": CASE, "again": again})
        assert answer["answer"] == "opened"
        return answer["lease"]

    def append(self, seat: str, lease: str, n: int, event: Event, play: str = "0" * 32) -> str:
        return self.ask(ask_append(seat, lease, n, event, play))["answer"]

    def started(self, play: str = "0" * 32) -> Started:
        name = self.writer.store.name
        return Started(at=MOMENT, play=play, case=CASE, version="1.0.0", course=name, mode="practice")


def furnish(writer: Writer) -> TwoSeats:
    server = Caller()
    writer.answer({"ask": "hello_server", "secret": SECRET}, server)
    for number, seat in enumerate((ANA, BEO)):
        name = f"Beo Biru {number}"
        writer.answer({"ask": "new_seat", "seat": seat, "pseudonym": name, "code": name}, server)
    return TwoSeats(writer, server)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[TwoSeats]:
    made = furnish(open_writer(sqlite_url(tmp_path)))
    yield made
    made.writer.store.close()


def statuses(room: TwoSeats, seat: str = ANA) -> dict[str, str]:
    answer = room.ask({"ask": "statuses", "seat_pass": pass_of(seat), "language": "id"})
    assert answer["answer"] == "statuses"
    return {**answer["statuses"]}


def decided(pick: str) -> Decided:
    return Decided(at=MOMENT, decision="mendesak", pick=pick)


@pytest.mark.parametrize(
    "request_",
    [
        {"ask": "new_seat", "seat": "d" * 32, "pseudonym": "Beo Ungu 9", "code": "x"},
        {"ask": "seat", "seat": ANA},
        {"ask": "seat_by_code", "code": "Beo Biru 0"},
        {"ask": "current", "seat": ANA},
        {"ask": "workshop"},
        {"ask": "tally", "case": CASE, "sectors": None},
        {"ask": "set_room", "case": CASE, "decision": "mendesak", "state": "locked"},
    ],
)
def test_only_the_server_is_told_of_seats(room: TwoSeats, request_: Request) -> None:
    assert room.ask(request_) == {"answer": "stranger"}
    assert room.writer.answer(request_, room.server) != {"answer": "stranger"}


def test_the_server_is_told_of_the_workshop(room: TwoSeats) -> None:
    answer = room.writer.answer({"ask": "workshop"}, room.server)

    assert answer["answer"] == "workshop"
    assert answer["name"] == room.writer.store.name
    assert (answer["mode"], answer["closed"], answer["keep_days"]) == ("practice", None, 30)


def test_a_seat_is_told_with_its_sector(room: TwoSeats) -> None:
    seat: Request = {
        "ask": "new_seat", "seat": "d" * 32, "pseudonym": "Si Tenang", "code": "x", "sector": "health",
        "typed": True,
    }  # fmt: skip
    room.writer.answer(seat, room.server)

    assert room.writer.answer({"ask": "seat", "seat": "d" * 32}, room.server) == {
        "answer": "seat", "seat": "d" * 32, "pseudonym": "Si Tenang", "sector": "health", "typed": True
    }  # fmt: skip


def test_a_decision_is_locked_for_the_room_and_none_that_no_case_has(room: TwoSeats) -> None:
    lock: Request = {"ask": "set_room", "case": CASE, "decision": "mendesak", "state": "locked"}
    assert room.writer.answer(lock, room.server) == {"answer": "done"}

    unknown: Request = {"ask": "set_room", "case": CASE, "decision": "entah", "state": "locked"}

    assert room.writer.answer(unknown, room.server)["answer"] == "refused"
    steps = room.writer.store.steps_of(CASE)
    assert {name: step.state for name, step in steps.items()} == {"mendesak": "locked"}


def test_a_wrong_secret_is_a_strangers(room: TwoSeats) -> None:
    caller = Caller()

    assert room.writer.answer({"ask": "hello_server", "secret": "wrong"}, caller) == {"answer": "stranger"}
    assert not caller.server


def test_the_cases_are_told_to_everybody(room: TwoSeats) -> None:
    answer = room.writer.answer({"ask": "cases"}, Caller())

    assert answer["answer"] == "cases"
    assert (answer["cases"], answer["person"]) == ([CASE], "Ibu R.")


def test_events_are_kept_in_their_order(room: TwoSeats) -> None:
    lease = room.open(ANA)

    assert room.append(ANA, lease, 0, room.started()) == "done"
    assert room.append(ANA, lease, 2, decided("sedang")) == "closed"
    assert room.append(ANA, lease, 1, decided("sedang")) == "done"


def test_an_event_that_came_twice_is_kept_once(room: TwoSeats) -> None:
    lease = room.open(ANA)
    room.append(ANA, lease, 0, room.started())
    room.append(ANA, lease, 1, decided("sedang"))

    assert room.append(ANA, lease, 1, decided("sedang")) == "done"
    assert room.append(ANA, lease, 1, decided("tinggi")) == "closed"
    kept = room.writer.store.latest_play(ANA, CASE, "1.0.0")
    assert kept is not None
    assert kept.events == (room.started(), decided("sedang"))


def test_who_opens_last_writes_and_the_other_is_told(room: TwoSeats) -> None:
    first = room.open(ANA)
    room.append(ANA, first, 0, room.started())
    second = room.open(ANA)

    assert room.append(ANA, first, 1, decided("tinggi")) == "closed"
    assert room.append(ANA, second, 1, decided("sedang")) == "done"


@pytest.mark.parametrize("pick", ["entah", "", ["sedang"], None])
def test_a_pick_that_does_not_fit_the_scene_is_not_kept(room: TwoSeats, pick: object) -> None:
    lease = room.open(ANA)
    room.append(ANA, lease, 0, room.started())
    event = {"event": "decided", "at": MOMENT, "decision": "mendesak", "pick": pick}
    request: AskAppend = {**ask_append(ANA, lease, 1, decided("sedang")), "event": event}

    assert room.ask(request) == {"answer": "closed"}


@pytest.mark.parametrize("change", [{"mode": "test"}, {"course": "lain"}, {"play": "1" * 32}])
def test_a_play_belongs_to_this_workshop(room: TwoSeats, change: dict[str, str]) -> None:
    event = room.started().model_copy(update=change)

    assert room.append(ANA, room.open(ANA), 0, event) == "closed"


def test_another_seat_neither_writes_nor_reads_the_play(room: TwoSeats) -> None:
    lease = room.open(ANA)
    room.append(ANA, lease, 0, room.started())
    room.append(ANA, lease, 1, decided("sedang"))

    assert room.append(BEO, lease, 2, decided("sedang")) == "closed"
    assert feedback(room, "mendesak", BEO) == {"answer": "feedback", "decision": None, "case": None}


def feedback(room: TwoSeats, decision: str | None, seat: str = ANA) -> Answer:
    request: Request = {
        "ask": "feedback", "seat_pass": pass_of(seat), "case": CASE, "play": "0" * 32, "decision": decision,
        "language": "en",
    }  # fmt: skip
    return room.ask(request)


def test_feedback_is_given_on_what_was_decided_and_no_more(room: TwoSeats) -> None:
    lease = room.open(ANA)
    room.append(ANA, lease, 0, room.started())
    nothing = {"answer": "feedback", "decision": None, "case": None}
    assert feedback(room, "mendesak") == nothing

    room.append(ANA, lease, 1, decided("sedang"))

    due = feedback(room, "mendesak")
    assert due["answer"] == "feedback"
    assert due["decision"] is not None
    assert due["decision"]["score"] == 1
    assert feedback(room, "bicara") == feedback(room, None) == nothing


def skip_to_the_end(room: TwoSeats, lease: str, *done: Event, play_id: str = "0" * 32) -> None:
    """Go through a play in which no more has happened than `done`, without a further decision."""
    play = Play.replay(load_case(TESTS / "cases" / CASE), (room.started(play_id), *done))
    while not play.ended:
        scene = play.scene
        event: Event = (
            Continued(at=MOMENT, scene=play.scene_id)
            if scene.decision is None
            else Skipped(at=MOMENT, decision=scene.decision.id)
        )
        assert room.append(ANA, lease, play.length, event, play_id) == "done"
        play = play.after(event)


def test_the_case_to_go_on_with_is_the_one_played_last_also_when_it_is_over(room: TwoSeats) -> None:
    current: Request = {"ask": "current", "seat": ANA}
    assert room.writer.answer(current, room.server) == {"answer": "current", "case": None}
    lease = room.open(ANA)
    room.append(ANA, lease, 0, room.started())

    assert room.writer.answer(current, room.server) == {"answer": "current", "case": CASE}
    assert statuses(room) == {CASE: "begun"}

    skip_to_the_end(room, lease)

    assert room.writer.answer(current, room.server) == {"answer": "current", "case": CASE}
    assert statuses(room) == {CASE: "finished"}


def test_again_begins_a_new_play(room: TwoSeats) -> None:
    room.append(ANA, room.open(ANA), 0, room.started())

    assert room.append(ANA, room.open(ANA, again=True), 0, room.started("1" * 32), "1" * 32) == "done"


def test_a_result_stands_beside_that_of_the_seats_play_before_and_of_no_other(room: TwoSeats) -> None:
    def whole(play: str) -> CaseFeedback:
        asked: Request = {
            "ask": "feedback", "seat_pass": pass_of(ANA), "case": CASE, "play": play, "decision": None,
            "language": "id",
        }  # fmt: skip
        answer = room.ask(asked)
        assert answer["answer"] == "feedback"
        assert answer["case"] is not None
        return answer["case"]

    room.append(BEO, room.open(BEO), 0, room.started("2" * 32), "2" * 32)
    lease = room.open(ANA)
    room.append(ANA, lease, 0, room.started())
    room.append(ANA, lease, 1, decided("sedang"))
    skip_to_the_end(room, lease, decided("sedang"))
    again = room.open(ANA, again=True)
    room.append(ANA, again, 0, room.started("1" * 32), "1" * 32)
    skip_to_the_end(room, again, play_id="1" * 32)

    assert "before" not in whole("0" * 32)
    assert whole("1" * 32).get("before") == {"decisions": 5, "right": 1, "harm": 0, "missed": 0}


def test_a_writer_that_was_started_again_lets_the_holder_go_on(room: TwoSeats, tmp_path: Path) -> None:
    lease = room.open(ANA)
    room.append(ANA, lease, 0, room.started())
    after = furnish(open_writer(sqlite_url(tmp_path)))

    assert after.append(ANA, lease, 1, decided("sedang")) == "done"
    assert after.append(ANA, "another", 2, decided("sedang")) == "closed"
    after.writer.store.close()


@pytest.mark.parametrize("again", [False, True])
def test_two_pages_that_a_dead_writer_opened_begin_one_play(
    room: TwoSeats, tmp_path: Path, *, again: bool
) -> None:
    if again:
        assert room.append(ANA, room.open(ANA), 0, room.started("3" * 32), "3" * 32) == "done"
    former, latter = room.open(ANA, again=again), room.open(ANA, again=again)
    room.writer.store.close()
    room.writer = open_writer(sqlite_url(tmp_path))

    assert room.append(ANA, former, 0, room.started("1" * 32), "1" * 32) == "done"
    assert room.append(ANA, latter, 0, room.started("2" * 32), "2" * 32) == "closed"
    begun = room.writer.store.latest_play(ANA, CASE, "1.0.0")
    assert begun is not None
    assert begun.id == "1" * 32


def test_a_full_disk_is_told_and_nothing_moves_on(room: TwoSeats, tmp_path: Path) -> None:
    lease = room.open(ANA)
    room.append(ANA, lease, 0, room.started())
    run_sql(
        tmp_path, "create trigger full before insert on event begin select raise(abort, 'disk is full'); end"
    )
    assert room.append(ANA, lease, 1, decided("sedang")) == "unwritable"

    run_sql(tmp_path, "drop trigger full")

    assert room.append(ANA, lease, 1, decided("sedang")) == "done"


def run_sql(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "workshop.sqlite")) as database:
        database.execute(statement)


def config_in(folder: Path, address: Address) -> WriterConfig:
    return WriterConfig(
        address=str(address),
        secret=SECRET,
        database=sqlite_url(folder),
        lock=folder / "lock",
        plan=WorkshopPlan(),
        person="Ibu R.",
        cases_folder=TESTS / "cases",
        cases=(CASE,),
        keys_folder=TESTS / "keys",
    )


class Process:
    """A real writer process, and what the server says to it."""

    def __init__(self, folder: Path, address: Address, *, seats: int = 2) -> None:
        self.address = address
        self.seats = [ANA, BEO, *(f"{number:032x}" for number in range(2, seats))]
        self.clients: list[WriterClient] = []
        self.config = config_in(folder, address)
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-P", "-m", "release.workshop.writer.writer"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(self.config.to_line())
        self.process.stdin.flush()
        assert self.process.stdout.readline() == b"ready\n"
        self.seat_everybody()

    def seat_everybody(self) -> None:
        requests: list[Request] = [{"ask": "hello_server", "secret": SECRET}]
        for number, seat in enumerate(self.seats):
            name = f"Beo Biru {number}"
            requests.append({"ask": "new_seat", "seat": seat, "pseudonym": name, "code": name})
        with self.line() as line:
            for number, request in enumerate(requests):
                line.sendall(question_line(number, request))
                assert line.recv(1000).endswith(b"\n")

    def line(self) -> socket.socket:
        where = self.address
        if where.path is None:
            return socket.create_connection(("127.0.0.1", where.port))
        line = socket.socket(socket.AF_UNIX)
        line.connect(str(where.path))
        return line

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)
        self.close()

    def close(self) -> None:
        for client in self.clients:
            client.close()
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            stream.close()
        self.process.wait(10)

    def shelf(self, seat: str, patience: float = 5.0) -> WorkshopShelf:
        self.clients.append(WriterClient(self.address, patience=patience))
        return WorkshopShelf(self.clients[-1], pass_of(seat))


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """One for tests that leave it running: each has seats of its own, whose ids are their numbers."""
    made = Process(folder := tmp_path_factory.mktemp("w"), Address(path=folder / "writer"), seats=7)
    yield made
    made.close()


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    made = Process(tmp_path, Address(path=tmp_path / "writer"))
    yield made
    made.close()


def begin(shelf: WorkshopShelf, play: str = "0" * 32) -> SeatStore:
    opened = shelf.open(CASE)
    store = opened.store
    assert isinstance(store, SeatStore)
    store.append(
        Started(at=MOMENT, play=play, case=CASE, version="1.0.0", course=opened.course, mode=opened.mode)
    )
    return store


def test_the_shelf_of_a_seat_keeps_a_play_and_gives_it_back(standing: Process) -> None:
    seat, other = standing.seats[2:4]
    store = begin(standing.shelf(seat), play=seat)
    store.append(decided("sedang"))

    again = standing.shelf(seat)

    assert again.open(CASE).store.events == store.events
    assert (again.state("id").progress[CASE].status, again.person) == ("begun", "Ibu R.")
    assert CASE not in standing.shelf(other).state("id").progress


def test_feedback_comes_over_the_line(standing: Process) -> None:
    shelf = standing.shelf(standing.seats[4])
    store = begin(shelf, play=standing.seats[4])
    store.append(decided("rendah"))
    opened = shelf.open(CASE)
    assert opened.feedback is not None

    due = opened.feedback.on_decision(Play.replay(opened.case, opened.store.events), "mendesak", "id")

    assert due is not None
    assert due["score"] == 0


def test_a_line_without_unix_sockets_does_the_same(tmp_path: Path) -> None:
    process = Process(tmp_path, Address(port=free_port()))

    begin(process.shelf(ANA)).append(decided("sedang"))

    assert len(process.shelf(ANA).open(CASE).store.events) == 2
    process.close()


def test_a_second_holder_takes_the_play_and_the_first_is_told(standing: Process) -> None:
    seat = standing.seats[5]
    first = begin(standing.shelf(seat), play=seat)
    second = standing.shelf(seat).open(CASE).store

    with pytest.raises(RecordClosedError):
        first.append(decided("tinggi"))
    second.append(decided("sedang"))


def test_what_was_answered_is_on_disk_when_the_writer_is_killed(process: Process, tmp_path: Path) -> None:
    store = begin(process.shelf(ANA))
    store.append(decided("sedang"))
    process.kill()

    reader = WorkshopStore(sqlite_url(tmp_path))
    kept = reader.latest_play(ANA, CASE, "1.0.0")
    reader.close()

    assert kept is not None
    assert kept.events == store.events


def test_a_kernel_goes_on_when_the_writer_was_started_again(process: Process) -> None:
    store = begin(process.shelf(ANA))
    process.kill()
    process.start()

    store.append(decided("sedang"))

    assert process.shelf(ANA).open(CASE).store.events == store.events


def test_a_writer_that_is_killed_again_and_again_loses_nothing_that_it_confirmed_and_doubles_nothing(
    tmp_path: Path,
) -> None:
    process = Process(tmp_path, Address(path=tmp_path / "writer"), seats=20)
    client = WriterClient(process.address, patience=60)
    stores = {seat: begin(WorkshopShelf(client, pass_of(seat)), play=seat) for seat in process.seats}

    def confirmed() -> int:
        return sum(len(store.events) for store in stores.values())

    def play(store: SeatStore) -> None:
        for n in range(50):
            store.append(Resumed(at=MOMENT) if n % 2 else Paused(at=MOMENT))

    with ThreadPoolExecutor(20) as pool:
        played = [pool.submit(play, store) for store in stores.values()]
        for share in (100, 400, 700):
            wait_until(partial(lambda least: confirmed() > least, share), f"{share} are confirmed")
            process.kill()
            process.start()
        for each in played:
            each.result(60)
    client.close()
    process.close()

    reader = WorkshopStore(sqlite_url(tmp_path))
    stored = {seat: reader.latest_play(seat, CASE, "1.0.0") for seat in process.seats}
    reader.close()
    assert {seat: play and play.events for seat, play in stored.items()} == {
        seat: store.events for seat, store in stores.items()
    }
    assert {len(store.events) for store in stores.values()} == {51}


def test_an_event_waits_for_a_writer_that_is_being_started_again(process: Process) -> None:
    store = begin(process.shelf(ANA))
    process.kill()
    restart = threading.Thread(target=process.start)
    restart.start()

    store.append(decided("sedang"))

    restart.join()
    assert len(process.shelf(ANA).open(CASE).store.events) == 2


def test_a_writer_that_does_not_come_back_is_a_sentence(process: Process) -> None:
    store = begin(process.shelf(ANA, patience=0.1))
    process.kill()

    with pytest.raises(RecordUnwritableError):
        store.append(decided("sedang"))
    assert len(store.events) == 1


def test_a_shelf_without_a_pass_opens_nothing(standing: Process) -> None:
    standing.clients.append(WriterClient(standing.address))
    shelf = WorkshopShelf(standing.clients[-1], seat_pass("another secret", ANA))

    with pytest.raises(WriterSilentError):
        shelf.open(CASE)


def test_a_second_writer_on_the_same_data_is_refused(standing: Process) -> None:
    config = standing.config.to_line()

    second = subprocess.run(
        [sys.executable, "-P", "-m", "release.workshop.writer.writer"],
        input=config,
        capture_output=True,
        check=False,
    )

    assert second.returncode == 1
    assert second.stdout.startswith(b"Another workshop is running on this data.")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"cases": ("tidak-ada",)}, "There is no case “tidak-ada”"),
        ({"cases": ("bentuk-a",), "cases_folder": CASES}, "“bentuk-a” is a case for a test"),
        ({"keys_folder": Path("/nowhere")}, "daftar-nilai.yaml:1"),
        ({"database": "sqlite:////nowhere/at/all"}, "unable to open"),
    ],
)
def test_a_writer_that_cannot_start_says_why(
    tmp_path: Path, change: dict[str, object], sentence: str
) -> None:
    config = config_in(tmp_path, Address(path=tmp_path / "writer"))
    link = WriterLink(config.model_copy(update=change))

    with pytest.raises(WriterFailedError, match=sentence):
        asyncio.run(link.start())


def test_a_writer_whose_server_ended_before_it_said_what_to_keep_ends_without_a_word() -> None:
    writer = subprocess.run(
        [sys.executable, "-P", "-m", "release.workshop.writer.writer"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )

    assert (writer.returncode, writer.stdout, writer.stderr) == (1, b"", b"")


def test_the_server_starts_a_writer_that_died_again(tmp_path: Path) -> None:
    config = config_in(tmp_path, Address(path=tmp_path / "writer"))

    async def kill_and_ask() -> Answer:
        link = WriterLink(config)
        await link.start()
        seat = Seat(ANA, "Beo Biru 1")
        await link.ask({"ask": "new_seat", "seat": seat.id, "pseudonym": seat.pseudonym, "code": "x"})
        os.kill(link.pid, signal.SIGKILL)
        try:
            return await link.ask({"ask": "seat", "seat": ANA})
        finally:
            await link.stop()

    assert asyncio.run(kill_and_ask()) == {
        "answer": "seat", "seat": ANA, "pseudonym": "Beo Biru 1", "sector": None, "typed": False
    }  # fmt: skip


def test_a_writer_that_died_after_the_workshop_was_closed_opens_no_other(tmp_path: Path) -> None:
    config = config_in(tmp_path, Address(path=tmp_path / "writer"))

    async def close_and_kill() -> tuple[str, Answer, Answer]:
        link = WriterLink(config)
        kept = await link.start()
        workshop = workshop_named(config.database, kept["name"])
        note_closed(config.database, workshop, datetime.now(UTC))
        os.kill(link.pid, signal.SIGKILL)
        try:
            late: Request = {"ask": "new_seat", "seat": ANA, "pseudonym": "Beo Biru 1", "code": "x"}
            return kept["name"], await link.ask({"ask": "workshop"}), await link.ask(late)
        finally:
            await link.stop()

    name, now, late = asyncio.run(close_and_kill())
    assert now["answer"] == "workshop"
    assert now["name"] == name
    assert late == {"answer": "ended"}


@pytest.mark.parametrize("line", [b"\n", b"{}\n", b'{"ask": "forget"}\n', b"\xff\n"])
def test_a_line_that_is_no_request_is_refused_and_the_next_is_answered(
    standing: Process, line: bytes
) -> None:
    with standing.line() as caller, caller.makefile("rb") as answers:
        caller.sendall(line + question_line(1, {"ask": "cases"}))

        refused, cases = json.loads(answers.readline()), json.loads(answers.readline())

    assert (refused["id"], refused["answer"]["answer"]) == (0, "refused")
    assert (cases["id"], cases["answer"]["answer"]) == (1, "cases")


def test_a_writer_on_postgresql_does_the_same() -> None:
    with postgresql() as url:
        room = furnish(open_writer(url))
        lease = room.open(ANA)

        assert room.append(ANA, lease, 0, room.started()) == "done"
        assert room.append(ANA, lease, 1, decided("sedang")) == "done"
        assert statuses(room) == {CASE: "begun"}
        room.writer.store.close()
