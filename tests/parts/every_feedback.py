"""The feedback that any pick in any decision of a case gets: the longest, to measure it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, permutations
from typing import Final

from graders.feedback.key_feedback import KeyFeedback
from graders.feedback.view import Marks, feedback_view
from graders.feedback_page import FeedbackPageView, page_html
from graders.key.key import KEYS, Key, load_key
from scenarios.case import Case
from scenarios.decision import Decision
from scenarios.engine.event import Continued, Decided, Event, Started
from scenarios.engine.play import Play
from scenarios.feedback import DecisionFeedback
from scenarios.kinds.referral import Handover
from scenarios.language import Language
from scenarios.pick import Pick

MOMENT: Final = "2026-11-22T07:00:00Z"
WRITTEN: Final = "kata " * 150
MOST_ORDERS: Final = 24
LONGEST_OF_EACH: Final = 3


def picks_of(decision: Decision) -> Iterator[Pick]:
    """Every pick of one option; of several, one or as many as may be; of a referral the worst packets."""
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
    begin = Started(
        at=MOMENT,
        play="a" * 32,
        case=case.id,
        version=case.version,
        course="uji",
        mode="practice",
        variant=case.variant,
    )
    play = Play.replay(case, (begin,))
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
        name = here.id
        after = [play.after(decided(name, pick)) for pick in picks_of(here)]
        play = max(after, key=lambda one: length_of(feedback.on_decision(one, name, case.language)))
    return play


def longest_notes(case: Case, key: Key, language: Language) -> Iterator[DecisionFeedback]:
    """The longest first layers of each decision of the variant of `case`."""
    feedback = KeyFeedback(case, key)
    for decision in case.key_decisions():
        at = play_at(case, key, decision.id)
        plays = (at.after(decided(decision.id, pick)) for pick in picks_of(decision))
        notes = [feedback.on_decision(play, decision.id, language) for play in plays]
        yield from sorted((note for note in notes if note is not None), key=length_of)[-LONGEST_OF_EACH:]


def length_of(note: DecisionFeedback | None) -> int:
    """How many characters the first layer of a note holds."""
    return 0 if note is None else sum(map(len, _texts(note["gist"]))) + len(note["ask"])


def longest_page(case: Case) -> str:
    """The feedback page of `worst_play`, with a reflection of 150 words and an answer of 40."""
    key = load_key(case, KEYS)
    play, source = worst_play(case, key), KeyFeedback(case, key, due=True)
    marks = Marks(total=1, maximum=20, comment="Terima kasih. " * 20)
    views = {
        language: feedback_view(play, note, language, marks)
        for language in case.languages
        if (note := source.on_case(play, language)) is not None
    }
    return page_html(FeedbackPageView(case.titles, "peserta-01", "Ibu R.", marks, views, None))


def sheets_of(paper: bytes) -> int:
    """How many pages a PDF has."""
    return len(re.findall(rb"/Type\s*/Page\b", paper))


def _texts(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        for each in part.values():
            yield from _texts(each)
    elif isinstance(part, Sequence):
        for each in part:
            yield from _texts(each)


def _onward(play: Play, key: Key) -> Event:
    here = play.scene.decision
    if here is None:
        return Continued(at=MOMENT, scene=play.scene_id)
    own = key.in_variant(play.case.variant).decisions
    return decided(here.id, own[here.id].best_pick() if here.is_scored else WRITTEN)
