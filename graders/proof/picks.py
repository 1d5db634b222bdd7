"""The picks that a decision allows, and what each would score: for proofs about a key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations

from graders.key.decision import DecisionKey, HarmKey, MultiKey, RankKey, RatingKey, ReferralKey, SingleKey
from graders.score import by_votes, multi, rank, rating, single
from scenarios.decision import Decision
from scenarios.kinds.multi import MultiDecision
from scenarios.kinds.referral import Handover
from scenarios.pick import Pick


def best_pick(key: DecisionKey) -> Pick:
    """The pick that follows the key in all."""
    match key:
        case SingleKey() | RatingKey():
            return key.right
        case MultiKey():
            return tuple(key.right)
        case RankKey():
            return key.right
        case ReferralKey():
            return tuple(
                Handover(service=name, urgency=key.urgency[name], packet=key.packet[name].right)
                for name in key.right
            )


def choices(decision: Decision, key: DecisionKey) -> Iterator[tuple[str, ...]]:
    """Every choice of options (services, orders), as many at a time as a guesser would take."""
    options = decision.option_ids
    match key:
        case RankKey():
            yield from permutations(options)
        case MultiKey() | ReferralKey():
            yield from combinations(options, taken(decision, key))
        case _:
            yield from ((option,) for option in options)


def taken(decision: Decision, key: DecisionKey) -> int:
    """How many options a guesser takes: all that may be picked, of services as many as are right."""
    if isinstance(decision, MultiDecision):
        return decision.pick
    if isinstance(key, ReferralKey):
        return len(key.right)
    return len(decision.option_ids) if isinstance(key, RankKey) else 1


def choice_score(decision: Decision, key: DecisionKey, choice: Sequence[str]) -> float:
    """The score of a choice, 0 where it is harmful; of a referral, its services alone."""
    if isinstance(key, HarmKey) and any(option in key.harm for option in choice):
        return 0.0
    match key:
        case SingleKey(votes=votes) if votes:
            return by_votes(choice[0], votes)
        case SingleKey():
            return single(choice[0], key.right, key.partial)
        case RatingKey():
            return rating(choice[0], key.right, decision.option_ids, key.line, key.ceiling)
        case MultiKey() | ReferralKey():
            return multi(choice, key.right, key.wrong)
        case RankKey():
            return rank(tuple(choice), key.right)
