"""The comparison of courses on disk: it reads them, and writes one page into ``reports/`` of the first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from graders.key.key import keys_folder
from graders.people.cohort import read_cohort
from graders.people.roster import course_roster
from graders.report.comparison import Parting, compare
from graders.report.comparison_page import comparison_page
from release.course.course import CourseError, read_course
from release.course.report import REPORTS
from scenarios.documents.whole_file import write_whole
from scenarios.sentence import sentences_of

_sentence = sentences_of(Path(__file__).with_name("texts.yaml"))


def write_comparison(
    courses: Sequence[Path],
    parting: Parting,
    *,
    now: datetime,
    file: Path | None = None,
    keys: Path | None = None,
) -> Path:
    """Write the comparison of the classes of `courses`, parted by `parting`; give the file.

    now: with its time zone; file: ``reports/<date>-<parting>.html`` in the first course where left out.
    Raises CourseError for no course and where the file cannot be written, ProblemsError, RosterError.
    """
    cohorts = []
    for course in dict.fromkeys(courses):
        read_course(course)
        cohorts.append(read_cohort(course, keys or keys_folder(), course_roster(course), now=now))
    page = comparison_page(compare(cohorts, parting, made=now.date()))
    place = courses[0] / REPORTS / f"{now:%Y-%m-%d}-{parting}.html" if file is None else file
    try:
        write_whole(place, page, parents=True)
    except OSError as error:
        why = error.strerror or str(error)
        raise CourseError(_sentence("no_report", file=place, reason=why)) from None
    return place
