"""The forms of grades: another learning platform is one new module, and every other place asks the table."""

from __future__ import annotations

import csv
from pathlib import Path

from graders.exports.formats import GRADE_FORMATS
from tests.parts.lab_copy import CASE, copy_lab

TOY_MODULE = """
from graders.exports.grade_format import GradeFormat
from graders.sheet_export import Table, write_csv

class Buku(GradeFormat):
    file, platform, about = "buku.csv", "Buku Nilai", "For a platform that nobody has."

    def write(self, file, grades, options):
        rows = [(p.id, case, grades.of(p, case).grade) for p in grades.people for case in grades.cases]
        write_csv(file, Table(("siapa", "kasus", "nilai"), tuple(rows)))

FORMAT = Buku
"""
GRADED_COURSE = f"""
import sys
from pathlib import Path
from release.course.course import make_course
from release.course.grade.grade import grade_class
from release.course.simulate import simulate
course = Path(sys.argv[1])
make_course(course, ["{CASE}"], person="Ibu R., panitia")
simulate(course, 3, 3)
grade_class(course, jobs=1)
"""


def test_a_new_platform_is_one_new_module_and_the_command_line_finds_it(tmp_path: Path) -> None:
    lab = copy_lab(tmp_path / "lab")
    (lab.root / "graders" / "exports" / "formats" / "buku.py").write_text(TOY_MODULE, encoding="utf-8")
    course = tmp_path / "kelas"
    lab.python("-c", GRADED_COURSE, course)

    report = lab.kasuslab("export", course, "--buku")

    assert "For a platform that nobody has." in lab.kasuslab("export", "--help")
    assert "Say --buku, --moodle, --xlsx, --worksheet, --xapi or --research." in lab.kasuslab(
        "export", course, status=2
    )
    assert "3 persons. In Buku Nilai, identify users by idnumber." in report
    with (course / "exports" / "buku.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["siapa"] for row in rows} == {f"peserta-{n:02}" for n in (1, 2, 3)}
    assert any(float(row["nilai"]) > 0 for row in rows if row["nilai"])


def test_each_form_says_in_its_file_and_in_its_line_what_it_is() -> None:
    assert list(GRADE_FORMATS) == ["moodle", "xlsx"]
    assert [form.file for form in GRADE_FORMATS.values()] == ["moodle.csv", "moodle.xlsx"]
    assert all(form.platform and form.about for form in GRADE_FORMATS.values())
