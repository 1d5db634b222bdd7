"""The feedback that any pick in any decision of a case gets, as a player shows it: to measure the longest.

`python -m tests.parts.every_feedback` measures all cases for practice in a Chromium, in each language, and
prints how high the first layer is on a phone, and how many sheets of A4 the longest feedback pages take.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, permutations
from typing import Any

from graders.feedback.key_feedback import KeyFeedback
from graders.key.key import Key
from scenarios.case import Case
from scenarios.decision import Decision
from scenarios.engine.event import Continued, Decided, Started
from scenarios.engine.play import Play
from scenarios.feedback import DecisionFeedback
from scenarios.kinds.referral import Handover
from scenarios.language import Language
from scenarios.pick import Pick

MOMENT = "2026-11-22T07:00:00Z"
MOST_ORDERS = 24
WRITTEN = "kata " * 150


def picks_of(decision: Decision) -> Iterator[Pick]:
    """Every pick of one option; of several as many as may be picked; of a referral all facts, slowly."""
    options = decision.option_ids
    if decision.is_exclusive:
        yield from options
    elif decision.is_ordered:
        yield from list(permutations(options))[-MOST_ORDERS:]
    elif decision.service_ids:
        levels = list(decision.level_texts)
        for services in combinations(options, decision.most):
            for level, facts in ((levels[-1], decision.fact_ids), (levels[0], ())):
                yield tuple(Handover(service=name, urgency=level, packet=facts) for name in services)
    else:
        for count in {1, decision.most}:
            yield from combinations(options, count)


def decided(decision_id: str, pick: Pick) -> Decided:
    """The event of a pick."""
    return Decided(at=MOMENT, decision=decision_id, pick=pick)


def play_at(case: Case, key: Key, decision_id: str) -> Play:
    """A practice play of the variant of `case` that stands at a decision, all before it by the key."""
    play = Play.replay(
        case,
        (
            Started(
                at=MOMENT,
                play="a" * 32,
                case=case.id,
                version=case.version,
                course="uji",
                mode="practice",
                variant=case.variant,
            ),
        ),
    )
    while (here := play.scene.decision) is None or here.id != decision_id:
        play = play.after(_onward(play, key))
    return play


def worst_play(case: Case, key: Key) -> Play:
    """A practice play to its end, with the longest first layer in each decision."""
    play, feedback = play_at(case, key, case.key_decisions()[0].id), KeyFeedback(case, key)
    while play.ended is None:
        here = play.scene.decision
        if here is None or not here.is_scored:
            play = play.after(_onward(play, key))
            continue
        after = [play.after(decided(here.id, pick)) for pick in picks_of(here)]
        play = max(after, key=lambda one: weight_of(feedback.on_decision(one, here.id, case.language)))
    return play


def notes_of(case: Case, key: Key, language: Language, most: int) -> Iterator[DecisionFeedback]:
    """The `most` longest first layers of each decision of the variant of `case`."""
    feedback = KeyFeedback(case, key)
    for decision in case.key_decisions():
        at = play_at(case, key, decision.id)
        notes = [
            feedback.on_decision(at.after(decided(decision.id, pick)), decision.id, language)
            for pick in picks_of(decision)
        ]
        yield from sorted((note for note in notes if note is not None), key=weight_of)[-most:]


def weight_of(note: DecisionFeedback | None) -> int:
    """How many characters the first layer of a note holds."""
    return 0 if note is None else sum(map(len, _texts(note["gist"]))) + len(note["ask"])


def _texts(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        for each in part.values():
            yield from _texts(each)
    elif isinstance(part, Sequence):
        for each in part:
            yield from _texts(each)


def _onward(play: Play, key: Key) -> Any:  # noqa: ANN401 -- an event of any kind
    here = play.scene.decision
    if here is None:
        return Continued(at=MOMENT, scene=play.scene_id)
    pick: Pick = WRITTEN
    if here.is_scored:
        pick = key.in_variant(play.case.variant).decisions[here.id].best_pick()
    return decided(here.id, pick)
