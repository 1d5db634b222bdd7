"""Moodle's grading worksheet: it says who has which number, and takes grades and feedback back.

It is a CSV of one assignment, a row a participant (mod/assign/feedback/offline). What comes back by it
stands on the assignment's own page, is not marked as overridden, and needs no mapping of columns.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from graders.exports import EXPORTS
from graders.exports.grades import CaseGrade, feedback_text, read_grades
from graders.people.roster import Roster, course_roster, folded
from release.course.course import assignments, read_course
from release.course.gradebook import open_gradebook
from release.course.hand_ins.moodle_places import Places, read_placed
from release.course.hand_ins.names import NameBook
from scenarios.documents.problem import BadInputError
from scenarios.documents.whole_file import OWNER_ALONE, write_whole
from scenarios.language import SOURCE, Language, read_catalogue
from scenarios.sentence import Sentence, sentences_of
from scenarios.sheets.sheet import Sheet, read_sheet

WORKSHEETS: Final = (".csv",)

_TEXTS = Path(__file__).with_name("worksheet.yaml")
_sentence = sentences_of(_TEXTS)
_COLUMNS = ("number", "name", "ident", "email", "grade", "most", "open", "feedback")
_NUMBER = re.compile(r".*?(\d{1,12})")


class WorksheetError(BadInputError):
    """A file is no worksheet that can be read or filled in; a sentence."""


@dataclass(frozen=True, slots=True)
class WorksheetRow:
    """A participant of the assignment. at: the row's place in the sheet; number: that Moodle's names have."""

    at: int
    number: str
    name: str
    ident: str
    email: str


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A worksheet as it was read. columns: their places in its header, which is its first row."""

    sheet: Sheet
    columns: Mapping[str, int]

    @property
    def rows(self) -> tuple[WorksheetRow, ...]:
        """Its participants."""
        rows = []
        for at in range(1, len(self.sheet.rows)):
            match = _NUMBER.fullmatch(self.cell(at, "number"))
            if match is not None:
                cells = (self.cell(at, column) for column in ("name", "ident", "email"))
                rows.append(WorksheetRow(at, match[1], *cells))
        return tuple(rows)

    def cell(self, at: int, column: str) -> str:
        """The text in a row, "" where the sheet has no such column."""
        place, cells = self.columns.get(column), self.sheet.rows[at].cells
        return cells[place] if place is not None and place < len(cells) else ""


@dataclass(frozen=True, slots=True)
class FilledWorksheet:
    """What was written. count: of its rows, of `whole`, how many have a grade now; remarks: of the others."""

    file: Path
    case: str
    count: int
    whole: int
    remarks: tuple[Sentence, ...]

    @property
    def message(self) -> Sentence:
        """What became of it, and where it goes."""
        parts = {"file": self.file, "case": self.case, "count": self.count, "whole": self.whole}
        return _sentence("filled", **parts)


def read_worksheet(file: Path) -> Worksheet:
    """The worksheet in `file`. Raises WorksheetError, ProblemsError where it is no sheet at all."""
    sheet = read_sheet(file)
    header = sheet.rows[0].cells if sheet.rows else ()
    places = {_headings().get(folded(cell)): at for at, cell in reversed(list(enumerate(header)))}
    columns = {column: at for column, at in places.items() if column is not None}
    if not {"number", "grade", "most"} <= set(columns):
        raise WorksheetError(_sentence("none", file=file))
    return Worksheet(sheet, columns)


def numbers_of(sheet: Worksheet, roster: Roster) -> Mapping[str, str]:
    """Who of the roster has which of Moodle's numbers, by number; whom nobody can tell is left out."""
    book = NameBook.of(roster.values())
    persons = {row.number: _row_persons(row, roster, book) for row in sheet.rows}
    numbers = {number: next(iter(ids)) for number, ids in persons.items() if len(ids) == 1}
    counts = Counter(numbers.values())
    return {number: person for number, person in numbers.items() if counts[person] == 1}


def fill_worksheet(
    course: Path,
    sheet_file: Path,
    *,
    cases: Sequence[str] = (),
    file: Path | None = None,
    language: Language = SOURCE,
) -> FilledWorksheet:
    """Write the worksheet again with the grades and the feedback of a case in it.

    cases: the one case that it is for, found by the numbers of what was collected where left out; file: in
    the course's ``exports/`` where left out; language: of the feedback. A row is left as it is where nobody
    can tell whose it is, where Moodle lets nobody change it, and where there is no grade. Raises
    WorksheetError, CourseError, RosterError, ProblemsError.
    """
    read_course(course)
    sheet = read_worksheet(sheet_file)
    roster, places = course_roster(course), read_placed(course).moodle
    if len(cases) > 1:
        raise WorksheetError(_sentence("one_case", count=len(cases)))
    name = _case(course, sheet, places, cases[0] if cases else None)
    target = file or course / EXPORTS / f"worksheet-{name}.csv"
    with open_gradebook(course) as gradebook:
        grades = read_grades(gradebook, course, name)
    persons, remarks = _persons(sheet, roster, places, name)
    cells = [list(row.cells) for row in sheet.sheet.rows]
    count = 0
    for row in sheet.rows:
        grade = grades.get(persons.get(row.at, ""))
        if grade is None or grade.grade is None:
            continue
        if folded(sheet.cell(row.at, "open")) in _closed():
            remarks.append(_sentence("row_closed", **_row_parts(sheet, row)))
            continue
        before, after = sheet.cell(row.at, "grade"), _points(sheet, row, grade)
        if before and _amount(before) != _amount(after):
            remarks.append(_sentence("row_changed", before=before, after=after, **_row_parts(sheet, row)))
        _put(cells[row.at], sheet.columns["grade"], after)
        if (place := sheet.columns.get("feedback")) is not None:
            _put(cells[row.at], place, feedback_text(grade, language))
        count += 1
    _write(target, cells)
    return FilledWorksheet(target, name, count, len(sheet.rows), tuple(remarks))


