"""The panel: experts play a case, and their agreement settles what is keyed, its credit, and the cut.

The rules stand in scoring.md (“A decision”, “A panel key”) and in graders/key/votes.py. A panel never
touches a harm or a must: where a quarter of it or more goes against one, the decision keeps its key as it
is, and the authors are told. The key of each variant is settled by those who played it; a decision that is
contested in one of them weighs nothing in any, since a gradebook has one cell for it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, TypeAlias

from graders.key.critical_errors import OVERSHARING
from graders.key.decision import DecisionKey
from graders.key.key import Key
from graders.key.votes import AGAINST, AGREEMENT, Change, Count, PanelReading, Place, changed
from graders.report.statistics import Interval, wilson
from scenarios.case import Case
from scenarios.decision import Decision
from scenarios.engine.play import Play
from scenarios.pick import Pick, parts_of, picked_ids

LEAST_EXPERTS = 5
ENOUGH_EXPERTS = 10
_HALF = 0.5

Standing: TypeAlias = Literal["agreed", "contested", "against", "few"]


@dataclass(frozen=True, slots=True)
class Expert:
    """One expert's whole play in panel mode; name: where its record stands; day: when it began."""

    name: str
    play: Play
    day: date


@dataclass(frozen=True, slots=True)
class Against:
    """Where a quarter of the experts or more went against the key's own rule.

    kind: a harmful pick, a fact that a service must never get, a must left out, or a level beyond the
    line or ceiling; on_law: whether the rule rests on law or a safeguarding source, or is the lab's own.
    """

    kind: Literal["harm", "never", "must", "line"]
    place: Place
    code: str | None
    count: int
    n: int
    on_law: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """What the panel makes of one decision.

    weight: before the panel; n: experts who settled it; agreement: 0..1 on the mode, with its interval;
    counts: what they chose; against: why the key stays as it is; changes: path in the decision's key, old
    and new, None for nothing; reread: the texts of the key that now speak of something else; written:
    texts that the key lacked, by path, with the count they tell of; unsupported: options with credit that no
    expert chose; variant: the one that these experts played, None where the case has none.
    """

    decision: str
    kind: str
    weight: float
    n: int
    agreement: float | None
    interval: Interval | None
    standing: Standing
    counts: tuple[Count, ...]
    against: tuple[Against, ...] = ()
    changes: tuple[Change, ...] = ()
    reread: tuple[Place, ...] = ()
    written: Mapping[Place, Count] = field(default_factory=dict)
    unsupported: tuple[str, ...] = ()
    variant: str | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """The cut by modified Angoff. points: 0..100, rounded; error: the standard error of the mean."""

    points: int
    mean: float
    error: float
    experts: int


@dataclass(frozen=True, slots=True)
class PanelKey:
    """All that a panel makes of a key.

    version: the new key's; size: all experts; variants: how many of them played each variant, None alone for
    a case without; decisions: once for each variant; cut: None where it stays as it is.
    """

    case: str
    case_version: str
    old_version: str
    version: str
    size: int
    variants: Mapping[str | None, int]
    played: date
    decisions: tuple[Settled, ...]
    old_cut: int
    cut: Cut | None


def panel_key(case: Case, key: Key, experts: Sequence[Expert]) -> PanelKey:
    """What `experts`, at least one, make of `key`; their plays are whole and of this case and version."""
    settled: list[Settled] = []
    sizes: dict[str | None, int] = {}
    for each in case.in_each_variant():
        own = [expert.play for expert in experts if expert.play.case.variant == each.variant]
        sizes[each.variant] = len(own)
        part = key.in_variant(each.variant)
        settled += (
            _settled(decision, part, [play.picks.get(decision.id) for play in own])
            for decision in each.key_decisions()
        )
    contested = {one.decision for one in settled if one.standing == "contested"}
    weights = {name: 0.0 if name in contested else part.weight for name, part in key.decisions.items()}
    return PanelKey(
        case=case.id,
        case_version=case.version,
        old_version=key.version,
        version=_next_version(key.version),
        size=len(experts),
        variants=sizes,
        played=max(expert.day for expert in experts),
        decisions=tuple(_weighed(one, contested) for one in settled),
        old_cut=key.cut,
        cut=angoff_cut([expert.play.estimates for expert in experts], weights),
    )


