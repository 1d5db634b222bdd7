"""The local overlay: a facilitator's sheet over the referral directory, and what is said of a wrong one."""

from __future__ import annotations

import codecs
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from release.course.course import make_course
from scenarios.directory.overlay import COLUMNS, apply_overlay, read_overlay, write_template
from scenarios.directory.services import Directory, load_directory
from scenarios.documents.problem import BadInputError, ProblemsError
from scenarios.sentence import error_text
from scenarios.sheets.sheet import read_sheet, write_sheet
from tests.places import CASES, KEYS

NEW = {
    "id": "rumah_aman",
    "name_id": "Rumah Aman Kabupaten X",
    "name_en": "Safe house of Kabupaten X",
    "when_id": "Bila anak tidak aman di rumah, juga malam hari.",
    "when_en": "Where a child is not safe at home, at night too.",
    "can_id": "Menampung anak dan keluarganya.",
    "can_en": "Takes in a child and the family.",
    "send_id": "Tugas keselamatan, dan kebutuhan anak.",
    "send_en": "The safety task, and what the child needs.",
    "never_id": "Gambar atau rekaman anak.",
    "never_en": "Images or recordings of the child.",
    "family": "social",
    "phone": "0274-000-111",
    "checked": "2026-11-20, ketua panitia",
}
LIBRARY = load_directory()

Write = Callable[..., Path]


@pytest.fixture
def sheet(tmp_path: Path) -> Write:
    """A factory: rows as a CSV file, with the columns that they use."""

    def write(*rows: Mapping[str, str], delimiter: str = ",", mark: bool = False) -> Path:
        columns = list(dict.fromkeys(name for row in rows for name in row))
        quoted = [[f'"{cell}"' for cell in (row.get(name, "") for name in columns)] for row in rows]
        text = "\r\n".join(delimiter.join(cells) for cells in ([*columns], *quoted))
        file = tmp_path / "lokal.csv"
        file.write_bytes((codecs.BOM_UTF8 if mark else b"") + text.encode())
        return file

    return write


def laid(file: Path) -> Directory:
    return apply_overlay(LIBRARY, read_overlay(file, LIBRARY))


def refusal(file: Path) -> list[tuple[int, str, str]]:
    """Row, place and rule of every problem that refuses a sheet."""
    with pytest.raises(ProblemsError) as caught:
        read_overlay(file, LIBRARY)
    return [(problem.line, problem.path, problem.rule) for problem in caught.value.problems]


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("mark", [True, False])
def test_a_new_service_is_added_whatever_the_spreadsheet_wrote(
    sheet: Write, delimiter: str, *, mark: bool
) -> None:
    directory = laid(sheet(NEW, delimiter=delimiter, mark=mark))

    service = directory.services["rumah_aman"]
    assert (service.name["id"], service.family) == ("Rumah Aman Kabupaten X", "social")
    assert [(contact.kind, contact.value) for contact in service.contacts] == [("phone", "0274-000-111")]
    assert service.contacts[0].checked == "2026-11-20, ketua panitia"
    assert directory.services.keys() - LIBRARY.services.keys() == {"rumah_aman"}
    assert directory.help == LIBRARY.help


def test_a_known_service_keeps_what_the_row_leaves_empty(sheet: Write) -> None:
    directory = laid(sheet({"id": "uptd_ppa", "phone": "0274-000-222", "checked": "2026-11-20, panitia"}))

    service, before = directory.services["uptd_ppa"], LIBRARY.services["uptd_ppa"]
    assert service.contacts[0].value == "0274-000-222"
    assert service.model_copy(update={"contacts": before.contacts}) == before


def test_a_known_contact_can_be_marked_as_called(sheet: Write) -> None:
    overlay = read_overlay(sheet({"id": "sapa129", "checked": "2026-11-20, panitia"}), LIBRARY)

    contacts = overlay.services["sapa129"].contacts
    assert [contact.value for contact in contacts] == ["129", "021-129", "08111-129-129"]
    assert {contact.checked for contact in contacts} == {"2026-11-20, panitia"}
    assert overlay.warnings == ()


def test_help_shows_local_services_first_and_loses_those_marked_no(sheet: Write) -> None:
    rows = ({**NEW, "help": "ya"}, {"id": "sapa129", "help": "tidak"}, {"id": "psikolog", "help": "yes"})

    assert laid(sheet(*rows)).help == ("rumah_aman", "uptd_ppa", "psikolog")


def test_help_is_never_left_without_a_service(sheet: Write) -> None:
    rows = [{"id": name, "help": "no", "phone": "129", "checked": "2026-11-20"} for name in LIBRARY.help]

    assert refusal(sheet(*rows)) == [(len(rows) + 1, "help", "help")]


