"""The workshop's server as a child of the start page: a process of its own, whose words go into a log."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from scenarios.documents.problem import BadInputError

START_SECONDS = 150.0
END_SECONDS = 20.0
_READY = re.compile(r"^ready (https?://\S+/)$", re.MULTILINE)


class ChildError(BadInputError):
    """The server does not start; what it said itself, a sentence."""


@dataclass(frozen=True, slots=True)
class Child:
    """A server that runs. url: the address of its lobby."""

    process: subprocess.Popen[bytes]
    url: str

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def kernels(self) -> list[int]:
        """The ids of the processes of its kernels."""
        found: list[int] = []
        for child in psutil.Process(self.process.pid).children(recursive=True):
            try:
                words, forked = child.cmdline(), child.ppid() != self.process.pid
            except psutil.Error:
                continue
            if ("release.workshop.kernel.fork_server" in words and forked) or "ipykernel_launcher" in words:
                found.append(child.pid)
        return found

    def stop(self) -> None:
        """End it; it has kept everything that it confirmed."""
        self.process.terminate()
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_child(data: Path, options: Sequence[str], environ: Mapping[str, str] | None = None) -> Child:
    """Start ``kasuslab workshop`` on a data folder; wait until it serves. Raises ChildError.

    environ: what the server finds in its environment beside ours: a password never stands on a command line.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    log = data / "workshop.log"
    command = [sys.executable, "-m", "release.cli", "workshop", "--no-start", "--no-browser"]
    with log.open("wb") as said:
        process = subprocess.Popen(  # noqa: S603 -- our own interpreter and arguments
            [*command, "--data", str(data), *options],
            env={**os.environ, **(environ or {})},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if ready := _READY.search(_said(log)):
            return Child(process, ready.group(1))
        time.sleep(0.1)
    if process.poll() is None:
        process.kill()
        process.wait()
    words = [line.strip("│ ") for line in _said(log).splitlines() if any(map(str.isalpha, line))]
    raise ChildError(words[-1] if words else f"The workshop did not start. More may stand in {log}.")


def _said(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")
