"""A hall whose Wi-Fi gets another address, in real browsers: the laptop's, and a phone's on that Wi-Fi."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from shlex import quote
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from release.workshop.plan import WorkshopPlan, write_plan
from tests.browser.lobby_page import take_seat
from tests.browser.player_page import CHECK, CONFIRM, CONTINUE, Player, violations
from tests.install_browser import find_headless
from tests.parts.machine import free_port
from tests.parts.networks import (
    IP,
    LATER,
    VPN,
    WIFI,
    Networks,
    NetworkSpace,
    laptop_and_phone,
    needs_networks,
)
from tests.parts.start_server import RunningStartPage, running_start

pytestmark = [needs_networks, pytest.mark.long]
PATIENCE = 150_000  # ms: a workshop starts meanwhile


@pytest.fixture
def networks() -> Iterator[Networks]:
    with laptop_and_phone() as both:
        yield both


@pytest.fixture
def start(networks: Networks, tmp_path: Path) -> Iterator[RunningStartPage]:
    """The start page of the laptop, with one case that was chosen before."""
    write_plan(tmp_path / "workshop", WorkshopPlan(cases=("teman-gim",), port=free_port()))
    with networks.laptop.inside(), running_start(tmp_path) as page:
        yield page


@pytest.fixture
def browse(chromium: Browser, tmp_path: Path) -> Iterator[Callable[[NetworkSpace, int], Page]]:
    """A factory: a page so many pixels wide, of a browser that runs on a machine."""
    browsers: list[Browser] = []

    def page_of(space: NetworkSpace, width: int) -> Page:
        program = tmp_path / space.name
        command = f"{quote(IP)} netns exec {quote(space.name)} {quote(find_headless() or '')}"
        program.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
        program.chmod(0o700)
        browser = chromium.browser_type.launch(executable_path=program, args=["--no-sandbox"])
        browsers.append(browser)
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.set_default_timeout(PATIENCE)
        return page

    yield page_of
    for browser in browsers:
        browser.close()


def run(page: Page, start: RunningStartPage) -> str:
    """Run the workshop by its button; the link that its QR code holds."""
    page.goto(start.link)
    expect(page.get_by_label(f"{WIFI} (wlan0)")).to_be_checked()
    expect(page.get_by_label(f"{VPN} (tun0)")).not_to_be_checked()
    page.get_by_label("Nama orang dan di mana ia duduk").fill("Ibu R., meja panitia")
    page.get_by_role("button", name="Jalankan lokakarya").click()
    expect(page.locator("#said")).to_contain_text("Lokakarya berjalan", timeout=PATIENCE)
    return link_on(page)


def link_on(page: Page) -> str:
    return page.locator("#st-join").get_attribute("data-link") or ""


def open_projector(page: Page) -> Page:
    """Open the board by its link and password, then the projector."""
    (password,) = re.findall(r"[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}", page.locator("#st-join").inner_text())
    with page.expect_popup() as board:
        page.get_by_role("link", name="Buka papan").click()
    board.value.get_by_label("Kata sandi papan").fill(password)
    board.value.get_by_role("button", name="Buka papan").click()
    with board.value.expect_popup() as projector:
        board.value.get_by_role("link", name="Buka layar proyektor").click()
    return projector.value


def come_in(phone: Page, link: str) -> str:
    """Scan the QR code and take a seat; its resume code."""
    phone.goto(link)
    return take_seat(phone, "Sekolah")


def test_page_projector_and_sheet_are_drawn_anew_by_themselves_and_the_phone_goes_on(
    networks: Networks, start: RunningStartPage, browse: Callable[[NetworkSpace, int], Page]
) -> None:
    page, phone = browse(networks.laptop, 1366), browse(networks.phone, 360)
    link = run(page, start)
    assert urlsplit(link).hostname == WIFI
    projector = open_projector(page)
    expect(projector.locator("main")).to_contain_text(WIFI)
    code = come_in(phone, link)
    player = Player(phone)
    player.see("Sebelum mulai")
    player.press("Mulai")
    player.see("Telepon siang hari")
    player.tick("Kunjungan sore ini juga")
    player.press(CHECK, CONFIRM)
    player.see("Umpan balik")
    player.press(CONTINUE)
    player.see("Di jalan")

    networks.settle_wifi(LATER)

    expect(page.locator("#st-moved")).to_contain_text(LATER, timeout=PATIENCE)
    expect(page.locator("#st-join")).to_contain_text(f"semula {WIFI}, sekarang {LATER}")
    expect(page.get_by_role("img", name=f"Kode QR untuk masuk: {link.replace(WIFI, LATER)}")).to_be_visible()
    assert violations(page, "html") == []
    expect(projector.locator("main")).to_contain_text(LATER, timeout=PATIENCE)
    expect(projector.locator("main")).not_to_contain_text(WIFI)
    with page.expect_popup() as sheet:
        page.get_by_role("button", name="Buka lembar masuk").click()
    expect(sheet.value.locator(".js-address")).to_contain_text(LATER)
    phone.goto(link_on(page))
    phone.get_by_text("Sudah punya kode lanjut").click()
    phone.locator("#kode").fill(code)
    phone.locator("form[action='/lanjut'] button").click()
    player.see("Umpan balik")
    player.press(CONTINUE)
    player.see("Di jalan")
