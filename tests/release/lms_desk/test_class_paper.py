"""The papers of a course: what those chose who came from it, since they came, and nobody else."""

from __future__ import annotations

import io
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graders.key.key import KEYS as LIBRARY_KEYS
from graders.report.data import Compared
from release.course.programmes.programme import load_programmes
from release.lms.services.course_place import CoursePlace
from release.lms_desk.class_paper import paper_of, part_of
from release.workshop.desk.close import ExportSources, interim_data
from release.workshop.web.lms.class_papers import ClassOrder, PaperKind
from release.workshop.writer.database import open_database
from release.workshop.writer.lms.arrival_store import ArrivalStore
from release.workshop.writer.lms.platform_store import PlatformStore
from release.workshop.writer.store import WorkshopStore
from release.workshop.writer.workshops import note_closed, seats_of, workshop_named
from scenarios.case import Case
from scenarios.engine.event import Event, Started
from scenarios.engine.play import Play
from scenarios.library import CASES as LIBRARY
from scenarios.library import case_ids
from scenarios.loader import load_case
from tests.parts.databases import sqlite_url
from tests.parts.lti_platform import LtiPlatform
from tests.parts.past_workshop import BEGAN, past_workshop
from tests.parts.report_class import HARMFUL, KEYS, RIGHT, next_event
from tests.parts.stored import append
from tests.places import CASES
from tests.places import KEYS as TEST_KEYS

