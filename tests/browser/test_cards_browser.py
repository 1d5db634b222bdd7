"""The cards in a real browser: on a phone, in the dark, and on paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page

from release.cards.cards import write_cards
from scenarios.language import LANGUAGES, Language
from scenarios.lessons.lesson_files import lesson_competencies
from tests.browser.player_page import violations

# All of it is to be read again, which takes a line more.
TODAY = date(2027, 4, 1)
CARDS = (*lesson_competencies(), "law", "glossary")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kartu")
    write_cards(folder, TODAY)
    return folder


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lesson_is_one_sheet_of_a4_printed_on_both_sides(
    new_page: Callable[..., Page], folder: Path, language: Language
) -> None:
    page = new_page()
    for competency in lesson_competencies():
        page.goto((folder / language / f"{competency}.html").as_uri())
        paper = page.pdf(prefer_css_page_size=True)
        sizes = set(re.findall(rb"/MediaBox\s*\[([^\]]+)\]", paper))

        assert {tuple(round(float(part)) for part in size.split()) for size in sizes} == {(0, 0, 595, 842)}
        assert len(re.findall(rb"/Type\s*/Page\b", paper)) in {1, 2}, competency


@pytest.mark.parametrize("dark", [False, True])
def test_every_card_is_accessible_and_fits_a_phone(
    new_page: Callable[..., Page], folder: Path, *, dark: bool
) -> None:
    page = new_page(width=360, dark=dark)
    for name in CARDS:
        page.goto((folder / "id" / f"{name}.html").as_uri())

        assert violations(page, "html") == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
