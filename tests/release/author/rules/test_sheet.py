"""`kasuslab rules`: each rule with all its uses, as text and as a page."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from release.author.rules.sheet import sheet_in_folder, sheet_page, sheet_text
from release.cli import app
from tests.parts.key_with_rules import write_key_with_rules
from tests.places import CASES

TODAY = date(2026, 4, 30)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    write_key_with_rules(tmp_path / "keys")
    return tmp_path / "keys"


def test_a_rule_stands_with_its_facts_its_sources_and_all_its_uses(keys: Path) -> None:
    text = sheet_text(sheet_in_folder(CASES, keys, "en", TODAY))
    block = next(block for block in text.split("\n\n") if block.startswith("dukungan_awal"))

    assert block.splitlines()[0] == "dukungan_awal  [agreed in this lab]"
    assert "Holds always." in block
    assert "- breaks, partly: daftar-nilai.bicara.catat: " in block
    assert "- follows, right: daftar-nilai.bicara.dengar: " in block


def test_what_is_withheld_from_a_service_is_a_use_too(keys: Path) -> None:
    text = sheet_text(sheet_in_folder(CASES, keys, "id", TODAY))

    assert "- tidak diserahkan, membahayakan: daftar-nilai.serah.sekolah: " in text


def test_a_rule_without_a_use_says_so(keys: Path) -> None:
    text = sheet_text(sheet_in_folder(CASES, keys, "en", TODAY))
    block = next(block for block in text.split("\n\n") if block.startswith("tanpa_damai"))

    assert "No key applies it yet." in block


def test_only_rules_that_speak_of_all_words_stand_on_the_sheet_in_whatever_language(keys: Path) -> None:
    sheet = sheet_in_folder(CASES, keys, "id", TODAY, ("safety", "keselamatan"))

    assert "keselamatan_dulu" in [entry.name for entry in sheet.entries]
    assert len(sheet.entries) < len(sheet_in_folder(CASES, keys, "id", TODAY).entries)


def test_a_rule_whose_sources_were_read_over_six_months_ago_is_to_be_read_again(keys: Path) -> None:
    fresh = sheet_text(sheet_in_folder(CASES, keys, "en", date(2026, 9, 30)))
    aged = sheet_text(sheet_in_folder(CASES, keys, "en", date(2026, 10, 1)))

    assert "To be read again" not in fresh
    assert "To be read again: last read 2026-03-31, over 6 months ago" in aged


def test_the_page_holds_each_rule_once_and_neither_a_script_nor_a_link_out(keys: Path) -> None:
    sheet = sheet_in_folder(CASES, keys, "id", TODAY)
    page = sheet_page(sheet)

    assert page.count("<section id=") == len(sheet.entries)
    assert "<script" not in page
    assert "http:" not in page and "https:" not in page  # noqa: PT018 -- one fact: nothing is loaded


def test_the_command_writes_the_page(keys: Path, tmp_path: Path) -> None:
    page = tmp_path / "aturan.html"
    arguments = ["rules", "--html", str(page), "--cases-dir", str(CASES), "--keys", str(keys)]

    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
