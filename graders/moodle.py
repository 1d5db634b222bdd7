"""nbgrader's own command for Moodle's grades: ``nbgrader export --exporter=graders.moodle.MoodleExport``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbgrader.plugins import ExportPlugin
from traitlets import Bool, Enum

from graders.exports import EXPORTS
from graders.exports.formats import GRADE_FORMATS
from graders.exports.grade_format import FormatOptions
from graders.exports.grades import class_grades
from graders.people.roster import ROSTER
from scenarios.language import LANGUAGES, SOURCE
from scenarios.sheets.sheet import SPREADSHEETS


class MoodleExport(ExportPlugin):  # type: ignore[misc]  # nbgrader comes without types
    """nbgrader's export in the shape that Moodle's grade import takes; ``--to`` a .xlsx for a spreadsheet."""

    identify = Enum(
        ("auto", "email", "idnumber"),
        "auto",
        help="By what Moodle knows a person: e-mail where there is one.",
    ).tag(config=True)
    language = Enum(LANGUAGES, SOURCE, help="The language of the feedback.").tag(config=True)
    new_items = Bool(help="Write “-” for no grade, for grade items that Moodle is to make.").tag(config=True)

    def export(self, gradebook: Any) -> None:  # noqa: ANN401 -- nbgrader's Gradebook
        """Write the file. Raises BadInputError."""
        app: Any = self.parent
        course = Path(app.coursedir.root)
        moodle = GRADE_FORMATS["moodle"]
        file = Path(self.to) if self.to else course / EXPORTS / moodle.file
        identify: Any = self.identify
        language: Any = self.language
        grades = class_grades(
            gradebook,
            course,
            cases=[str(name) for name in self.assignment],
            students=[str(name) for name in self.student],
            identifier=None if identify == "auto" else identify,
        )
        grade_format = GRADE_FORMATS["xlsx"] if file.suffix.lower() in SPREADSHEETS else moodle
        grade_format.write(file, grades, FormatOptions(language, new_items=bool(self.new_items)))
        self.log.info("Wrote %s; identify users by %s.", file, grades.identifier)
        if grades.without:
            self.log.warning(
                "Without %s in %s, so left out: %s", grades.identifier, ROSTER, ", ".join(grades.without)
            )
