"""A sheet: the rows of a CSV file or of a spreadsheet, each with its number as the spreadsheet shows it."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from itertools import zip_longest
from pathlib import Path
from typing import Any
from xml.parsers import expat

from scenarios.documents.document import MAX_BYTES
from scenarios.documents.problem import BadInputError, Problem, ProblemsError
from scenarios.documents.whole_file import whole_file, write_whole
from scenarios.sentence import Sentence, sentences_of
from scenarios.sheets.foreign_sheet import ForeignSheetError, cell_text, foreign_rows
from scenarios.sheets.layout import lay_out
from scenarios.sheets.packed import packed_problem

SPREADSHEETS = (".xlsx", ".xlsm")
_SEPARATORS = ",;\t"
_SEPARATOR = re.compile(r'"?sep=([,;\t|])"?(?:\r\n|\r|\n|$)', re.IGNORECASE)
MOST_ROWS = 10_000
MOST_COLUMNS = 200
_LISTED_ROWS = 1000  # in which a list of words is offered
_WIDEST = 60
_MOST_PARTS = 200
_MOST_UNPACKED = 10 * MAX_BYTES
# Of the XML in a spreadsheet: a cell has two, a text of its own two more. They are read in a few seconds.
_MOST_ELEMENTS = 250_000
_HEADER_ROWS = 30
_DELIMITER_LINES = 30
_FEWEST_NUMBERED = 3
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_OLD_LETTERS = "cp1252"

_sentence = sentences_of(Path(__file__).with_name("sheet.yaml"))


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row that holds something: its number, counted from 1, and its cells without spaces around."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one file; the first is the header. Empty rows are left out but counted.

    title: of a spreadsheet's sheet, "" of a CSV file; warnings: what was guessed in reading it.
    """

    file: Path
    rows: tuple[SheetRow, ...]
    title: str = ""
    warnings: tuple[Problem, ...] = ()

    def problem(self, row: int, path: str, fault: str, remedy: str, rule: str) -> Problem:
        """An error in a row of this sheet."""
        return Problem(str(self.file), row, path, fault, remedy, rule)

    def warning(self, row: int, path: str, fault: str, remedy: str, rule: str) -> Problem:
        """A warning about a row of this sheet."""
        return Problem(str(self.file), row, path, fault, remedy, rule, "warning")


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One row by its columns, and the problems found in it so far. subject: what their paths begin with."""

    sheet: Sheet
    row: int
    cells: Mapping[str, str]
    subject: str = ""
    problems: list[Problem] = field(default_factory=list)

    def cell(self, column: str) -> str:
        """The text under a column, "" where there is none."""
        return self.cells.get(column, "")

    def tell(self, column: str, fault: str, remedy: str, rule: str) -> None:
        """Note an error in a cell, or in the whole row where `column` is ""."""
        self.problems.append(self.sheet.problem(self.row, self._path(column), fault, remedy, rule))

    def warn(self, column: str, fault: str, remedy: str, rule: str) -> None:
        """Note a warning about a cell."""
        self.problems.append(self.sheet.warning(self.row, self._path(column), fault, remedy, rule))

    def check_cells(self, stray: Sequence[str], longest: int) -> None:
        """Note a text that stands under no column, and each that has more than `longest` characters."""
        if stray:
            fault = _sentence("stray", cell=stray[0][:40])
            self.tell("", fault, _sentence("stray_remedy"), "cells")
        for column, cell in self.cells.items():
            if len(cell) > longest:
                fault = _sentence("long", length=len(cell))
                self.tell(column, fault, _sentence("long_remedy", most=longest), "length")

    def _path(self, column: str) -> str:
        return f"{self.subject}.{column}" if self.subject else column


@dataclass(frozen=True, slots=True)
class SheetExample:
    """How a sheet is filled in. title: of the example's own sheet; rows: with the header.

    choices: by the place of a column, from 0, the words that may be chosen there.
    """

    title: str
    rows: Sequence[Sequence[str]]
    choices: Mapping[int, Sequence[str]]


def read_sheet(file: Path, is_heading: Callable[[str], bool] | None = None) -> Sheet:
    """Read a CSV file, or one sheet of a spreadsheet (XLSX, ODS, XLS).

    is_heading: whether a text is a heading that the reader knows: so the header is found under a title,
    and among several sheets the one that has it; where left out, the header is the first row of the first
    sheet that holds anything. Raises ProblemsError as `read_sheets` does.
    """
    sheets = [sheet for sheet in read_sheets(file) if sheet.rows] or [Sheet(_from_here(file), ())]
    if is_heading is None:
        return sheets[0]
    headed = [_under_header(sheet, is_heading) for sheet in sheets]
    most = max(_headings(sheet.rows[0], is_heading) if sheet.rows else 0 for sheet in headed)
    return next(sheet for sheet in headed if not sheet.rows or _headings(sheet.rows[0], is_heading) == most)


def read_sheets(file: Path) -> tuple[Sheet, ...]:
    """Read a CSV file (with comma, semicolon or tab), or all sheets of a spreadsheet (XLSX, ODS, XLS).

    A CSV is read as UTF-8, as UTF-16 where it begins so, and else as Windows-1252, with a warning. A
    first line “sep=;”, which Excel writes and hides, says the separator and is counted as no row. A
    number that is too long for a spreadsheet to keep stands as it keeps it, such as 1.98001122005011E+17.

    Raises ProblemsError where the file is missing, too large, or none of these: more than
    `MAX_BYTES` bytes, `MOST_ROWS` rows or `MOST_COLUMNS` columns, or a spreadsheet that unpacks to more
    than its reader can read in a moment.
    """
    name = _from_here(file)
    try:
        raw = file.read_bytes()
    except OSError as error:
        fault = _sentence("unreadable", reason=error.strerror or "?")
        raise _refused(name, fault, _sentence("unreadable_remedy"), "file") from None
    if len(raw) > MAX_BYTES:
        fault = _sentence("bytes", size=len(raw))
        raise _refused(name, fault, _sentence("bytes_remedy", most=MAX_BYTES), "size")
    if raw.startswith(_ZIP) or file.suffix.lower() in SPREADSHEETS:
        return tuple(_spreadsheet(raw, name))
    if raw.startswith(_OLD_EXCEL):
        return tuple(_foreign(raw, name))
    return (_csv_sheet(raw, name),)


def _from_here(file: Path) -> Path:
    """The file as whoever reads of it should see it."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file


