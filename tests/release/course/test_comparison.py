"""The comparison of courses on disk: the command, its file and its refusals."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from graders.people.roster import course_roster, read_roster, write_roster
from release.cli import app
from release.course.course import make_course
from release.course.simulate import simulate
from scenarios.course_card import MAX_KEEP_DAYS
from tests.parts.report_class import KEYS
from tests.places import CASES

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)


@pytest.fixture(scope="module")
def courses(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two batches with simulated trainees."""
    place = tmp_path_factory.mktemp("angkatan")
    batches = (place / "satu", place / "dua")
    for seed, course in enumerate(batches):
        make_course(course, ["daftar-nilai"], person="Ibu P", cases=CASES, keys=KEYS, keep_days=MAX_KEEP_DAYS)
        simulate(course, 14, seed, keys=KEYS, clock=lambda: NOW)
    return batches


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("KASUSLAB_KEYS", str(KEYS))
    return CliRunner()


def test_two_courses_are_compared_as_batches_in_a_page_of_the_first(
    courses: tuple[Path, Path], run: CliRunner
) -> None:
    done = run.invoke(app, ["compare", *map(str, courses), "--language", "en"])

    assert done.exit_code == 0, done.output
    (file,) = (courses[0] / "reports").glob("*-batch.html")
    page = file.read_text("utf-8")
    assert "satu" in page
    assert "dua" in page
    assert "peserta-" not in page


@pytest.mark.parametrize(("language", "sentence"), [("id", "tidak dikenal"), ("en", "is unknown")])
def test_a_way_of_parting_that_there_is_none_of_is_refused(
    courses: tuple[Path, Path], run: CliRunner, language: str, sentence: str
) -> None:
    refused = run.invoke(app, ["compare", str(courses[0]), "--by", "umur", "--language", language])

    assert refused.exit_code == 1
    assert sentence in refused.output


def test_a_roster_may_say_who_sits_in_which_team(courses: tuple[Path, Path], tmp_path: Path) -> None:
    sheet = tmp_path / "peserta.csv"
    sheet.write_text("id,nama,Tim\np1,Siti,Meja 1\np2,Budi,\n", "utf-8")

    roster = read_roster(sheet)
    course = tmp_path / "kursus"
    course.mkdir()
    write_roster(course, roster)

    assert [person.team for person in roster.values()] == ["Meja 1", ""]
    assert course_roster(course) == roster
    assert {person.team for person in course_roster(courses[0]).values()} == {""}
