"""A deed is a process of its own: it is broken off safely, and what crashes takes no page along."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from release.course.course import make_course
from release.course.simulate import simulate
from release.course_desk.message import Order, message_of
from release.course_desk.web.work import DeedBench
from tests.places import CASES, KEYS

CASE = "daftar-nilai"


@pytest.fixture
def bench(tmp_path: Path) -> DeedBench:
    return DeedBench(tmp_path / "bench", {**os.environ, "KASUSLAB_KEYS": str(KEYS)})


@pytest.fixture
def course(tmp_path: Path) -> Path:
    made = make_course(tmp_path / "kursus", [CASE], person="Ibu Sari", cases=CASES, keys=KEYS)
    simulate(made.directory, 8, 1, keys=KEYS)
    return made.directory


def notes(course: Path) -> int:
    return len(list(course.glob(f"autograded/*/{CASE}/grading.json")))


def test_grading_that_is_broken_off_says_so_and_goes_on_the_next_time(bench: DeedBench, course: Path) -> None:
    first = bench.begin(Order(deed="grade", course=course))
    bench.break_off()

    broken_off = first.look()
    assert broken_off is not None
    assert "Dihentikan" in broken_off.remarks[0].words["id"]
    second = bench.begin(Order(deed="grade", course=course))
    bench.wait(120)
    outcome = second.look()
    assert outcome is not None
    assert outcome.level != "bad"
    assert notes(course) == len(list(course.glob(f"submitted/*/{CASE}")))


def test_grading_is_broken_off_where_the_desk_runs_in_the_background(bench: DeedBench, course: Path) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a shell starts what is to run there
    try:
        work = bench.begin(Order(deed="grade", course=course))
    finally:
        signal.signal(signal.SIGINT, before)
    bench.break_off()

    outcome = work.look()
    assert outcome is not None
    assert "Dihentikan" in outcome.remarks[0].words["id"]


def test_a_process_that_is_killed_is_told_in_a_sentence(bench: DeedBench, course: Path) -> None:
    work = bench.begin(Order(deed="report", course=course))
    assert work.child is not None
    work.child.process.kill()
    bench.wait(60)

    outcome = work.look()
    assert outcome is not None
    assert outcome.level == "bad"
    assert "berhenti sebelum selesai" in outcome.remarks[0].words["id"]
    assert not bench.is_busy


def test_an_error_is_told_in_each_language(bench: DeedBench, tmp_path: Path) -> None:
    work = bench.begin(Order(deed="report", course=tmp_path / "bukan"))
    bench.wait(120)

    outcome = work.look()
    assert outcome is not None
    assert outcome.level == "bad"
    assert outcome.remarks[0].words.keys() == {"id", "en"}


def test_what_another_program_writes_is_no_message() -> None:
    for line in ("", "INFO [alembic]", '{"kind": "outcome"}', '{"kind": "other"}', "{"):
        assert message_of(line) is None


def test_dropped_files_go_with_the_deed_that_needed_them(bench: DeedBench, course: Path) -> None:
    folder = bench.new_folder()
    file = folder / "peserta.csv"
    file.write_text("id,nama\np-1,Ana\n", encoding="utf-8")
    bench.begin(Order(deed="roster_trial", course=course, files=(file,)))
    bench.wait(120)
    assert file.exists()

    bench.begin(Order(deed="grade", course=course))
    assert not file.exists()
    bench.end()
    assert not bench.place.exists()
