"""Of what was handed in only a whole, honest record is judged; nothing else is opened or followed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from graders.feedback.explanation import not_judged_html, not_judged_text
from graders.grading.submission import (
    MAX_ENTRIES,
    REASONS,
    NotJudgedError,
    Reason,
    Submission,
    judge,
    play_ids,
    read_record,
    shared_plays,
)
from scenarios.case import Case
from scenarios.engine.event import Event, Started
from scenarios.engine.record import record_bytes

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
CASE = "daftar-nilai"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What one trainee handed in, with nothing in it yet."""
    place = tmp_path / "submitted" / "peserta-01" / CASE
    place.mkdir(parents=True)
    return place


@pytest.fixture
def record(folder: Path, started: Started, steps: Callable[..., tuple[Event, ...]]) -> Path:
    """A record that is judged."""
    file = folder / "decisions.jsonl"
    file.write_bytes(record_bytes((started, *steps(("mendesak", "sedang")))))
    return file


@pytest.fixture
def reading(folder: Path, small_case: Case) -> Callable[..., Submission]:
    """A factory: the submission as it is read at NOW."""
    return lambda **more: judge(read_record(folder), small_case, now=NOW, **more)


@pytest.fixture
def reason_of(reading: Callable[..., Submission]) -> Callable[..., Reason]:
    """A factory: why the submission is not judged."""

    def why(**more: object) -> Reason:
        with pytest.raises(NotJudgedError) as caught:
            reading(**more)
        return caught.value.reason

    return why


def test_an_honest_record_is_read_whole(record: Path, reading: Callable[..., Submission]) -> None:
    submission = reading(course="uji")
    assert submission.play.picks == {"mendesak": "sedang"}
    assert submission.record == record.read_bytes()


def test_a_torn_last_line_costs_that_line_alone(record: Path, reading: Callable[..., Submission]) -> None:
    record.write_bytes(record.read_bytes() + b'{"n":2,"at":"2026')
    assert reading().play.picks == {"mendesak": "sedang"}


def _first(**changes: object) -> bytes:
    whole = {
        "at": "2026-11-22T07:00:00Z",
        "play": "0" * 32,
        "case": CASE,
        "version": "1.0.0",
        "course": "uji",
    }
    return record_bytes((Started.model_validate({**whole, "mode": "test", **changes}),))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "missing"),
        (b'{"n":0,"at":', "missing"),
        (b"not a record\n", "unreadable"),
        (b"\xff\xfe\x00\n", "unreadable"),
        (b'{"n":0,"event":"\\ud800","chain":"x"}\n', "unreadable"),
        (b"[" * 100_000 + b"\n", "unreadable"),
        (b'{"n":0,"event":"started","format":"mine","score":100,"chain":"x"}\n', "unreadable"),
        (b'{"mendesak": 2, "bicara": 2}\n', "unreadable"),
        (_first().replace(b'"mode":"test"', b'"mode":"practice"'), "unreadable"),
        (_first() + _first(), "unreadable"),
        (b"x" * 1_000_001, "too_large"),
        (b'{"n":0,"event":"started","format":2,"chain":"x"}\n', "newer"),
        (_first(case="lain"), "other_case"),
        (_first(version="2.0.0"), "other_version"),
        (_first(at="2026-11-24T07:00:00Z"), "implausible"),
        (_first(at="2026-13-45T07:00:00Z"), "implausible"),
    ],
)
def test_each_record_that_is_not_judged_has_its_reason(
    folder: Path, reason_of: Callable[..., Reason], data: bytes, reason: Reason
) -> None:
    (folder / "decisions.jsonl").write_bytes(data)
    assert reason_of() == reason


def test_no_record_is_missing_and_so_is_no_folder(
    folder: Path, small_case: Case, reason_of: Callable[..., Reason]
) -> None:
    assert reason_of() == "missing"
    with pytest.raises(NotJudgedError, match="missing: lain was not handed in"):
        judge(read_record(folder.parent / "lain"), small_case, now=NOW)


def test_a_play_whose_feedback_was_seen_is_no_test(record: Path, reason_of: Callable[..., Reason]) -> None:
    assert record.exists()
    assert reason_of(mode="practice") == "other_mode"


def test_a_record_of_another_course_is_not_judged(record: Path, reason_of: Callable[..., Reason]) -> None:
    assert record.exists()
    assert reason_of(course="angkatan lain") == "other_course"


@pytest.mark.parametrize(
    "step",
    [
        ("serah", [{"service": "sekolah", "urgency": "jam", "packet": []}]),
        ("mendesak", "tidak_ada"),
        ("tidak_ada", "sedang"),
    ],
)
def test_what_the_case_does_not_hold_is_impossible(
    folder: Path,
    started: Started,
    steps: Callable[..., tuple[Event, ...]],
    reason_of: Callable[..., Reason],
    step: object,
) -> None:
    (folder / "decisions.jsonl").write_bytes(record_bytes((started, *steps(step))))
    assert reason_of() == "impossible"


def test_picks_beyond_the_limit_are_impossible(
    folder: Path, started: Started, steps: Callable[..., tuple[Event, ...]], reason_of: Callable[..., Reason]
) -> None:
    before = (("mendesak", "sedang"), ("bicara", "marah"), "diam")
    events = steps(*before, ("langkah", ["catat", "kabar", "minta", "sandi"]))
    (folder / "decisions.jsonl").write_bytes(record_bytes((started, *events)))
    assert reason_of() == "impossible"


