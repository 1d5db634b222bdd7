"""What the start page does: name a person, settle a plan, check the room, run, stop, close, delete.

Each of these returns a notice of what it did, in every language. They block, some for a minute: the page
calls them in a thread, one after the other.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import SecretStr

from graders.key.key import keys_folder
from release.settings import one_line, read_settings, settings_file, workshop_folder, write_settings
from release.workshop.data_folder import database_of, lock_of, log_of, own_folder
from release.workshop.desk.notice import Level, Notice, both, notice
from release.workshop.desk.room_check import check_room
from release.workshop.desk.workshop_process import WorkshopProcess, start_workshop
from release.workshop.plan import WorkshopPlan, bounds_of, read_plan, write_plan
from release.workshop.serve.network import addresses
from release.workshop.web.board_door import drawn_password
from release.workshop.writer.forget import RunningError, forget, forget_due
from release.workshop.writer.store import WorkshopStore
from release.workshop.writer.workshops import WorkshopSummary, promised, workshops_in
from scenarios.directory.overlay import directory_with
from scenarios.documents.problem import BadInputError, Problem
from scenarios.library import CASES, case_folder, practice_ids
from scenarios.loader import load_case

TEXTS = Path(__file__).with_name("start.yaml")
# Where the form takes less than the plan: lower ports are the system's own, no hall holds more people.
LEAST_PORT, MOST_SEATS = 1024, 1000

_notice = partial(notice, TEXTS)

Check = Callable[[WorkshopPlan, Path], tuple[Notice, ...]]


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent with the plan's form, as it was typed.

    variants: ``CASE=VARIANT`` of each case of which one is set for the room.
    """

    cases: tuple[str, ...] = ()
    mode: str = ""
    seats: str = ""
    days: str = ""
    address: str = ""
    port: str = ""
    variants: tuple[str, ...] = ()


