"""nbgrader's own table of grades, ``nbgrader export``: no cell of it is taken for a formula.

An id may be the name of a folder that somebody placed by hand, so it may begin like a formula.
"""

from __future__ import annotations

from locale import getencoding
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.plugins.export import CsvExportPlugin

from graders.sheet_export import formula_free

TABLE = "grades.csv"  # where nbgrader writes without --to


class FormulaFreeExport(CsvExportPlugin):  # type: ignore[misc]  # nbgrader comes without types
    """nbgrader's table as it writes it, but for what a spreadsheet would calculate."""

    def export(self, gradebook: Gradebook) -> None:
        """Write the table. Raises OSError."""
        super().export(gradebook)
        file = Path(self.to or TABLE)
        letters = getencoding()  # nbgrader names none
        rows = file.read_text(letters).splitlines()
        freed = (",".join(map(formula_free, row.split(","))) for row in rows)
        file.write_text("".join(f"{row}\n" for row in freed), letters)
