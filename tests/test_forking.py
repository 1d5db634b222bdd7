"""Forked kernels: their processes as the server sees them, and the process that forks them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from release.workshop.fork_server import ForkRequest, Preload
from release.workshop.forking import ForkedProcess, ForkFailedError, ForkServer, can_fork
from scenarios.library import SCENARIOS
from tests.workshop_server import HERE, wait_until

pytestmark = pytest.mark.skipif(not can_fork(), reason="kernels are forked on Linux only")
WHAT: Preload = {
    "folder": str(HERE / "cases"),
    "cases": ["daftar-nilai"],
    "services": str(SCENARIOS / "services.yaml"),
}


def request() -> ForkRequest:
    return {"arguments": ["-f", "kernel.json"], "environ": dict(os.environ), "cwd": "/tmp"}  # noqa: S108 -- read only


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


def test_a_process_that_lives_has_no_status(sleeper: ForkedProcess) -> None:
    assert sleeper.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        sleeper.wait(0.01)


def test_a_process_that_was_killed_has_ended(sleeper: ForkedProcess) -> None:
    sleeper.kill()

    assert sleeper.wait(10) == 0
    assert sleeper.poll() == 0
    sleeper.terminate()


def test_a_kernel_is_a_process_of_its_own_session(server: ForkServer) -> None:
    kernel = asyncio.run(server.fork(request()))

    assert os.getsid(kernel.pid) == kernel.pid
    assert psutil.Process(kernel.pid).ppid() == server.pid
    kernel.kill()
    assert kernel.wait(10) == 0


def test_the_fork_server_may_die_and_its_kernels_live_on(server: ForkServer) -> None:
    kernel = asyncio.run(server.fork(request()))
    first = server.pid
    psutil.Process(first).kill()

    other = asyncio.run(server.fork(request()))

    assert server.pid != first
    assert kernel.poll() is None
    for process in (kernel, other):
        process.kill()
        process.wait(10)


def test_kernels_end_with_the_server_that_holds_their_pipe() -> None:
    server = ForkServer(WHAT, os.environ)
    kernel = asyncio.run(server.fork(request()))

    server.stop()

    wait_until(lambda: kernel.poll() is not None, "the kernel has ended")


def test_a_fork_server_that_cannot_start_says_so() -> None:
    server = ForkServer({**WHAT, "services": "/nowhere.yaml"}, os.environ)

    with pytest.raises(ForkFailedError, match="did not start"):
        asyncio.run(server.start())
    server.stop()
