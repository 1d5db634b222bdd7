"""The commands of an author speak the language of the terminal, and no other, whatever is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from scenarios.language import Language
from tests.conftest import CommandResult
from tests.places import CASES, GUIDES, KEYS

CASE = "daftar-nilai"
# Words that stand in hardly any sentence of the other language.
OTHERS = {
    "id": r"the|and|with|there|not|was|its|have|has|are|were|here|from|which|that|this|to",
    "en": r"yang|dan|tidak|ini|itu|dengan|dari|untuk|sudah|belum|atau|ada|adalah|di|ke",
}
# What an author wrote, and the names of files, places in them, rules and rows of tables.
_QUOTED = re.compile(
    r"“[^”]*”|\S*[/\\]\S*|\S+\.(?:yaml|jsonl|svg|zip)\S*|\[[a-z-]+\]|^\S+:\d+: \S+:|^\S+  .*$", re.MULTILINE
)
# What is broken at once: the shape of a case; its story; its key and guide.
BREAKS = (
    (("cases/daftar-nilai/case.yaml", "level: ", "level: x"),),
    (("cases/daftar-nilai/case.yaml", "{if: percaya < 2, go: diam}", "{if: percaya < 9, go: diam}"),),
    (
        ("keys/daftar-nilai.yaml", "right: sedang", "right: besok"),
        ("keys/daftar-nilai.yaml", "sources: {rendah: [L11]", "sources: {rendah: [L999]"),
        ("guides/daftar-nilai.yaml", "case: daftar-nilai", "case: daftar-lain"),
    ),
)


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """A small library: its cases, keys and guides."""
    for name, place in (("cases", CASES), ("keys", KEYS), ("guides", GUIDES)):
        copytree(place, tmp_path / name)
    return tmp_path


@pytest.fixture(params=["id", "en"])
def speaking(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    kasuslab: Callable[..., CommandResult],
) -> Language:
    monkeypatch.setenv("KASUSLAB_HOME", str(tmp_path / "settings"))
    language: Language = request.param
    kasuslab("language", language)
    return language


def foreign(text: str, language: Language) -> list[str]:
    """The lines with a word of the other language, outside what an author wrote."""
    other = re.compile(rf"\b(?:{OTHERS[language]})\b", re.IGNORECASE)
    return [line for line in text.splitlines() if other.search(_QUOTED.sub("", line))]


def output(result: CommandResult) -> str:
    return result.stdout + result.stderr


@pytest.mark.parametrize("at", range(len(BREAKS)))
def test_a_check_of_a_broken_case_speaks_one_language(
    kasuslab: Callable[..., CommandResult], lab: Path, speaking: Language, at: int
) -> None:
    for name, old, new in BREAKS[at]:
        text = (lab / name).read_text("utf-8")
        assert old in text
        (lab / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    folders = ("--cases-dir", lab / "cases", "--keys", lab / "keys", "--guides", lab / "guides")

    checked = kasuslab("check", CASE, "--plays", "20", "--hits", *folders)

    assert checked.returncode == 1
    assert foreign(output(checked), speaking) == []


def test_what_the_other_commands_say_is_of_one_language_too(
    kasuslab: Callable[..., CommandResult], lab: Path, speaking: Language, tmp_path: Path
) -> None:
    (tmp_path / "torn.jsonl").write_text("{\n", encoding="utf-8")
    folders = ("--cases-dir", lab / "cases", "--keys", lab / "keys")
    commands: tuple[tuple[str | Path, ...], ...] = (
        ("check", "--confirm", *folders),
        ("check", "no-case", *folders),
        ("score", tmp_path / "torn.jsonl", "--case", CASE, *folders),
        ("score", tmp_path / "gone.jsonl", "--case", CASE, *folders),
        ("panel", CASE, tmp_path / "gone", *folders),
        ("panel", CASE, tmp_path / "torn.jsonl", *folders),
        ("source-changed", "L999", "--what", f"{speaking}=x", *folders),
        ("source-read", "L1", "--how", "opened", "--on", "2020-01-01", *folders),
        ("rules", "--html", tmp_path / "rules.html", *folders),
        ("graph", CASE, "-o", tmp_path / "case.svg", *folders),
        ("schema", tmp_path / "schema"),
        ("new", "Not An Id", "--yes", *folders),
        ("unpack", tmp_path / "torn.jsonl", *folders),
        ("services", "--template", tmp_path / "services.csv"),
    )

    lines = {command[:2]: foreign(output(kasuslab(*command)), speaking) for command in commands}

    assert {command: wrong for command, wrong in lines.items() if wrong} == {}


@pytest.mark.parametrize(
    ("text", "language"),
    [("there is no case", "id"), ("kasus ini tidak ada", "en"), ("Written to a file", "id")],
)
def test_a_word_of_the_other_language_is_noticed(text: str, language: Language) -> None:
    assert foreign(f"x.yaml:3: a.b: {text}. [rule]", language)
