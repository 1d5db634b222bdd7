"""Statistics give the figures that were published for the same data, and None where there is no figure."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from graders.report.statistics import (
    Answer,
    agreement,
    alpha_of_draws,
    coded,
    cronbach,
    feldt,
    hake_gain,
    item_rest,
    krippendorff_alpha,
    paired_change,
    percent_agreement,
    share,
    total_variation,
    wilson,
    zero_bound,
)

# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C: four observers, missing data.
FOUR_OBSERVERS = ("12332141 2...", "123322412 5.3", ".3332342 251.", "12332441 251.")
# The same paper, section A: two observers, binary; section B: two observers, nominal.
TWO_BINARY = ("0100000010", "1110010000")
TWO_NOMINAL = ("aabbdcccedda", "babbbccceddd")
# Student, Biometrika 6 (1908) 1: extra hours of sleep of ten patients with one drug and with the other.
SLEEP = (
    (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0),
    (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4),
)
# Fleiss, Psychological Bulletin 76 (1971): the worked table of 10 subjects, 14 raters and 5 categories
# that textbooks use for his kappa, with its mean agreement of 0.378.
TEN_SUBJECTS = (
    (0, 0, 0, 0, 14),
    (0, 2, 6, 4, 2),
    (0, 0, 3, 5, 6),
    (0, 3, 9, 2, 0),
    (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0),
    (3, 2, 6, 3, 0),
    (2, 5, 3, 2, 2),
    (6, 5, 2, 1, 0),
    (0, 2, 2, 3, 7),
)
# Documentation of pingouin.cronbach_alpha, data set “cronbach_wide_missing”: 12 persons, 11 items.
ELEVEN_ITEMS = (
    "11111111111",
    "11111111010",
    ".011.111100",
    "11101101100",
    "11111000100",
    "01.01111000",
    "11110010000",
    "11111000000",
    "01011000010",
    "10010100.00",
    "11100000000",
    "10010000000",
)


def answers(rows: Sequence[str]) -> list[list[Answer]]:
    return [[None if sign == "." else sign for sign in row if sign != " "] for row in rows]


def scores(rows: Sequence[str]) -> list[list[float | None]]:
    return [[None if sign == "." else float(sign) for sign in row] for row in rows]


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_is_that_of_newcombe_1998_table_1_method_3(
    count: int, n: int, low: float, high: float
) -> None:
    estimate = wilson(count, n)

    assert estimate is not None
    assert (estimate.low, estimate.high) == pytest.approx((low, high), abs=5e-5)


def test_wilson_stays_within_0_and_1_and_is_the_same_seen_from_either_side() -> None:
    for n in range(1, 40):
        for count in range(n + 1):
            one, other = wilson(count, n), wilson(n - count, n)
            assert one is not None
            assert other is not None
            assert 0 <= one.low <= count / n <= one.high <= 1
            assert one.low == pytest.approx(1 - other.high)


@pytest.mark.parametrize(("count", "n"), [(-1, 5), (6, 5), (0, -1)])
def test_more_than_all_is_no_share(count: int, n: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        wilson(count, n)


@pytest.mark.parametrize(("n", "percent"), [(30, 9.5), (70, 4.2)])
def test_the_bound_of_zero_is_that_of_scoring_md(n: int, percent: float) -> None:
    estimate = zero_bound(n)

    assert estimate is not None
    assert 100 * estimate == pytest.approx(percent, abs=0.05)


def test_the_bound_of_zero_is_exact_and_near_three_over_n() -> None:
    estimate = zero_bound(100)

    assert estimate is not None
    assert (1 - estimate) ** 100 == pytest.approx(0.05)
    assert estimate == pytest.approx(3 / 100, rel=0.02)  # Hanley and Lippman-Hand, JAMA 249 (1983) 1743


def test_a_share_carries_its_bound_only_where_nobody_was_counted() -> None:
    none, some = share(0, 30), share(3, 30)

    assert none is not None
    assert some is not None
    assert (none.share, none.bound) == (0, zero_bound(30))
    assert (some.share, some.bound) == (0.1, None)


def test_a_paired_change_is_that_of_student_1908() -> None:
    estimate = paired_change(*SLEEP)

    # R's t.test(extra ~ group, sleep, paired = TRUE): mean 1.58, interval 0.7001142 to 2.4598858.
    assert estimate is not None
    assert estimate.interval is not None
    assert estimate.n == 10
    assert estimate.change == pytest.approx(1.58)
    assert estimate.interval.low == pytest.approx(0.7001142, abs=1e-6)
    assert estimate.interval.high == pytest.approx(2.4598858, abs=1e-6)
    assert not estimate.balanced


def test_counterbalanced_forms_take_the_forms_difficulty_out() -> None:
    before, after = [40.0, 50.0, 60.0, 45.0, 55.0], [52.0, 60.0, 75.0, 55.0, 66.0]
    forms = ["a", "a", "a", "b", "b"]
    # Worked by hand: mean changes 37/3 and 10.5, so 11.4167; squares about them 38/3 and 0.5, pooled over
    # 3 degrees 4.3889; standard error ½·√(4.3889·(1/3 + 1/2)) = 0.95622; t(0.975; 3) = 3.18245.
    estimate = paired_change(before, after, forms)

    assert estimate is not None
    assert estimate.interval is not None
    assert estimate.balanced
    assert estimate.change == pytest.approx((37 / 3 + 10.5) / 2)
    assert estimate.interval.high - estimate.change == pytest.approx(3.18245 * 0.95622, abs=1e-4)

    harder = [score - 8 if form == "a" else score for score, form in zip(before, forms, strict=True)]
    later = [score - 8 if form == "b" else score for score, form in zip(after, forms, strict=True)]
    moved = paired_change(harder, later, forms)

    assert moved is not None
    assert moved.change == pytest.approx(estimate.change)
    assert moved.interval is not None
    assert moved.interval.low == pytest.approx(estimate.interval.low)


def test_who_missed_one_of_the_two_leaves_the_paired_change() -> None:
    estimate = paired_change([40, None, 50], [60, 80, 50])

    assert estimate is not None
    assert (estimate.n, estimate.change, estimate.before, estimate.after) == (2, 10, 45, 55)


def test_a_change_of_one_person_has_no_interval() -> None:
    estimate = paired_change([40], [60])

    assert estimate is not None
    assert (estimate.change, estimate.interval) == (20, None)


def test_three_forms_are_no_before_and_after() -> None:
    with pytest.raises(ValueError, match="two forms"):
        paired_change([1, 2, 3], [1, 2, 3], ["a", "b", "c"])


def test_hakes_gain_is_the_share_of_what_was_left_to_gain() -> None:
    # Table 1 of PMC8045292: a gain of 11.1 of 20 points, 225.8 % of the mean before; <g> 0.73.
    before = 11.1 / 2.258

    assert hake_gain(before, before + 11.1, most=20) == pytest.approx(0.73, abs=0.01)
    assert hake_gain(40, 70) == 0.5
    assert hake_gain(50, 40) == pytest.approx(-0.2)
    assert hake_gain(100, 100) is None


def test_percent_agreement_is_the_mean_agreement_of_fleiss() -> None:
    units = [[str(kind) for kind, n in enumerate(row) for _ in range(n)] for row in TEN_SUBJECTS]
    persons = [list(row) for row in zip(*units, strict=True)]

    assert percent_agreement(persons) == pytest.approx(0.378, abs=5e-4)


def test_alpha_is_that_of_krippendorff_2011() -> None:
    assert krippendorff_alpha(answers(TWO_BINARY)) == pytest.approx(0.095, abs=5e-4)
    assert krippendorff_alpha(answers(TWO_NOMINAL)) == pytest.approx(0.692, abs=5e-4)
    assert krippendorff_alpha(answers(FOUR_OBSERVERS)) == pytest.approx(0.743, abs=5e-4)


def test_two_observers_agree_as_often_as_their_answers_are_alike() -> None:
    assert percent_agreement(answers(TWO_BINARY)) == pytest.approx(0.6)


def many(chance: random.Random, persons: int, right: float) -> list[list[Answer]]:
    """Persons who know the answer of seven decisions with chance `right`, and guess one of three else."""
    return [
        [
            ("a" if chance.random() < right else chance.choice("abc")) if chance.random() < 0.95 else None
            for _ in range(7)
        ]
        for _ in range(persons)
    ]


def test_drawing_each_person_once_gives_alpha_itself() -> None:
    data = many(random.Random(5), 20, 0.4)

    estimate = alpha_of_draws(coded(data), np.ones((1, 20), dtype=np.int64))

    assert estimate[0] == pytest.approx(krippendorff_alpha(data))


def test_the_bootstrap_is_the_same_for_the_same_seed_and_holds_alpha() -> None:
    data = many(random.Random(6), 30, 0.5)
    one, again, other = agreement(data), agreement(data), agreement(data, seed=1)

    assert one == again
    assert one is not None
    assert other is not None
    assert one.interval != other.interval
    assert one.alpha is not None
    assert one.interval is not None
    assert one.interval.low < one.alpha < one.interval.high
    assert (one.persons, one.units) == (30, 7)


def test_copies_of_a_person_do_not_lift_the_interval() -> None:
    # Ten who guess: with pairs of copies, the middle of the resamples would lie near 1/10, not near 0.
    middles = []
    for seed in range(12):
        estimate = agreement(many(random.Random(seed), 10, 0), resamples=400)
        assert estimate is not None
        assert estimate.alpha is not None
        assert estimate.interval is not None
        middles.append((estimate.interval.low + estimate.interval.high) / 2 - estimate.alpha)

    assert abs(sum(middles) / len(middles)) < 0.03


@pytest.mark.parametrize(
    "data",
    [[], [[]], [["a"]], [["a", "b"]], [[None], [None]], [["a", None], [None, "b"]]],
)
def test_nothing_to_compare_is_no_agreement(data: list[list[Answer]]) -> None:
    assert agreement(data) is None
    assert percent_agreement(data) is None
    assert krippendorff_alpha(data) is None


def test_answers_that_are_all_alike_agree_but_have_no_alpha() -> None:
    estimate = agreement([["a", "a"]] * 8)

    assert estimate is not None
    assert (estimate.percent, estimate.alpha, estimate.interval) == (1, None, None)


def test_few_persons_have_no_interval() -> None:
    estimate = agreement(answers(FOUR_OBSERVERS))

    assert estimate is not None
    assert (estimate.persons, estimate.interval) == (4, None)


def test_total_variation_is_half_the_sum_of_the_differences() -> None:
    assert total_variation({"a": 6, "b": 4}, {"a": 1, "b": 3, "c": 1}) == pytest.approx(0.4)
    assert total_variation({"a": 2}, {"b": 9}) == 1
    assert total_variation({"a": 1, "b": 1}, {"b": 30, "a": 30}) == 0
    assert total_variation({"a": 1}, {}) is None


def test_cronbach_is_that_of_a_published_table() -> None:
    estimate = cronbach(scores(ELEVEN_ITEMS))

    # As told there, after listwise deletion, as R's psych::alpha(use = "complete.obs").
    assert estimate is not None
    assert (estimate.persons, estimate.items) == (9, 11)
    assert estimate.alpha == pytest.approx(0.8016949152542373)
    assert estimate.interval == feldt(estimate.alpha, 9, 11)


@pytest.mark.parametrize(
    ("alpha", "persons", "items", "low", "high", "within"),
    [
        # The same documentation; it counts all 12 persons, those with a gap too.
        (0.8016949152542373, 12, 11, 0.581, 0.933, 5e-4),
        (0.732660835214447, 12, 11, 0.435, 0.909, 5e-4),
        # Documentation of statpsych::ci.cronbach(.05, .85, 7, 89), whose second degrees are n(k - 1).
        (0.85, 89, 7, 0.7971254, 0.8931436, 1e-4),
        # scoring.md: 0.70 at n = 30 is 0.51 to 0.84; it is so for ten items.
        (0.70, 30, 10, 0.51, 0.84, 5e-3),
    ],
)
def test_feldts_interval_is_that_which_was_published(
    alpha: float, persons: int, items: int, low: float, high: float, within: float
) -> None:
    estimate = feldt(alpha, persons, items)

    assert estimate is not None
    assert (estimate.low, estimate.high) == pytest.approx((low, high), abs=within)


def test_item_rest_leaves_the_item_out_of_its_rest() -> None:
    # Worked by hand: item 1 is (1, 2, 3), the rest (2, 1, 3): covariance 0.5, both deviations 1.
    estimate = item_rest([[1, 1, 1], [2, 0, 1], [3, 1, 2]])

    assert estimate[0] == pytest.approx(0.5)


def test_an_item_that_everybody_solves_has_no_item_rest() -> None:
    assert item_rest([[1, 0, 1], [1, 1, 0], [1, 1, 1]])[0] is None


@pytest.mark.parametrize(
    "data",
    [[], [[]], [[1.0, 0.0]], [[1.0], [0.0]], [[1.0, 1.0], [1.0, 1.0]], [[1.0, None], [0.0, 1.0]]],
)
def test_scores_without_variety_have_no_reliability(data: list[list[float | None]]) -> None:
    assert cronbach(data) is None


@pytest.mark.parametrize(
    "none",
    [
        lambda: wilson(0, 0),
        lambda: share(0, 0),
        lambda: zero_bound(0),
        lambda: paired_change([], []),
        lambda: paired_change([None, 3], [4, None]),
        lambda: feldt(0.5, 1, 5),
        lambda: feldt(0.5, 5, 1),
        lambda: total_variation({}, {}),
    ],
)
def test_no_data_is_no_figure(none: Callable[[], object]) -> None:
    assert none() is None


def test_no_items_have_no_figures() -> None:
    assert item_rest([]) == ()


def test_persons_with_different_numbers_of_items_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="different numbers"):
        cronbach([[1, 2], [1]])
    with pytest.raises(ValueError, match="different numbers"):
        percent_agreement([["a"], ["a", "b"]])


def test_no_figure_is_ever_not_a_number() -> None:
    chance = random.Random(9)
    for _ in range(60):
        persons, items = chance.randrange(1, 7), chance.randrange(1, 5)
        table = [[chance.choice([None, 0.0, 1.0]) for _ in range(items)] for _ in range(persons)]
        words = [[None if score is None else str(score) for score in row] for row in table]
        estimate, agreed = cronbach(table), agreement(words, resamples=30)
        figures = [*item_rest(table), *(one.alpha for one in (estimate, agreed) if one)]
        for measure in (estimate, agreed):
            if measure is not None and measure.interval is not None:
                figures += [measure.interval.low, measure.interval.high]
        assert all(figure is None or math.isfinite(figure) for figure in figures)
