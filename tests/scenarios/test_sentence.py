"""A sentence is text in the terminal's language, and knows itself in every other."""

from __future__ import annotations

import os
import pickle
import sysconfig
from pathlib import Path

import pytest

from scenarios.documents.problem import BadInputError, Problem, ProblemsError
from scenarios.language import terminal_speaks
from scenarios.sentence import (
    enumeration,
    error_text,
    error_texts,
    in_language,
    programs_here,
    sentences_of,
)


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    file = tmp_path / "kata.yaml"
    file.write_text(
        """
row: {id: "baris {number}", en: "row {number}"}
wrong: {id: "Salah: {where}.", en: "Wrong: {where}."}
hint: {id: "Jalankan: {bin}kasuslab run", en: "Run: {bin}kasuslab run"}
""",
        encoding="utf-8",
    )
    return file


def test_a_sentence_in_a_sentence_is_put_in_as_each_language_has_it(catalogue: Path) -> None:
    sentence = sentences_of(catalogue)
    whole = sentence("wrong", where=sentence("row", number=3))

    assert whole == "Wrong: row 3."
    assert in_language(whole, "id") == "Salah: baris 3."
    assert in_language("baris 3", "en") == "baris 3"
    assert in_language(pickle.loads(pickle.dumps(whole)), "id") == "Salah: baris 3."  # noqa: S301 -- of our own


def test_an_error_speaks_the_language_of_whoever_reads_it(catalogue: Path) -> None:
    sentence = sentences_of(catalogue)
    row = sentence("row", number=3)
    problems = ProblemsError([Problem("a.csv", 3, "id", row, row, "id")])

    assert error_text(BadInputError(row), "id") == "baris 3"
    assert error_text(problems, "id") == "a.csv:3: id: baris 3. baris 3. [id]"
    assert error_text(problems, "en") == str(problems)
    assert error_text(BadInputError("plain"), "id") == "plain"


def test_as_text_a_sentence_speaks_what_the_terminal_does_now(catalogue: Path) -> None:
    sentence = sentences_of(catalogue)

    with terminal_speaks("id"):
        inside = f"{sentence('row', number=3)}!"

    assert (inside, sentence("row", number=3)) == ("baris 3!", "row 3")


def test_what_says_an_error_again_says_it_in_each_language(catalogue: Path) -> None:
    wrong = BadInputError(sentences_of(catalogue)("row", number=3))

    assert dict(error_texts(wrong).items()) == {"id": "baris 3", "en": "row 3"}
    assert dict(error_texts(BadInputError("plain")).items()) == {"id": "plain", "en": "plain"}


def test_sentences_in_a_line_stand_there_in_each_language(catalogue: Path) -> None:
    row = sentences_of(catalogue)
    line = enumeration(row("row", number=number) for number in ("{3}", 4))

    assert line == "row {3}, row 4"
    assert in_language(line, "id") == "baris {3}, baris 4"
    assert enumeration([]) == ""


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """A folder of programs, as an environment has it."""
    folder = tmp_path / "arsip ibu" / ".venv" / "bin"
    folder.mkdir(parents=True)
    program = folder / "kasuslab"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    return folder


def test_a_command_is_written_with_its_folder_where_a_terminal_would_not_find_it(
    scripts: Path, tmp_path: Path
) -> None:
    assert programs_here(scripts, str(tmp_path)) == f'"{scripts}{os.sep}"'
    assert programs_here(scripts, os.pathsep.join([str(tmp_path), str(scripts)])) == ""


def test_a_command_goes_by_no_name_that_is_another_environments(scripts: Path, tmp_path: Path) -> None:
    other = tmp_path / "lain"
    other.mkdir()
    (other / "kasuslab").write_bytes((scripts / "kasuslab").read_bytes())
    (other / "kasuslab").chmod(0o755)

    assert programs_here(scripts, os.pathsep.join([str(other), str(scripts)])) == f'"{scripts}{os.sep}"'


def test_a_command_of_a_sentence_runs_as_it_is_written(
    catalogue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = sysconfig.get_path("scripts")
    monkeypatch.setenv("PATH", "")

    assert sentences_of(catalogue)("hint") == f"Run: {folder}{os.sep}kasuslab run"
    monkeypatch.setenv("PATH", folder)
    assert sentences_of(catalogue)("hint") == "Run: kasuslab run"
