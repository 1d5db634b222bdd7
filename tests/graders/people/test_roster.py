"""The roster: who takes part, read from a sheet, and what is said of a wrong one."""

from __future__ import annotations

import codecs
import csv
import sqlite3
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest

from graders.people.roster import (
    ROSTER,
    Person,
    RosterError,
    by_sector,
    course_roster,
    id_problem,
    is_drawn,
    merge_rosters,
    read_roster,
    try_roster,
    unread_columns,
    write_roster,
    write_roster_template,
)
from release.course.course import CourseError, make_course
from release.course.enrolment import enrol
from scenarios.directory.sectors import load_sectors, sector_of
from scenarios.documents.problem import BadInputError
from scenarios.sentence import problem_text
from tests.places import CASES, KEYS

HEADER = "id,nama,email,sektor,provinsi,kabupaten"
SARI = "p-01,Sari,sari@contoh.id,Kepolisian,DIY,Sleman"
BUDI = "p-02,Budi,budi@contoh.id,Health,DIY,Bantul"

Write = Callable[..., Path]
Run = Callable[..., Any]


@pytest.fixture
def sheet(tmp_path: Path) -> Write:
    """A factory: lines as a CSV file."""

    def write(*lines: str, name: str = "peserta.csv", end: str = "\r\n") -> Path:
        file = tmp_path / name
        file.write_bytes(end.join(lines).encode())
        return file

    return write


def problems_in(file: Path) -> list[tuple[int, str, str]]:
    """Row, column and rule of every problem that refuses a roster."""
    with pytest.raises(RosterError) as caught:
        read_roster(file)
    return [(problem.line, problem.path, problem.rule) for problem in caught.value.problems]


def seeded(seed: int) -> Callable[[Sequence[str]], str]:
    return Random(seed).choice


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("before", ["", "\ufeff"])
@pytest.mark.parametrize("is_heading_stated", [False, True])
def test_a_roster_is_read_whatever_the_spreadsheet_wrote(
    sheet: Write, delimiter: str, before: str, *, is_heading_stated: bool
) -> None:
    lines = [line.replace(",", delimiter) for line in (HEADER, SARI)]
    file = (
        sheet(before + f"sep={delimiter}", *lines)
        if is_heading_stated
        else sheet(before + lines[0], lines[1])
    )

    assert read_roster(file) == {"p-01": Person("p-01", "Sari", "sari@contoh.id", "police", "DIY", "Sleman")}


def test_a_spreadsheet_is_read_with_english_headings_in_any_order(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Sector", "Phone", "E-mail address", "Last name", "First name", "ID number"])
    book.active.append(["UPTD PPA", "0812", "rina@contoh.id", "Wijaya", "Rina", 198501])
    book.save(tmp_path / "roster.xlsx")

    assert read_roster(tmp_path / "roster.xlsx") == {
        "198501": Person("198501", "Rina Wijaya", "rina@contoh.id", "uptd_ppa")
    }
    assert unread_columns(tmp_path / "roster.xlsx") == ("Phone",)


@pytest.mark.parametrize(
    ("given", "sector"),
    [("village", "village"), ("desa dan patbm", "village"), ("Legal Aid", "legal_aid"), ("", None)],
)
def test_a_sector_is_known_by_its_id_and_by_both_names(sheet: Write, given: str, sector: str | None) -> None:
    assert read_roster(sheet("id,sector", f"a,{given}"))["a"].sector == sector


@pytest.mark.parametrize("heading", ["Sektor", "Bidang Kerja", "Field of work"])
def test_a_field_of_work_is_read_under_the_words_that_the_lab_has_for_it(sheet: Write, heading: str) -> None:
    assert read_roster(sheet(f"id,{heading}", "a,Puskesmas"))["a"].sector == "health"


def test_every_wrong_row_is_named_at_once(sheet: Write) -> None:
    file = sheet(
        HEADER,
        SARI,
        ",Tanpa Id,,,,",
        "P-01,Sama,SARI@contoh.id,,,",
        "a/b,Garis,,,,",
        "p-05,Surel,bukan-surel,Bengkel,,",
        "p-06,Banyak,,,,,lebih",
        f"p-07,{'a' * 201},,,,",
    )

    assert problems_in(file) == [
        (3, "id", "required"),
        (4, "email", "duplicate-email"),
        (4, "id", "duplicate-id"),
        (5, "id", "id"),
        (6, "email", "email"),
        (6, "sector", "sector"),
        (7, "", "cells"),
        (8, "name", "length"),
    ]


def test_an_unknown_sector_is_answered_with_those_there_are(sheet: Write) -> None:
    words = r"peserta\.csv:2: sector: “Bengkel” is no sector.*police.*ministry"
    with pytest.raises(RosterError, match=words):
        read_roster(sheet("id,sektor", "a,Bengkel"))


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        ((), "empty"),
        ((HEADER,), "empty"),
        (("sektor,provinsi", "police,DIY"), "column"),
        (("id,id peserta", "a,b"), "column"),
        (("id,nama", 'a,"b'), "csv"),
    ],
)
def test_a_sheet_that_is_no_roster_is_refused(sheet: Write, lines: tuple[str, ...], rule: str) -> None:
    assert [rule_name for _, _, rule_name in problems_in(sheet(*lines))] == [rule]


