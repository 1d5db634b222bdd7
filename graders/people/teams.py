"""What talking changed: what the members of teams answered alone, beside what each team settled on.

A team counts once, and so does each person in it. Nothing is told of a decision that fewer than 5 teams or
fewer than 5 people answered (scoring.md, “A class of 30 to 70”), and never what one team did.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from graders.key.key import Key
from graders.people.cohort import TeamAnswer
from graders.people.groups import LEAST
from graders.score import verdict_of
from scenarios.decision import Decision
from scenarios.engine.team import is_same_pick
from scenarios.pick import Pick


@dataclass(frozen=True, slots=True)
class TalkChange:
    """What talking changed in one decision.

    teams, people: how many settled, and how many of their members answered alone; alone, settled: how many
    people, and how many teams, picked each option (of an order: put it first); majorities: the teams in which
    more than half of those who answered alone had answered alike; changed: those of them that settled on
    something else; before, after: the mean over the teams of their members' mean s, and of the team's own
    (0..1), None where the decision weighs nothing.
    """

    teams: int
    people: int
    alone: Mapping[str, int]
    settled: Mapping[str, int]
    majorities: int
    changed: int
    before: float | None
    after: float | None


def talk_change(decision: Decision, key: Key, answers: Iterable[TeamAnswer]) -> TalkChange | None:
    """What talking changed in a decision; None where too few are in it. key: of all variants, or of one."""
    heard = [one for one in answers if one.decision == decision.id and one.alone]
    people = sum(len(one.alone) for one in heard)
    if len(heard) < LEAST or people < LEAST:
        return None
    leading = [(one, majority(decision, one.alone)) for one in heard]
    before, after = _scores(decision, key, heard)
    return TalkChange(
        teams=len(heard),
        people=people,
        alone=_counts(decision, (pick for one in heard for pick in one.alone)),
        settled=_counts(decision, (one.settled for one in heard)),
        majorities=sum(pick is not None for _, pick in leading),
        changed=sum(
            pick is not None and not is_same_pick(decision, pick, one.settled) for one, pick in leading
        ),
        before=before,
        after=after,
    )


def majority(decision: Decision, picks: Sequence[Pick]) -> Pick | None:
    """What more than half of `picks` are; None where no pick is."""
    for pick in picks:
        if 2 * sum(is_same_pick(decision, pick, other) for other in picks) > len(picks):
            return pick
    return None


def _scores(decision: Decision, key: Key, heard: Sequence[TeamAnswer]) -> tuple[float | None, float | None]:
    pairs: list[tuple[float, float]] = []
    for one in heard:
        judge = key.in_variant(one.variant)
        if decision.id not in judge.decisions or not judge.decisions[decision.id].weight:
            return None, None
        own = [verdict_of(decision, judge, pick).s or 0.0 for pick in one.alone]
        pairs.append((fmean(own), verdict_of(decision, judge, one.settled).s or 0.0))
    return fmean(before for before, _ in pairs), fmean(after for _, after in pairs)


def _counts(decision: Decision, picks: Iterable[Pick]) -> dict[str, int]:
    counts = Counter(option for pick in picks for option in decision.tallied(pick))
    return {option: counts[option] for option in decision.option_ids}
