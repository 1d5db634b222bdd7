"""``kasuslab run``: the workshop at one address, the facilitator's desk at another, until Ctrl-C."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen

from rich.console import Console

from graders.key.key import keys_folder
from release.course.sample import REPORT, sample_course
from release.settings import workshop_folder
from release.workshop.web.board_door import ENVIRONMENT as BOARD_PASSWORD
from release.workshop.web.board_door import drawn_password
from scenarios.documents.problem import BadInputError
from scenarios.language import read_catalogue

HOST = "127.0.0.1"
START_SECONDS = 120
END_SECONDS = 15
_TEXTS = Path(__file__).parent / "texts.yaml"


class LabError(BadInputError):
    """The lab does not start, or a part of it ended; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Child:
    """A part of the lab that runs as a process of its own, and says what it says into a log."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path


def run_lab(port: int, desk_port: int, *, data: Path | None, console: Console) -> None:
    """Run the lab until Ctrl-C or SIGTERM, and leave no process behind.

    data: the folder of the sample, the user's own data folder by default. Raises LabError.
    """
    for number, option in ((port, "--port"), (desk_port, "--desk-port")):
        _refuse_port_in_use(number, option)
    keys = keys_folder()
    place = data or workshop_folder()
    texts = read_catalogue(_TEXTS)
    person = texts["run_sample_person"].joined(" / ")
    with _signals(), console.status("…") as status:
        status.update(texts["run_preparing"].joined(" / "))
        course = sample_course(
            place / "sample-course",
            person=person,
            keys=keys,
        )
    token, password = secrets.token_urlsafe(24), drawn_password()
    children: list[Child] = []
    with _signals():
        try:
            children.append(_start_workshop(port, place / "sample-workshop", person, password))
            children.append(_start_desk(desk_port, course, keys, token))
            workshop, desk = f"http://{HOST}:{port}/", f"http://{HOST}:{desk_port}"
            _wait_for(children, workshop)
            _wait_for(children, f"{desk}/api")
            _tell(console, workshop, desk, token, password)
            _watch(children)
        except KeyboardInterrupt:
            console.print(texts["run_ending"].joined(" / "))
        finally:
            _end(children)


def _refuse_port_in_use(port: int, option: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            remedy = f"End what uses it, or take another one: kasuslab run {option} {port + 1}"
            raise LabError(f"Port {port} is in use. {remedy}") from None


@contextmanager
def _signals() -> Iterator[None]:
    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _start(name: str, arguments: list[str], environ: Mapping[str, str], folder: Path) -> Child:
    # In a session of its own, so that Ctrl-C reaches only us and we end the parts in order.
    log = folder.with_suffix(".log")
    with log.open("wb") as said:
        process = subprocess.Popen(  # noqa: S603 -- our own interpreter and arguments
            [sys.executable, "-m", *arguments],
            cwd=folder,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    return Child(name, process, log)


def _start_workshop(port: int, data: Path, person: str, password: str) -> Child:
    data.mkdir(parents=True, exist_ok=True)
    options = ["--no-start", "--port", str(port), "--no-browser", "--person", person, "--data", str(data)]
    environ = {**os.environ, BOARD_PASSWORD: password}
    return _start("workshop", ["release.cli", "workshop", *options], environ, data)


def _start_desk(port: int, course: Path, keys: Path, token: str) -> Child:
    # The token goes through the environment: a command line can be read by everybody on the machine.
    environ = {**os.environ, "JUPYTER_TOKEN": token, "KASUSLAB_KEYS": str(keys)}
    options = [
        "--no-browser",
        f"--ServerApp.ip={HOST}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={course}",
        "--ServerApp.allow_root=True",
        "--ServerApp.jpserver_extensions=graders.formgrader=True",
        "--ServerApp.jpserver_extensions=nbgrader.server_extensions.formgrader=False",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--log-level=ERROR",
    ]
    return _start("desk", ["jupyterlab", *options], environ, course)


def _wait_for(children: list[Child], address: str) -> None:
    for _ in range(START_SECONDS * 5):
        _refuse_ended(children)
        try:
            with urlopen(address, timeout=5):  # noqa: S310 -- our own address
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise LabError(f"{address} did not answer within {START_SECONDS} seconds. Start the lab again.")


def _refuse_ended(children: list[Child]) -> None:
    for child in children:
        if child.process.poll() is not None:
            said = child.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            last = said[-1] if said else "It said nothing."
            raise LabError(f"The {child.name} ended by itself. {last} More stands in {child.log}.")


def _tell(console: Console, workshop: str, desk: str, token: str, password: str) -> None:
    texts = read_catalogue(_TEXTS)
    links = {
        "run_workshop": workshop,
        "run_board": f"{workshop}board ({password})",
        "run_desk": f"{desk}/lab?token={token}",
        "run_report": f"{desk}/files/{REPORT.as_posix()}?token={token}",
        "run_formgrader": f"{desk}/formgrader?token={token}",
        "run_trainee": f"{desk}/lab/tree/try/teman-gim/teman-gim.ipynb?token={token}",
    }
    console.print()
    for name, link in links.items():
        console.print(texts[name].joined(" / "), style="bold")
        console.print(f"  {link}", soft_wrap=True)
    console.print("\n" + texts["run_end"].joined(" / "))


def _watch(children: list[Child]) -> None:
    while True:
        _refuse_ended(children)
        time.sleep(0.5)


def _end(children: list[Child]) -> None:
    for child in children:
        child.process.terminate()
    deadline = time.monotonic() + END_SECONDS
    for child in children:
        try:
            child.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()
