"""A class graded without nbgrader stands as nbgrader would leave it, on both databases, broken off or not."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from nbformat import from_dict
from nbgrader.api import Gradebook
from nbgrader.utils import compute_checksum
from rich.console import Console
from typer.testing import CliRunner

from graders.gradebook.access import GradebookError
from graders.gradebook.entry import GradeEntry
from graders.gradebook.sheet import read_sheet, read_standings
from graders.gradebook.writer import write_entries
from graders.grading.note import read_note
from graders.key.key import KEYS_VARIABLE
from graders.nbgrader.timestamp import handed_in_at
from release.cli import app
from release.course.course import make_course
from release.course.grade import grade
from release.course.grade.course_settings import CourseSettingsError, course_settings
from release.course.grade.grade import ClassGraded, grade_class, rescore_outlook
from release.course.grade.grade_checks import GradeError
from release.course.grade.grade_report import print_graded, print_rescored
from release.course.grade.grade_work import WorkerError
from release.course.grade.graded_folder import cell_checksum, named_cells
from release.course.grade.rescore import HEAD
from release.course.gradebook import add_assignments, generate_assignment
from release.course.simulate import Trainee, simulate
from scenarios.course_card import MAX_KEEP_DAYS
from scenarios.documents.problem import BadInputError
from scenarios.engine.record import parse_record, record_bytes
from tests.parts.databases import postgresql
from tests.parts.nbgrader_course import nbgrader
from tests.places import CASES, KEYS

CASE = "daftar-nilai"
DUE = datetime(2026, 5, 1, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
DUMPS = {
    "students": "SELECT id, first_name, last_name, email, lms_user_id FROM student",
    "submissions": """SELECT a.name, s.student_id, s.timestamp, s.extension
        FROM submitted_assignment s JOIN assignment a ON a.id = s.assignment_id""",
    "notebooks": """SELECT s.student_id, n.name, x.flagged, x.late_submission_penalty
        FROM submitted_notebook x JOIN submitted_assignment s ON s.id = x.assignment_id
        JOIN notebook n ON n.id = x.notebook_id""",
    "grades": """SELECT s.student_id, c.name, c.type, g.auto_score, g.manual_score, g.extra_credit,
        g.needs_manual_grade FROM grade g JOIN base_cell c ON c.id = g.cell_id
        JOIN submitted_notebook x ON x.id = g.notebook_id
        JOIN submitted_assignment s ON s.id = x.assignment_id""",
    "comments": """SELECT s.student_id, c.name, m.auto_comment, m.manual_comment FROM comment m
        JOIN base_cell c ON c.id = m.cell_id JOIN submitted_notebook x ON x.id = m.notebook_id
        JOIN submitted_assignment s ON s.id = x.assignment_id""",
    "cells": """SELECT b.name, c.max_score, s.checksum FROM grade_cells c JOIN base_cell b ON b.id = c.id
        JOIN source_cell s ON s.name = b.name""",
}


def url_of(course: Path) -> str:
    return f"sqlite:///{course / 'gradebook.db'}"


def dumped(url: str) -> dict[str, list[str]]:
    """What a gradebook says, without the names that it gives its rows."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        tables = {
            name: sorted(str(_plain(row)) for row in connection.execute(sa.text(query)))
            for name, query in DUMPS.items()
        }
    engine.dispose()
    return tables


def _plain(row: sa.Row[tuple[object, ...]]) -> list[object]:
    plain: list[object] = []
    for value in row:
        if isinstance(value, datetime):
            plain.append(f"{value:%Y-%m-%d %H:%M:%S.%f}")
        else:
            plain.append(int(value) if isinstance(value, bool) else value)
    return plain


def files_of(course: Path) -> dict[str, tuple[int, bytes]]:
    """The mode and the bytes of every graded file."""
    place = course / "autograded"
    return {
        str(file.relative_to(place)): (file.stat().st_mode, file.read_bytes())
        for file in place.rglob("*")
        if file.is_file()
    }


def graded_again(course: Path, *, keys: Path = KEYS, rescore: bool = False) -> ClassGraded:
    return grade_class(course, keys=keys, jobs=1, rescore=rescore, clock=lambda: NOW)


def kasuslab(*words: str | Path, keys: Path = KEYS, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "release.cli", "grade", *map(str, words), "--keys", str(keys)]
    return subprocess.run(
        command, input=typed, capture_output=True, text=True, check=False, timeout=120, encoding="utf-8"
    )


def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("grade", "grade_work"):
        monkeypatch.setattr(f"release.course.grade.{place}.CHUNK", 4)


