"""The sheets of .ods and .xls, read by python-calamine in a process of its own.

A file of a few kilobytes can make that reader ask for all memory there is, or abort its process. So it
runs in a child with limits on memory and time, and what comes back is plain text.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, datetime
from itertools import islice
from typing import Final, TypeAlias

Rows: TypeAlias = Sequence[Sequence[str]]

# A spreadsheet keeps 15 digits of a number, and makes zeros of the others.
MOST_EXACT: Final = 10**15
MOST_SECONDS: Final = 30
MOST_CPU_SECONDS: Final = 8
MOST_MEMORY: Final = 1_000_000_000
# One row more than `sheet` reads, so that it can say that there are too many.
_MOST_ROWS = 10_001


class ForeignSheetError(Exception):
    """A file cannot be read, or not within the limits."""


def foreign_rows(raw: bytes) -> Sequence[tuple[str, Rows]]:
    """The title and the rows of each sheet, in its order. Raises ForeignSheetError."""
    command = [sys.executable, "-P", "-m", __name__]
    try:
        child = subprocess.run(  # noqa: S603 -- this Python, and this module
            command, input=raw, capture_output=True, timeout=MOST_SECONDS, check=True
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise ForeignSheetError(str(error)) from None
    sheets: list[tuple[str, Rows]] = [(title, rows) for title, rows in json.loads(child.stdout)]
    return sheets


def cell_text(cell: object) -> str:
    """What a cell holds, as text; a number that is too long to be kept as the spreadsheet keeps it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, (int, float)) and abs(cell) >= MOST_EXACT:
        return f"{cell:.14E}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _limit() -> None:
    try:
        import resource  # noqa: PLC0415 -- Windows has none; there the time alone is limited
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Read a file from standard input, and write its sheets as JSON."""
    _limit()
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 -- within the limits

    book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    sheets = []
    for title in book.sheet_names:
        rows = islice(book.get_sheet_by_name(title).to_python(skip_empty_area=False), _MOST_ROWS)
        sheets.append((title, [[cell_text(cell) for cell in row] for row in rows]))
    sys.stdout.write(json.dumps(sheets))


if __name__ == "__main__":
    main()
