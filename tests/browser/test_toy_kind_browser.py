"""A toy kind of decision in a real Chromium: its own script draws it, and what it picks is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.player_page import violations
from tests.parts.lab_copy import LabCopy
from tests.parts.toy_kind import DECISION, pair_lab
from tests.parts.workshop_server import Workshop

CATAT = "Tulis nama akun, tanggal dan jam pada catatan"
SIMPAN = "Simpan ponsel tetap terisi daya, tanpa jaringan"
PEGANG = "Catat siapa saja yang memegang ponsel, dan kapan"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> LabCopy:
    return pair_lab(tmp_path_factory.mktemp("toy") / "lab")


@pytest.fixture(scope="module")
def workshop(lab: LabCopy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    with lab.workshop(tmp_path_factory.mktemp("toy")) as running:
        yield running


def test_its_form_takes_two_options_and_shows_their_feedback(
    new_device: Callable[..., Page], workshop: Workshop
) -> None:
    page = new_device(width=360)
    page.goto(workshop.url)
    page.locator("button[value='-']").click()
    page.get_by_role("button", name="Mulai", exact=True).click()
    boxes = page.locator(f"input[type=checkbox][name$='-{DECISION}']")
    for heading in ("Telepon siang hari", "Di ruang tengah", "Lembar asesmen"):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        page.locator("[data-key=skip]").click()
        page.locator("[data-key=skip-yes]").click()

    expect(boxes).to_have_count(7)
    expect(page.get_by_text("Pilih tepat dua.")).to_be_visible()
    page.get_by_label(CATAT).check()
    page.locator("[data-key=check]").click()
    expect(page.get_by_text("Pilih dulu dua jawaban.")).to_be_visible()
    page.get_by_label(SIMPAN).check()
    page.get_by_label(PEGANG).click(force=True)
    expect(page.get_by_label(PEGANG)).not_to_be_checked()
    assert violations(page) == []
    page.locator("[data-key=check]").click()
    page.locator("[data-key=confirm]").click()

    expect(page.get_by_text("Nilai penuh.")).to_be_visible()
