"""What the start page does: settle a plan, check the room, run, pause, stop, report, close, delete.

Each of these returns a notice of what it did, in every language. They block, some for a minute: the page
calls them in a thread, one after the other.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout
from pydantic import SecretStr

from graders.key.key import keys_folder
from release.local_time import now_in
from release.settings import (
    chosen_language,
    one_line,
    read_settings,
    settings_file,
    workshop_folder,
    write_settings,
)
from release.workshop.carried_course import read_carried_course
from release.workshop.data_folder import database_of, lock_of, log_of, own_folder
from release.workshop.desk.announcement import (
    Announcement,
    address_of,
    announcement_of,
    cards_elsewhere,
    choice_of,
    served_at,
)
from release.workshop.desk.course_choice import course_choice
from release.workshop.desk.form import TEXTS, Form, is_of_a_case, playable_cases, wrong_in
from release.workshop.desk.notice import Level, Notice, both, notice
from release.workshop.desk.room_check import check_room
from release.workshop.desk.workshop_process import WorkshopProcess, start_workshop
from release.workshop.plan import FIRST_MODE, WorkshopPlan, read_plan, write_plan
from release.workshop.seats.seat import secret_in
from release.workshop.serve.network import NetworkAddress, addresses, followed, reached_by_others
from release.workshop.web.board_door import drawn_password
from release.workshop.writer.forget import RunningError, forget, forget_due
from release.workshop.writer.store import WorkshopStore
from release.workshop.writer.workshops import (
    WorkshopSummary,
    note_open,
    note_paused,
    note_title,
    promised,
    workshop_named,
    workshops_in,
)
from scenarios.directory.overlay import directory_with
from scenarios.documents.problem import BadInputError, Problem
from scenarios.language import SOURCE
from scenarios.sentence import error_texts

if TYPE_CHECKING:
    from release.workshop.desk.close import ExportSources

_notice = partial(notice, TEXTS)

Check = Callable[[WorkshopPlan, Path], tuple[Notice, ...]]


@dataclass(slots=True)
class Desk:
    """The facilitator's desk on one data folder.

    options: of the plan, which the command line names for this time; child: the
    workshop that runs, or None; running: what it was started with; announced: the address of that; draft:
    what stands in the page's form and is not saved, or None; password: of the board, "" before the first run.
    """

    data: Path
    environ: Mapping[str, str]
    options: Mapping[str, object] = field(default_factory=dict)
    check: Check = check_room
    child: WorkshopProcess | None = None
    running: Form | None = None
    announced: NetworkAddress | None = None
    draft: Form | None = None
    password: str = ""
    findings: tuple[Notice, ...] = ()

    @classmethod
    def at(
        cls,
        data: Path | None,
        environ: Mapping[str, str] = os.environ,
        options: Mapping[str, object] | None = None,
    ) -> Desk:
        """The desk at `data`, the user's own data folder where left out."""
        return cls((data or workshop_folder(environ)).resolve(), environ, options or {})

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
        """The plan as it was saved last, without what is gone; `reached_at` for an address that is gone."""
        plan, here = read_plan(self.data), [one.address for one in addresses()]
        is_settled = "host" in plan.model_fields_set and plan.host in here
        host = plan.host if is_settled else self.reached_at.address
        if plan.course is not None:  # whose card says what is played
            return plan.model_copy(update={"host": host, **self.options})
        playable = playable_cases()
        cases = tuple(name for name in plan.cases if name in playable) or tuple(playable)
        variants = tuple(typed for typed in plan.variants if is_of_a_case(typed, cases))
        return plan.model_copy(update={"host": host, "cases": cases, "variants": variants, **self.options})

    @property
    def reached_at(self) -> NetworkAddress:
        """Where phones reach what runs, after a change of networks too; else this machine's likeliest."""
        return followed(self.announced if self.runs else None, addresses())

    @property
    def announcement(self) -> Announcement:
        """Where phones are sent to the workshop that runs, or would run by the plan."""
        plan = self.plan
        first = self.announced if self.runs and self.announced is not None else address_of(plan)
        url = self.child.url if self.child is not None else _planned_url(plan)
        return announcement_of(plan, first, url, self.current().code)

    @property
    def cards_at(self) -> str:
        """Where printed cards send phones, if that is not where the workshop is or will be; else ""."""
        if self.runs:
            return self.announcement.cards_at
        plan = self.plan
        return cards_elsewhere(plan.course, _planned_url(plan)) if reached_by_others(plan.host) else ""

    @property
    def saved(self) -> Form:
        """The form as it was saved last."""
        latest = self.open_workshop()
        return Form.of(self.plan, self.person, latest.title if latest else self.plan.title or "")

    @property
    def runs(self) -> bool:
        """Whether the workshop runs."""
        return self.child is not None and self.child.runs

    @property
    def runs_elsewhere(self) -> bool:
        """Whether a server runs on this data that another window has started."""
        if self.child is not None or not self.data.is_dir():
            return False
        try:
            with FileLock(lock_of(self.data), timeout=0):
                return False
        except Timeout:
            return True

    @property
    def is_behind(self) -> bool:
        """Whether what was saved is not what runs. A name, a zone and a new address hold at once."""
        if not self.runs or self.running is None:
            return False
        saved = self.saved
        running = replace(self.running, address=self.reached_at.address)
        return not saved.says(replace(running, title=saved.title, zone=saved.zone))

    def now(self) -> datetime:
        """The moment, in the zone of the place."""
        return now_in(read_plan(self.data).zone)

    def workshops(self) -> tuple[WorkshopSummary, ...]:
        """The workshops of this folder, the latest first."""
        return workshops_in(self.url)[::-1]

    def open_workshop(self) -> WorkshopSummary | None:
        """The workshop that runs, or that would go on; None where the next one is a new one."""
        latest = self.workshops()[:1]
        return next((one for one in latest if self.runs or one.closed is None), None)

    def with_address(self, form: Form) -> Form:
        """A form, for an address that is gone since it was on the page with that of the plan."""
        is_here = form.address in {one.address for one in addresses()}
        return form if is_here else replace(form, address=self.plan.host)

    def current(self) -> WorkshopSummary:
        """The workshop that runs or would run next; it is made where none is open."""
        if (workshop := self.open_workshop()) is not None:
            return workshop
        own_folder(self.data)
        plan = read_plan(self.data)
        if plan.course is not None:
            plan = read_carried_course(plan.course).settled(plan)
        store = WorkshopStore(self.url, clock=self.now)
        store.settle(plan)
        store.close()
        self._hand_over_title()
        return self.workshops()[0]

    def settle(self, form: Form) -> Notice:
        """Keep what stands in the form, where every field of it is in order; else it stays as typed."""
        self.draft = form
        promise = promised(self.url)
        wrong = wrong_in(form, promise.keep_days if promise else None)
        if wrong is not None:
            return wrong
        if form.person is not None:
            file = settings_file(self.environ)
            write_settings(file, read_settings(file).model_copy(update={"person": one_line(form.person)}))
        title, workshop = one_line(form.title), self.open_workshop()
        if form.title is not None and workshop is not None:
            note_title(self.url, workshop, title)
        waits = {"title": title if workshop is None and title else None}
        change = {**form.change, **waits, "host": choice_of(form.address)}
        write_plan(self.data, read_plan(self.data).model_copy(update=change))
        self.draft = None
        if form.course:
            choice = course_choice(Path(form.course))
            parts = {"name": choice.name, "people": choice.people}
            saved = _notice("good", "start_plan_saved_course", address=form.address, **parts)
        else:
            saved = _notice("good", "start_plan_saved", count=len(form.cases), address=form.address)
        if form.person is not None:
            saved = both(saved, _notice("good", "start_person_saved", person=self.person))
        return both(saved, _notice("look", "start_plan_running")) if self.is_behind else saved

    def let_go_of(self, course: Path) -> None:
        """Plan the next workshop without a course that is gone, where it was planned with that."""
        plan = read_plan(self.data) if self.data.is_dir() else WorkshopPlan()
        if plan.course is not None and plan.course.expanduser().resolve() == course:
            write_plan(self.data, plan.model_copy(update={"course": None, "mode": FIRST_MODE}))
        if self.draft is not None and self.draft.course == str(course):
            self.draft = None

    def with_saved(self, form: Form | None, deed: Callable[[], Notice]) -> Notice:
        """Keep what stands in the form, then do something with it; nothing is done where it is not in order.

        form: None where none was sent.
        """
        saved = self.settle(form) if form is not None else None
        return deed() if saved is None or saved.level != "bad" else saved

    def check_room(self) -> Notice:
        """Check the room, and keep the findings."""
        if self.runs:
            return _notice("bad", "start_check_running")
        if not self.person:
            return _notice("bad", "start_person_missing")
        self.findings = self.check(self.plan.model_copy(update={"person": self.person}), self.data)
        levels = {one.level for one in self.findings}
        worst: Level = "bad" if "bad" in levels else "look" if "look" in levels else "good"
        return _notice(worst, "start_check_failed" if worst == "bad" else "start_check_done")

    def run(self) -> Notice:
        """Start the workshop."""
        if self.runs:
            return _notice("look", "start_run_already")
        if not self.person:
            return _notice("bad", "start_person_missing")
        workshop = self.current().name
        plan = self.plan
        # By the secret of this data: whoever is on the board stays there when the workshop is run again.
        self.password, self.announced = drawn_password(secret_in(self.data), workshop), address_of(plan)
        settled = {"person": self.person, "board_password": SecretStr(self.password), **served_at(plan)}
        form = Form.of(plan, self.person, "")
        self.child = start_workshop(self.data, plan.model_copy(update=settled), self.environ)
        self.running = form
        return _notice("good", "start_run_started", url=self.child.url)

    def run_anew(self) -> Notice:
        """Start the workshop again with what is saved now: whoever is in it waits some seconds."""
        if self.runs:
            self.stop()
        return self.run()

    def stop(self) -> Notice:
        """End the workshop's server, without closing the workshop."""
        if self.child is None or not self.child.runs:
            return _notice("look", "start_run_not")
        self.child.stop()
        self.child = None
        return _notice("good", "start_stop_done")

    def pause(self, name: str) -> Notice:
        """Have every phone say that the workshop is paused."""
        note_paused(self.url, workshop_named(self.url, name), self.now())
        return _notice("good", "start_pause_done")

    def go_on(self, name: str) -> Notice:
        """End a pause."""
        note_paused(self.url, workshop_named(self.url, name), None)
        return _notice("good", "start_go_on_done")

    def report(self, name: str) -> Notice:
        """Write a report of a workshop as it stands now, without closing it."""
        # Statistics and charts take seconds to import: the page shows before them.
        from release.workshop.desk.close import interim_report  # noqa: PLC0415

        workshop = workshop_named(self.url, name)
        if interim_report(self.url, self.data, workshop, self._books(), now=self.now()) is None:
            return _notice("look", "start_report_nobody", name=workshop.label)
        return _notice("good", "start_report_done", name=workshop.label)

    def close(self, name: str) -> Notice:
        """Close a workshop, and export it."""
        from release.workshop.desk.close import close_workshop  # noqa: PLC0415 -- as in `report`

        workshop = workshop_named(self.url, name)
        export = close_workshop(self.url, self.data, name, self._books(), now=self.now())
        values = {"name": workshop.label, "plays": export.plays, "decisions": export.decisions}
        saved = _notice("good", "start_close_done", folder=export.folder, **values)
        if not export.not_judged:
            return saved
        return both(saved, _notice("look", "start_close_not_judged", count=export.not_judged))

    def open_again(self, name: str) -> Notice:
        """Open the workshop that was closed last, with its code, its seats and its sheet."""
        workshop = workshop_named(self.url, name)
        if workshop.number != self.workshops()[0].number:
            return _notice("bad", "start_open_again_late", name=workshop.label)
        note_open(self.url, workshop)
        return _notice("good", "start_open_again_done", name=workshop.label)

    def delete(self, name: str, *, sure: bool) -> Notice:
        """Delete a workshop and its exports."""
        if not sure:
            return _notice("bad", "start_delete_unsure")
        workshop = workshop_named(self.url, name)
        try:
            forget(self.url, self.data, [name])
        except RunningError:
            return _notice("bad", "start_delete_running")
        return _notice("good", "start_delete_done", name=workshop.label)

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
                forget_due(self.url, self.data, self.now())
        except Timeout:
            return

    def _hand_over_title(self) -> None:
        """The workshop has the name now; the next one gets another."""
        plan = read_plan(self.data)
        if plan.title is not None:
            write_plan(self.data, plan.model_copy(update={"title": None}))

    def _books(self) -> ExportSources:
        from release.workshop.desk.close import ExportSources  # noqa: PLC0415 -- as in `report`

        directory = directory_with(self.plan.services, _to_console)
        first = chosen_language(self.environ) or SOURCE
        return ExportSources(keys_folder(self.environ), directory=directory, first=first)


def notice_of(deed: Callable[[], Notice]) -> Notice:
    """The notice that `deed` returns; where it raises BadInputError, one with that error's sentence."""
    try:
        return deed()
    except BadInputError as error:
        return failure_notice(error)


def failure_notice(error: BadInputError) -> Notice:
    """The notice that something was not done, with the error's sentence in each language."""
    return _notice("bad", "start_failed", detail=error_texts(error))


def _planned_url(plan: WorkshopPlan) -> str:
    return f"{'https' if plan.certificate else 'http'}://{plan.host}:{plan.port}{plan.public.at('/')}"


def _to_console(warning: Problem) -> None:
    sys.stderr.write(f"{warning}\n")