@pytest.mark.parametrize(
    ("change", "place", "rule"),
    [
        ({"id": ""}, "id", "required"),
        ({"id": "Rumah Aman"}, "Rumah Aman.id", "id"),
        ({"name_en": ""}, "rumah_aman.name_en", "required"),
        ({"when_id": "", "when_en": ""}, "rumah_aman.when_id", "required"),
        ({"never_id": "", "never_en": ""}, "rumah_aman.never_id", "required"),
        ({"send_id": ""}, "rumah_aman.send_id", "required"),
        ({"family": ""}, "rumah_aman.family", "family"),
        ({"family": "polisi"}, "rumah_aman.family", "family"),
        ({"phone": "8.12346E+11"}, "rumah_aman.phone", "contact"),
        ({"phone": "tanya panitia"}, "rumah_aman.phone", "contact"),
        ({"web": "rumah aman"}, "rumah_aman.web", "contact"),
        ({"checked": "minggu lalu"}, "rumah_aman.checked", "checked"),
        ({"help": "mungkin"}, "rumah_aman.help", "help"),
        ({"can_id": "a" * 2001}, "rumah_aman.can_id", "length"),
    ],
)
def test_a_wrong_cell_is_told_with_its_row_and_column(
    sheet: Write, change: dict[str, str], place: str, rule: str
) -> None:
    assert refusal(sheet({"id": "puspaga", "web": "https://contoh.test"}, {**NEW, **change})) == [
        (2, "puspaga.checked", "unchecked"),
        (3, place, rule),
    ]


def test_all_problems_of_a_sheet_are_told_at_once(sheet: Write) -> None:
    rows = (NEW, {**NEW, "family": "x"}, {"id": "puspaga", "phone": "0"}, {"id": "polsek", "web": "x"})

    assert refusal(sheet(*rows)) == [
        (3, "rumah_aman.family", "family"),
        (3, "rumah_aman.id", "duplicate-id"),
        (4, "puspaga.checked", "unchecked"),
        (5, "polsek.web", "contact"),
    ]


@pytest.mark.parametrize(
    ("row", "place", "rule"),
    [
        ({"id": "puspaga"}, "puspaga.phone", "contact"),
        ({"id": "puspaga", "phone": "0274-1"}, "puspaga.checked", "unchecked"),
        ({"id": "puspaga", "phone": "81234500000", "checked": "2026-11-20"}, "puspaga.phone", "contact"),
    ],
)
def test_a_missing_or_doubtful_contact_is_a_warning(
    sheet: Write, row: dict[str, str], place: str, rule: str
) -> None:
    warnings = read_overlay(sheet(row), LIBRARY).warnings

    assert [(each.line, each.path, each.rule, each.level) for each in warnings] == [
        (2, place, rule, "warning")
    ]


@pytest.mark.parametrize(
    ("text", "row", "words"),
    [
        ("id,telpon,name,telpon\npuspaga,1,2,3\n", 1, "“telpon” is unknown"),
        ("id,phone,phone\npuspaga,1,2\n", 1, "“phone” stands here twice"),
        ("phone,web\n129,\n", 1, "“id” is missing"),
        ("id,phone\n", 1, "holds no service"),
        ("", 1, "holds no service"),
        ("id,phone\npuspaga,0274,atau 0275\n", 2, "“atau 0275” stands under no column"),
        ('id,name_id\n\n\n"pus"paga,x\n', 4, "the CSV breaks off"),
    ],
)
def test_a_wrong_sheet_is_told_with_its_row(tmp_path: Path, text: str, row: int, words: str) -> None:
    file = tmp_path / "lokal.csv"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ProblemsError) as caught:
        read_overlay(file, LIBRARY)

    assert caught.value.problems[0].line == row
    assert words in str(caught.value)


def test_empty_rows_count_as_the_spreadsheet_counts_them(tmp_path: Path) -> None:
    file = tmp_path / "lokal.csv"
    file.write_text('id;family\n;\n\npuspaga;"so\ncial"\npolsek;x\n', encoding="utf-8")

    assert [row for row, _, rule in refusal(file) if rule == "family"] == [4, 5]


@pytest.mark.parametrize(
    ("raw", "words"),
    # No letter of Windows-1252 either.
    [(b"C\x81line", "not UTF-8"), (b"x" * 1_000_001, "bytes")],
)
def test_a_file_that_is_no_csv_is_refused_with_a_sentence(tmp_path: Path, raw: bytes, words: str) -> None:
    file = tmp_path / "lokal.csv"
    file.write_bytes(raw)

    with pytest.raises(ProblemsError, match=words):
        read_sheet(file)


def test_a_sheet_in_the_letters_of_windows_is_read_and_told(sheet: Write) -> None:
    file = sheet({"id": "puspaga", "phone": "0274-000-444", "name_id": "Céline", "name_en": "Céline"})
    file.write_bytes(file.read_text(encoding="utf-8").encode("cp1252"))

    overlay = read_overlay(file, LIBRARY)

    assert overlay.services["puspaga"].name["id"] == "Céline"
    assert "encoding" in {warning.rule for warning in overlay.warnings}


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError, match="cannot be read"):
        read_sheet(tmp_path / "tidak-ada.csv")


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_the_template_changes_nothing_and_is_never_written_over(tmp_path: Path, suffix: str) -> None:
    if suffix == "xlsx":
        pytest.importorskip("openpyxl")
    file = tmp_path / f"lokal.{suffix}"
    write_template(file, LIBRARY)

    assert read_sheet(file).rows[0].cells == COLUMNS
    assert laid(file) == LIBRARY
    with pytest.raises(BadInputError, match="stands there already"):
        write_template(file, LIBRARY)