def _sheet(name: Path, numbered: Iterable[tuple[int, Sequence[str]]], title: str = "") -> Sheet:
    rows = (
        SheetRow(number, tuple(cell.strip() for cell in cells)) for number, cells in _bounded(numbered, name)
    )
    return Sheet(name, tuple(row for row in rows if any(row.cells)), title)


def _under_header(sheet: Sheet, is_heading: Callable[[str], bool]) -> Sheet:
    """The sheet from its header on: of its first rows, the one with the most headings."""
    first = sheet.rows[:_HEADER_ROWS]
    at = max(range(len(first)), key=lambda at: (_headings(first[at], is_heading), -at), default=0)
    header, rows = sheet.rows[at : at + 1], sheet.rows[at + 1 :]
    # Forms of offices number their columns in the row below the header.
    if rows and _is_numbering(rows[0].cells):
        rows = rows[1:]
    return replace(sheet, rows=(*header, *rows))


def _headings(row: SheetRow, is_heading: Callable[[str], bool]) -> int:
    return sum(bool(cell) and is_heading(cell) for cell in row.cells)


def _is_numbering(cells: Sequence[str]) -> bool:
    numbers = [cell.strip("() .") for cell in cells if cell]
    return len(numbers) >= _FEWEST_NUMBERED and numbers == [str(n + 1) for n in range(len(numbers))]


def write_sheet(file: Path, rows: Iterable[Sequence[str]], example: SheetExample | None = None) -> None:
    """Write a new CSV file, or a spreadsheet where `file` is called so. Raises BadInputError.

    The CSV carries a byte order mark and semicolons: so it opens right in a spreadsheet program set to
    Indonesian. In the spreadsheet every cell is text, so that no telephone number loses its zero; there the
    `example` stands on a sheet of its own, which nobody's rows are read from.
    """
    if file.exists():
        raise BadInputError(_sentence("stands", file=file))
    try:
        if file.suffix.lower() in SPREADSHEETS:
            _write_spreadsheet(file, rows, example)
            return
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=";").writerows(rows)
        write_whole(file, text.getvalue().encode("utf-8-sig"))
    except OSError as error:
        raise BadInputError(_sentence("unwritable", file=file, reason=error.strerror or "?")) from None


