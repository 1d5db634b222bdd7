"""The lobby, the waiting page and the join sheet in a real Chromium, under a network address."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from release.workshop.web.assets import read_assets
from release.workshop.web.invitation import Invitation, Wifi
from release.workshop.web.page import TEXTS, Templates
from scenarios.language import SOURCE, read_catalogue
from tests.browser.lobby_page import take_seat
from tests.browser.player_page import LARGE, Player, violations
from tests.parts.workshop_server import Visitor, Workshop, running_workshop

WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    with running_workshop(tmp_path_factory.mktemp("workshop"), host="", seats=1) as running:
        yield running


@pytest.fixture
def new_page(new_device: Callable[..., Page]) -> Callable[..., Page]:
    """A factory of pages, each on a phone of its own: `new_page(dark=True, script=False)`."""
    return partial(new_device, width=360, height=740)


def scan(page: Page, workshop: Workshop) -> None:
    """Open the lobby as the QR code does."""
    page.goto(f"{workshop.url}g/{workshop.code()}")


def come_in(page: Page, workshop: Workshop) -> str:
    """Take a seat; its resume code."""
    scan(page, workshop)
    return take_seat(page, "Sekolah")


def hand_on(page: Page, workshop: Workshop) -> None:
    """Hand the phone to somebody else, so that the room is free again."""
    page.goto(workshop.url)
    page.get_by_role("button", name="Serahkan ke orang lain").click()
    expect(page.get_by_role("button", name="Sekolah")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_lobby_breaks_no_rule_of_accessibility(
    workshop: Workshop, new_page: Callable[..., Page], language: str, *, dark: bool
) -> None:
    page = new_page(dark=dark)
    page.goto(f"{workshop.url}bahasa/{language}")
    assert violations(page, "html") == []

    page.locator("#pintu-kode").fill("AAAA")
    page.locator("form[action='/g'] button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page, "html") == []

    scan(page, workshop)
    assert violations(page, "html") == []

    page.locator("details:has(#kode) summary").click()
    page.locator("#kode").fill("AAAA-AAAA")
    page.locator("form[action='/lanjut'] button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#kode")).to_be_focused()
    assert violations(page, "html") == []

    page.locator("details:has(#nama) summary").click()
    page.locator("#nama").fill(f"Siti {'Malam' if dark else 'Pagi'} {language.title()}")
    page.locator("button[value=health]").click()
    expect(page.locator("#nama")).to_be_focused()
    assert violations(page, "html") == []

    page.locator("button[value=health]").click()
    page.goto(workshop.url)
    expect(page.locator(".ws-code")).to_be_visible()
    assert violations(page, "html") == []
    page.locator("form[action='/keluar'] button").click()

    page.goto(f"{workshop.url}tidak-ada")
    assert violations(page, "html") == []


def test_the_whole_lobby_is_gone_through_by_keyboard(
    workshop: Workshop, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    page.goto(workshop.url)
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.type(workshop.code().lower())
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sekolah")).to_be_visible()

    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("teh manis hangat")
    page.keyboard.press("Enter")
    expect(page.locator("#nama")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator(".ws-who")).to_contain_text("teh manis hangat")
    hand_on(page, workshop)


@pytest.mark.parametrize("width", [320, 360])
def test_no_page_of_the_lobby_is_scrolled_sideways_with_letters_twice_as_large(
    workshop: Workshop, new_page: Callable[..., Page], width: int
) -> None:
    page = new_page(width=width)
    page.goto(workshop.url)
    page.evaluate(LARGE)
    assert not page.evaluate(WIDE)

    scan(page, workshop)
    page.evaluate(LARGE)
    assert not page.evaluate(WIDE)

    come_in(page, workshop)
    page.goto(workshop.url)
    page.evaluate(LARGE)
    assert not page.evaluate(WIDE)
    hand_on(page, workshop)


def test_a_seat_is_taken_without_script(workshop: Workshop, new_page: Callable[..., Page]) -> None:
    page = new_page(script=False)
    assert len(come_in(page, workshop)) == 9
    hand_on(page, workshop)


# The waiting page


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_waiting_page_shows_the_place_and_lets_itself_in(
    workshop: Workshop, new_page: Callable[..., Page], *, script: bool
) -> None:
    inside, waits = new_page(), new_page(script=script)
    come_in(inside, workshop)
    Player(inside).see("Sebelum mulai")
    come_in(waits, workshop)
    expect(waits.get_by_role("heading", name="Ruang sedang penuh")).to_be_visible()
    expect(waits.locator("#ws-place")).to_have_text("1")

    hand_on(inside, workshop)

    expect(waits.locator("#ws-player")).to_be_attached(timeout=20_000)
    hand_on(waits, workshop)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_waiting_page_breaks_no_rule_of_accessibility(
    workshop: Workshop, new_page: Callable[..., Page], language: str, *, dark: bool
) -> None:
    inside = Visitor(workshop.port)
    inside.join(door=workshop.code())
    inside.ask("/kasus")
    page = new_page(dark=dark)
    come_in(page, workshop)
    page.goto(f"{workshop.url}bahasa/{language}?dari=kasus")
    expect(page.locator("#ws-place")).to_be_visible()

    assert violations(page, "html") == []
    page.evaluate(LARGE)
    assert not page.evaluate(WIDE)
    inside.ask("/keluar", {})
    page.goto(f"{workshop.url}bahasa/id")
    hand_on(page, workshop)


def test_a_server_that_does_not_answer_is_told_and_asked_again(
    workshop: Workshop, new_page: Callable[..., Page]
) -> None:
    inside = Visitor(workshop.port)
    inside.join(door=workshop.code())
    inside.ask("/kasus")
    page = new_page()
    come_in(page, workshop)
    expect(page.locator("#ws-place")).to_be_visible()
    page.context.set_offline(offline=True)
    expect(page.get_by_role("alert")).to_be_visible()

    page.context.set_offline(offline=False)
    inside.ask("/keluar", {})

    expect(page.locator("#ws-player")).to_be_attached(timeout=20_000)
    hand_on(page, workshop)


# The join sheet


FULLEST = Invitation(
    "http://pelatihan.perlindungan-anak.example.go.id/lokakarya/", "KBTD", Wifi("W" * 32, "W" * 63)
)
SHEETS = {"plain": Invitation("http://192.168.137.1:8866/", "KBTD"), "fullest": FULLEST}


@pytest.fixture(scope="module", params=SHEETS)
def sheet(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sheet as a file, its stylesheet beside it."""
    folder = tmp_path_factory.mktemp("sheet")
    person = "Ibu Rosalina M., meja panitia di sebelah pintu masuk aula utama"
    templates = Templates(read_catalogue(TEXTS), read_assets(), {"person": person})
    invitation = SHEETS[request.param]
    page = templates.page("join_sheet.html", SOURCE, invitation=invitation)
    styles = templates.assets["join_sheet.css"]
    (folder / styles.name).write_bytes(styles.data)
    (folder / "sheet.html").write_text(page.replace(styles.url, styles.name), encoding="utf-8")
    return folder / "sheet.html"


def test_the_join_sheet_is_one_side_of_a4(sheet: Path, new_page: Callable[..., Page]) -> None:
    page = new_page(width=800)
    page.goto(sheet.as_uri())

    printed = page.pdf(format="A4", prefer_css_page_size=True)

    assert printed.count(b"/Type /Page\n") == 1


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_join_sheet_breaks_no_rule_of_accessibility(
    sheet: Path, new_page: Callable[..., Page], *, dark: bool
) -> None:
    page = new_page(dark=dark)
    page.goto(sheet.as_uri())

    assert violations(page, "html") == []
    assert not page.evaluate(WIDE)
    expect(page.get_by_role("img", name="Kode QR untuk alamat http://")).to_be_visible()
