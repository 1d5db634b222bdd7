"""Scripts and stylesheets as they are served."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from release.assignment_page.handlers import PAGES as ASSIGNMENT_PAGES
from release.workshop.web.assets import PAGES, ROUTE, read_assets
from scenarios.language import LANGUAGES
from tests.parts.node import meaning
from widgets.chapters import plain
from widgets.view import page_labels


def test_the_client_of_each_language_begins_with_its_sentences_and_those_of_no_other() -> None:
    for language in LANGUAGES:
        script = read_assets()[f"client_{language}.js"].data.decode()
        call = script.splitlines()[-1]

        assert json.loads(call.removeprefix("begin(").removesuffix(");")) == page_labels(language)
        assert script.count('"texts":') == 1


@pytest.mark.parametrize("pages", [PAGES, ASSIGNMENT_PAGES], ids=["workshop", "assignment"])
def test_without_its_comments_and_indents_a_script_of_the_pages_means_the_same(pages: Path) -> None:
    files = [*pages.rglob("*.js")]

    assert files
    for text in (file.read_text("utf-8") for file in files):
        assert meaning(plain(text)) == meaning(text)


def test_each_asset_is_served_where_its_address_says() -> None:
    assert [asset.url for asset in read_assets().values() if not re.fullmatch(ROUTE, asset.url)] == []
