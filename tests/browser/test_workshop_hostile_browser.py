"""What a participant sees when something breaks, and what a page of another site gets: nothing."""

from __future__ import annotations

import dataclasses
import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from release.workshop.kernels.hosts import host_count
from scenarios.engine.event import Decided, Started
from tests.browser.player_page import CHECK, CONFIRM, LOW, Player
from tests.browser.test_player_voila import decide_urgency, events_on_disk, join
from tests.parts.counting_proxy import counting_proxy
from tests.parts.machine import wait_until
from tests.parts.workshop_server import Workshop, running_workshop


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    with running_workshop(tmp_path_factory.mktemp("workshop"), host="", code=False) as running:
        yield running


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page on a phone of its own."""
    device = chromium.new_context(viewport={"width": 360, "height": 700})
    device.set_default_timeout(15_000)
    yield device.new_page()
    device.close()


def goes_on(player: Player) -> None:
    """The play stands behind its first decision, and takes the next."""
    player.see("Umpan balik")
    expect(player.page.locator(".kl-banner")).to_be_empty()


def test_a_page_whose_kernel_is_gone_goes_on_by_itself(workshop: Workshop, page: Page) -> None:
    player, _ = join(page, workshop)
    decide_urgency(player)
    for kernel in workshop.kernels():
        kernel.kill()

    goes_on(player)
    player.press("Lanjut")
    player.see("Anak A berbicara")
    expect(page.locator("#ws-banner").get_by_role("button")).to_be_hidden()


def test_a_page_whose_kernel_ends_in_the_middle_of_a_decision_sends_it_again(
    workshop: Workshop, page: Page
) -> None:
    player, _ = join(page, workshop)
    player.press("Mulai")
    player.see("Telepon pertama")
    wait_until(lambda: len(workshop.kernels()) > host_count(), "the spare kernel runs")
    for kernel in workshop.kernels():
        kernel.suspend()
    player.tick(LOW)
    player.press(CHECK, CONFIRM)
    page.wait_for_timeout(300)
    for kernel in workshop.kernels():
        kernel.kill()

    goes_on(player)


def test_a_page_that_has_no_seat_any_more_says_one_thing(workshop: Workshop, page: Page) -> None:
    player, _ = join(page, workshop)
    decide_urgency(player)
    page.context.clear_cookies()
    workshop.process.send_signal(signal.SIGSTOP)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator(".kl-banner")).to_contain_text("Sambungan terputus.", timeout=20_000)
    workshop.process.send_signal(signal.SIGCONT)

    banner = page.locator("#ws-banner")
    expect(banner).to_contain_text("Halaman ini perlu dimuat ulang.", timeout=20_000)
    expect(page.locator(".kl-banner")).to_be_hidden()
    expect(page.get_by_text("Sambungan terputus.").locator("visible=true")).to_have_count(0)
    banner.get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_page_without_an_answer_says_so_and_goes_on_by_itself(workshop: Workshop, page: Page) -> None:
    player, _ = join(page, workshop)
    decide_urgency(player)
    workshop.process.send_signal(signal.SIGSTOP)
    try:
        page.evaluate("window.dispatchEvent(new Event('online'))")
        expect(page.locator(".kl-banner")).to_contain_text("Sambungan terputus.", timeout=20_000)
    finally:
        workshop.process.send_signal(signal.SIGCONT)

    expect(page.locator(".kl-banner")).to_be_empty(timeout=30_000)
    goes_on(player)


def test_a_network_that_is_out_of_reach_for_a_while_costs_nothing(workshop: Workshop, page: Page) -> None:
    with counting_proxy(workshop.port) as network:
        through = dataclasses.replace(workshop, url=f"http://127.0.0.1:{network.port}/")
        player, _ = join(page, through)
        player.press("Mulai")
        player.see("Telepon pertama")
        network.cut = True
        player.tick(LOW)
        player.press(CHECK, CONFIRM)
        expect(page.locator(".kl-banner")).to_contain_text("Sambungan terputus.", timeout=20_000)

        network.cut = False

        expect(page.locator(".kl-banner")).to_be_empty(timeout=60_000)
        goes_on(player)
    assert [type(event) for event in events_on_disk(workshop)] == [Started, Decided]


def test_another_site_frames_no_page_sends_no_form_and_opens_no_socket(
    workshop: Workshop, page: Page
) -> None:
    join(page, workshop)
    url = workshop.url
    other = page.context.new_page()
    with other.expect_event("console", lambda entry: "frame-ancestors" in entry.text):
        other.set_content(
            f"<iframe src='{url}'></iframe><form method=post action='{url}keluar'><button>Go</button></form>"
        )

    expect(other.frame_locator("iframe").locator(".ws-bar")).to_have_count(0)
    opened = other.evaluate(
        """url => new Promise(done => {
          const socket = new WebSocket(url);
          socket.onopen = () => done(true);
          socket.onerror = () => done(false);
        })""",
        f"{url}kasus/saluran".replace("http", "ws"),
    )
    assert opened is False
    with other.expect_navigation() as sent:
        other.get_by_role("button").click()
    assert sent.value is not None
    assert sent.value.status == 403

    page.reload()
    Player(page).see("Sebelum mulai")


# The last one: its server is gone after it.


def test_a_page_whose_server_was_killed_goes_on_with_the_next(workshop: Workshop, page: Page) -> None:
    player, _ = join(page, workshop)
    decide_urgency(player)
    workshop.stop(signal.SIGKILL)
    expect(page.locator(".kl-banner")).to_contain_text("Sambungan terputus.")

    with running_workshop(workshop.data, host="", code=False, port=workshop.port):
        expect(page.locator(".kl-banner")).to_be_empty(timeout=30_000)
        goes_on(player)
        player.press("Lanjut")
        player.see("Anak A berbicara")
