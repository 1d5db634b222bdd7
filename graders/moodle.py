"""Grades for Moodle's import: one row a person, for each case a column of grades and one of feedback.

An adapter to nbgrader (``nbgrader export --exporter=graders.moodle.MoodleExport``) around plain
functions. What Moodle's import was seen to do decides what is written (grade/import/csv/classes/
load_data.php): a row whose identifier is empty is read as more of the person before it, and one
person whom Moodle does not know ends the whole import; so that no row is written for whoever has not
the identifier that is asked for. An empty grade is no grade for an item that stands in Moodle already;
for a new item Moodle makes 0 of it, and no grade of “-”.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from nbgrader.plugins import ExportPlugin
from traitlets import Bool, Enum

from graders.feedback.explanation import number
from graders.grading.note import GradingNote, read_note
from graders.people.roster import ROSTER, Person, Roster, course_roster
from graders.sheet_export import Table, write_csv, write_spreadsheet
from scenarios.documents.problem import BadInputError
from scenarios.documents.sheet import SPREADSHEETS
from scenarios.language import LANGUAGES, SOURCE, Language, read_catalogue

EXPORTS = "exports"
MOODLE = "moodle.csv"
NO_GRADE = "-"

Identifier: TypeAlias = Literal["email", "idnumber"]

_TEXTS = Path(__file__).with_name("moodle.yaml")
# PHP's reader, which Moodle uses, takes a backslash before a quotation mark for an escape.
_ESCAPE = re.compile(r'(\\+)(?="|$)')


@dataclass(frozen=True, slots=True)
class CaseGrade:
    """What a person has for a case.

    grade: 0 to 100, late penalties taken off, None where there is none; status: of the submission;
    note: of its grading, None where it was graded without ours or not at all.
    """

    grade: float | None
    status: Literal["judged", "not_judged", "missing"]
    note: GradingNote | None = None


_MISSING = CaseGrade(None, "missing")


@dataclass(frozen=True, slots=True)
class MoodleGrades:
    """The table, by what its rows are identified, and the ids of those who have no row in it."""

    table: Table
    identifier: Identifier
    without: tuple[str, ...]


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
        file = Path(self.to) if self.to else course / EXPORTS / MOODLE
        asked: Any = self.identify
        language: Any = self.language
        made = moodle_grades(
            gradebook,
            course,
            cases=[str(name) for name in self.assignment],
            students=[str(name) for name in self.student],
            identifier=None if asked == "auto" else asked,
            language=language,
        )
        write_grades(file, made.table, new_items=self.new_items)
        self.log.info("Wrote %s; identify users by %s.", file, made.identifier)
        if made.without:
            self.log.warning(
                "Without %s in %s, so left out: %s", made.identifier, ROSTER, ", ".join(made.without)
            )


def moodle_grades(  # noqa: PLR0913 -- each is a choice of the facilitator
    gradebook: Any,  # noqa: ANN401 -- nbgrader's Gradebook
    course: Path,
    *,
    cases: Sequence[str] = (),
    students: Collection[str] = (),
    identifier: Identifier | None = None,
    language: Language = SOURCE,
) -> MoodleGrades:
    """The grades of `cases`, all where left out, of `students`, everybody of the roster where left out.

    A course without a roster gives the ids of its gradebook as ``idnumber``. identifier: e-mail where
    anybody has one, where left out. Raises BadInputError for a case or a student that is not there.
    """
    roster = course_roster(course)
    known = [student.id for student in gradebook.students]
    people: Roster = roster or {name: Person(name) for name in known}
    by = identifier or ("email" if any(person.email for person in people.values()) else "idnumber")
    wanted = _wanted(students, [*people, *known], "trainee")
    asked = {name for name in (*people, *known) if name in wanted}
    rows = [
        person for name, person in people.items() if name in wanted and (by == "idnumber" or person.email)
    ]
    names = [assignment.name for assignment in gradebook.assignments]
    columns = [name for name in names if name in _wanted(cases, names, "case")]
    grades = {name: read_grades(gradebook, course, name) for name in columns}
    table = _table(rows, grades, language, named=bool(roster), mailed=by == "email")
    without = sorted(asked - {person.id for person in rows})
    return MoodleGrades(table, by, tuple(without))


def read_grades(gradebook: Any, course: Path, case: str) -> Mapping[str, CaseGrade]:  # noqa: ANN401
    """What each person who handed a case in has for it, by id."""
    grades = {
        folder.parent.name: CaseGrade(None, "not_judged") for folder in course.glob(f"submitted/*/{case}")
    }
    for submission in gradebook.assignment_submissions(case):
        name = submission.student_id
        note = read_note(course / "autograded" / name / case)
        most = submission.max_score
        open_cells = [
            grade
            for notebook in submission.notebooks
            for grade in notebook.grades
            if grade.auto_score is None and grade.manual_score is None and grade.max_score > 0
        ]
        if open_cells or not most:
            missing = note is not None and note.reason == "missing"
            grades[name] = CaseGrade(None, "missing" if missing else "not_judged", note)
            continue
        earned = max(0.0, submission.score - (submission.late_submission_penalty or 0.0))
        grades[name] = CaseGrade(min(100.0, 100 * earned / most), "judged", note)
    return grades


def write_grades(file: Path, table: Table, *, new_items: bool = False) -> None:
    """Write a spreadsheet where `file` is called so, else CSV as Moodle reads it. Raises BadInputError."""
    if file.suffix.lower() in SPREADSHEETS:
        write_spreadsheet(file, table)
        return
    rows = tuple(
        tuple(_read_by_php(cell) if isinstance(cell, str) else cell for cell in row) for row in table.rows
    )
    write_csv(file, Table(table.header, rows), empty=NO_GRADE if new_items else "")


def _table(
    people: Sequence[Person],
    grades: Mapping[str, Mapping[str, CaseGrade]],
    language: Language,
    *,
    named: bool,
    mailed: bool,
) -> Table:
    texts = read_catalogue(_TEXTS)
    who = ["idnumber", *(["email"] if mailed else []), *([texts["name"][language]] if named else [])]
    header = [*who]
    for case in grades:
        header += [case, texts["feedback"][language].format(case=case)]
    rows = []
    for person in people:
        row: list[str | float | None] = [person.id]
        row += [*([person.email] if mailed else []), *([person.name] if named else [])]
        for column in grades.values():
            grade = column.get(person.id, _MISSING)
            row += [grade.grade, feedback_text(grade, language)]
        rows.append(tuple(row))
    return Table(tuple(header), tuple(rows))


def feedback_text(grade: CaseGrade, language: Language) -> str:
    """What Moodle shows beside a grade: the result, harm and missed duties apart, as plain text."""
    texts = read_catalogue(_TEXTS)
    if grade.status == "not_judged":
        return texts["not_judged"][language]
    if grade.grade is None:
        return texts["incomplete"][language]
    parts = [texts["score"][language].format(score=number(round(grade.grade, 2), language))]
    note = grade.note
    if note is not None and note.status == "judged":
        parts.append(texts["counts"][language].format(harm=note.H, missed=note.M))
        parts += [texts["incomplete"][language]] if note.incomplete else []
    return " ".join(parts)


def _wanted(asked: Collection[str], known: Collection[str], noun: str) -> Collection[str]:
    if unknown := sorted(set(asked) - set(known)):
        choices = ", ".join(dict.fromkeys(known)) or "none"
        raise BadInputError(f"The gradebook knows no {noun} {', '.join(unknown)}. Use some of: {choices}.")
    return asked or known


def _read_by_php(text: str) -> str:
    return _ESCAPE.sub(r"\1 ", text)
