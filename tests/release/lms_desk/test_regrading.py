"""A new key on grades that platforms have: it is looked at first, and then sent by the same outbox."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from release.cli import app
from release.lms_desk.regrading import grade_keeper_of, regrade, regrading_of
from release.workshop.seats.seat import Seat
from release.workshop.writer.lms.grade_keeper import GradeKeeper
from release.workshop.writer.workshops import workshops_in
from tests.parts.databases import sqlite_url
from tests.parts.lti_platform import LtiPlatform
from tests.parts.stored import add_seat
from tests.places import CASES, KEYS
from tests.release.workshop.writer.lms.test_grades import ANA, CASE, GOOD, PLAN, GradedRoom

BEO, CITRA = "b" * 32, "c" * 32
URGENT: dict[str, object] = {"mendesak": "tinggi", "bicara": "dengar"}


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """Keys by which that report is more urgent than it was."""
    folder = tmp_path / "keys"
    shutil.copytree(KEYS, folder)
    file = folder / f"{CASE}.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("right: sedang", "right: tinggi").replace("line: sedang", "line: tinggi"))
    return folder


def graded(url: str) -> GradedRoom:
    """A room of three: one played as the key of before has it, one as that of now, one has only begun."""
    room = GradedRoom(url)
    room.store.platforms.add(LtiPlatform().registered)
    for number, seat in enumerate((ANA, BEO, CITRA)):
        assert add_seat(room.store, Seat(seat, f"Beo Biru {number}"), f"code{number}")
        room.keeper.place(replace(PLAN, seat=seat))
    room.play("1", GOOD)
    room.play("2", URGENT, seat=BEO)
    room.play("3", GOOD, seat=CITRA, events=2)
    assert sorted(room.sent(), key=str) == [("Completed", 100.0), ("Completed", 75.0), ("InProgress", None)]
    return room


@pytest.fixture
def room(tmp_path: Path) -> Iterator[GradedRoom]:
    made = graded(sqlite_url(tmp_path))
    yield made
    made.store.close()


def test_who_gains_and_who_loses_is_told_and_nothing_is_sent_for_that(room: GradedRoom, keys: Path) -> None:
    with grade_keeper_of(room.url, workshops_in(room.url)[-1], CASES, keys) as keeper:
        regrading = regrading_of(keeper)

    counts = (regrading.graded, regrading.gains, regrading.losses, regrading.others)
    assert counts == (3, 1, 1, 0)
    assert room.sent() == []


def test_grades_by_a_new_key_are_sent_under_a_later_moment_once_they_were_taken(
    room: GradedRoom, keys: Path
) -> None:
    moments = {one.number: one.at for one in room.grades.all()}
    with grade_keeper_of(room.url, workshops_in(room.url)[-1], CASES, keys) as keeper:
        regrade(keeper, regrading_of(keeper))
        again = regrading_of(keeper)

    due = room.grades.due()
    assert {one.plan.seat: one.wanted.score for one in due if one.wanted} == {ANA: 50.0, BEO: 100.0}
    assert all(one.at > moments[one.number] for one in due)
    assert again.changes == ()


def test_a_question_is_another_one_once_anything_has_changed(room: GradedRoom, keys: Path) -> None:
    workshop = workshops_in(room.url)[-1]
    with grade_keeper_of(room.url, workshop, CASES, keys) as keeper:
        first, same = regrading_of(keeper).digest, regrading_of(keeper).digest
        room.play("4", URGENT)
        later = regrading_of(keeper).digest

    assert first == same != later


def test_by_the_same_keys_everything_stays(room: GradedRoom) -> None:
    with grade_keeper_of(room.url, workshops_in(room.url)[-1], CASES, KEYS) as keeper:
        assert regrading_of(keeper).changes == ()


def test_what_was_played_in_another_version_of_its_case_stands_as_it_is(room: GradedRoom, keys: Path) -> None:
    with grade_keeper_of(room.url, workshops_in(room.url)[-1], CASES, keys) as keeper:
        playable = keeper.cases[CASE]
        newer = replace(playable, case=playable.case.model_copy(update={"version": "2.0.0"}))
        elsewhere = GradeKeeper(keeper.grades, {CASE: newer}, keeper.mode, keeper.plays, keeper.programmes)

        assert list(elsewhere.changes()) == []


def test_the_command_asks_first(tmp_path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = graded(sqlite_url(tmp_path))
    monkeypatch.setattr("release.commands.lms.CASES", CASES)
    environ = {"KASUSLAB_KEYS": str(keys), "KASUSLAB_HOME": str(tmp_path), "LANG": "en_US.UTF-8"}

    def answer(typed: str) -> str:
        command = ["lms", "regrade", "--data", str(tmp_path)]
        return CliRunner().invoke(app, command, input=typed, env=environ).output

    asked = answer("n\n")
    assert "of 3 grades 1 rise, 1 fall" in asked
    assert room.sent() == []
    answer("y\n")
    assert sorted(room.sent(), key=str) == [("Completed", 100.0), ("Completed", 50.0)]
    assert "All 3" in answer("")
    room.store.close()
