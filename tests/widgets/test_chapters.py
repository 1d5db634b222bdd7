"""A script in chapters is one ES module, and what cannot be joined is told in a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import widgets
from tests.parts.node import meaning, syntax_error
from widgets.chapters import ChapterError, joined_script, joined_sheet, plain
from widgets.player_files import player_script, player_sheet

PLAYER = Path(widgets.__file__).with_name("player")
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A factory: a folder of chapters, each named with its text: `write(main="...", part="...")`."""

    def make(**chapters: str) -> Path:
        folder = tmp_path / "main"
        for name, text in chapters.items():
            file = folder / f"{name.replace('_', '/')}.js"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return folder

    return make


def test_a_chapter_comes_after_those_that_it_imports_from_and_the_main_one_last(write: Write) -> None:
    folder = write(
        main='import { two } from "./b.js";\n\nexport default { two };\n',
        b='import { one } from "./c.js";\n\nexport const two = one + one;\n',
        c="export const one = 1;\n",
        kinds_rank='import { one } from "../c.js";\n\nconst three = one + 2;\n',
    )

    assert joined_script(folder).splitlines() == [
        "const one = 1;",
        "const two = one + one;",
        "const three = one + 2;",
        "export default { two };",
    ]


def test_a_chapter_may_stand_in_another_folder(write: Write) -> None:
    folder = write(main='import { h } from "../other/dom.js";\nh();\n')
    (folder.parent / "other").mkdir()
    (folder.parent / "other" / "dom.js").write_text("export function h() {}\n", encoding="utf-8")

    assert joined_script(folder) == "function h() {}\nh();\n"


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ('import { gone } from "./gone.js";\n', "part.js, line 1: imports from ./gone.js, but there is no"),
        ('import { gone } from "./b.js";\n', "imports gone from b.js, which exports here, twice"),
        (
            'import { main } from "./main.js";\n',
            "main.js, which imports from part.js, which imports from main.js",
        ),
        ("const twice = 1;\n", "both name something twice"),
        ('import gone from "./b.js";\n', '"import gone from "./b.js";" cannot be joined'),
        ("export { part };\n", '"export { part };" cannot be joined'),
    ],
)
def test_what_cannot_be_joined_is_told_in_a_sentence(write: Write, part: str, sentence: str) -> None:
    folder = write(
        main='import { part } from "./part.js";\nexport const main = part;\n',
        part=f"{part}export const part = 1;\n",
        b="export const here = 1;\nexport function twice() {}\n",
    )

    with pytest.raises(ChapterError, match=re.escape(sentence)):
        joined_script(folder)


def test_a_sheet_stands_beside_its_chapter_and_comes_in_its_order(write: Write) -> None:
    folder = write(main='import { a } from "./z.js";\na();\n', z="export function a() {}\n")
    for name in ("main", "z"):
        (folder / f"{name}.css").write_text(f"/* of {name} */\n\n.{name} {{ top: 0 }}\n", encoding="utf-8")

    assert joined_sheet(folder) == ".z { top: 0 }\n.main { top: 0 }\n"

    (folder / "alone.css").write_text("", encoding="utf-8")
    with pytest.raises(ChapterError, match=r"alone\.css stands beside no chapter"):
        joined_sheet(folder)


def test_a_comment_is_left_out_and_what_looks_like_one_stays() -> None:
    script = """// a line
/**
 * of several
 */
const a = /** @type {string} */ ("http://b"); // told why

  const c = "/* d */";
"""

    assert plain(script) == 'const a = ("http://b"); // told why\nconst c = "/* d */";\n'


@pytest.mark.parametrize("chapter", sorted(PLAYER.rglob("*.js")), ids=lambda file: file.stem)
def test_without_its_comments_a_chapter_means_the_same(chapter: Path) -> None:
    text = chapter.read_text("utf-8")

    assert syntax_error(text) == ""
    assert meaning(plain(text)) == meaning(text)


def test_the_player_is_one_module_that_imports_nothing() -> None:
    script = player_script()

    assert syntax_error(script) == ""
    assert "import " not in script
    assert script.endswith("export default { render };\n")


def test_a_kind_of_decision_is_drawn_by_being_in_the_folder() -> None:
    script, sheet = player_script(), player_sheet()

    for chapter in (PLAYER / "kinds").glob("*.js"):
        assert f'register("{chapter.stem}"' in script
    assert ".kl-rank-item" in sheet
