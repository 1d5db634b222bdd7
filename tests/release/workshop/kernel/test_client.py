"""The kernel's line to the writer: many threads at once, and a line that breaks."""

from __future__ import annotations

import json
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from release.workshop.kernel.client import WriterClient
from release.workshop.wire import Address, Answer, Request, answer_line
from release.workshop.writer_line import WriterSilentError
from tests.parts.machine import free_port

Talk = Callable[[socket.socket, "Lines"], None]


class Lines:
    """The questions that come over one connection."""

    def __init__(self, end: socket.socket) -> None:
        self.file = end.makefile("rb")

    def take(self, count: int) -> list[Any]:
        return [json.loads(line) for line in (self.file.readline() for _ in range(count)) if line]


class Counterpart:
    """A writer that talks over its first connection as the first of `talks` says, and so on."""

    def __init__(self, address: Address, *talks: Talk) -> None:
        self.talks, self.errors = talks, list[BaseException]()
        if address.path is not None:
            self.listener = socket.socket(socket.AF_UNIX)
            self.listener.bind(str(address.path))
        else:
            self.listener = socket.create_server(("127.0.0.1", address.port))
        self.listener.listen()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self) -> None:
        with self.listener:
            for talk in self.talks:
                end, _ = self.listener.accept()
                lines = Lines(end)
                with end, lines.file:
                    talk(end, lines)


def answers_to(questions: list[Any]) -> bytes:
    """To each the seat that it asked for."""
    return b"".join(
        answer_line(each["id"], {"answer": "current", "case": each["request"]["seat"]}) for each in questions
    )


def echo(end: socket.socket, lines: Lines) -> None:
    while questions := lines.take(1):
        end.sendall(answers_to(questions))


def ask_for(seat: str) -> Request:
    return {"ask": "current", "seat": seat}


def current(seat: str) -> Answer:
    return {"answer": "current", "case": seat}


@pytest.fixture
def made() -> Iterator[list[Any]]:
    """Clients and counterparts, to be closed in this order."""
    things: list[Any] = []
    yield things
    for thing in things:
        if isinstance(thing, WriterClient):
            thing.close()
    for thing in things:
        if isinstance(thing, Counterpart):
            thing.thread.join(10)
            assert not thing.thread.is_alive()


@pytest.fixture
def dialled(made: list[Any], tmp_path: Path) -> Callable[..., WriterClient]:
    """A factory: a client, and the counterpart that it speaks to."""

    def make(*talks: Talk, patience: float = 5.0, address: Address | None = None) -> WriterClient:
        where = address or Address(path=tmp_path / "writer")
        made.append(Counterpart(where, *talks))
        client = WriterClient(where, patience=patience)
        made.append(client)
        return client

    return make


def ask_all(client: WriterClient, count: int) -> list[Answer]:
    """What so many threads that ask at once are answered."""
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda number: client.ask(ask_for(str(number))), range(count)))


def test_each_of_many_threads_gets_its_own_answer_in_whatever_order_they_come(
    dialled: Callable[..., WriterClient],
) -> None:
    def shuffled(end: socket.socket, lines: Lines) -> None:
        questions = lines.take(60)
        random.Random(1).shuffle(questions)
        end.sendall(answers_to(questions))

    assert ask_all(dialled(shuffled), 60) == [current(str(number)) for number in range(60)]


def test_the_questions_of_many_threads_share_one_connection(dialled: Callable[..., WriterClient]) -> None:
    client = dialled(echo)

    for _ in range(3):
        assert len(ask_all(client, 20)) == 20


def test_an_answer_that_comes_in_pieces_is_put_together(dialled: Callable[..., WriterClient]) -> None:
    def in_pieces(end: socket.socket, lines: Lines) -> None:
        whole = answers_to(lines.take(2))
        for start in range(0, len(whole), 7):
            end.sendall(whole[start : start + 7])
            time.sleep(0.001)

    assert ask_all(dialled(in_pieces), 2) == [current("0"), current("1")]


def test_what_was_unanswered_when_the_line_broke_is_asked_again(dialled: Callable[..., WriterClient]) -> None:
    def answer_some(end: socket.socket, lines: Lines) -> None:
        end.sendall(answers_to(lines.take(20)[:5]))

    asked: list[Any] = []

    def answer_the_rest(end: socket.socket, lines: Lines) -> None:
        while questions := lines.take(1):
            asked.extend(questions)
            end.sendall(answers_to(questions))

    assert ask_all(dialled(answer_some, answer_the_rest), 20) == [current(str(each)) for each in range(20)]
    assert len(asked) == 15


