"""Grades for Moodle: one row a person, read back by strict parsers; what is not judged has no grade."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from graders.exports.formats import GRADE_FORMATS
from graders.exports.grade_format import FormatOptions
from graders.exports.grades import CaseGrade, ClassGrades, class_grades, feedback_text
from graders.grading.note import read_note
from graders.people.roster import Person, write_roster
from graders.sheet_export import Table, csv_bytes, formula_free, formula_read, write_spreadsheet
from release.course.course import make_course
from release.course.export import export_grades
from release.course.grade.grade import grade_class
from release.course.gradebook import add_students, open_gradebook
from release.course.simulate import simulate
from scenarios.course_card import MAX_KEEP_DAYS
from scenarios.documents.problem import BadInputError
from scenarios.engine.record import RECORD_NAME
from tests.places import CASES, KEYS

CASE = "daftar-nilai"
COLUMN = f"Daftar Nilai ({CASE})"
TOLD = f"{COLUMN} (umpan balik)"
DUE = datetime(2026, 11, 20, tzinfo=UTC)
NAMES = (
    "Sari, S.H.",
    'Budi "Bud"',
    "O’Neil D'Arc",
    "dua\nbaris",
    '=HYPERLINK("http://contoh.id")',
    "علي بن أبي",
    "ꦱꦫꦶ",
    "李小龍",
    "akhir\\",
)
NOBODY = ClassGrades((), {}, "idnumber", (), is_named=False)
ABSENT, TORN, OUTSIDE, NO_EMAIL = "peserta-10", "peserta-02", "peserta-12", "peserta-11"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of 12 that was graded: one torn record, one who is in no roster, one who handed nothing in."""
    place = tmp_path_factory.mktemp("moodle") / "kursus"
    made = make_course(
        place, [CASE], person="Ibu R., panitia", due=DUE, cases=CASES, keys=KEYS, keep_days=MAX_KEEP_DAYS
    )
    people = [person.name for person in simulate(made.directory, 12, 3, keys=KEYS)]
    names = dict(zip(people, NAMES, strict=False))
    roster = {
        name: Person(name, names.get(name, ""), "" if name == NO_EMAIL else f"{name}@contoh.id")
        for name in people
        if name != OUTSIDE
    }
    write_roster(made.directory, roster)
    add_students(made.directory, people)
    shutil.rmtree(made.directory / "submitted" / ABSENT)
    record = made.directory / "submitted" / TORN / CASE / RECORD_NAME
    record.write_bytes(b'{"n":0}\n')
    grade_class(made.directory, keys=KEYS, jobs=1)
    return made.directory


@pytest.fixture(scope="module")
def file(course: Path) -> Path:
    return export_grades(course, "moodle").file


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))


def by_id(file: Path) -> Mapping[str, Mapping[str, str]]:
    header, *body = rows(file.read_bytes())
    assert {len(row) for row in body} == {len(header)}
    at = header.index("idnumber")
    return {row[at]: dict(zip(header, row, strict=True)) for row in body}


def test_each_person_has_one_row_and_each_case_a_grade_and_a_feedback(file: Path) -> None:
    header, *body = rows(file.read_bytes())

    assert header == ["email", "nama", "idnumber", COLUMN, TOLD]
    assert [row[2] for row in body] == [f"peserta-{n:02}" for n in range(1, 11)]


def test_names_survive_and_no_cell_is_a_formula(file: Path) -> None:
    rows_by_id = by_id(file)

    read = [rows_by_id[f"peserta-{number:02}"]["nama"] for number in range(1, len(NAMES) + 1)]
    assert [formula_read(name) for name in read] == [*NAMES[:-1], "akhir\\ "]
    assert not [
        cell for row in rows_by_id.values() for cell in row.values() if cell.startswith(("=", "+", "-", "@"))
    ]


def test_pandas_reads_the_same(file: Path) -> None:
    frame = pd.read_csv(file, dtype={"idnumber": str, "nama": str})

    assert frame.shape == (10, 5)
    assert pd.api.types.is_float_dtype(frame[COLUMN])
    assert frame[COLUMN].dropna().between(0, 100).all()
    assert frame.loc[frame[COLUMN].isna(), TOLD].tolist().count("Belum dinilai.") == 1


