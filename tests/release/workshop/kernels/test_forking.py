"""Forked kernels: their processes as the server sees them, and the process that forks them."""

from __future__ import annotations

import asyncio
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from release.workshop.kernel.fork_server import ForkRequest, Preload
from release.workshop.kernels.forking import ForkedProcess, ForkFailedError, ForkServer, can_fork
from scenarios.library import SCENARIOS
from tests.parts import workshop_server
from tests.parts.machine import wait_until
from tests.parts.workshop_server import Visitor, running_workshop
from tests.places import CASES

forks_here = pytest.mark.skipif(not can_fork(), reason="kernels are forked on Linux only")
WHAT: Preload = {
    "folder": str(CASES),
    "cases": ["daftar-nilai"],
    "services": str(SCENARIOS / "services.yaml"),
}


def request(place: Path) -> ForkRequest:
    file = place / f"{secrets.token_hex(8)}.json"  # two kernels of one file would want the same ports
    return {"arguments": ["-f", str(file)], "environ": dict(os.environ), "cwd": str(place)}


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    server = ForkServer(WHAT, os.environ)
    asyncio.run(server.start())
    yield server
    server.stop()


@pytest.fixture
def sleeper() -> Iterator[ForkedProcess]:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        yield ForkedProcess(process.pid, os.pidfd_open(process.pid))
        process.kill()


@forks_here
def test_a_process_that_lives_has_no_status(sleeper: ForkedProcess) -> None:
    assert sleeper.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        sleeper.wait(0.01)


@forks_here
def test_a_process_that_was_killed_has_ended(sleeper: ForkedProcess) -> None:
    sleeper.kill()

    assert sleeper.wait(10) == 0
    assert sleeper.poll() == 0
    sleeper.terminate()


@forks_here
def test_a_kernel_is_a_process_of_its_own_session(server: ForkServer, tmp_path: Path) -> None:
    kernel = asyncio.run(server.fork(request(tmp_path)))

    wait_until(lambda: os.getsid(kernel.pid) == kernel.pid, "the kernel has a session of its own")
    assert psutil.Process(kernel.pid).ppid() == server.pid
    kernel.kill()
    assert kernel.wait(10) == 0


@forks_here
def test_the_fork_server_may_die_and_its_kernels_live_on(server: ForkServer, tmp_path: Path) -> None:
    kernel = asyncio.run(server.fork(request(tmp_path)))
    first = server.pid
    psutil.Process(first).kill()

    other = asyncio.run(server.fork(request(tmp_path)))

    assert server.pid != first
    assert kernel.poll() is None
    for process in (kernel, other):
        process.kill()
        process.wait(10)


@forks_here
def test_kernels_end_with_the_server_that_holds_their_pipe(tmp_path: Path) -> None:
    server = ForkServer(WHAT, os.environ)
    kernel = asyncio.run(server.fork(request(tmp_path)))

    server.stop()

    wait_until(lambda: kernel.poll() is not None, "the kernel has ended")


@forks_here
def test_a_fork_server_that_cannot_start_says_so() -> None:
    server = ForkServer({**WHAT, "services": "/nowhere.yaml"}, os.environ)

    with pytest.raises(ForkFailedError, match="did not start"):
        asyncio.run(server.start())
    server.stop()


def test_other_systems_do_not_fork() -> None:
    assert not can_fork("win32")
    assert not can_fork("darwin")


def test_where_nothing_is_forked_the_standard_kernel_plays_the_same_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = "from release.workshop.serve import server\nserver.can_fork = lambda: False\n"
    monkeypatch.setattr(workshop_server, "_SERVE", elsewhere + workshop_server._SERVE)  # noqa: SLF001
    with running_workshop(tmp_path) as workshop:
        assert {"ipykernel_launcher" in kernel.cmdline() for kernel in workshop.kernels()} == {True}
        visitor = Visitor(workshop.port)
        visitor.join()
        with visitor.play() as channel:
            channel.move(type="begin")

            assert channel.view["scene"]["id"]
