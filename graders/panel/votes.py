"""What experts' picks in one decision say: how far they agree, on what, and what key that makes.

Agreement on the mode is, for a single or a rating, the share of the option that most chose (scoring.md).
For picks of several it is the mean overlap with what more than half picked, for an order the mean closeness
to the consensus by the score's own formula: rules of this lab, made so that each is the share of the mode
where one option is picked, and 1 where all agree.

Where three quarters agree, a single is credited by its votes (n_i / n_mode, scoring.md), and a rating or a
rank follows the mode. The rest are rules of this lab in the same spirit: in a multi, and among the services
of a referral, what three quarters picked is right, weighted n_i / n_mode; what the key calls wrong stays
wrong where at most a quarter picked it; everything else is neutral. The urgency and the packet of a right
service follow those who chose it, fact by fact as in a multi; where one urgency is contested, that part
of the referral weighs 0. Where they do not agree the weight is 0, and nothing else changes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from scipy.optimize import linear_sum_assignment

from graders.key.checks import AGREEMENT
from graders.key.decision import ChoosingKey, DecisionKey, RankKey, RatingKey, ReferralKey, SingleKey
from graders.score import rank
from scenarios.decision import Decision
from scenarios.documents.document import Data
from scenarios.kinds.multi import MultiDecision
from scenarios.kinds.referral import Handover, ReferralDecision, handovers_of
from scenarios.pick import Pick, picked_ids

AGAINST = 1 - AGREEMENT
_HALF = 0.5
_TIE = 1e-6

Place: TypeAlias = tuple[str, ...]
Change: TypeAlias = tuple[Place, Data, Data]


@dataclass(frozen=True, slots=True)
class Count:
    """How many experts chose one thing. place: what, such as (``sekolah``, ``urgency``, ``jam``)."""

    place: Place
    count: int
    n: int

    @property
    def share(self) -> float:
        """0..1."""
        return self.count / self.n


@dataclass(frozen=True, slots=True)
class Found:
    """What the picks of one decision say.

    agreement: 0..1, None for nobody; mode: the option of a single or a rating that most chose; changes,
    reread, written: see `graders.panel.settle.Settled`; unusable: no key can be made of it, agreed or not.
    """

    agreement: float | None
    counts: tuple[Count, ...]
    mode: str | None = None
    changes: tuple[Change, ...] = ()
    reread: tuple[Place, ...] = ()
    written: Mapping[Place, Count] = field(default_factory=dict)
    unusable: bool = False


def found_in(decision: Decision, part: DecisionKey, picks: Sequence[Pick]) -> Found:
    """What `picks` say, each that of one expert who settled the decision."""
    return _READERS[part.kind](decision, part, picks)


def overlap(picked: frozenset[str], mode: frozenset[str]) -> float:
    """How far a pick of several is the mode: 0..1, whatever both leave out.

    2|A∩B| / (|A| + |B|): Dice, Ecology 26 (1945) 297. Of picks of one option it is 1 or 0, so that its mean
    over experts is the share of the mode, as for a single.
    """
    return 2 * len(picked & mode) / (len(picked) + len(mode)) if picked or mode else 1.0


def consensus_order(orders: Sequence[Sequence[str]], kept: Sequence[str]) -> tuple[str, ...]:
    """The order with the least total displacement from `orders`; of several, the one nearest to `kept`.

    Spearman's footrule (Diaconis and Graham, J. R. Stat. Soc. B 39 (1977) 262), whose best order is an
    assignment of options to places (Dwork and others, Proc. WWW10 (2001) 613).
    """
    cost = np.array(
        [
            [
                sum(abs(order.index(option) - place) for order in orders)
                + _TIE * abs(kept.index(option) - place)
                for place in range(len(kept))
            ]
            for option in kept
        ]
    )
    options, places = linear_sum_assignment(cost)
    by_place = {int(place): kept[int(option)] for option, place in zip(options, places, strict=True)}
    return tuple(by_place[place] for place in range(len(kept)))


def _single(decision: Decision, part: DecisionKey, picks: Sequence[Pick]) -> Found:
    assert isinstance(part, SingleKey)  # noqa: S101 -- the readers are chosen by the kind
    votes = {option: sum(pick == option for pick in picks) for option in decision.option_ids}
    mode = _mode(votes, part.right)
    changes = [
        *_changed(("right",), part.right, mode),
        *_changed(("partial",), _plain(part.partial) or None, None),
        *_changed(("votes",), _plain(part.votes) or None, _plain(votes)),
    ]
    reread = (("why", part.right), ("why", mode)) if mode != part.right else ()
    return Found(_share_of(votes, mode, picks), _counts(votes, len(picks)), mode, tuple(changes), reread)


def _rating(decision: Decision, part: DecisionKey, picks: Sequence[Pick]) -> Found:
    assert isinstance(part, RatingKey)  # noqa: S101 -- the readers are chosen by the kind
    votes = {option: sum(pick == option for pick in picks) for option in decision.option_ids}
    mode = _mode(votes, part.right)
    reread = (("why", part.right), ("why", mode)) if mode != part.right else ()
    changes = tuple(_changed(("right",), part.right, mode))
    return Found(_share_of(votes, mode, picks), _counts(votes, len(picks)), mode, changes, reread)


def _multi(decision: Decision, part: DecisionKey, picks: Sequence[Pick]) -> Found:
    assert isinstance(part, ChoosingKey)  # noqa: S101 -- the readers are chosen by the kind
    sets = [picked_ids(pick) for pick in picks]
    options, n = decision.option_ids, len(picks)
    votes = {option: sum(option in chosen for chosen in sets) for option in options}
    mode = frozenset(option for option, count in votes.items() if count > n * _HALF)
    agreement = math.fsum(overlap(chosen, mode) for chosen in sets) / n if n else None
    limit = decision.pick if isinstance(decision, (MultiDecision, ReferralDecision)) else None
    right = _right_options(part, votes, n, limit or len(options))
    wrong = {
        option: weight
        for option, weight in part.wrong.items()
        if option in part.harm or (option not in right and votes[option] <= n * AGAINST)
    }
    changes = (
        *_changed(("right",), _plain(part.right), right),
        *_changed(("wrong",), _plain(part.wrong), _plain(wrong)),
    )
    reread = tuple(
        ("why", option)
        for option in options
        if _role(part.right, part.wrong, option) != _role(right, wrong, option)
    )
    return Found(agreement, _counts(votes, n), None, changes, reread, unusable=not right)


def _right_options(part: ChoosingKey, votes: Mapping[str, int], n: int, limit: int) -> dict[str, Data]:
    """The options that three quarters of the panel picked, weighted n_i / n_mode; at most `limit`."""
    agreed = [
        option
        for option, count in votes.items()
        if option not in part.harm and (count >= n * AGREEMENT or option in part.must)
    ]
    # Where more are agreed on than may be picked, the musts stay, then what most picked, then the key's.
    agreed.sort(key=lambda option: (option not in part.must, -votes[option], option not in part.right))
    kept = set(agreed[:limit])
    most = max((votes[option] for option in kept), default=0)
    in_order = [*part.right, *(option for option in votes if option not in part.right)]
    return {option: round(votes[option] / most, 2) for option in in_order if option in kept} if most else {}


def _role(right: Iterable[str], wrong: Iterable[str], option: str) -> str:
    return "right" if option in right else "wrong" if option in wrong else "neutral"


def _rank(decision: Decision, part: DecisionKey, picks: Sequence[Pick]) -> Found:
    assert isinstance(part, RankKey)  # noqa: S101 -- the readers are chosen by the kind
    orders = [[str(option) for option in pick] for pick in picks if isinstance(pick, tuple)]
    order = consensus_order(orders, part.right)
    agreement = math.fsum(rank(one, order) for one in orders) / len(orders) if orders else None
    counts = tuple(
        Count((option, str(place)), sum(one[place - 1] == option for one in orders), len(orders))
        for option in decision.option_ids
        for place in range(1, len(order) + 1)
        if orders
    )
    changes = tuple(_changed(("right",), _listed(part.right), _listed(order)))
    moved = [option for option in order if order.index(option) != part.right.index(option)]
    return Found(agreement, counts, None, changes, tuple(("why", option) for option in moved))


def _referral(decision: Decision, part: DecisionKey, picks: Sequence[Pick]) -> Found:
    assert isinstance(part, ReferralKey)  # noqa: S101 -- the readers are chosen by the kind
    assert isinstance(decision, ReferralDecision)  # noqa: S101 -- the same
    services = _multi(decision, part, picks)
    right = next((new for path, _, new in services.changes if path == ("right",)), _plain(part.right))
    chosen = {
        service: [one for pick in picks for one in handovers_of(pick) if one.service == service]
        for service in decision.services
    }
    kept = [service for service in decision.services if isinstance(right, dict) and service in right]
    speed = _speeds(decision, part, chosen, kept)
    packets = [_packet(decision, part, service, chosen[service]) for service in kept]
    found = (services, speed, *packets)
    return Found(
        services.agreement,
        tuple(count for one in found for count in one.counts),
        None,
        tuple(change for one in found for change in one.changes),
        tuple(place for one in found for place in one.reread),
        {place: count for one in found for place, count in one.written.items()},
        services.unusable,
    )


def _speeds(
    decision: ReferralDecision,
    part: ReferralKey,
    chosen: Mapping[str, Sequence[Handover]],
    kept: Sequence[str],
) -> Found:
    """The urgency of each right service, by the mode of those who chose it.

    Where one is contested no urgency is scored: its part of the referral weighs 0.
    """
    counts: list[Count] = []
    changes: list[Change] = []
    reread: list[Place] = []
    written: dict[Place, Count] = {}
    contested = False
    for service, level in part.urgency.items():
        if service not in kept:
            changes.append((("urgency", service), level, None))
            changes += _changed(("why_urgency", service), part.why_urgency.get(service), None)
    for service in kept:
        n, old = len(chosen[service]), part.urgency.get(service)
        votes = {level: sum(one.urgency == level for one in chosen[service]) for level in decision.urgency}
        mode = _mode(votes, old)
        counts += [Count((service, "urgency", level), count, n) for level, count in votes.items() if n]
        agreed = votes[mode] >= n * AGREEMENT
        contested = contested or not agreed
        if old is None or (agreed and mode != old):
            changes.append((("urgency", service), old, mode))
        if old is None:
            written["why_urgency", service] = Count((service, "urgency", mode), votes[mode], n)
        elif agreed and mode != old:
            reread.append(("why_urgency", service))
    if contested and part.parts.urgency > 0:
        changes.append((("parts", "urgency"), part.parts.urgency, 0))
    return Found(None, tuple(counts), None, tuple(changes), tuple(reread), written)


def _packet(decision: ReferralDecision, part: ReferralKey, service: str, chosen: Sequence[Handover]) -> Found:
    """What one right service is to get: the facts that three quarters of those who chose it handed over.

    What it must never get stays; a wrong fact stays wrong where at most a quarter handed it over.
    """
    n, packet = len(chosen), part.packet[service]
    votes = {fact: sum(fact in one.packet for one in chosen) for fact in decision.facts}
    right = [fact for fact, count in votes.items() if fact not in packet.never and count >= n * AGREEMENT]
    wrong = [fact for fact in packet.wrong if votes[fact] <= n * AGAINST]
    if set(right) == set(packet.right):
        right = list(packet.right)
    path, counts = ("packet", service), [Count((service, fact), count, n) for fact, count in votes.items()]
    changes = [
        *_changed((*path, "right"), _listed(packet.right), _listed(right)),
        *_changed((*path, "wrong"), _listed(packet.wrong), _listed(wrong)),
    ]
    told = service in part.why_packet
    written: dict[Place, Count] = {}
    if not told and (right or wrong):
        written["why_packet", service] = Count((service,), n, n)
    reread = (("why_packet", service),) if changes and told else ()
    return Found(None, tuple(counts), None, tuple(changes), reread, written)


def _mode(votes: Mapping[str, int], kept: str | None) -> str:
    """What most chose; of several, what the key says, else the first."""
    most = max(votes.values())
    modes = [name for name, count in votes.items() if count == most]
    return kept if kept in modes else modes[0]


def _share_of(votes: Mapping[str, int], mode: str, picks: Sequence[Pick]) -> float | None:
    return votes[mode] / len(picks) if picks else None


def _counts(votes: Mapping[str, int], n: int) -> tuple[Count, ...]:
    return tuple(Count((option,), count, n) for option, count in votes.items() if n)


def _changed(place: Place, old: Data, new: Data) -> Iterable[Change]:
    if old != new:
        yield place, old, new


def _plain(values: Mapping[str, float]) -> Data:
    return dict(values)


def _listed(names: Iterable[str]) -> Data:
    return list(names)


_READERS: Mapping[str, Callable[[Decision, DecisionKey, Sequence[Pick]], Found]] = {
    "single": _single,
    "rating": _rating,
    "multi": _multi,
    "rank": _rank,
    "referral": _referral,
}
