"""A workshop below a path of a host, behind nginx with TLS, as a person meets it in a real Chromium."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.lobby_page import take_seat
from tests.browser.player_page import LOW, Player
from tests.parts.machine import free_port
from tests.parts.proxies import LOCAL, RunningProxy, needed, running_proxy
from tests.parts.workshop_server import Workshop, running_workshop

PASSWORD = "papan-untuk-uji"  # noqa: S105 -- of this test
BASE = "/lab"
DRAFTS = "JSON.stringify(Object.keys(localStorage))"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("proxy")


@pytest.fixture(scope="module")
def proxy(folder: Path) -> Iterator[RunningProxy]:
    needed("nginx")
    with running_proxy("nginx", folder / "nginx", free_port(), free_port(), BASE) as running:
        yield running


@pytest.fixture(scope="module")
def workshop(folder: Path, proxy: RunningProxy) -> Iterator[Workshop]:
    options: dict[str, Any] = {
        "public_url": proxy.url,
        "proxy": LOCAL,
        "board_password": PASSWORD,
        "code": True,
    }
    with running_workshop(folder / "data", port=proxy.workshop, log=folder / "log", **options) as running:
        yield running


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    """A device that trusts whatever certificate stands there, as that of a host is trusted."""
    device = chromium.new_context(ignore_https_errors=True, viewport={"width": 360, "height": 800})
    device.set_default_timeout(15_000)
    yield device
    device.close()


def test_lobby_seat_decision_reload_and_board_stand_below_the_path_of_the_public_address(
    workshop: Workshop, proxy: RunningProxy, phone: BrowserContext
) -> None:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    page = phone.new_page()
    page.on("websocket", lambda socket: asked.append(socket.url.replace("wss://", "https://")))

    page.goto(f"{proxy.url}g/{workshop.code()}")
    take_seat(page)
    player = Player(page)
    player.see("Sebelum mulai")
    player.press("EN, English")
    player.see("Before you begin")
    player.press("ID, Bahasa Indonesia")
    player.press("Mulai")
    player.see("Telepon pertama")
    player.tick(LOW)
    drafts = json.loads(page.evaluate(DRAFTS))
    page.reload()
    player.see("Telepon pertama")
    expect(page.get_by_role("radio", name=re.compile(LOW))).to_be_checked()
    player.tick("Ditangani hari ini")
    player.press("Periksa pilihan", "Konfirmasi")
    player.see("Umpan balik")
    page.reload()
    player.see("Umpan balik")
    board(phone, proxy)

    assert drafts == [f"kasuslab_drafts{BASE}"]
    assert [url for url in asked if not url.startswith(proxy.url)] == []
    cookies = [each for each in phone.cookies() if each.get("name", "").startswith("kasuslab_")]
    assert {each.get("path") for each in cookies} == {f"{BASE}/", f"{BASE}/board"}
    assert all(each.get("secure") for each in cookies)


def board(phone: BrowserContext, proxy: RunningProxy) -> None:
    """Log in to the board, and open the projector, which tells what participants open."""
    desk = phone.new_page()
    desk.set_viewport_size({"width": 1366, "height": 900})
    desk.goto(f"{proxy.url}board")
    desk.get_by_label("Kata sandi papan").fill(PASSWORD)
    desk.get_by_role("button", name="Buka papan").click()
    expect(desk.locator("#bd-board")).to_contain_text("Telepon pertama")
    with phone.expect_page() as opening:
        desk.get_by_role("link", name="Buka layar proyektor").click()
    projector = opening.value
    expect(projector.locator("#pj")).to_contain_text(proxy.url.removesuffix("/"))


def test_a_page_whose_address_the_server_does_not_know_says_so_and_what_to_do(
    workshop: Workshop, proxy: RunningProxy, phone: BrowserContext, folder: Path
) -> None:
    with running_proxy(
        "nginx",
        folder / "wrong",
        free_port(),
        workshop.port,
        BASE,
        # A proxy that hands on a name of its own, as nginx does where nothing is set, in both headers.
        {"Host $http_host": "Host inner.test"},
    ) as wrong:
        page = phone.new_page()
        page.goto(f"{wrong.url}g/{workshop.code()}")
        page.get_by_role("button", name="Kesehatan", exact=True).click()
        expect(page.get_by_role("main")).to_contain_text("dibuka di alamat yang tidak dikenal server ini")
        seated(page, proxy, wrong)

        banner = page.locator("#ws-banner")
        expect(banner).to_contain_text("Server tidak menerima sambungan dari alamat halaman ini")
        expect(page.locator("#ws-wait")).to_be_hidden()
    assert f"its page stands at “{LOCAL}:{wrong.port}”, and this server was asked as “inner.test”" in (
        workshop.log_text()
    )


def seated(page: Page, proxy: RunningProxy, wrong: RunningProxy) -> None:
    """Open the page that plays at the wrong address with a seat taken at the right one."""
    page.goto(proxy.url)
    take_seat(page)
    Player(page).see("Sebelum mulai")
    page.goto(f"{wrong.url}kasus")
