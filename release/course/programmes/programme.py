"""A programme: its sessions with their lessons, cases and words, its two test forms, its sheets to fill in.

One file a programme stands beside this module, and all are read as the same model.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from graders.key.key import KEYS_VARIABLE
from scenarios.case import PROGRAMMES
from scenarios.case import Programme as ProgrammeCode
from scenarios.documents.part import CaseId, Id, Part
from scenarios.documents.problem import BadInputError
from scenarios.language import SOURCE, Texts
from scenarios.library import CASES, read_model
from scenarios.loader import case_file
from scenarios.sentence import sentences_of

PLANS = Path(__file__).parent
WORKSHOP: ProgrammeCode = "A1"  # what --programme means where it names none
MOST_DAYS = 60
MOST_A_DAY = 6
_sentence = sentences_of(PLANS / "programmes.yaml")


class ProgrammeError(BadInputError):
    """A programme cannot be made as it was asked for; a sentence."""


class Exercise(Part):
    """What a session does beside lessons and cases. steps: one after the other; minutes: of them all."""

    title: Texts
    steps: Annotated[tuple[Texts, ...], Field(min_length=1, max_length=8)]
    minutes: Annotated[int, Field(ge=5, le=120)]


class PaperSheet(Part):
    """A table to print and to fill in by hand.

    columns: the headings, that of the first column too; services: of the referral directory, whose names
    begin a row each; rows: what begins each of the others; blank: rows that nothing begins.
    """

    title: Texts
    about: Texts
    columns: Annotated[tuple[Texts, ...], Field(min_length=2, max_length=7)]
    services: tuple[Id, ...] = ()
    rows: tuple[Texts, ...] = ()
    blank: Annotated[int, Field(ge=0, le=12)] = 0


class ProgrammeSession(Part):
    """One session.

    opening, closing: what the facilitator says; lessons: the competencies on which one is read; exercise:
    what else is done; test: whether a test is played in it; other: minutes beside all of these.
    """

    title: Texts
    goal: Texts
    why: Texts
    opening: Texts
    closing: Texts
    lessons: Annotated[tuple[str, ...], Field(max_length=3)] = ()
    cases: Annotated[tuple[CaseId, ...], Field(max_length=3)] = ()
    exercise: Exercise | None = None
    test: bool = False
    other: Annotated[int, Field(ge=0, le=120)] = 30


class Programme(Part):
    """A programme.

    roles: of its participants, as cases name them; for_whom: the same in words; reasons: of its order;
    tests: two parallel forms; explain: minutes to explain one; lesson: minutes to read one; feedback:
    minutes to read that on a case where everybody learns alone, None where a facilitator is in the room;
    every, a_day: days from one day of sessions to the next, and sessions on one day.
    """

    code: ProgrammeCode
    name: Texts
    for_whom: Texts
    roles: Annotated[tuple[Id, ...], Field(min_length=1)]
    objectives: Annotated[tuple[Texts, ...], Field(min_length=2, max_length=6)]
    reasons: Annotated[tuple[Texts, ...], Field(min_length=1)]
    tests: tuple[CaseId, CaseId]
    explain: Annotated[int, Field(ge=0, le=60)]
    lesson: Annotated[int, Field(ge=1, le=30)]
    feedback: Annotated[int, Field(ge=1, le=60)] | None = None
    every: Annotated[int, Field(ge=1, le=MOST_DAYS)]
    a_day: Annotated[int, Field(ge=1, le=MOST_A_DAY)]
    sessions: Annotated[tuple[ProgrammeSession, ...], Field(min_length=2, max_length=12)]
    sheets: tuple[PaperSheet, ...] = ()

    @property
    def cases(self) -> tuple[str, ...]:
        """The cases of all sessions, in their order."""
        return tuple(case for session in self.sessions for case in session.cases)

    @property
    def is_self_study(self) -> bool:
        """Whether everybody learns alone, with no facilitator in the room."""
        return self.feedback is not None


def plan_file(code: ProgrammeCode, folder: Path = PLANS) -> Path:
    """The file of a programme in `folder`."""
    return folder / f"{code.lower()}.yaml"


@lru_cache(maxsize=16)
def load_programme(code: str, folder: Path = PLANS) -> Programme:
    """Load a programme by its code. Raises ProgrammeError where there is none, ProblemsError."""
    for one in PROGRAMMES:
        if one == code:
            return read_model(plan_file(one, folder), Programme)
    raise ProgrammeError(
        _sentence("no_programme", code=code, choices=", ".join(PROGRAMMES), workshop=WORKSHOP)
    )


def load_programmes(folder: Path = PLANS) -> Mapping[ProgrammeCode, Programme]:
    """All programmes by their codes. Raises ProblemsError."""
    return {code: load_programme(code, folder) for code in PROGRAMMES}


def programme_cases(programme: Programme, keys: Path) -> tuple[str, ...]:
    """The cases of a course of this programme, without its tests.

    keys: the folder of all their keys. Raises ProgrammeError where one of them is missing.
    """
    missing = [case for case in programme.cases if not (keys / f"{case}.yaml").is_file()]
    if missing:
        raise ProgrammeError(
            _sentence("no_keys", keys=keys, cases=", ".join(missing), variable=KEYS_VARIABLE)
        )
    return programme.cases


def programme_ids(
    programme: Programme, keys: Path, cases: Path = CASES, *, tests: bool = True
) -> tuple[str, ...]:
    """The cases of a course of this programme, with its tests where they are wanted and can be had.

    Raises ProgrammeError, see `programme_cases`; `lacking_tests` says why there are no tests.
    """
    ids = programme_cases(programme, keys)
    return (*ids, *programme.tests) if tests and not lacking_tests(programme, keys, cases) else ids


def lacking_tests(programme: Programme, keys: Path, cases: Path = CASES) -> str:
    """Why a course of this programme can have no tests, and what to do: a sentence, "" where it can."""
    absent = [test for test in programme.tests if not (cases / test / case_file(SOURCE)).is_file()]
    if absent:
        return _sentence("no_tests", library=cases, tests=", ".join(absent))
    missing = [test for test in programme.tests if not (keys / f"{test}.yaml").is_file()]
    if missing:
        return _sentence("no_test_keys", keys=keys, tests=", ".join(missing))
    return ""
