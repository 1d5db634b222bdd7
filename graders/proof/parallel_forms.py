"""Whether two test forms are parallel: a pair of twins an item, alike but for the fact that decides.

A class is measured before and after with forms that count the same, so that a difference is the class's and
not the forms'. Two cases for tests whose ids end in ``-a`` and ``-b`` after the same words are such a pair.
Item n of one and of the other ask the same question with the same options, competency and weight; the stories
differ, and so does what is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from pathlib import Path
from typing import Final

from graders.key.key import Key
from graders.proof.guessing.same_answer import same_answer
from scenarios.case import Case, common_languages
from scenarios.documents.document import DataPath, Document
from scenarios.documents.problem import Problem
from scenarios.language import Language
from scenarios.proof.prose import words
from scenarios.sentence import sentences_of

_finding = sentences_of(Path(__file__).with_name("findings.yaml"))

LEAST_CHANGING: Final = 2 / 3
MOST_LONGER: Final = 1.1  # the words of the longer form by those of the shorter one

_FIRST, _SECOND = "-a", "-b"
_ALIKE: Final = ("role", "level", "minutes", "intensity")
_RULE = "parallel"


def form_pairs(cases: Sequence[Case]) -> Iterator[tuple[Case, Case]]:
    """The pairs of parallel forms among these cases, the ``-a`` of each pair first."""
    tests = {case.id: case for case in cases if case.use == "test"}
    for name, case in tests.items():
        other = tests.get(name.removesuffix(_FIRST) + _SECOND)
        if name.endswith(_FIRST) and other is not None:
            yield case, other


def story_problems(document: Document, first: Case, second: Case) -> Iterator[Problem]:
    """What makes the stories of two forms differ in more than their facts; `document` is the second's."""
    for name in _ALIKE:
        if getattr(first, name) != getattr(second, name):
            fault = _finding("not_form_beside_this", name=name, id=first.id)
            yield document.problem((name,), fault, _finding("give_both_forms_same"), _RULE)
    asked = [[decision.id for decision in case.key_decisions()] for case in (first, second)]
    if asked[0] != asked[1]:
        fault = _finding("decisions_are", join=", ".join(asked[1]), id=first.id, join2=", ".join(asked[0]))
        yield document.problem(("scenes",), fault, _finding("ask_same_both_forms"), _RULE)
        return
    for language in common_languages((first, second)):
        yield from _text_problems(
            document, first.in_language(language), second.in_language(language), language
        )


def _text_problems(document: Document, first: Case, second: Case, language: Language) -> Iterator[Problem]:
    remedy = _finding("write_same_both_forms")
    for scene, decision in second.decisions():
        if decision.is_scored and decision != first.decision(decision.id):
            fault = _finding("asks_or_offers_something", id=decision.id, id2=first.id, language=language)
            yield document.problem(("scenes", scene, "decision"), fault, remedy, _RULE)
    if first.facts != second.facts:
        fault = _finding("facts_are_not_those", id=first.id, language=language)
        yield document.problem(("facts",), fault, remedy, _RULE)
    lengths = [sum(len(words(scene.text)) for scene in case.scenes.values()) for case in (first, second)]
    if max(lengths) > MOST_LONGER * min(lengths):
        fault = _finding(
            "scenes_have_words_those", lengths=lengths[1], id=first.id, lengths2=lengths[0], language=language
        )
        yield document.problem(("scenes",), fault, _finding("keep_both_within_tenth"), _RULE)


def key_problems(document: Document, first: tuple[Case, Key], second: tuple[Case, Key]) -> Iterator[Problem]:
    """What makes the keys of two forms measure differently; `document` is the second's key.

    Nothing where the forms do not ask the same, which `story_problems` tells.
    """
    (one, one_key), (_, other_key) = first, second
    if one_key.decisions.keys() != other_key.decisions.keys():
        return
    for name, part in other_key.decisions.items():
        for field in ("weight", "competency"):
            if getattr(part, field) != getattr(one_key.decisions[name], field):
                path: DataPath = ("decisions", name, field)
                fault = _finding("not_same_item", field=field, id=one.id)
                yield document.problem(path, fault, _finding("give_twins_same"), _RULE)
    answer = same_answer((first, second))
    if answer is None:
        return
    least = ceil(LEAST_CHANGING * len(answer.decisions))
    if answer.changing < least:
        fault = _finding(
            "only_items_have_another",
            changing=answer.changing,
            len=len(answer.decisions),
            id=one.id,
            join=", ".join(answer.alike),
        )
        remedy = _finding("change_fact_decides_so", least=least)
        yield document.problem(("decisions",), fault, remedy, _RULE)
