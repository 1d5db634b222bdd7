"""Feedback on its way back to Moodle: made where it is missing, under the names that Moodle takes back."""

from __future__ import annotations

import io
import os
import shutil
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from graders.people.roster import Person, write_roster
from release.course.course import CourseError, make_course
from release.course.grade.grade import grade_class
from release.course.hand_ins.collect import collect
from release.course.hand_ins.feedback_zip import FeedbackError, FeedbackPages, feedback_pages, pack_feedback
from release.course.hand_ins.moodle_places import MoodlePlace, read_placed, write_places
from release.course.simulate import simulate
from scenarios.course_card import MAX_KEEP_DAYS
from scenarios.documents.problem import ProblemsError
from tests.places import CASES, KEYS

CASE = "daftar-nilai"
DUE = datetime(2026, 11, 20, tzinfo=UTC)
NOW = DUE + timedelta(days=4)
PEOPLE = {"peserta-01": "Sari O'Neil", "peserta-02": "José_A", "peserta-03": "علي", "peserta-04": "Budi"}


def pages_of(course: Path, *cases: str, now: datetime = NOW, before_due: bool = False) -> FeedbackPages:
    return feedback_pages(course, cases, now=now, keys=KEYS, before_due=before_due)


def upload(record: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("decisions.jsonl", record)
    return made.getvalue()


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four who were graded; three handed in by Moodle, in each of the forms that its download has."""
    place = tmp_path_factory.mktemp("feedback") / "kursus"
    keys = KEYS
    make_course(
        place, [CASE], person="Ibu R., panitia", due=DUE, cases=CASES, keys=keys, keep_days=MAX_KEEP_DAYS
    )
    simulate(place, 4, 3, keys=keys)
    records = {file.parent.parent.name: file for file in place.glob(f"submitted/*/{CASE}/decisions.jsonl")}
    event = next(iter(records.values())).read_bytes()
    for name in PEOPLE:
        (place / "submitted" / name / CASE / "decisions.jsonl").write_bytes(event)
        event = renamed(event)
    write_roster(place, {name: Person(name, called) for name, called in PEOPLE.items()})
    download = place.parent / "unduhan.zip"
    with zipfile.ZipFile(download, "w") as packed:
        for name, folder in (
            ("peserta-01", "Sari ONeil_101_assignsubmission_file_/serahan.zip"),
            ("peserta-02", "José A_102_assignsubmission_file/sub/serahan.zip"),
            ("peserta-03", "علي_103_assignsubmission_file_serahan.zip"),
        ):
            record = place / "submitted" / name / CASE / "decisions.jsonl"
            packed.writestr(folder, upload(record.read_bytes()))
    outcome = collect(place, [download], now=NOW)
    assert (len(outcome.unchanged), outcome.left) == (3, ())
    grade_class(place, keys=keys, jobs=1)
    return place


def renamed(record: bytes) -> bytes:
    """The same play under an id of its own."""
    from scenarios.engine.record import parse_record, record_bytes  # noqa: PLC0415 -- only here

    first, *rest = parse_record(record).events
    number = int(first.play[:4], 16) + 1  # type: ignore[union-attr]
    return record_bytes([first.model_copy(update={"play": f"{number:04x}{'0' * 28}"}), *rest])


def moodle_takes(path: str) -> tuple[int, str] | None:
    """The participant and the file, as Moodle's importer finds them (mod/assign/feedback/file)."""
    parts = PurePosixPath(path).parts
    for at, part in enumerate(parts):
        info = part.split("_", 4)
        if len(info) >= 4 and info[1].isdigit() and info[2:4] == ["assignsubmission", "file"]:
            rest = [info[4] if len(info) > 4 else "", *parts[at + 1 :]]
            return int(info[1]), "/".join(filter(None, rest))
    return None


def test_the_zip_has_the_names_that_the_download_had_and_moodle_finds_everybody(
    course: Path, tmp_path: Path
) -> None:
    pages = pages_of(course)
    without = pack_feedback(course, pages, tmp_path / "umpan.zip").without

    with zipfile.ZipFile(tmp_path / "umpan.zip") as packed:
        names = packed.namelist()
        bodies = [packed.read(name).decode("utf-8") for name in names]
    assert names == [
        f"Sari ONeil_101_assignsubmission_file_/{CASE}.html",
        f"José A_102_assignsubmission_file/{CASE}.html",
        f"علي_103_assignsubmission_file_{CASE}.html",
    ]
    assert [moodle_takes(name) for name in names] == [(number, f"{CASE}.html") for number in (101, 102, 103)]
    assert all("<html" in body for body in bodies)
    assert without == (("peserta-04", CASE),)
    if sys.platform != "win32":
        assert (tmp_path / "umpan.zip").stat().st_mode & 0o777 == 0o600


def test_a_page_that_is_missing_or_older_than_its_grading_is_made_and_no_other(course: Path) -> None:
    pages_of(course)
    stale = course / "feedback" / "peserta-02" / CASE / f"{CASE}.html"
    os.utime(stale, (0, 0))
    shutil.rmtree(course / "feedback" / "peserta-01")
    page = course / "feedback" / "peserta-03" / CASE / f"{CASE}.html"
    before = page.stat().st_mtime_ns

    pages = pages_of(course, CASE)

    assert (len(pages.files), pages.made) == (4, 2)
    assert stale.stat().st_mtime > 1
    assert page.stat().st_mtime_ns == before
    assert pages_of(course, CASE).made == 0


def test_a_folder_whose_name_has_a_line_break_is_a_sentence(course: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(course, tmp_path / "kursus")
    shutil.copytree(copy / "autograded" / "peserta-01", copy / "autograded" / "peserta\n09")

    with pytest.raises(FeedbackError, match=r"'peserta\\n09'.*remove it") as error:
        pages_of(copy)

    assert "Traceback" not in str(error.value)
    assert "\n" not in str(error.value)


def test_no_feedback_is_made_before_its_case_is_due(course: Path) -> None:
    early = DUE - timedelta(hours=1)

    with pytest.raises(FeedbackError, match=r"not due yet: daftar-nilai \(2026-11-20 00:00 UTC\)"):
        pages_of(course, now=early)
    assert len(pages_of(course, now=early, before_due=True).files) == 4


def test_a_key_that_is_missing_is_told_before_nbgrader_begins(course: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(course, tmp_path / "kursus"))
    shutil.rmtree(copy / "feedback", ignore_errors=True)

    with pytest.raises(ProblemsError, match=r"daftar-nilai\.yaml:1: the file cannot be read"):
        feedback_pages(copy, now=NOW, keys=tmp_path)


def test_a_case_that_the_course_has_not_is_refused(course: Path) -> None:
    with pytest.raises(CourseError, match="has no case lain"):
        pages_of(course, "lain")


def test_a_class_that_moodle_knows_nothing_of_is_a_sentence(course: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(course, tmp_path / "kursus"))
    shutil.rmtree(copy / "inbox")

    with pytest.raises(FeedbackError, match="anything that Moodle handed out"):
        pack_feedback(copy, pages_of(copy), tmp_path / "umpan.zip")
    assert not (tmp_path / "umpan.zip").exists()


def test_a_zip_that_cannot_be_written_is_a_sentence(course: Path, tmp_path: Path) -> None:
    with pytest.raises(FeedbackError, match="cannot be written"):
        pack_feedback(course, pages_of(course), tmp_path / "tidak-ada" / "umpan.zip")


def test_the_command_line_packs_and_names_who_is_not_in_it(
    course: Path, tmp_path: Path, kasuslab: Callable[..., Any]
) -> None:
    options = ["--before-due", "--keys", KEYS, "--zip", tmp_path / "u.zip"]
    done = kasuslab("feedback", course, *options)

    assert done.returncode == 0, done.stderr
    assert "u.zip: 3 pages for Moodle." in done.stdout
    assert "peserta-04 (daftar-nilai)" in done.stderr


def test_each_case_has_a_zip_of_its_own(course: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(course, tmp_path / "kursus"))
    places = read_placed(copy).moodle
    other = {"kasus-lain": MoodlePlace(number="101", tail="_assignsubmission_file_", flat=False)}
    write_places(copy, {**places, "peserta-04": other})
    page = pages_of(copy).files["peserta-01", CASE]
    pages = FeedbackPages({**pages_of(copy).files, ("peserta-04", "kasus-lain"): page}, 0)

    packed = pack_feedback(copy, pages, tmp_path / "umpan.zip")

    assert packed.counts == {CASE: 3, "kasus-lain": 1}
    assert [file.name for file in packed.files.values()] == [f"umpan-{CASE}.zip", "umpan-kasus-lain.zip"]
    with zipfile.ZipFile(packed.files["kasus-lain"]) as archive:
        assert archive.namelist() == ["Budi_101_assignsubmission_file_/kasus-lain.html"]
    assert "at the assignment of daftar-nilai and at no other" in packed.messages[0]
    assert "first turn on Settings > Feedback types > Feedback files" in packed.messages[0]


def test_two_persons_of_one_number_are_both_left_out(course: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(course, tmp_path / "kursus"))
    places = dict(read_placed(copy).moodle)
    write_places(copy, {**places, "peserta-02": places["peserta-01"]})

    packed = pack_feedback(copy, pages_of(copy), tmp_path / "umpan.zip")

    assert packed.without == (("peserta-01", CASE), ("peserta-02", CASE), ("peserta-04", CASE))
    assert packed.counts == {CASE: 1}


def test_under_blind_marking_no_name_stands_before_the_number(course: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(course, tmp_path / "kursus"))
    place = read_placed(copy).moodle["peserta-01"][CASE].model_copy(update={"blind": "Participant"})
    write_places(copy, {"peserta-01": {CASE: place}})

    packed = pack_feedback(copy, pages_of(copy), tmp_path / "umpan.zip")

    with zipfile.ZipFile(packed.files[CASE]) as archive:
        assert archive.namelist() == [f"Participant_101_assignsubmission_file_/{CASE}.html"]