def broken_off(
    monkeypatch: pytest.MonkeyPatch, course: Path, *, keys: Path = KEYS, rescore: bool = False
) -> None:
    """Grade a course, and break it off once a first chunk is written."""
    small_chunks(monkeypatch)
    calls: list[int] = []

    def interrupted(*given: Any) -> None:  # noqa: ANN401 -- what write_entries takes
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        write_entries(*given)

    with monkeypatch.context() as patch:
        patch.setattr(grade, "BATCH", 1)
        patch.setattr(grade, "write_entries", interrupted)
        with pytest.raises(KeyboardInterrupt):
            graded_again(course, keys=keys, rescore=rescore)


def copied(course: Path, person: str, name: str) -> Path:
    """Another trainee, who hands in what `person` did."""
    return Path(shutil.copytree(course / "submitted" / person / CASE, course / "submitted" / name / CASE))


def alike(course: Path, person: str, name: str) -> Path:
    """Another trainee, who played as `person` did."""
    folder = copied(course, person, name)
    with_play(folder / "decisions.jsonl", name.encode().hex().ljust(32, "0")[:32])
    return folder


def with_play(record: Path, play: str) -> None:
    """Give a record a play id of its own."""
    first, *rest = parse_record(record.read_bytes()).events
    record.write_bytes(record_bytes((first.model_copy(update={"play": play}), *rest)))


@pytest.fixture(scope="module")
def people() -> dict[str, str]:
    """Who plays how: filled by the class."""
    return {}


@pytest.fixture(scope="module")
def ungraded(tmp_path_factory: pytest.TempPathFactory, people: dict[str, str]) -> Path:
    """A class of seven, one with a changed record, two who share a play, one with a link, one too large."""
    place = tmp_path_factory.mktemp("class") / "kursus"
    course = make_course(
        place, [CASE], person="Ibu Sari", due=DUE, cases=CASES, keys=KEYS, keep_days=MAX_KEEP_DAYS
    ).directory
    trainees: tuple[Trainee, ...] = simulate(course, 7, 1, keys=KEYS, clock=lambda: NOW)
    people.update({person.manner: person.name for person in trainees})
    record = alike(course, people["whole"], "diubah") / "decisions.jsonl"
    record.write_bytes(record.read_bytes().replace(b'"catat"', b'"minta"'))
    alike(course, people["whole"], "kembar-1")
    copied(course, "kembar-1", "kembar-2")
    record = alike(course, people["whole"], "tautan") / "decisions.jsonl"
    record.unlink()
    record.symlink_to("/etc/hostname")
    (alike(course, people["whole"], "besar") / "foto.png").write_bytes(b"x" * 1_000_001)
    return course


