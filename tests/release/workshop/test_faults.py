"""Faults: participants go on with every confirmed decision, and the log says in one line what happened."""

from __future__ import annotations

import http.client
import os
import select
import signal
import socket
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import psutil
import pytest
from tornado.web import create_signed_value
from websockets.exceptions import ConnectionClosed

from release.workshop.kernels.hosts import MOST_ENDS, host_count
from release.workshop.seats.cookie import SEAT as COOKIE
from release.workshop.seats.seat import SeatMaker
from release.workshop.serve.listener import SPARED_FILES, Listener, full_answer
from release.workshop.serve.run_folder import run_folder, sweep
from release.workshop.web.app import idle_seconds
from release.workshop.writer.store import WorkshopStore
from release.workshop.writer.workshops import note_closed, workshop_named
from tests.parts.machine import wait_until
from tests.parts.workshop_server import PageSocket, Visitor, Workshop, running_workshop
from tests.places import TESTS

# Bytes a file may have: the log, which is short, but not the database.
LOG_ONLY = 8 * 1024


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    data = tmp_path_factory.mktemp("workshop")
    # What servers leave behind lies in a folder of its own, with a short name: other tests sweep theirs.
    with tempfile.TemporaryDirectory(prefix="k") as left, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", left)
        patch.setenv("PYTHONPATH", str(TESTS / "poison"))
        with running_workshop(data / "data", log=data / "log") as running:
            yield running


@pytest.fixture
def visitor(workshop: Workshop) -> Visitor:
    return seated(workshop)


def seated(workshop: Workshop) -> Visitor:
    visitor = Visitor(workshop.port)
    visitor.join()
    return visitor


@contextmanager
def decided(visitor: Visitor) -> Iterator[PageSocket]:
    """A page on which the first decision of the case was confirmed."""
    with visitor.play() as line:
        line.move(type="begin")
        line.move(type="decide", decision="mendesak", pick="sedang")
        assert line.view["n"] == 2
        yield line


def goes_on(visitor: Visitor) -> None:
    """The page, loaded again, stands behind the first decision and takes the second."""
    with visitor.play() as line:
        assert line.view["n"] == 2
        assert line.view["scene"]["id"] == "bicara"
        line.move(type="decide", decision="bicara", pick="dengar", sure=True)
        assert line.view["n"] == 3


@contextmanager
def new_line(workshop: Workshop, sentence: str) -> Iterator[None]:
    """What happens inside writes that sentence into the log, once."""
    before = workshop.log_text().count(sentence)
    yield
    wait_until(lambda: workshop.log_text().count(sentence) > before, f"the log says {sentence!r}")
    assert workshop.log_text().count(sentence) == before + 1


# Processes that are killed


ENDED = "A kernel ended by itself; its pages go on in another."
STUCK = "A kernel answered nothing for 3 seconds; it was ended."
GROWN = "A kernel grew beyond what its pages need; it was ended."
GUILTY = "A message brought its kernel down twice; its page gets a kernel for itself."


def second_decision(line: PageSocket) -> None:
    line.move(type="decide", decision="bicara", pick="dengar", sure=True)
    assert line.view["n"] == 3


def all_hosts(workshop: Workshop) -> None:
    """Wait until each host that was ended is replaced."""
    wait_until(lambda: len(workshop.kernels()) >= host_count() + 1, "the spare kernel runs")
    time.sleep(0.5)  # it is taken in a moment after it runs


def test_a_kernel_that_was_killed_is_hidden_from_its_pages(workshop: Workshop, visitor: Visitor) -> None:
    with seated(workshop).play() as other, decided(visitor) as line:
        with new_line(workshop, ENDED):
            workshop.host_of(line).kill()
            second_decision(line)
        assert line.pushes == ["resend"]
        assert other.is_answered()


def test_a_page_loaded_at_the_moment_its_kernel_was_killed_gets_another(
    workshop: Workshop, visitor: Visitor
) -> None:
    all_hosts(workshop)
    with decided(visitor) as line:
        kernel = workshop.host_of(line)
    kernel.kill()

    goes_on(visitor)


