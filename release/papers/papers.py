"""The papers of a training, written into a folder: what is asked for, in each language of the course."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeAlias

from markupsafe import Markup

from graders.people.groups import LEAST
from graders.report.decision import ReportLibrary
from release.course.course import read_course
from release.course.report import services_of
from release.course.retention import PAPERS_FOLDER
from release.papers.activity import activity_charts, activity_of
from release.papers.attendance import attendance_book, attendance_days
from release.papers.book import BookSheet, write_book
from release.papers.certificates.badge import badge_svg
from release.papers.certificates.certificate import certificate_list, certificate_numbers, certificate_of
from release.papers.certificates.certificate_page import (
    certificate_fields,
    logo_address,
    paper_page,
    verify_page,
)
from release.papers.certificates.seal import Seal, read_seal
from release.papers.form import EVALUATION, FOLLOW_UP, ItemFigures, form_book, form_figures, load_forms
from release.papers.organiser import Organiser, read_organiser, write_organiser
from release.papers.plans import COLUMNS, PLAN_ROWS, plan_book, plan_sheets
from release.papers.training import Training, read_training
from release.papers.words import PAPERS, PaperError, PaperWords, paper_sentence
from scenarios.documents.whole_file import OWNER_ALONE, write_whole
from scenarios.language import SOURCE

VERIFY = "verify.html"
BADGES = "badges"

Salt: TypeAlias = Callable[[], str]


@dataclass(frozen=True, slots=True)
class PaperRequest:
    """What is asked for.

    names: of `PAPERS`, all where there are none; folder: where they are written, ``papers/`` of the course
    where None; answers: a filled-in workbook of the evaluation; only: whose certificates, everybody's where
    it is empty; seal: the file of the organiser's key.
    """

    seal: Path
    names: tuple[str, ...] = ()
    folder: Path | None = None
    answers: Path | None = None
    only: tuple[str, ...] = ()
    keys: Path | None = None


@dataclass(frozen=True, slots=True)
class WrittenPapers:
    """What was written.

    index: the page that leads to all; verify: the page that verifies, where there are certificates; the rest:
    ids of those without a certificate, by the reason.
    """

    index: Path
    files: tuple[Path, ...]
    verify: Path | None = None
    without_name: tuple[str, ...] = ()
    without_play: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _PaperData:
    """What every paper is made from."""

    training: Training
    request: PaperRequest
    library: ReportLibrary
    received: tuple[ItemFigures, ...]
    seal: Seal | None
    numbers: Mapping[str, str]
    logo: str
    now: datetime


Fields: TypeAlias = Mapping[str, object]


def _attendance(data: _PaperData, words: PaperWords) -> Fields:
    return {"days": attendance_days(data.training, words)}


def _id_cards(data: _PaperData, _: PaperWords) -> Fields:
    return {"people": [one.person for one in data.training.attendees]}


def _form(name: str, _: _PaperData, __: PaperWords) -> Fields:
    return {"form": load_forms()[name]}


def _plans(data: _PaperData, _: PaperWords) -> Fields:
    return {"sheets": plan_sheets(data.training), "columns": COLUMNS, "rows": PLAN_ROWS}


def _activity(data: _PaperData, words: PaperWords) -> Fields:
    activity = activity_of(data.training, data.received, data.library, made=data.now.date())
    # Made and escaped by graders.report.charts.
    charts = {name: Markup(svg) for name, svg in activity_charts(activity, words).items()}  # noqa: S704
    return {"activity": activity, "charts": charts, "least": LEAST}


def _certificates(data: _PaperData, words: PaperWords) -> Fields:
    given = certificate_list(data.training, data.request.only).attendees if data.seal else ()
    certificates = [
        certificate_of(data.training, one, words, data.seal, number=data.numbers[one.person.id])
        for one in given
        if data.seal
    ]
    return certificate_fields(certificates)


@dataclass(frozen=True, slots=True)
class _Paper:
    """One kind of paper: what its page is filled with, and its workbook where people calculate."""

    fields: Callable[[_PaperData, PaperWords], Fields]
    book: Callable[[Training, PaperWords], Sequence[BookSheet]] | None = None
    template: str = ""


_KINDS: Mapping[str, _Paper] = {
    "attendance": _Paper(_attendance, attendance_book),
    "id-cards": _Paper(_id_cards),
    "evaluation": _Paper(
        partial(_form, EVALUATION), lambda _, words: form_book(load_forms()[EVALUATION], words), "form"
    ),
    "plans": _Paper(_plans, plan_book),
    "activity": _Paper(_activity),
    "follow-up": _Paper(
        partial(_form, FOLLOW_UP), lambda _, words: form_book(load_forms()[FOLLOW_UP], words), "form"
    ),
    "certificates": _Paper(_certificates),
}


def write_papers(
    course: Path,
    organiser: Organiser,
    request: PaperRequest,
    *,
    now: datetime,
    salt: Salt = lambda: secrets.token_hex(16),
) -> WrittenPapers:
    """Write what is asked for of the course at `course`, which keeps what the organiser settles.

    now: with its time zone. No paper is written before all of it could be read. Raises PaperError,
    CourseError, RosterError, and ProblemsError where a case or its key cannot be read.
    """
    for name in request.names:
        if name not in _KINDS:
            raise PaperError(paper_sentence("no_such_paper", name=name, names=", ".join(PAPERS)))
    data = _paper_data(course, organiser.over(read_organiser(course)), request, now)
    folder = request.folder or course / PAPERS_FOLDER
    names = request.names or PAPERS
    pages = dict(_pages(folder, names, data))
    if data.seal:
        pages[folder / VERIFY] = verify_page(data.seal)
    write_organiser(course, data.training.organiser)
    for file, text in pages.items():
        _write(file, text)
    books = list(_books(folder, names, data))
    for file, sheets in books:
        write_book(file, sheets)
    badges = list(_badges(folder, data, salt))
    for file, badge in badges:
        _write(file, badge)
    index = folder / "index.html"
    _write(index, _index(folder, data))
    listed = certificate_list(data.training, request.only) if data.seal else None
    return WrittenPapers(
        index=index,
        files=(*pages, *(file for file, _ in books), *(file for file, _ in badges)),
        verify=folder / VERIFY if data.seal else None,
        without_name=listed.without_name if listed else (),
        without_play=listed.without_play if listed else (),
    )


def _paper_data(course: Path, organiser: Organiser, request: PaperRequest, now: datetime) -> _PaperData:
    read_course(course)  # where there is none, it says what to do
    training = read_training(course, organiser, keys=request.keys, now=now)
    wants_certificates = "certificates" in (request.names or PAPERS)
    seal, numbers = None, {}
    if wants_certificates and training.cohort:
        given = certificate_list(training, request.only).attendees
        seal = read_seal(request.seal)
        numbers = dict(certificate_numbers(course, organiser.number, [one.person for one in given]))
    elif request.names == ("certificates",):
        raise PaperError(paper_sentence("no_cases"))
    received = form_figures(load_forms()[EVALUATION], request.answers) if request.answers else ()
    library = ReportLibrary.of_the_lab(services_of(course))
    return _PaperData(training, request, library, received, seal, numbers, logo_address(organiser.logo), now)


def _pages(folder: Path, names: Collection[str], data: _PaperData) -> Iterator[tuple[Path, str]]:
    for language in data.training.languages:
        words = PaperWords(language)
        for name in names:
            if name == "certificates" and data.seal is None:
                continue
            paper = _KINDS[name]
            template = f"{paper.template or name.replace('-', '_')}.html.j2"
            fields = {**paper.fields(data, words), "training": data.training, "logo": data.logo}
            page = paper_page(template, words=words, paper=name.replace("-", "_"), **fields)
            yield folder / language / f"{name}.html", page


def _books(
    folder: Path, names: Collection[str], data: _PaperData
) -> Iterator[tuple[Path, Sequence[BookSheet]]]:
    for language in data.training.languages:
        for name in names:
            book = _KINDS[name].book
            if book is not None:
                yield folder / language / f"{name}.xlsx", book(data.training, PaperWords(language))


def _badges(folder: Path, data: _PaperData, salt: Salt) -> Iterator[tuple[Path, bytes]]:
    if data.seal is None:
        return
    for one in certificate_list(data.training, data.request.only).attendees:
        badge = badge_svg(data.training, one, PaperWords(SOURCE), data.seal, now=data.now, salt=salt)
        yield folder / BADGES / f"{one.person.id}.svg", badge


def _index(folder: Path, data: _PaperData) -> str:
    """The list of everything that stands in the folder now."""
    pages = [
        (PaperWords(language), [name for name in PAPERS if (folder / language / f"{name}.html").exists()])
        for language in data.training.languages
    ]
    books = {
        (words.language, name)
        for words, names in pages
        for name in names
        if (folder / words.language / f"{name}.xlsx").exists()
    }
    verifies = (folder / VERIFY).exists()
    return paper_page(
        "index.html.j2", pages=pages, books=books, training=data.training, verify=VERIFY if verifies else ""
    )


def _write(file: Path, content: str | bytes) -> None:
    try:
        write_whole(file, content, mode=OWNER_ALONE, parents=True)
    except OSError as error:
        raise PaperError(paper_sentence("unwritable", file=file, why=error.strerror)) from None
