"""A programme that a learning management system leads to, gone through on a phone, in both languages."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from graders.key.key import KEYS as LIBRARY_KEYS
from release.course.programmes.programme import load_programme
from scenarios.library import CASES as LIBRARY
from tests.browser.player_page import violations
from tests.parts.lti_class import Comer, PlatformServices, class_workshop, platform_services
from tests.parts.workshop_server import Workshop
from tests.places import KEYS

A2 = load_programme("A2")
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def services() -> Iterator[PlatformServices]:
    with platform_services() as here:
        yield here


@pytest.fixture(scope="module")
def workshop(services: PlatformServices, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    place = tmp_path_factory.mktemp("programme")
    shutil.copytree(LIBRARY_KEYS, place / "keys")
    for file in KEYS.glob("bentuk-polisi-*.yaml"):
        shutil.copy(file, place / "keys")
    cases = {"folder": LIBRARY, "cases": A2.cases, "keys": place / "keys"}
    with class_workshop(place / "data", services, "", **cases) as running:
        yield running


def skip_through(learner: Comer, case: str) -> None:
    """Play a case to its end without a screen, skipping all of it."""
    with learner.browser.play() as page:
        page.send({"type": "choose", "case": case})
        page.view = page.next_view()
        move = {"type": "begin"}
        while page.view["screen"] != "ended":
            scene = page.move(**move)["scene"]
            form = scene["decision"]
            move = {"type": "continue", "scene": scene["id"]}
            if form is not None:
                move = {"type": "skip", "decision": form["id"]}


def sound(page: Page) -> None:
    """No rule of accessibility is broken, and nothing is wider than the phone."""
    assert violations(page, "html") == []
    assert not page.evaluate(WIDE)


def test_a_programme_is_gone_through_on_a_phone_to_its_certificate(
    workshop: Workshop, services: PlatformServices, new_device: Callable[..., Page]
) -> None:
    learner = Comer(workshop, services, "mira")
    place = learner.come(custom={"kasuslab": "programme:A2"})
    page = new_device(width=360, height=740)
    cookies = [
        {"name": name, "value": value, "url": workshop.url} for name, value in learner.browser.cookies.items()
    ]
    page.context.add_cookies(cookies)  # type: ignore[arg-type]  # what a browser was given
    page.goto(f"{workshop.url.rstrip('/')}{place}")
    expect(page.get_by_text("0 dari 14 langkah selesai")).to_be_visible()
    sound(page)

    page.get_by_role("link", name="Mulai tes").click()
    expect(page.get_by_role("button", name="Mulai", exact=True)).to_be_visible()
    form = str(page.locator("#ws-main").get_attribute("data-case"))
    skip_through(learner, form)
    page.get_by_role("link", name="Ke program").last.click()

    page.get_by_role("link", name="Baca pelajaran").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Apakah anak aman malam ini?")
    sound(page)
    page.get_by_role("button", name="Sudah saya baca").click()
    expect(page.get_by_text("2 dari 14 langkah selesai")).to_be_visible()

    page.get_by_role("link", name="English").click()
    expect(page.get_by_text("2 of 14 steps are done")).to_be_visible()
    page.emulate_media(color_scheme="dark")
    sound(page)
    page.get_by_role("link", name="A Letter of Demand").click()
    expect(page.get_by_role("button", name="Begin")).to_be_visible()

    for lesson in ("K2", "K3", "K4", "K5", "K6", "K7", "K8"):
        learner.browser.ask(f"/pelajaran/{lesson}", {})
    for case in A2.cases:
        skip_through(learner, case)
    learner.browser.read(place)  # the test after is open once its page was told
    (after,) = set(A2.tests) - {form}
    skip_through(learner, after)
    page.get_by_role("link", name="To the programme").last.click()
    expect(page.get_by_text("14 of 14 steps are done")).to_be_visible()
    sound(page)

    page.get_by_role("link", name="Make the certificate").click()
    page.get_by_label("Your full name").fill("Mira Contoh")
    sound(page)
    page.get_by_role("button", name="Make the certificate").click()
    expect(page.get_by_text("Mira Contoh")).to_be_visible()
    expect(page.get_by_text("The name was written by its holder.")).to_be_visible()

    page.goto(f"{workshop.url}sertifikat")
    page.locator("#code").fill("made.up.code")
    page.get_by_role("button").click()
    expect(page.get_by_text("Not genuine")).to_be_visible()
