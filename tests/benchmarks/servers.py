"""The servers that are measured: the workshop as it is, one of 0.1.0, and Voilà as it comes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import yaml

from scenarios.library import CASES
from tests.benchmarks.page import LoadError
from tests.parts.machine import free_port

CASE = "teman-gim"
PERSON = "Ibu R., meja panitia"
MEGABYTE = 1e6
START_SECONDS = 240.0
LOG = "server.log"
SLOW_DISK = Path(__file__).with_name("slow_disk")
POISON = Path(__file__).parents[1] / "poison"

SERVE = """
import json, sys
from release.workshop.plan import WorkshopPlan
from release.workshop.serve.server import serve
serve(WorkshopPlan(board_password="bench-bench-bench", **json.loads(sys.argv[1])))
"""
SERVE_0_1_0 = """
import json, sys
from pathlib import Path
from release.workshop.server import serve
told = json.loads(sys.argv[1])
serve(0, open_browser=False, data_dir=Path(told.pop("data")), board_password="bench-bench-bench", **told)
"""
STOCK_CELL = """import tempfile
from pathlib import Path
from shutil import copytree
from widgets import CasePlayer

own = Path(tempfile.mkdtemp(dir="."))
copytree("case", own / "case")
CasePlayer.beside(own)"""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. data: its folder; begun: when it was started, by `time.perf_counter`."""

    process: subprocess.Popen[str]
    port: int
    data: Path
    begun: float

    @property
    def url(self) -> str:
        """Where its plays are, as an SQLAlchemy URL."""
        return f"sqlite:///{self.data / 'workshop.sqlite'}"

    def megabytes(self) -> float:
        """The memory of all its processes, what they share in proportion."""
        held = 0.0
        for process in (psutil.Process(self.process.pid), *self.children()):
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                held += process.memory_full_info().pss
        return held / MEGABYTE

    def children(self, word: str = "") -> list[psutil.Process]:
        """The processes below it in whose command line a word stands."""
        found: list[psutil.Process] = []
        with suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self.process.pid).children(recursive=True):
                # A kernel may have ended under the load, and its parent has not noticed yet.
                with suppress(psutil.NoSuchProcess):
                    if child.status() != psutil.STATUS_ZOMBIE and (not word or word in child.cmdline()):
                        found.append(child)
        return found

    def hosts(self) -> list[psutil.Process]:
        """The kernels that play for many pages each, the one that has worked most first."""
        return sorted(self.children("release.workshop.kernel"), key=_worked, reverse=True)

    def writers(self) -> list[psutil.Process]:
        """The process that keeps the plays, while there is one."""
        return self.children("release.workshop.writer.writer")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it, and wait until it is gone."""
        self.process.send_signal(how)
        with self.process:
            self.process.wait(120)


def _worked(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        return float(process.cpu_times().user)
    return 0.0


def _serving(command: Sequence[str], data: Path, **variables: str) -> Server:
    environ = {**os.environ, "KASUSLAB_HOME": str(data), **variables}
    begun = time.perf_counter()
    with (data / LOG).open("a", encoding="utf-8") as log:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, text=True, env=environ, cwd=data
        )
    assert process.stdout is not None
    line = next((line for line in process.stdout if line.startswith("ready ")), "")
    if not line:
        process.kill()
        with process:
            process.wait(60)
        raise LoadError("The workshop did not start.")
    return Server(process, int(line.rstrip("/\n").rpartition(":")[2]), data, begun)


def start_lab(
    data: Path, seats: int, *, port: int = 0, commit: float = 0.0, poisoned: bool = False
) -> Server:
    """Start the workshop. commit: seconds by which each of its commits takes longer. Raises LoadError.

    poisoned: whether its kernels do what a message of the type “poison” asks for.
    """
    told = {"data": str(data), "port": port, "seats": seats, "person": PERSON, "cases": [CASE]}
    folders = [str(SLOW_DISK)] * bool(commit) + [str(POISON)] * poisoned
    paths = os.pathsep.join(filter(None, (*folders, os.environ.get("PYTHONPATH", ""))))
    command = [sys.executable, "-c", SERVE, json.dumps(told)]
    return _serving(command, data, PYTHONPATH=paths, SLOW_COMMIT=str(commit))


@contextmanager
def lab(place: Path, seats: int, *, commit: float = 0.0) -> Iterator[Server]:
    """The workshop for so many seats."""
    server = start_lab(Path(tempfile.mkdtemp(dir=place)), seats, commit=commit)
    with _ended(server):
        yield server


@contextmanager
def lab_before(checkout: Path, place: Path, seats: int) -> Iterator[Server]:
    """A workshop of 0.1.0 from its checkout, with as many pages prepared."""
    data = Path(tempfile.mkdtemp(dir=place))
    told = {"data": str(data), "warm": seats, "seats": seats, "person": PERSON, "cases": [CASE]}
    python = str(checkout / ".venv" / "bin" / "python")
    with _ended(_serving([python, "-c", SERVE_0_1_0, json.dumps(told)], data)) as server:
        yield server


@contextmanager
def _ended(server: Server) -> Iterator[Server]:
    children = server.children()
    try:
        yield server
    finally:
        children = [*children, *server.children()]
        server.stop()
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()


@contextmanager
def stock(place: Path) -> Iterator[Server]:
    """Voilà as it comes, with a notebook that plays the same case; each page keeps a record of its own."""
    folder = Path(tempfile.mkdtemp(dir=place))
    shutil.copytree(CASES / CASE, folder / "case")
    card = {"course": "bench", "mode": "practice", "person": PERSON}
    (folder / "case" / "course.yaml").write_text(yaml.safe_dump(card), encoding="utf-8")
    cell = {"cell_type": "code", "id": "player", "metadata": {}, "source": STOCK_CELL}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    body = {"cells": [cell | {"outputs": [], "execution_count": None}], "metadata": {"kernelspec": kernel}}
    (folder / "kasus.ipynb").write_text(json.dumps({**body, "nbformat": 4, "nbformat_minor": 5}))
    port = free_port()
    command = [sys.executable, "-m", "voila", "kasus.ipynb", "--no-browser", f"--port={port}"]
    quiet, begun = subprocess.DEVNULL, time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=quiet, stderr=quiet, text=True)
    with _ended(Server(process, port, folder, begun)) as server:
        _await_port(port)
        yield server


def _await_port(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise LoadError("Voilà did not start.")
