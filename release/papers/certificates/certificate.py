"""Certificates: who gets one, under which number, and what is signed on it.

A certificate names what was practised. It carries no score, of a draft case or of any other, and nobody is
without one for having skipped: who played a case to its end has practised it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import segno

from graders.people.roster import Person
from graders.sheet_export import formula_free, formula_read
from release.course.retention import CERTIFICATES
from release.papers.certificates.seal import Seal
from release.papers.organiser import RUNNING
from release.papers.training import Attendee, Training
from release.papers.words import PaperError, PaperWords, paper_sentence
from scenarios.case import Case
from scenarios.directory.competencies import load_competencies
from scenarios.documents.whole_file import OWNER_ALONE, write_whole

_HEADER = ("id", "number")
_LAST = (
    ""  # In the place of an id: the highest number so far, so that none is given twice after a forgetting.
)


@dataclass(frozen=True, slots=True)
class CertificateList:
    """Who gets a certificate, and the ids of those who do not, by the reason."""

    attendees: tuple[Attendee, ...]
    without_name: tuple[str, ...]
    without_play: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate in one language.

    number: "" where it is written by hand; cases, skills: titles and names of what was practised; code: what
    is signed; picture: the QR code as SVG.
    """

    person: Person
    number: str
    cases: tuple[str, ...]
    skills: tuple[str, ...]
    code: str
    picture: str


def certificate_list(training: Training, only: Collection[str] = ()) -> CertificateList:
    """Who gets a certificate: of `only`, of everybody where it is empty. Raises PaperError for a stranger."""
    known = {one.person.id for one in training.attendees}
    if strangers := [name for name in only if name not in known]:
        raise PaperError(paper_sentence("no_such_person", ids=", ".join(strangers)))
    asked = [one for one in training.attendees if not only or one.person.id in only]
    named = [one for one in asked if one.person.name]
    return CertificateList(
        attendees=tuple(one for one in named if one.practised),
        without_name=tuple(one.person.id for one in asked if not one.person.name),
        without_play=tuple(f"{one.person.name} ({one.person.id})" for one in named if not one.practised),
    )


def certificate_of(
    training: Training, one: Attendee, words: PaperWords, seal: Seal, *, number: str
) -> Certificate:
    """The certificate of one person, with a code that holds what is printed and nothing else."""
    cases, skills = case_titles(training, one, words), skill_names(training, one, words)
    organiser = training.organiser
    content = {
        "name": one.person.name,
        "number": number,
        "training": training.name,
        "organiser": organiser.organiser,
        "place": organiser.place,
        "days": words.dates(training.days),
        "jp": organiser.jp,
        "cases": "; ".join(cases),
        "skills": " ".join(skill_codes(training, one)),
    }
    code = seal.code({name: value for name, value in content.items() if value})
    return Certificate(one.person, number, cases, skills, code, _qr(code, organiser.address))


def case_titles(training: Training, one: Attendee, words: PaperWords) -> tuple[str, ...]:
    """What a person played to its end, by the titles of the cases."""
    parts = training.cohort.cases if training.cohort else {}
    return tuple(_case_title(parts[name].case, words) for name in one.practised)


def _case_title(case: Case, words: PaperWords) -> str:
    """The title of a case, and that it was reviewed where it was; of a draft nothing is said."""
    title = case.titles[words.language]
    return title if case.is_draft else words.t("case_reviewed", case=title)


def skill_codes(training: Training, one: Attendee) -> tuple[str, ...]:
    """The competencies that stand behind the decisions of what a person played, by code."""
    parts = training.cohort.cases if training.cohort else {}
    decisions = (key for name in one.practised for key in parts[name].key.decisions.values())
    return tuple(sorted({key.competency for key in decisions if key.weight}))


def skill_names(training: Training, one: Attendee, words: PaperWords) -> tuple[str, ...]:
    """The same by name."""
    known = load_competencies()
    return tuple(known[code].name[words.language] for code in skill_codes(training, one))


def certificate_numbers(course: Path, pattern: str | None, people: Iterable[Person]) -> Mapping[str, str]:
    """The number of each person's certificate by id, "" for all where there is no pattern.

    Whoever has a running number keeps it; the others get the next ones, which the course's register keeps.
    Raises PaperError where the register cannot be written.
    """
    ids = [person.id for person in people]
    if pattern is None:
        return dict.fromkeys(ids, "")
    register = _read_register(course / CERTIFICATES)
    last = max(register.values(), default=0)
    for name in ids:
        if name not in register:
            last += 1
            register[name] = last
    register[_LAST] = last
    _write_register(course / CERTIFICATES, register)
    return {name: pattern.replace(RUNNING, f"{register[name]:03}") for name in ids}


def _read_register(file: Path) -> dict[str, int]:
    if not file.exists():
        return {}
    with file.open(encoding="utf-8", newline="") as stream:
        return {formula_read(row[0]): int(row[1]) for row in list(csv.reader(stream))[1:] if row}


def _write_register(file: Path, register: Mapping[str, int]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_HEADER)
    writer.writerows((formula_free(name), number) for name, number in register.items())
    try:
        write_whole(file, text.getvalue(), mode=OWNER_ALONE)
    except OSError as error:
        raise PaperError(paper_sentence("unwritable", file=file, why=error.strerror)) from None


def _qr(code: str, address: str | None) -> str:
    drawn = io.BytesIO()
    text = f"{address}#{code}" if address else code
    segno.make(text, error="l", micro=False, boost_error=False).save(
        drawn, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=4
    )
    return drawn.getvalue().decode("utf-8")
