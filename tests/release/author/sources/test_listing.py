"""`kasuslab sources`: what rests on each source, found by words, and what is to be read again."""

from __future__ import annotations

from datetime import date

import pytest
from typer.testing import CliRunner

from release.author.sources.listing import due_text, register_text
from release.author.sources.register import RegisterPlaces, SourceRegister, read_register
from release.cli import app
from scenarios.directory.sources import SOURCES
from tests.places import CASES, KEYS

CHANGE = (
    "    changed: {day: 2026-06-01, what: {id: Pasal 5 dicabut., en: Article 5 is out.}, "
    "cases: [daftar-nilai]}\n"
)
FRESH = date(2026, 7, 1)


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> SourceRegister:
    """The register of the small case, where L21 has changed."""
    file = tmp_path_factory.mktemp("sources") / "sources.yaml"
    text = SOURCES.read_text(encoding="utf-8")
    file.write_text(text.replace("  L21:\n", f"  L21:\n{CHANGE}", 1), encoding="utf-8")
    return read_register(RegisterPlaces(KEYS, CASES, file), FRESH)


def test_a_source_is_found_by_words_of_either_language_with_all_that_rests_on_it(
    changed: SourceRegister,
) -> None:
    text = register_text(changed, ("pelindungan", "DATA PROTECTION"), "en")
    block = text.split("\n\n")[0]

    assert block.startswith("L21  Law 27/2022 on Personal Data Protection")
    assert "read 2026-03-31, as excerpts that a search gave" in block
    assert "CHANGED since 2026-06-01: Article 5 is out." in block
    assert "- case daftar-nilai: " in block
    assert "mendesak" in block


def test_a_change_lists_what_rests_on_it_and_nothing_else(changed: SourceRegister) -> None:
    text = due_text(changed, (), "en")
    rules = [one.id for one in changed.due if one.kind == "rule"]

    assert "Sources to read again: 1\n    L21  " in text
    assert "    daftar-nilai  " in text
    assert "L21 changed 2026-06-01, and this was last read 2026-03-31" in text
    assert rules == [one.id for one in changed.resting if one.kind == "rule" and "L21" in one.places]


def test_nothing_is_due_within_six_months_and_all_that_was_read_after() -> None:
    places = RegisterPlaces(KEYS, CASES)

    assert due_text(read_register(places, date(2026, 9, 30)), (), "en") == (
        "Nothing is to be read again on 2026-09-30.\n"
    )
    aged = read_register(places, date(2026, 10, 1))
    assert {one.kind for one in aged.due} == {"case", "rule", "lesson"}


def test_the_command_finds_a_source_and_each_kind_of_use() -> None:
    arguments = ["sources", "--cases-dir", str(CASES), "--keys", str(KEYS), "--language", "en"]
    text = CliRunner().invoke(app, arguments).output
    alone = CliRunner().invoke(app, [arguments[0], "L11", *arguments[1:]]).output

    kinds = ("case", "rule", "lesson", "law card", "critical error", "service")
    assert [kind for kind in kinds if f"    - {kind} " not in text] == []
    assert alone.startswith("L11  ")