HERE = CoursePlace(platform=1, deployment="7", context="course-3")
THERE = HERE.model_copy(update={"context": "course-4"})
NOW = datetime(2026, 11, 30, tzinfo=UTC)
PEOPLE = 6


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A workshop in which six of one course were right, and six of another did harm."""
    monkeypatch.setenv("KASUSLAB_KEYS", str(KEYS))
    return past_workshop(tmp_path, [("police", RIGHT)] * PEOPLE + [("health", HARMFUL)] * PEOPLE)


def arrive(
    folder: Path,
    name: str,
    course: CoursePlace,
    numbers: range,
    at: datetime = BEGAN,
    item: str = "case:daftar-nilai",
) -> None:
    url = sqlite_url(folder)
    workshop = workshop_named(url, name)
    seats = sorted(row.id for row in seats_of(url, workshop))
    engine = open_database(url)
    if not PlatformStore(engine, lambda: at).platforms():
        PlatformStore(engine, lambda: at).add(LtiPlatform().registered)
    for number in numbers:
        ArrivalStore(engine, workshop.number, lambda: at).arrive(
            seats[number], course, f"link-{course.context}", item
        )
    engine.dispose()


def paper(folder: Path, name: str, course: CoursePlace, kind: PaperKind = "report") -> bytes | None:
    order = ClassOrder(
        kind=kind,
        database=sqlite_url(folder),
        workshop=name,
        cases=CASES,
        services=None,
        course=course,
        language="en",
    )
    return paper_of(order, NOW)


def decisions(folder: Path, name: str, course: CoursePlace) -> list[str]:
    archive = paper(folder, name, course, "decisions")
    if archive is None:
        return []
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        return files.read("decisions.csv").decode("utf-8-sig").splitlines()[1:]


def test_an_open_workshop_has_a_report_for_five_of_a_course_and_no_decisions(
    tmp_path: Path, workshop: str
) -> None:
    arrive(tmp_path, workshop, HERE, range(4))
    assert paper(tmp_path, workshop, HERE) is None

    arrive(tmp_path, workshop, HERE, range(PEOPLE))

    report = paper(tmp_path, workshop, HERE)
    assert report is not None
    assert b"<!doctype html>" in report.lower()
    assert paper(tmp_path, workshop, HERE, "decisions") is None
    assert paper(tmp_path, workshop, THERE) is None


def test_once_it_is_closed_a_course_is_told_of_its_own_decisions_alone(tmp_path: Path, workshop: str) -> None:
    arrive(tmp_path, workshop, HERE, range(PEOPLE))
    arrive(tmp_path, workshop, THERE, range(PEOPLE, 2 * PEOPLE))
    note_closed(sqlite_url(tmp_path), workshop_named(sqlite_url(tmp_path), workshop), NOW)

    here, there = (decisions(tmp_path, workshop, course) for course in (HERE, THERE))

    assert {line.split(",")[0] for line in here} == {f"{number:02}" for number in range(1, PEOPLE + 1)}
    assert len(here) == len(there)
    assert not any("marah" in line for line in here)
    assert sum("marah" in line for line in there) == PEOPLE
    assert b"health" not in (paper(tmp_path, workshop, HERE) or b"")


def test_what_was_played_before_a_course_led_there_is_not_told_to_it(tmp_path: Path, workshop: str) -> None:
    arrive(tmp_path, workshop, HERE, range(PEOPLE), at=datetime(2026, 11, 3, tzinfo=UTC))
    note_closed(sqlite_url(tmp_path), workshop_named(sqlite_url(tmp_path), workshop), NOW)

    assert decisions(tmp_path, workshop, HERE) == []
    assert paper(tmp_path, workshop, HERE) is None


def test_a_teacher_takes_her_own_answers_along_without_what_was_written(
    tmp_path: Path, workshop: str
) -> None:
    arrive(tmp_path, workshop, HERE, range(PEOPLE))
    url = sqlite_url(tmp_path)
    store = WorkshopStore(url, workshop=workshop)
    play = store.plays(store.workshop()["mode"])[0][1].id
    store.reflections.answer(HERE.id, play, {"child": "clear"}, "=Terima kasih.")
    store.close()
    note_closed(url, workshop_named(url, workshop), NOW)

    archive = paper(tmp_path, workshop, HERE, "decisions")

    assert archive is not None
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        lines = files.read("answers.csv").decode("utf-8").splitlines()
    assert lines == ["case,self,child,change,need,comment", "daftar-nilai,,clear,,,'=Terima kasih."]


def test_before_and_after_is_told_of_the_people_of_one_course_alone(
    tmp_path: Path, workshop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, keys = sqlite_url(tmp_path), tmp_path / "keys"
    shutil.copytree(LIBRARY_KEYS, keys)
    for file in TEST_KEYS.glob("bentuk-polisi-*.yaml"):
        shutil.copy(file, keys)
    monkeypatch.setenv("KASUSLAB_KEYS", str(keys))
    plan = load_programmes()["A2"]
    store = WorkshopStore(url, workshop=workshop)
    for number, seat in enumerate(sorted(store.sectors())):
        for turn, form in enumerate(plan.tests):
            play_form(store, seat, load_case(LIBRARY / form), f"{number}{turn}", turn)
    store.close()
    arrive(tmp_path, workshop, HERE, range(PEOPLE), item="programme:A2")
    arrive(tmp_path, workshop, THERE, range(PEOPLE, PEOPLE + 4), item="programme:A2")

    here, there = (compared(tmp_path, workshop, course, keys) for course in (HERE, THERE))

    # Six have done both, and figures move by five.
    assert here is not None
    assert here.change is not None
    assert here.change.n == 5
    assert there is None or there.change is None


def play_form(store: WorkshopStore, seat: str, case: Case, name: str, turn: int) -> None:
    """Play a form of a test, the second one a day after the first."""
    at, play, number, chain = f"2026-11-{3 + turn:02}T07:00:00Z", Play.of(case), 0, ""
    name = name.rjust(32, "f")
    event: Event = Started(
        at=at, play=name, case=case.id, version=case.version, course=store.name, mode="practice"
    )
    while True:
        chain = append(store, seat, name, number, event, chain)
        play, number = play.after(event), number + 1
        if play.ended:
            return
        event = next_event(play, at, {})


def compared(folder: Path, name: str, course: CoursePlace, keys: Path) -> Compared | None:
    url = sqlite_url(folder)
    summary = workshop_named(url, name)
    part = part_of(url, summary, course, case_ids(LIBRARY))
    data = interim_data(url, summary, ExportSources(keys, LIBRARY), now=NOW, part=part)
    return data.compared if data is not None else None
