"""The class report in a real browser: from its file, the network cut, script in every text of people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, expect

from graders.people.cohort import Member, NotJudged
from graders.report.page import report_page
from scenarios.language import LANGUAGES
from tests.browser.player_page import LOOKS, violations
from tests.parts.report_class import HOSTILE, RIGHT, mixed_class

NAMES = {"id": "Bahasa Indonesia", "en": "English"}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a class whose people call themselves, their sector and their place a script."""
    made = replace(mixed_class(), course=HOSTILE)
    stranger = Member(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    refused = (NotJudged(stranger, "daftar-nilai", "unreadable"),)
    data = replace(made, members=(*made.members, stranger), refused=refused).plus(5, HOSTILE, RIGHT).data()
    place = tmp_path_factory.mktemp("laporan") / "kelas.html"
    place.write_text(report_page(data), encoding="utf-8")
    return place


@dataclass
class WatchedReport:
    """A page, and all that it said or asked for."""

    page: Page
    messages: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def dismiss(self, dialog: Dialog) -> None:
        self.messages.append(dialog.message)
        dialog.dismiss()


@pytest.fixture
def opened(file: Path, new_page: Callable[..., Page]) -> Callable[..., WatchedReport]:
    """A factory: the report on a page of some width, with no network."""

    def make(*, width: int = 1280, dark: bool = False) -> WatchedReport:
        watched = WatchedReport(new_page(width=width, dark=dark))
        page = watched.page
        page.on("dialog", watched.dismiss)
        page.on(
            "console", lambda entry: watched.messages.append(entry.text) if entry.type == "error" else None
        )
        page.on("pageerror", lambda error: watched.messages.append(str(error)))
        page.on("request", lambda request: watched.asked.append(request.url))
        page.goto(file.as_uri())
        return watched

    return make


@pytest.fixture(autouse=True)
def offline(browser_context: BrowserContext) -> Iterator[None]:
    """Cut the network for these tests alone."""
    browser_context.set_offline(True)
    yield
    browser_context.set_offline(False)


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_the_report_is_accessible_fits_and_runs_nothing(
    opened: Callable[..., WatchedReport], file: Path, width: int, *, dark: bool
) -> None:
    watched = opened(width=width, dark=dark)
    page = watched.page

    for language in LANGUAGES:
        page.get_by_role("radio", name=NAMES[language]).check(force=True)
        expect(page.locator(f".page-{language}")).to_be_visible()
        assert violations(page, "html") == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    assert page.evaluate("window.hit") is None
    assert page.locator("script, img").count() == 0
    expect(page.locator("h1").first).to_contain_text(HOSTILE)
    assert watched.messages == []
    assert watched.asked == [file.as_uri()]


def test_the_language_and_every_part_are_reached_by_keyboard(opened: Callable[..., WatchedReport]) -> None:
    page = opened().page

    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".page-en")).to_be_visible()
    expect(page.locator(".page-id")).to_be_hidden()

    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="The debrief script")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#en-script"
    top = page.locator("#en-script").evaluate("part => part.getBoundingClientRect().top")
    assert abs(top) < 80

    summary = page.locator(".page-en summary").first
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".page-en details").first).to_have_attribute("open", "")


def test_only_the_language_that_is_chosen_is_printed_and_without_the_switch(
    opened: Callable[..., WatchedReport],
) -> None:
    page = opened().page
    page.emulate_media(media="print")

    expect(page.locator(".page-id")).to_be_visible()
    expect(page.locator(".page-en")).to_be_hidden()
    expect(page.locator(".switch")).to_be_hidden()
    expect(page.locator("nav").first).to_be_hidden()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_a_chart_is_an_image_with_a_name_and_keeps_its_size_on_a_phone(
    opened: Callable[..., WatchedReport],
) -> None:
    page = opened(width=360).page

    chart = page.locator(".page-id #id-decisions svg").first

    expect(page.get_by_role("img", name="Bagian kelas yang memilih setiap pilihan").first).to_be_visible()
    box = chart.bounding_box()
    assert box is not None
    assert 300 <= box["width"] <= 336
    assert chart.locator("text").first.evaluate("text => getComputedStyle(text).fontSize") in {"12px", "13px"}


def test_a_bar_is_told_without_colour(opened: Callable[..., WatchedReport]) -> None:
    page = opened().page

    signs = page.locator(".page-id #id-daftar-nilai-bicara-chart-title").locator("..").locator("text")

    expect(signs.filter(has_text="✓")).to_have_count(1)
    expect(signs.filter(has_text="!")).to_have_count(1)
