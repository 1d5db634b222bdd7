"""How long feedback is: the first layer on a phone, and the page on paper, for the longest of some cases.

`python -m tests.browser.feedback_size` measures all cases.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from scenarios.case import Case
from scenarios.language import LANGUAGES
from scenarios.library import CASES
from scenarios.loader import load_case
from tests.browser.feedback_size import MOST_HEIGHT, MOST_SHEETS, FeedbackScreen
from tests.parts.every_feedback import longest_page, sheets_of

LONGEST = ("grup-kelas", "laporan-luar-negeri", "mantan-teman")


@pytest.fixture(scope="module", params=LONGEST)
def case(request: pytest.FixtureRequest) -> Case:
    return load_case(CASES / request.param)


def test_the_first_layer_fits_one_and_a_half_screens_of_a_phone(
    case: Case, new_page: Callable[..., Page]
) -> None:
    screen = FeedbackScreen.on(new_page(width=360, height=640))

    heights = [
        (layer, note["decision"], language)
        for language in LANGUAGES
        for variant in case.in_each_variant()
        for layer, _, note in screen.sizes(variant, language)
    ]

    assert heights
    assert [each for each in heights if each[0] > MOST_HEIGHT] == []


def test_the_longest_page_prints_on_four_sheets(case: Case, new_page: Callable[..., Page]) -> None:
    page = new_page()
    sheets = []
    for variant in case.in_each_variant():
        page.set_content(longest_page(variant))
        for language in case.languages:
            page.check(f"#show-{language}")
            sheets.append(sheets_of(page.pdf(prefer_css_page_size=True)))

    assert sheets
    assert max(sheets) <= MOST_SHEETS