@pytest.fixture(scope="module")
def by_nbgrader(ungraded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = Path(shutil.copytree(ungraded, tmp_path_factory.mktemp("nbgrader") / "kursus", symlinks=True))
    nbgrader(course, "autograde", CASE)
    return course


@pytest.fixture(scope="module")
def graded_once(ungraded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = Path(shutil.copytree(ungraded, tmp_path_factory.mktemp("graded") / "kursus", symlinks=True))
    graded_again(course)
    return course


@pytest.fixture
def graded(graded_once: Path, tmp_path: Path) -> Path:
    """A copy of the graded class, to do things to."""
    return Path(shutil.copytree(graded_once, tmp_path / "kursus", symlinks=True))


@pytest.fixture
def fresh(ungraded: Path, tmp_path: Path) -> Path:
    """A copy of the class, ungraded."""
    return Path(shutil.copytree(ungraded, tmp_path / "kursus", symlinks=True))


@pytest.fixture
def new_key(tmp_path: Path) -> Path:
    """A newer key: “mendesak” is worth nothing any more, and “serah” less."""
    keys = Path(shutil.copytree(KEYS, tmp_path / "keys"))
    file = keys / f"{CASE}.yaml"
    text = file.read_text(encoding="utf-8").replace("\nversion: 1.0.0", "\nversion: 1.1.0")
    text = text.replace("\npanel: none", "\npanel: {size: 12, played: 2026-06-01}")
    for name, old, new in (("mendesak", 2, 0), ("serah", 3, 1.5)):
        before = f"  {name}:\n    weight: {old}\n"
        assert before in text
        text = text.replace(before, f"  {name}:\n    weight: {new}\n")
    file.write_text(text, encoding="utf-8")
    return keys


# The same as nbgrader's own way.


def test_both_ways_leave_the_same_files(by_nbgrader: Path, graded_once: Path) -> None:
    theirs, ours = files_of(by_nbgrader), files_of(graded_once)
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []


def test_both_ways_leave_the_same_gradebook(by_nbgrader: Path, graded_once: Path) -> None:
    ours = dumped(url_of(graded_once))
    assert ours == dumped(url_of(by_nbgrader))
    assert len(ours["grades"]) == 12 * 6


def test_with_two_processes_it_is_the_same(
    fresh: Path, graded_once: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_chunks(monkeypatch)
    done = grade_class(fresh, keys=KEYS, jobs=2, clock=lambda: NOW)
    assert (done.graded, done.failed) == (12, ())
    assert dumped(url_of(fresh)) == dumped(url_of(graded_once))
    assert files_of(fresh) == files_of(graded_once)


def test_on_postgresql_it_is_the_same(fresh: Path, graded_once: Path, people: dict[str, str]) -> None:
    with postgresql() as url:
        config = fresh / "nbgrader_config.py"
        config.write_text(f"{config.read_text('utf-8')}\nc.CourseDirectory.db_url = {url!r}\n", "utf-8")
        add_assignments(fresh, {CASE: DUE})
        generate_assignment(fresh, CASE)
        nbgrader(fresh, "db", "upgrade")
        assert graded_again(fresh).graded == 12
        assert dumped(url) == dumped(url_of(graded_once))
        assert graded_again(fresh).unchanged == 12
        nbgrader(fresh, "autograde", CASE, "--force", "--student", people["late"])
        assert dumped(url) == dumped(url_of(graded_once))


def test_both_ways_keep_what_a_person_gave_and_take_the_same_for_what_is_late(
    graded: Path, people: dict[str, str]
) -> None:
    late = people["late"]
    with Gradebook(url_of(graded)) as gradebook:
        serah = gradebook.find_grade("decision-serah", CASE, CASE, late)
        serah.manual_score, serah.extra_credit, serah.needs_manual_grade = 2.5, 0.25, False
        gradebook.find_comment("reflection", CASE, CASE, late).manual_comment = "Bagus."
        gradebook.db.commit()
    with_play(graded / "submitted" / late / CASE / "decisions.jsonl", "c" * 32)
    config = graded / "nbgrader_config.py"
    config.write_text(
        f'{config.read_text("utf-8")}\nc.LateSubmissionPlugin.penalty_method = "zero"\n', "utf-8"
    )
    theirs = Path(shutil.copytree(graded, graded.parent / "nbgrader", symlinks=True))
    assert graded_again(graded).graded == 1
    nbgrader(theirs, "autograde", CASE, "--force", "--student", late)
    ours = dumped(url_of(graded))
    assert ours == dumped(url_of(theirs))
    assert [row for row in ours["grades"] if "2.5, 0.25, 1]" in row and late in row]
    assert [row for row in ours["notebooks"] if late in row and "None" not in row]


def test_both_ways_read_a_moment_with_its_zone(graded: Path, people: dict[str, str]) -> None:
    name = people["whole"]
    moment = graded / "submitted" / name / CASE / "timestamp.txt"
    moment.write_text("2026-05-02 16:00:00 +0700\n", encoding="utf-8")
    theirs = Path(shutil.copytree(graded, graded.parent / "nbgrader", symlinks=True))

    assert graded_again(graded).graded == 1
    nbgrader(theirs, "autograde", CASE, "--force", "--student", name)

    ours = dumped(url_of(graded))
    assert ours == dumped(url_of(theirs))
    assert files_of(graded) == files_of(theirs)
    assert [row for row in ours["submissions"] if name in row and "2026-05-02 09:00:00" in row]


def test_a_hand_in_placed_by_hand_without_a_moment_is_graded_the_same_by_both_ways_and_is_not_late(
    graded: Path, people: dict[str, str]
) -> None:
    (alike(graded, people["late"], "ditaruh") / "timestamp.txt").unlink()
    theirs = Path(shutil.copytree(graded, graded.parent / "nbgrader", symlinks=True))

    assert graded_again(graded).graded == 1
    nbgrader(theirs, "autograde", CASE, "--force", "--create", "--student", "ditaruh")

    ours = dumped(url_of(graded))
    assert ours == dumped(url_of(theirs))
    (submission,) = (row for row in ours["submissions"] if "ditaruh" in row)
    (notebook,) = (row for row in ours["notebooks"] if "ditaruh" in row)
    assert submission == f"['{CASE}', 'ditaruh', None, None]"
    assert notebook.endswith(", None]")


def test_a_course_whose_name_holds_every_sign_is_made_graded_and_handed_out_from_another_folder(
    ungraded: Path, people: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, name = "Kursus Ibu Ma’ruf – {A}'s 100% #2", people["whole"]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(KEYS_VARIABLE, str(KEYS))

    def run(*words: str) -> str:
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, done.output
        return done.stdout

    run("course", place, "--cases", CASE, "--person", "Ibu R.", "--cases-dir", str(CASES))
    shutil.copytree(ungraded / "submitted" / name, tmp_path / place / "submitted" / name)
    nbgrader(tmp_path / place, "generate_assignment", CASE)
    graded = run("grade", place)
    nbgrader(tmp_path / place, "generate_feedback", CASE)
    run("export", place, "--moodle")

    assert graded.startswith("1 graded, 0 unchanged.")
    assert list((tmp_path / place / "feedback").glob(f"{name}/{CASE}/*.html"))
    assert name in (tmp_path / place / "exports" / "moodle.csv").read_text("utf-8")


def test_no_query_reads_a_whole_table_of_grades(graded: Path) -> None:
    """Otherwise time would grow with the square of the class."""
    engine = sa.create_engine(url_of(graded))
    asked: list[tuple[str, Any]] = []

    def listen(*heard: Any) -> None:  # noqa: ANN401 -- SQLAlchemy's own
        asked.append((str(heard[2]), heard[3]))

    sa.event.listen(engine, "before_cursor_execute", listen)
    settings = course_settings(graded)
    with engine.begin() as connection:
        sheet = read_sheet(connection, CASE)
        students = list(read_standings(connection, sheet))
        entries = [GradeEntry(name, None, dict.fromkeys(sheet.grades, 0.0)) for name in students]
        write_entries(connection, sheet, entries, settings.penalty)
    selects = [each for each in asked if each[0].startswith("SELECT")]
    with engine.connect() as connection:
        steps = [
            str(row[3])
            for query, values in selects
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values)
        ]
    engine.dispose()
    assert len(selects) == 10
    tables = ("grade", "comment", "submitted_assignment", "submitted_notebook")
    assert [step for step in steps if step.startswith(tuple(f"SCAN {table}" for table in tables))] == []


def test_the_checksum_of_a_cell_is_nbgrader_s(ungraded: Path) -> None:
    notebook = json.loads((ungraded / "release" / CASE / f"{CASE}.ipynb").read_text("utf-8"))
    for cell in notebook["cells"]:
        whole = from_dict({**cell, "source": "".join(cell["source"])})
        assert cell_checksum(cell) == compute_checksum(whole)


def test_a_worker_imports_neither_nbgrader_nor_a_database() -> None:
    names = "{name.split('.')[0] for name in sys.modules}"
    heavy = "{'nbgrader', 'nbformat', 'nbconvert', 'sqlalchemy', 'pandas'}"
    code = f"import sys, release.cli, release.course.grade.grade_work; print({names} & {heavy})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


# Who is not judged.


def test_whoever_is_not_judged_is_named_with_the_reason(fresh: Path, people: dict[str, str]) -> None:
    done = graded_again(fresh)
    assert {one.student: one.reason for one in done.not_judged} == {
        people["empty"]: "missing",
        "besar": "too_large",
        "diubah": "unreadable",
        "kembar-1": "shared",
        "kembar-2": "shared",
        "tautan": "link",
    }
    screen = io.StringIO()
    print_graded(done, Console(file=screen, width=80))
    lines = screen.getvalue().splitlines()
    assert lines[0] == "12 graded, 0 unchanged. 6 of all these have no score."
    assert f"Not judged: tautan, {CASE}: What was handed in holds a link to another file. Links are" in (
        screen.getvalue()
    )
    assert not (fresh / "autograded" / "tautan" / CASE / "decisions.jsonl").exists()


def test_names_are_shown_as_they_are_and_move_no_cursor(graded: Path) -> None:
    (graded / "submitted" / "[red]a\x1b[2J" / CASE).mkdir(parents=True)
    screen = io.StringIO()
    print_graded(graded_again(graded), Console(file=screen, width=200))
    assert "[red]a\N{REPLACEMENT CHARACTER}[2J, daftar-nilai" in screen.getvalue()
    assert "\x1b" not in screen.getvalue()


def test_a_copy_that_comes_later_takes_the_first_one_s_score_too(
    graded: Path, people: dict[str, str]
) -> None:
    copied(graded, people["skips"], "salinan")
    done = graded_again(graded)
    assert done.graded == 2
    reasons = {one.student: one.reason for one in done.not_judged}
    assert reasons["salinan"] == reasons[people["skips"]] == "shared"
    shutil.rmtree(graded / "submitted" / "salinan")
    assert people["skips"] not in {one.student for one in graded_again(graded).not_judged}


def test_what_cannot_be_graded_stops_nobody_else(fresh: Path, people: dict[str, str]) -> None:
    place = fresh / "autograded"
    place.mkdir()
    (place / people["whole"]).write_text("a file where a folder is wanted", encoding="utf-8")
    done = graded_again(fresh)
    (failed,) = done.failed
    assert failed.startswith(f"{people['whole']}, {CASE}: ")
    assert done.graded == 11
    (place / people["whole"]).unlink()
    assert graded_again(fresh).graded == 1


# Once more, and broken off.


def test_what_stands_is_left_alone(graded: Path) -> None:
    before = files_of(graded)
    done = graded_again(graded)
    assert (done.graded, done.unchanged, len(done.not_judged)) == (0, 12, 6)
    assert files_of(graded) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: with_play(folder / "decisions.jsonl", "b" * 32),
        lambda folder: (folder / "timestamp.txt").write_text("2026-05-02 09:00:00 UTC", encoding="utf-8"),
        lambda folder: (folder / "extra.png").write_bytes(b"x" * 1_000_001),
        lambda folder: (folder / "decisions.jsonl").unlink(),
    ],
)
def test_what_was_handed_in_anew_is_graded_anew(
    graded: Path, people: dict[str, str], change: Callable[[Path], object]
) -> None:
    change(graded / "submitted" / people["whole"] / CASE)
    assert graded_again(graded).graded == 1
    assert graded_again(graded).graded == 0


def test_rows_or_files_that_are_gone_are_made_again(graded: Path, people: dict[str, str]) -> None:
    whole = dumped(url_of(graded)), files_of(graded)
    with Gradebook(url_of(graded)) as gradebook:
        gradebook.remove_submission(CASE, people["late"])
    (graded / "autograded" / people["skips"] / CASE / "grading.json").unlink()
    (graded / "autograded" / people["half"] / CASE / f"{CASE}.ipynb").unlink()
    assert graded_again(graded).graded == 3
    assert (dumped(url_of(graded)), files_of(graded)) == whole


def test_a_run_that_was_broken_off_keeps_what_it_wrote(
    fresh: Path, graded_once: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken_off(monkeypatch, fresh)
    assert len(dumped(url_of(fresh))["submissions"]) == 4
    (fresh / "autograded" / "diubah" / f".{CASE}.new" / "case").mkdir(parents=True)
    done = graded_again(fresh)
    assert (done.graded, done.unchanged) == (8, 4)
    assert dumped(url_of(fresh)) == dumped(url_of(graded_once))
    assert files_of(fresh) == files_of(graded_once)


def test_what_a_person_gave_is_never_lost(graded: Path, people: dict[str, str]) -> None:
    name = people["whole"]
    with Gradebook(url_of(graded)) as gradebook:
        for grade_of, manual, extra in (("decision-serah", 2.5, None), ("reflection", None, 0.5)):
            stored = gradebook.find_grade(grade_of, CASE, CASE, name)
            stored.manual_score, stored.extra_credit, stored.needs_manual_grade = manual, extra, False
        gradebook.find_comment("reflection", CASE, CASE, name).manual_comment = "Bagus."
        gradebook.db.commit()
    with_play(graded / "submitted" / name / CASE / "decisions.jsonl", "c" * 32)
    assert graded_again(graded).graded == 1
    with Gradebook(url_of(graded)) as gradebook:
        serah = gradebook.find_grade("decision-serah", CASE, CASE, name)
        assert (serah.manual_score, serah.score, serah.needs_manual_grade) == (2.5, 2.5, True)
        assert gradebook.find_grade("reflection", CASE, CASE, name).extra_credit == 0.5
        assert gradebook.find_comment("reflection", CASE, CASE, name).comment == "Bagus."


def test_all_that_is_late_can_be_taken_from_its_score(fresh: Path, people: dict[str, str]) -> None:
    config = fresh / "nbgrader_config.py"
    text = config.read_text("utf-8")
    config.write_text(f'{text}\nc.LateSubmissionPlugin.penalty_method = "zero"\n', encoding="utf-8")
    graded_again(fresh)
    with Gradebook(url_of(fresh)) as gradebook:
        late = gradebook.find_submission(CASE, people["late"])
        assert late.late_submission_penalty == late.score > 0
        assert gradebook.find_submission(CASE, people["whole"]).late_submission_penalty == 0


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("", None),
        ("2026-05-01 09:00:00 UTC", datetime(2026, 5, 1, 9)),  # noqa: DTZ001 -- as nbgrader has it
        ("2026-05-01 09:00:00.250000 UTC", datetime(2026, 5, 1, 9, 0, 0, 250_000)),  # noqa: DTZ001
        ("2026-05-01 16:00:00 Asia/Jakarta", datetime(2026, 5, 1, 9)),  # noqa: DTZ001
        ("2026-05-01T16:00:00+07:00", datetime(2026, 5, 1, 9)),  # noqa: DTZ001
        ("2026-05-01 16:00:00 +0700", datetime(2026, 5, 1, 9)),  # noqa: DTZ001
        ("2026-05-01 16:00:00+0700", datetime(2026, 5, 1, 9)),  # noqa: DTZ001
        ("2026-05-01 18:00 WIT", datetime(2026, 5, 1, 9)),  # noqa: DTZ001
    ],
)
def test_the_moment_of_handing_in_is_in_utc(text: str, moment: datetime | None) -> None:
    assert handed_in_at(text) == moment


