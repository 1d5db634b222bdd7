"""What a course keeps of persons: handed out, forgotten, and cleared when its time is up."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from graders.people.roster import course_roster
from release.cli import app
from release.course.course import make_course
from release.course.enrolment import enrol
from release.course.gradebook import grades_of, students
from release.course.personal_data import (
    PersonError,
    clear_in_time,
    course_parts,
    export_course,
    export_person,
    forget_course,
    forget_person,
    keeping_ends,
    people_of,
    remove_course,
)
from release.course.simulate import simulate
from scenarios.course_card import MAX_KEEP_DAYS
from scenarios.documents.problem import BadInputError
from tests.places import CASES, KEYS

DUE = datetime(2026, 5, 1, 9, tzinfo=UTC)
PAGES = ("reports/2026-class.html", "exports/moodle.csv", "feedback/{}/daftar-nilai/daftar-nilai.html")


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of four with names in its roster, and pages that were made from them."""
    place = tmp_path_factory.mktemp("course") / "kursus"
    course = make_course(
        place, ["daftar-nilai"], person="Ibu Sari", due=DUE, cases=CASES, keys=KEYS, keep_days=MAX_KEEP_DAYS
    )
    people = simulate(course.directory, 4, 1, keys=KEYS)
    sheet = place.with_name("peserta.csv")
    rows = [f"{person.name},Nama Rahasia {person.name},{person.name}@contoh.id,police" for person in people]
    sheet.write_text("\n".join(["id,name,email,sector", *rows]) + "\n", encoding="utf-8")
    enrol(place, sheet)
    for page in PAGES:
        file = place / page.format(people[0].name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(people[0].name, encoding="utf-8")
    return place


@pytest.fixture
def course(handed_in: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(handed_in, tmp_path / "kursus"))


def records(course: Path, person: str) -> list[Path]:
    return list((course / "submitted" / person).glob("*/decisions.jsonl"))


def traces(course: Path, word: str) -> list[str]:
    """The files of a course whose name or content holds a word."""
    return [
        str(file.relative_to(course))
        for file in course.rglob("*")
        if file.is_file() and (word in str(file.relative_to(course)) or word.encode() in file.read_bytes())
    ]


def test_a_person_gets_all_that_is_kept_of_them_and_of_nobody_else(course: Path, tmp_path: Path) -> None:
    second, first = sorted(people_of(course), key=lambda name: len(records(course, name)))[-2:]

    with zipfile.ZipFile(export_person(course, first, tmp_path / "data.zip")) as archive:
        names = set(archive.namelist())
        assert json.loads(archive.read("person.json"))["name"] == f"Nama Rahasia {first}"
        assert not [name for name in names if second.encode() in archive.read(name)]
    assert {"person.json", "submitted/daftar-nilai/decisions.jsonl"} <= names


def test_of_a_forgotten_person_no_file_holds_a_trace(course: Path) -> None:
    first, second = people_of(course)[:2]
    assert traces(course, first)

    gone = forget_person(course, first)

    assert traces(course, first) == []
    assert set(gone.also) == {"reports", "exports"}
    assert first not in students(course)
    assert second in students(course)
    assert second in course_roster(course)
    assert (course / "submitted" / second).is_dir()


def test_a_forgotten_course_still_has_its_cases_and_deadlines(course: Path) -> None:
    people = people_of(course)

    assert forget_course(course).people == len(people)

    assert people_of(course) == ()
    assert [name for person in people for name in traces(course, person)] == []
    assert (course / "source" / "daftar-nilai" / "daftar-nilai.ipynb").is_file()
    assert keeping_ends(course) is None


def test_the_whole_course_is_handed_out_by_person(course: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(export_course(course, tmp_path / "all.zip")) as archive:
        folders = {name.split("/")[0] for name in archive.namelist()}

    assert folders == set(people_of(course))


# nbgrader's own way of adding a row is not to SQLAlchemy's liking.
@pytest.mark.filterwarnings("ignore:Object of type <Submitted")
def test_the_gradebook_of_a_person_is_handed_out_too(course: Path) -> None:
    person = people_of(course)[0]
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.update_or_create_submission("daftar-nilai", person)

    (grade,) = grades_of(course, person)

    assert grade["assignment"] == "daftar-nilai"


def test_what_was_handed_in_is_cleared_when_its_time_is_up_and_not_before(course: Path) -> None:
    until = keeping_ends(course)
    assert until is not None

    assert clear_in_time(course, lambda: until - timedelta(seconds=1)) is None
    cleared = clear_in_time(course, lambda: until)

    assert cleared is not None
    assert people_of(course) == ()
    assert clear_in_time(course, lambda: until) is None


def test_a_zip_that_cannot_be_written_is_told_with_the_option_that_names_another(course: Path) -> None:
    with pytest.raises(PersonError, match=r"cannot be written \(.*\)\. Name another file with --export\."):
        export_course(course, course / "tidak-ada" / "a.zip")


def test_somebody_unknown_is_not_forgotten(course: Path) -> None:
    with pytest.raises(PersonError, match="keeps nothing of “tidak-ada”"):
        forget_person(course, "tidak-ada")


def test_a_folder_that_is_no_course_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "submitted").mkdir()

    with pytest.raises(BadInputError, match="is no course"):
        forget_course(tmp_path)
    assert (tmp_path / "submitted").is_dir()


def test_the_command_asks_before_it_forgets(course: Path) -> None:
    person = people_of(course)[0]
    command = ["course", str(course), "--forget", "--only", person]
    (course / "reports").mkdir(exist_ok=True)
    (course / "reports" / "laporan.html").write_text("everybody's", encoding="utf-8")

    asked = CliRunner().invoke(app, command, input="n\n")
    assert asked.exit_code == 1
    assert "reports" in asked.output, "that everybody's reports go too is said before"
    assert (course / "reports" / "laporan.html").is_file()
    assert person in people_of(course)
    assert CliRunner().invoke(app, [*command, "--yes"]).exit_code == 0
    assert person not in people_of(course)


FORGET = """
import sys
from pathlib import Path
from release.course.personal_data import forget_person
print(forget_person(Path(sys.argv[1]), sys.argv[2]).people)
"""


# An administrator may do anything, and whoever runs a course may not.
UNPRIVILEGED = (
    ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if shutil.which("setpriv") else []
)


@pytest.mark.skipif(not UNPRIVILEGED, reason="only Linux can take an administrator's rights away")
def test_what_nbgrader_left_for_reading_alone_is_forgotten_too(course: Path) -> None:
    person = people_of(course)[0]
    for place in (course / "submitted" / person).rglob("*"):
        place.chmod(0o555 if place.is_dir() else 0o444)
    program = [sys.executable, "-P", "-c", FORGET, str(course), person]
    limited = UNPRIVILEGED if os.geteuid() == 0 else []

    done = subprocess.run([*limited, *program], capture_output=True, text=True, check=False)

    assert (done.stdout, done.returncode) == ("1\n", 0), done.stderr
    assert not (course / "submitted" / person).exists()


def test_a_course_is_removed_whole_and_what_somebody_else_put_there_stays(
    handed_in: Path, tmp_path: Path
) -> None:
    course = Path(shutil.copytree(handed_in, tmp_path / "kursus"))
    other = Path(shutil.copytree(handed_in, tmp_path / "lain"))
    (other / "catatan.txt").write_text("Punya saya.", encoding="utf-8")

    parts = course_parts(course)
    assert (parts.cases, parts.people, parts.handed, parts.files) == (
        1,
        4,
        len(list(course.glob("submitted/*/*"))),
        2,
    )
    assert remove_course(course) == ()
    assert not course.exists()
    removal = CliRunner().invoke(app, ["course", str(other), "--delete", "--yes"])
    assert removal.exit_code == 0, removal.output
    assert [file.name for file in other.iterdir()] == ["catatan.txt"]
    with pytest.raises(BadInputError):
        remove_course(other)
