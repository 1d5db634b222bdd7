"""The plan of a programme in a real browser: from its file, wide and narrow, light and dark."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from graders.key.key import KEYS
from release.course.course import make_course
from release.course.programmes.deadlines import Calendar
from release.course.programmes.programme import load_programme
from release.course.programmes.programme_page import plan_of, write_plan
from tests.browser.player_page import violations
from tests.places import TESTS


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plan = load_programme("A1")
    keys = Path(shutil.copytree(KEYS, tmp_path_factory.mktemp("rencana") / "keys"))
    for key in (TESTS / "keys").glob("bentuk-*.yaml"):
        shutil.copyfile(key, keys / key.name)
    course = keys.parent / "lokakarya"
    make_course(course, (*plan.cases, *plan.tests), person="Ibu R., panitia", keys=keys)
    orders = {"p-01": plan.tests}
    return write_plan(
        course, plan_of(course, plan, Calendar(date(2026, 12, 1)), orders, with_tests=True, keys=keys)
    )


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)])
def test_the_plan_is_accessible_fits_and_asks_for_nothing(
    new_page: Callable[..., Page], file: Path, width: int, *, dark: bool
) -> None:
    page = new_page(width=width, dark=dark)
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda entry: errors.append(entry.text) if entry.type == "error" else None)
    page.goto(file.as_uri())

    expect(page.get_by_role("heading", name="Sesi 4: Ketika anak diancam")).to_be_visible()
    assert violations(page, "html") == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert asked == [file.as_uri()]
    assert errors == []

    page.get_by_role("link", name="English version").press("Enter")
    assert page.evaluate("location.hash") == "#en"