@pytest.mark.parametrize("noise", [b"\xff\xfe\n", b"no answer\n", b"{\n"])
def test_a_line_that_is_no_answer_ends_the_connection_and_it_is_dialled_again(
    dialled: Callable[..., WriterClient], noise: bytes
) -> None:
    def babble(end: socket.socket, lines: Lines) -> None:
        lines.take(1)
        end.sendall(noise)
        lines.take(1)

    assert dialled(babble, echo).ask(ask_for("a")) == current("a")


def test_a_writer_that_listens_and_says_nothing_is_silent(dialled: Callable[..., WriterClient]) -> None:
    def answer_late(end: socket.socket, lines: Lines) -> None:
        first = lines.take(1)
        end.sendall(answers_to(lines.take(1)))
        end.sendall(answers_to(first))  # nobody waits for it any more
        echo(end, lines)

    client = dialled(answer_late, patience=0.3)

    with pytest.raises(WriterSilentError):
        client.ask(ask_for("first"))
    assert client.ask(ask_for("second")) == current("second")
    assert client.ask(ask_for("third")) == current("third")


def test_a_writer_that_takes_nothing_is_silent_too(dialled: Callable[..., WriterClient]) -> None:
    goes_on = threading.Event()

    def sleep(_end: socket.socket, _lines: Lines) -> None:
        goes_on.wait(10)

    client = dialled(sleep, echo, patience=0.5)
    with pytest.raises(WriterSilentError):
        client.ask(ask_for("a" * 4_000_000))
    goes_on.set()

    assert client.ask(ask_for("b")) == current("b")


def test_a_quiet_line_stays_open(dialled: Callable[..., WriterClient]) -> None:
    client = dialled(echo, patience=0.2)
    client.ask(ask_for("a"))
    time.sleep(0.5)

    assert client.ask(ask_for("b")) == current("b")


def test_nobody_listening_is_a_sentence_after_the_patience(made: list[Any], tmp_path: Path) -> None:
    client = WriterClient(Address(path=tmp_path / "nobody"), patience=0.2)
    made.append(client)
    before = time.monotonic()

    with pytest.raises(WriterSilentError, match="does not answer"):
        client.ask(ask_for("a"))

    assert 0.2 <= time.monotonic() - before < 2


def test_a_line_over_tcp_does_the_same(dialled: Callable[..., WriterClient]) -> None:
    client = dialled(echo, address=Address(port=free_port()))

    assert ask_all(client, 20) == [current(str(number)) for number in range(20)]


def test_closing_tells_whoever_waits(dialled: Callable[..., WriterClient]) -> None:
    asked = threading.Event()

    def wait(_end: socket.socket, lines: Lines) -> None:
        lines.take(1)
        asked.set()
        lines.take(1)

    client = dialled(wait, echo)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(client.ask, ask_for("a"))
        assert asked.wait(5)
        client.close()

        assert answer.result(5) == current("a")  # over another line, for it was not given up


def test_the_seconds_that_each_thread_waits_are_counted(dialled: Callable[..., WriterClient]) -> None:
    asked, goes_on, threads = threading.Event(), threading.Event(), list[int]()

    def hold(end: socket.socket, lines: Lines) -> None:
        first = lines.take(1)
        asked.set()
        assert goes_on.wait(5)
        end.sendall(answers_to(first))
        echo(end, lines)

    client = dialled(hold)

    def ask() -> None:
        threads.append(threading.get_ident())
        client.ask(ask_for("a"))

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(ask)
        assert asked.wait(5)
        time.sleep(0.3)
        meanwhile = client.waiting()[threads[0]]
        goes_on.set()
        waiting.result(5)
        after = client.waiting()[threads[0]]
        time.sleep(0.2)
        later = client.waiting()[threads[0]]
        pool.submit(ask).result(5)

    assert 0.3 <= meanwhile <= after < meanwhile + 0.2
    assert later == after
    assert client.waiting()[threads[0]] > after
    assert threading.get_ident() not in client.waiting()


def test_the_cases_are_asked_for_once(dialled: Callable[..., WriterClient]) -> None:
    asked: list[Any] = []

    def offer(end: socket.socket, lines: Lines) -> None:
        while questions := lines.take(1):
            asked.extend(questions)
            cases: Answer = {"answer": "cases", "folder": "/", "cases": ["a"], "person": "Ibu R."}
            end.sendall(answer_line(questions[0]["id"], cases))

    client = dialled(offer)

    assert client.offer() == client.offer()
    assert [each["request"] for each in asked] == [{"ask": "cases"}]