def test_time_never_goes_back_in_a_record(
    folder: Path, started: Started, steps: Callable[..., tuple[Event, ...]], reason_of: Callable[..., Reason]
) -> None:
    (event,) = steps(("mendesak", "sedang"))
    earlier = event.model_copy(update={"at": "2026-11-22T06:59:59.9Z"})
    (folder / "decisions.jsonl").write_bytes(record_bytes((started, earlier)))
    assert reason_of() == "implausible"


def test_a_clock_that_is_some_hours_off_does_no_harm(record: Path, small_case: Case) -> None:
    before = NOW - timedelta(hours=20)
    assert judge(read_record(record.parent), small_case, now=before).play.length == 2


@pytest.mark.parametrize("what", ["record", "file", "folder", "assignment", "trainee"])
def test_a_link_anywhere_is_not_followed(record: Path, small_case: Case, tmp_path: Path, what: str) -> None:
    folder = record.parent
    place = {
        "record": record,
        "file": folder / "case" / "case.yaml",
        "folder": folder / "lampiran",
        "assignment": folder,
        "trainee": folder.parent,
    }[what]
    place.parent.mkdir(parents=True, exist_ok=True)
    goal = tmp_path / "elsewhere"
    if place.exists():
        place.rename(goal)
    else:
        goal.mkdir()
    place.symlink_to(goal)
    with pytest.raises(NotJudgedError, match="is a link") as caught:
        judge(read_record(folder), small_case, now=NOW)
    assert caught.value.reason == "link"


def test_a_link_to_nothing_is_a_link(folder: Path, reason_of: Callable[..., Reason]) -> None:
    (folder / "decisions.jsonl").symlink_to("/nowhere")
    assert reason_of() == "link"


@pytest.mark.parametrize("name", ["decisions.jsonl", "timestamp.txt", "lain"])
def test_a_pipe_is_never_waited_for(record: Path, reason_of: Callable[..., Reason], name: str) -> None:
    file = record.parent / name
    file.unlink(missing_ok=True)
    os.mkfifo(file)
    assert reason_of() == "unreadable"


def test_a_record_that_is_a_folder_cannot_be_read(folder: Path, reason_of: Callable[..., Reason]) -> None:
    (folder / "decisions.jsonl").mkdir()
    assert reason_of() == "unreadable"


def test_a_record_that_a_browser_has_renamed_is_read_where_it_is_alone(
    record: Path, reason_of: Callable[..., Reason]
) -> None:
    whole = read_record(record.parent)
    record.rename(record.with_name("decisions (1).jsonl"))

    assert read_record(record.parent) == whole
    record.with_name("decisions (2).jsonl").write_bytes(whole)
    assert reason_of() == "missing"


def test_a_submission_that_is_a_file_cannot_be_read(folder: Path, reason_of: Callable[..., Reason]) -> None:
    folder.rmdir()
    folder.write_text("x", encoding="utf-8")
    assert reason_of() == "unreadable"


def test_one_file_over_the_limit_is_enough(record: Path, reason_of: Callable[..., Reason]) -> None:
    with (record.parent / "film.mp4").open("wb") as stream:
        stream.truncate(50_000_000)
    assert reason_of() == "too_large"


def test_too_many_files_are_not_looked_through(record: Path, reason_of: Callable[..., Reason]) -> None:
    for number in range(MAX_ENTRIES):
        (record.parent / f"{number}.txt").touch()
    assert reason_of() == "too_large"


def test_a_play_id_in_two_submissions_is_found_by_the_first_line_alone(record: Path, tmp_path: Path) -> None:
    submitted = tmp_path / "submitted"
    for name, data in {
        "peserta-02": record.read_bytes().split(b"\n")[0] + b"\ntorn \xff",
        "peserta-03": _first(play="1" * 32),
        "peserta-04": b"[]\n",
    }.items():
        (submitted / name / CASE).mkdir(parents=True)
        (submitted / name / CASE / "decisions.jsonl").write_bytes(data)
    (submitted / "peserta-05" / CASE).mkdir(parents=True)
    os.mkfifo(submitted / "peserta-05" / CASE / "decisions.jsonl")
    (submitted / "peserta-06").symlink_to(submitted / "peserta-03")
    assert play_ids(submitted, CASE) == {"0" * 32: ["peserta-01", "peserta-02"], "1" * 32: ["peserta-03"]}
    assert shared_plays(submitted, CASE) == {"0" * 32}
    assert shared_plays(tmp_path / "nowhere", CASE) == frozenset()


def test_a_shared_play_is_not_judged(record: Path, reason_of: Callable[..., Reason]) -> None:
    assert json.loads(record.read_bytes().split(b"\n")[0])["play"] == "0" * 32
    assert reason_of(shared={"0" * 32}) == "shared"


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_is_told_in_both_languages(reason: Reason) -> None:
    html = not_judged_html(reason)
    assert '<section lang="id"><p>Belum dinilai. ' in html
    assert '<section lang="en"><p>Not judged. ' in html
    indonesian, english = not_judged_text(reason).split(" / ")
    assert indonesian.startswith("Belum dinilai.")
    assert english.startswith("Not judged.")
