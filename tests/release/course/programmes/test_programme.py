"""The six-session workshop: which case when, who begins with which test form, and the plan of it."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from graders.key.key import KEYS, load_key
from graders.people.forms import FORMS, form_orders
from graders.people.roster import Person, Roster, write_roster
from release.course.course import assignments, make_course
from release.course.gradebook import due_date
from release.course.programmes.deadlines import Calendar, calendar_of, set_deadlines
from release.course.programmes.form_orders import assign_forms, read_forms
from release.course.programmes.programme import (
    ProgrammeError,
    lacking_tests,
    load_programme,
    programme_cases,
)
from release.course.programmes.programme_page import PAGE, plan_of, write_plan
from scenarios.directory.competencies import load_competencies
from scenarios.library import CASES
from scenarios.loader import load_case
from tests.places import TESTS

PLAN = load_programme("A1")
SESSIONS = 6
WEEKLY = Calendar(date(2026, 12, 1))
SECTORS = ("police", "social", "health", "school", None)


def class_of(count: int) -> Roster:
    return {f"p-{n:02}": Person(f"p-{n:02}", f"Nama {n}", "", SECTORS[n % 5]) for n in range(count)}


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The keys of all its cases in one folder, as a facilitator keeps them."""
    folder = tmp_path_factory.mktemp("keys")
    for case in PLAN.cases:
        for file in KEYS.glob(f"{case}*.yaml"):
            shutil.copyfile(file, folder / file.name)
    for test in PLAN.tests:
        for file in (TESTS / "keys").glob(f"{test}*.yaml"):
            shutil.copyfile(file, folder / file.name)
    return folder


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, keys: Path) -> Path:
    place = tmp_path_factory.mktemp("programme") / "lokakarya"
    make_course(place, (*programme_cases(PLAN, keys), *PLAN.tests), person="Ibu R., panitia", keys=keys)
    write_roster(place, class_of(11))
    set_deadlines(place, PLAN, WEEKLY, tests=True)
    plan = plan_of(place, PLAN, WEEKLY, assign_forms(place), with_tests=True, keys=keys)
    write_plan(place, plan)
    return place


def test_every_competency_comes_back_in_sessions_that_lie_apart() -> None:
    trained = [
        {
            part.competency
            for name in session.cases
            for part in load_key(load_case(CASES / name), KEYS).decisions.values()
        }
        for session in PLAN.sessions
    ]
    for code in load_competencies():
        sessions = [number for number, codes in enumerate(trained) if code in codes]
        assert len(sessions) >= 4, code
        assert max(sessions) - min(sessions) >= 3, code


def test_a_session_has_no_more_than_three_hours(course: Path, keys: Path) -> None:
    plan = plan_of(course, PLAN, None, {}, with_tests=True, keys=keys)

    assert [session.minutes for session in plan.sessions if not 90 <= session.minutes <= 180] == []
    assert [session.test for session in plan.sessions] == ["before", "", "", "", "", "after"]


@pytest.mark.parametrize(
    ("every", "a_day", "days", "last"),
    [(7, 1, [1, 8, 15, 22, 29, 36], 42), (1, 1, [1, 2, 3, 4, 5, 6], 6), (1, 2, [1, 1, 2, 2, 3, 3], 3)],
)
def test_sessions_lie_a_week_or_a_day_apart_or_two_on_one_day(
    every: int, a_day: int, days: list[int], last: int
) -> None:
    calendar = calendar_of(date(2026, 12, 1), every, a_day, "WITA")
    begins = datetime(2026, 12, 1, 23, 59)  # noqa: DTZ001 -- in the zone of the calendar

    assert [(calendar.day(n) - calendar.begins).days + 1 for n in range(SESSIONS)] == days
    assert calendar.due(SESSIONS - 1).replace(tzinfo=None) == begins + timedelta(days=last - 1)
    assert calendar.due(0).utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(("every", "a_day"), [(0, 1), (7, 0), (7, 7), (61, 1)])
def test_days_that_no_workshop_has_are_refused(every: int, a_day: int) -> None:
    with pytest.raises(ProgrammeError, match="Sessions are held every 1 to 60 days"):
        Calendar(date(2026, 12, 1), every, a_day)


def test_an_unknown_time_zone_is_refused() -> None:
    with pytest.raises(ProgrammeError, match="Use one of: WIB, WITA, WIT"):
        calendar_of(date(2026, 12, 1), 7, 1, "CET")


