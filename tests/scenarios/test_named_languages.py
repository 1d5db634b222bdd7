"""No module of the lab names a language: which there are stands in ``languages.yaml`` alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.language import SOURCE, TRANSLATIONS
from tests.places import TESTS

CHECKOUT = TESTS.parent
FOLDERS = ("scenarios", "graders", "widgets", "notebooks", "release")
# The tag of Indonesian is also a word for what names a thing.
ALLOWED = {
    ("scenarios/directory/overlay.py", '"id" not in names'),  # a column of the sheet
    ("graders/people/roster.py", '"id" not in names'),  # a column of the sheet
    ("scenarios/documents/mistake.py", '"en"'),  # read before it is known which languages there are
    ("release/hub/accounts.py", 'what == "id"'),  # by what the roster knows somebody
}

_FILE = re.compile(rf"(^|[./])({'|'.join(TRANSLATIONS)})(\.yaml|$)")
PAGES = {".js", ".html", ".j2", ".tpl", ".css"}
_OTHERS = "|".join(TRANSLATIONS)
_SPELLED = re.compile(
    rf"""["'](?:{_OTHERS})["']|\.(?:{_OTHERS})\b|-(?:{_OTHERS})\b|lang\w*[^\n]{{0,20}}["']{SOURCE}["']"""
)


def modules() -> list[Path]:
    return sorted(file for folder in FOLDERS for file in (CHECKOUT / folder).rglob("*.py"))


def spelled(tree: ast.AST) -> Iterator[ast.expr]:
    """Where a module spells a language: as a text, a file's name, a field, in a comparison or a default."""
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if text in TRANSLATIONS or _FILE.search(text):
                yield node
            case ast.Attribute(attr=name) if name in TRANSLATIONS:
                yield node
            case ast.keyword(arg=str(name), value=value) if name in TRANSLATIONS:
                yield value
            case ast.keyword(arg=str(name), value=value) if "language" in name and _is_source(value):
                yield value
            case ast.Compare(left=left, comparators=others) if any(
                _is_source(one) for one in (left, *others)
            ):
                yield node
            case ast.arguments(defaults=defaults, kw_defaults=named):
                yield from (default for default in (*defaults, *named) if default and _is_source(default))


def _is_source(node: ast.expr) -> bool:
    parts = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    return any(isinstance(part, ast.Constant) and part.value == SOURCE for part in parts)


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_module_spells_a_language(folder: str) -> None:
    spelling = {
        (str(file.relative_to(CHECKOUT)), ast.unparse(node).replace("'", '"'))
        for file in modules()
        if file.is_relative_to(CHECKOUT / folder)
        for node in spelled(ast.parse(file.read_text(encoding="utf-8")))
    }

    assert spelling - ALLOWED == set()


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_page_script_or_stylesheet_spells_a_language(folder: str) -> None:
    files = [file for file in (CHECKOUT / folder).rglob("*") if file.suffix in PAGES]

    assert [
        f"{file.relative_to(CHECKOUT)}: {match.group()}"
        for file in files
        for match in _SPELLED.finditer(file.read_text(encoding="utf-8"))
    ] == []


@pytest.mark.parametrize(
    "code",
    [
        'x = "en"',
        'read("en.yaml")',
        'read(f"{case}.en.yaml")',
        "text.en",
        "Text(en=1)",
        'show(language="id")',
        'if language == "id": ...',
        'if language in ("id", x): ...',
        'def f(language="id"): ...',
        'def f(*, language="id"): ...',
    ],
)
def test_the_search_finds_a_language_wherever_it_may_be_spelled(code: str) -> None:
    assert list(spelled(ast.parse(code)))