def test_a_page_that_is_moved_in_the_middle_of_a_decision_sends_it_again_once(
    workshop: Workshop, visitor: Visitor
) -> None:
    all_hosts(workshop)
    with decided(visitor) as line:
        kernel = workshop.host_of(line)
        kernel.suspend()
        line.send({"n": 2, "type": "decide", "decision": "bicara", "pick": "dengar", "sure": True})
        time.sleep(0.2)
        kernel.kill()

        assert line.next_view()["n"] == 3
        assert line.pushes == ["resend"]


def test_a_page_that_does_not_send_again_holds_up_no_other(workshop: Workshop, visitor: Visitor) -> None:
    all_hosts(workshop)
    with ExitStack() as stack:
        lines = [stack.enter_context(seated(workshop).play()) for _ in range(4)]
        for kernel in workshop.kernels():
            kernel.suspend()
        for line in lines:
            line.resends = line is lines[-1]
            line.send({"type": "begin", "n": 0})
        time.sleep(0.2)
        for kernel in workshop.kernels():
            kernel.kill()

        assert lines[-1].next_view()["n"] == 1
    goes_in(visitor)


def goes_in(visitor: Visitor) -> None:
    with visitor.play() as line:
        assert line.move(type="begin")["n"] == 1


def test_every_kernel_killed_at_once(workshop: Workshop, visitor: Visitor) -> None:
    all_hosts(workshop)
    with seated(workshop).play() as other, decided(visitor) as line:
        for kernel in workshop.kernels():
            kernel.kill()
        second_decision(line)
        other.move(type="begin")
        assert other.view["n"] == 1


def test_again_is_not_lost_where_the_kernel_ends_before_the_play_begins(
    workshop: Workshop, visitor: Visitor
) -> None:
    all_hosts(workshop)
    with visitor.play() as line:
        line.move(type="begin")
        while line.view["screen"] != "ended":
            scene = line.view["scene"]
            if scene["decision"]:
                line.move(type="skip", decision=scene["decision"]["id"])
            else:
                line.move(type="continue", scene=scene["id"])
        first = line.view["play"]
        line.send({"type": "again", "case": "daftar-nilai"})
        line.view = line.next_view()
        assert line.view["screen"] == "cover"
        workshop.host_of(line).kill()
        line.move(type="begin")

        assert line.view["n"] == 1
        assert line.view["play"] != first


def test_the_writer_that_was_killed(workshop: Workshop, visitor: Visitor) -> None:
    with decided(visitor) as line:
        with new_line(workshop, "The writer ended (-9); it is started again."):
            workshop.writer().kill()
            line.move(type="decide", decision="bicara", pick="dengar", sure=True)
        assert line.view["n"] == 3
        assert line.view["feedback"]["note"] is not None
    with seated(workshop).play() as other:
        assert other.view["screen"]


# A kernel that loops or grows


def test_a_kernel_that_stands_still_is_ended_and_its_pages_go_on(
    workshop: Workshop, visitor: Visitor
) -> None:
    all_hosts(workshop)
    with seated(workshop).play() as other, decided(visitor) as line:
        kernel = workshop.host_of(line)
        with new_line(workshop, STUCK):
            kernel.suspend()
            began = time.monotonic()
            second_decision(line)
            assert time.monotonic() - began < 6
        assert other.is_answered()
        assert not kernel.is_running() or kernel.status() == psutil.STATUS_ZOMBIE


def test_a_page_loaded_while_its_kernel_stands_still_gets_another(
    workshop: Workshop, visitor: Visitor
) -> None:
    all_hosts(workshop)
    with decided(visitor) as line:
        workshop.host_of(line).suspend()

    goes_on(visitor)


def poison(line: PageSocket, deed: str) -> str:
    """The code of the refusal by which a message is answered that does something bad to its kernel."""
    line.send({"type": "poison", "deed": deed, "n": line.view["n"]})
    return str(line.reply("refused", 30.0)["code"])


