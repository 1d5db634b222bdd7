"""What an arrival costs a phone: bytes and requests, and that a slow line suffices, in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.parts.counting_proxy import Traffic, counting_proxy
from tests.parts.slow_phone import slow_down
from tests.parts.workshop_server import Workshop, running_workshop

FIRST_VISIT, FIRST_REQUESTS, SECOND_VISIT = 50_000, 8, 5_000


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    with running_workshop(tmp_path_factory.mktemp("workshop")) as running:
        yield running


@pytest.fixture(scope="module")
def traffic(workshop: Workshop) -> Iterator[Traffic]:
    with counting_proxy(workshop.port) as counted:
        yield counted


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    device = chromium.new_context(viewport={"width": 360, "height": 740})
    device.set_default_timeout(30_000)
    yield device
    device.close()


def address(traffic: Traffic) -> str:
    return f"http://127.0.0.1:{traffic.port}"


def asked_of(page: Page) -> list[str]:
    """The addresses that the page asks for from now on, those of websockets too."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    return asked


def take_seat(phone: BrowserContext, traffic: Traffic) -> None:
    form: dict[str, str | float | bool] = {"sector": "-", "name": ""}
    assert phone.request.post(f"{address(traffic)}/masuk", form=form).ok


def open_case(page: Page, traffic: Traffic) -> None:
    page.goto(f"{address(traffic)}/kasus")
    expect(page.get_by_role("button", name="Mulai")).to_be_visible()


def come_in(page: Page, workshop: Workshop, traffic: Traffic) -> None:
    """From the address in the QR code through the lobby to the cover of the warm-up case."""
    page.goto(f"{address(traffic)}/g/{workshop.code()}")
    page.get_by_role("button", name="Kesehatan", exact=True).click()
    expect(page.get_by_role("button", name="Mulai")).to_be_visible()


def test_a_first_visit_is_small_from_the_code_to_the_first_scene_and_the_second_is_smaller(
    phone: BrowserContext, workshop: Workshop, traffic: Traffic
) -> None:
    page = phone.new_page()
    asked = asked_of(page)
    traffic.reset()
    come_in(page, workshop, traffic)
    page.get_by_role("button", name="Mulai").click()
    expect(page.locator(".kl-story")).to_be_visible()
    page.wait_for_timeout(300)

    assert 10_000 < traffic.received <= FIRST_VISIT
    # What the lobby has fetched is asked for again by the page, and comes from the browser itself.
    assert len(set(asked)) <= FIRST_REQUESTS, asked
    assert {urlsplit(url).netloc for url in asked} == {f"127.0.0.1:{traffic.port}"}

    page.close()
    again = phone.new_page()
    traffic.reset()
    again.goto(f"{address(traffic)}/kasus")
    expect(again.locator(".kl-story")).to_be_visible()
    again.wait_for_timeout(300)

    assert 1_000 < traffic.received <= SECOND_VISIT


def test_another_language_comes_over_the_line_that_is_open(
    phone: BrowserContext, workshop: Workshop, traffic: Traffic
) -> None:
    page = phone.new_page()
    come_in(page, workshop, traffic)
    asked = asked_of(page)

    for language, begin in (("EN, English", "Begin"), ("ID, Bahasa Indonesia", "Mulai")):
        page.get_by_role("button", name=language).click()
        expect(page.get_by_role("button", name=begin)).to_be_visible()

    assert asked == []


def test_a_slow_phone_on_a_slow_line_gets_its_case(phone: BrowserContext, traffic: Traffic) -> None:
    """How long it takes is measured by tests/benchmarks/bench_slow_phone.py."""
    take_seat(phone, traffic)
    page = phone.new_page()
    page.goto("about:blank")
    slow_down(page.context.new_cdp_session(page), times=4)

    open_case(page, traffic)
