"""The small language of conditions."""

from __future__ import annotations

import pytest

from scenarios.condition import ConditionError, atoms, holds, holds_in, parse_condition

PICKED = {"mendesak": frozenset({"rendah"}), "langkah": frozenset({"catat", "lapor"}), "lewat": frozenset()}
COUNTERS = {"percaya": 2}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mendesak is rendah", True),
        ("mendesak is not rendah", False),
        ("langkah has lapor", True),
        ("langkah has not hapus", True),
        ("percaya >= 2", True),
        ("percaya < 2", False),
        ("percaya != -1", True),
        ("mendesak is tinggi or percaya = 2", True),
        ("mendesak is tinggi or percaya = 2 and langkah has hapus", False),
        ("(mendesak is tinggi or percaya = 2) and langkah has catat", True),
    ],
)
def test_a_condition_holds_as_it_reads(text: str, expected: bool) -> None:  # noqa: FBT001
    assert holds(parse_condition(text), PICKED, COUNTERS) is expected


def test_a_skipped_decision_picked_nothing() -> None:
    assert not holds(parse_condition("lewat is rendah"), PICKED, COUNTERS)
    assert holds(parse_condition("lewat is not rendah"), PICKED, COUNTERS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mendesak", "ends where “is”, “has” or a comparison"),
        ("mendesak is", "ends where an option was wanted"),
        ("mendesak is rendah percaya", "“percaya” at column 20"),
        ("(mendesak is rendah", "ends where “\\)” was wanted"),
        ("percaya >= banyak", "where a whole number was wanted"),
        ("__import__('os')", "“_” at column 1 is no part of a condition"),
        ("percaya > 1; x", "“;” at column 12"),
        ("", "ends where a decision or a counter was wanted"),
        ("(" * 21 + "percaya > 1" + ")" * 21, "more than 20 brackets"),
    ],
)
def test_what_is_no_condition_is_told_with_its_column(text: str, message: str) -> None:
    with pytest.raises(ConditionError, match=message):
        parse_condition(text)


def test_atoms_are_the_comparisons_from_left_to_right() -> None:
    comparisons = list(atoms(parse_condition("a is x and (b has y or c > 1)")))

    assert [getattr(atom, "decision", None) or atom.counter for atom in comparisons] == ["a", "b", "c"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("variant is besok", True),
        ("variant is not besok", False),
        ("variant is lama or variant is besok", True),
        ("variant is lama and percaya > 2", False),
        ("variant is besok and percaya > 2", None),
        ("percaya > 2", None),
    ],
)
def test_the_variant_alone_settles_some_conditions(text: str, expected: bool | None) -> None:  # noqa: FBT001
    assert holds_in(parse_condition(text), "besok") is expected


def test_a_condition_asks_for_the_variant_of_the_play() -> None:
    assert holds(parse_condition("variant is besok"), PICKED, COUNTERS, "besok")
    assert not holds(parse_condition("variant is besok"), PICKED, COUNTERS)
