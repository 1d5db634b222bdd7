"""Simulated trainees are told apart, play by the rules, and come out the same from the same seed."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graders.grading.submission import judge, read_record
from graders.key.key import load_key
from graders.score import Result, score
from release.course.course import CourseError, make_course
from release.course.gradebook import add_assignments, due_date, generate_assignment
from release.course.simulate import MANNERS, Trainee, simulate
from scenarios.case import Case
from scenarios.engine.record import parse_record
from scenarios.loader import load_case
from tests.places import CASES, KEYS

DUE = datetime(2026, 5, 1, 9, tzinfo=UTC)
NOW = datetime(2026, 5, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One course, made once, with nobody in it and no due date: a new gradebook takes seconds."""
    place = tmp_path_factory.mktemp("simulate") / "kursus"
    made = make_course(place, ["daftar-nilai"], person="Ibu Sari", name="uji", cases=CASES, keys=KEYS)
    generate_assignment(made.directory, "daftar-nilai")
    return made.directory


@pytest.fixture
def empty_course(fresh: Path, tmp_path: Path) -> Path:
    course = Path(shutil.copytree(fresh, tmp_path / "kursus"))
    add_assignments(course, {"daftar-nilai": DUE})
    return course


@pytest.fixture(scope="module")
def course(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = Path(shutil.copytree(fresh, tmp_path_factory.mktemp("played") / "kursus"))
    add_assignments(course, {"daftar-nilai": DUE})
    return course


@pytest.fixture(scope="module")
def people(course: Path) -> dict[str, Trainee]:
    return {person.manner: person for person in simulate(course, 12, 1, keys=KEYS)}


def folder_of(course: Path, person: Trainee) -> Path:
    return course / "submitted" / person.name / "daftar-nilai"


def result_of(course: Path, person: Trainee, case: Case) -> Result:
    return score(
        case, judge(read_record(folder_of(course, person)), case, now=NOW).play, load_key(case, KEYS)
    )


def handed_in_at(file: Path) -> datetime:
    moment = file.read_text(encoding="utf-8").removesuffix(" UTC\n")
    return datetime.fromisoformat(f"{moment}+00:00")


def test_every_manner_is_there(people: dict[str, Trainee]) -> None:
    assert set(people) == set(MANNERS)


def test_the_empty_one_hands_in_no_record(course: Path, people: dict[str, Trainee]) -> None:
    files = {file.name for file in folder_of(course, people["empty"]).iterdir()}
    assert files == {"case", "daftar-nilai.ipynb", "timestamp.txt"}


def test_the_half_one_stopped_in_between(course: Path, people: dict[str, Trainee], small_case: Case) -> None:
    verdicts = result_of(course, people["half"], small_case).verdicts
    assert {verdict.status for verdict in verdicts} == {"answered", "unanswered"}


def test_the_skipping_one_skips(course: Path, people: dict[str, Trainee], small_case: Case) -> None:
    verdicts = result_of(course, people["skips"], small_case).verdicts
    assert [verdict.status for verdict in verdicts].count("skipped") == 1


def test_the_harmful_one_does_harm(course: Path, people: dict[str, Trainee], small_case: Case) -> None:
    assert result_of(course, people["harmful"], small_case).H > 0


def test_only_the_late_one_is_late(course: Path, people: dict[str, Trainee]) -> None:
    files = course.glob("submitted/*/*/timestamp.txt")
    late = [file.parent.parent.name for file in files if handed_in_at(file) > DUE]
    assert late == [people["late"].name]


def test_a_record_names_the_course(course: Path, people: dict[str, Trainee], small_case: Case) -> None:
    started = judge(read_record(folder_of(course, people["whole"])), small_case, now=NOW).play.started
    assert started is not None
    assert (started.course, started.mode) == ("uji", "test")


def test_the_list_holds_no_more_than_the_pseudonym(course: Path, people: dict[str, Trainee]) -> None:
    del people
    with (course / "simulated.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["trainee"] for row in rows] == [f"peserta-{number:02}" for number in range(1, 13)]
    assert set(rows[0]) == {"trainee", "sector", "language", "skill", "manner"}
    assert len({row["sector"] for row in rows}) > 2
    assert {row["language"] for row in rows} == {"id", "en"}


def test_the_same_seed_gives_the_same_class(
    course: Path, people: dict[str, Trainee], empty_course: Path
) -> None:
    del people
    simulate(empty_course, 12, 1, keys=KEYS)
    files = sorted(course.glob("submitted/*/*/*.*"))
    assert len(files) > 30
    for file in files:
        assert file.read_bytes() == (empty_course / file.relative_to(course)).read_bytes()


def test_skill_shows_in_the_scores(empty_course: Path, small_case: Case) -> None:
    whole = [person for person in simulate(empty_course, 40, 3, keys=KEYS) if person.manner == "whole"]
    whole.sort(key=lambda person: person.skill)
    raw = [result_of(empty_course, person, small_case).raw for person in whole]
    third = len(raw) // 3
    assert sum(raw[:third]) < sum(raw[-third:])


def test_an_assignment_without_a_due_date_is_given_one(fresh: Path, tmp_path: Path) -> None:
    course = Path(shutil.copytree(fresh, tmp_path / "kursus"))
    simulate(course, 1, 1, keys=KEYS, clock=lambda: datetime(2026, 3, 3, 10, 42, tzinfo=UTC))
    assert due_date(course, "daftar-nilai") == datetime(2026, 3, 3, 10, tzinfo=UTC)


def test_no_record_lies_ahead_of_the_clock_and_the_late_one_is_late_all_the_same(
    fresh: Path, tmp_path: Path, small_case: Case
) -> None:
    course = Path(shutil.copytree(fresh, tmp_path / "kursus"))
    add_assignments(course, {"daftar-nilai": DUE})
    today = datetime(2026, 4, 1, tzinfo=UTC)
    people = {person.manner: person for person in simulate(course, 6, 1, keys=KEYS, clock=lambda: today)}
    for manner in set(people) - {"empty"}:
        events = judge(read_record(folder_of(course, people[manner])), small_case, now=today).events
        assert datetime.fromisoformat(events[-1].at) < today
    assert handed_in_at(folder_of(course, people["late"]) / "timestamp.txt") > DUE


def test_simulated_trainees_never_mix_with_others(course: Path, people: dict[str, Trainee]) -> None:
    del people
    with pytest.raises(CourseError, match="has submissions already"):
        simulate(course, 2, 1, keys=KEYS)


def test_nobody_cannot_hand_in(empty_course: Path) -> None:
    with pytest.raises(CourseError, match="at least 1"):
        simulate(empty_course, 0, 1, keys=KEYS)


def test_a_folder_without_a_course_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="is no course"):
        simulate(tmp_path, 2, 1, keys=KEYS)


def test_the_experts_of_a_panel_estimate_what_they_decide(tmp_path: Path) -> None:
    made = make_course(tmp_path / "panel", ["daftar-nilai"], person="–", mode="panel", cases=CASES, keys=KEYS)
    people = simulate(made.directory, 6, 1, keys=KEYS)
    whole = next(person.name for person in people if person.manner == "whole")

    record = made.directory / "submitted" / whole / "daftar-nilai" / "decisions.jsonl"
    kinds = Counter(event.event for event in parse_record(record.read_bytes()).events)

    assert kinds["estimated"] >= len(load_case(CASES / "daftar-nilai").key_decisions())
