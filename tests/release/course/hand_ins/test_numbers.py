"""Moodle's numbers: two for one person are a conflict, and none takes the place of another unsaid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from graders.people.roster import Person, write_roster
from release.course.course import make_course
from release.course.hand_ins.collect import Collected, collect
from release.course.hand_ins.moodle_places import INBOX, REPLACED, read_placed
from scenarios.engine.record import RECORD_NAME
from tests.parts.hand_ins import CASE, NOW, Record, handed, left, placed, standing

FIRST, OTHER = "teman-gim", "tawaran-nongkrong"
Source = Callable[..., Path]


def folder(name: str, number: int) -> str:
    return f"{name}_{number}_assignsubmission_file"


def number_of(course: Path, person: str, case: str = CASE) -> str | None:
    place = read_placed(course).moodle.get(person, {}).get(case)
    return place.number if place is not None else None


def remarks(collected: Collected) -> list[str]:
    return [one.why for one in collected.remarks]


def test_two_numbers_for_one_person_and_case_are_believed_neither(
    course: Path, record: Record, source: Source
) -> None:
    files = {
        f"{folder('Sari Dewi', 3)}/s.zip": handed(record()),
        f"{folder('Dra. Sari Dewi', 13)}/s.zip": handed(record(play="b" * 32)),
    }

    report = collect(course, [source("a.zip", files)], now=NOW)

    assert (placed(report), number_of(course, "p-01")) == ([], None)
    assert {why.split("(")[1].split(")")[0] for why in left(report).values()} == {"13, 3"}


def test_another_number_than_the_one_remembered_is_told_and_nothing_is_changed(
    course: Path, record: Record, source: Source
) -> None:
    newer = record("2026-11-22T20:00:00Z", play="b" * 32)
    collect(course, [source("a.zip", {f"{folder('Sari Dewi', 3)}/s.zip": handed(record())})], now=NOW)
    second = source("b.zip", {f"{folder('Sari Dewi', 13)}/s.zip": handed(newer)})

    report = collect(course, [second], now=NOW)

    assert (standing(course, "p-01"), number_of(course, "p-01")) == (record(), "3")
    assert "was 3, and is 13 here" in next(iter(left(report).values()))

    taken = collect(course, [second], now=NOW, renumber=True)
    assert (placed(taken), number_of(course, "p-01")) == ([("p-01", CASE)], "13")
    assert "is 13 now, and was 3." in " ".join(remarks(taken))


def test_a_number_is_remembered_of_what_stands_in_the_course_alone(
    course: Path, record: Record, source: Source
) -> None:
    collect(course, [source("a.zip", handed(record("2026-11-22T20:00:00Z"), "p-01"))], now=NOW)

    report = collect(
        course, [source("b.zip", {f"{folder('Sari Dewi', 3)}/s.zip": handed(record())})], now=NOW
    )

    assert len(report.older) == 1
    assert number_of(course, "p-01") is None


@pytest.fixture
def two_cases(tmp_path: Path) -> Path:
    """A course of two cases and five people."""
    place = tmp_path / "dua" / "uji"
    make_course(place, [FIRST, OTHER], person="Ibu R., panitia")
    write_roster(place, {f"p-{n}": Person(f"p-{n}", f"Nama {'ABCDE'[n]}") for n in range(5)})
    return place


def test_a_hand_in_at_the_wrong_assignment_is_told_and_moves_no_feedback(
    two_cases: Path, record: Record, source: Source
) -> None:
    plays = {n: record(case=FIRST, play=f"{n}" * 32) for n in range(5)}
    other = {n: record(case=OTHER, play=f"{n + 5}" * 32) for n in range(5)}
    first = {f"{folder(f'Nama {name}', n)}/s.zip": handed(plays[n]) for n, name in enumerate("ABCDE")}
    # The fifth hands his first case in again, where the second one belongs.
    second = {f"{folder(f'Nama {name}', 60 + n)}/s.zip": handed(other[n]) for n, name in enumerate("ABCD")}
    second[f"{folder('Nama E', 64)}/s.zip"] = handed(plays[4])
    collect(two_cases, [source("satu.zip", first)], now=NOW)

    report = collect(two_cases, [source("dua.zip", second)], now=NOW)

    assert number_of(two_cases, "p-4", FIRST) == "4"
    assert number_of(two_cases, "p-3", OTHER) == "63"
    (remark,) = remarks(report)
    assert remark.startswith(
        f"This is {FIRST}, but in this assignment of Moodle the others handed in {OTHER}."
    )
    assert report.missing == {OTHER: ("p-4",)}


def test_an_assignment_that_takes_all_cases_has_no_wrong_one(
    two_cases: Path, record: Record, source: Source
) -> None:
    files: dict[str, bytes] = {}
    for n, name in enumerate("ABCDE"):
        files[f"{folder(f'Nama {name}', n)}/a.zip"] = handed(record(case=FIRST, play=f"{n}" * 32))
        if n < 2:
            files[f"{folder(f'Nama {name}', n)}/b.zip"] = handed(record(case=OTHER, play=f"{n + 5}" * 32))

    report = collect(two_cases, [source("satu.zip", files)], now=NOW)

    assert (len(report.placed), report.remarks) == (7, ())
    assert number_of(two_cases, "p-1", OTHER) == "1"


def test_another_play_in_the_place_of_one_that_can_be_judged_is_told(
    course: Path, record: Record, source: Source, kasuslab: Callable[..., Any]
) -> None:
    collect(course, [source("a.zip", handed(record(), "p-01"))], now=NOW)
    foreign = source("b.zip", handed(record("2026-11-22T20:00:00Z", play="b" * 32), "p-01"))

    done = kasuslab("collect", course, foreign)

    earlier = (course / INBOX / REPLACED / "p-01" / CASE).glob(f"*/{RECORD_NAME}")
    assert done.returncode == 1
    assert f"It took the place of another play of {CASE} by p-01" in done.stderr
    assert [file.read_bytes() for file in earlier] == [record()]
    assert kasuslab("collect", course, foreign).returncode == 0


def test_the_same_play_that_went_on_is_told_to_nobody(course: Path, record: Record, source: Source) -> None:
    collect(course, [source("a.zip", handed(record(), "p-01"))], now=NOW)

    report = collect(course, [source("b.zip", handed(record("2026-11-22T20:00:00Z"), "p-01"))], now=NOW)

    assert (len(report.placed), report.remarks) == (1, ())


def test_a_clock_that_goes_before_keeps_nobodys_later_play_out(
    course: Path, record: Record, source: Source
) -> None:
    ahead = record(f"{NOW + timedelta(hours=20):%Y-%m-%dT%H:%M:%SZ}", play="b" * 32)
    collect(course, [source("a.zip", handed(ahead, "p-01"))], now=NOW)
    mine = record(f"{NOW + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}")

    report = collect(course, [source("b.zip", handed(mine, "p-01"))], now=NOW + timedelta(hours=2))

    assert placed(report) == [("p-01", CASE)]
    assert standing(course, "p-01") == mine


def test_what_one_person_fills_a_download_with_keeps_nobody_elses_work_out(
    course: Path, record: Record, source: Source
) -> None:
    heap = {f"{folder('Ana', 13)}/{number}.txt": bytes(990_000) for number in range(210)}
    download = source("a.zip", {**heap, f"{folder('Sari Dewi', 3)}/s.zip": handed(record())})

    report = collect(course, [download], now=NOW)

    assert placed(report) == [("p-01", CASE)]
    assert "unpacks to more than 40000000 bytes" in left(report)["a.zip/13"]
