"""What is said of how a command is used, and of what was typed wrongly, in the language of the terminal."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command
from typer.testing import CliRunner

from release.cli import app
from release.usage import STRINGS, TEXTS
from scenarios.language import LANGUAGES, SOFTWARE, Language, read_catalogue, terminal_speaks

# What is typed, and the texts of the catalogue that then have to be there: one of each kind of mistake.
MISTAKES = {
    "grade --jobs 99 .": ("refused_for", "too_large"),
    "workshop --port -1": ("refused_for", "too_small"),
    "grade --jobs dua .": ("refused_for", "no_whole_number"),
    "grade": ("argument_missing",),
    "pack teman-gim": ("option_missing",),
    "source-read L1": ("option_missing_of",),
    "grade . --job 3": ("no_option_but",),
    "grade . --warna": ("no_option",),
    "-x": ("no_option",),
    "grad": ("no_command_but",),
    "nilai-kelas": ("no_command",),
    "workshop mulai": ("no_command",),
    "lms --host": ("value_missing",),
    "grade . --rescore=ya": ("value_unwanted",),
    "language id en": ("arguments_too_many",),
    "workshop --mode ujian": ("refused_for", "no_choice"),
    "course kursus --begins besok": ("refused_for", "no_day"),
    "course kursus --only a": ("refused",),
}
# What our own code says of what was typed, by a word of it in each language.
OWN = {
    "course kursus --only a": {"id": "dipakai bersama", "en": "goes with"},
    "course kursus --cases a --programme A1": {"id": "punya kasusnya sendiri", "en": "cases of its own"},
    "export kursus": {"id": "Pilih --moodle", "en": "Say --moodle"},
    "grade kursus --back": {"id": "Sebut satu kasus", "en": "Say of which case"},
    "language fr": {"id": "Tidak ada bahasa “fr” di sini", "en": "There is no language “fr” here"},
}


def output(typed: str, language: Language, status: int = 2) -> str:
    """What is printed on standard error and on standard output, on one line, without the box around it."""
    with terminal_speaks(language):
        done = CliRunner(env={"TERMINAL_WIDTH": "200"}).invoke(app, typed.split())
    assert done.exit_code == status, done.output
    return " ".join(re.sub(r"[│╭╮╰╯─]", " ", done.stderr + done.stdout).split())


def fixed_parts(name: str, language: Language) -> list[str]:
    """The words of a text between what is filled in."""
    parts = re.split(r"\{\w*\}|\[(?:blue|/)\]", read_catalogue(TEXTS)[name][language])
    return [plain for part in parts if (plain := part.strip(" .:()'\n\t"))]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("typed", MISTAKES)
def test_a_mistake_is_told_in_the_language_of_the_terminal_alone(typed: str, language: Language) -> None:
    printed = output(typed, language)

    others = [one for one in LANGUAGES if one != language]
    for name in (*MISTAKES[typed], "errors_panel_title"):
        assert [part for part in fixed_parts(name, language) if part not in printed] == []
        assert [part for other in others for part in fixed_parts(name, other) if part in printed] == []


@pytest.mark.parametrize("typed", OWN)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_lab_says_of_a_mistake_itself_is_whole_in_each_language(
    typed: str, language: Language
) -> None:
    assert OWN[typed][language] in output(typed, language)


def needy_commands(command: object, *names: str) -> Iterator[str]:
    """The commands that are nothing without something behind them."""
    if isinstance(command, TyperGroup):
        for name, one in command.commands.items():
            yield from needy_commands(one, *names, name)
    elif isinstance(command, TyperCommand) and any(parameter.required for parameter in command.params):
        yield " ".join(names)


@pytest.mark.parametrize("typed", [*needy_commands(get_command(app))])
def test_a_command_without_what_it_needs_says_so_in_the_language_of_the_terminal(typed: str) -> None:
    assert "belum ditulis" in output(typed, "id")
    assert "Missing" in output(typed, "en")


def kinds() -> Iterator[str]:
    for names in MISTAKES.values():
        yield from names


def test_each_kind_of_mistake_in_the_catalogue_is_made_here() -> None:
    around = {name.lower() for name in STRINGS} | {"usage", "help", "options", "command"}

    assert set(read_catalogue(TEXTS)) - around == set(kinds())


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_around_a_help_is_in_the_language_of_the_terminal(language: Language) -> None:
    printed = output("--help", language, 0) + output("workshop --help", language, 0)
    printed += output("compare --help", language, 0) + output("lms --warna", language)

    around = {name.lower() for name in STRINGS} - {"aborted_text"} | {"usage", "help", "options", "command"}
    for name in around:
        assert [part for part in fixed_parts(name, language) if part not in printed] == []
        assert language == SOFTWARE or fixed_parts(name, SOFTWARE)[0] not in printed, name


def test_the_terminal_itself_says_it_in_the_language_that_was_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KASUSLAB_HOME", str(tmp_path))
    command = [sys.executable, "-m", "release.cli"]
    subprocess.run([*command, "language", "id"], check=True, capture_output=True, timeout=120)

    done = subprocess.run(
        [*command, "grade", "--warna"], check=False, capture_output=True, text=True, timeout=120
    )

    assert done.returncode == 2
    assert "Tidak ada opsi --warna." in done.stderr
    assert "grade --help" in done.stderr


@pytest.mark.parametrize(("language", "no"), [("id", "t"), ("en", "n")])
def test_a_question_for_sure_is_answered_by_the_letters_of_the_language(
    tmp_path: Path, language: Language, no: str
) -> None:
    typed = ["workshop", "forget", "--all", "--data", str(tmp_path)]
    with terminal_speaks(language):
        refused = CliRunner().invoke(app, typed, input=f"?\n{no}\n")
        agreed = CliRunner().invoke(app, typed, input="y\n")

    assert f"[y/{no}]" in refused.stdout
    assert {"id": "Ketik y untuk ya", "en": "Type y for yes"}[language] in refused.stdout
    assert {"id": "Dibatalkan.", "en": "Aborted."}[language] in refused.stderr
    assert (refused.exit_code, agreed.exit_code) == (1, 0)
