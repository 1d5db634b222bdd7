"""Write the grades of a course as a file that a learning platform takes in, or as a spreadsheet."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from graders.exports import EXPORTS
from graders.exports.formats import GRADE_FORMATS
from graders.exports.grade_format import FormatOptions
from graders.exports.grades import Identifier, class_grades
from graders.exports.research import research_table
from graders.people.cohort import read_cohort
from graders.people.roster import course_roster
from graders.sheet_export import write_csv
from release.course.course import read_course
from release.course.gradebook import open_gradebook
from scenarios.documents.problem import BadInputError
from scenarios.language import SOURCE, Language
from scenarios.sentence import Sentence, sentences_of

_sentence = sentences_of(Path(__file__).with_name("export.yaml"))
IDENTIFIERS: dict[str, Identifier | None] = {"auto": None, "email": "email", "idnumber": "idnumber"}


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written. without: the ids of those who have no row, for want of the identifier."""

    file: Path
    persons: int
    identifier: Identifier
    without: tuple[str, ...]

    @property
    def warning(self) -> Sentence | None:
        """Who has no row, and why."""
        if not self.without:
            return None
        key = "without_email" if self.identifier == "email" else "without_number"
        return _sentence(key, ids=", ".join(self.without))


def export_grades(  # noqa: PLR0913 -- each is a choice of the facilitator
    course: Path,
    form: str,
    *,
    file: Path | None = None,
    cases: Sequence[str] = (),
    identify: str = "auto",
    new_items: bool = False,
    language: Language = SOURCE,
) -> Exported:
    """Write the file, in the course's ``exports/`` where none is named.

    form: a name of `GRADE_FORMATS`. Raises BadInputError.
    """
    read_course(course)
    if form not in GRADE_FORMATS:
        raise BadInputError(_sentence("no_form", form=form, choices=", ".join(GRADE_FORMATS)))
    if identify not in IDENTIFIERS:
        raise BadInputError(_sentence("no_identify", identify=identify, choices=", ".join(IDENTIFIERS)))
    grade_format = GRADE_FORMATS[form]
    suffix = Path(grade_format.file).suffix
    place = file or course / EXPORTS / grade_format.file
    if place.suffix.lower() != suffix:
        name = f"{place.stem}{suffix}"
        raise BadInputError(_sentence("suffix", file=place, kind=suffix[1:].upper(), name=name))
    with open_gradebook(course) as gradebook:
        grades = class_grades(gradebook, course, cases=cases, identifier=IDENTIFIERS[identify])
    if new_items and len(grades.cases) > 1:
        # Moodle maps two columns to the same new item, and refuses both (grade/import/csv, 4.4).
        raise BadInputError(_sentence("one_new_item", course=course, cases=", ".join(grades.cases)))
    if not grades.people:
        raise BadInputError(_nobody(course, grades.identifier, grades.without))
    grade_format.write(place, grades, FormatOptions(language, new_items=new_items))
    return Exported(place, len(grades.people), grades.identifier, grades.without)


def _nobody(course: Path, identifier: Identifier, without: Sequence[str]) -> Sentence:
    """Why there is no row to write."""
    if not without:
        return _sentence("nobody", course=course)
    return _sentence(f"nobody_{identifier}", count=len(without))


@dataclass(frozen=True, slots=True)
class ResearchExport:
    """The decisions of those who said yes to research: how many, and of how many persons."""

    file: Path
    decisions: int
    persons: int


def export_research(
    course: Path,
    keys: Path,
    *,
    now: datetime,
    file: Path | None = None,
    shuffle: Callable[[Any], None] | None = None,
) -> ResearchExport:
    """Write the decisions of those alone who said yes, in the course's ``exports/`` where no file is named.

    Raises BadInputError.
    """
    cohort = read_cohort(course, keys, course_roster(course), now=now)
    table = research_table(cohort, shuffle or secrets.SystemRandom().shuffle)
    target = file or course / EXPORTS / "research.csv"
    target.parent.mkdir(parents=True, exist_ok=True)
    write_csv(target, table)
    return ResearchExport(target, len(table.rows), len({row[0] for row in table.rows}))
