"""Who of a course begins with which form of its test: the table that the course keeps, of ids alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import TypeAlias

FORMS = "forms.csv"
HEADER = ("id", "before", "after")

Orders: TypeAlias = Mapping[str, tuple[str, str]]  # by id: the form before, and the form after


class OtherTableError(Exception):
    """The table has other columns than HEADER."""


def forms_of(text: str) -> Orders:
    """The orders that a table holds. Raises ValueError or csv.Error for no table, OtherTableError."""
    header, *rows = [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    if header != HEADER or any(len(row) != len(HEADER) for row in rows):
        raise OtherTableError
    return {row[0]: (row[1], row[2]) for row in rows}
