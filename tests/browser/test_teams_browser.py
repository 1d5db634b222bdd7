"""Three phones of one table and one of another, in a real Chromium, with the board beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.player_page import Player, violations
from tests.parts.workshop_server import Workshop, running_workshop

CASE = "daftar-nilai"
LOW, TODAY, NOW = "Cukup dicatat dulu", "Ditangani hari ini", "Ditangani saat ini juga"
ALONE, TOGETHER = "Jawaban Anda sendiri dulu", "Jawaban kelompok"


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    data = tmp_path_factory.mktemp("tables")
    with running_workshop(data, cases=(CASE,), host="", team_size=3, code=False) as running:
        yield running


@pytest.fixture
def new_phone(new_device: Callable[..., Page]) -> Callable[[], Page]:
    """A factory of phones, on which no script may fail."""

    def make() -> Page:
        page = new_device(width=360, height=740)
        page.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
        return page

    return make


def take_seat(phone: Page, workshop: Workshop) -> None:
    phone.goto(workshop.url)
    phone.get_by_role("button", name="Kesehatan", exact=True).click()
    expect(phone.get_by_role("heading", name="Duduk di kelompok")).to_be_visible()


def make_table(phone: Page, workshop: Workshop) -> str:
    take_seat(phone, workshop)
    assert violations(phone, "html") == []
    phone.get_by_role("button", name="Buat kelompok baru").click()
    code = phone.locator(".ws-team").inner_text()
    assert len(code) == 4
    return code


def join_table(phone: Page, workshop: Workshop, code: str) -> None:
    take_seat(phone, workshop)
    phone.get_by_label("Kode kelompok").fill(code.lower())
    phone.get_by_role("button", name="Duduk di kelompok ini").click()
    expect(phone.locator(".ws-team")).to_have_text(code)


def open_case(phone: Page) -> Player:
    phone.get_by_role("link", name="Buka kasus").click()
    player = Player(phone)
    player.see("Sebelum mulai")
    return player


def answer(player: Player, label: str) -> None:
    player.tick(label)
    player.press("Periksa pilihan", "Konfirmasi")


@pytest.fixture
def table(workshop: Workshop, new_phone: Callable[[], Page]) -> list[Player]:
    """Three at one table, in the first scene."""
    phones = [new_phone() for _ in range(3)]
    code = make_table(phones[0], workshop)
    for phone in phones[1:]:
        join_table(phone, workshop, code)
    players = [open_case(phone) for phone in phones]
    players[0].press("Mulai")
    for player in players:
        player.see(ALONE)
        player.see_text(f"Kelompok {code} · 3 orang")
    return players


def test_three_answer_alone_then_settle_while_another_table_goes_its_own_way(
    workshop: Workshop, new_phone: Callable[[], Page], table: list[Player]
) -> None:
    other = new_phone()
    make_table(other, workshop)
    stranger = open_case(other)
    stranger.press("Mulai")
    stranger.see(ALONE)
    ana, beo, caca = table
    assert ana.fits()
    assert violations(ana.page, "html") == []

    answer(ana, LOW)
    ana.see("Jawaban Anda tersimpan")
    ana.see_text("1 dari 3 sudah menjawab sendiri.")
    beo.see_text("1 dari 3 sudah menjawab sendiri.")
    stranger.see_text("0 dari 1 sudah menjawab sendiri.")
    assert ana.fits()
    assert violations(ana.page, "html") == []
    answer(beo, TODAY)
    answer(caca, TODAY)

    for player in table:
        player.see(TOGETHER)
    ana.see_text(LOW)  # her own answer, above an empty form
    expect(ana.root.get_by_role("radio", checked=True)).to_have_count(0)
    expect(ana.root.locator(".kl-picked")).to_have_text(LOW)
    expect(beo.root.locator(".kl-picked")).to_have_text(TODAY)
    assert ana.fits()
    assert violations(ana.page, "html") == []
    answer(beo, TODAY)

    for player in table:
        player.see("Umpan balik")
        player.see_text("Jawaban Anda sendiri")
    expect(caca.root).to_contain_text("Sama dengan jawaban kelompok.")
    expect(ana.root).not_to_contain_text("Sama dengan jawaban kelompok.")
    expect(ana.root).to_contain_text("Pilihan kelompok")
    expect(ana.root).not_to_contain_text("Pilihan Anda")
    assert ana.fits()
    assert violations(ana.page, "html") == []
    stranger.see(ALONE)
    stranger.press("Lewati bagian ini", "Ya, lewati")
    stranger.see(TOGETHER)


def test_a_table_is_played_by_keyboard_and_goes_on_without_somebody(table: list[Player]) -> None:
    ana, beo, _ = table

    ana.arrow_to(LOW, TODAY)
    ana.type_to("Periksa pilihan", "Konfirmasi")
    ana.see("Jawaban Anda tersimpan")
    assert ana.focused() == "Jawaban Anda tersimpan"
    ana.type_to("Lanjutkan tanpa yang belum", "Ya, lanjutkan")

    ana.see(TOGETHER)
    beo.see(TOGETHER)
    beo.see_text("Di keputusan ini Anda tidak menjawab sendiri.")
    expect(beo.root.locator("[aria-live]")).to_have_text("Sekarang bicarakan, dan sepakati satu jawaban.")


def test_a_phone_that_reloads_and_one_that_pauses_hold_nobody_up(table: list[Player]) -> None:
    ana, beo, caca = table
    answer(ana, LOW)
    ana.see("Jawaban Anda tersimpan")
    ana.page.reload()
    ana.see("Jawaban Anda tersimpan")
    expect(ana.root.locator(".kl-picked")).to_have_text(LOW)

    caca.press("Jeda")
    caca.see("Jeda")
    answer(beo, TODAY)
    beo.see_text("2 dari 3 sudah menjawab sendiri.")
    expect(beo.root).not_to_contain_text("Letakkan kedua kaki")
    ana.press("Lanjutkan tanpa yang belum", "Ya, lanjutkan")
    answer(beo, TODAY)
    beo.see("Umpan balik")
    caca.see("Jeda")
    caca.press("Lanjutkan")
    caca.see("Umpan balik")
