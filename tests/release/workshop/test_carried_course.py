"""A workshop that carries a course: whoever has a card sits at their own place, and nobody else does."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from filelock import FileLock

from release.phones.hand_in import hand_in
from release.phones.seats import course_seats
from release.workshop.carried_course import is_carried_now, read_carried_course
from release.workshop.data_folder import database_of, lock_of
from release.workshop.failure import WorkshopRefusedError
from release.workshop.plan import WorkshopPlan, read_plan, write_plan
from release.workshop.writer.writer import make_writer
from release.workshop.writer_config import WriterConfig
from scenarios.sentence import error_text
from tests.parts.carried import CASE, PEOPLE, add_people, carried_course, code_of
from tests.parts.phone_line import SECRET
from tests.parts.workshop_server import Visitor, Workshop, running_workshop
from tests.places import CASES, KEYS

DECIDED = {"type": "decide", "decision": "mendesak", "pick": "sedang"}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return carried_course(tmp_path_factory.mktemp("kursus"), mode="test")


@pytest.fixture(scope="module")
def workshop(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    data = tmp_path_factory.mktemp("data")
    with running_workshop(data, course=str(course), code=True) as running:
        yield running


def test_a_course_is_carried_as_long_as_the_workshop_planned_with_it_runs(
    course: Path, tmp_path: Path
) -> None:
    assert not is_carried_now(course, tmp_path / "none")
    write_plan(tmp_path, WorkshopPlan(course=course))
    assert not is_carried_now(course, tmp_path)
    with FileLock(lock_of(tmp_path)):
        assert is_carried_now(course, tmp_path)
        assert not is_carried_now(tmp_path, tmp_path)


def phone(workshop: Workshop, person: str) -> Visitor:
    visitor = Visitor(workshop.port)
    assert visitor.ask("/lanjut", {"code": code_of(workshop.data, person)}).status == 303
    return visitor


def key_texts() -> list[str]:
    """Every sentence of the small case's key that is not in the case itself."""
    case = (CASES / CASE / "case.yaml").read_text("utf-8")
    texts: list[str] = []
    waiting: list[object] = [yaml.safe_load((KEYS / f"{CASE}.yaml").read_text("utf-8"))]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
        elif isinstance(part, str) and len(part) > 20 and part not in case:
            texts.append(part)
    return texts


def seats(workshop: Workshop) -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(workshop.data / "workshop.sqlite")) as database:
        return database.execute("select trainee, pseudonym, code from seat order by trainee").fetchall()


def test_a_card_opens_the_seat_of_its_person_without_the_code_of_the_workshop(workshop: Workshop) -> None:
    page = phone(workshop, "peserta-01").read("/")

    assert '<p class="ws-pseudonym">peserta-01</p>' in page
    assert code_of(workshop.data, "peserta-01") in page


def test_a_second_phone_with_the_same_card_goes_on_at_the_same_seat(workshop: Workshop) -> None:
    with phone(workshop, "peserta-02").play() as first:
        first.move(type="begin")
        first.move(**DECIDED)

    with phone(workshop, "peserta-02").play() as second, phone(workshop, "peserta-03").play() as other:
        assert second.view["screen"] == "scene"
        assert second.view["n"] == 2
        assert other.view["screen"] == "cover"


def test_no_code_and_no_name_stands_in_the_database(workshop: Workshop) -> None:
    rows = seats(workshop)

    assert [row[:2] for row in rows] == [(name, name) for name in PEOPLE]
    assert all(len(code) == 64 and int(code, 16) for _, _, code in rows)
    assert b"Nama peserta" not in (workshop.data / "workshop.sqlite").read_bytes()


def test_nobody_joins_without_a_card(workshop: Workshop) -> None:
    visitor = Visitor(workshop.port)
    visitor.ask(f"/g/{workshop.code()}")
    before = seats(workshop)

    visitor.ask("/masuk", {"sector": "-", "name": ""})

    assert "kasuslab_seat" not in visitor.cookies
    assert seats(workshop) == before
    assert 'action="/masuk"' not in visitor.read("/")


def test_wrong_codes_of_cards_are_counted_by_the_throttle(course: Path, tmp_path: Path) -> None:
    with running_workshop(tmp_path, course=str(course)) as workshop:
        visitor, began = Visitor(workshop.port), time.monotonic()
        statuses = [visitor.ask("/lanjut", {"code": f"AAAA-{n:04}"}).status for n in range(120)]
        minutes = (time.monotonic() - began) / 60

    # A hundred at once, and twenty a minute.
    assert statuses.count(422) <= 101 + 20 * minutes
    assert statuses.count(429) >= 120 - 101 - 20 * minutes


def test_whoever_is_added_to_the_roster_comes_in_while_the_workshop_runs(
    course: Path, workshop: Workshop
) -> None:
    add_people(course, ("peserta-99",))

    assert "peserta-99" in phone(workshop, "peserta-99").read("/")