@pytest.mark.parametrize(("deed", "sentence"), [("kill", ENDED), ("loop", STUCK)])
def test_a_message_that_ends_its_kernel_is_refused_and_its_page_seated_alone(
    workshop: Workshop, visitor: Visitor, deed: str, sentence: str
) -> None:
    all_hosts(workshop)
    before = workshop.log_text().count(sentence)
    with ExitStack() as stack:
        others = [stack.enter_context(decided(seated(workshop))) for _ in range(4)]
        line = stack.enter_context(decided(visitor))
        with new_line(workshop, GUILTY):
            assert poison(line, deed) == "failed"
        assert workshop.log_text().count(sentence) == before + 2
        for other in others:
            second_decision(other)
        second_decision(line)
        alone = workshop.host_of(line)
        assert all(workshop.host_of(other) != alone for other in others)
    wait_until(lambda: not alone.is_running(), "the kernel of that page is ended with it")


def test_whoever_had_something_unanswered_beside_it_is_let_on_again(
    workshop: Workshop, visitor: Visitor
) -> None:
    all_hosts(workshop)
    with ExitStack() as stack:
        others = [stack.enter_context(decided(seated(workshop))) for _ in range(6)]
        line = stack.enter_context(decided(visitor))
        for kernel in workshop.kernels():
            kernel.suspend()
        line.send({"type": "poison", "deed": "kill", "n": 2})
        for other in others:
            other.send({"n": 2, "type": "decide", "decision": "bicara", "pick": "dengar", "sure": True})
        for kernel in workshop.kernels():
            kernel.resume()

        assert line.reply("refused", 30.0)["code"] == "failed"
        for other in others:
            assert other.next_view()["n"] == 3


def test_a_page_that_ends_its_own_kernel_again_and_again_is_gone(
    workshop: Workshop, visitor: Visitor
) -> None:
    all_hosts(workshop)
    with seated(workshop).play() as other, decided(visitor) as line:
        for _ in range(MOST_ENDS + 1):
            assert poison(line, "kill") == "failed"
        with pytest.raises(ConnectionClosed, match="4404"):
            line.until(lambda _: False)
        assert other.is_answered()


def test_a_kernel_that_grows_is_ended_and_its_pages_go_on(workshop: Workshop, visitor: Visitor) -> None:
    all_hosts(workshop)
    with decided(visitor) as line:
        with new_line(workshop, GROWN):
            line.send({"type": "poison", "deed": "grow"})
            line.until(lambda told: told.get("push") == "resend")
        second_decision(line)


def test_a_failure_of_ours_is_told_and_ends_no_kernel(workshop: Workshop, visitor: Visitor) -> None:
    all_hosts(workshop)
    with decided(visitor) as line:
        kernel = workshop.host_of(line)
        with new_line(workshop, "A message could not be answered: RuntimeError in sitecustomize.py"):
            assert poison(line, "fail") == "failed"
        second_decision(line)
        assert workshop.host_of(line) == kernel


def test_a_server_that_was_held_up_ends_no_kernel_for_it(workshop: Workshop, visitor: Visitor) -> None:
    with decided(visitor) as line:
        workshop.process.send_signal(signal.SIGSTOP)
        line.send({"type": "ping", "at": 1})
        time.sleep(3.5)  # longer than a kernel may owe an answer
        workshop.process.send_signal(signal.SIGCONT)

        assert line.reply("pong") == {"type": "pong", "at": 1}
        time.sleep(1.5)
        line.move(type="decide", decision="bicara", pick="dengar", sure=True)
        assert line.view["n"] == 3


# No room


def test_a_disk_without_room(workshop: Workshop, visitor: Visitor) -> None:
    writer = workshop.writer()
    before = writer.rlimit(psutil.RLIMIT_FSIZE)
    with decided(visitor) as line, ExitStack() as stack:
        stack.callback(writer.rlimit, psutil.RLIMIT_FSIZE, before)
        with new_line(
            workshop, "The database cannot be used (disk I/O error); whoever decides something is told"
        ):
            writer.rlimit(psutil.RLIMIT_FSIZE, (LOG_ONLY, before[1]))
            for _ in range(3):
                line.send({"n": 2, "type": "decide", "decision": "bicara", "pick": "dengar", "sure": True})
                assert line.reply("refused")["code"] == "unwritable"
            assert Visitor(workshop.port).ask("/masuk", {"sector": "-"}).status == 503
        with new_line(workshop, "The database can be used again."):
            writer.rlimit(psutil.RLIMIT_FSIZE, before)
            line.move(type="decide", decision="bicara", pick="dengar", sure=True)
        assert line.view["n"] == 3


