"""The statistics of a class of 30 to 70, as pure functions over numbers (scoring.md).

Every function names its formula and where it was published. Where the data cannot carry a figure (nobody
answered, one person, no variance), it gives None: never a crash, and never NaN. Intervals
are of 95 % unless told otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import krippendorff
import numpy as np
from numpy.typing import NDArray
from scipy import special  # of scipy.stats, which takes a second to import, three quantiles would be used

CONFIDENCE = 0.95
RESAMPLES = 1000
SEED = 20260401
LEAST_DRAWN = 5
REVIEW_BELOW = 0.2
_PAIR = 2
_ITEMS = 2
_ZERO = 1e-12

Answer: TypeAlias = str | None
Scores: TypeAlias = Sequence[Sequence[float | None]]
Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Interval:
    """The ends of an interval, low <= high, in the units of what it is about."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ShareEstimate:
    """A share, count of n people. bound: what the share can be at most, where nobody was counted."""

    count: int
    n: int
    share: float
    interval: Interval
    bound: float | None


@dataclass(frozen=True, slots=True)
class PairedChange:
    """The change from before to after, of persons who did both.

    n: persons; before, after: means in points; change: in points; interval: None where the data carry
    none; balanced: whether both orders of the forms were there, so that the forms' own difficulty is out
    of the change; gain: Hake's <g>.
    """

    n: int
    before: float
    after: float
    change: float
    interval: Interval | None
    balanced: bool
    gain: float | None


