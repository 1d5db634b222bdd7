"""How much a sheet may hold: what would fill a machine is refused with a sentence, whoever reads it."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from graders.people.roster import read_roster
from scenarios.directory.overlay import read_overlay
from scenarios.directory.services import load_directory
from scenarios.documents.problem import ProblemsError
from scenarios.sheets.sheet import MOST_COLUMNS, MOST_ROWS, SheetExample, read_sheet, write_sheet

READERS: dict[str, Callable[[Path], object]] = {
    "roster": read_roster,
    "services": lambda file: read_overlay(file, load_directory()),
    "sheet": read_sheet,
}
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DRAW = random.Random(1)


def spreadsheet(rows: str, **more: bytes) -> bytes:
    """A spreadsheet with these rows as XML, which says that it reaches to the last cell there is."""
    plain, made = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(plain)
    head = f'<worksheet xmlns="{_MAIN}"><dimension ref="A1:XFD1048576"/>'
    sheet = f"{head}<sheetData>{rows}</sheetData></worksheet>"
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, sheet.encode() if name == "xl/worksheets/sheet1.xml" else old.read(name))
        for name, data in more.items():
            new.writestr(name, data)
    return made.getvalue()


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def drawn_rows(count: int) -> str:
    """Rows that do not pack well."""
    return "".join(f'<row r="1" x="{_DRAW.randrange(10**3)}"/>' for _ in range(count))


BOMBS = {
    "a cell in the last row": (
        spreadsheet(f'<row r="1048576">{cell("A1048576", "x")}</row>'),
        f"it has more than {MOST_ROWS} rows",
    ),
    "a cell in the last column": (
        spreadsheet(f'<row r="2">{cell("XFD2", "x")}</row>'),
        f"the row has 16384 columns, more than {MOST_COLUMNS}",
    ),
    "what unpacks to much": (
        spreadsheet("<row/>" * 2_000_000),
        "it unpacks to 120",
    ),
    "what packs too well": (
        spreadsheet("<row/>" * 1_000_000),
        "more than 100 times its size",
    ),
    "more parts than a spreadsheet has": (
        spreadsheet("", **{f"xl/{number}.xml": b"<a/>" for number in range(3000)}),
        "it holds 3009 files, more than 200",
    ),
    "what takes long to read": (
        spreadsheet(drawn_rows(260_000)),
        "more than 250000",
    ),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_spreadsheet_that_would_fill_a_machine_is_refused(tmp_path: Path, bomb: str, reader: str) -> None:
    file = tmp_path / "kelas.xlsx"
    data, sentence = BOMBS[bomb]
    file.write_bytes(data)

    with pytest.raises(ProblemsError) as refusal:
        READERS[reader](file)

    assert sentence in str(refusal.value)
    assert "Save it as CSV UTF-8 in your spreadsheet program, without what stands beside" in str(
        refusal.value
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("id\n" + "\n" * MOST_ROWS, f"it has more than {MOST_ROWS} rows"),
        ("id" + "," * MOST_COLUMNS, f"the row has {MOST_COLUMNS + 1} columns"),
    ],
)
def test_a_csv_has_no_more_rows_and_columns_than_a_spreadsheet(
    tmp_path: Path, text: str, sentence: str
) -> None:
    (tmp_path / "kelas.csv").write_text(text, encoding="utf-8")

    with pytest.raises(ProblemsError, match=sentence):
        read_sheet(tmp_path / "kelas.csv")


def test_as_many_rows_as_may_be_are_read_whatever_the_spreadsheet_says_of_its_size(tmp_path: Path) -> None:
    cells = "".join(f'<row r="{row}">{cell(f"A{row}", f"p-{row}")}</row>' for row in range(1, MOST_ROWS + 1))
    (tmp_path / "kelas.xlsx").write_bytes(spreadsheet(cells))

    rows = read_sheet(tmp_path / "kelas.xlsx").rows

    assert [rows[0].cells, rows[-1].cells] == [("p-1",), (f"p-{MOST_ROWS}",)]
    assert len(rows) == MOST_ROWS


_ODS = "urn:oasis:names:tc:opendocument:xmlns"
_CONTENT = (
    f'<office:document-content xmlns:office="{_ODS}:office:1.0" xmlns:table="{_ODS}:table:1.0" '
    f'xmlns:text="{_ODS}:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
    '<table:table table:name="Lembar1">{rows}</table:table></office:spreadsheet></office:body>'
    "</office:document-content>"
)

_MANIFEST = f'<manifest:manifest xmlns:manifest="{_ODS}:manifest:1.0" manifest:version="1.2"/>'


def open_document(rows: str) -> bytes:
    """An .ods file of one sheet."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        packed.writestr("content.xml", _CONTENT.format(rows=rows))
        packed.writestr("META-INF/manifest.xml", _MANIFEST)
    return made.getvalue()


