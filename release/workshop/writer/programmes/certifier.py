"""The certificate of whoever has gone through a programme alone: it names what was practised, and no score.

Nobody's name stands in the lab: its holder writes it, it is signed with all the rest, and is kept nowhere.
The number follows from the seat, so that two certificates of one person bear the same.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from secrets import token_hex

from graders.people.cohort import Cohort, CourseCase
from graders.people.roster import Person
from release.local_time import ZONES
from release.papers.certificates.badge import badge_svg
from release.papers.certificates.certificate import certificate_of
from release.papers.certificates.certificate_page import (
    certificate_fields,
    logo_address,
    paper_page,
    verify_page,
)
from release.papers.certificates.seal import read_seal
from release.papers.organiser import Organiser, read_organiser
from release.papers.training import Attendee, Training
from release.papers.words import PaperWords
from release.workshop.writer.playable import Playable
from release.workshop.writer.programmes.programme_keeper import ProgrammeKeeper
from scenarios.engine.event import Started
from scenarios.language import Language


@dataclass(frozen=True, slots=True)
class Certifier:
    """Certifies for one workshop.

    place: the folder of what the organiser settles (``papers.json``); seal: the file of the key; now: the
    moment, in the zone of the place.
    """

    programmes: ProgrammeKeeper
    place: Path
    seal: Path
    now: Callable[[], datetime]

    def page(self, seat: str, code: str, name: str, language: Language, address: str) -> str | None:
        """The certificate as a page to print; None for whoever has steps left.

        name: as its holder writes it; address: where codes are verified, "" for nowhere. Raises PaperError,
        DatabaseError.
        """
        training = self._training(seat, code, name, language, address)
        if training is None:
            return None
        words, seal = PaperWords(language), read_seal(self.seal)
        (one,) = training.attendees
        certificate = certificate_of(training, one, words, seal, number=one.person.id)
        fields = certificate_fields([certificate], own_name=True)
        logo = logo_address(training.organiser.logo)
        shared = {"words": words, "training": training, "logo": logo, "paper": "certificates"}
        return paper_page("certificates.html.j2", **shared, **fields)

    def badge(self, seat: str, code: str, name: str, language: Language) -> str | None:
        """The same as an Open Badge 3.0, an SVG; see `page`."""
        training = self._training(seat, code, name, language, "")
        if training is None:
            return None
        (one,) = training.attendees
        words, seal = PaperWords(language), read_seal(self.seal)
        return badge_svg(training, one, words, seal, now=self.now(), salt=lambda: token_hex(16)).decode(
            "utf-8"
        )

    def verify_page(self) -> str:
        """The page that verifies both. Raises PaperError."""
        return verify_page(read_seal(self.seal))

    def _training(self, seat: str, code: str, name: str, language: Language, address: str) -> Training | None:
        """The programme as a training of one person; None where it is not done."""
        path = self.programmes.path_of(seat, code)
        if path is None or not path.is_whole:
            return None
        programme, cases = self.programmes.programmes[code], self.programmes.cases
        organiser = read_organiser(self.place)
        given = organiser.over(Organiser(address=address or None))
        person = Person(certificate_number(seat, code), name)
        practised = tuple(sorted(set(programme.cases)))
        days = frozenset(self._days(seat, practised, given.zone or "WIB"))
        one = Attendee(person, days, practised)
        title = given.training or programme.name[language]
        dates = given.dates or tuple(sorted(days))
        return Training(title, given, dates, (one,), _cohort(title, practised, cases))

    def _days(self, seat: str, practised: tuple[str, ...], zone: str) -> set[date]:
        starts = (events[0] for events in self.programmes.plays(seat) if events)
        begun = (one.at for one in starts if isinstance(one, Started) and one.case in practised)
        return {datetime.fromisoformat(at).astimezone(ZONES[zone]).date() for at in begun}


def certificate_number(seat: str, code: str) -> str:
    """The number of a certificate: the programme, and eight signs that follow from the seat alone."""
    digest = hashlib.sha256(f"certificate/{code}/{seat}".encode()).digest()
    signs = base64.b32encode(digest).decode()[:8]
    return f"{code}-{signs[:4]}-{signs[4:]}"


def _cohort(name: str, practised: tuple[str, ...], cases: Mapping[str, Playable]) -> Cohort:
    """The cases that were practised, with their keys: by these it is told what was practised in them."""
    parts = {case: CourseCase(cases[case].case, cases[case].key) for case in practised}
    return Cohort(course=name, cases=parts, members=(), handed=(), not_judged=(), missing={})
