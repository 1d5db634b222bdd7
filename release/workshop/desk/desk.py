"""What the start page does: name a person, settle a plan, check the room, run, stop, close, delete.

Each deed says in both languages what it did. They block, some for a minute: the page calls them in a thread,
one after the other.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from graders.key.key import keys_folder
from release.settings import one_line, read_settings, settings_file, workshop_folder, write_settings
from release.workshop.desk.child import Child, start_child
from release.workshop.desk.close import Books, close_workshop
from release.workshop.desk.plan import Plan, read_plan, write_plan
from release.workshop.desk.room_check import Finding, addresses, check_room
from release.workshop.web.board_door import ENVIRONMENT as BOARD_PASSWORD
from release.workshop.web.board_door import drawn_password
from release.workshop.writer.forget import RunningError, database_of, forget, forget_due
from release.workshop.writer.held import Held, held_workshops
from release.workshop.writer.store import WorkshopStore
from scenarios.directory.overlay import directory_with
from scenarios.directory.services import Directory
from scenarios.documents.problem import BadInputError, Problem
from scenarios.language import Texts, read_catalogue
from scenarios.library import practice_ids

TEXTS = Path(__file__).with_name("start.yaml")
LEAST_PORT, MOST_PORT, MOST_SEATS, MOST_DAYS = 1024, 65535, 1000, 200

Level = Literal["good", "look", "bad"]
Check = Callable[[Plan, str, Path], tuple[Finding, ...]]


@dataclass(frozen=True, slots=True)
class Said:
    """What a deed says that it did."""

    level: Level
    text: Texts


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent with the plan's form, as it was typed."""

    cases: tuple[str, ...] = ()
    mode: str = ""
    seats: str = ""
    days: str = ""
    address: str = ""
    port: str = ""


