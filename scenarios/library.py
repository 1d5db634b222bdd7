"""The library of cases: where they stand, and how a data file of the lab is read into its model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from scenarios.documents.document import read_document, read_documents
from scenarios.documents.problem import BadInputError, Problem, ProblemsError
from scenarios.documents.shape import validated
from scenarios.language import LANGUAGES, Language
from scenarios.loader import mapping
from scenarios.sentence import sentences_of

M = TypeVar("M", bound=BaseModel)

SCENARIOS = Path(__file__).resolve().parent
CASES = SCENARIOS / "cases"
CASE_FOLDER = "case"  # of an assignment, beside its notebook
_sentence = sentences_of(SCENARIOS / "library.yaml")


class NoSuchCaseError(BadInputError):
    """No case of that id stands in the library; the text says which do."""


def case_ids(cases: Path = CASES) -> tuple[str, ...]:
    """The ids of all cases in the folder `cases`, sorted."""
    return tuple(sorted(file.parent.name for file in cases.glob("*/case.yaml")))


def practice_ids(cases: Path = CASES) -> tuple[str, ...]:
    """The ids of the cases for practice: the keys of the others stand elsewhere. Raises ProblemsError."""
    documents = read_documents(*(cases / case_id / "case.yaml" for case_id in case_ids(cases)))
    uses = {document.file.parent.name: mapping(document.data).get("use") for document in documents}
    return tuple(case_id for case_id, use in uses.items() if use == "practice")


def case_folder(case_id: str, cases: Path = CASES) -> Path:
    """The folder of one case. Raises NoSuchCaseError."""
    known = case_ids(cases)
    if case_id not in known:
        raise NoSuchCaseError(_sentence("no_case", case=case_id, choices=", ".join(known) or "–"))
    return cases / case_id


def read_model(file: Path, model: type[M], languages: Sequence[Language] = LANGUAGES) -> M:
    """Read one YAML file as a `model`. Raises ProblemsError with all that is wrong.

    languages: those that each of its texts has to stand in.
    """
    problems: list[Problem] = []
    read = validated(read_document(file), model, problems, languages)
    if problems or read is None:
        raise ProblemsError(problems)
    return read
