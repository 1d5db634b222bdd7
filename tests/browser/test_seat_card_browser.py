"""A card in a real Chromium, under a network address: scanned, it opens the seat; printed, it is a card."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from shutil import rmtree

import pytest
from playwright.sync_api import Page, expect

from release.phones.seat_cards import write_seat_cards
from scenarios.course_card import ON_PHONES
from tests.browser.player_page import violations
from tests.parts.carried import CASE, carried_course, code_of
from tests.parts.workshop_server import Workshop, running_workshop

WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
ANA, BEO = "peserta-01", "peserta-02"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return carried_course(tmp_path_factory.mktemp("kursus"), mode="test")


@pytest.fixture(scope="module")
def workshop(course: Path) -> Iterator[Workshop]:
    with running_workshop(course.parent / "data", host="", course=str(course)) as running:
        yield running


@pytest.fixture
def new_page(new_device: Callable[..., Page]) -> Callable[..., Page]:
    """A factory of pages, each on a phone of its own."""
    return partial(new_device, width=360, height=740)


def scan(page: Page, workshop: Workshop, person: str) -> None:
    """Open what the QR code of a person's card holds."""
    page.goto(f"{workshop.url}#{code_of(workshop.data, person)}")
    page.wait_for_url("**/kasus")


def test_a_scanned_card_opens_the_seat_and_leaves_no_code_in_the_address(
    workshop: Workshop, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    scan(page, workshop, ANA)

    expect(page.locator(".ws-who")).to_contain_text(ANA)
    assert code_of(workshop.data, ANA) not in page.url


def test_another_card_on_the_same_phone_opens_its_own_seat(
    workshop: Workshop, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    scan(page, workshop, ANA)
    scan(page, workshop, BEO)

    expect(page.locator(".ws-who")).to_contain_text(BEO)


def test_without_a_script_the_code_is_typed(workshop: Workshop, new_page: Callable[..., Page]) -> None:
    page = new_page(script=False)
    page.goto(workshop.url)
    page.get_by_label("Kode pada kartu").fill(code_of(workshop.data, ANA))
    page.get_by_role("button", name="Lanjutkan").click()

    expect(page.locator(".ws-who")).to_contain_text(ANA)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_lobby_of_a_course_breaks_no_rule_of_accessibility(
    workshop: Workshop, new_page: Callable[..., Page], course: Path, language: str, *, dark: bool
) -> None:
    page = new_page(dark=dark)
    page.goto(f"{workshop.url}bahasa/{language}")
    assert violations(page, "html") == []
    assert not page.evaluate(WIDE)

    page.locator("#kode").fill("AAAA-AAAA")
    page.locator("form[action='/lanjut'] button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page, "html") == []

    scan(page, workshop, ANA)
    place = course / ON_PHONES / ANA / CASE
    place.mkdir(parents=True)
    (place / f"{CASE}.html").write_text("<!doctype html><title>Umpan balik</title><p>Milik Anda", "utf-8")
    page.goto(workshop.url)
    assert violations(page, "html") == []
    page.locator(f"a[href='/umpan-balik/{CASE}']").click()
    expect(page.get_by_text("Milik Anda")).to_be_visible()
    rmtree(course / ON_PHONES)


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_page_of_cards_breaks_no_rule_of_accessibility(
    course: Path, tmp_path: Path, new_page: Callable[..., Page], language: str
) -> None:
    cards = write_seat_cards(
        course, tmp_path, "http://192.168.1.5:8866/", language=language, file=tmp_path / "kartu.html"
    )
    page = new_page()
    page.goto(cards.file.as_uri())

    assert violations(page, "html") == []
    assert not page.evaluate(WIDE)
