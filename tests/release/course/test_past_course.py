"""A course that version 0.1.0 made opens, is graded, rescored, reported and exported with the same figures.

``course_0_1_0.zip`` holds what 0.1.0 made: ``kursus/``, seven simulated trainees (seed 1), graded, one of
them late in a course that takes all points for it, with scores and extra credit that a person gave; the
keys that it was graded with, and newer ones; and in ``figures/`` what 0.1.0 told of it by either key.
"""

from __future__ import annotations

import csv
import shutil
import zipfile
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from graders.grading.note import read_note
from release.course.course import assignments, read_course
from release.course.export import export_grades
from release.course.grade.grade import ClassGraded, grade_class
from release.course.report import write_report
from release.course.xapi import export_xapi
from tests.parts.nbgrader_course import CASE, nbgrader

ARCHIVE = Path(__file__).with_name("course_0_1_0.zip")
NOW = datetime(2026, 5, 20, 7, tzinfo=UTC)
FEEDBACK = f"{CASE} (umpan balik)"
TITLED = f"Daftar Nilai ({CASE})"
PEOPLE = tuple(f"peserta-{number:02}" for number in range(1, 8))


class TableCells(HTMLParser):
    """The text of every cell of a page's tables that has a digit in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.cells: list[str] = []
        self._is_inside = False
        self.feed(html)
        self.cells = [cell for cell in self.cells if any(letter.isdigit() for letter in cell)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag == "td":
            self.cells.append("")
            self._is_inside = True

    def handle_endtag(self, tag: str) -> None:
        self._is_inside = self._is_inside and tag != "td"

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.cells[-1] += "".join(data.split())


@pytest.fixture
def past(tmp_path: Path) -> Path:
    """A folder with the course, both versions of the key, and the figures of 0.1.0."""
    with zipfile.ZipFile(ARCHIVE) as archive:
        archive.extractall(tmp_path)
    return tmp_path


def graded(past: Path, keys: str = "keys", *, rescore: bool = False) -> ClassGraded:
    return grade_class(past / "kursus", keys=past / keys, jobs=1, rescore=rescore, clock=lambda: NOW)


def moodle_rows(file: Path) -> list[dict[str, str]]:
    """The rows of Moodle's CSV as its import reads them: by the names of columns, whatever their order.

    0.1.0 called its columns by the case's id, and told whoever had handed nothing in that it was incomplete.
    """
    with file.open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.DictReader(stream))
    rows = [{name.replace(TITLED, CASE): cell for name, cell in row.items()} for row in lines]
    for row in rows:
        if (row[CASE], row[FEEDBACK]) == ("", "Belum lengkap."):
            row[FEEDBACK] = ""
    return rows


def differing(past: Path, figures: str, keys: str) -> list[str]:
    """Which files of figures are other ones now: both exports, nbgrader's own, and the report's tables."""
    course, then, now = past / "kursus", past / "figures" / figures, past / "now"
    now.mkdir()
    export_grades(course, "moodle", file=now / "moodle.csv")
    export_xapi(course, past / keys, now=NOW, file=now / "xapi.jsonl")
    nbgrader(course, "export", keys=past / keys)
    shutil.copy(course / "grades.csv", now / "nbgrader.csv")
    report = write_report(course, now=NOW, file=now / "report.html", keys=past / keys)
    cells = [TableCells(file.read_text("utf-8")).cells for file in (report, then / "report.html")]
    assert len(cells[1]) > 100
    names = ("xapi.jsonl", "nbgrader.csv")
    files = [name for name in names if (then / name).read_bytes() != (now / name).read_bytes()]
    rows = [moodle_rows(place / "moodle.csv") for place in (now, then)]
    differs = {"moodle.csv": rows[0] != rows[1], "report.html": cells[0] != cells[1]}
    return files + [name for name, is_other in differs.items() if is_other]


def test_it_opens_and_all_stands_as_it_should(past: Path) -> None:
    course = past / "kursus"
    card = read_course(course)
    assert (card.course, card.mode, card.person) == ("kursus", "test", "Ibu Sari, meja panitia")
    assert assignments(course) == (CASE,)
    assert (graded(past).graded, graded(past).unchanged) == (0, 7)


def test_its_exports_and_its_report_have_the_same_figures(past: Path) -> None:
    assert differing(past, "graded", "keys") == []


def test_graded_once_more_by_either_command_it_has_the_same_figures(past: Path) -> None:
    course = past / "kursus"
    places = [course / "autograded" / name / CASE for name in PEOPLE]
    notes = [read_note(place) for place in places]
    shutil.rmtree(course / "autograded")
    assert graded(past).graded == 7
    assert [read_note(place) for place in places] == notes
    nbgrader(course, "autograde", CASE, "--force", keys=past / "keys")
    assert [read_note(place) for place in places] == notes
    assert differing(past, "graded", "keys") == []


def test_rescored_it_has_the_same_figures(past: Path) -> None:
    (rescored,) = graded(past, "new_keys", rescore=True).rescored
    assert rescored.file is not None
    assert rescored.file.read_bytes() == (past / "figures" / "rescored" / "rescore.csv").read_bytes()
    assert differing(past, "rescored", "new_keys") == []
