"""Faults: participants go on with every confirmed decision, and the log says in one line what happened."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import psutil
import pytest
from tornado.web import create_signed_value
from websockets.exceptions import ConnectionClosed

from release.workshop.kernel.fork_server import MAX_GROWTH
from release.workshop.kernels.pulse import Pulse
from release.workshop.seats.cookie import SEAT as COOKIE
from release.workshop.seats.seat import SeatMaker
from release.workshop.serve.listener import SPARED_FILES, Listener, full_answer
from release.workshop.serve.run_folder import run_folder, sweep
from release.workshop.writer.store import WorkshopStore
from release.workshop.writer.workshops import note_closed, workshop_named
from tests.parts.machine import wait_until
from tests.parts.workshop_server import KernelSocket, Visitor, Workshop, running_workshop
from tests.places import TESTS

# Bytes a file may have: the log, which is short, but not the database.
LOG_ONLY = 8 * 1024
# Nobody wants to wait half a minute for a kernel that is stuck.
HASTY = """
from release.workshop.kernels import pulse
pulse.PROBE_SECONDS, pulse.SLOW_SECONDS, pulse.STUCK_SECONDS = 0.5, 1.5, 3.0
"""


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    data = tmp_path_factory.mktemp("workshop")
    # What servers leave behind lies in a folder of its own, with a short name: other tests sweep theirs.
    with tempfile.TemporaryDirectory(prefix="k") as left, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", left)
        with running_workshop(data / "data", log=data / "log", before=HASTY) as running:
            yield running


@pytest.fixture
def visitor(workshop: Workshop) -> Visitor:
    return seated(workshop)


def seated(workshop: Workshop) -> Visitor:
    visitor = Visitor(workshop.port)
    visitor.join()
    return visitor


@contextmanager
def decided(visitor: Visitor) -> Iterator[KernelSocket]:
    """A page on which the first decision of the case was confirmed."""
    with visitor.play() as line:
        line.move(type="begin")
        line.move(type="decide", decision="mendesak", pick="sedang")
        assert line.view["n"] == 2
        yield line


def kernel_of(workshop: Workshop, line: KernelSocket) -> psutil.Process:
    """The process that plays for a page."""
    kernel = workshop.kernel(line.kernel)
    assert kernel is not None
    return kernel


def goes_on(visitor: Visitor) -> None:
    """The page, loaded again, stands behind the first decision and takes the second."""
    with visitor.play() as line:
        assert line.view["n"] == 2
        assert line.view["scene"]["id"] == "bicara"
        line.move(type="decide", decision="bicara", pick="dengar", sure=True)
        assert line.view["n"] == 3


def answers(line: KernelSocket) -> bool:
    line.send({"type": "ping", "at": 1})
    return line.reply("pong") == {"type": "pong", "at": 1}


@contextmanager
def new_line(workshop: Workshop, sentence: str) -> Iterator[None]:
    """What happens inside writes that sentence into the log, once."""
    before = workshop.log_text().count(sentence)
    yield
    wait_until(lambda: workshop.log_text().count(sentence) > before, f"the log says {sentence!r}")
    assert workshop.log_text().count(sentence) == before + 1


# Processes that are killed


def test_a_kernel_that_was_killed(workshop: Workshop, visitor: Visitor) -> None:
    with seated(workshop).play() as other, decided(visitor) as line:
        kernel = kernel_of(workshop, line)
        with new_line(workshop, "A kernel ended by itself; its page gets another."):
            kernel.kill()
            with pytest.raises(ConnectionClosed, match="4404"):
                line.until(lambda _: False)
        assert answers(other)
    goes_on(visitor)


def test_a_page_loaded_at_the_moment_its_kernel_was_killed_gets_another(
    workshop: Workshop, visitor: Visitor
) -> None:
    with decided(visitor) as line:
        kernel = kernel_of(workshop, line)
    wait_until(lambda: visitor.open_page()[0] == line.kernel, "the page would get the kernel that it left")
    kernel.kill()
    kernel.wait(10)  # the machine takes a moment

    goes_on(visitor)


def test_the_fork_server_that_was_killed(workshop: Workshop, visitor: Visitor) -> None:
    with decided(visitor) as line:
        forks = fork_server(workshop)
        with new_line(workshop, "The process that forks kernels ended; it is started again."):
            forks.kill()
            assert answers(line)
            for _ in range(3):
                with seated(workshop).play() as other:
                    assert other.view["screen"]
        line.move(type="decide", decision="bicara", pick="dengar", sure=True)
        assert line.view["n"] == 3
    assert fork_server(workshop).pid != forks.pid


def fork_server(workshop: Workshop) -> psutil.Process:
    own = psutil.Process(workshop.process.pid).children()
    return next(child for child in own if "release.workshop.kernel.fork_server" in child.cmdline())


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


def test_a_kernel_that_loops_is_ended_and_holds_nobody_up(workshop: Workshop, visitor: Visitor) -> None:
    with seated(workshop).play() as other, decided(visitor) as line:
        kernel = kernel_of(workshop, line)
        with new_line(workshop, "A kernel answered nothing for 3 seconds; it was ended."):
            kernel.suspend()
            line.send({"type": "ping", "at": 1})
            other.move(type="begin")
            with pytest.raises(ConnectionClosed, match="4404"):
                line.until(lambda _: False)
        assert answers(other)
        assert not kernel.is_running() or kernel.status() == psutil.STATUS_ZOMBIE
    goes_on(visitor)


def test_a_page_whose_kernel_loops_gets_another_when_it_is_loaded_again(
    workshop: Workshop, visitor: Visitor
) -> None:
    with decided(visitor) as line:
        kernel = kernel_of(workshop, line)
        kernel.suspend()
        line.send({"type": "ping", "at": 1})
    wait_until(lambda: visitor.open_page()[0] != line.kernel, "the page gets another kernel")

    goes_on(visitor)


def test_a_kernel_may_grow_so_far_and_no_further(workshop: Workshop, visitor: Visitor) -> None:
    with visitor.play() as line:
        kernel = kernel_of(workshop, line)

        most, _ = kernel.rlimit(psutil.RLIMIT_AS)

        assert kernel.memory_info().vms < most <= kernel.memory_info().vms + MAX_GROWTH


def test_what_a_kernel_asks_for_beyond_that_fails_in_it() -> None:
    program = """
