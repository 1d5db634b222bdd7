"""The form of the start page: what was typed, how a saved plan stands in it, and what is wrong with it."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import get_args

from release.local_time import ZoneName
from release.settings import one_line
from release.workshop.desk.course_choice import course_choice
from release.workshop.desk.notice import Notice, notice
from release.workshop.plan import FIRST_MODE, FIRST_TEST, MAX_TITLE, TestTurn, WorkshopPlan, bounds_of
from release.workshop.serve.network import addresses
from scenarios.case import Case
from scenarios.documents.problem import BadInputError
from scenarios.language import SOURCE, Language
from scenarios.library import CASES, case_folder, practice_ids
from scenarios.loader import load_case
from scenarios.sentence import error_texts

TEXTS = Path(__file__).with_name("start.yaml")
# Where the form takes less than the plan: lower ports are the system's own, no hall holds more people.
LEAST_PORT, MOST_SEATS = 1024, 1000
# What a Wi-Fi takes: bytes of its name, signs of its password.
MOST_WIFI_NAME, WIFI_PASSWORD = 32, (8, 63)

_notice = partial(notice, TEXTS)


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent with the page's form, as it was typed.

    variants: ``CASE=VARIANT`` of each case of which one is set for the room; person, title: None where the
    form that was sent has no such field; zone: "" for that of this machine; wifi_name, wifi_password: of the
    room's Wi-Fi, "" for none; course: the folder of the course that is carried, whose card then says which
    cases are played and how, "" for none; team_size: how many may sit at one table, "" where everybody plays
    alone; test: of a course with tests, the one that is open.
    """

    cases: tuple[str, ...] = ()
    mode: str = ""
    seats: str = ""
    days: str = ""
    address: str = ""
    port: str = ""
    variants: tuple[str, ...] = ()
    person: str | None = None
    title: str | None = None
    zone: str = ""
    wifi_name: str = ""
    wifi_password: str = ""
    course: str = ""
    team_size: str = ""
    test: str = FIRST_TEST

    @classmethod
    def of(cls, plan: WorkshopPlan, person: str, title: str) -> Form:
        """The form in which a plan stands as it was saved."""
        return cls(
            cases=plan.cases,
            mode=plan.mode or "",
            seats=str(plan.seats or ""),
            days=str(plan.keep_days or ""),
            address=plan.host,
            port=str(plan.port),
            variants=plan.variants,
            person=person,
            title=title,
            zone=plan.zone or "",
            wifi_name=plan.wifi_name or "",
            wifi_password=plan.wifi_password or "",
            course=str(plan.course or ""),
            team_size=str(plan.team_size or ""),
            test=plan.test,
        )

    def by_its_course(self) -> Form:
        """The form without what a course settles, where one is carried; else without what is a course's."""
        if self.course:
            return replace(self, cases=(), mode="", variants=(), team_size="", test=self.test or FIRST_TEST)
        return replace(self, test=FIRST_TEST)

    def on_page(self) -> Form:
        """The form as the page shows it: where a course is carried, with what would be played without it."""
        return replace(self, cases=tuple(playable_cases()), mode=FIRST_MODE) if self.course else self

    def says(self, other: Form) -> bool:
        """Whether it says what another form does, in whatever order cases and variants stand."""
        mine, its = (
            replace(form, cases=tuple(sorted(form.cases)), variants=tuple(sorted(form.variants)))
            for form in (self, other)
        )
        return mine == its

    @property
    def change(self) -> dict[str, object]:
        """What the form changes in a plan; every field of it is in order."""
        zone: dict[str, ZoneName] = {name: name for name in get_args(ZoneName)}
        chosen: dict[str, object] = {
            "cases": self.cases,
            "mode": self.mode,
            "variants": tuple(typed for typed in self.variants if is_of_a_case(typed, self.cases)),
            "course": None,
        }
        if self.course:
            chosen = {"cases": (), "mode": None, "variants": (), "course": Path(self.course)}
        return {
            **chosen,
            "seats": int(self.seats) if self.seats else None,
            "host": self.address,
            "port": int(self.port),
            "keep_days": int(self.days),
            "zone": zone.get(self.zone),
            "wifi_name": self.wifi_name or None,
            "wifi_password": self.wifi_password or None,
            "team_size": int(self.team_size) if self.team_size else None,
            "test": self.test,
        }