def _write_spreadsheet(file: Path, rows: Iterable[Sequence[str]], example: SheetExample | None) -> None:
    book = _openpyxl(file).Workbook()
    table = [list(row) for row in rows]
    for row in table:
        book.active.append(row)
    if example is not None:
        _lay_example(book, example)
        lay_out(book.worksheets[1], _widths([*example.rows, *_words_beside(example)]))
        offered = ([""] * column + [word] for column, words in example.choices.items() for word in words)
        lay_out(book.active, _widths([*table, *example.rows, *offered]))
    else:
        lay_out(book.active, _widths(table))
    for cells in book.active.iter_rows(max_row=book.active.max_row + 100):
        for cell in cells:
            cell.number_format = "@"
    with whole_file(file) as stream:
        book.save(stream)


def _words_beside(example: SheetExample) -> Iterator[list[str]]:
    """Rows in which each word stands where `_lay_example` lays it."""
    beside = [""] * (max(map(len, example.rows)) + 1)
    lists = [words for _, words in sorted(example.choices.items())]
    for words in zip_longest(*lists, fillvalue=""):
        yield [*beside, *words]


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """How wide each column is for its longest cell, in signs."""
    return [min(max(map(len, cells)) + 2, _WIDEST) for cells in zip_longest(*rows, fillvalue="")]


def _lay_example(book: Any, example: SheetExample) -> None:  # noqa: ANN401 -- openpyxl's Workbook
    """Write the example, and let the sheet to fill in offer its words in a list."""
    cell = import_module("openpyxl.utils.cell")
    validation = import_module("openpyxl.worksheet.datavalidation")
    first, guide = book.active, book.create_sheet(example.title)
    for row in example.rows:
        guide.append(list(row))
    for number, (column, words) in enumerate(sorted(example.choices.items())):
        beside = max(map(len, example.rows)) + 2 + number
        for at, word in enumerate(words, start=2):
            guide.cell(at, beside, word)
        letter, own = cell.get_column_letter(beside), cell.get_column_letter(column + 1)
        place = f"{cell.quote_sheetname(example.title)}!${letter}$2:${letter}${len(words) + 1}"
        # Other words are taken as well, where the reader knows them.
        listed = validation.DataValidation("list", formula1=place, allow_blank=True, showErrorMessage=False)
        listed.add(f"{own}2:{own}{_LISTED_ROWS}")
        first.add_data_validation(listed)


def _csv_sheet(raw: bytes, name: Path) -> Sheet:
    letters = next((letters for mark, letters in _MARKS if raw.startswith(mark)), "utf-8-sig")
    warnings: tuple[Problem, ...] = ()
    try:
        text = raw.decode(letters)
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        try:
            text = raw.decode(_OLD_LETTERS)
        except UnicodeDecodeError:
            fault = _sentence("letters", at=error.start)
            raise _refused(name, fault, _sentence("save_as_csv"), "encoding", row) from None
        fault, remedy = _sentence("old_letters"), _sentence("old_letters_remedy")
        warnings = (Problem(str(name), row, "", fault, remedy, "encoding", "warning"),)
    if "\0" in text:
        raise _refused(name, _sentence("letters", at=raw.find(b"\0")), _sentence("save_as_csv"), "encoding")
    return replace(_sheet(name, _csv(text, name)), warnings=warnings)


def _csv(text: str, name: Path) -> Iterator[tuple[int, list[str]]]:
    separator = _SEPARATOR.match(text)
    if separator is not None:
        text = text[separator.end() :]
    delimiter = separator[1] if separator is not None else _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, cells
    except csv.Error as error:
        fault, remedy = _sentence("breaks_off", reason=error), _sentence("breaks_off_remedy")
        raise _refused(name, fault, remedy, "csv", number + 1) from None


