"""What a case amounts to: scenes, ways, words, reading ease, and the minutes it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from graders.key.key import Key
from scenarios.case import Case
from scenarios.documents.document import Document
from scenarios.documents.problem import Problem
from scenarios.engine.random_plays import Hits
from scenarios.engine.walk import Walk
from scenarios.language import SOURCE, Language
from scenarios.loader import case_documents
from scenarios.proof.prose import WORDS_A_MINUTE, Prose, prose_of, words
from scenarios.proof.texts import TextKind, case_texts
from scenarios.sentence import sentences_of

_finding = sentences_of(Path(__file__).with_name("findings.yaml"))

TOO_LITTLE, TOO_MUCH = 0.7, 1.8

_READ: frozenset[TextKind] = frozenset({"scene", "ask", "option"})


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures of a case.

    branches: scenes from which more than one way leads; states: how many a walk has met; minutes: an
    estimate, 0 where there is no key; prose: scenes, questions and options in each language.
    """

    scenes: int
    decisions: int
    branches: int
    endings: int
    states: int
    minutes: int
    prose: Mapping[Language, Prose]


def statistics_of(folder: Path, case: Case, reach: Walk, hits: Hits | None, key: Key | None) -> Statistics:
    """The figures of the case in `folder`, from a walk through it, its random plays and its key."""
    prose: dict[Language, Prose] = {}
    for language, document in case_documents(folder, case.languages, case.variant).items():
        texts = case_texts(document, language)
        prose[language] = prose_of(text.text for text in texts if text.kind in _READ)
    reached = [scene for name, scene in case.scenes.items() if name in reach.scenes]
    return Statistics(
        len(case.scenes),
        len(case.key_decisions()),
        sum(len({rule.go for rule in scene.next}) > 1 for scene in reached),
        len({scene.end for scene in reached if scene.end is not None}),
        reach.states,
        0 if hits is None or key is None else _minutes(case, hits, key),
        prose,
    )


def _minutes(case: Case, hits: Hits, key: Key) -> int:
    """Minutes for a mean path with its questions, options and whys, and one more for each slow decision."""
    words_met = sum(len(words(scene.text)) * hits.scenes.get(name, 0) for name, scene in case.scenes.items())
    read = words_met / hits.plays
    for _, decision in case.decisions():
        read += sum(len(words(text)) for text in (decision.ask, *decision.option_texts.values()))
    for part in key.translations[SOURCE].decisions.values():
        for _, whys in part:
            read += sum(len(words(why)) for why in whys.values())
    slow = sum(decision.is_slow for _, decision in case.decisions())
    return round(read / WORDS_A_MINUTE) + slow


def minutes_problems(document: Document, case: Case, statistics: Statistics) -> Iterator[Problem]:
    """A warning where the minutes that a case announces are far from those it takes to read."""
    announced, minutes = case.minutes, statistics.minutes
    if minutes and not TOO_LITTLE * minutes <= announced <= TOO_MUCH * minutes:
        fault = _finding("case_says_minutes_reading", announced=announced, minutes=minutes)
        line, path = document.place(("minutes",))
        remedy = _finding("words_minute_one_minute", words_a_minute=WORDS_A_MINUTE)
        yield Problem(str(document.file), line, path, fault, remedy, "minutes", "warning")