def with_course(form: Form, folder: str) -> Form:
    """The form with the course at `folder` chosen, as it was where no workshop can carry that one.

    The person of the course is named in it where nobody is yet.
    """
    try:
        choice = course_choice(Path(folder)) if folder else None
    except BadInputError:
        return form
    if choice is None:
        return form
    return replace(
        form, course=str(choice.folder), person=one_line(form.person) or choice.person
    ).by_its_course()


def wrong_in(form: Form, promise: int | None) -> Notice | None:
    """What is to be changed in the form, None where all is in order.

    promise: the days for which those who have joined were told that their answers are kept.
    """
    if form.person is not None and not one_line(form.person):
        return _notice("bad", "start_person_missing")
    if form.course and (wrong := _wrong_course(form)) is not None:
        return wrong
    if not form.course and not form.cases:
        return _notice("bad", "start_wrong_cases")
    if not _is_on_offer(form):
        return _notice("bad", "start_wrong_choice")
    return _wrong_address(form) or _wrong_title(form) or _wrong_wifi(form) or _wrong_number(form, promise)


def _wrong_course(form: Form) -> Notice | None:
    try:
        course_choice(Path(form.course))
    except BadInputError as error:
        return _notice("bad", "start_failed", detail=error_texts(error))
    return None


def _wrong_address(form: Form) -> Notice | None:
    # Networks change while the page is open.
    is_here = form.address in {one.address for one in addresses()}
    return None if is_here else _notice("bad", "start_wrong_address", address=form.address)


def _wrong_title(form: Form) -> Notice | None:
    is_long = len(form.title or "") > MAX_TITLE
    return _notice("bad", "start_wrong_title", largest=MAX_TITLE) if is_long else None


def _wrong_wifi(form: Form) -> Notice | None:
    name, password = form.wifi_name, form.wifi_password
    least, most = WIFI_PASSWORD
    if len(name.encode()) > MOST_WIFI_NAME:
        return _notice("bad", "start_wrong_wifi_name", most=MOST_WIFI_NAME)
    if password and not name:
        return _notice("bad", "start_wrong_wifi_unnamed")
    if password and not least <= len(password) <= most:
        return _notice("bad", "start_wrong_wifi_password", least=least, most=most)
    return None


def _wrong_number(form: Form, promise: int | None) -> Notice | None:
    for option, typed, wrong in (
        ("seats", form.seats or "1", "start_wrong_seats"),
        ("team_size", form.team_size or "2", "start_wrong_team_size"),
        ("port", form.port, "start_wrong_port"),
        ("keep_days", form.days, "start_wrong_days"),
    ):
        least, largest = bounds_of_form(option)
        if not _is_number(typed, least, largest):
            return _notice("bad", wrong, least=least, largest=largest)
    if promise is not None and int(form.days) > promise:
        return _notice("bad", "start_wrong_days_promise", days=promise)
    return None


@lru_cache
def playable_cases(language: Language = SOURCE) -> Mapping[str, Case]:
    """The cases that a workshop may play, by their ids. They are read once: each page shows all of them."""
    return {name: load_case(case_folder(name, CASES)).in_language(language) for name in practice_ids()}


def is_of_a_case(typed: str, cases: Collection[str]) -> bool:
    """Whether ``CASE=VARIANT`` names a variant that one of `cases` has."""
    case_id, _, variant = typed.partition("=")
    return case_id in cases and variant in playable_cases()[case_id].tellings


def bounds_of_form(option: str) -> tuple[int, int]:
    """The least and the largest number that the form takes for an option of the plan."""
    least, largest = bounds_of(WorkshopPlan, option)
    narrower = {"port": (LEAST_PORT, largest), "seats": (least, MOST_SEATS)}
    least, largest = narrower.get(option, (least, largest))
    return least or 0, largest or sys.maxsize


def _is_on_offer(form: Form) -> bool:
    playable = playable_cases()
    is_playable = (
        playable.keys() >= set(form.cases)
        and form.mode in {"practice", "discussion"}
        and all(is_of_a_case(typed, playable) for typed in form.variants)
    )
    is_there = (
        form.address != "" and form.zone in {"", *get_args(ZoneName)} and form.test in get_args(TestTurn)
    )
    return is_there and (is_playable or form.course != "")


def _is_number(typed: str, least: int, largest: int) -> bool:
    plain = typed.isascii() and typed.isdecimal() and len(typed) <= len(str(largest))
    return plain and least <= int(typed) <= largest