def test_a_spreadsheet_is_read_like_a_csv(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["id", "phone", "checked"])
    book.active.append([])
    book.active.append(["puspaga", 129, "2026-11-20, panitia"])
    book.save(tmp_path / "lokal.xlsx")

    assert laid(tmp_path / "lokal.xlsx").services["puspaga"].contacts[0].value == "129"


@pytest.mark.parametrize("damaged", [True, False])
def test_what_is_called_a_spreadsheet_and_is_none_is_a_sentence(tmp_path: Path, *, damaged: bool) -> None:
    file = tmp_path / "lokal.xlsx"
    file.write_text("id,phone", encoding="utf-8")
    if damaged:
        with zipfile.ZipFile(file, "w") as packed:
            packed.writestr("xl/workbook.xml", "<workbook")

    with pytest.raises(ProblemsError, match="CSV UTF-8"):
        read_sheet(file)


@pytest.mark.parametrize("place", ["tidak-ada/isi.csv", "."])
def test_a_template_that_cannot_be_written_is_a_sentence(tmp_path: Path, place: str) -> None:
    with pytest.raises(BadInputError, match=r"cannot be written|stands there already"):
        write_template(tmp_path / place, LIBRARY)


def test_texts_with_separators_quotes_and_lines_come_back_as_they_were(tmp_path: Path) -> None:
    rows = [("id", "name_id"), ("x", 'Rumah; "aman",\nlantai 2')]
    write_sheet(tmp_path / "a.csv", rows)

    assert [row.cells for row in read_sheet(tmp_path / "a.csv").rows] == rows


def test_a_directory_that_a_workshop_hands_to_its_kernels_comes_back_as_it_was(
    sheet: Write, tmp_path: Path
) -> None:
    directory = laid(sheet({**NEW, "help": "yes"}))
    file = tmp_path / "services.yaml"
    file.write_text(directory.model_dump_json(indent=1), encoding="utf-8")

    assert load_directory(file) == directory


def test_the_assignments_of_a_course_carry_the_local_services(sheet: Write, tmp_path: Path) -> None:
    directory = laid(sheet({**NEW, "help": "yes"}, {"id": "sekolah", "phone": "0274-000-333"}))
    cases, keys = CASES, KEYS
    make_course(
        tmp_path / "kursus", ["daftar-nilai"], person=None, cases=cases, keys=keys, services=directory
    )

    own = load_directory(tmp_path / "kursus" / "source" / "daftar-nilai" / "case" / "services.yaml")
    assert own.help == directory.help
    assert own.services["sekolah"].contacts[0].value == "0274-000-333"
    assert own.services["rumah_aman"] == directory.services["rumah_aman"]
    assert "media" not in own.services


def kasuslab(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "release.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_the_command_writes_a_sheet_and_tries_one(sheet: Write, tmp_path: Path) -> None:
    written = kasuslab("services", "--template", tmp_path / "isi.csv")
    tried = kasuslab("services", "--services", sheet({"id": "puspaga", "phone": "0274-000-444"}))
    refused = kasuslab("services", "--services", sheet({"id": "puspaga", "telp": "0274-000-444"}))

    assert (written.returncode, tried.returncode, refused.returncode) == (0, 0, 1)
    assert read_sheet(tmp_path / "isi.csv").rows[0].cells == COLUMNS
    assert "0274-000-444" in tried.stdout
    assert "lokal.csv:2: puspaga.checked: nobody has checked" in tried.stderr
    assert "lokal.csv:1: telp: the column “telp” is unknown" in refused.stderr


def test_what_is_said_of_a_sheet_is_there_in_both_languages(sheet: Write) -> None:
    with pytest.raises(ProblemsError) as caught:
        read_overlay(sheet({"id": "puspaga", "telp": "0274-000-444"}), LIBRARY)

    assert "kolom “telp” tidak dikenal" in error_text(caught.value, "id")
    assert "the column “telp” is unknown" in error_text(caught.value, "en")


@pytest.mark.parametrize("command", [["course", "kursus"], ["workshop", "--no-browser", "--port", "0"]])
def test_a_wrong_sheet_stops_a_course_or_a_workshop_before_it_begins(
    sheet: Write, tmp_path: Path, command: list[str]
) -> None:
    place = [str(tmp_path / part) if part == "kursus" else part for part in command]
    done = kasuslab(*place, "--services", sheet({"id": "polsek", "family": "x"}))

    assert done.returncode == 1
    assert "lokal.csv:2: polsek.family" in done.stderr
    assert not (tmp_path / "kursus").exists()


def test_every_service_of_the_library_says_when_it_is_right_and_what_it_must_never_be_told() -> None:
    for name, service in LIBRARY.services.items():
        for text in (service.name, service.when, service.can, service.never):
            assert text is not None, name
            assert text["id"], name
            assert text["en"], name
        # What is never the right place gets nothing at all.
        assert service.send is not None or name in {"ormas", "report_remove", "stopncii", "media"}