def test_the_file_is_as_rfc_4180_has_it_and_for_its_owners_eyes(file: Path) -> None:
    data = file.read_bytes()

    assert not data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == 11
    assert data.endswith(b"\r\n")
    assert re.search(rb'\\"', data) is None
    if sys.platform != "win32":
        assert file.stat().st_mode & 0o777 == 0o600


def test_a_grade_is_the_share_of_its_points_and_its_feedback_tells_harm_and_missed_apart(
    course: Path, file: Path
) -> None:
    rows_by_id = by_id(file)
    notes = {name: read_note(course / "autograded" / name / CASE) for name in rows_by_id}
    judged = {name: note for name, note in notes.items() if note is not None and note.raw is not None}

    assert len(judged) >= 7
    for name, note in judged.items():
        assert note.raw is not None
        assert float(rows_by_id[name][COLUMN]) == pytest.approx(100 * note.raw / note.max, abs=0.006)
        counts = f"Pilihan yang membahayakan: {note.H}. Kewajiban yang terlewat: {note.M}."
        assert counts in rows_by_id[name][TOLD]
        assert ("Belum lengkap." in rows_by_id[name][TOLD]) == note.incomplete
    assert {note.incomplete for note in judged.values()} == {True, False}


def test_what_was_not_judged_or_not_handed_in_has_no_grade(file: Path) -> None:
    rows_by_id = by_id(file)

    assert (rows_by_id[TORN][COLUMN], rows_by_id[TORN][TOLD]) == ("", "Belum dinilai.")
    assert (rows_by_id[ABSENT][COLUMN], rows_by_id[ABSENT][TOLD]) == ("", "")


def test_a_submission_that_waits_to_be_graded_is_not_judged(course: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(course, tmp_path / "kursus"))
    (copy / "submitted" / ABSENT / CASE).mkdir(parents=True)

    assert by_id(export_grades(copy, "moodle").file)[ABSENT][TOLD] == "Belum dinilai."


def test_a_score_that_a_person_gave_is_a_grade(course: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(course, tmp_path / "kursus"))
    with open_gradebook(copy) as gradebook:
        for grade in gradebook.find_submission_notebook(CASE, CASE, TORN).grades:
            grade.manual_score = grade.max_score / 2
        gradebook.db.commit()

    rows_by_id = by_id(export_grades(copy, "moodle").file)[TORN]
    assert (rows_by_id[COLUMN], rows_by_id[TOLD]) == ("50", "Hasil kasus ini: 50 dari 100.")


def test_a_late_penalty_of_nbgrader_is_taken_off(course: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(course, tmp_path / "kursus"))
    before = by_id(export_grades(copy, "moodle").file)
    name = next(name for name, row in before.items() if row[COLUMN] and float(row[COLUMN]) > 20)
    with open_gradebook(copy) as gradebook:
        submitted = gradebook.find_submission_notebook(CASE, CASE, name)
        submitted.late_submission_penalty = submitted.max_score / 10
        gradebook.db.commit()

    after = by_id(export_grades(copy, "moodle").file)
    assert float(after[name][COLUMN]) == pytest.approx(float(before[name][COLUMN]) - 10, abs=0.01)


def test_no_row_is_without_the_identifier_that_moodle_is_given(course: Path, tmp_path: Path) -> None:
    by_email = export_grades(course, "moodle", file=tmp_path / "a.csv")
    by_number = export_grades(course, "moodle", file=tmp_path / "b.csv", identify="idnumber")

    assert (by_email.identifier, by_email.without) == ("email", (NO_EMAIL, OUTSIDE))
    assert all(row["email"] for row in by_id(by_email.file).values())
    assert (by_number.identifier, by_number.without) == ("idnumber", (OUTSIDE,))
    assert "email" not in by_id(by_number.file)[NO_EMAIL]


