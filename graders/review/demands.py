"""What the library demands of a review: which roles sign which question, and what a panel has to be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias, get_args

from pydantic import Field

from scenarios.directory.reviewer_roles import load_reviewer_roles
from scenarios.documents.document import DataPath, Document, read_document
from scenarios.documents.part import Id, Part
from scenarios.documents.problem import Problem, ProblemsError
from scenarios.documents.shape import validated
from scenarios.language import Texts
from scenarios.sentence import sentences_of

DEMANDS: Final = Path(__file__).with_name("demands.yaml")
Question: TypeAlias = Literal["law", "practice", "language", "safety", "child_voice"]
QUESTIONS: Final[tuple[Question, ...]] = get_args(Question)
_sentence = sentences_of(Path(__file__).with_name("review.yaml"))


class ReviewQuestion(Part):
    """What is asked of a case, and who has to agree. bars: whether an objection bars it, whoever makes it."""

    name: Texts
    asks: Texts
    signed_by: Annotated[tuple[Id, ...], Field(min_length=1)]
    bars: bool


class PanelDemand(Part):
    """What a panel has to be: so many experts, of so many sectors."""

    experts: Annotated[int, Field(ge=1)]
    sectors: Annotated[int, Field(ge=1)]


class ReviewDemands(Part):
    """All that is demanded. own_practice: who signs the practice of a case, too, by the role of the case."""

    questions: Mapping[Question, ReviewQuestion]
    own_practice: Mapping[Id, Id]
    panel: PanelDemand

    def roles(self, question: Question, case_role: str) -> tuple[str, ...]:
        """The roles that have to sign `question` of a case that flags duties of `case_role`."""
        own = self.own_practice.get(case_role) if question == "practice" else None
        return tuple(dict.fromkeys((*self.questions[question].signed_by, *([own] if own else []))))


@lru_cache(maxsize=8)
def load_demands(file: Path = DEMANDS) -> ReviewDemands:
    """Load the demands. Raises ProblemsError, also for a question that lacks, or a role that is unknown."""
    document = read_document(file)
    problems: list[Problem] = []
    demands = validated(document, ReviewDemands, problems)
    if demands is not None:
        problems.extend(_problems(document, demands))
    if problems or demands is None:
        raise ProblemsError(problems)
    return demands


def _problems(document: Document, demands: ReviewDemands) -> Iterator[Problem]:
    roles = load_reviewer_roles()
    choices = ", ".join(roles)
    for question in QUESTIONS:
        if question not in demands.questions:
            fault = _sentence("question_lacks", question=question)
            yield document.problem(("questions",), fault, _sentence("question_lacks_do"), "question")
    named: list[tuple[DataPath, str]] = [
        (("questions", question, "signed_by", number), role)
        for question, asked in demands.questions.items()
        for number, role in enumerate(asked.signed_by)
    ]
    named += [(("own_practice", name), role) for name, role in demands.own_practice.items()]
    for path, role in named:
        if role not in roles:
            fault = _sentence("unknown_role", role=role)
            yield document.problem(path, fault, _sentence("unknown_role_do", choices=choices), "role")
