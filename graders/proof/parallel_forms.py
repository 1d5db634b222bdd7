"""Whether two test forms are parallel: a pair of twins an item, alike but for the fact that decides.

A class is measured before and after with forms that count the same, so that a difference is the class's and
not the forms'. Two cases for tests whose ids end in ``-a`` and ``-b`` after the same words are such a pair.
Item n of one and of the other ask the same question with the same options, competency and weight; the stories
differ, and so does what is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from typing import Final

from graders.key.key import Key
from graders.proof.guessing.same_answer import same_answer
from scenarios.case import Case, common_languages
from scenarios.documents.document import DataPath, Document
from scenarios.documents.problem import Problem
from scenarios.language import Language
from scenarios.proof.prose import words

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
            fault = f"“{name}” is not that of {first.id}, the form beside this one"
            yield document.problem((name,), fault, "Give both forms the same", _RULE)
    asked = [[decision.id for decision in case.key_decisions()] for case in (first, second)]
    if asked[0] != asked[1]:
        fault = f"the decisions are {', '.join(asked[1])}, and in {first.id} {', '.join(asked[0])}"
        yield document.problem(("scenes",), fault, "Ask the same in both forms, in the same order", _RULE)
        return
    for language in common_languages((first, second)):
        yield from _text_problems(
            document, first.in_language(language), second.in_language(language), language
        )


def _text_problems(document: Document, first: Case, second: Case, language: Language) -> Iterator[Problem]:
    remedy = "Write the same in both forms: only the story tells them apart"
    for scene, decision in second.decisions():
        if decision.is_scored and decision != first.decision(decision.id):
            fault = f"“{decision.id}” asks or offers something else than in {first.id} ({language})"
            yield document.problem(("scenes", scene, "decision"), fault, remedy, _RULE)
    if first.facts != second.facts:
        fault = f"the facts are not those of {first.id} ({language})"
        yield document.problem(("facts",), fault, remedy, _RULE)
    lengths = [sum(len(words(scene.text)) for scene in case.scenes.values()) for case in (first, second)]
    if max(lengths) > MOST_LONGER * min(lengths):
        fault = f"the scenes have {lengths[1]} words, and those of {first.id} {lengths[0]} ({language})"
        yield document.problem(("scenes",), fault, "Keep both within a tenth of each other", _RULE)


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
                fault = f"the {field} is not that of the same item of {one.id}"
                yield document.problem(path, fault, "Give twins the same", _RULE)
    answer = same_answer((first, second))
    if answer is None:
        return
    least = ceil(LEAST_CHANGING * len(answer.decisions))
    if answer.changing < least:
        fault = (
            f"only {answer.changing} of {len(answer.decisions)} items have another answer than in {one.id} "
            f"(alike: {', '.join(answer.alike)})"
        )
        remedy = f"Change the fact that decides, so that {least} of them have"
        yield document.problem(("decisions",), fault, remedy, _RULE)
