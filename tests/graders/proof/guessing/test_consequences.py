"""Whether the structure of a case tells its key."""

from __future__ import annotations

import pytest

from graders.proof.guessing.case_gate import CaseGuessing, case_guessing, case_leaks
from graders.proof.guessing.consequences import avoidance, structure_of
from graders.proof.guessing.library_gate import library_leaks
from graders.proof.guessing.question import KeyedCase, by_case
from graders.proof.guessing.same_answer import same_answer
from tests.parts.guessed_library import END, fair_library, keyed_case, single, with_right

OPTIONS = {"benar": "Datang", "satu": "Diam", "dua": "Pergi", "tiga": "Kembali"}
ELSEWHERE = [{"if": f"pilih is {option}", "go": END} for option in ("satu", "dua", "tiga")]


def betraying(case_id: str = "kasus") -> KeyedCase:
    """A case in which each wrong option leads elsewhere."""
    return keyed_case(case_id, [single("pilih", OPTIONS, "benar", next=ELSEWHERE)])


def figures(*variants: KeyedCase) -> CaseGuessing:
    return CaseGuessing(variants[0][0].id, len(variants), avoidance(variants), same_answer(variants))


def test_whoever_keeps_away_from_what_is_named_finds_the_one_that_is_left() -> None:
    result = avoidance([betraying()])

    assert result.reader == pytest.approx(100)
    assert result.chance == pytest.approx(25, abs=5)
    assert (result.wrong, result.right) == (("pilih satu", "pilih dua", "pilih tiga"), ())
    assert avoidance([betraying()]) == result


def test_a_case_with_variants_whose_structure_tells_is_told_with_its_options() -> None:
    variants = [betraying(), betraying()]

    (leak,) = (leak for leak in case_leaks(variants, figures(*variants)) if leak.rule == "consequences")

    assert "who keeps away from what “effects” and “next” name gets S 100, any pick gets 2" in leak.fault
    assert "3 are never keyed (pilih satu, pilih dua, pilih tiga), and 0 are (none)" in leak.fault
    assert leak.remedy.startswith("Let right picks lead somewhere too")


def test_a_library_whose_structure_tells_is_told_with_its_cases() -> None:
    pairs = [betraying("kasus-1"), betraying("kasus-2")]
    leaks = library_leaks(pairs, [figures(pair) for pair in pairs], set(by_case(pairs)))

    (fault,) = (leak.fault for leak in leaks if leak.rule == "consequences")

    assert "gets S 100 in the library" in fault
    assert "kasus-1 +" in fault


def test_consequences_of_every_option_tell_nothing() -> None:
    pairs = fair_library()
    cases = [figures(*variants) for variants in by_case(pairs).values()]

    assert structure_of(pairs[0][0]).consequences == {"satu": frozenset("abcd")}
    assert [
        leak for leak in library_leaks(pairs, cases, set(by_case(pairs))) if leak.rule == "consequences"
    ] == []


def test_a_counter_that_rises_for_what_is_right_tells_it_too() -> None:
    effects = [{"if": "pilih is benar", "add": {"percaya": 1}}]
    result = avoidance([keyed_case("kasus", [single("pilih", OPTIONS, "benar", effects=effects)])])

    assert result.away == pytest.approx(0)
    assert result.signed == pytest.approx(100)
    assert (result.wrong, result.right) == ((), ("pilih benar",))


def test_what_leads_elsewhere_unless_it_is_picked_is_sought() -> None:
    ways = [{"if": "pilih is not benar", "go": END}]
    structure = structure_of(keyed_case("kasus", [single("pilih", OPTIONS, "benar", next=ways)])[0])

    assert (structure.losses, structure.gains) == ({}, {"pilih": frozenset({"benar"})})


def test_a_structure_that_fits_one_of_two_variants_is_worth_half() -> None:
    result = avoidance([betraying(), with_right(betraying(), {"pilih": "dua"})])

    assert result.reader == pytest.approx(50)
    assert result.right == ("pilih dua",)


def test_the_figures_of_a_case_of_one_variant_are_those_of_its_key() -> None:
    case, key = betraying()

    assert case_guessing(case, key) == figures((case, key))
