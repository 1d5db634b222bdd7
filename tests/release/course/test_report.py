"""The report of a course on disk: the command, the file, and the notebook for those who dig."""

from __future__ import annotations

import csv
import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from typer.testing import CliRunner

from release.cli import app
from release.course.course import CourseError, make_course
from release.course.report import services_of, write_report
from release.course.simulate import simulate
from scenarios.course_card import MAX_KEEP_DAYS
from tests.parts.report_class import KEYS
from tests.places import CASES

NOTEBOOK = Path(__file__).resolve().parents[3] / "notebooks" / "class_report.ipynb"
NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
NAMES = ("Siti Rahmawati", "siti@contoh.org")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with 24 simulated trainees and their roster."""
    place = tmp_path_factory.mktemp("kursus") / "kelas"
    make_course(place, ["daftar-nilai"], person="Ibu P", cases=CASES, keys=KEYS, keep_days=MAX_KEEP_DAYS)
    people = simulate(place, 24, 3, keys=KEYS, clock=lambda: NOW)
    with (place / "roster.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("id", "name", "email", "sector"))
        writer.writerows((one.name, NAMES[0], f"{one.name}.{NAMES[1]}", one.sector) for one in people)
    return place


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("KASUSLAB_KEYS", str(KEYS))
    return CliRunner()


def test_the_page_stands_in_the_course_under_its_day(course: Path) -> None:
    file = write_report(course, now=NOW, keys=KEYS)

    assert file == course / "reports" / "2026-11-22-class.html"
    assert "Laporan kelas: kelas" in file.read_text("utf-8")
    assert [one.name for one in file.parent.iterdir()] == [file.name]


def test_the_page_opens_in_the_language_that_is_asked_for(course: Path) -> None:
    page = write_report(course, now=NOW, keys=KEYS, first="en").read_text("utf-8")

    assert '<html lang="en">' in page
    assert re.findall(r'id="lang-(\w+)" value="\w+" checked', page) == ["en"]


def test_no_name_no_address_and_no_reflection_is_in_it(course: Path) -> None:
    report = write_report(course, now=NOW, keys=KEYS).read_text("utf-8")
    records = [file.read_text("utf-8") for file in course.glob("submitted/*/*/decisions.jsonl")]
    written = [text for record in records for text in re.findall(r'"refleksi","pick":"([^"]{20,})', record)]

    assert not [name for name in NAMES if name in report]
    assert written
    assert not [text for text in written if text in report]


def test_the_command_writes_where_it_is_told(course: Path, run: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "baru" / "kelas.html"

    done = run.invoke(app, ["report", str(course), "daftar-nilai", "-o", str(file)])

    assert done.exit_code == 0
    assert "written" in done.output
    assert file.read_text("utf-8").startswith("<!DOCTYPE html>")


def test_the_command_opens_the_page_where_it_is_asked_to(
    course: Path, run: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("typer.launch", opened.append)

    run.invoke(app, ["report", str(course), "-o", str(tmp_path / "kelas.html"), "--open"])

    assert opened == [str(tmp_path / "kelas.html")]


def test_a_case_that_the_course_lacks_is_named(course: Path) -> None:
    with pytest.raises(CourseError, match=r"no released case teman-gim\. Choose from: daftar-nilai"):
        write_report(course, now=NOW, keys=KEYS, case_ids=["teman-gim"])


def test_what_is_no_course_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="is no course"):
        write_report(tmp_path, now=NOW, keys=KEYS)


def test_a_place_that_cannot_be_written_is_told_and_nothing_is_left(course: Path, tmp_path: Path) -> None:
    (tmp_path / "datar").write_text("", "utf-8")

    with pytest.raises(CourseError, match="cannot be written"):
        write_report(course, now=NOW, keys=KEYS, file=tmp_path / "datar" / "kelas.html")
    with pytest.raises(CourseError, match="cannot be written"):
        write_report(course, now=NOW, keys=KEYS, file=tmp_path)

    assert [file.name for file in tmp_path.iterdir()] == ["datar"]


def test_services_of_the_course_go_before_those_of_the_library(course: Path, tmp_path: Path) -> None:
    shutil.copytree(course / "release", tmp_path / "release")
    file = next(tmp_path.glob("release/*/case/services.yaml"))
    file.write_text(file.read_text("utf-8").replace("id: Sekolah", "id: SMP Harapan", 1), "utf-8")

    names = {name: service.name["id"] for name, service in services_of(tmp_path).items()}

    assert names["sekolah"] == "SMP Harapan"
    assert "Komdigi, aduan konten" in names.values()  # what the course does not use is the library's


def test_the_notebook_runs_on_a_course_and_asks_nothing_of_the_network(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KASUSLAB_COURSE", str(course))
    monkeypatch.setenv("KASUSLAB_KEYS", str(KEYS))
    notebook = nbformat.read(NOTEBOOK, as_version=4)

    NotebookClient(notebook, timeout=120).execute()

    outputs = json.dumps([cell.get("outputs", []) for cell in notebook.cells])
    assert outputs.count("image/svg+xml") == 2
    assert not re.search(r"https?://(?!www\.w3\.org)", outputs)
    assert not [name for name in NAMES if name in outputs]


def test_the_notebook_is_kept_without_outputs_and_warns_of_raw_rows() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)

    assert not [cell for cell in notebook.cells if cell.get("outputs")]
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert "hanya untuk fasilitator" in prose
    assert "for the facilitator only" in prose
