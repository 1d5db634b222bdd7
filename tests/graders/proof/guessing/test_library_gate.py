"""Who is held to the measures, and what is printed of a library."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.key.key import KEYS as LIBRARY_KEYS
from graders.key.key import load_key
from graders.proof.guessing.case_gate import CaseGuessing, case_guessing, guessing_problems
from graders.proof.guessing.consequences import avoidance
from graders.proof.guessing.figures import library_figures, word_hits
from graders.proof.guessing.library_gate import library_problems
from graders.proof.guessing.question import KeyedCase, by_case, pairs_of
from graders.proof.guessing.same_answer import same_answer
from scenarios.case import Case
from scenarios.documents.document import Document, read_document
from scenarios.library import CASES, practice_ids
from scenarios.loader import load_case
from tests.parts.guessed_library import fair_library, keyed_case, single
from tests.places import KEYS, VARIANTS

KEY = "daftar-nilai.yaml"
OPTIONS = {"satu": "Diam supaya reda", "dua": "Menanyakan kabar", "tiga": "Pergi supaya aman"}


@pytest.fixture
def document() -> Document:
    return read_document(KEYS / KEY)


def figures(pairs: list[KeyedCase]) -> list[CaseGuessing]:
    return [
        CaseGuessing(case, len(variants), avoidance(variants), same_answer(variants))
        for case, variants in by_case(pairs).items()
    ]


def bad_library(variants: int) -> list[KeyedCase]:
    cases = [keyed_case(f"kasus-{at}", [single("pilih", OPTIONS, "dua")]) for at in range(12)]
    return [pair for pair in cases for _ in range(variants)]


def test_a_fair_library_passes_every_measure(document: Document) -> None:
    pairs = fair_library()

    assert [str(problem) for problem in library_problems(document, pairs, figures(pairs))] == []


@pytest.mark.parametrize(("variants", "level"), [(1, "warning"), (2, "error")])
def test_cases_with_variants_are_held_to_it_and_others_are_warned(
    document: Document, variants: int, level: str
) -> None:
    pairs = bad_library(variants)

    problems = library_problems(document, pairs, figures(pairs))

    assert {problem.rule for problem in problems} >= {"words", "cue"}
    assert {problem.level for problem in problems} == {level}
    assert {Path(problem.file).name for problem in problems} == {KEY}


def test_of_a_mixed_library_what_the_others_tell_is_no_error(document: Document) -> None:
    others = [(case.model_copy(update={"id": f"lama-{case.id}"}), key) for case, key in bad_library(1)]
    pairs = [*fair_library(), *others]

    problems = library_problems(document, pairs, figures(pairs))

    assert problems
    assert {problem.level for problem in problems} == {"warning"}


def test_a_case_is_a_pair_for_each_of_its_variants(small_case: Case, varied_case: Case) -> None:
    key, varied = load_key(small_case, KEYS), load_key(varied_case, VARIANTS / "keys")

    assert pairs_of(small_case, key) == ((small_case, key),)
    assert [(case.variant, own.variant) for case, own in pairs_of(varied_case, varied)] == [
        (name, name) for name in varied_case.variants
    ]


def test_a_case_with_variants_that_tell_the_same_is_an_error(document: Document) -> None:
    (case, key), _ = bad_library(2)[:2]
    alike = CaseGuessing(case.id, 2, avoidance([(case, key)]), same_answer([(case, key)] * 2))

    levels = {problem.rule: problem.level for problem in guessing_problems(document, case, key, alike)}

    assert levels["same-answer"] == "error"


def test_the_figures_of_the_library_are_told_measure_by_measure() -> None:
    library = [load_case(CASES / case_id) for case_id in practice_ids()]
    keyed = [(case, load_key(case, LIBRARY_KEYS)) for case in library]
    pairs = [pair for case, key in keyed for pair in pairs_of(case, key)]
    cases = [case_guessing(case, key) for case, key in keyed]

    rows = {row.measure: row for row in library_figures(pairs, cases)}

    assert rows["words of other cases (id), where one option is picked"].over.endswith(" decisions")
    assert rows["words of other cases (en), where several options are picked"].allowed.endswith("%")
    assert rows["reasons (id), in keyed and in other options"].chance
    assert rows["away from effects and next, S"].over == f"{len(by_case(pairs))} cases"
    assert any(measure.startswith("ratings, always step") for measure in rows)


def test_what_words_hit_is_told_by_case() -> None:
    rows = word_hits(bad_library(1))

    assert [(row.case, row.language, row.decisions) for row in rows[:2]] == [
        ("kasus-0", "id", 1),
        ("kasus-1", "id", 1),
    ]
    assert {row.hits for row in rows} == {("pilih dua",)}
    assert sum(len(row.hits) for row in word_hits(fair_library())) < 12
