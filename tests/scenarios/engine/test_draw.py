"""Which variant a play gets: balanced, another one the second time, and what the facilitator set."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from scenarios.case import Case, NoSuchVariantError
from scenarios.engine.draw import Draw, VariantChoiceError, chosen_variants


def test_each_variant_is_as_likely_as_any_other(varied_case: Case) -> None:
    chance = Random(1)
    drawn = Counter(Draw().variant(varied_case, f"{chance.getrandbits(128):032x}") for _ in range(2000))

    assert drawn.keys() == {"baru", "lama"}
    assert abs(drawn["baru"] - 1000) < 100


def test_the_same_play_id_draws_the_same_variant(varied_case: Case) -> None:
    assert Draw().variant(varied_case, "0" * 32) == "baru"
    assert Draw().variant(varied_case, "0" * 31 + "1") == "lama"


def test_a_second_play_of_the_same_person_gets_another_variant(varied_case: Case) -> None:
    for play in ("0" * 32, "0" * 31 + "1"):
        assert Draw(own=("baru",)).variant(varied_case, play) == "lama"
        assert Draw(own=("lama", "baru", "lama")).variant(varied_case, play) == "baru"


def test_a_room_plays_all_variants_equally_often(varied_case: Case) -> None:
    room: list[str] = []
    for _ in range(31):
        variant = Draw(room=room).variant(varied_case, "0" * 32)
        assert variant is not None
        room.append(variant)

    assert Counter(room) == {"baru": 16, "lama": 15}


def test_what_the_facilitator_set_is_played(varied_case: Case) -> None:
    assert Draw(chosen="lama", own=("lama",)).variant(varied_case, "0" * 32) == "lama"
    with pytest.raises(NoSuchVariantError):
        Draw(chosen="besok").variant(varied_case, "0" * 32)


def test_a_case_without_variants_draws_none(small_case: Case) -> None:
    assert Draw().variant(small_case, "0" * 32) is None


def test_what_a_facilitator_chose_is_read_by_case_and_nothing_means_drawn() -> None:
    assert chosen_variants(["teman-gim=lewat", " lain = a ", "kasus="]) == {
        "teman-gim": "lewat",
        "lain": "a",
        "kasus": "",
    }


@pytest.mark.parametrize("typed", ["teman-gim", "=lewat", ""])
def test_a_choice_without_a_case_or_a_sign_says_how_it_is_written(typed: str) -> None:
    with pytest.raises(VariantChoiceError, match="Write CASE=VARIANT"):
        chosen_variants([typed])