def test_grades_that_moodle_could_give_to_nobody_are_no_file_and_it_is_said_what_is_missing(
    course: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(course, tmp_path / "kursus"))
    write_roster(copy, {"peserta-abc23": Person("peserta-abc23", "Sari")})

    with pytest.raises(BadInputError, match="Email"):
        export_grades(copy, "moodle", file=tmp_path / "moodle.csv")

    assert not (tmp_path / "moodle.csv").exists()


def test_a_course_without_a_roster_gives_its_ids(course: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(course, tmp_path / "kursus"))
    (copy / "roster.csv").unlink()

    header, *body = rows(export_grades(copy, "moodle").file.read_bytes())
    assert header == ["idnumber", COLUMN, TOLD]
    assert len(body) == 12


def test_a_grade_item_that_moodle_is_to_make_has_a_dash_for_no_grade(course: Path, tmp_path: Path) -> None:
    file = export_grades(course, "moodle", file=tmp_path / "baru.csv", new_items=True).file

    assert by_id(file)[TORN][COLUMN] == "-"


def grades_of(*people: Person, cases: tuple[str, ...] = (CASE,), named: bool = False) -> ClassGrades:
    """Grades of 80 for everybody."""
    grades = {case: {person.id: CaseGrade(80.0, "judged") for person in people} for case in cases}
    return ClassGrades(people, grades, "idnumber", (), is_named=named)


@pytest.mark.parametrize(("name", "first"), [("", "ID 4"), ("Sari", "Sari")])
def test_no_plain_number_stands_where_moodle_would_read_its_own_number_of_a_user(
    tmp_path: Path, name: str, first: str
) -> None:
    GRADE_FORMATS["moodle"].write(
        tmp_path / "a.csv", grades_of(Person("4", name), named=bool(name)), FormatOptions()
    )

    assert rows((tmp_path / "a.csv").read_bytes())[1][:2] == [first, "4"]


def test_an_id_that_the_lab_has_drawn_is_told_to_no_platform(course: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(course, tmp_path / "kursus"))
    write_roster(copy, {"peserta-57c7z": Person("peserta-57c7z", "Sari"), "b": Person("b", "Budi")})

    report = export_grades(copy, "moodle", identify="idnumber")

    assert list(by_id(report.file)) == ["b"]
    assert "peserta-57c7z" in report.without


def test_several_new_items_are_exported_one_at_a_time_as_moodle_takes_them(
    course: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(course, tmp_path / "kursus"))
    with open_gradebook(copy) as gradebook:
        gradebook.add_assignment("kasus-lain")
    (copy / "submitted" / "peserta-01" / "kasus-lain").mkdir()

    with pytest.raises(BadInputError, match="one new grade item for each import"):
        export_grades(copy, "moodle", new_items=True)
    assert export_grades(copy, "moodle", new_items=True, cases=[CASE]).persons == 10


def test_a_case_that_nobody_has_begun_is_no_column(course: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(course, tmp_path / "kursus"))
    with open_gradebook(copy) as gradebook:
        gradebook.add_assignment("kasus-lain")

    assert "kasus-lain" not in rows(export_grades(copy, "moodle").file.read_bytes())[0]


