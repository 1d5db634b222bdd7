"""Pages from templates: what they show is escaped, and what they lack is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from scenarios.documents.template import template_environment, template_page


def template(folder: Path, text: str) -> Path:
    file = folder / "page.html"
    file.write_text(text, encoding="utf-8")
    return file


def test_what_a_page_shows_is_escaped(tmp_path: Path) -> None:
    page = template_page(template(tmp_path, "<p>{{ name }}</p>"), name="<b>Ana</b>")

    assert page == "<p>&lt;b&gt;Ana&lt;/b&gt;</p>"


def test_what_a_page_lacks_is_an_error_and_no_gap(tmp_path: Path) -> None:
    with pytest.raises(UndefinedError, match="name"):
        template_page(template(tmp_path, "<p>{{ name }}</p>"))


def test_a_template_of_an_earlier_folder_stands_before_that_of_a_later_one(tmp_path: Path) -> None:
    for name in ("own", "common"):
        (tmp_path / name).mkdir()
        template(tmp_path / name, f"{name}: {{{{ text|loud }}}}")

    environment = template_environment(tmp_path / "own", tmp_path / "common", loud=str.upper)

    assert environment.get_template("page.html").render(text="ya") == "own: YA"
