"""What tests ask of this machine: a port that is free, a program that runs, the time that something takes."""

from __future__ import annotations

import contextlib
import os
import random
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import psutil


def free_port() -> int:
    """A port that nobody listens on, and that the system gives to no connection before its server has it.

    Linux gives connections ports from 32,768 on: one of those may be in use again a moment later.
    """
    while True:
        port = random.randrange(10_000, 32_000)
        with socket.socket() as tried, contextlib.suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port


def wait_until(holds: Callable[[], bool], what: str, patience: float = 20.0) -> None:
    """Return once `holds`; fail, saying `what` was waited for, after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < deadline, f"after {patience:g} seconds still not: {what}"
        time.sleep(0.05)


@contextlib.contextmanager
def program(
    command: Sequence[str | Path],
    log: Path,
    *,
    cwd: Path | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Iterator[subprocess.Popen[bytes]]:
    """A program that writes into `log` while it runs; it is gone in the end, with all that it started."""
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command, stdout=stream, stderr=stream, cwd=cwd, env=environ, start_new_session=True
        )
    try:
        yield process
    finally:
        family = [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]
        for each in family:
            each.terminate()
        _, left = psutil.wait_procs(family, timeout=20)
        for each in left:
            each.kill()
        process.wait(20)
