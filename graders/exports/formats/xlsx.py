"""The rows of Moodle's import as a spreadsheet: for whoever looks through them before they go there."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from graders.exports.formats.moodle import grade_table
from graders.exports.grade_format import FormatOptions, GradeFormat
from graders.exports.grades import ClassGrades
from graders.sheet_export import write_spreadsheet


class Spreadsheet(GradeFormat):
    """An XLSX file, with numbers as numbers and ids as text."""

    file: ClassVar = "moodle.xlsx"
    platform: ClassVar = "Moodle"
    about: ClassVar = "The same as a spreadsheet, to look through: Moodle's import takes none."
    is_imported: ClassVar = False

    def write(self, file: Path, grades: ClassGrades, options: FormatOptions) -> None:
        """Write the rows; no grade is an empty cell. Raises BadInputError."""
        write_spreadsheet(file, grade_table(grades, options.language))


FORMAT = Spreadsheet
