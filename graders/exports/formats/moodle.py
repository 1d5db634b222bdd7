"""Moodle's grade import, as CSV: one row a person, for each case a column of grades and one of feedback.

What Moodle's import was seen to do decides what is written (grade/import/csv/classes/load_data.php): a
row whose identifier is empty is read as more of the person before it, and one person whom Moodle does not
know ends the whole import; so no row is written for whoever has not the identifier that is asked for. An
empty grade is no grade for an item that stands in Moodle already; for a new item Moodle makes 0 of it,
and no grade of “-”. Its form begins with the first column as Moodle's own number of a user, so that ids
which are plain numbers would give grades to strangers: what stands first is never one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from graders.exports.grade_format import FormatOptions, GradeFormat
from graders.exports.grades import TEXTS, ClassGrades, feedback_text
from graders.people.roster import Person
from graders.sheet_export import Table, write_csv
from scenarios.language import Language, read_catalogue

NO_GRADE = "-"
# PHP's reader, which Moodle uses, takes a backslash before a quotation mark for an escape.
_ESCAPE = re.compile(r'(\\+)(?="|$)')


class Moodle(GradeFormat):
    """CSV as Moodle reads it."""

    file: ClassVar = "moodle.csv"
    platform: ClassVar = "Moodle"
    about: ClassVar = "CSV for Moodle's grade import."

    def write(self, file: Path, grades: ClassGrades, options: FormatOptions) -> None:
        """Write the rows. Raises BadInputError where the file cannot be written."""
        table = grade_table(grades, options.language)
        rows = tuple(
            tuple(_read_by_php(cell) if isinstance(cell, str) else cell for cell in row) for row in table.rows
        )
        write_csv(file, Table(table.header, rows), empty=NO_GRADE if options.new_items else "")


FORMAT = Moodle


def grade_table(grades: ClassGrades, language: Language) -> Table:
    """The rows and the header that Moodle's import maps to its grade items."""
    texts = read_catalogue(TEXTS)
    is_mailed = grades.identifier == "email"
    who: dict[str, Callable[[Person], str]] = {}
    if is_mailed:
        who["email"] = lambda person: person.email
    if grades.is_named:
        who[texts["name"][language]] = lambda person: person.name
    if not who and any(person.id.isdigit() for person in grades.people):
        # It says nothing new, and goes before the plain numbers.
        who[texts["participant"][language]] = lambda person: f"ID {person.id}"
    who["idnumber"] = lambda person: person.id
    header = [*who]
    for case in grades.cases:
        heading = grades.heading(case, language)
        header += [heading, texts["feedback"][language].format(case=heading)]
    rows = []
    for person in grades.people:
        row: list[str | float | None] = [read(person) for read in who.values()]
        for case in grades.cases:
            grade = grades.of(person, case)
            row += [grade.grade, feedback_text(grade, language)]
        rows.append(tuple(row))
    return Table(tuple(header), tuple(rows))


def _read_by_php(text: str) -> str:
    return _ESCAPE.sub(r"\1 ", text)
