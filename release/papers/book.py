"""A workbook to calculate in: what a person wrote is text and never a formula, what is a formula is ours."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from graders.sheet_export import formula_free
from release.papers.words import PaperError, paper_sentence
from scenarios.documents.whole_file import OWNER_ALONE, write_whole
from scenarios.sheets.layout import lay_out

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

# What XML, and so a spreadsheet, cannot hold.
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WIDEST, _NARROWEST, _TO_WRITE, _FIGURES = 48, 6, 28, 16


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula of ours, with its sign: ``=SUM(A1:A9)``. percent: whether its figure is a share."""

    text: str
    percent: bool = False


BookCell: TypeAlias = str | int | float | Formula | None  # None stays empty, to be filled in


@dataclass(frozen=True, slots=True)
class BookSheet:
    """One sheet: its name, its header, its rows. choices: by column from 1, what a cell there may hold.

    marks: columns, from 1, for one sign each, that are narrow whatever their header.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[BookCell, ...], ...]
    choices: tuple[tuple[int, tuple[str, ...]], ...] = ()
    marks: frozenset[int] = frozenset()


def write_book(file: Path, sheets: Sequence[BookSheet]) -> None:
    """Write the sheets as XLSX, for its owner's eyes; they print on A4. Raises PaperError."""
    from openpyxl import Workbook  # noqa: PLC0415 -- only who wants a workbook waits for its import

    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _fill(book.create_sheet(sheet.name), sheet)
    packed = io.BytesIO()
    book.save(packed)
    try:
        write_whole(file, packed.getvalue(), mode=OWNER_ALONE, parents=True)
    except OSError as error:
        raise PaperError(paper_sentence("unwritable", file=file, why=error.strerror)) from None


def column_letter(column: int) -> str:
    """The letters of a column, from 1."""
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 -- as above

    return get_column_letter(column)


def _fill(page: Worksheet, sheet: BookSheet) -> None:
    for number, row in enumerate((sheet.header, *sheet.rows), start=1):
        for at, value in enumerate(row, start=1):
            if value is not None:
                _write(page, number, at, value)
    lay_out(page, [_width(sheet, column) for column in range(1, len(sheet.header) + 1)])
    _limit(page, sheet)


def _width(sheet: BookSheet, column: int) -> int:
    """How wide a column is, in signs: as its texts; room to write where all is empty; figures need little."""
    name = sheet.header[column - 1]
    cells = [row[column - 1] for row in sheet.rows if column <= len(row)]
    texts = [len(cell) for cell in cells if isinstance(cell, str)]
    if column in sheet.marks:
        return _NARROWEST + 2
    if texts:
        return min(max(*texts, len(name)) + 2, _WIDEST)
    is_typed_in = not any(column == one for one, _ in sheet.choices) and set(cells) <= {None}
    if is_typed_in:
        return max(min(len(name) + 2, _WIDEST), _TO_WRITE)
    return max(min(len(name), _FIGURES), *map(len, name.split()), 0) + 2


def _limit(page: Worksheet, sheet: BookSheet) -> None:
    """Let the cells of a column hold its choices alone."""
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415 -- as above

    for column, names in sheet.choices if sheet.rows else ():
        choice = DataValidation(type="list", formula1=f'"{",".join(names)}"', allow_blank=True)
        choice.add(f"{column_letter(column)}2:{column_letter(column)}{len(sheet.rows) + 1}")
        page.add_data_validation(choice)


def _write(page: Worksheet, row: int, column: int, value: str | float | Formula) -> None:
    cell: Any = page.cell(row, column)
    if isinstance(value, Formula):
        cell.value = value.text
        cell.number_format = "0%" if value.percent else "General"
    elif isinstance(value, str):
        cell.value = _UNSEEN.sub("", formula_free(value))
        cell.number_format, cell.data_type = "@", "s"
    else:
        cell.value = value
