"""The rules that keys rest on: read whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.key.critical_errors import load_critical_errors
from graders.key.rules import load_rules, rule_use
from scenarios.documents.problem import ProblemsError

RULE = """\
rules:
  aturan:
    text: {id: teks, en: text}
    facts: {id: fakta, en: facts}
    otherwise: lainnya
    mark: law
    sources: [L1]
    error: E07
  lainnya:
    text: {id: teks, en: text}
    mark: prop
    sources: [LAB]
"""


def problems_of(folder: Path, *changes: tuple[str, str]) -> str:
    text = RULE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file = folder / "rules.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ProblemsError) as caught:
        load_rules(file)
    return str(caught.value)


def test_every_critical_error_is_tied_to_a_rule_of_the_lab() -> None:
    tied = {rule.error for rule in load_rules().values()} - {None}

    assert tied == set(load_critical_errors())


def test_what_the_lab_agreed_on_alone_carries_no_flag() -> None:
    rules = load_rules()

    assert rules["lapor_3x24"].carries_a_flag
    assert not rules["lapor_awal"].carries_a_flag
    assert not rules["supervisi"].carries_a_flag


def test_where_the_facts_of_a_rule_differ_another_rule_is_named() -> None:
    assert load_rules()["tanpa_damai"].otherwise == "hanya_sppa"
    assert load_rules()["platform_segera"].otherwise == "platform_tanya_polisi"


def test_a_use_says_whether_the_rule_is_followed_or_broken() -> None:
    assert rule_use("+temani") == ("temani", True)
    assert rule_use("-temani") == ("temani", False)


def test_a_source_that_is_not_there_is_told_with_its_line(tmp_path: Path) -> None:
    message = problems_of(tmp_path, ("[L1]", "[X9]"))

    assert "rules.yaml:7: rules.aturan.sources: there is no source “X9”" in message


def test_a_mark_that_no_source_bears_is_refused(tmp_path: Path) -> None:
    message = problems_of(tmp_path, ("[L1]", "[L10]"))

    assert "rules.yaml:6: rules.aturan.mark: the mark is “law”, but no source that was read is law" in message


def test_an_otherwise_that_points_nowhere_is_refused(tmp_path: Path) -> None:
    message = problems_of(tmp_path, ("otherwise: lainnya", "otherwise: entah"))

    assert "there is no other rule “entah”" in message


def test_an_otherwise_wants_facts(tmp_path: Path) -> None:
    message = problems_of(tmp_path, ("    facts: {id: fakta, en: facts}\n", ""))

    assert "another rule holds otherwise, but nothing says when this one does" in message


def test_a_harm_cannot_be_tied_to_a_rule_that_the_lab_agreed_on(tmp_path: Path) -> None:
    message = problems_of(tmp_path, ("mark: law", "mark: prop"))

    place = "rules.yaml:8: rules.aturan.error"
    assert f"{place}: E07 is of the grade harm, but the mark of this rule is “prop”" in message


def test_an_error_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "there is no critical error “E99”" in problems_of(tmp_path, ("E07", "E99"))