def test_a_sheet_that_is_not_there_or_in_no_letters_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lama.csv").write_bytes("id,nama\na,José".encode("latin-1") + b"\x81")

    assert problems_in(tmp_path / "lama.csv") == [(2, "", "encoding")]
    assert problems_in(tmp_path / "tidak-ada.csv") == [(1, "", "file")]


@pytest.mark.parametrize("letters", ["utf-16", "utf-8-sig", "cp1252"])
def test_a_roster_is_read_in_the_letters_that_spreadsheets_save(tmp_path: Path, letters: str) -> None:
    (tmp_path / "peserta.txt").write_bytes("id\tnama\r\na\tJosé Ma’ruf\r\n".encode(letters))

    reading = try_roster(tmp_path / "peserta.txt")

    assert reading.persons["a"].name == "José Ma’ruf"
    assert [one.rule for one in reading.warnings] == (["encoding"] if letters == "cp1252" else [])


@pytest.mark.parametrize("end", [".csv", ".xlsx"])
def test_the_header_is_found_under_a_title_and_above_numbered_columns(tmp_path: Path, end: str) -> None:
    rows = (
        ["DAFTAR PESERTA PELATIHAN"],
        ["Kupang; 1 Desember 2026"],
        ["No", "ID", "Nama Lengkap", "Instansi"],
        ["1", "2", "3", "4"],
        ["1", "a", "Sari", "UPTD Puskesmas Oesapa"],
    )
    file = tmp_path / f"peserta{end}"
    if end == ".csv":
        file.write_text("\n".join(";".join(row) for row in rows), encoding="utf-8")
    else:
        book = openpyxl.Workbook()
        assert book.active is not None
        for row in rows:
            book.active.append(row)
        book.save(file)

    reading = try_roster(file)

    assert reading.persons == {"a": Person("a", "Sari", sector="health", agency="UPTD Puskesmas Oesapa")}
    assert (reading.rows, reading.unread) == ({"a": 5}, ("No",))


def test_a_roster_is_found_on_the_second_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Petunjuk: isi lembar kedua"])
    book.create_sheet("Peserta").append(["id", "nama"])
    book["Peserta"].append(["a", "Sari"])
    book.save(tmp_path / "peserta.xlsx")

    assert read_roster(tmp_path / "peserta.xlsx") == {"a": Person("a", "Sari")}


@pytest.mark.parametrize("value", [198001122005011001, 1.98001122005011e17, 1_000_000_000_000_000])
def test_a_number_that_a_spreadsheet_may_have_rounded_is_refused_by_its_row(
    tmp_path: Path, value: float
) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["id", "nama"])
    book.active.append([value, "Sari"])
    book.active.append(["198001122005011001", "Budi"])
    book.save(tmp_path / "peserta.xlsx")

    assert problems_in(tmp_path / "peserta.xlsx")[0] == (2, "id", "id")


