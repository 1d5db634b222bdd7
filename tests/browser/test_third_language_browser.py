"""A participant who reads a toy language, in a real Chromium: lobby, page and player follow the switch."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.parts.toy_language import NAME, TAG, toy_lab
from tests.parts.workshop_server import Workshop


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    lab = toy_lab(tmp_path_factory.mktemp("toy") / "lab")
    with lab.workshop(tmp_path_factory.mktemp("toy")) as running:
        yield running


def test_the_switch_leads_through_lobby_and_play(new_device: Callable[..., Page], workshop: Workshop) -> None:
    page = new_device(width=360)
    page.goto(workshop.url)
    page.get_by_role("link", name="Xx").click()
    page.locator("button[value='-']").click()

    expect(page.get_by_role("heading", name="BEFORE YOU BEGIN")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", TAG)
    expect(page.locator(".kasuslab")).to_have_attribute("lang", TAG)
    expect(page.locator(".ws-who [data-speech]:visible")).to_have_attribute("lang", TAG)
    choices = page.locator(".kl-languages button")
    expect(choices).to_have_text(["ID", "EN", "XX"])

    page.get_by_role("button", name="ID, Bahasa Indonesia").click()
    expect(page.get_by_role("heading", name="Sebelum mulai")).to_be_visible()
    expect(page.locator(".ws-who [data-speech]:visible")).to_have_attribute("lang", "id")
    in_indonesian = page.title()

    page.get_by_role("button", name=f"{TAG.upper()}, {NAME}").click()
    expect(page.get_by_role("heading", name="BEFORE YOU BEGIN")).to_be_visible()
    assert page.title() == page.title().upper() != in_indonesian

    page.reload()
    expect(page.get_by_role("heading", name="BEFORE YOU BEGIN")).to_be_visible()
