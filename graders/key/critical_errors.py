"""The critical errors: what a worker must never do, whom it binds, and on what it rests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from scenarios.directory.sources import Source, load_sources
from scenarios.documents.document import Document, read_document
from scenarios.documents.part import Id, Part
from scenarios.documents.problem import Problem, ProblemsError
from scenarios.documents.shape import validated
from scenarios.language import Texts
from scenarios.sentence import sentences_of

_finding = sentences_of(Path(__file__).with_name("findings.yaml"))

CRITICAL_ERRORS = Path(__file__).resolve().parent / "critical_errors.yaml"
ANYONE = "anyone"
OVERSHARING = "E15"

ErrorCode: TypeAlias = Annotated[str, StringConstraints(pattern=r"^E\d\d$")]
Grade = Literal["harm", "practice"]


class CriticalError(Part):
    """One critical error.

    grade: harm stops a pass, practice costs points only; roles: whose duty it is, ``anyone`` for all;
    sources: what it rests on.
    """

    name: Texts
    why: Texts
    grade: Grade
    roles: Annotated[tuple[Id, ...], Field(min_length=1)]
    sources: Annotated[tuple[str, ...], Field(min_length=1)]

    def binds(self, role: str) -> bool:
        """Whether a flag may name `role`."""
        return ANYONE in self.roles or role in self.roles


class CriticalErrors(Part):
    """All critical errors by their code."""

    errors: Mapping[ErrorCode, CriticalError]


@lru_cache(maxsize=8)
def load_critical_errors(file: Path = CRITICAL_ERRORS) -> Mapping[str, CriticalError]:
    """Load the critical errors by code.

    Raises ProblemsError with every problem: of shape, a source that does not exist, an error of the
    grade harm that rests on no law or safeguarding source.
    """
    problems: list[Problem] = []
    document = read_document(file)
    read = validated(document, CriticalErrors, problems)
    if read is not None:
        problems.extend(_source_problems(document, read.errors, load_sources()))
    if problems or read is None:
        raise ProblemsError(problems)
    return read.errors


def _source_problems(
    document: Document, errors: Mapping[str, CriticalError], sources: Mapping[str, Source]
) -> Iterator[Problem]:
    for code, error in errors.items():
        path = ("errors", code, "sources")
        known = [sources[source] for source in error.sources if source in sources]
        if len(known) < len(error.sources):
            unknown = ", ".join(source for source in error.sources if source not in sources)
            fault, remedy = _finding("there_no_source", code=unknown), _finding("use_code_scenarios_sources")
            yield document.problem(path, fault, remedy, "source")
        if error.grade == "harm" and not any(source.carries_a_flag for source in known):
            fault, remedy = _finding("error_harm_rests_no_law"), _finding("name_one_or_make")
            yield document.problem(path, fault, remedy, "flag-source")
