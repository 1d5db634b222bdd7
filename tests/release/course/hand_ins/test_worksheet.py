"""Moodle's grading worksheet: filled in by number and by name, and nobody's grade goes to another."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graders.people.roster import Person, write_roster
from release.course.course import make_course
from release.course.grade.grade import grade_class
from release.course.hand_ins.moodle_places import MoodlePlace, write_places
from release.course.hand_ins.worksheet import WorksheetError, fill_worksheet, numbers_of, read_worksheet
from release.course.simulate import simulate
from scenarios.course_card import MAX_KEEP_DAYS
from tests.places import CASES, KEYS

CASE = "daftar-nilai"
HEADER = (
    "Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments"
)
PEOPLE = {
    "peserta-01": Person("peserta-01", "Sri Wahyuni", "sri1@contoh.id"),
    "peserta-02": Person("peserta-02", "Sri Wahyuni", "sri2@contoh.id"),
    "peserta-03": Person("peserta-03", "Dra. Hj. Andi Tenri, M.Si."),
    "peserta-04": Person("peserta-04", "Budi"),
}
ROWS = (
    "Participant 101,Sri Wahyuni,,sri1@contoh.id,Submitted,,100.00,Yes,-,-,",
    "Participant 102,Sri Wahyuni,,SRI2@contoh.id,Submitted,,100.00,Yes,-,-,",
    '"Participant 103","Tenri, Andi",,,Submitted,,100.00,Yes,"Monday, 1 June 2026, 9:00 AM",-,',
    "Participant 104,Budi,,,Submitted,,100.00,No,-,-,",
    "Participant 105,Orang Lain,,,No submission,,100.00,Yes,-,-,",
)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("worksheet") / "kursus"
    make_course(place, [CASE], person="Ibu R., panitia", cases=CASES, keys=KEYS, keep_days=MAX_KEEP_DAYS)
    simulate(place, 7, 7, keys=KEYS)
    write_roster(place, PEOPLE)
    grade_class(place, keys=KEYS, jobs=1)
    return place


@pytest.fixture
def course(graded: Path, tmp_path: Path) -> Path:
    """A course of this test alone, of which Moodle handed the first one's submission out."""
    copy = Path(shutil.copytree(graded, tmp_path / "kursus"))
    write_places(copy, {"peserta-01": {CASE: place("101")}})
    return copy


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., Path]:
    """A factory: a worksheet with these rows."""

    def write(*rows: str) -> Path:
        file = tmp_path / "Grades-Uji.csv"
        file.write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8-sig")
        return file

    return write


def place(number: str) -> MoodlePlace:
    return MoodlePlace(number=number, tail="_assignsubmission_file", flat=False)


def cells(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


def test_the_worksheet_comes_back_with_grades_and_feedback_and_all_else_as_it_was(
    course: Path, sheet: Callable[..., Path]
) -> None:
    filled = fill_worksheet(course, sheet(*ROWS))
    before, after = cells_of(sheet(*ROWS)), cells(filled.file)

    assert (filled.case, filled.count, filled.whole) == (CASE, 3, 5)
    for old, new in zip(before, after, strict=True):
        assert {**new, "Grade": old["Grade"], "Feedback comments": old["Feedback comments"]} == old
    assert [bool(row["Grade"]) for row in after] == [True, True, True, False, False]
    assert all(0 <= float(row["Grade"]) <= 100 for row in after[:3])
    assert [row["Feedback comments"].split(":")[0] for row in after[:3]] == ["Hasil kasus ini"] * 3


def cells_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


def test_whom_nobody_can_tell_and_what_moodle_has_closed_is_left_and_told(
    course: Path, sheet: Callable[..., Path]
) -> None:
    remarks = fill_worksheet(course, sheet(*ROWS)).remarks

    assert sorted(remark.split(":")[0] for remark in remarks) == ["Row 5 (Budi)", "Row 6 (Orang Lain)"]
    assert "after a CSV import" in " ".join(remarks)


def test_a_number_that_speaks_against_the_name_fills_in_nothing(
    course: Path, sheet: Callable[..., Path]
) -> None:
    write_places(course, {"peserta-03": {CASE: place("101")}})

    filled = fill_worksheet(course, sheet(*ROWS[:2]))

    assert [bool(row["Grade"]) for row in cells(filled.file)] == [False, True]
    assert "by its number peserta-03, by its name peserta-01" in filled.remarks[0]


def test_two_rows_of_one_person_and_one_row_of_two_are_left(course: Path, sheet: Callable[..., Path]) -> None:
    write_places(course, {})
    rows = ("Participant 1,Budi,,,,,100,Yes,,,", "Participant 2,Budi,,,,,100,Yes,,,")
    several = "Participant 3,Sri Wahyuni,,,,,100,Yes,,,"

    filled = fill_worksheet(course, sheet(*rows, several), cases=[CASE])

    assert filled.count == 0
    assert len(filled.remarks) == 3


def test_a_grade_is_out_of_moodles_maximum_with_its_decimal_sign(
    course: Path, sheet: Callable[..., Path]
) -> None:
    whole = cells(fill_worksheet(course, sheet(ROWS[0])).file)[0]["Grade"]
    tenth = ROWS[0].replace("100.00", '"10,00"').replace("Submitted,,", 'Submitted,"3,00",')

    filled = fill_worksheet(course, sheet(tenth))

    grade = cells(filled.file)[0]["Grade"]
    assert float(grade.replace(",", ".")) == pytest.approx(float(whole) / 10, abs=0.006)
    assert "," in grade
    assert "the grade 3,00 was changed to" in filled.remarks[0]


def test_a_scale_or_another_sheet_is_refused_in_a_sentence(
    course: Path, sheet: Callable[..., Path], tmp_path: Path
) -> None:
    with pytest.raises(WorksheetError, match="which is no number"):
        fill_worksheet(course, sheet(ROWS[0].replace("100.00", "Kompeten")))
    write_places(course, {})
    with pytest.raises(WorksheetError, match="Nobody can tell which case"):
        fill_worksheet(course, sheet(ROWS[0]))
    (tmp_path / "peserta.csv").write_text("id,nama\na,Sari\n", encoding="utf-8")
    with pytest.raises(WorksheetError, match="Offline grading worksheet"):
        fill_worksheet(course, tmp_path / "peserta.csv")


def test_a_worksheet_says_who_has_which_number(sheet: Callable[..., Path]) -> None:
    assert numbers_of(read_worksheet(sheet(*ROWS)), PEOPLE) == {
        "101": "peserta-01",
        "102": "peserta-02",
        "103": "peserta-03",
        "104": "peserta-04",
    }


def test_the_command_line_fills_it_in(
    course: Path, sheet: Callable[..., Path], kasuslab: Callable[..., Any]
) -> None:
    done = kasuslab("export", course, "--worksheet", sheet(*ROWS[:3]), "--language", "en")

    assert done.returncode == 0, done.stderr
    assert f"exports/worksheet-{CASE}.csv: grades of {CASE} for 3 of 3 rows." in done.stdout
    assert cells(course / "exports" / f"worksheet-{CASE}.csv")[0]["Feedback comments"].startswith("Result of")
