"""The cohort holds who handed in what, keeps what was not judged apart, and knows nobody's name."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graders.people.cohort import Cohort, Member, NoCourseError, read_cohort
from graders.people.roster import Person, Roster
from graders.score import score
from release.course.course import make_course
from release.course.simulate import simulate
from scenarios.engine.event import Decided
from scenarios.engine.record import parse_record, record_bytes
from tests.places import CASES, KEYS

CASE = "daftar-nilai"
DUE = datetime(2026, 5, 1, 9, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One course of twelve, made once: a new gradebook takes seconds."""
    place = tmp_path_factory.mktemp("cohort") / "kursus"
    make_course(place, [CASE], person="Ibu Sari", name="uji", due=DUE, cases=CASES, keys=KEYS)
    shutil.copytree(place / "source" / CASE, place / "release" / CASE)
    simulate(place, 12, 1, keys=KEYS, clock=lambda: NOW)
    return place


@pytest.fixture
def course(played: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(played, tmp_path / "kursus"))


@pytest.fixture
def trainees(played: Path) -> list[str]:
    return sorted(folder.name for folder in (played / "submitted").iterdir())


def read(course: Path, roster: Roster | None = None) -> Cohort:
    return read_cohort(course, KEYS, roster or {}, now=NOW)


def record_of(course: Path, trainee: str) -> Path:
    return course / "submitted" / trainee / CASE / "decisions.jsonl"


def whole(cohort: Cohort) -> list[str]:
    return [handed.member.id for handed in cohort.handed]


def test_whoever_handed_in_a_record_is_judged_and_the_others_are_missing(played: Path) -> None:
    cohort = read(played)

    assert cohort.course == "uji"
    assert (len(cohort.members), len(cohort.handed), cohort.not_judged) == (12, 11, ())
    assert cohort.missing == {CASE: 1}


def test_a_play_carries_its_last_and_its_first_score(played: Path) -> None:
    cohort = read(played)
    part = cohort.cases[CASE]

    for handed in cohort.handed:
        assert handed.result == score(part.case, handed.play, part.key)
        assert handed.first == score(part.case, handed.play, part.key, attempt="first")
    assert cohort.of_case(CASE) == cohort.handed
    assert cohort.of_case("lain") == ()


def test_members_come_from_the_roster_without_name_and_address(played: Path, trainees: list[str]) -> None:
    roster = {
        trainees[0]: Person(trainees[0], "Sri Rahayu", "sri@example.org", "police", "Aceh", "Pidie"),
        "absen": Person("absen", "Budi", "budi@example.org", "health"),
    }

    cohort = read(played, roster)

    assert cohort.members[0] == Member("absen", "health")
    assert Member(trainees[0], "police", "Aceh", "Pidie") in cohort.members
    assert len(cohort.members) == 13
    assert cohort.missing == {CASE: 2}
    text = str([asdict(member) for member in cohort.members])
    assert not any(word in text for word in ("Sri", "Budi", "example.org"))


def test_what_cannot_be_read_is_told_apart_and_the_rest_goes_on(course: Path) -> None:
    name = whole(read(course))[0]
    record_of(course, name).write_bytes(b'{"n":0}\n')

    cohort = read(course)

    assert [(one.member.id, one.case, one.reason) for one in cohort.not_judged] == [
        (name, CASE, "unreadable")
    ]
    assert (len(cohort.handed), cohort.missing) == (10, {CASE: 1})


def test_one_play_in_two_submissions_is_judged_in_neither(course: Path) -> None:
    first, second, *_ = whole(read(course))
    shutil.copyfile(record_of(course, first), record_of(course, second))

    cohort = read(course)

    assert {(one.member.id, one.reason) for one in cohort.not_judged} == {
        (first, "shared"),
        (second, "shared"),
    }
    assert len(cohort.handed) == 9


def test_a_play_that_goes_on_in_a_copy_is_the_same_play(course: Path) -> None:
    first, second, *_ = whole(read(course))
    events = parse_record(record_of(course, first).read_bytes()).events
    cut = [place for place, event in enumerate(events) if isinstance(event, Decided)][2]
    record_of(course, second).write_bytes(record_bytes(events[:cut]))

    assert {one.reason for one in read(course).not_judged} == {"shared"}


def test_a_linked_submission_is_refused(course: Path, tmp_path: Path) -> None:
    name = whole(read(course))[0]
    folder = course / "submitted" / name
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere", target_is_directory=True)

    assert [(one.member.id, one.reason) for one in read(course).not_judged] == [(name, "link")]


def test_a_link_that_leads_nowhere_handed_nothing_in(course: Path) -> None:
    (course / "submitted" / "entah").symlink_to(course / "nowhere", target_is_directory=True)

    cohort = read(course)

    assert Member("entah") in cohort.members
    assert cohort.missing == {CASE: 2}


def test_the_class_is_told_in_the_same_order_each_time(course: Path, played: Path) -> None:
    assert whole(read(course)) == whole(read(played)) == sorted(whole(read(played)))


def test_a_folder_without_a_released_case_is_no_course(tmp_path: Path) -> None:
    with pytest.raises(NoCourseError, match="holds no released case"):
        read(tmp_path)
