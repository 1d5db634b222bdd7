"""The backup of a course, also while its gradebook is written."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from release.backup.backup import BackupError
from release.backup.course_backup import back_up_course, restore_course
from release.cli import app
from release.course.course import make_course
from release.course.gradebook import students
from release.course.simulate import simulate
from tests.places import CASES, KEYS

NOW = datetime(2026, 11, 2, 17, tzinfo=UTC)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("course") / "kursus"
    make_course(place, ["daftar-nilai"], person="Ibu Sari", cases=CASES, keys=KEYS)
    simulate(place, 3, 1, keys=KEYS)
    return place


def content(course: Path) -> dict[str, bytes]:
    files = (
        file for file in course.rglob("*") if file.is_file() and not file.name.startswith("gradebook.db")
    )
    return {file.relative_to(course).as_posix(): file.read_bytes() for file in files}


def test_a_lost_course_is_back_file_by_file_with_its_gradebook(course: Path, tmp_path: Path) -> None:
    whole = Path(shutil.copytree(course, tmp_path / "kursus"))
    files, people = content(whole), students(whole)
    back_up_course(whole, tmp_path / "copy.zip", software="0.1.0", now=NOW)
    shutil.rmtree(whole)

    back = restore_course(tmp_path / "copy.zip", whole)

    assert content(whole) == files
    assert students(whole) == people
    assert back.files == len(files) + 1


def test_a_gradebook_that_is_just_written_is_copied_as_it_was_before(course: Path, tmp_path: Path) -> None:
    whole = Path(shutil.copytree(course, tmp_path / "kursus"))
    with closing(sqlite3.connect(whole / "gradebook.db", isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("BEGIN")
        writer.execute("DELETE FROM student")
        back_up_course(whole, tmp_path / "copy.zip", software="0.1.0", now=NOW)
        writer.execute("ROLLBACK")

    restore_course(tmp_path / "copy.zip", tmp_path / "new")

    assert students(tmp_path / "new") == students(course)


def test_a_folder_with_anything_in_it_is_left_as_it_is(course: Path, tmp_path: Path) -> None:
    back_up_course(course, tmp_path / "copy.zip", software="0.1.0", now=NOW)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "mine.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(BackupError, match=r"mine\.txt"):
        restore_course(tmp_path / "copy.zip", tmp_path / "new")

    assert [file.name for file in (tmp_path / "new").iterdir()] == ["mine.txt"]


def test_a_damaged_copy_leaves_no_folder_behind(course: Path, tmp_path: Path) -> None:
    back_up_course(course, tmp_path / "copy.zip", software="0.1.0", now=NOW)
    sound = (tmp_path / "copy.zip").read_bytes()
    (tmp_path / "copy.zip").write_bytes(sound[:100] + b"?" + sound[101:])

    with pytest.raises(BackupError):
        restore_course(tmp_path / "copy.zip", tmp_path / "new")

    assert [file.name for file in tmp_path.iterdir()] == ["copy.zip"]


def test_a_link_out_of_the_course_is_refused_rather_than_followed(course: Path, tmp_path: Path) -> None:
    whole = Path(shutil.copytree(course, tmp_path / "kursus"))
    (whole / "elsewhere").symlink_to(tmp_path)

    with pytest.raises(BackupError, match="elsewhere"):
        back_up_course(whole, tmp_path / "copy.zip", software="0.1.0", now=NOW)

    assert not (tmp_path / "copy.zip").exists()


def test_a_folder_that_is_no_course_is_not_copied(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match=str(tmp_path)):
        back_up_course(tmp_path, tmp_path / "copy.zip", software="0.1.0", now=NOW)


def test_the_two_commands_lead_there_and_back(course: Path, tmp_path: Path) -> None:
    run, copy, new = CliRunner(), str(tmp_path / "copy.zip"), str(tmp_path / "new")

    there = run.invoke(app, ["backup", str(course), copy])
    back = run.invoke(app, ["restore", copy, new])

    assert (there.exit_code, back.exit_code) == (0, 0)
    assert content(Path(new)) == content(course)
