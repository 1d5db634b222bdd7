"""The page of a programme: its lessons, its words, and the sheets that a district fills in."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from graders.key.key import KEYS
from release.course.course import assignments, make_course
from release.course.gradebook import due_date
from release.course.programmes.deadlines import Calendar, set_deadlines
from release.course.programmes.form_orders import assign_forms, course_tests
from release.course.programmes.programme import lacking_tests, load_programme, programme_cases
from release.course.programmes.programme_page import PAGE, plan_of, write_plan
from scenarios.directory.services import load_directory
from scenarios.language import LANGUAGES
from scenarios.lessons.lesson_files import lesson_of
from tests.places import TESTS


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All keys in one folder, as a facilitator keeps them."""
    folder = Path(shutil.copytree(KEYS, tmp_path_factory.mktemp("kunci") / "keys"))
    for key in (TESTS / "keys").glob("bentuk-*.yaml"):
        shutil.copyfile(key, folder / key.name)
    return folder


def page_of(place: Path, code: str, keys: Path, *, tests: bool) -> str:
    """The page of a new course of the programme, which begins on 1 December 2026."""
    plan, calendar = load_programme(code), Calendar(date(2026, 12, 1))
    ids = (*programme_cases(plan, keys), *(plan.tests if tests else ()))
    make_course(place, ids, person="Ibu R., panitia", keys=keys)
    set_deadlines(place, plan, calendar, tests=tests)
    page = plan_of(place, plan, calendar, assign_forms(place), with_tests=tests, keys=keys)
    return unescape(write_plan(place, page).read_text(encoding="utf-8"))


def test_the_page_of_services_tells_lessons_and_words_and_ends_in_its_map_and_form(
    keys: Path, tmp_path: Path
) -> None:
    text, plan = page_of(tmp_path / "kursus", "A4", keys, tests=False), load_programme("A4")
    services = load_directory().services

    for language in LANGUAGES:
        for session in plan.sessions:
            assert session.opening[language] in text
            assert session.closing[language] in text
            assert all(lesson_of(code, language).title in text for code in session.lessons)
        for sheet in plan.sheets:
            assert f"<h3>{sheet.title[language]}</h3>" in text
            assert all(
                f'<th scope="row">{services[name].name[language]}</th>' in text for name in sheet.services
            )
    assert text.count('<section class="sheet">') == len(plan.sheets) * len(LANGUAGES)
    assert "Jangan tulis nama, cerita atau kasus anak di lembar ini." in text


def test_who_learns_alone_has_parts_and_no_deadline_but_that_of_the_tests(keys: Path, tmp_path: Path) -> None:
    place = tmp_path / "kursus"
    text, plan = page_of(place, "A0", keys, tests=True), load_programme("A0")

    assert "Bagian 1: Laporan yang pertama" in text
    assert "Part 7: Refer, then care for yourself" in text
    assert "debrief" not in text
    assert "Kedua tes dikumpulkan paling lambat 18 Januari 2027, 23.59." in text
    assert {due_date(place, test) for test in plan.tests} == {datetime(2027, 1, 18, 16, 59, tzinfo=UTC)}
    assert {due_date(place, case) for case in plan.cases} == {None}
    assert course_tests(place) == plan.tests


def test_the_command_line_makes_the_programme_that_it_names_and_keeps_to_one_pair_of_tests(
    keys: Path, tmp_path: Path, kasuslab: Callable[..., Any]
) -> None:
    plan, place = load_programme("A3"), tmp_path / "kursus"
    done = kasuslab("course", place, "--programme", "A3", "--begins", "2026-12-01", "--keys", KEYS)

    assert done.returncode == 0, done.stderr
    assert lacking_tests(plan, KEYS) in done.stderr
    assert set(assignments(place)) == set(plan.cases)
    assert due_date(place, "meterai-desa") == datetime(2026, 12, 2, 16, 59, tzinfo=UTC)
    text = (place / PAGE).read_text(encoding="utf-8")
    assert "Tanpa tes sebelum dan sesudah" in text
    assert "Numbers that are answered" in text

    make_course(place, load_programme("A1").tests, person=None, keys=keys)
    refused = kasuslab("course", place, "--programme", "A3", "--keys", KEYS)

    assert refused.returncode == 1
    assert "other tests than A3: bentuk-a and bentuk-b. Make another course" in refused.stderr
