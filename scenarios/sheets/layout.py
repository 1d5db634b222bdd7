"""How a spreadsheet of ours looks: a header in bold on a tint, seen on each sheet of A4, and widths."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

_TINT = "FFDCE9E8"


def lay_out(page: Any, widths: Sequence[float]) -> None:  # noqa: ANN401 -- openpyxl's Worksheet
    """Lay out a sheet whose first row is its header. widths: of its columns from the first on, in signs."""
    styles = import_module("openpyxl.styles")
    properties = import_module("openpyxl.worksheet.properties")
    letter_of = import_module("openpyxl.utils").get_column_letter
    for cell in (cell for cell in page[1] if cell.value is not None):
        cell.font = styles.Font(bold=True)
        cell.alignment = styles.Alignment(wrap_text=True, vertical="top")
        cell.fill = styles.PatternFill("solid", fgColor=_TINT)
    for at, width in enumerate(widths, start=1):
        page.column_dimensions[letter_of(at)].width = width
    page.freeze_panes, page.print_title_rows = "A2", "1:1"
    page.page_setup.paperSize, page.page_setup.orientation = page.PAPERSIZE_A4, "landscape"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = properties.PageSetupProperties(fitToPage=True)
