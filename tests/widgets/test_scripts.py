"""Every script of ours is checked by TypeScript, against types that are written from the Python ones."""

from __future__ import annotations

import json
import shutil
from importlib import import_module
from pathlib import Path

import pytest

from tests.parts.node import NO_NPM, ROOT, check_types, find_typescript
from tests.parts.typescript import MODULES, declarations, file_of

OURS = ("widgets", "graders", "release")

needs_typescript = pytest.mark.skipif(
    find_typescript() is None and shutil.which("npm") is None, reason=NO_NPM
)


@pytest.mark.parametrize("module", MODULES)
def test_the_declared_types_are_those_of_python(module: str) -> None:
    written = file_of(module).read_text("utf-8")

    assert written == declarations(import_module(module)), "run: python -m tests.parts.typescript"


@needs_typescript
def test_typescript_finds_nothing_wrong_in_any_script() -> None:
    assert check_types() == ""


@needs_typescript
def test_typescript_finds_what_is_wrong(tmp_path: Path) -> None:
    settings = json.loads((ROOT / "jsconfig.json").read_text("utf-8"))
    (tmp_path / "jsconfig.json").write_text(json.dumps(settings | {"include": ["*.js"]}), encoding="utf-8")
    (tmp_path / "wrong.js").write_text(
        f"/** @param {{import({json.dumps(str(ROOT / 'widgets' / 'messages'))}).View}} view */\n"
        "export const titleOf = (view) => view.titel;\n",
        encoding="utf-8",
    )

    assert "Property 'titel' does not exist on type 'View'" in check_types(tmp_path / "jsconfig.json")


def test_every_script_asks_to_be_checked() -> None:
    scripts = [file for folder in OURS for file in sorted((ROOT / folder).rglob("*.js"))]

    assert [file.name for file in scripts if "// @ts-check" not in file.read_text("utf-8")] == []
