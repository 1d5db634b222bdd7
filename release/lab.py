"""``kasuslab run``: the workshop at one address, the facilitator's desk at another, until Ctrl-C."""

from __future__ import annotations

import secrets
import socket
import time
from pathlib import Path

from pydantic import SecretStr
from rich.console import Console

from graders.key.key import keys_folder
from release.course.sample import REPORT, sample_course
from release.formgrader import FormgraderPlan, answers
from release.processes import (
    ChildProcess,
    end_all,
    interrupted_by_sigterm,
    refuse_ended,
    start_process,
    wait_until,
)
from release.settings import workshop_folder
from release.workshop.data_folder import keep_to_oneself
from release.workshop.desk.workshop_process import begin_workshop
from release.workshop.plan import WorkshopPlan
from release.workshop.serve.network import LOOPBACK
from release.workshop.web.board_door import drawn_password
from scenarios.documents.problem import BadInputError
from scenarios.language import read_catalogue
from scenarios.sentence import sentences_of

START_SECONDS = 120
END_SECONDS = 15
_TEXTS = Path(__file__).parent / "texts.yaml"
_sentence = sentences_of(_TEXTS)


class LabError(BadInputError):
    """The lab does not start, or a part of it ended; the text says why, and what to do."""


def run_lab(port: int, desk_port: int, *, data: Path | None, console: Console) -> None:
    """Run the lab until Ctrl-C or SIGTERM, and leave no process behind.

    data: the folder of the sample, the user's own data folder by default. Raises LabError.
    """
    for number, option in ((port, "--port"), (desk_port, "--desk-port")):
        _refuse_port_in_use(number, option)
    keys = keys_folder()
    keep_to_oneself()
    place = data or workshop_folder()
    texts = read_catalogue(_TEXTS)
    person = texts["run_sample_person"].joined(" / ")
    with interrupted_by_sigterm(), console.status("…") as status:
        status.update(texts["run_preparing"].joined(" / "))
        course = sample_course(
            place / "sample-course",
            person=person,
            keys=keys,
        )
    token, pages = secrets.token_urlsafe(24), ("release.assignment_page",)
    plan = FormgraderPlan(course, desk_port, token, keys, pages)
    password = drawn_password()
    children: list[ChildProcess] = []
    with interrupted_by_sigterm():
        try:
            children.append(_start_workshop(port, place / "sample-workshop", person, password))
            children.append(_start_desk(plan))
            workshop = f"http://{LOOPBACK}:{port}/"
            _wait_for(children, workshop)
            _wait_for(children, f"{plan.address}/api")
            _tell(console, workshop, plan, password)
            _watch(children)
        except KeyboardInterrupt:
            console.print(texts["run_ending"].joined(" / "))
        finally:
            end_all(children, END_SECONDS)


def _refuse_port_in_use(port: int, option: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            parts = {"port": port, "option": option, "next": port + 1}
            raise LabError(_sentence("run_port_in_use", **parts)) from None


def _start_workshop(port: int, data: Path, person: str, password: str) -> ChildProcess:
    plan = WorkshopPlan(port=port, person=person, board_password=SecretStr(password))
    return begin_workshop(data, plan)


def _start_desk(plan: FormgraderPlan) -> ChildProcess:
    return start_process(
        "desk",
        "jupyterlab",
        *plan.options,
        log=plan.course.with_suffix(".log"),
        folder=plan.course,
        environ=plan.environ(),
    )


def _wait_for(children: list[ChildProcess], address: str) -> None:
    if wait_until(lambda: answers(address), children, START_SECONDS) is None:
        raise LabError(_sentence("run_silent", address=address, seconds=START_SECONDS))


def _tell(console: Console, workshop: str, plan: FormgraderPlan, password: str) -> None:
    texts = read_catalogue(_TEXTS)
    desk, token = plan.address, plan.token
    links = {
        "run_workshop": workshop,
        "run_board": f"{workshop}board ({password})",
        "run_desk": f"{desk}/lab?token={token}",
        "run_report": f"{desk}/files/{REPORT.as_posix()}?token={token}",
        "run_formgrader": plan.link,
        "run_trainee": f"{desk}/tugas/try/teman-gim?token={token}",
    }
    console.print()
    for name, link in links.items():
        console.print(texts[name].joined(" / "), style="bold")
        console.print(f"  {link}", soft_wrap=True)
    console.print("\n" + texts["run_end"].joined(" / "))


def _watch(children: list[ChildProcess]) -> None:
    while True:
        refuse_ended(children)
        time.sleep(0.5)
