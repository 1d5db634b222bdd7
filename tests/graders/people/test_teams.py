"""What talking changed: people's own answers beside those of their tables, and nothing of a few."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from graders.key.key import load_key
from graders.people.cohort import TeamAnswer
from graders.people.teams import TalkChange, majority, talk_change
from scenarios.decision import Decision
from scenarios.kinds.referral import Handover
from scenarios.loader import load_case
from scenarios.pick import Pick
from tests.places import CASES, KEYS

PART = load_case(CASES / "daftar-nilai")
KEY = load_key(PART, KEYS)


def decision(name: str) -> Decision:
    return next(one for one in PART.key_decisions() if one.id == name)


def change(name: str, *tables: tuple[Sequence[Pick], Pick]) -> TalkChange | None:
    answers = [TeamAnswer(PART.id, name, None, tuple(alone), settled) for alone, settled in tables]
    return talk_change(decision(name), KEY, answers)


def test_a_table_that_settles_on_what_most_had_answered_has_not_changed() -> None:
    heard = change("mendesak", *[(("sedang", "sedang", "rendah"), "sedang")] * 5)

    assert heard is not None
    assert (heard.majorities, heard.changed) == (5, 0)


def test_scores_are_compared_table_by_table() -> None:
    small, large = (("rendah",), "sedang"), (("sedang", "sedang", "sedang"), "sedang")

    heard = change("mendesak", small, *[large] * 4)

    assert heard is not None
    assert (heard.teams, heard.people) == (5, 13)
    assert heard.before == pytest.approx(4 / 5)  # not 12/13: a table counts once
    assert heard.after == 1.0
    assert heard.changed == 1


@pytest.mark.parametrize("tables", [1, 4])
def test_of_fewer_than_five_tables_nothing_is_told(tables: int) -> None:
    assert change("mendesak", *[(("sedang",) * 6, "rendah")] * tables) is None


def test_a_table_of_which_nobody_answered_alone_is_in_no_figure() -> None:
    assert change("mendesak", *[(("sedang",), "sedang")] * 4, ((), "sedang")) is None


def test_half_is_no_majority() -> None:
    assert majority(decision("mendesak"), ("sedang", "rendah")) is None
    assert majority(decision("mendesak"), ("sedang", "rendah", "sedang")) == "sedang"


def test_in_which_order_steps_were_picked_is_no_difference_but_in_an_order_it_is() -> None:
    steps, order = decision("langkah"), decision("urutan")

    assert majority(steps, (("catat", "minta"), ("minta", "catat"), ("kabar",))) == ("catat", "minta")
    assert (
        majority(order, (("aman", "setuju", "sekolah", "pantau"), ("setuju", "aman", "sekolah", "pantau")))
        is None
    )


def test_who_is_called_how_soon_and_with_what_makes_an_answer() -> None:
    serah = decision("serah")

    def called(urgency: str, *packet: str) -> tuple[Handover, ...]:
        return (Handover(service="sekolah", urgency=urgency, packet=packet),)

    same = called("jam", "tindakan", "usia"), called("jam", "usia", "tindakan")
    assert majority(serah, same) == same[0]
    assert majority(serah, (called("jam"), called("hari"))) is None


def test_a_harmful_answer_counts_nothing() -> None:
    heard = change("bicara", *[(("dengar", "marah"), "marah")] * 5)

    assert heard is not None
    assert (heard.before, heard.after) == (0.5, 0.0)