def test_a_moment_that_nobody_can_read_is_told(fresh: Path, people: dict[str, str]) -> None:
    (fresh / "submitted" / people["whole"] / CASE / "timestamp.txt").write_text("kemarin", encoding="utf-8")
    (warning,) = graded_again(fresh).warnings
    assert warning.startswith(f"{people['whole']}, {CASE}: timestamp.txt tells no moment")


# A key that has changed.


def test_a_changed_key_is_refused_until_it_is_asked_for(graded: Path, new_key: Path) -> None:
    with pytest.raises(GradeError, match=r"graded with 1\.0\.0, and the key is now 1\.1\.0.*--rescore"):
        graded_again(graded, keys=new_key)


def test_a_class_is_rescored_and_told_who_changes_and_why(
    graded: Path, new_key: Path, people: dict[str, str]
) -> None:
    old = read_note(graded / "autograded" / people["whole"] / CASE)
    (rescored,) = graded_again(graded, keys=new_key, rescore=True).rescored
    assert (rescored.old_versions, rescored.new_version, rescored.again) == (("1.0.0",), "1.1.0", 12)
    assert rescored.weights == (("mendesak", 2.0, 0.0), ("serah", 3.0, 1.5))
    new = read_note(graded / "autograded" / people["whole"] / CASE)
    change = next(one for one in rescored.changes if one.student == people["whole"])
    assert old is not None
    assert new is not None
    assert (change.old, change.new, new.max) == (old, new, old.max - 3.5)
    assert [part.decision for part in change.decisions] == ["mendesak", "serah"]
    assert rescored.file == graded / "reports" / f"rescore-{CASE}.csv"
    with rescored.file.open(encoding="utf-8", newline="") as stream:
        rows = {row["trainee"]: row for row in csv.DictReader(stream)}
    assert tuple(rows[people["whole"]]) == HEAD
    assert rows[people["whole"]]["new_points"] == f"{new.raw:.6g}"
    assert "mendesak" in rows[people["whole"]]["decisions"]
    assert [file.name for file in (graded / "reports").iterdir()] == [rescored.file.name]
    screen = io.StringIO()
    print_graded(ClassGraded(12, 0, (), rescored=(rescored,)), Console(file=screen, width=200))
    assert "“mendesak” was worth 2 and is worth 0 points now." in screen.getvalue()


