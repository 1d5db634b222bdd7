"""The facilitator's guide to a case: the debrief by PEARLS phase, and what to listen for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import Field

from graders.key.earlier import folder_of
from scenarios.case import Case
from scenarios.documents.part import CaseId, Part
from scenarios.documents.problem import Problem
from scenarios.language import Texts
from scenarios.library import read_model
from scenarios.sentence import sentences_of

_finding = sentences_of(Path(__file__).with_name("findings.yaml"))

GUIDES = Path(__file__).resolve().parents[1] / "guides"

Questions: TypeAlias = Annotated[tuple[Texts, ...], Field(min_length=1, max_length=3)]


class Debrief(Part):
    """Open questions for each phase of a PEARLS debrief (scoring.md, “What makes training work”)."""

    reactions: Questions
    description: Questions
    analysis: Questions
    summary: Questions


class Guide(Part):
    """How to debrief one case. minutes: how long it takes; sectors: where they tend to judge differently."""

    case: CaseId
    minutes: Annotated[int, Field(ge=15, le=60)]
    debrief: Debrief
    listen: Annotated[tuple[Texts, ...], Field(min_length=2, max_length=4)]
    sectors: Annotated[tuple[Texts, ...], Field(min_length=1, max_length=3)]


def load_guide(case_id: str, folder: Path = GUIDES) -> Guide:
    """The guide to a case. Raises ProblemsError."""
    return read_model(folder / f"{case_id}.yaml", Guide)


def guides_of(cases: Iterable[Case], folder: Path = GUIDES) -> Mapping[str, Guide]:
    """The guides to these cases by case id, each for the version of its case; some may have none.

    Raises ProblemsError.
    """
    places = {case.id: folder_of(case, folder) for case in cases}
    return {
        name: load_guide(name, place) for name, place in places.items() if (place / f"{name}.yaml").is_file()
    }


def guide_problems(case_id: str, guide: Guide, folder: Path = GUIDES) -> Iterator[Problem]:
    """What the model cannot say: a guide that names another case."""
    if guide.case != case_id:
        fault = _finding("this_guide_not", case=guide.case, case_id=case_id)
        file = str(folder / f"{case_id}.yaml")
        yield Problem(file, 1, "case", fault, _finding("give_file_name_its"), "case")