@dataclass(frozen=True, slots=True)
class MeanEstimate:
    """The mean of n figures; interval: None where there is but one."""

    n: int
    mean: float
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far persons agree over several units (decisions, options).

    percent: 0..1, mean pairwise agreement; alpha: Krippendorff's, nominal, up to 1, 0 by chance; interval:
    of alpha; persons, units: those with something to compare.
    """

    percent: float
    alpha: float | None
    interval: Interval | None
    persons: int
    units: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """Cronbach's alpha, with Feldt's interval; persons: those with every item; items: how many."""

    alpha: float
    interval: Interval | None
    persons: int
    items: int


def wilson(count: float, n: int, confidence: float = CONFIDENCE) -> Interval | None:
    """The score interval of a share, `count` of `n`; None where n is 0.

    (p + z²/2n ± z·sqrt(p(1−p)/n + z²/4n²)) / (1 + z²/n): Wilson, J. Am. Stat. Assoc. 22 (1927) 209;
    method 3 of Newcombe, Statistics in Medicine 17 (1998) 857. For a mean of `n` figures between 0 and
    1, `count` their sum, it is wide enough too: none varies more than a share of the same mean (Bhatia
    and Davis, Am. Math. Monthly 107 (2000) 353). Raises ValueError where 0 <= count <= n does not hold.
    """
    if not 0 <= count <= n:
        raise ValueError(f"{count} of {n} is no share")
    if n == 0:
        return None
    z, p = float(special.ndtri((1 + confidence) / 2)), count / n
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # At 0 and at n the formula gives 0 and 1; what is left of them is rounding.
    low = 0.0 if count == 0 else (middle - half) / scale
    high = 1.0 if count == n else (middle + half) / scale
    return Interval(low, high)


def zero_bound(n: int, confidence: float = CONFIDENCE) -> float | None:
    """How large a share can be of which `n` people showed nobody: 1 − 0.05^(1/n); None where n is 0.

    The exact one-sided bound of the binomial (Clopper and Pearson, Biometrika 26 (1934) 404), of which
    3/n is the rule of thumb (Hanley and Lippman-Hand, JAMA 249 (1983) 1743).
    """
    return float(1 - (1 - confidence) ** (1 / n)) if n > 0 else None


def share(count: int, n: int) -> ShareEstimate | None:
    """`count` of `n` with Wilson's interval, and with the bound of zero where nobody was counted.

    None where n is 0; raises ValueError as `wilson` does.
    """
    interval = wilson(count, n)
    if interval is None:
        return None
    return ShareEstimate(count, n, count / n, interval, zero_bound(n) if count == 0 else None)


def paired_change(
    before: Sequence[float | None],
    after: Sequence[float | None],
    first_form: Sequence[str] | None = None,
    *,
    most: float = 100,
    confidence: float = CONFIDENCE,
) -> PairedChange | None:
    """The change from `before` to `after`, the same person at the same place; None where nobody did both.

    first_form: which form each person had before; where there are two and some had each, the change is
    the mean of the two orders' mean changes, so that a harder form favours neither side (the period
    effect of a two-period cross-over: Hills and Armitage, Br. J. Clin. Pharmacol. 8 (1979) 7). Its
    t interval has the pooled variance and n1 + n2 − 2 degrees of freedom. With one order it is the
    paired t interval, mean ± t·s/√n (Student, Biometrika 6 (1908) 1), n − 1 degrees. most: the points
    of a full score. Raises ValueError where the lengths differ, or there are more than two forms.
    """
    forms = [""] * len(before) if first_form is None else list(first_form)
    orders: dict[str, list[tuple[float, float]]] = {}
    for early, late, form in zip(before, after, forms, strict=True):
        if early is not None and late is not None:
            orders.setdefault(form, []).append((early, late))
    if not orders:
        return None
    if len(orders) > _PAIR:
        raise ValueError(f"{', '.join(sorted(orders))}: before and after have two forms, not {len(orders)}")
    groups = [np.array(pairs, dtype=np.float64) for pairs in orders.values()]
    changes = [group[:, 1] - group[:, 0] for group in groups]
    means = [float(np.mean([group[:, side].mean() for group in groups])) for side in (0, 1)]
    mean = float(np.mean([change.mean() for change in changes]))
    return PairedChange(
        n=sum(len(group) for group in groups),
        before=means[0],
        after=means[1],
        change=mean,
        interval=_t_interval(mean, changes, confidence),
        balanced=len(groups) == _PAIR,
        gain=hake_gain(means[0], means[1], most=most),
    )


def mean_estimate(figures: Sequence[float], confidence: float = CONFIDENCE) -> MeanEstimate | None:
    """The mean with its t interval, mean ± t·s/√n (Student, Biometrika 6 (1908) 1); None for no figure."""
    if not figures:
        return None
    values = np.array(figures, dtype=np.float64)
    mean = float(values.mean())
    return MeanEstimate(len(figures), mean, _t_interval(mean, [values], confidence))


def _t_interval(mean: float, changes: Sequence[Floats], confidence: float) -> Interval | None:
    n = sum(change.size for change in changes)
    degrees = n - len(changes)
    if degrees < 1:
        return None
    pooled = sum(float(((change - change.mean()) ** 2).sum()) for change in changes) / degrees
    error = math.sqrt(pooled * sum(1 / change.size for change in changes)) / len(changes)
    half = float(special.stdtrit(degrees, (1 + confidence) / 2)) * error
    return Interval(mean - half, mean + half)


def hake_gain(before: float, after: float, *, most: float = 100) -> float | None:
    """The class average normalised gain <g> = (after − before) / (most − before), of two class means.

    Hake, Am. J. Phys. 66 (1998) 64. None where before is full already: nothing was left to gain.
    """
    return (after - before) / (most - before) if most - before > _ZERO else None


def percent_agreement(answers: Sequence[Sequence[Answer]]) -> float | None:
    """How often two persons gave the same answer: 0..1, the mean over the units that two or more answered.

    answers: persons × units, None where a person gave none. For a unit with n_c of n answers alike,
    Σ n_c(n_c − 1) / n(n − 1): Fleiss, Psychological Bulletin 76 (1971) 378. None where no unit has two.
    """
    counts = _counts(coded(answers))
    n = counts.sum(axis=1)
    counts, n = counts[n >= _PAIR], n[n >= _PAIR]
    if n.size == 0:
        return None
    return float(np.mean((counts * (counts - 1)).sum(axis=1) / (n * (n - 1))))


def krippendorff_alpha(answers: Sequence[Sequence[Answer]]) -> float | None:
    """Krippendorff's α for nominal answers; 1 is agreement, 0 what chance gives.

    answers: persons × units, None where a person gave none. Krippendorff, Content Analysis (Sage 2004)
    chapter 11, and Computing Krippendorff's Alpha-Reliability (2011). None where no unit has two answers,
    or where all answers are alike: without variety α is not defined.
    """
    counts = _counts(coded(answers))
    counts = counts[counts.sum(axis=1) >= _PAIR]
    if (counts.sum(axis=0) > 0).sum() < _PAIR:
        return None
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))


def agreement(
    answers: Sequence[Sequence[Answer]],
    *,
    seed: int = SEED,
    resamples: int = RESAMPLES,
    confidence: float = CONFIDENCE,
) -> Agreement | None:
    """Percent agreement and α of `answers` (persons × units), with a bootstrap interval of α.

    Persons are drawn again, with the percentile interval (Efron and Tibshirani, An Introduction to the
    Bootstrap, 1993, chapter 13; for α, Zapf and others, BMC Med. Res. Methodol. 16 (2016) 93). Zapf draws
    units, which are a sample there; here the decisions of a case are all there are, six to eight, and it
    is the persons who stand for others of their kind. A person who is drawn twice agrees with the copy by
    nature, so pairs of copies are left out of the observed agreement, as a U-statistic's bootstrap does
    (Arcones and Giné, Annals of Statistics 20 (1992) 655). The same seed gives the same interval. None
    where nothing can be compared.
    """
    codes = coded(answers)
    percent = percent_agreement(answers)
    if percent is None:
        return None
    alpha = krippendorff_alpha(answers)
    comparable = codes[:, (codes >= 0).sum(axis=0) >= _PAIR]
    return Agreement(
        percent=percent,
        alpha=alpha,
        interval=None if alpha is None else _bootstrap(comparable, seed, resamples, confidence),
        persons=int((comparable >= 0).any(axis=1).sum()),
        units=comparable.shape[1],
    )


def _bootstrap(codes: Codes, seed: int, resamples: int, confidence: float) -> Interval | None:
    codes = codes[(codes >= 0).any(axis=1)]
    persons = codes.shape[0]
    if persons < LEAST_DRAWN:
        return None
    draws = np.random.default_rng(seed).multinomial(persons, [1 / persons] * persons, size=resamples)
    alphas = alpha_of_draws(codes, draws)
    alphas = alphas[np.isfinite(alphas)]
    if alphas.size * 2 < resamples:
        return None
    tail = (1 - confidence) / 2
    low, high = np.quantile(alphas, [tail, 1 - tail])
    return Interval(float(low), float(high))


def alpha_of_draws(codes: Codes, draws: NDArray[np.int64]) -> Floats:
    """α of each resample, pairs of a person's own copies left out; NaN where one has no variety.

    codes: persons × units, the answers as numbers from 0, −1 for none; draws: resamples × persons, how
    often each person was drawn. Where everybody is drawn once, this is α itself.
    """
    kinds = int(codes.max(initial=-1)) + 1
    given = (codes[:, :, np.newaxis] == np.arange(kinds)).astype(np.float64).reshape(codes.shape[0], -1)
    shape, drawn = (len(draws), codes.shape[1], kinds), draws.astype(np.float64)
    counts, copies = (drawn @ given).reshape(shape), (drawn**2 @ given).reshape(shape)
    weight = counts.sum(axis=2)
    pairs = weight**2 - copies.sum(axis=2)
    paired = pairs > 0
    alike = (counts**2 - copies).sum(axis=2)
    weight = np.where(paired, weight, 0)
    usable = paired[:, :, np.newaxis]
    of_kind, same = (counts * usable).sum(axis=1), (copies * usable).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = (weight * alike / np.where(paired, pairs, 1)).sum(axis=1) / weight.sum(axis=1)
        chance = (of_kind**2 - same).sum(axis=1) / (of_kind.sum(axis=1) ** 2 - same.sum(axis=1))
        alphas: Floats = 1 - (1 - observed) / np.where(1 - chance > _ZERO, 1 - chance, np.nan)
    return alphas


def coded(answers: Sequence[Sequence[Answer]]) -> Codes:
    """Persons × units as numbers from 0, −1 where there is no answer."""
    names = sorted({answer for row in answers for answer in row if answer is not None})
    number = {name: place for place, name in enumerate(names)}
    rows = [[-1 if answer is None else number[answer] for answer in row] for row in answers]
    width = {len(row) for row in rows}
    if len(width) > 1:
        raise ValueError("the persons have different numbers of units")
    return np.array(rows, dtype=np.int64).reshape(len(rows), width.pop() if width else 0)


def _counts(codes: Codes) -> Codes:
    """Units × kinds of answer: how many persons gave each."""
    kinds = np.arange(int(codes.max(initial=-1)) + 1)
    counts: Codes = (codes.T[:, :, np.newaxis] == kinds).sum(axis=1)
    return counts


def total_variation(one: Mapping[str, int], other: Mapping[str, int]) -> float | None:
    """How far two groups' answers lie apart, 0..1: ½Σ|p_A − p_B| over the counts of each answer.

    The largest difference that any set of answers can show (Levin, Peres and Wilmer, Markov Chains and
    Mixing Times, AMS 2009, section 4.1). None where a group gave no answer.
    """
    first, second = sum(one.values()), sum(other.values())
    if first == 0 or second == 0:
        return None
    names = sorted(one.keys() | other.keys())
    return 0.5 * sum(abs(one.get(name, 0) / first - other.get(name, 0) / second) for name in names)


def cronbach(scores: Scores, confidence: float = CONFIDENCE) -> Reliability | None:
    """Cronbach's α = k/(k − 1) · (1 − Σs_i²/s_X²) over persons × items, with Feldt's interval.

    Cronbach, Psychometrika 16 (1951) 297. Interval: 1 − (1 − α)·F with F the quantiles of F(n − 1,
    (n − 1)(k − 1)): Feldt, Psychometrika 30 (1965) 357. Only persons with every item count: a skip is no
    0. None below two persons or items, or where the totals do not vary.
    """
    table = _complete(scores)
    persons, items = table.shape
    if persons < _PAIR or items < _ITEMS:
        return None
    total = float(table.sum(axis=1).var(ddof=1))
    if total <= _ZERO:
        return None
    alpha = items / (items - 1) * (1 - float(table.var(axis=0, ddof=1).sum()) / total)
    return Reliability(alpha, feldt(alpha, persons, items, confidence), persons, items)


def feldt(alpha: float, persons: int, items: int, confidence: float = CONFIDENCE) -> Interval | None:
    """Feldt's interval of Cronbach's α (Psychometrika 30 (1965) 357); None below two persons or items."""
    if persons < _PAIR or items < _ITEMS:
        return None
    degrees, tail = (persons - 1, (persons - 1) * (items - 1)), (1 - confidence) / 2
    low, high = (1 - (1 - alpha) * float(special.fdtri(*degrees, point)) for point in (1 - tail, tail))
    return Interval(low, high)


def item_rest(scores: Scores) -> tuple[float | None, ...]:
    """For each item its correlation with the sum of the others, over persons with every item.

    Henrysson, Psychometrika 28 (1963) 211. A review flag and no more (scoring.md): below REVIEW_BELOW an
    author looks at the item. None where the item or the rest does not vary.
    """
    table = _complete(scores)
    rest = table.sum(axis=1, keepdims=True) - table
    return tuple(_correlation(table[:, item], rest[:, item]) for item in range(table.shape[1]))


def _correlation(one: Floats, other: Floats) -> float | None:
    if one.size < _PAIR:
        return None
    left, right = one - one.mean(), other - other.mean()
    scale = math.sqrt(float(left @ left) * float(right @ right))
    return None if scale <= _ZERO else max(-1.0, min(1.0, float(left @ right) / scale))


def _complete(scores: Scores) -> Floats:
    """Persons with every item × items."""
    rows = [[score for score in row if score is not None] for row in scores]
    items = len(scores[0]) if scores else 0
    if any(len(row) != items for row in scores):
        raise ValueError("the persons have different numbers of items")
    whole = [row for row in rows if len(row) == items]
    return np.array(whole, dtype=np.float64).reshape(len(whole), items)