def angoff_cut(estimates: Iterable[Mapping[str, int]], weights: Mapping[str, float]) -> Cut | None:
    """The mean over experts of the weighted mean of their estimates, 0..100, with its standard error s/√n.

    estimates: by decision, of 100 colleagues who are just competent enough, how many would decide rightly;
    a decision without weight or estimate is left out. Modified Angoff: Angoff in Thorndike, Educational
    Measurement (1971) 514; Cizek and Bunch, Standard Setting (Sage 2007), chapter 6. None below two
    experts with an estimate.
    """
    means = []
    for given in estimates:
        counted = [(weights.get(name, 0), share) for name, share in given.items()]
        total = sum(weight for weight, _ in counted)
        if total > 0:
            means.append(sum(weight * share for weight, share in counted) / total)
    if len(means) < 2:  # noqa: PLR2004 -- one figure has no spread
        return None
    mean, n = math.fsum(means) / len(means), len(means)
    error = math.sqrt(math.fsum((one - mean) ** 2 for one in means) / (n - 1) / n)
    return Cut(math.floor(mean + _HALF), mean, error, n)


def _next_version(version: str) -> str:
    major, minor, _ = version.split(".")
    return f"{major}.{int(minor) + 1}.0"


def _weighed(settled: Settled, contested: Collection[str]) -> Settled:
    """`settled` without weight where its decision is contested, in this variant or another."""
    if settled.decision not in contested or settled.weight <= 0:
        return settled
    return replace(settled, changes=(*changed(("weight",), settled.weight, 0), *settled.changes))


def _settled(decision: Decision, key: Key, picks: Sequence[Pick | None]) -> Settled:
    part = key.decisions[decision.id]
    given = [pick for pick in picks if pick is not None]
    reading = part.panel_reading(decision, given)
    against = tuple(_against(decision, key, given, reading))
    agreement = reading.agreement
    standing: Standing = "agreed" if agreement is not None and agreement >= AGREEMENT else "contested"
    if len(given) < LEAST_EXPERTS:
        standing = "few"
    elif against:
        standing = "against"
    elif reading.unusable:
        standing = "contested"
    return Settled(
        decision=decision.id,
        kind=decision.kind,
        weight=part.weight,
        n=len(given),
        agreement=agreement,
        interval=None if agreement is None else wilson(min(1.0, agreement) * len(given), len(given)),
        standing=standing,
        counts=reading.counts,
        against=against,
        changes=reading.changes if standing == "agreed" else (),
        reread=reading.reread if standing == "agreed" else (),
        written=reading.written if standing == "agreed" else {},
        unsupported=reading.unsupported if standing == "agreed" else (),
        variant=key.variant,
    )


def _against(decision: Decision, key: Key, picks: Sequence[Pick], reading: PanelReading) -> Iterator[Against]:
    part, n = key.decisions[decision.id], len(picks)
    every = (*_harms(part, key, picks), *_musts(part, picks), *_nevers(part, key, picks))
    yield from (one for one in every if n and one.count >= n * AGAINST)
    beyond = part.beyond(decision)
    if n and reading.mode in beyond:
        count = sum(pick in beyond for pick in picks)
        yield Against("line", (reading.mode,), None, count, n, on_law=False)


def _harms(part: DecisionKey, key: Key, picks: Sequence[Pick]) -> Iterator[Against]:
    for option, harm in part.harms.items():
        count = sum(option in picked_ids(pick) for pick in picks)
        on_law = key.grades[harm.code] == "harm"
        yield Against("harm", (option,), harm.code, count, len(picks), on_law=on_law)


def _musts(part: DecisionKey, picks: Sequence[Pick]) -> Iterator[Against]:
    for option, must in part.musts.items():
        count = sum(option not in picked_ids(pick) for pick in picks)
        yield Against("must", (option,), must.code, count, len(picks), on_law=True)


def _nevers(part: DecisionKey, key: Key, picks: Sequence[Pick]) -> Iterator[Against]:
    handed = Counter((one.option, fact) for pick in picks for one in parts_of(pick) for fact in one.facts)
    on_law = key.grades[OVERSHARING] == "harm"
    for service, facts in part.nevers.items():
        for fact in facts:
            count = handed[service, fact]
            yield Against("never", (service, fact), OVERSHARING, count, len(picks), on_law=on_law)