def test_what_a_new_key_would_change_is_told_before_anything_is_written(graded: Path, new_key: Path) -> None:
    before = dumped(url_of(graded)), files_of(graded)

    (outlook,) = rescore_outlook(graded, keys=new_key, clock=lambda: NOW)

    assert (dumped(url_of(graded)), files_of(graded)) == before
    assert not (graded / "reports").exists()
    (rescored,) = graded_again(graded, keys=new_key, rescore=True).rescored
    assert outlook == replace(rescored, file=None)


def test_rescoring_by_the_command_asks_first_and_no_leaves_all_as_it_was(graded: Path, new_key: Path) -> None:
    before = dumped(url_of(graded)), files_of(graded)

    asked = kasuslab(graded, "--rescore", keys=new_key, typed="n\n")
    assert (asked.returncode, (dumped(url_of(graded)), files_of(graded))) == (1, before)
    assert "12 would be graded again" in asked.stdout
    assert "Write all this into the gradebook?" in asked.stdout

    assert kasuslab(graded, "--rescore", "--yes", keys=new_key).returncode == 0
    assert kasuslab(graded, keys=new_key).stdout.startswith("0 graded, 12 unchanged")


@pytest.fixture
def newer_case(graded: Path, tmp_path: Path) -> Path:
    """A key of the same version for the course's case, of which the version alone is another one now."""
    for step in ("source", "release"):
        file = graded / step / CASE / "case" / "case.yaml"
        text = file.read_text(encoding="utf-8")
        assert "\nversion: 1.0.0\n" in text
        file.write_text(text.replace("\nversion: 1.0.0\n", "\nversion: 1.0.1\n"), encoding="utf-8")
    keys = Path(shutil.copytree(KEYS, tmp_path / "keys"))
    key = keys / f"{CASE}.yaml"
    text = key.read_text(encoding="utf-8")
    assert "\ncase_version: 1.0.0\n" in text
    key.write_text(text.replace("\ncase_version: 1.0.0\n", "\ncase_version: 1.0.1\n"), encoding="utf-8")
    return keys