def test_no_reflection_and_no_cut_is_handed_over(course: Path, file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    records = [path.read_text(encoding="utf-8") for path in course.glob(f"submitted/*/{CASE}/{RECORD_NAME}")]
    reflections = [pick for record in records for pick in re.findall(r'"refleksi","pick":"([^"]+)"', record)]

    assert len(reflections) > 3
    assert not [words for words in reflections if words in text]
    assert "standar" not in text


def test_a_spreadsheet_holds_ids_as_text_and_grades_as_numbers(course: Path, tmp_path: Path) -> None:
    file = export_grades(course, "xlsx", file=tmp_path / "nilai.xlsx").file
    sheet = openpyxl.load_workbook(file).worksheets[0]
    header, *body = sheet.iter_rows()

    assert [cell.value for cell in header] == ["email", "nama", "idnumber", COLUMN, TOLD]
    assert {cell.data_type for row in body for cell in row if cell.value is not None} == {"s", "n"}
    assert {row[3].data_type for row in body if row[3].value is not None} == {"n"}
    rows_by_id = {str(row[2].value): row for row in body}
    assert rows_by_id[TORN][3].value is None
    assert [formula_read(str(rows_by_id[f"peserta-{n:02}"][1].value)) for n in range(1, 10)] == list(NAMES)


def test_english_is_written_where_it_is_asked_for(course: Path, tmp_path: Path) -> None:
    file = export_grades(course, "moodle", file=tmp_path / "en.csv", language="en").file

    rows_by_id = by_id(file)
    assert rows_by_id[TORN][f"The Grade List ({CASE}) (feedback)"] == "Not judged."
    assert "name" in rows_by_id[TORN]


@pytest.mark.parametrize("asked", [{"cases": ["lain"]}, {"identify": "nama"}, {"file": Path("nilai.xlsx")}])
def test_what_cannot_be_exported_is_a_sentence(course: Path, asked: dict[str, Any]) -> None:
    with pytest.raises(BadInputError):
        export_grades(course, "moodle", **asked)


def test_a_student_whom_the_gradebook_does_not_know_is_refused(course: Path) -> None:
    with open_gradebook(course) as gradebook, pytest.raises(BadInputError, match="knows no trainee siapa"):
        class_grades(gradebook, course, students=["siapa"])


def test_a_grade_without_our_note_tells_the_score_alone() -> None:
    assert feedback_text(CaseGrade(82.456, "judged"), "id") == "Hasil kasus ini: 82,46 dari 100."


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "＝1", "'=1", "''=1"])
def test_what_a_spreadsheet_would_calculate_is_text_and_comes_back(text: str) -> None:
    assert formula_free(text) == f"'{text}"
    assert formula_read(formula_free(text)) == text


def test_a_text_that_is_no_formula_stays_as_it_is(tmp_path: Path) -> None:
    table = Table(("a",), (("'Aini",), ("a=b",), (None,), (3.0,), (2.345,)))

    assert rows(csv_bytes(table)) == [["a"], ["'Aini"], ["a=b"], [""], ["3"], ["2.35"]]
    assert rows(csv_bytes(table, empty="-"))[3] == ["-"]
    write_spreadsheet(tmp_path / "a.xlsx", replace(table, rows=(("kendali\x01",),)))
    cell = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]["A2"]
    assert cell.value == "kendali"


def test_nbgraders_own_command_exports_the_same(course: Path, file: Path, tmp_path: Path) -> None:
    own = tmp_path / "nbgrader.csv"
    command = [sys.executable, "-m", "nbgrader", "export", "--exporter=graders.moodle.MoodleExport"]
    done = subprocess.run(
        [*command, "--to", str(own)], cwd=course, capture_output=True, text=True, check=False, timeout=120
    )

    assert done.returncode == 0, done.stderr
    assert own.read_bytes() == file.read_bytes()
    assert OUTSIDE in done.stderr


def test_the_command_line_says_by_what_moodle_identifies(
    course: Path, tmp_path: Path, kasuslab: Callable[..., Any]
) -> None:
    runs = [kasuslab("export", course, *more) for more in (["--moodle", tmp_path / "m.csv"], [])]

    assert [done.returncode for done in runs] == [0, 2]
    assert "10 persons. In Moodle, identify users by email." in runs[0].stdout
    assert f"the roster has no email of them: {NO_EMAIL}, {OUTSIDE}." in runs[0].stderr
    assert (tmp_path / "m.csv").exists()


def test_the_command_line_says_that_moodle_takes_no_spreadsheet(
    course: Path, tmp_path: Path, kasuslab: Callable[..., Any]
) -> None:
    done = kasuslab("export", course, tmp_path / "m.xlsx", "--xlsx")

    assert done.returncode == 0, done.stderr
    assert "The import of Moodle takes no XLSX: use --moodle" in done.stdout


def test_a_file_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "berkas").write_bytes(b"")

    with pytest.raises(BadInputError, match="cannot be written"):
        GRADE_FORMATS["moodle"].write(tmp_path / "berkas" / "a.csv", NOBODY, FormatOptions())
