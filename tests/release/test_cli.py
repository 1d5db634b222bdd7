"""The command line: sentences and exit statuses."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from graders.key.key import load_key
from graders.score import score
from release.cli import app
from release.help import TEXTS as HELP_TEXTS
from release.help import plain
from scenarios.case import Case
from scenarios.engine.event import Event, Started
from scenarios.engine.play import Play
from scenarios.engine.record import record_bytes
from scenarios.language import SOFTWARE, read_catalogue
from tests.places import GUIDES, KEYS

Edited = Callable[..., Path]


def kasuslab(*arguments: str | Path | int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "release.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_check_passes_over_the_library() -> None:
    # What random plays hardly meet is a warning; fewer of them leave no error out.
    done = kasuslab("check", "--plays", 1000)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "no error" in done.stdout
    assert "Coverage by the cases for practice" in done.stdout
    assert re.search(r"^critical error +E22 ", done.stdout, re.MULTILINE)


def test_check_tells_errors_before_warnings_and_covers_only_a_whole_library(small_case_folder: Path) -> None:
    done = kasuslab("check", small_case_folder, "--keys", KEYS, "--guides", GUIDES, "--plays", 300, "--hits")

    assert done.returncode == 1
    assert (
        done.stdout.index("[key-decisions]") < done.stdout.index("Warnings") < done.stdout.index("[helpline]")
    )
    assert "Coverage" not in done.stdout
    assert "hits in 300 random plays" in done.stdout
    assert "1 case checked, 1 error, " in done.stdout


def test_confirming_wants_the_names_of_cases() -> None:
    done = kasuslab("check", "--confirm")

    assert done.returncode == 1
    assert "--confirm wants the ids of the cases that you have looked at" in done.stderr


@pytest.mark.parametrize(
    ("file", "old", "new", "rule"),
    [("case.yaml", "go: rujukan", "go: rujuk", "link"), ("en.yaml", "note:", "noot:", "shape")],
)
def test_check_tells_file_and_line_and_fails(
    edited: Edited, file: str, old: str, new: str, rule: str
) -> None:
    folder = edited(old, new, file)
    text = (folder / file).read_text(encoding="utf-8").splitlines()
    line = next(number for number, row in enumerate(text, start=1) if new in row)

    done = kasuslab("check", folder, "--keys", KEYS)

    assert done.returncode == 1
    assert f"{file}:{line}: " in done.stdout
    assert f"[{rule}]" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_decision_without_a_key_fails_with_file_and_line(small_case_folder: Path, tmp_path: Path) -> None:
    for file in KEYS.iterdir():
        shutil.copy(file, tmp_path)
    text = (tmp_path / "daftar-nilai.yaml").read_text(encoding="utf-8")
    (tmp_path / "daftar-nilai.yaml").write_text(
        text.replace("  mendesak:", "  mendesek:", 1), encoding="utf-8"
    )

    done = kasuslab("check", small_case_folder, "--keys", tmp_path)

    assert done.returncode == 1
    assert "daftar-nilai.yaml:" in done.stdout
    assert "[unkeyed]" in done.stdout


def test_check_as_json_is_a_list_of_problems(edited: Edited) -> None:
    done = kasuslab("check", edited("go: rujukan", "go: rujuk"), "--keys", KEYS, "--json")

    problems = json.loads(done.stdout)
    assert {"file", "line", "path", "found", "remedy", "rule", "level"} == set(problems[0])
    assert {one["level"] for one in problems} == {"error", "warning"}
    assert "link" in {one["rule"] for one in problems if one["level"] == "error"}


def test_an_unknown_case_is_a_sentence_and_an_unknown_option_is_usage() -> None:
    assert kasuslab("check", "tidak-ada").returncode == 1
    assert "There is no case “tidak-ada”" in kasuslab("check", "tidak-ada").stderr
    assert kasuslab("check", "--warna").returncode == 2


def test_score_prints_the_result_of_a_record(
    small_case: Case,
    small_case_folder: Path,
    tmp_path: Path,
    started: Started,
    steps: Callable[..., tuple[Event, ...]],
) -> None:
    events = (started, *steps(("mendesak", "sedang"), ("bicara", None), ("langkah", ["catat", "umumkan"])))
    (tmp_path / "decisions.jsonl").write_bytes(record_bytes(events))

    done = kasuslab(
        "score", tmp_path / "decisions.jsonl", "--case", small_case_folder, "--keys", KEYS, "--json"
    )

    printed = json.loads(done.stdout)
    wanted = score(small_case, Play.replay(small_case, events), load_key(small_case, KEYS))
    assert {"case", "key_version", "S", "H", "M", "raw", "max", "verdicts"} <= printed.keys()
    assert (printed["S"], printed["H"], printed["M"]) == (wanted.S, wanted.H, wanted.M)
    assert (printed["raw"], printed["max"]) == (wanted.raw, wanted.max)
    assert [verdict["decision"] for verdict in printed["verdicts"]] == [
        d.id for d in small_case.key_decisions()
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"halo\n", "decisions.jsonl:1: the line is not JSON"),
        (b"", ""),
    ],
)
def test_a_record_that_cannot_be_read_is_a_sentence(
    small_case_folder: Path, tmp_path: Path, content: bytes, sentence: str
) -> None:
    (tmp_path / "decisions.jsonl").write_bytes(content)

    done = kasuslab("score", tmp_path / "decisions.jsonl", "--case", small_case_folder, "--keys", KEYS)

    assert sentence in done.stderr
    assert done.returncode == (1 if sentence else 0)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("option", ["--language=en", "--english"])
def test_a_language_is_asked_for_by_its_tag_and_english_also_by_its_own_option(
    tmp_path: Path, option: str
) -> None:
    done = kasuslab("roster", "--template", tmp_path / "roster.csv", option)

    assert done.returncode == 0, done.stderr
    assert "province" in (tmp_path / "roster.csv").read_text("utf-8-sig")


def test_one_setting_says_in_which_language_the_terminal_speaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KASUSLAB_HOME", str(tmp_path))
    english = kasuslab("workshop", "close").stderr

    chosen = kasuslab("language", "id")
    indonesian = kasuslab("workshop", "close").stderr

    assert chosen.stdout.startswith("Bahasa terminal dan halaman mulai: Bahasa Indonesia (id).")
    assert english.startswith("No workshop is held in ")
    assert indonesian.startswith("Tidak ada lokakarya di ")
    assert kasuslab("language").stdout == chosen.stdout


def helps_of(command: Any) -> Iterator[str]:  # noqa: ANN401 -- of Typer's own package
    for one in (command, *command.params):
        if getattr(one, "help", None):
            yield plain(one.help)
    for below in getattr(command, "commands", {}).values():
        yield from helps_of(below)


def test_each_help_is_there_in_every_language() -> None:
    known = {text[SOFTWARE] for text in read_catalogue(HELP_TEXTS).values()}

    assert sorted(set(helps_of(get_command(app))) - known) == []


def test_commands_help_in_the_language_that_was_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KASUSLAB_HOME", str(tmp_path))
    kasuslab("language", "id")

    done = kasuslab("workshop", "pause", "--help")

    assert "Jeda lokakarya: setiap ponsel mengatakannya" in " ".join(done.stdout.split())
    assert "Tempat menyimpan permainan." in done.stdout


def test_a_language_that_the_lab_does_not_speak_is_bad_usage_and_writes_nothing(tmp_path: Path) -> None:
    done = kasuslab("roster", "--template", tmp_path / "roster.csv", "--language", "fr")

    assert done.returncode == 2
    assert "There is no language “fr” here" in done.stderr
    assert not (tmp_path / "roster.csv").exists()
