"""A training: who takes part, what is played, and where everything of it stands."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import Random
from typing import TypeAlias

from playwright.sync_api import Page

from graders.people.roster import course_roster
from release.course.programmes.form_orders import read_forms
from scenarios.language import card_of
from scenarios.library import case_folder
from scenarios.loader import load_case
from tests.parts.training.desk import BoardTab, DeskPage
from tests.parts.training.eye import Eye
from tests.parts.training.hall import Hall
from tests.parts.training.phones import HeldPhone, PlayedPhone, RealPhone
from tests.parts.training.sentences import Sentences, proper_names, words_of

NAME = "Relawan Kupang, angkatan 2"
PERSON = "Ibu Rambu, meja panitia"
WIFI, WIFI_PASSWORD = "Balai Desa", "kupang-2026"
DISCUSSED = "tawaran-nongkrong"
ORGANISER = {
    "organiser": "UPTD PPA Kota Kupang",
    "place": "Kupang",
    "jp": "16",
    "number": "{n}/PPA/2026",
    "signer": "Yuliana Bria, S.Sos.",
    "office": "Kepala UPTD PPA",
}
_FIRST = (
    "Adelina",
    "Bernadus",
    "Citra",
    "Dominggus",
    "Elisabet",
    "Frans",
    "Gertrudis",
    "Hendrikus",
    "Ina",
    "Yohanes",
)
_LAST = ("Bani", "Manafe", "Tefa")
# As people write where they work.
_OFFICES = ("Puskesmas", "LSM", "Sekolah", "Polsek", "PATBM", "UPTD PPA")
_PLACES = ("Kupang", "Timor Tengah Selatan", "Belu")


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """How much of a training is played.

    real: how many phones are pages of a Chromium; played: how many others; cases: those that everybody plays
    alone; decisions: of the case that tables discuss, as many at most; table: seats at one.
    """

    real: int
    played: int
    cases: tuple[str, ...]
    decisions: int
    table: int

    @property
    def people(self) -> int:
        """How many take part."""
        return self.real + self.played


WHOLE = TrainingPlan(10, 20, ("arisan-ibu", "warung-malam"), 3, 5)
SHORT = TrainingPlan(2, 8, ("arisan-ibu",), 1, 5)


def names_of(count: int) -> list[str]:
    """The names of so many people, none of whom is."""
    return [f"{_FIRST[at % len(_FIRST)]} {_LAST[at // len(_FIRST) % len(_LAST)]}" for at in range(count)]


def written_roster(file: Path, count: int) -> Path:
    """A roster as an office writes one: a title on top, then a header, in a spreadsheet's CSV."""
    with file.open("w", encoding="utf-8-sig", newline="") as opened:
        rows = csv.writer(opened, delimiter=";")
        rows.writerow(["DAFTAR PESERTA PELATIHAN RELAWAN", "", "", "", ""])
        rows.writerow(["No", "Nama Lengkap", "E-mail", "Instansi", "Kab/Kota"])
        for at, name in enumerate(names_of(count)):
            mail = f"{name.lower().replace(' ', '.')}@contoh.id"
            rows.writerow([at + 1, name, mail, _OFFICES[at % len(_OFFICES)], _PLACES[at % len(_PLACES)]])
    return file


Step: TypeAlias = "Callable[[TrainingRun], None]"
Steps: TypeAlias = Mapping[str, Step]


@dataclass
class TrainingRun:
    """A training that goes on.

    files: where she keeps downloads; notes: seconds of each step; graded: by case, how many have a grade.
    """

    hall: Hall
    plan: TrainingPlan
    eye: Eye
    files: Path
    t: Sentences = field(init=False)
    phones: list[HeldPhone] = field(default_factory=list)
    notes: dict[str, float] = field(default_factory=dict)
    graded: dict[str, int] = field(default_factory=dict)
    desk: DeskPage = field(init=False)
    board: BoardTab = field(init=False)

    def __post_init__(self) -> None:
        """Speak the language of whoever looks, and know the names that are nobody's sentence."""
        self.t = Sentences(self.eye.language)
        # The folders that the desk names are called so in every language.
        places = str(self.hall.home / "courses" / "workshop" / "exports")
        people = (*_OFFICES, *_PLACES, *names_of(self.plan.people))
        ours = (places, NAME, PERSON, WIFI, WIFI_PASSWORD, *ORGANISER.values(), *people, *proper_names())
        self.eye.known |= frozenset(word for text in ours for word in words_of(text))

    @property
    def course(self) -> Path:
        """The folder of the course."""
        (card,) = (self.hall.home / "courses").glob("*/course.yaml")
        return card.parent

    @cached_property
    def forms(self) -> Mapping[str, tuple[str, str]]:
        """Who begins with which form of the test."""
        return read_forms(self.course)

    @property
    def tests(self) -> tuple[str, ...]:
        """Both forms of the test."""
        return tuple(sorted({form for forms in self.forms.values() for form in forms}))

    @property
    def real_phones(self) -> list[RealPhone]:
        """Those that are pages."""
        return [phone for phone in self.phones if isinstance(phone, RealPhone)]

    @property
    def link(self) -> str:
        """What the QR code on the start page holds."""
        return self.desk.page.locator("#st-join").get_attribute("data-link") or ""

    def title(self, case: str) -> str:
        """The title of a case."""
        return load_case(case_folder(case)).in_language(self.t.language).title

    def own_name(self) -> str:
        """What the language calls itself on a button."""
        return card_of(self.t.language).short

    def new_phones(self, codes: Mapping[str, str]) -> list[HeldPhone]:
        """A phone for each card; the first ones are pages. codes: by the names on the cards."""
        people = {one.name: name for name, one in course_roster(self.course).items()}
        phones: list[HeldPhone] = []
        for at, (name, code) in enumerate(codes.items()):
            if at < self.plan.real:
                page = self.hall.page("phone", width=360, height=740)
                phones.append(RealPhone(people[name], code, page, self.t, at))
            else:
                chance = Random(f"training {at}")
                phones.append(PlayedPhone(people[name], code, self.hall, self.t, chance))
        return phones

    def look(self, page: Page, name: str) -> None:
        """Have a page looked at that is not the desk's."""
        self.eye.look(page, name)

    def read(self, page: Page, name: str) -> None:
        """Have a page looked at that is there to be read or printed, and close it."""
        self.eye.read(page, name)
        page.close()

    def play(self, steps: Steps, report: Callable[[str, float], None] = lambda *_: None) -> None:
        """Take one step after the other. report: told each step that is done, and its seconds."""
        for name, take in steps.items():
            begun = time.perf_counter()
            take(self)
            self.notes[name] = time.perf_counter() - begun
            report(name, self.notes[name])
