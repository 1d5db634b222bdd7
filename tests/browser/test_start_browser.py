"""The start page in a real browser: all by buttons, by keyboard alone, wide and narrow, light and dark."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import open_start
from tests.browser.lobby_page import take_seat
from tests.browser.player_page import violations
from tests.parts.past_workshop import past_workshop
from tests.parts.start_server import RunningStartPage, running_start


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStartPage]:
    home = tmp_path_factory.mktemp("start")
    data = home / "workshop"
    data.mkdir()
    past_workshop(data, closed=True, keep_days=200)
    with running_start(home) as running:
        yield running


@pytest.fixture(scope="module")
def browser_context(own_context: BrowserContext) -> BrowserContext:
    return own_context


def opened(new_page: Callable[..., Page], start: RunningStartPage, **look: object) -> Page:
    """A page of the facilitator's, which the link has opened before in the same browser."""
    page = new_page(**look)
    open_start(page, start)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


def sit_down(participant: Page) -> None:
    """Take a seat, and open the cases."""
    take_seat(participant, "Tidak ingin menyebutkan")
    expect(participant.locator("#ws-player")).to_be_visible()


@pytest.mark.parametrize(("width", "dark", "language"), [(1280, False, "Indonesia"), (360, True, "English")])
def test_the_page_is_accessible_fits_and_asks_no_other_server(
    new_page: Callable[..., Page], start: RunningStartPage, width: int, language: str, *, dark: bool
) -> None:
    page = opened(new_page, start, width=width, dark=dark)
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda entry: errors.append(entry.text) if entry.type == "error" else None)

    page.get_by_role("button", name=language).click()

    assert violations(page, "html") == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert [url for url in asked if not url.startswith(f"http://127.0.0.1:{start.port}/")] == []
    assert errors == []
    page.get_by_role("button", name="Indonesia").click()
    # A page that is closed on its way to another one may never be closed.
    expect(page.locator("html")).to_have_attribute("lang", "id")


def test_learning_management_systems_are_registered_by_buttons_on_a_page_of_their_own(
    new_page: Callable[..., Page], start: RunningStartPage
) -> None:
    page = opened(new_page, start, width=360)
    page.get_by_role("link", name="LMS").click()
    expect(page.get_by_role("heading", level=1, name="Dari LMS ke lab")).to_be_visible()

    page.get_by_role("button", name="Buat alamat pendaftaran").click()
    expect(page.get_by_role("status")).to_contain_text("Jalankan dulu untuk LMS")
    page.get_by_text("Daftarkan dengan tangan").click()
    typed = ("https://lms.example.ac.id", "abc", *(f"https://lms.example.ac.id/{n}" for n in "atk"), "7")
    for name, value in zip(
        ("issuer", "client_id", "login", "token", "key_set", "deployments"), typed, strict=True
    ):
        page.locator(f"#{name}").fill(value)
    page.get_by_role("button", name="Daftarkan", exact=True).click()

    expect(page.get_by_role("status")).to_contain_text("https://lms.example.ac.id terdaftar.")
    expect(page.get_by_role("heading", level=3, name="https://lms.example.ac.id")).to_be_visible()
    assert violations(page, "html") == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_person_is_named_by_keyboard_and_the_page_says_so_where_the_reader_is(
    new_page: Callable[..., Page], start: RunningStartPage
) -> None:
    page = opened(new_page, start, width=360)

    page.get_by_label("Nama orang dan di mana ia duduk").focus()
    page.keyboard.type("Ibu R., meja panitia")
    page.keyboard.press("Enter")

    status = page.get_by_role("status")
    expect(status).to_contain_text("peserta bisa berbicara dengan Ibu R., meja panitia")
    expect(status).to_be_in_viewport()


def test_the_workshop_is_run_joined_and_stopped_by_buttons(
    new_page: Callable[..., Page], start: RunningStartPage
) -> None:
    page = opened(new_page, start)
    page.set_default_timeout(90_000)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    page.get_by_label("Nama orang dan di mana ia duduk").fill("Ibu R., meja panitia")
    page.get_by_label("hanya komputer ini").check()
    page.get_by_text("Pengaturan lain").click()
    page.get_by_label("Nomor pintu (port)").fill(port)
    page.get_by_role("button", name="Jalankan lokakarya").click()

    expect(page.get_by_role("status")).to_contain_text("Lokakarya berjalan", timeout=90_000)
    expect(page.get_by_role("img", name="Kode QR untuk masuk")).to_be_in_viewport(ratio=1)
    assert violations(page, "html") == []
    participant = new_page(width=360)
    participant.goto(f"http://127.0.0.1:{port}/")
    expect(participant.get_by_text("Ibu R., meja panitia")).to_be_visible()
    with page.expect_popup() as popup:
        page.get_by_role("button", name="Buka lembar masuk").click()
    expect(popup.value.get_by_text(f"http://127.0.0.1:{port}").first).to_be_visible()
    sit_down(participant)
    page.get_by_role("button", name="Jeda").click()
    expect(participant.get_by_text("Lokakarya dijeda.")).to_be_visible()
    expect(participant.locator("#ws-player")).to_be_hidden()
    expect(participant.locator("#ws-foot")).to_contain_text("SAPA 129")
    page.get_by_role("button", name="Lanjutkan").click()
    expect(participant.locator("#ws-player")).to_be_visible()
    expect(participant.locator("#ws-foot")).to_be_hidden()
    expect(participant.get_by_text("Lokakarya dijeda.")).to_be_hidden()
    page.get_by_role("button", name="Tutup …").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tutup")
    assert violations(page, "html") == []
    page.get_by_role("link", name="Jangan tutup").click()
    page.get_by_role("button", name="Hentikan").click()
    expect(page.get_by_role("status")).to_contain_text("Lokakarya dihentikan")
    expect(participant.get_by_text("Lokakarya dijeda.")).to_be_visible()
    page.get_by_role("button", name="Jalankan lokakarya").click()
    expect(page.get_by_role("status")).to_contain_text("Lokakarya berjalan", timeout=90_000)
    expect(participant.get_by_text("Lokakarya dijeda.")).to_be_hidden(timeout=60_000)
    expect(participant.locator("#ws-player")).to_be_visible()
    page.get_by_role("button", name="Hentikan").click()
    expect(page.get_by_role("status")).to_contain_text("Lokakarya dihentikan")


def test_the_file_opens_the_page_in_a_browser_that_has_never_been_there(
    chromium: Browser, start: RunningStartPage
) -> None:
    context = chromium.new_context()
    page = context.new_page()

    page.goto((start.data / "start.html").as_uri())

    expect(page.get_by_role("heading", name="Lokakarya Anda")).to_be_visible()
    expect(page.get_by_role("button", name="Simpan pilihan")).to_be_visible()
    assert page.url == f"http://127.0.0.1:{start.port}/"
    context.close()


def test_a_workshop_is_deleted_only_when_one_is_sure(
    new_page: Callable[..., Page], start: RunningStartPage
) -> None:
    page = opened(new_page, start)
    past = page.get_by_role("region", name="workshop-20261101-070000")

    past.get_by_role("button", name="Hapus").click()
    expect(page.get_by_role("status")).to_contain_text("Belum dihapus")
    past.get_by_label("Ya, hapus").check()
    past.get_by_role("button", name="Hapus").click()

    expect(page.get_by_role("status")).to_contain_text("dihapus, bersama foldernya")
    expect(past).to_have_count(0)