@dataclass(slots=True)
class Desk:
    """The facilitator's desk on one data folder.

    files: certificate, key and services of the plan, which the command line names for this time; child: the
    workshop that runs, or None.
    """

    data: Path
    environ: Mapping[str, str]
    files: Mapping[str, Path] = field(default_factory=dict)
    check: Check = check_room
    child: WorkshopProcess | None = None
    password: str = field(default_factory=drawn_password)
    findings: tuple[Notice, ...] = ()

    @classmethod
    def at(
        cls,
        data: Path | None,
        environ: Mapping[str, str] = os.environ,
        files: Mapping[str, Path] | None = None,
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
    def plan(self) -> WorkshopPlan:
        """The plan as it was saved last, without what is gone; for an address this machine's first stands."""
        plan, here = read_plan(self.data), [one.address for one in addresses()]
        playable = practice_ids()
        cases = tuple(name for name in plan.cases if name in playable) or playable
        host = plan.host if plan.host in here else here[0]
        variants = tuple(typed for typed in plan.variants if _is_of_a_case(typed, cases))
        return plan.model_copy(update={"host": host, "cases": cases, "variants": variants, **self.files})

    @property
    def runs(self) -> bool:
        """Whether the workshop runs."""
        return self.child is not None and self.child.runs

    def workshops(self) -> tuple[WorkshopSummary, ...]:
        """The workshops of this folder, the latest first."""
        return workshops_in(self.url)[::-1]

    def current(self) -> WorkshopSummary:
        """The workshop that runs or would run next; it is made where none is open."""
        workshops = workshops_in(self.url)
        if self.runs or (workshops and workshops[-1].closed is None):
            return workshops[-1]
        own_folder(self.data)
        WorkshopStore(self.url).close()
        return workshops_in(self.url)[-1]

    def name_person(self, typed: str) -> Notice:
        """Keep who can be spoken to."""
        person = one_line(typed)
        if not person:
            return _notice("bad", "start_person_missing")
        file = settings_file(self.environ)
        write_settings(file, read_settings(file).model_copy(update={"person": person}))
        return _notice("good", "start_person_saved", person=person)

    def settle(self, form: Form) -> Notice:
        """Keep the plan, where every field of it is in order."""
        wrong = self._wrong(form)
        if wrong is not None:
            return wrong
        seats = int(form.seats) if form.seats else None
        change = {"cases": form.cases, "mode": form.mode, "seats": seats, "host": form.address}
        change |= {"port": int(form.port), "keep_days": int(form.days)}
        change |= {"variants": tuple(typed for typed in form.variants if _is_of_a_case(typed, form.cases))}
        write_plan(self.data, read_plan(self.data).model_copy(update=change))
        saved = _notice("good", "start_plan_saved", count=len(form.cases), address=form.address)
        return both(saved, _notice("look", "start_plan_running")) if self.runs else saved

    def check_room(self) -> Notice:
        """Check the room, and keep the findings."""
        if self.runs:
            return _notice("bad", "start_check_running")
        if not self.person:
            return _notice("bad", "start_person_missing")
        self.findings = self.check(self.plan.model_copy(update={"person": self.person}), self.data)
        levels = {one.level for one in self.findings}
        worst: Level = "bad" if "bad" in levels else "look" if "look" in levels else "good"
        return _notice(worst, "start_check_done")

    def run(self) -> Notice:
        """Start the workshop."""
        if self.runs:
            return _notice("look", "start_run_already")
        if not self.person:
            return _notice("bad", "start_person_missing")
        settled = {"person": self.person, "board_password": SecretStr(self.password)}
        self.child = start_workshop(self.data, self.plan.model_copy(update=settled), self.environ)
        return _notice("good", "start_run_started", url=self.child.url)

    def stop(self) -> Notice:
        """End the workshop's server, without closing the workshop."""
        if self.child is None or not self.child.runs:
            return _notice("look", "start_run_not")
        self.child.stop()
        self.child = None
        return _notice("good", "start_stop_done")

    def close(self, name: str) -> Notice:
        """Close a workshop, and export it."""
        # Statistics and charts take seconds to import: the page shows before them.
        from release.workshop.desk.close import ExportSources, close_workshop  # noqa: PLC0415

        books = ExportSources(
            keys_folder(self.environ), directory=directory_with(self.plan.services, _to_console)
        )
        export = close_workshop(self.url, self.data, name, books, now=datetime.now(UTC))
        values = {"name": name, "plays": export.plays, "decisions": export.decisions}
        saved = _notice("good", "start_close_done", folder=export.folder, **values)
        if not export.not_judged:
            return saved
        return both(saved, _notice("look", "start_close_not_judged", count=export.not_judged))

    def delete(self, name: str, *, sure: bool) -> Notice:
        """Delete a workshop and its exports."""
        if not sure:
            return _notice("bad", "start_delete_unsure")
        try:
            forget(self.url, self.data, [name])
        except RunningError:
            return _notice("bad", "start_delete_running")
        return _notice("good", "start_delete_done", name=name)

    def ended_by_itself(self) -> Notice | None:
        """The notice that the workshop has ended by itself, given once; else None."""
        if self.child is None or self.child.runs:
            return None
        self.child = None
        return _notice("bad", "start_run_ended", log=log_of(self.data))

    def sweep(self) -> None:
        """Forget what is due, where no server runs that does so itself."""
        if not self.data.is_dir():
            return
        try:
            with FileLock(lock_of(self.data), timeout=0):
                forget_due(self.url, self.data, datetime.now(UTC))
        except Timeout:
            return

    def _wrong(self, form: Form) -> Notice | None:
        """What is to be changed in the form, None where all is in order."""
        if not form.cases:
            return _notice("bad", "start_wrong_cases")
        playable, here = practice_ids(), {one.address for one in addresses()}
        chosen = set(form.cases) <= set(playable) and form.mode in {"practice", "discussion"}
        are_known = all(_is_of_a_case(typed, playable) for typed in form.variants)
        if not chosen or not are_known or form.address not in here:
            return _notice("bad", "start_wrong_choice")
        for option, typed, wrong in (
            ("seats", form.seats or "1", "start_wrong_seats"),
            ("port", form.port, "start_wrong_port"),
            ("keep_days", form.days, "start_wrong_days"),
        ):
            least, largest = bounds_of_form(option)
            if not _is_number(typed, least, largest):
                return _notice("bad", wrong, least=least, largest=largest)
        promise = promised(self.url)
        if promise is not None and int(form.days) > promise.keep_days:
            return _notice("bad", "start_wrong_days_promise", days=promise.keep_days)
        return None


def _is_of_a_case(typed: str, cases: Collection[str]) -> bool:
    """Whether ``CASE=VARIANT`` names a variant that one of `cases` has."""
    case_id, _, variant = typed.partition("=")
    return case_id in cases and variant in load_case(case_folder(case_id, CASES)).tellings


def bounds_of_form(option: str) -> tuple[int, int]:
    """The least and the largest number that the form takes for an option of the plan."""
    least, largest = bounds_of(WorkshopPlan, option)
    narrower = {"port": (LEAST_PORT, largest), "seats": (least, MOST_SEATS)}
    least, largest = narrower.get(option, (least, largest))
    return least or 0, largest or sys.maxsize


def notice_of(deed: Callable[[], Notice]) -> Notice:
    """The notice that `deed` returns; where it raises BadInputError, one with that error's sentence."""
    try:
        return deed()
    except BadInputError as error:
        return _notice("bad", "start_failed", detail=str(error))


def _to_console(warning: Problem) -> None:
    sys.stderr.write(f"{warning}\n")


def _is_number(typed: str, least: int, largest: int) -> bool:
    plain = typed.isascii() and typed.isdecimal() and len(typed) <= len(str(largest))
    return plain and least <= int(typed) <= largest
