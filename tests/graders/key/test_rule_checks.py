"""What a key must say of rules, once it names any."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.key.key import load_key
from graders.key.rules import RuleUse
from scenarios.case import Case
from scenarios.documents.problem import ProblemsError
from tests.parts.key_with_rules import write_key_with_rules
from tests.places import KEYS


def problems_of(case: Case, folder: Path, *changes: tuple[str, str]) -> str:
    write_key_with_rules(folder, *changes)
    with pytest.raises(ProblemsError) as caught:
        load_key(case, folder)
    return str(caught.value)


def test_a_key_without_rules_is_read_and_names_none(small_case: Case) -> None:
    assert load_key(small_case, KEYS).decisions["bicara"].uses("marah") == ()


def test_a_key_names_what_an_option_follows_and_breaks(small_case: Case, tmp_path: Path) -> None:
    write_key_with_rules(tmp_path)
    key = load_key(small_case, tmp_path)

    assert key.decisions["bicara"].uses("marah") == (RuleUse("tidak_menyalahkan", is_followed=False),)
    assert key.decisions["serah"].forbidding["sekolah"] == ("perlu_tahu",)


def test_once_a_key_names_rules_each_option_that_decides_names_one(small_case: Case, tmp_path: Path) -> None:
    message = problems_of(small_case, tmp_path, ("catat: [-dukungan_awal], ", ""))

    assert (
        "decisions.bicara.rules.catat: “catat” is partly and names no rule. Write catat: [+rule]" in message
    )


def test_a_neutral_option_needs_no_rule(small_case: Case, tmp_path: Path) -> None:
    write_key_with_rules(tmp_path)

    assert "kabar" not in load_key(small_case, tmp_path).decisions["langkah"].rules


def test_a_rule_that_is_not_there_is_told_with_its_line(small_case: Case, tmp_path: Path) -> None:
    message = problems_of(small_case, tmp_path, ("[+dukungan_awal]", "[+entah]"))

    assert "daftar-nilai.yaml:19: decisions.bicara.rules.dengar.0: there is no rule “entah”" in message


def test_a_sign_is_wanted_before_a_rule(small_case: Case, tmp_path: Path) -> None:
    assert "decisions.bicara.rules.dengar" in problems_of(
        small_case, tmp_path, ("[+dukungan_awal]", "[dukungan_awal]")
    )


def test_two_rules_whose_facts_exclude_each_other_do_not_stand_together(
    small_case: Case, tmp_path: Path
) -> None:
    message = problems_of(small_case, tmp_path, ("sedang: [+sedang]", "sedang: [+sedang, +hari_ini]"))

    assert "“sedang” and “hari_ini” never hold together: their facts differ" in message


def test_a_harm_wants_a_broken_rule_of_its_own_error(small_case: Case, tmp_path: Path) -> None:
    message = problems_of(small_case, tmp_path, ("[-tidak_menyalahkan]", "[-tanpa_janji_rahasia]"))

    assert "decisions.bicara.harm.marah: the harm of “marah” is E05, but it breaks no rule of E05" in message


def test_a_must_that_rests_on_the_labs_own_agreement_alone_is_refused(
    small_case: Case, tmp_path: Path
) -> None:
    message = problems_of(
        small_case, tmp_path, ("sekolah: [+sekolah_bersama]", "sekolah: [+sekolah_bertugas]")
    )

    assert "the must of “sekolah” rests only on rules that are the lab's own or unread" in message


def test_what_a_service_must_never_get_names_the_rule_that_forbids_it(
    small_case: Case, tmp_path: Path
) -> None:
    message = problems_of(small_case, tmp_path, ("{puspaga: [perlu_tahu], ", "{"))

    assert "what “puspaga” must never get rests on no rule of E15 that carries a flag" in message


def test_a_service_that_may_get_every_fact_names_no_rule_against_it(small_case: Case, tmp_path: Path) -> None:
    message = problems_of(
        small_case, tmp_path, ("unit_ppa: [perlu_tahu]}", "unit_ppa: [perlu_tahu], psikolog: [perlu_tahu]}")
    )

    assert "“psikolog” may get every fact, so that no rule forbids it one" in message