def test_no_more_files_may_be_opened(workshop: Workshop, visitor: Visitor) -> None:
    server = psutil.Process(workshop.process.pid)
    before = server.rlimit(psutil.RLIMIT_NOFILE)
    with decided(visitor) as line, ExitStack() as stack:
        stack.callback(server.rlimit, psutil.RLIMIT_NOFILE, before)
        with new_line(workshop, "whoever comes now is turned away."):
            for spared in (SPARED_FILES + 4, 0):  # some are left for those inside; none is left at all
                server.rlimit(psutil.RLIMIT_NOFILE, (server.num_fds() + spared, before[1]))
                taken = [stack.enter_context(connected(workshop)) for _ in range(40)]
                assert refusals(taken, 10) >= 10
                assert line.is_answered()
        line.move(type="decide", decision="bicara", pick="dengar", sure=True)
        assert line.view["n"] == 3
    with seated(workshop).play() as other:
        assert other.view["screen"]


def connected(workshop: Workshop) -> socket.socket:
    return socket.create_connection(("127.0.0.1", workshop.port))


def refusals(connections: Sequence[socket.socket], enough: int) -> int:
    """How many are turned away, of those that ask for nothing; waited for until there are enough, 10 s."""
    waiting, turned_away, until = set(connections), 0, time.monotonic() + 10.0
    while turned_away < enough and time.monotonic() < until:
        spoken_to, _, _ = select.select(waiting, (), (), 0.1)
        turned_away += sum(b" 503 " in connection.recv(4096) for connection in spoken_to)
        waiting.difference_update(spoken_to)
    return turned_away


def test_where_few_files_may_be_open_idle_lines_are_hung_up_on_early() -> None:
    assert (idle_seconds(512), idle_seconds(20_000)) == (3.0, 75.0)


def test_whoever_is_turned_away_is_told_so_in_both_languages() -> None:
    with listening(answer=full_answer("Penuh.\nFull.\n"), limit=lambda: 0) as listener:
        line = http.client.HTTPConnection("127.0.0.1", listener.getsockname()[1])
        line.connect()
        with pytest.raises(BlockingIOError):
            listener.accept()
        line.request("GET", "/")
        answer = line.getresponse()

        assert (answer.status, answer.read()) == (503, b"Penuh.\nFull.\n")
        line.close()


@contextmanager
def listening(answer: bytes, limit: Callable[[], int]) -> Iterator[Listener]:
    with Listener(socket.create_server(("127.0.0.1", 0)), answer, limit=limit) as listener:
        yield listener


# The network, the clock


def test_a_network_that_was_cut(visitor: Visitor) -> None:
    with decided(visitor) as line:
        raw = line.socket.socket
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        line.socket.socket.close()  # nobody says goodbye

        assert visitor.ask("/kasus/duduk").status == 204
        with visitor.connect() as again:
            back = PageSocket(again, view=line.view, at=line.at, seq=line.seq)
            back.move(type="decide", decision="bicara", pick="dengar", sure=True)

            assert back.view["n"] == 3


def test_a_clock_that_is_set_back_and_forth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = tmp_path / "clock"
    clock.write_text("0", encoding="ascii")
    monkeypatch.setenv("TEST_CLOCK", str(clock))
    monkeypatch.setenv("PYTHONPATH", str(TESTS / "clock"))
    with running_workshop(tmp_path / "data") as workshop:
        visitor = seated(workshop)
        with decided(visitor) as line:
            clock.write_text("-86400", encoding="ascii")
            line.move(type="decide", decision="bicara", pick="dengar", sure=True)
            assert line.view["n"] == 3
        early = seated(workshop)
        clock.write_text("86400", encoding="ascii")
        for somebody, n in ((visitor, 3), (early, 0)):
            with somebody.play() as line:
                assert line.view["n"] == n
        with closing(sqlite3.connect(workshop.data / "workshop.sqlite")) as database:
            moments = [at for (at,) in database.execute("select at from event order by n")]
            first, second = (day for (day,) in database.execute("select substr(created, 1, 10) from seat"))
    assert moments[-1] == moments[-2]  # a play never goes back
    assert moments == sorted(moments)
    assert second < first  # the clock was set back indeed


