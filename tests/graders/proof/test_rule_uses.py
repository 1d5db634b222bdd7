"""One rule, one answer: what a check says of keys that answer a rule in two ways."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from graders.key.key import load_key
from graders.key.rules import RULES, load_rules
from graders.proof.rule_uses import applied_options, unused_problems
from release.author.check import Bench, check_library, rule_problems
from scenarios.case import Case
from scenarios.documents.document import read_document
from tests.parts.key_with_rules import write_key_with_rules
from tests.places import GUIDES, KEYS


def problems_of(case: Case, folder: Path, *changes: tuple[str, str]) -> list[str]:
    write_key_with_rules(folder, *changes)
    return [str(problem) for problem in rule_problems([(case, load_key(case, folder))], folder, whole=False)]


def test_a_key_whose_options_say_what_their_rules_say_has_no_problem(
    small_case: Case, tmp_path: Path
) -> None:
    assert problems_of(small_case, tmp_path) == []


def test_a_key_without_rules_has_no_problem(small_case: Case) -> None:
    assert list(rule_problems([(small_case, load_key(small_case, KEYS))], KEYS, whole=True)) == []


def test_what_breaks_a_rule_is_not_right_and_is_told_beside_what_is_wrong_by_it(
    small_case: Case, tmp_path: Path
) -> None:
    (message,) = problems_of(small_case, tmp_path, ("dengar: [+dukungan_awal]", "dengar: [-dukungan_awal]"))

    assert "decisions.bicara.rules.dengar: “dengar” is right, but breaks the rule “dukungan_awal”" in message
    assert "“catat” of daftar-nilai.bicara breaks it and is partly" in message


def test_what_follows_a_rule_and_breaks_none_is_right_and_is_told_beside_what_is(
    small_case: Case, tmp_path: Path
) -> None:
    (message,) = problems_of(
        small_case, tmp_path, ("puspaga: [-puspaga_teruskan]", "puspaga: [+catat_pengenal]")
    )

    assert "“puspaga” is wrong, but follows the rule “catat_pengenal” and breaks none" in message
    assert "“catat” of daftar-nilai.langkah follows it and is right" in message


def test_a_neutral_option_does_not_follow_a_rule_by_which_another_is_right(
    small_case: Case, tmp_path: Path
) -> None:
    (message,) = problems_of(
        small_case, tmp_path, ("minta: [+urutan_digital]", "minta: [+urutan_digital], kabar: [+sandi_anak]")
    )

    assert (
        "“kabar” counts for nothing, but follows the rule by which “sandi” of daftar-nilai.langkah" in message
    )


def test_what_breaks_a_rule_of_a_critical_error_is_flagged_everywhere(
    small_case: Case, tmp_path: Path
) -> None:
    (message,) = problems_of(small_case, tmp_path, ("catat: [-dukungan_awal]", "catat: [-tidak_menyalahkan]"))

    assert "“catat” breaks the rule “tidak_menyalahkan” and is not flagged by E05" in message
    assert "as “marah” of daftar-nilai.bicara is" in message


@pytest.mark.parametrize("name", ["lapor_3x24", "tanpa_damai"])
def test_a_rule_that_no_key_applies_is_told_at_its_line(name: str, small_case: Case, tmp_path: Path) -> None:
    write_key_with_rules(tmp_path)
    problems = list(rule_problems([(small_case, load_key(small_case, tmp_path))], tmp_path, whole=True))

    document = read_document(RULES)
    (message,) = [problem for problem in problems if problem.path == f"rules.{name}"]
    assert message.line == document.lines[("rules", name)]
    assert message.fault == f"no key applies the rule “{name}”"


def test_a_critical_error_without_a_rule_is_told(small_case: Case, tmp_path: Path) -> None:
    write_key_with_rules(tmp_path)
    options = list(applied_options(small_case, load_key(small_case, tmp_path)))
    rules = {name: rule for name, rule in load_rules().items() if rule.error != "E12"}

    faults = [p.fault for p in unused_problems(read_document(RULES), rules, ["E05", "E12"], options)]

    assert "no rule is tied to the critical error E12" in faults
    assert "no rule is tied to the critical error E05" not in faults


def test_the_check_of_cases_tells_two_answers_to_one_rule(small_case_folder: Path, tmp_path: Path) -> None:
    write_key_with_rules(tmp_path, ("dengar: [+dukungan_awal]", "dengar: [-dukungan_awal]"))
    bench = Bench(tmp_path, date(2026, 11, 22), GUIDES, plays=0)

    library = check_library([small_case_folder], bench, whole=False, workers=1)

    assert "rule-answer" in {problem.rule for problem in library.problems}
