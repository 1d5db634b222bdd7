"""Write the grades of a course as a file that a learning platform takes in, or as a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graders.exports import EXPORTS
from graders.exports.formats import GRADE_FORMATS
from graders.exports.grade_format import FormatOptions
from graders.exports.grades import Identifier, class_grades
from release.course.course import read_course
from release.course.gradebook import open_gradebook
from scenarios.documents.problem import BadInputError
from scenarios.language import SOURCE, Language

IDENTIFIERS: dict[str, Identifier | None] = {"auto": None, "email": "email", "idnumber": "idnumber"}


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written. without: the ids of those who have no row, for want of the identifier."""

    file: Path
    persons: int
    identifier: Identifier
    without: tuple[str, ...]


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
        raise BadInputError(f"Grades cannot be written as {form}. Use one of: {', '.join(GRADE_FORMATS)}.")
    if identify not in IDENTIFIERS:
        raise BadInputError(f"--identify {identify} is unknown. Use one of: {', '.join(IDENTIFIERS)}.")
    grade_format = GRADE_FORMATS[form]
    suffix = Path(grade_format.file).suffix
    place = file or course / EXPORTS / grade_format.file
    if place.suffix.lower() != suffix:
        raise BadInputError(
            f"{place} is to be written as {suffix[1:].upper()}. Call it {place.stem}{suffix}."
        )
    with open_gradebook(course) as gradebook:
        grades = class_grades(gradebook, course, cases=cases, identifier=IDENTIFIERS[identify])
    grade_format.write(place, grades, FormatOptions(language, new_items=new_items))
    return Exported(place, len(grades.people), grades.identifier, grades.without)
