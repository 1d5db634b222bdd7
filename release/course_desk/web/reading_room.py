"""Where reflections are read: nbgrader's formgrader on one course, in a process of its own."""

from __future__ import annotations

import importlib.util
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from release.course_desk.message import Remark, remark
from release.formgrader import FormgraderPlan, answers
from release.processes import ChildProcess, ProcessEndedError, end_all, start_process, wait_until
from release.workshop.serve.network import LOOPBACK
from scenarios.language import Language

FORMGRADER = "release.course_desk.deeds.formgrader"
NEEDED = ("jupyterlab", "nbgrader")
# Read by graders.formgrader, which stands behind a wall.
BACK_VARIABLE = "KASUSLAB_BACK"
LANGUAGE_VARIABLE = "KASUSLAB_LANGUAGE"
START_SECONDS = 90.0
END_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class OpenFormgrader:
    """One that runs, and the link into it."""

    child: ChildProcess
    link: str


@dataclass(slots=True)
class ReadingRoom:
    """The formgraders of this desk. place: of their logs; open: by the course's folder."""

    place: Path
    environ: Mapping[str, str]
    open: dict[Path, OpenFormgrader] = field(default_factory=dict)

    def link(self, course: Path) -> str:
        """The link into the formgrader of a course, "" where none runs."""
        running = self.open.get(course)
        return running.link if running is not None and running.child.runs else ""

    def begin(self, course: Path, keys: Path, back: str, language: Language) -> Remark:
        """Start the formgrader of a course, and wait until it answers.

        back: the address to come back to; language: what it speaks until another one is chosen there.
        """
        if self.link(course):
            return remark("good", "reading_open")
        if missing := [name for name in NEEDED if importlib.util.find_spec(name) is None]:
            return remark("bad", "reading_missing", names=", ".join(missing))
        plan = FormgraderPlan(course, _free_port(), secrets.token_urlsafe(24), keys)
        self.place.mkdir(parents=True, exist_ok=True, mode=0o700)
        log = self.place / f"formgrader-{plan.port}.log"
        child = start_process(
            "formgrader",
            FORMGRADER,
            *plan.options,
            log=log,
            lifeline=True,
            folder=course,
            environ={**plan.environ(self.environ), BACK_VARIABLE: back, LANGUAGE_VARIABLE: language},
        )
        try:
            is_up = wait_until(lambda: answers(f"{plan.address}/api"), [child], START_SECONDS)
        except ProcessEndedError:
            is_up = None
        if is_up is None:
            words = child.last_words() or "–"
            child.end(0)
            return remark("bad", "reading_failed", words=words, log=log)
        self.open[course] = OpenFormgrader(child, plan.link)
        return remark("good", "reading_open")

    def close(self, course: Path) -> Remark:
        """End the formgrader of a course."""
        running = self.open.pop(course, None)
        if running is not None:
            running.child.end(END_SECONDS)
        return remark("good", "reading_closed")

    def end(self) -> None:
        """End all of them."""
        end_all([running.child for running in self.open.values()], END_SECONDS)
        self.open.clear()


def _free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as free:
        port: int = free.getsockname()[1]
    return port