@pytest.mark.parametrize(
    ("given", "sector"),
    [
        ("Puskesmas", "health"),
        ("LSM", "civil_society"),
        ("P2TP2A", "uptd_ppa"),
        ("Dinas Sosial Kab. Kupang", "social"),
        ("Unit PPA Polres Kupang Kota", "police"),
        ("Dinas Pendidikan", "education_office"),
        ("SMPN 2 Kupang", "school"),
        ("Bengkel", None),
    ],
)
def test_a_sector_is_known_by_the_words_that_people_write(given: str, sector: str | None) -> None:
    assert sector_of(given) == sector


def test_no_word_stands_for_two_sectors() -> None:
    words = [word for sector in load_sectors().sectors.values() for word in sector.words]

    assert len(words) == len(set(words))


def test_an_agency_whose_sector_nobody_knows_refuses_no_roster(sheet: Write) -> None:
    reading = try_roster(sheet("id,instansi", "a,Bengkel"))

    assert reading.persons["a"].sector is None
    assert [(one.line, one.level) for one in reading.warnings] == [(2, "warning")]


def test_a_sheet_without_ids_is_one_complaint_that_names_what_is_not_read(sheet: Write) -> None:
    with pytest.raises(RosterError, match=r"columns that are not read: NIP, HP") as caught:
        read_roster(sheet("nama,NIP,HP", "Sari,1980,08", "Budi,1981,08"))

    assert len(caught.value.problems) == 1


@pytest.mark.parametrize("ident", ["PPA/2026/01", "+62812", "sari@contoh.id"])
def test_an_id_of_moodle_that_can_be_none_here_stops_no_roster_where_ids_are_drawn(
    sheet: Write, ident: str
) -> None:
    file = sheet("id,nama,email", f"{ident},Sari,sari@contoh.id", "b,Budi,budi@contoh.id")

    first = try_roster(file, draw=seeded(1))
    again = read_roster(file, known=first.persons, draw=seeded(2))

    assert [is_drawn(name) for name in first.persons] == [True, False]
    assert again == first.persons
    assert [one.line for one in first.warnings] == [2]


def test_a_list_of_moodles_participants_is_told_to_hold_teachers_too(sheet: Write) -> None:
    reading = try_roster(sheet("Nama depan,Nama akhir,Nomor ID,Alamat surel", "Ana,Lobo,p-1,ana@contoh.id"))

    assert [(one.line, one.rule, one.level) for one in reading.warnings] == [(1, "role", "warning")]
    assert "Role: Student" in reading.warnings[0].remedy
    assert try_roster(sheet("id,nama,email", "p-1,Ana,ana@contoh.id")).warnings == ()


def test_an_id_that_holds_a_date_of_birth_is_told(sheet: Write) -> None:
    reading = try_roster(sheet("id,nama", "198705122010012003,Yohana", "a,Budi"))

    assert [(one.line, one.rule) for one in reading.warnings] == [(2, "birth-date")]
    assert list(reading.persons) == ["198705122010012003", "a"]


def test_what_is_said_of_a_roster_is_there_in_both_languages(sheet: Write) -> None:
    with pytest.raises(RosterError) as caught:
        read_roster(sheet(HEADER, ",Tanpa Id,,,,", "a/b,Garis,bukan-surel,Bengkel,,lebih,x"))

    for problem in caught.value.problems:
        assert problem_text(problem, "id") != problem_text(problem, "en") == str(problem)


@pytest.mark.parametrize(
    "name",
    [
        *(f"a{sign}b" for sign in '/\\:*?"<>|[]{}+,%#@\t\n\0\u200b\u202e'),
        *(f"{sign}a" for sign in ".-=+@'"),
        *("a.", "..", "a" * 61, "CON", "nul.txt", "com1", "Lpt9.a.b", ""),
    ],
)
def test_an_id_that_no_folder_or_nbgrader_takes_is_refused(name: str) -> None:
    assert id_problem(name)


