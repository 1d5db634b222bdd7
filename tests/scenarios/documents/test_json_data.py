"""How deep JSON from outside may go, and that nothing further in falls over what is deeper."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scenarios.documents.document import MAX_DEPTH
from scenarios.documents.json_data import json_data
from scenarios.engine.hand_in import HandInError, parse_hand_in
from scenarios.engine.record import RecordError, parse_record


def in_lists(levels: int) -> str:
    return "[" * levels + "1" + "]" * levels


def in_maps(levels: int) -> str:
    return '{"a":' * levels + "1" + "}" * levels


@pytest.mark.parametrize("nested", [in_lists, in_maps])
def test_as_many_levels_as_may_be_are_read(nested: Callable[[int], str]) -> None:
    assert str(json_data(nested(MAX_DEPTH))).count("1") == 1


@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, 960, 980, 990, 1000, 100_000])
@pytest.mark.parametrize("nested", [in_lists, in_maps])
def test_a_level_more_is_refused(nested: Callable[[int], str], levels: int) -> None:
    with pytest.raises(ValueError, match="nested too deeply, in more than 40 levels"):
        json_data(nested(levels))


@pytest.mark.parametrize("text", ["", "[1", "halo", "[" * 500_000, '{"a":' * 200_000, b"\xff\xfe["])
def test_what_is_no_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        json_data(text)


def test_no_depth_of_a_record_or_of_its_card_is_more_than_a_sentence() -> None:
    for levels in range(MAX_DEPTH, 1100):
        nested = in_lists(levels)
        line = f'{{"n":0,"chain":"","event":"started","format":1,"x":{nested}}}\n'
        with pytest.raises(RecordError, match=r"decisions\.jsonl:1"):
            parse_record(line.encode())
        with pytest.raises(HandInError, match=r"handin\.json"):
            parse_hand_in(f'{{"format":{nested}}}'.encode())