def test_a_lost_card_opens_nothing_once_it_is_replaced_and_the_new_one_opens_the_same_seat(
    course: Path, tmp_path: Path
) -> None:
    with running_workshop(tmp_path, course=str(course)) as workshop:
        lost = code_of(workshop.data, "peserta-01")
        finder = phone(workshop, "peserta-01")
        with finder.play() as page:
            page.move(type="begin")

        course_seats(course, workshop.data).replace_cards(["peserta-01"])

        assert Visitor(workshop.port).ask("/lanjut", {"code": lost}).status == 422
        assert "peserta-01" not in finder.read("/")
        with phone(workshop, "peserta-01").play() as page:
            assert page.view["screen"] == "scene"


def test_in_test_mode_no_feedback_comes_during_the_play_or_after_it(workshop: Workshop) -> None:
    visitor = phone(workshop, "peserta-01")
    with visitor.play() as page:
        page.move(type="begin")
        while page.view["screen"] == "scene":
            scene = page.view["scene"]
            assert scene is not None
            if scene["decision"] is None:
                page.move(type="continue", scene=scene["id"])
            else:
                page.move(type="skip", decision=scene["decision"]["id"])
        assert page.view["screen"] == "ended"
        frames = "".join(page.frames)

    secrets = key_texts()
    assert len(secrets) > 20
    assert [text for text in secrets if json.dumps(text, ensure_ascii=False)[1:-1] in frames] == []


def test_what_is_played_is_handed_in_while_the_workshop_runs(course: Path, workshop: Workshop) -> None:
    with phone(workshop, "peserta-02").play() as page:
        if page.view["screen"] == "cover":
            page.move(type="begin")

    report = hand_in(course, workshop.data, database_of(workshop.data))

    assert ("peserta-02", CASE) in {(one.person, one.case) for one in (*report.placed, *report.unchanged)}
    assert report.refused == ()


def test_a_card_opens_the_same_seat_and_plays_in_the_next_workshop(course: Path, tmp_path: Path) -> None:
    with running_workshop(tmp_path, course=str(course)) as first, phone(first, "peserta-01").play() as page:
        page.move(type="begin")
    with closing(sqlite3.connect(tmp_path / "workshop.sqlite")) as database, database:
        database.execute("update workshop set closed = '2026-11-22T07:00:00Z'")

    with running_workshop(tmp_path, course=str(course)) as second, phone(second, "peserta-01").play() as page:
        assert page.view["screen"] == "scene"


@pytest.mark.parametrize(
    ("settled", "sentence"),
    [({"mode": "discussion"}, "Leave the mode out"), ({"cases": ("lain",)}, "has no case lain")],
)
def test_a_plan_that_says_otherwise_than_the_course_is_refused(
    course: Path, settled: dict[str, object], sentence: str
) -> None:
    plan = WorkshopPlan.model_validate({"course": course, **settled})

    with pytest.raises(WorkshopRefusedError, match=sentence):
        read_carried_course(course).settled(plan)


def test_the_course_settles_cases_and_mode(course: Path) -> None:
    plan = read_carried_course(course).settled(WorkshopPlan(course=course))

    assert (plan.mode, plan.cases) == ("test", (CASE,))
    assert WorkshopPlan.from_line(plan.to_line()) == plan


def test_a_folder_that_is_no_course_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkshopRefusedError, match="is no course with cases"):
        read_carried_course(tmp_path)


def test_test_mode_without_a_course_is_still_refused() -> None:
    with pytest.raises(WorkshopRefusedError, match="not for “test”"):
        WorkshopPlan(mode="test")


def test_a_saved_plan_keeps_its_course_and_leaves_the_mode_to_it(course: Path, tmp_path: Path) -> None:
    write_plan(tmp_path, WorkshopPlan(course=course))

    assert (read_plan(tmp_path).course, read_plan(tmp_path).mode) == (course, None)


def test_a_workshop_that_carries_a_course_has_no_tables(course: Path, tmp_path: Path) -> None:
    carried = read_carried_course(course)
    plan = carried.settled(WorkshopPlan(course=course, team_size=4))
    config = WriterConfig(
        plan=plan, address="tcp:1", secret=SECRET, database=database_of(tmp_path), lock=None, person="Ibu R.",
        cases=plan.cases, cases_folder=carried.copy_cases(tmp_path / "cases"), keys_folder=KEYS,
        data=tmp_path,
    )  # fmt: skip

    with pytest.raises(WorkshopRefusedError) as refusal:
        make_writer(config)

    assert "graded on alone, without tables" in error_text(refusal.value, "en")
    assert "dinilai per orang, tanpa kelompok" in error_text(refusal.value, "id")
    assert not (tmp_path / "workshop.sqlite").exists()
