"""The pages on a phone of 2020: their scripts parse in Chrome 80, and ask for nothing that came later."""

from __future__ import annotations

import re

import pytest

from release.author.reviewers.web import review_files
from release.workshop.web.assets import Asset, read_assets
from tests.parts.node import syntax_error

REVIEW = [Asset(name, text.encode()) for name, (text, _) in review_files().items()]
ASSETS = [*read_assets().values(), *REVIEW]
SHEETS = [asset for asset in ASSETS if asset.name.endswith(".css")]
SCRIPTS = [asset for asset in ASSETS if asset.name.endswith(".js")]
# Interfaces and the version of Chrome that first had each.
LATER = {
    r"\.at\(": 92,
    r"\.findLast": 97,
    r"\.replaceAll\(": 85,
    r"\.replaceChildren\(": 86,
    r"\.toSorted\(|\.toReversed\(|\.toSpliced\(": 110,
    r"AbortSignal\.(timeout|any)": 103,
    r"Array\.fromAsync": 121,
    r"Object\.(groupBy|hasOwn)\b": 93,
    r"Promise\.(any|withResolvers)": 85,
    r"WeakRef|FinalizationRegistry": 84,
    r"crypto\.randomUUID": 92,
    r"structuredClone": 98,
    r"Intl\.(Segmenter|DurationFormat)": 87,
    r"navigator\.userAgentData": 90,
    r"scrollend": 114,
}
# The same of stylesheets: each may stand only where an older browser has something to fall back on.
LATER_STYLE = {
    r"@layer|@container|@property|@scope": 85,
    r":(is|where|has)\(": 88,
    r"\baspect-ratio\s*:": 88,
    r"\b(color-mix|oklch|oklab|light-dark)\(": 111,
    r"\d(d|s|l)v[hwib]\b": 108,
    r"(?<![-\w])inset(-block|-inline)?\s*:": 87,
    r"^\s*&": 112,
}


def without_comments(source: str) -> str:
    return re.sub(r"/\*.*?\*/|^\s*//.*$", "", source, flags=re.DOTALL | re.MULTILINE)


def without_support_blocks(style: str) -> str:
    """A stylesheet without what stands in `@supports { … }`, which an older browser leaves out."""
    parts, at = [], 0
    for block in re.finditer(r"@supports[^{]*\{", style):
        if block.start() < at:
            continue
        parts.append(style[at : block.start()])
        depth, at = 1, block.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(style[at], 0)
            at += 1
    return "".join([*parts, style[at:]])


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda asset: asset.name)
def test_a_script_parses_as_chrome_80_would(script: Asset) -> None:
    assert syntax_error(script.data.decode()) == ""


@pytest.mark.parametrize(
    "newer", ["a ??= 1", "class A { #b() {} }", "class A { static { } }", "a.#b", "1_000"]
)
def test_the_parser_knows_what_came_later(newer: str) -> None:
    assert "SyntaxError" in syntax_error(newer)


def test_the_parser_knows_what_chrome_80_has() -> None:
    assert (
        syntax_error('const b = a?.b ?? 1; export const c = async () => (await import("x")).default;') == ""
    )


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda asset: asset.name)
def test_a_script_asks_for_no_later_interface(script: Asset) -> None:
    source = without_comments(script.data.decode())

    assert [name for name in LATER if re.search(name, source)] == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda asset: asset.name)
def test_a_later_style_stands_only_where_it_is_supported(sheet: Asset) -> None:
    style = without_support_blocks(without_comments(sheet.data.decode()))

    assert [name for name in LATER_STYLE if re.search(name, style, re.MULTILINE)] == []


def test_a_block_of_supports_is_left_out_whole() -> None:
    style = "a { b: c }\n@supports (d: e) { @media f { g { inset: 0 } } }\nh { i: j }"

    assert "inset" not in without_support_blocks(style)
    assert "h { i: j }" in without_support_blocks(style)
