"""A sheet: the rows of a CSV file or of a spreadsheet, each with its number as the spreadsheet shows it."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.parsers import expat

from scenarios.documents.document import MAX_BYTES
from scenarios.documents.packed import packed_problem
from scenarios.documents.problem import BadInputError, Problem, ProblemsError
from scenarios.whole_file import whole_file, write_whole

SPREADSHEETS = (".xlsx", ".xlsm")
_SEPARATORS = ",;\t"
_SEPARATOR = re.compile(r'"?sep=([,;\t|])"?(?:\r\n|\r|\n|$)', re.IGNORECASE)
MOST_ROWS = 10_000
MOST_COLUMNS = 200
_MOST_PARTS = 200
_MOST_UNPACKED = 10 * MAX_BYTES
# Of the XML in a spreadsheet: a cell has two, a text of its own two more. They are read in a few seconds.
_MOST_ELEMENTS = 250_000
_SAVE_AS_CSV = "Save it as CSV UTF-8 in your spreadsheet program"
_TAKE_OUT = f"{_SAVE_AS_CSV}, without what stands beside and below your table"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row that holds something: its number, counted from 1, and its cells without spaces around."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one file; the first is the header. Empty rows are left out but counted."""

    file: Path
    rows: tuple[SheetRow, ...]

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
            remedy = "Put quotes around a text that holds the separator, or clear the cell"
            self.tell("", f"“{stray[0][:40]}” stands under no column", remedy, "cells")
        for column, cell in self.cells.items():
            if len(cell) > longest:
                self.tell(
                    column, f"the text has {len(cell)} characters", f"Keep it under {longest}", "length"
                )

    def _path(self, column: str) -> str:
        return f"{self.subject}.{column}" if self.subject else column


def read_sheet(file: Path) -> Sheet:
    """Read a CSV file (UTF-8, with comma, semicolon or tab), or the first sheet of a spreadsheet (XLSX).

    A first line “sep=;”, which Excel writes and hides, says the separator and is counted as no row.

    Raises ProblemsError where the file is missing, too large, or neither of the two: more than
    `MAX_BYTES` bytes, `MOST_ROWS` rows or `MOST_COLUMNS` columns, or a spreadsheet that unpacks to more
    than its reader can read in a moment.
    """
    here = Path.cwd()
    name = file.relative_to(here) if file.is_relative_to(here) else file
    try:
        raw = file.read_bytes()
    except OSError as error:
        fault = f"the file cannot be read ({error.strerror or 'it cannot be opened'})"
        raise _refused(name, fault, "Look at its name and its folder", "file") from None
    if len(raw) > MAX_BYTES:
        raise _refused(name, f"the file has {len(raw)} bytes", f"Keep it under {MAX_BYTES} bytes", "size")
    numbered = _spreadsheet(raw, name) if file.suffix.lower() in SPREADSHEETS else _csv(raw, name)
    rows = (
        SheetRow(number, tuple(cell.strip() for cell in cells)) for number, cells in _bounded(numbered, name)
    )
    return Sheet(name, tuple(row for row in rows if any(row.cells)))


def write_sheet(file: Path, rows: Iterable[Sequence[str]]) -> None:
    """Write a new CSV file, or a spreadsheet where `file` is called so. Raises BadInputError.

    The CSV carries a byte order mark and semicolons: so it opens right in a spreadsheet program set to
    Indonesian. In the spreadsheet every cell is text, so that no telephone number loses its zero.
    """
    if file.exists():
        raise BadInputError(f"{file} stands there already. Choose another name, or take it away first.")
    try:
        if file.suffix.lower() in SPREADSHEETS:
            _write_spreadsheet(file, rows)
            return
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=";").writerows(rows)
        write_whole(file, text.getvalue().encode("utf-8-sig"))
    except OSError as error:
        reason = error.strerror or "it cannot be written"
        raise BadInputError(
            f"{file} cannot be written ({reason}). Look at its name and its folder."
        ) from None


def _write_spreadsheet(file: Path, rows: Iterable[Sequence[str]]) -> None:
    book = _openpyxl(file).Workbook()
    for row in rows:
        book.active.append(list(row))
    for cells in book.active.iter_rows(max_row=book.active.max_row + 100):
        for cell in cells:
            cell.number_format = "@"
    with whole_file(file) as stream:
        book.save(stream)


def _csv(raw: bytes, name: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        raise _refused(name, f"byte {error.start} is not UTF-8", _SAVE_AS_CSV, "encoding", row) from None
    separator = _SEPARATOR.match(text)
    if separator is not None:
        text = text[separator.end() :]
    header = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = separator[1] if separator is not None else max(_SEPARATORS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, cells
    except csv.Error as error:
        remedy = "Put quotes around a text that holds quotes, and double those inside"
        raise _refused(name, f"the CSV breaks off here: {error}", remedy, "csv", number + 1) from None


def _bounded(numbered: Iterable[tuple[int, list[str]]], name: Path) -> Iterator[tuple[int, list[str]]]:
    for number, cells in numbered:
        if number > MOST_ROWS:
            raise _refused(name, f"it has more than {MOST_ROWS} rows", _TAKE_OUT, "size", number)
        if len(cells) > MOST_COLUMNS:
            fault = f"the row has {len(cells)} columns, more than {MOST_COLUMNS}"
            raise _refused(name, fault, _TAKE_OUT, "size", number)
        yield number, cells


def _spreadsheet(raw: bytes, name: Path) -> Iterator[tuple[int, list[str]]]:
    openpyxl = _openpyxl(name)
    unreadable = _refused(name, "this is no spreadsheet that can be read", _SAVE_AS_CSV, "xlsx")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            problem = _spreadsheet_problem(packed, len(raw))
    except Exception:  # noqa: BLE001 -- a damaged file fails anywhere in the package, with any error
        raise unreadable from None
    if problem is not None:
        raise _refused(name, problem, _TAKE_OUT, "size")
    try:
        sheet = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True).worksheets[0]
    except Exception:  # noqa: BLE001 -- as above
        raise unreadable from None
    # It may say that it reaches to the last column and row there are; each row shows how far it goes.
    sheet.reset_dimensions()
    rows: Iterator[Sequence[object]] = sheet.iter_rows(values_only=True)
    number = 0
    while True:
        try:
            cells = next(rows, None)
        except Exception:  # noqa: BLE001 -- as above
            raise unreadable from None
        if cells is None:
            return
        number += 1
        yield number, [_text_of(cell) for cell in cells]


def _spreadsheet_problem(packed: zipfile.ZipFile, size: int) -> str | None:
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
        return f"it has {elements} cells and other parts, more than {_MOST_ELEMENTS}"
    return None


def _openpyxl(name: Path) -> Any:  # noqa: ANN401 -- the package brings no types
    try:
        return import_module("openpyxl")
    except ImportError:
        fault = "spreadsheets are read by the package openpyxl, which is not installed"
        raise _refused(name, fault, f"{_SAVE_AS_CSV}, or install openpyxl", "xlsx") from None


def _text_of(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _refused(name: Path, fault: str, remedy: str, rule: str, row: int = 1) -> ProblemsError:
    return ProblemsError([Problem(str(name), row, "", fault, remedy, rule)])