def _delimiter(text: str) -> str:
    """The sign that stands in the most of the first lines; a title above the header has none."""
    lines = [line for line in text.splitlines() if line.strip()][:_DELIMITER_LINES]
    return max(
        _SEPARATORS,
        key=lambda sign: (sum(sign in line for line in lines), sum(line.count(sign) for line in lines)),
    )


def _bounded(
    numbered: Iterable[tuple[int, Sequence[str]]], name: Path
) -> Iterator[tuple[int, Sequence[str]]]:
    for number, cells in numbered:
        if number > MOST_ROWS:
            fault = _sentence("rows", most=MOST_ROWS)
            raise _refused(name, fault, _sentence("take_out"), "size", number)
        if len(cells) > MOST_COLUMNS:
            fault = _sentence("columns", count=len(cells), most=MOST_COLUMNS)
            raise _refused(name, fault, _sentence("take_out"), "size", number)
        yield number, cells


def _spreadsheet(raw: bytes, name: Path) -> Iterator[Sheet]:
    unreadable = _refused(name, _sentence("no_spreadsheet"), _sentence("save_as_csv"), "xlsx")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            names = frozenset(packed.namelist())
            problem = _spreadsheet_problem(packed, len(raw))
    except Exception:  # noqa: BLE001 -- a damaged file fails anywhere in the package, with any error
        raise unreadable from None
    if problem is not None:
        raise _refused(name, problem, _sentence("take_out"), "size")
    if "content.xml" in names:
        yield from _foreign(raw, name)
        return
    openpyxl = _openpyxl(name)
    try:
        sheets = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True).worksheets
    except Exception:  # noqa: BLE001 -- as above
        raise unreadable from None
    for sheet in sheets:
        # It may say that it reaches to the last column and row there are; each row shows how far it goes.
        sheet.reset_dimensions()
        yield _sheet(name, _cells(sheet.iter_rows(values_only=True), unreadable), sheet.title)


def _cells(
    rows: Iterator[Sequence[object]], unreadable: ProblemsError
) -> Iterator[tuple[int, Sequence[str]]]:
    number = 0
    while True:
        try:
            cells = next(rows, None)
        except Exception:  # noqa: BLE001 -- a damaged file fails anywhere in the package, with any error
            raise unreadable from None
        if cells is None:
            return
        number += 1
        yield number, [cell_text(cell) for cell in cells]


def _foreign(raw: bytes, name: Path) -> Iterator[Sheet]:
    try:
        sheets = foreign_rows(raw)
    except ForeignSheetError:
        raise _refused(name, _sentence("no_spreadsheet"), _sentence("save_as_csv"), "ods") from None
    for title, rows in sheets:
        yield _sheet(name, enumerate(rows, start=1), title)


def _spreadsheet_problem(packed: zipfile.ZipFile, size: int) -> Sentence | None:
    """Why a spreadsheet is not read, None where it may be: what is small when packed may be much to read."""
    members = packed.infolist()
    problem = packed_problem(members, size, most_members=_MOST_PARTS, most_bytes=_MOST_UNPACKED)
    if problem is not None:
        return problem
    elements = 0

    def count(*_: object) -> None:
        nonlocal elements
        elements += 1

    for member in members:
        parser = expat.ParserCreate()
        parser.StartElementHandler = count
        try:
            parser.Parse(packed.read(member), True)  # noqa: FBT003 -- so expat calls it: this is all of it
        except expat.ExpatError:
            continue  # a picture, or what its reader refuses where it breaks
    if elements > _MOST_ELEMENTS:
        return _sentence("elements", count=elements, most=_MOST_ELEMENTS)
    return None


def _openpyxl(name: Path) -> Any:  # noqa: ANN401 -- the package brings no types
    try:
        return import_module("openpyxl")
    except ImportError:
        raise _refused(name, _sentence("no_openpyxl"), _sentence("save_as_csv"), "xlsx") from None


def _refused(name: Path, fault: str, remedy: str, rule: str, row: int = 1) -> ProblemsError:
    return ProblemsError([Problem(str(name), row, "", fault, remedy, rule)])
