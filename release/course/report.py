"""The class report of a course on disk: it reads the course, and writes one page into ``reports/``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from graders.key.guide import GUIDES, guides_of
from graders.key.key import keys_folder
from graders.people.cohort import Cohort, read_cohort
from graders.people.roster import course_roster
from graders.report.data import report_of
from graders.report.decision import ReportLibrary
from graders.report.page import report_page
from release.course.course import CourseError, read_course
from scenarios.course_card import directory_of
from scenarios.directory.competencies import load_competencies
from scenarios.directory.services import SERVICES_NAME, Service, load_directory
from scenarios.documents.whole_file import write_whole
from scenarios.language import SOURCE, Language
from scenarios.library import CASE_FOLDER
from scenarios.sentence import sentences_of

REPORTS = "reports"
_sentence = sentences_of(Path(__file__).with_name("texts.yaml"))


def write_report(  # noqa: PLR0913 -- the folders are there for tests and for other libraries of cases
    course: Path,
    *,
    now: datetime,
    case_ids: Sequence[str] = (),
    file: Path | None = None,
    keys: Path | None = None,
    guides: Path = GUIDES,
    first: Language = SOURCE,
) -> Path:
    """Write the report of the course at `course`, of all its cases or of `case_ids`; give the file.

    now: with its time zone; file: ``reports/<date>-class.html`` in the course where left out, which
    replaces the one of the same day; first: the language that it opens in. Raises CourseError where this is
    no course, it lacks a case, or the file cannot be written; RosterError and ProblemsError where roster,
    case, key or guide cannot be read.
    """
    read_course(course)
    cohort = read_cohort(course, keys or keys_folder(), course_roster(course), now=now)
    _refuse_unknown(case_ids, cohort)
    data = report_of(
        cohort,
        guides_of((each.case for each in cohort.cases.values()), guides),
        ReportLibrary.of_the_lab(services_of(course)),
        load_competencies(),
        made=now.date(),
        case_ids=case_ids,
    )
    place = course / REPORTS / f"{now:%Y-%m-%d}-class.html" if file is None else file
    _write(place, report_page(data, first))
    return place


def services_of(course: Path) -> Mapping[str, Service]:
    """The library's services by id, with those that the course's cases were handed out with over them."""
    services = dict(load_directory().services)
    for file in sorted(course.glob(f"release/*/{CASE_FOLDER}/{SERVICES_NAME}")):
        services.update(directory_of(file.parents[1]).services)
    return services


def _refuse_unknown(case_ids: Sequence[str], cohort: Cohort) -> None:
    if unknown := [case_id for case_id in case_ids if case_id not in cohort.cases]:
        known = ", ".join(cohort.cases)
        raise CourseError(_sentence("not_released", cases=", ".join(unknown), choices=known))


def _write(file: Path, text: str) -> None:
    try:
        write_whole(file, text, parents=True)
    except OSError as error:
        why = error.strerror or str(error)
        raise CourseError(_sentence("no_report", file=file, reason=why)) from None