@pytest.mark.parametrize("name", ["p-01", "19850101 201001 1 001", "sari.w", "ꦱꦫꦶ", "console", "علي"])
def test_an_id_of_letters_digits_and_a_few_signs_is_taken(name: str) -> None:
    assert id_problem(name) is None


NAMES = ["Sari, S.H.", 'Budi "Bud"', "O’Neil D'Arc", "dua\nbaris", "=cmd()", "'=x", "-", "علي", "ꦱꦫꦶ", "李"]


def test_a_roster_comes_back_as_it_was_written(tmp_path: Path) -> None:
    roster = {f"p{n}": Person(f"p{n}", name, "", "police") for n, name in enumerate(NAMES)}

    file = write_roster(tmp_path, roster)

    assert course_roster(tmp_path) == roster
    assert file.read_bytes().startswith(codecs.BOM_UTF8)
    assert not [cell for cell in cells(file) if cell.startswith(("=", "+", "-", "@"))]
    assert [path.name for path in tmp_path.iterdir()] == [ROSTER]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_a_roster_is_for_its_owners_eyes(tmp_path: Path) -> None:
    (tmp_path / ROSTER).write_text("id\na\n", encoding="utf-8")

    assert write_roster(tmp_path, course_roster(tmp_path)).stat().st_mode & 0o777 == 0o600


def cells(file: Path) -> list[str]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return [cell for row in csv.reader(stream, strict=True) for cell in row]


def test_a_course_without_a_roster_has_an_empty_one(tmp_path: Path) -> None:
    assert course_roster(tmp_path) == {}


def test_a_second_sheet_adds_and_changes_and_takes_nobody_out() -> None:
    old = {"a": Person("a", "Ani", "ani@contoh.id", "school"), "b": Person("b", "Budi")}
    new = {"c": Person("c", "Citra"), "a": Person("a", "Ani W.")}

    merged = merge_rosters(old, new)

    assert merged.roster["a"] == Person("a", "Ani W.", "ani@contoh.id", "school")
    assert (merged.added, merged.changed, merged.absent) == (("c",), ("a",), ("b",))
    assert list(merged.roster) == ["a", "b", "c"]


@pytest.mark.parametrize("new", [Person("B", "Ani", "ani@contoh.id"), Person("A", "Ani")])
def test_a_second_sheet_gives_nobody_the_email_or_the_folder_of_another(new: Person) -> None:
    with pytest.raises(RosterError, match="duplicate"):
        merge_rosters({"a": Person("a", "Ani", "ani@contoh.id")}, {new.id: new})


def test_whoever_has_no_id_is_given_a_pseudonym_that_stays(sheet: Write) -> None:
    file = sheet("nama,email,id", "Ani,ani@contoh.id,", "Budi,,", "Citra,citra@contoh.id,c-1")

    first = read_roster(file, draw=seeded(1))
    again = read_roster(file, known=first, draw=seeded(2))

    assert again == first
    assert all(name.startswith("peserta-") for name in list(first)[:2])
    assert len(first) == 3
    assert first["c-1"].name == "Citra"


def test_a_pseudonym_is_drawn_for_nobody_who_cannot_be_told_apart(sheet: Write) -> None:
    file = sheet("nama,email,sektor", "Ani,,", "ani,,", ",,police")

    with pytest.raises(RosterError) as caught:
        read_roster(file, draw=seeded(1))

    assert [(problem.line, problem.rule) for problem in caught.value.problems] == [
        (2, "required"),
        (3, "required"),
        (4, "required"),
    ]


def test_persons_are_counted_by_sector_in_the_order_of_the_sectors() -> None:
    persons = [Person("a", sector="health"), Person("b"), Person("c", sector="police"), Person("d")]

    assert list(by_sector(persons).items()) == [("police", 1), ("health", 1), (None, 2)]


