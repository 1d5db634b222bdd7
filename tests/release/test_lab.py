"""``kasuslab run``: both addresses answer, and Ctrl-C leaves nothing running."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import psutil
import pytest
from rich.console import Console

from release.lab import LabError, run_lab
from release.workshop.serve.network import url_host
from tests.parts.machine import free_port

MARK = "KASUSLAB_TEST_MARK"
LAN = url_host("")


def marked(mark: str) -> list[psutil.Process]:
    """Every process whose environment carries the mark."""
    processes = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                processes.append(process)
        except psutil.Error:
            continue
    return processes


@dataclass(frozen=True)
class Lab:
    """A lab that runs: its process, the links it printed, and the mark in its processes' environment."""

    process: subprocess.Popen[str]
    links: dict[str, str]
    mark: str

    def desk(self, path: str, data: bytes | None = None) -> tuple[int, str]:
        address, token = self.links["lab?"].split("/lab?token=")
        request = Request(f"{address}{path}", data=data, headers={"Authorization": f"token {token}"})
        with urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    data = tmp_path_factory.mktemp("lab")
    mark = data.name + str(os.getpid())
    command = [sys.executable, "-m", "release.cli", "run", "--data", str(data)]
    command += ["--port", str(free_port()), "--desk-port", str(free_port())]
    environ = {**os.environ, MARK: mark, "COLUMNS": "200"}
    # A run in the background is deaf to Ctrl-C, and whatever it starts would be too.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as process:
        try:
            yield Lab(process, printed_links(process), mark)
        finally:
            process.terminate()
            signal.signal(signal.SIGINT, before)


def printed_links(process: subprocess.Popen[str]) -> dict[str, str]:
    """The links that the lab prints once it serves, by a word in them."""
    assert process.stdout is not None
    links: dict[str, str] = {}
    for line in process.stdout:
        if match := re.search(r"http://\S+", line):
            known = ("formgrader", "reports", "tugas", "lab?")
            name = next((word for word in known if word in line), "workshop")
            links[name] = match.group()
        if "Ctrl-C" in line:
            break
    return links


def get(link: str) -> str:
    with urlopen(link, timeout=30) as answer:
        return str(answer.read().decode())


def test_every_link_that_is_printed_answers(lab: Lab) -> None:
    assert set(lab.links) == {"workshop", "lab?", "formgrader", "reports", "tugas"}
    for link in lab.links.values():
        assert "<html" in get(link).lower()


def test_the_desk_refuses_whoever_has_no_token(lab: Lab) -> None:
    page = get(lab.links["formgrader"].split("?")[0])

    assert "peserta-01" not in page
    assert 'type="password"' in page


@pytest.mark.skipif(LAN == "127.0.0.1", reason="this machine is in no network")
def test_the_desk_is_reached_from_this_machine_alone(lab: Lab) -> None:
    port = urlsplit(lab.links["lab?"]).port

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((LAN, port or 0), timeout=10)


def test_the_participants_address_leads_to_nothing_of_the_desk(lab: Lab) -> None:
    desk = urlsplit(lab.links["lab?"])
    workshop = lab.links["workshop"]

    for door in (desk.path, "/formgrader", "/files/reports/sample.html", "/api/contents", "/tree"):
        with pytest.raises(HTTPError, match="404"):
            get(f"{workshop}{door.lstrip('/')}?{desk.query}")
    page = get(workshop)
    assert str(desk.port) not in page
    assert desk.query.partition("=")[2] not in page


def test_the_sample_class_is_graded(lab: Lab) -> None:
    students = json.loads(lab.desk("/formgrader/api/students")[1])

    assert len(students) == 12
    assert sum(student["score"] > 0 for student in students) >= 10


def test_formgrader_is_the_desks_own(lab: Lab) -> None:
    status, body = lab.desk("/formgrader/kasuslab/comments")

    assert (status, json.loads(body)) == (200, {"comments": []})


def test_ctrl_c_ends_all_of_it_and_leaves_nothing_running(lab: Lab) -> None:
    assert lab.desk("/api/kernels", data=b"{}")[0] == 201
    assert len(marked(lab.mark)) >= 4

    lab.process.send_signal(signal.SIGINT)
    lab.process.wait(60)

    _, alive = psutil.wait_procs(marked(lab.mark), timeout=20)
    assert alive == []
    assert lab.process.returncode == 0


def test_a_port_in_use_is_a_sentence_with_the_remedy(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = int(holder.getsockname()[1])

        with pytest.raises(LabError, match=rf"Port {port} is in use\. .*--port {port + 1}"):
            run_lab(port, free_port(), data=tmp_path, console=Console())