from release.workshop.kernel import fork_server
fork_server._limit_memory()
bytearray(fork_server.MAX_GROWTH // 2)
try:
    bytearray(fork_server.MAX_GROWTH)
except MemoryError:
    print("refused")
"""
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )

    assert told.stdout == "refused\n"


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


def test_what_is_stuck_is_told_by_a_clock() -> None:
    now = 0.0
    pulse = Pulse(stuck=30.0, clock=lambda: now)
    pulse.note_question("kernel")
    found: list[str] = []
    for second in range(1, 31):
        now = float(second)
        found += pulse.stuck()
    assert found == ["kernel"]

    pulse.note_question("kernel")
    now += 100.0  # the server itself was held up
    assert pulse.stuck() == []


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
                taken = [stack.enter_context(connected(workshop)) for _ in range(20)]
                refused = [connection for connection in taken if b" 503 " in said(connection)]
                assert len(refused) >= 10
                assert answers(line)
        line.move(type="decide", decision="bicara", pick="dengar", sure=True)
        assert line.view["n"] == 3
    with seated(workshop).play() as other:
        assert other.view["screen"]


def connected(workshop: Workshop) -> socket.socket:
    return socket.create_connection(("127.0.0.1", workshop.port))


def said(connection: socket.socket) -> bytes:
    """What is said to whoever asks for nothing."""
    connection.settimeout(0.3)
    try:
        return connection.recv(4096)
    except TimeoutError:
        return b""


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

        assert visitor.ask(f"/kasus/{line.kernel}").status == 204
        with visitor.connect(line.kernel) as again:
            back = KernelSocket(again, line.model, line.kernel)
            back.send({"type": "ready"})
            back.view = back.next_view()
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
    assert second.workshop().closed is None
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


# The whole server; the last one, since the server is gone after it


def test_the_whole_server_that_was_killed(workshop: Workshop, visitor: Visitor) -> None:
    with decided(visitor):
        left, folder = workshop.children(), run_folder_of(workshop)
        assert len(left) >= 4
        workshop.stop(signal.SIGKILL)
    assert not psutil.wait_procs(left, timeout=15)[1]
    assert folder.exists()

    with running_workshop(workshop.data, port=workshop.port) as again:
        assert not folder.exists()
        goes_on(visitor)
        folder = run_folder_of(again)
    assert not folder.exists()


def run_folder_of(workshop: Workshop) -> Path:
    (address,) = {str(line.laddr) for line in workshop.writer().net_connections("unix") if line.laddr}
    return Path(address).parent
