"""The way in and the shelf in a real Chromium: the whole library on a phone, filters, what comes next."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from graders.key.key import KEYS
from scenarios.library import CASES, practice_ids
from tests.browser.lobby_page import take_seat
from tests.browser.player_page import Player, violations
from tests.parts.workshop_server import Workshop, running_workshop

WARM_UP = "Foto Lomba"
HEIGHT = 640
# Fourteen cases in at most two and a half screens of a phone; the library has more, each as high.
MOST_PIXELS = 2.5 * HEIGHT / 14
TALL = "document.documentElement.scrollHeight"
MOST_WORDS = 300
WORDS = """() => {
  const words = (text) => text.split(/\\s+/).filter((word) => /[\\p{L}\\p{N}]/u.test(word)).length;
  const parts = [".kl-story", ".kl-ask", ".kl-option label"];
  const story = document.querySelectorAll(parts.map((part) => ".kasuslab " + part).join(", "));
  return words(document.body.innerText) - [...story].reduce((sum, part) => sum + words(part.innerText), 0);
}"""


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    data = tmp_path_factory.mktemp("shelf")
    with running_workshop(data, folder=CASES, keys=KEYS, cases=practice_ids(CASES), host="") as running:
        yield running


@pytest.fixture
def phone(new_device: Callable[..., Page]) -> Page:
    """A small phone on which no script may fail."""
    page = new_device(width=360, height=HEIGHT)
    page.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
    return page


def come_in(phone: Page, workshop: Workshop, field: str = "Desa dan PATBM") -> Player:
    """From the QR code to the cover of a first case: one tap."""
    phone.goto(f"{workshop.url}g/{workshop.code()}")
    take_seat(phone, field)
    player = Player(phone)
    player.see("Sebelum mulai")
    return player


def to_shelf(player: Player) -> None:
    player.press("Kasus lain")
    player.see("Pilih kasus")


def test_two_taps_and_few_words_lead_to_the_first_decision_of_the_warm_up(
    phone: Page, workshop: Workshop
) -> None:
    phone.goto(f"{workshop.url}g/{workshop.code()}")
    words = phone.evaluate(WORDS)
    take_seat(phone, "Desa dan PATBM")
    player = Player(phone)
    player.see("Sebelum mulai")
    player.see_text("Tidak ada kekerasan")
    player.see_text("Bila terasa berat, bicaralah dengan: Ibu R., meja panitia")
    words += phone.evaluate(WORDS)
    player.press("Mulai")
    expect(player.root.get_by_role("button", name="Periksa pilihan")).to_be_visible()
    words += phone.evaluate(WORDS)

    assert words <= MOST_WORDS


def test_the_shelf_is_short_accessible_and_begins_with_what_is_proposed(
    phone: Page, workshop: Workshop
) -> None:
    player = come_in(phone, workshop)
    to_shelf(player)

    assert phone.evaluate(TALL) <= MOST_PIXELS * len(practice_ids(CASES))
    assert violations(phone, "html") == []
    assert player.fits()
    groups = player.root.locator("h4").all_inner_texts()
    assert groups[:3] == ["Berikutnya untuk Anda", "Untuk bidang Anda", "Kasus lain"]
    expect(player.root.locator("[data-key=next-case]")).to_have_text(f"Buka kasus: {WARM_UP}")
    assert player.root.get_by_text("draf", exact=False).count() == 1


def test_filters_leave_what_fits_and_keep_the_focus(phone: Page, workshop: Workshop) -> None:
    player = come_in(phone, workshop)
    to_shelf(player)
    rows = player.root.locator(".kl-case")
    whole = rows.count()

    player.press("Tingkat 1")
    expect(player.root.get_by_role("button", name="Tingkat 1")).to_be_focused()
    levels = rows.count()
    player.press("Bidang saya")

    assert whole > levels > rows.count() > 0
    about = "Relawan PATBM · 30 menit · bisa berat"
    assert player.root.locator(".kl-case-about").all_inner_texts() == [
        "Relawan PATBM · 10 menit · ringan",
        *[about] * 3,
    ]
    player.press("Tingkat 1", "Bidang saya")
    expect(rows).to_have_count(whole)


def test_a_begun_case_stands_first_with_how_far_it_has_come(phone: Page, workshop: Workshop) -> None:
    player = come_in(phone, workshop, "Tidak ingin menyebutkan")
    player.press("Mulai", "Lewati bagian ini", "Ya, lewati")
    expect(player.root.get_by_role("heading", name="Rapat hari Sabtu")).to_be_visible()
    to_shelf(player)

    first = player.root.locator(".kl-case").first
    expect(first).to_contain_text(WARM_UP)
    expect(first).to_contain_text("1 dari 6")
    assert "Untuk bidang Anda" not in player.root.locator("h4").all_inner_texts()
    player.press(f"Lanjutkan kasus: {WARM_UP}")
    expect(player.root.get_by_role("heading", name="Rapat hari Sabtu")).to_be_visible()


@pytest.mark.parametrize("width", [320, 1366])
def test_the_shelf_fits_with_large_letters_and_on_a_wide_page(
    new_device: Callable[..., Page], workshop: Workshop, width: int
) -> None:
    page = new_device(width=width, height=800)
    player = come_in(page, workshop)
    to_shelf(player)
    if width == 320:
        page.evaluate("document.documentElement.style.fontSize = '200%'")

    assert player.fits()