def test_where_the_case_alone_has_changed_the_keys_are_told_apart_by_it(
    graded: Path, newer_case: Path
) -> None:
    sentence = r"graded with 1\.0\.0 \(case 1\.0\.0\), and the key is now 1\.0\.0 \(case 1\.0\.1\)\."
    with pytest.raises(GradeError, match=rf"{sentence} .*would lose its grade.*--rescore"):
        graded_again(graded, keys=newer_case)

    (outlook,) = rescore_outlook(graded, keys=newer_case, clock=lambda: NOW)

    assert (outlook.gains, outlook.losses, len(outlook.ungraded)) == (0, 6, 6)
    screen = io.StringIO()
    print_rescored(outlook, Console(file=screen, width=200))
    assert "key 1.0.0 (case 1.0.0) > 1.0.0 (case 1.0.1): 12 would be graded again" in screen.getvalue()
    assert f"without a grade then: {outlook.ungraded[0]}" in screen.getvalue()


def test_after_rescoring_nbgrader_s_own_way_is_still_the_same(graded: Path, new_key: Path) -> None:
    graded_again(graded, keys=new_key, rescore=True)
    ours = dumped(url_of(graded)), files_of(graded)
    assert graded_again(graded, keys=new_key).unchanged == 12
    nbgrader(graded, "autograde", CASE, "--force", keys=new_key)
    assert (dumped(url_of(graded)), files_of(graded)) == ours
    nbgrader(graded, "generate_assignment", CASE, "--force", keys=new_key)
    assert dumped(url_of(graded)) == ours[0]


