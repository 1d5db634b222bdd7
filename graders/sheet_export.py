"""Tables that leave the lab as a CSV file or a spreadsheet: no cell of them is taken for a formula."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from scenarios.documents.problem import BadInputError
from scenarios.documents.whole_file import OWNER_ALONE, write_whole
from scenarios.sentence import sentences_of
from scenarios.sheets.layout import lay_out

Cell: TypeAlias = str | float | None  # None stays empty

# The wide signs too: a spreadsheet set to an East Asian language reads them as the narrow ones.
_SIGNS = r"[=+\-@＝＋－＠\t\r\n]"
_FORMULA = re.compile(f"'*{_SIGNS}")
_FREED = re.compile(f"'+{_SIGNS}")
# What XML, and so a spreadsheet, cannot hold.
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WIDEST = 60
_sentence = sentences_of(Path(__file__).with_name("sheet_export.yaml"))


@dataclass(frozen=True, slots=True)
class Table:
    """A header and rows of the same width."""

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def formula_free(text: str) -> str:
    """`text`, behind an apostrophe where a spreadsheet would read it as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def formula_read(text: str) -> str:
    """What `formula_free` was given; other texts as they are."""
    return text[1:] if _FREED.match(text) else text


def csv_bytes(table: Table, *, empty: str = "") -> bytes:
    """The table as RFC 4180 has it, in UTF-8. empty: what stands for a cell without a value."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(map(_plain, table.header))
    for row in table.rows:
        writer.writerow(empty if cell is None else _plain(cell) for cell in row)
    return text.getvalue().encode("utf-8", "replace")


def write_csv(file: Path, table: Table, *, empty: str = "") -> None:
    """Write the table as a CSV file, for its owner's eyes. Raises BadInputError."""
    _write(file, csv_bytes(table, empty=empty))


def write_spreadsheet(file: Path, table: Table) -> None:
    """Write the table as XLSX, for its owner's eyes. Raises BadInputError."""
    _write(file, spreadsheet_bytes(table))


def spreadsheet_bytes(table: Table) -> bytes:
    """The table as XLSX: numbers as numbers, all else as text.

    A spreadsheet opens it in columns in each country; CSV only where the comma is no decimal sign.
    """
    from openpyxl import Workbook  # noqa: PLC0415 -- only who wants a spreadsheet waits for its import

    book = Workbook()
    sheet = book.worksheets[0]
    for number, row in enumerate((table.header, *table.rows), start=1):
        for at, value in enumerate(row, start=1):
            if value is None:
                continue
            cell = sheet.cell(
                number, at, value if isinstance(value, float) else _UNSEEN.sub("", _plain(value))
            )
            if not isinstance(value, float):
                cell.number_format, cell.data_type = "@", "s"
    longest = (
        max(len(name), *(len(str(row[at] or "")) for row in table.rows), 0)
        for at, name in enumerate(table.header)
    )
    lay_out(sheet, [min(signs + 2, _WIDEST) for signs in longest])
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _plain(cell: str | float) -> str:
    return formula_free(cell) if isinstance(cell, str) else f"{cell:.2f}".rstrip("0").rstrip(".")


def _write(file: Path, data: bytes) -> None:
    try:
        write_whole(file, data, mode=OWNER_ALONE, parents=True)
    except OSError as error:
        raise BadInputError(_sentence("unwritable", file=file, reason=error.strerror)) from None