def test_a_clock_that_is_set_back_or_forth_takes_no_seat() -> None:
    maker = SeatMaker(b"x" * 32)
    key, seat = maker._key("cookie"), "a" * 32  # noqa: SLF001 -- signed at another time

    for hours in (-24, 24):
        clock = partial(float, time.time() + hours * 3600)
        token = create_signed_value(key, COOKIE, seat, clock=clock).decode()
        assert maker.cookie.value_of(token) == seat


def test_a_workshop_that_begins_before_the_last_one_by_its_clock_is_a_new_one(tmp_path: Path) -> None:
    now = datetime(2026, 11, 22, 7, tzinfo=UTC)
    url = f"sqlite:///{tmp_path / 'workshop.sqlite'}"
    first = WorkshopStore(url, clock=lambda: now)
    first.close()
    note_closed(url, workshop_named(url, first.name), now)

    second = WorkshopStore(url, clock=lambda: now - timedelta(days=400))

    assert second.name != first.name
    assert second.workshop()["closed"] is None
    second.close()


# Folders of servers that were killed


def test_folders_of_dead_servers_are_swept_and_no_others(tmp_path: Path) -> None:
    dead, making, foreign = (tmp_path / f"kasuslab-{name}" for name in ("dead", "making", "foreign"))
    for folder in (dead, making, foreign):
        folder.mkdir()
    (dead / "made").touch()
    (dead / "k").mkdir()
    (dead / "k" / "kernel-1-ipc-1").touch()
    (making / "lives").touch()
    (foreign / "letter").touch()
    link = tmp_path / "kasuslab-link"
    link.symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "made").touch()
    with run_folder(tmp_path) as living:
        sweep(tmp_path)

        assert living.exists()
        assert living.stat().st_mode & 0o777 == 0o700
    left = {each.name for each in tmp_path.iterdir()}
    assert left == {"kasuslab-making", "kasuslab-foreign", "kasuslab-link", "elsewhere"}


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_a_folder_of_another_user_is_not_swept(tmp_path: Path) -> None:
    theirs = tmp_path / "kasuslab-theirs"
    theirs.mkdir()
    (theirs / "made").touch()
    os.chown(theirs, 4711, 4711)

    sweep(tmp_path)

    assert theirs.exists()


def test_a_server_that_is_to_end_first_confirms_what_arrived(tmp_path: Path) -> None:
    with running_workshop(tmp_path / "data") as workshop:
        visitor = seated(workshop)
        with decided(visitor) as page:
            writer, family = workshop.writer(), workshop.children()
            writer.suspend()
            page.send({"type": "decide", "n": page.view["n"], "decision": "bicara", "pick": "dengar"})
            page.send({"type": "ping", "at": 1})  # read after it: by then it is with the server
            time.sleep(0.3)
            workshop.process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            writer.resume()
            confirmed = page.next_view()["n"]
            page.until(lambda told: told.get("push") == "paused")
        assert workshop.process.wait(15) == 0
        assert not any(each.is_running() for each in family)

    with running_workshop(tmp_path / "data") as again:
        visitor.port = again.port
        with visitor.play() as page:
            assert page.view["n"] == confirmed == 3


# The whole server; the last one, since the server is gone after it


def test_the_whole_server_that_was_killed(workshop: Workshop, visitor: Visitor) -> None:
    with decided(visitor):
        left, folder = workshop.children(), run_folder_of(workshop)
        assert len(left) >= 4
        workshop.stop(signal.SIGKILL)
    assert not psutil.wait_procs(left, timeout=15)[1]
    assert folder.exists()
    assert "Traceback" not in workshop.log_text()

    with running_workshop(workshop.data, port=workshop.port) as again:
        assert not folder.exists()
        goes_on(visitor)
        folder = run_folder_of(again)
    assert not folder.exists()


def run_folder_of(workshop: Workshop) -> Path:
    words = workshop.kernels()[0].cmdline()
    return Path(words[words.index("-f") + 1]).parents[1]