def _case(course: Path, sheet: Worksheet, places: Places, case: str | None) -> str:
    """The case that a worksheet is for: the one named, else that of most of its numbers."""
    there = assignments(course)
    numbers = {row.number for row in sheet.rows}
    counts = Counter(
        name for cases in places.values() for name, place in cases.items() if place.number in numbers
    )
    if case is None and counts and (len(counts) == 1 or len({n for _, n in counts.most_common(2)}) == 2):  # noqa: PLR2004 -- the first two differ
        case = counts.most_common(1)[0][0]
    if case is None or case not in there:
        raise WorksheetError(_sentence("no_case", file=sheet.sheet.file, choices=", ".join(there) or "–"))
    return case


def _persons(
    sheet: Worksheet, roster: Roster, places: Places, case: str
) -> tuple[dict[int, str], list[Sentence]]:
    """Whose each row is, by its place, and what is to be told of the others."""
    book = NameBook.of(roster.values())
    by_number = {cases[case].number: person for person, cases in places.items() if case in cases}
    persons: dict[int, str] = {}
    remarks: list[Sentence] = []
    for row in sheet.rows:
        ids, known, parts = _row_persons(row, roster, book), by_number.get(row.number), _row_parts(sheet, row)
        if known is not None and ids and known not in ids:
            named = ", ".join(sorted(ids))
            remarks.append(_sentence("row_conflict", by_number=known, by_name=named, **parts))
        elif known is not None:
            persons[row.at] = known
        elif len(ids) == 1:
            persons[row.at] = next(iter(ids))
        elif ids:
            remarks.append(_sentence("row_several", ids=", ".join(sorted(ids)), **parts))
        else:
            remarks.append(_sentence("row_unknown", **parts))
    counts = Counter(persons.values())
    rows = {row.at: row for row in sheet.rows}
    for at, person in [(at, person) for at, person in persons.items() if counts[person] > 1]:
        remarks.append(_sentence("row_twice", person=person, **_row_parts(sheet, rows[at])))
        del persons[at]
    return persons, remarks


def _row_persons(row: WorksheetRow, roster: Roster, book: NameBook) -> frozenset[str]:
    """Whom a row may mean: by ID number and e-mail where they tell anything, else by name."""
    by_ident = {name for name in roster if row.ident and folded(name) == folded(row.ident)}
    by_email = {
        name
        for name, person in roster.items()
        if row.email and person.email and folded(person.email) == folded(row.email)
    }
    return frozenset(by_ident | by_email) or (book.called(row.name) if row.name else frozenset())


def _row_parts(sheet: Worksheet, row: WorksheetRow) -> dict[str, object]:
    return {"row": sheet.sheet.rows[row.at].number, "name": row.name or row.number}


def _points(sheet: Worksheet, row: WorksheetRow, grade: CaseGrade) -> str:
    """The grade as Moodle's sheet writes one, out of the maximum that stands in the row."""
    most = sheet.cell(row.at, "most")
    whole = _amount(most)
    if whole is None:
        raise WorksheetError(_sentence("scale", row=sheet.sheet.rows[row.at].number, most=most))
    points = f"{(grade.grade or 0) * whole / 100:.2f}"
    return points.replace(".", ",") if "," in most else points


def _amount(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _put(cells: list[str], at: int, text: str) -> None:
    cells.extend([""] * (at + 1 - len(cells)))
    cells[at] = text


def _write(file: Path, rows: Sequence[Sequence[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    try:
        write_whole(file, text.getvalue().encode("utf-8"), mode=OWNER_ALONE, parents=True)
    except OSError as error:
        raise WorksheetError(_sentence("unwritable", file=file, reason=error.strerror)) from None


@lru_cache(maxsize=1)
def _headings() -> Mapping[str, str]:
    return dict(_each_heading())


def _each_heading() -> Iterator[tuple[str, str]]:
    texts = read_catalogue(_TEXTS)
    for column in _COLUMNS:
        for heading in texts[f"heading_{column}"].joined(",").split(","):
            yield folded(heading), column


def _closed() -> frozenset[str]:
    return frozenset(folded(text) for _, text in read_catalogue(_TEXTS)["closed"].items())