def test_rescoring_that_was_broken_off_still_knows_what_was(
    graded: Path, new_key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Path(shutil.copytree(graded, graded.parent / "whole", symlinks=True))
    broken_off(monkeypatch, graded, keys=new_key, rescore=True)
    with pytest.raises(GradeError, match="--rescore"):
        graded_again(graded, keys=new_key)
    (late,) = graded_again(graded, keys=new_key, rescore=True).rescored
    (early,) = graded_again(whole, keys=new_key, rescore=True).rescored
    assert late.changes == early.changes
    assert late.weights == early.weights


def test_rescoring_says_whose_score_is_a_person_s(
    graded: Path, new_key: Path, people: dict[str, str]
) -> None:
    with Gradebook(url_of(graded)) as gradebook:
        gradebook.find_grade("decision-serah", CASE, CASE, people["whole"]).manual_score = 3
        gradebook.db.commit()
    (rescored,) = graded_again(graded, keys=new_key, rescore=True).rescored
    manual = {one.student: one.manual for one in rescored.changes if one.manual}
    assert manual == {people["whole"]: ("decision-serah",)}


def test_rescoring_with_the_same_key_changes_nothing(graded: Path) -> None:
    done = graded_again(graded, rescore=True)
    assert (done.graded, done.unchanged) == (0, 12)
    assert done.rescored[0].file is None


def test_cells_and_a_key_of_other_points_are_refused(fresh: Path, new_key: Path) -> None:
    with pytest.raises(GradeError, match=r"mendesak \(2 points, the key says 0\).*--rescore"):
        graded_again(fresh, keys=new_key)
    assert not (fresh / "autograded").exists()


# What a facilitator can get wrong.


def test_no_course_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CourseSettingsError, match="is no course"):
        graded_again(tmp_path)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("c.x = ]", "cannot be read"),
        ('c.AssignLatePenalties.plugin_class = "nowhere.Plugin"', "cannot be imported"),
        ("c.ScoreRecord.run_test_cells = True", "runs no code"),
        ('c.CourseDirectory.db_url = "sqlite:///leer.db"', "is empty"),
        ('c.CourseDirectory.db_url = "nodb://x"', "db_url"),
    ],
)
def test_settings_that_cannot_be_used_are_a_sentence(fresh: Path, config: str, message: str) -> None:
    file = fresh / "nbgrader_config.py"
    file.write_text(f"{file.read_text('utf-8')}\n{config}\n", encoding="utf-8")
    with pytest.raises(BadInputError, match=message):
        graded_again(fresh)