def ods_row(*values: str | float) -> str:
    def written(value: str | float) -> str:
        if isinstance(value, str):
            return f'office:value-type="string"><text:p>{value}</text:p>'
        return f'office:value-type="float" office:value="{value}"><text:p>{value}</text:p>'

    cells = "".join(f"<table:table-cell {written(one)}</table:table-cell>" for one in values)
    return f"<table:table-row>{cells}</table:table-row>"


_REPEATED = (
    '<table:table-row table:number-rows-repeated="1048576">'
    '<table:table-cell table:number-columns-repeated="16384" office:value-type="string">'
    "<text:p>x</text:p></table:table-cell></table:table-row>"
)


def test_an_open_document_is_read_with_numbers_as_a_spreadsheet_keeps_them(tmp_path: Path) -> None:
    rows = ods_row("id", "nama") + ods_row("019", "Sari") + ods_row(7.0, "Budi") + ods_row(1.98e17, "Ana")
    (tmp_path / "kelas.ods").write_bytes(open_document(rows))

    sheet = read_sheet(tmp_path / "kelas.ods")

    assert [row.cells for row in sheet.rows] == [
        ("id", "nama"),
        ("019", "Sari"),
        ("7", "Budi"),
        ("1.98000000000000E+17", "Ana"),
    ]
    assert sheet.title == "Lembar1"


@pytest.mark.parametrize(
    "rows",
    [
        _REPEATED,
        "<table:table-row>",
    ],
)
def test_an_open_document_that_would_fill_a_machine_or_is_broken_is_refused(
    tmp_path: Path, rows: str
) -> None:
    (tmp_path / "kelas.ods").write_bytes(open_document(rows))

    with pytest.raises(ProblemsError, match=r"no spreadsheet that can be read|more than"):
        read_sheet(tmp_path / "kelas.ods")


def test_an_open_document_that_unpacks_to_much_is_never_given_to_its_reader(tmp_path: Path) -> None:
    (tmp_path / "kelas.ods").write_bytes(open_document(ods_row("x") * 400_000))

    with pytest.raises(ProblemsError, match="it unpacks to"):
        read_sheet(tmp_path / "kelas.ods")


def test_a_sheet_of_ours_has_a_marked_header_that_stays_and_columns_as_wide_as_their_words(
    tmp_path: Path,
) -> None:
    choice = "Dinas sosial dan pekerja sosial"
    example = SheetExample("contoh", [["nama", "sektor"], ["Maria Goreti Bere", choice]], {1: [choice]})

    write_sheet(tmp_path / "kelas.xlsx", [["nama", "sektor"]], example)

    for page in openpyxl.load_workbook(tmp_path / "kelas.xlsx").worksheets:
        assert page["A1"].font.b
        assert page.freeze_panes == "A2"
        assert page.column_dimensions["A"].width > len("Maria Goreti Bere")
        assert page.column_dimensions["B"].width > len(choice)
    assert len(read_sheet(tmp_path / "kelas.xlsx").rows) == 1
