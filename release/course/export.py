"""Write the grades of a course for Moodle's import, or as a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graders.moodle import EXPORTS, MOODLE, Identifier, moodle_grades, write_grades
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
    kind: str,
    *,
    file: Path | None = None,
    cases: Sequence[str] = (),
    identify: str = "auto",
    new_items: bool = False,
    language: Language = SOURCE,
) -> Exported:
    """Write the file, in the course's ``exports/`` where none is named. Raises BadInputError."""
    read_course(course)
    if identify not in IDENTIFIERS:
        raise BadInputError(f"--identify {identify} is unknown. Use one of: {', '.join(IDENTIFIERS)}.")
    place = file or (course / EXPORTS / MOODLE).with_suffix(f".{kind}")
    if place.suffix.lower() != f".{kind}":
        raise BadInputError(f"{place} is to be written as {kind.upper()}. Call it {place.stem}.{kind}.")
    with open_gradebook(course) as gradebook:
        made = moodle_grades(
            gradebook, course, cases=cases, identifier=IDENTIFIERS[identify], language=language
        )
    write_grades(place, made.table, new_items=new_items)
    return Exported(place, len(made.table.rows), made.identifier, made.without)