@pytest.mark.parametrize("name", ["isian.csv", "isian.xlsx"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_sheet_to_fill_in_is_read_back(tmp_path: Path, name: str, language: str) -> None:
    file = tmp_path / name
    write_roster_template(file, language)

    assert problems_in(file) == [(1, "", "empty")]
    assert unread_columns(file) == ()


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_spreadsheet_to_fill_in_offers_the_sectors_and_shows_an_example_that_enrols_nobody(
    tmp_path: Path, language: str
) -> None:
    file = tmp_path / "isian.xlsx"
    write_roster_template(file, language)
    book = openpyxl.load_workbook(file)
    first, example = book.worksheets
    (offered,) = first.data_validations.dataValidation
    _, place = offered.formula1.split("!")
    words = [str(cell.value) for (cell,) in example[place.replace("$", "")]]

    assert [sector_of(word) for word in words] == list(load_sectors().sectors)
    assert "D2" in offered.sqref
    assert first["D1"].value in {"sektor", "sector"}
    header, person = (list(row)[:7] for row in example.iter_rows(max_row=2, values_only=True))
    assert header == [cell.value for cell in first[1]]
    first.append(person)
    book.save(file)
    assert [one.sector for one in read_roster(file).values()] == ["uptd_ppa"]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("roster") / "kursus"
    cases, keys = CASES, KEYS
    return make_course(place, ["daftar-nilai"], person="Ibu R., panitia", cases=cases, keys=keys).directory


def test_a_gradebook_holds_the_ids_and_neither_names_nor_emails(course: Path, sheet: Write) -> None:
    enrol(course, sheet(HEADER, SARI))
    merged = enrol(course, sheet(HEADER, BUDI))

    with closing(sqlite3.connect(course / "gradebook.db")) as book:
        rows = book.execute("select id, first_name, last_name, email from student order by id").fetchall()
    assert rows == [("p-01", None, None, None), ("p-02", None, None, None)]
    assert list(course_roster(course)) == ["p-01", "p-02"]
    assert (merged.added, merged.absent) == (("p-02",), ("p-01",))


def test_a_wrong_sheet_changes_nothing(course: Path, sheet: Write) -> None:
    before = course_roster(course)

    with pytest.raises(RosterError):
        enrol(course, sheet(HEADER, "p-09,Baru,,,,", "p-09,Lagi,,,,"))

    assert course_roster(course) == before


def test_only_a_course_has_a_roster(tmp_path: Path, sheet: Write) -> None:
    with pytest.raises(CourseError, match="is no course"):
        enrol(tmp_path, sheet(HEADER, SARI))


def test_a_roster_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="cannot be written"):
        write_roster(tmp_path / "tidak-ada", {"a": Person("a")})


def test_the_command_line_enrols_and_counts(course: Path, sheet: Write, kasuslab: Run) -> None:
    done = kasuslab("course", course, "--roster", sheet("nama,sektor,HP", "Ani,Health,0812"), "--draw-ids")

    assert (done.returncode, done.stderr) == (0, "The column HP is not read.\n")
    assert "1 added" in done.stdout
    assert "health" in done.stdout
    assert "0812" not in (course / ROSTER).read_text(encoding="utf-8-sig")


def test_the_command_line_refuses_a_wrong_roster_in_sentences(
    course: Path, sheet: Write, kasuslab: Run
) -> None:
    done = kasuslab("course", course, "--roster", sheet("id,sektor", "a,Bengkel", ",police"))

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert [line.split(" ")[0].rpartition("peserta.csv")[2] for line in done.stderr.splitlines()] == [
        ":2:",
        ":3:",
    ]


def test_the_command_line_writes_a_sheet_to_fill_in(tmp_path: Path, kasuslab: Run) -> None:
    done = kasuslab("roster", "--template", tmp_path / "isian.csv")

    assert done.returncode == 0
    text = (tmp_path / "isian.csv").read_text(encoding="utf-8-sig")
    assert text.strip() == "id;nama;email;sektor;instansi;provinsi;kabupaten"


def test_the_command_line_tries_a_sheet_and_lists_the_sectors(sheet: Write, kasuslab: Run) -> None:
    file = sheet("nama,sektor", "Ani,health")

    assert kasuslab("roster", file).returncode == 1
    assert kasuslab("roster", file, "--draw-ids").returncode == 0
    assert "legal_aid" in kasuslab("roster").stdout