@dataclass(slots=True)
class Desk:
    """The facilitator's desk on one data folder.

    files: certificate, key and services of the plan, which the command line names for this time; child: the
    workshop that runs, or None.
    """

    data: Path
    environ: Mapping[str, str]
    files: Mapping[str, str] = field(default_factory=dict)
    check: Check = check_room
    child: Child | None = None
    password: str = field(default_factory=drawn_password)
    findings: tuple[Finding, ...] = ()

    @classmethod
    def at(
        cls,
        data: Path | None,
        environ: Mapping[str, str] = os.environ,
        files: Mapping[str, str] | None = None,
    ) -> Desk:
        """The desk at `data`, the user's own data folder where left out."""
        return cls((data or workshop_folder(environ)).resolve(), environ, files or {})

    @property
    def url(self) -> str:
        """The SQLAlchemy URL of the database."""
        return database_of(self.data)

    @property
    def person(self) -> str:
        """Who can be spoken to, "" for nobody."""
        return one_line(read_settings(settings_file(self.environ)).person)

    @property
    def plan(self) -> Plan:
        """The plan as it was settled last; of an address that is gone, the first of this machine's."""
        plan, here = read_plan(self.data), [one.address for one in addresses()]
        known = practice_ids()
        cases = tuple(name for name in plan.cases if name in known) or known
        address = plan.address if plan.address in here else here[0]
        return plan.model_copy(update={"address": address, "cases": cases, **self.files})

    @property
    def runs(self) -> bool:
        """Whether the workshop runs."""
        return self.child is not None and self.child.runs

    def held(self) -> tuple[Held, ...]:
        """The workshops of this folder, the latest first."""
        return held_workshops(self.url)[::-1]

    def current(self) -> Held:
        """The workshop that runs or would run; it is made where there is none that is open."""
        found = held_workshops(self.url)
        if self.runs or (found and found[-1].closed is None):
            return found[-1]
        self.data.mkdir(parents=True, exist_ok=True)
        WorkshopStore(self.url).close()
        return held_workshops(self.url)[-1]

    def name_person(self, typed: str) -> Said:
        """Keep who can be spoken to."""
        person = one_line(typed)
        if not person:
            return said("bad", "start_person_missing")
        file = settings_file(self.environ)
        write_settings(file, read_settings(file).model_copy(update={"person": person}))
        return said("good", "start_person_saved", person=person)

    def settle(self, form: Form) -> Said:
        """Keep the plan, where every field of it is in order."""
        wrong = self._wrong(form)
        if wrong is not None:
            return wrong
        seats = int(form.seats) if form.seats else None
        change = {"cases": form.cases, "mode": form.mode, "seats": seats, "address": form.address}
        change |= {"port": int(form.port), "keep_days": int(form.days)}
        write_plan(self.data, read_plan(self.data).model_copy(update=change))
        done = said("good", "start_plan_saved", count=len(form.cases), address=form.address)
        return joined(done, said("look", "start_plan_running")) if self.runs else done

    def check_room(self) -> Said:
        """Check the room, and keep what was found."""
        if self.runs:
            return said("bad", "start_check_running")
        if not self.person:
            return said("bad", "start_person_missing")
        self.findings = self.check(self.plan, self.person, self.data)
        levels = {one.level for one in self.findings}
        worst: Level = "bad" if "bad" in levels else "look" if "look" in levels else "good"
        return said(worst, "start_check_done")

    def run(self) -> Said:
        """Start the workshop."""
        if self.runs:
            return said("look", "start_run_already")
        if not self.person:
            return said("bad", "start_person_missing")
        plan = self.plan
        options = [*plan.options(plan.address), "--person", self.person]
        self.child = start_child(self.data, options, {**self.environ, BOARD_PASSWORD: self.password})
        return said("good", "start_run_started", url=self.child.url)

    def stop(self) -> Said:
        """End the workshop's server, without closing the workshop."""
        if self.child is None or not self.child.runs:
            return said("look", "start_run_not")
        self.child.stop()
        self.child = None
        return said("good", "start_stop_done")

    def close(self, name: str) -> Said:
        """Close a workshop, and export it."""
        file = self.plan.services
        books = Books(keys_folder(self.environ), directory=_directory(file))
        export = close_workshop(self.url, self.data, name, books, now=datetime.now(UTC))
        values = {"name": name, "plays": export.plays, "decisions": export.decisions}
        done = said("good", "start_close_done", folder=export.folder, **values)
        if not export.not_judged:
            return done
        return joined(done, said("look", "start_close_not_judged", count=export.not_judged))

    def delete(self, name: str, *, sure: bool) -> Said:
        """Delete a workshop and its exports."""
        if not sure:
            return said("bad", "start_delete_unsure")
        try:
            forget(self.url, self.data, [name])
        except RunningError:
            return said("bad", "start_delete_running")
        return said("good", "start_delete_done", name=name)

    def ended_by_itself(self) -> Said | None:
        """What to say where the workshop has ended without being told to; once."""
        if self.child is None or self.child.runs:
            return None
        self.child = None
        return said("bad", "start_run_ended", log=self.data / "workshop.log")

    def sweep(self) -> None:
        """Forget what is due, where no server runs that does so itself."""
        if not self.data.is_dir():
            return
        try:
            with FileLock(self.data / "workshop.lock", timeout=0):
                forget_due(self.url, self.data, datetime.now(UTC))
        except Timeout:
            return

    def _wrong(self, form: Form) -> Said | None:
        """What is to be changed in the form, None where all is in order."""
        if not form.cases:
            return said("bad", "start_wrong_cases")
        known, here = practice_ids(), {one.address for one in addresses()}
        chosen = set(form.cases) <= set(known) and form.mode in {"practice", "discussion"}
        if not chosen or form.address not in here:
            return said("bad", "start_wrong_choice")
        if form.seats and not _number(form.seats, 1, MOST_SEATS):
            return said("bad", "start_wrong_seats")
        if not _number(form.port, LEAST_PORT, MOST_PORT):
            return said("bad", "start_wrong_port")
        if not _number(form.days, 1, MOST_DAYS):
            return said("bad", "start_wrong_days")
        return self._broken_promise(int(form.days))

    def _broken_promise(self, days: int) -> Said | None:
        found = held_workshops(self.url)
        if found and found[-1].closed is None and found[-1].seats and days > found[-1].keep_days:
            return said("bad", "start_wrong_days_promise", days=found[-1].keep_days)
        return None


def done_safely(deed: Callable[[], Said]) -> Said:
    """What the deed says; a mistake that can be told is said as such."""
    try:
        return deed()
    except BadInputError as error:
        return said("bad", "start_failed", detail=str(error))


def said(level: Level, text_name: str, /, **values: object) -> Said:
    """A sentence of the catalogue in both languages."""
    text = read_catalogue(TEXTS)[text_name]
    return Said(level, text.format(**values))


def _directory(file: str | None) -> Directory:
    return directory_with(Path(file) if file else None, _to_console)


def _to_console(warning: Problem) -> None:
    sys.stderr.write(f"{warning}\n")


def joined(first: Said, second: Said) -> Said:
    """Two sentences as one."""
    both = Texts.same("{first} {second}").format(first=first.text, second=second.text)
    return Said(second.level, both)


def _number(typed: str, least: int, most: int) -> bool:
    return (
        typed.isascii() and typed.isdecimal() and len(typed) <= len(str(most)) and least <= int(typed) <= most
    )