def test_the_gradebook_has_every_deadline_and_both_tests_end_with_the_last_session(course: Path) -> None:
    assert set(assignments(course)) == {*PLAN.cases, *PLAN.tests}
    assert due_date(course, PLAN.sessions[0].cases[0]) == datetime(2026, 12, 7, 16, 59, tzinfo=UTC)
    last = datetime(2027, 1, 11, 16, 59, tzinfo=UTC)
    assert {due_date(course, case) for case in (*PLAN.tests, PLAN.sessions[-1].cases[0])} == {last}


@pytest.mark.parametrize("count", [1, 2, 11, 30, 68])
def test_half_of_a_class_begins_with_each_form_within_each_sector_too(count: int) -> None:
    roster = class_of(count)
    orders = form_orders(roster, {}, PLAN.tests, seed="kursus")

    assert list(orders) == list(roster)
    assert {frozenset(order) for order in orders.values()} == {frozenset(PLAN.tests)}
    for sector in (None, *SECTORS):
        begin = [first for name, (first, _) in orders.items() if roster[name].sector == sector]
        counts = Counter(begin)
        assert abs(counts[PLAN.tests[0]] - counts[PLAN.tests[1]]) <= 1
    whole = Counter(first for first, _ in orders.values())
    assert abs(whole[PLAN.tests[0]] - whole[PLAN.tests[1]]) <= 1


def test_the_same_roster_gives_the_same_orders_and_another_course_others() -> None:
    roster = class_of(30)
    backwards = dict(reversed(list(roster.items())))
    orders = form_orders(roster, {}, PLAN.tests, seed="kursus")

    assert form_orders(backwards, {}, PLAN.tests, seed="kursus") == orders
    assert form_orders(roster, {}, PLAN.tests, seed="lain") != orders


def test_whoever_has_an_order_keeps_it_and_whoever_has_left_has_none() -> None:
    before = form_orders(class_of(7), {}, PLAN.tests, seed="kursus")
    later = {name: person for name, person in class_of(12).items() if name != "p-03"}

    after = form_orders(later, before, PLAN.tests, seed="kursus")

    assert {name: after[name] for name in before if name != "p-03"} == {
        name: order for name, order in before.items() if name != "p-03"
    }
    assert "p-03" not in after


def test_the_orders_are_kept_with_ids_alone(course: Path) -> None:
    text = (course / FORMS).read_text(encoding="utf-8")

    assert text.splitlines()[0] == "id,before,after"
    assert len(read_forms(course)) == 11
    assert "Nama" not in text
    assert assign_forms(course) == read_forms(course)


@pytest.mark.parametrize("text", ["", "a,b\n", 'id,before,after\n"x', "id,before,after\na,b\n"])
def test_orders_that_somebody_else_wrote_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / FORMS).write_text(text, encoding="utf-8")

    with pytest.raises(ProgrammeError, match="Take it away"):
        read_forms(tmp_path)


def test_without_the_keys_of_the_tests_a_sentence_says_what_to_do(keys: Path, tmp_path: Path) -> None:
    sentence = lacking_tests(PLAN, KEYS)

    assert "no key of bentuk-a, bentuk-b, so the course is made without the tests" in sentence
    assert "kasuslab keys FILES”, and run this command again, or go on without them" in sentence
    assert lacking_tests(PLAN, keys) == ""
    (tmp_path / "bentuk-a.yaml").touch()
    assert "no key of bentuk-b, so" in lacking_tests(PLAN, tmp_path)


def test_a_test_that_the_library_lacks_is_told_too(keys: Path, tmp_path: Path) -> None:
    sentence = lacking_tests(PLAN, keys, tmp_path)

    assert f"The library {tmp_path} has no case bentuk-a, bentuk-b, so the course is made without" in sentence


def test_without_the_keys_of_its_cases_no_course_is_made(keys: Path, tmp_path: Path) -> None:
    with pytest.raises(ProgrammeError, match=r"holds no key of teman-gim.*KASUSLAB_KEYS"):
        programme_cases(PLAN, tmp_path)

    assert programme_cases(PLAN, keys) == programme_cases(PLAN, KEYS) == PLAN.cases