def test_a_relative_gradebook_stands_in_the_course(fresh: Path) -> None:
    file = fresh / "nbgrader_config.py"
    file.write_text(f"{file.read_text('utf-8')}\nc.CourseDirectory.db_url = 'sqlite:///a.db'\n", "utf-8")
    assert course_settings(fresh).db_url == f"sqlite:///{fresh / 'a.db'}"
    assert course_settings(fresh, url_of(fresh)).db_url == url_of(fresh)


def test_a_gradebook_of_an_older_version_is_not_written(fresh: Path) -> None:
    engine = sa.create_engine(url_of(fresh))
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE grade DROP COLUMN extra_credit"))
    engine.dispose()
    with pytest.raises(GradebookError, match=r"it has no grade\.extra_credit.*nbgrader db upgrade"):
        graded_again(fresh)


def test_a_gradebook_that_something_else_writes_is_a_sentence(
    fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = sa.create_engine
    monkeypatch.setattr(sa, "create_engine", lambda url: made(url, connect_args={"timeout": 0.1}))
    other = made(url_of(fresh))
    with other.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        with pytest.raises(GradebookError, match="run the command again"):
            graded_again(fresh)
    other.dispose()
    assert graded_again(fresh).graded == 12


def test_unknown_and_unreleased_cases_are_a_sentence(fresh: Path) -> None:
    with pytest.raises(GradeError, match=r"no case “lain”\. It has: daftar-nilai\."):
        grade_class(fresh, ["lain"], keys=KEYS)
    shutil.rmtree(fresh / "release")
    with pytest.raises(GradeError, match="nbgrader generate_assignment daftar-nilai"):
        grade_class(fresh, keys=KEYS)


def test_without_a_key_nobody_is_graded(fresh: Path, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    with pytest.raises(BadInputError, match="daftar-nilai"):
        graded_again(fresh, keys=tmp_path / "none")


def test_a_released_notebook_that_was_changed_is_refused(fresh: Path) -> None:
    file = fresh / "release" / CASE / f"{CASE}.ipynb"
    notebook = json.loads(file.read_text("utf-8"))
    named_cells(notebook)["decision-serah"]["source"] = ["1"]
    file.write_text(json.dumps(notebook), encoding="utf-8")
    for rescore in (False, True):
        with pytest.raises(GradeError, match="“decision-serah” of release"):
            graded_again(fresh, rescore=rescore)
    file.write_text("{", encoding="utf-8")
    with pytest.raises(GradeError, match="cannot be read as a notebook"):
        graded_again(fresh)


def test_a_course_is_graded_by_one_run_at_a_time(fresh: Path) -> None:
    with grade._alone(fresh.resolve()), pytest.raises(GradeError, match="is being graded already"):  # noqa: SLF001
        graded_again(fresh)


def test_a_worker_that_dies_is_a_sentence(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_chunks(monkeypatch)
    monkeypatch.setattr("release.course.grade.grade_work.grade_chunk", os._exit)
    monkeypatch.setattr("release.course.grade.grade._Run._chunks", lambda *_: iter([1, 1]))
    with pytest.raises(WorkerError, match="--jobs 1"):
        grade_class(fresh, keys=KEYS, jobs=2, clock=lambda: NOW)


def test_a_folder_whose_name_no_gradebook_holds_stops_nobody_else(graded: Path) -> None:
    for name in (b"n" * 129, b"\xff\xfe"):
        (graded / "submitted" / os.fsdecode(name) / CASE).mkdir(parents=True)
    done = graded_again(graded)
    assert done.unchanged == 12
    assert [reason.rpartition(": ")[2] for reason in done.failed] == [
        "a name has at most 128 letters. Give the folder a shorter one.",
        "the name is not in UTF-8. Give the folder another one.",
    ]


def test_the_command_tells_and_says_by_its_status_what_happened(fresh: Path) -> None:
    done = kasuslab(fresh, CASE)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("12 graded, 0 unchanged. 6 of all these have no score.\nNot judged: ")
    assert kasuslab(fresh).stdout.startswith("0 graded, 12 unchanged. 6 of all these have no score.\n")
    wrong = kasuslab(fresh, "lain")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr.startswith("The course at ")
    assert "Traceback" not in wrong.stderr