class PlanOutline(HTMLParser):
    """What a page holds: its headings, and the addresses that it names."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.addresses: list[str] = []
        self.tags: set[str] = set()
        self._in_heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._in_heading = tag == "h3"
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        if self._in_heading:
            self.headings.append(data)
            self._in_heading = False


def test_the_plan_tells_each_session_in_both_languages_and_loads_nothing(course: Path) -> None:
    text = (course / PAGE).read_text(encoding="utf-8")
    page = PlanOutline()
    page.feed(text)

    titles = [session.title for session in PLAN.sessions]
    assert page.headings == [
        *(f"Sesi {number}: {title['id']}" for number, title in enumerate(titles, start=1)),
        *(f"Session {number}: {title['en']}" for number, title in enumerate(titles, start=1)),
    ]
    assert page.addresses == ["#en", "#id"]
    assert not page.tags & {"script", "link", "img", "iframe"}
    assert "1 Desember 2026" in text
    assert "7 December 2026, 23:59" in text
    assert "A Game Friend" in text or "teman-gim" in text
    for case in PLAN.cases:
        assert text.count(f"({case})") == 2


def test_the_plan_names_no_person(course: Path) -> None:
    text = (course / PAGE).read_text(encoding="utf-8")

    assert not re.search(r"p-\d\d|Nama \d", text)


def test_a_course_of_a_hostile_name_is_text_on_the_page(course: Path, keys: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(course, tmp_path / "salin"))
    card = (copy / "course.yaml").read_text(encoding="utf-8")
    hostile = json.dumps("<script>alert(1)</script>")
    (copy / "course.yaml").write_text(
        card.replace("course: lokakarya", f"course: {hostile}"), encoding="utf-8"
    )

    text = write_plan(copy, plan_of(copy, PLAN, None, {}, with_tests=False, keys=keys)).read_text(
        encoding="utf-8"
    )

    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "kemajuan kelas tidak dapat diukur" in text


def test_the_command_line_makes_the_workshop(
    keys: Path, tmp_path: Path, kasuslab: Callable[..., Any]
) -> None:
    (tmp_path / "peserta.csv").write_text("id,sektor\na,police\nb,police\n", encoding="utf-8")
    place = tmp_path / "kursus"
    options = ["--programme", "--begins", "2026-12-01", "--every", "1", "--a-day", "2", "--zone", "WIT"]
    words = [
        "course",
        place,
        *options,
        "--person",
        "Ibu R.",
        "--keys",
        keys,
        "--roster",
        tmp_path / "peserta.csv",
    ]
    done = kasuslab(*words)

    assert done.returncode == 0, done.stderr
    assert "1 of them begin with bentuk-a." in done.stdout
    assert f"{place / PAGE}: the plan for the facilitator." in done.stdout
    assert due_date(place, "hari-ketiga") == datetime(2026, 12, 3, 14, 59, tzinfo=UTC)
    assert {first for first, _ in read_forms(place).values()} == set(PLAN.tests)


def test_a_course_without_the_keys_of_the_tests_announces_none(
    tmp_path: Path, keys: Path, kasuslab: Callable[..., Any]
) -> None:
    place = tmp_path / "kursus"
    done = kasuslab("course", place, "--programme", "--keys", KEYS)

    assert done.returncode == 0, done.stderr
    assert lacking_tests(PLAN, KEYS) in done.stderr
    assert set(assignments(place)) == set(PLAN.cases)
    text = (place / PAGE).read_text(encoding="utf-8")
    assert text.count("kemajuan kelas tidak dapat diukur") == 1
    assert words_on_tests(text) == []

    again = kasuslab("course", place, "--programme", "A1", "--keys", keys)

    assert again.returncode == 0, again.stderr
    assert set(assignments(place)) == {*PLAN.cases, *PLAN.tests}
    assert words_on_tests((place / PAGE).read_text(encoding="utf-8"))


def test_a_course_that_has_its_tests_announces_them_where_their_keys_are_away(
    course: Path, tmp_path: Path, kasuslab: Callable[..., Any]
) -> None:
    copy = shutil.copytree(course, tmp_path / "salin")
    done = kasuslab("course", copy, "--programme", "A1", "--keys", KEYS)

    assert done.returncode == 0, done.stderr
    assert words_on_tests((copy / PAGE).read_text(encoding="utf-8"))


def words_on_tests(text: str) -> list[str]:
    """Where a page speaks of tests, but for the sentence that there are none."""
    none = r"Tanpa tes sebelum[^<]*|Without tests before[^<]*"
    return re.findall(r"\b(?:tes|tests?)\b", re.sub(none, "", text), re.IGNORECASE)


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        (["--programme", "A5"], 1, "no programme “A5”. Write one of A0, A1, A2, A3, A4 after --programme"),
        (["--programme", "--cases", "teman-gim"], 2, "has cases of its own"),
        (["--programme", "--without-tests", "--begins", "besok"], 2, "besok"),
    ],
)
def test_the_command_line_refuses_what_it_cannot_make(
    tmp_path: Path, options: list[str], status: int, words: str, kasuslab: Callable[..., Any]
) -> None:
    done = kasuslab("course", tmp_path / "kursus", *options, "--keys", KEYS)

    assert done.returncode == status
    assert words in done.stderr
    assert not (tmp_path / "kursus").exists()
