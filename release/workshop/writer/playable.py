"""A case as a workshop plays it: with its key, and the feedback that the key gives; for the writer alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from graders.feedback.key_feedback import KeyFeedback
from graders.key.guide import Guide, guides_of
from graders.key.key import Key, load_key
from release.workshop.failure import failure_sentence
from scenarios.case import Case
from scenarios.directory.services import Directory
from scenarios.documents.problem import BadInputError
from scenarios.library import case_folder
from scenarios.loader import load_case


class NotForPracticeError(BadInputError):
    """A case for a test may not be opened where its feedback would be seen before it is due."""


@dataclass(frozen=True, slots=True)
class Playable:
    """A case with its key. feedback: as due in practice; revealed: as due once the room has seen it.

    guide: how it is debriefed, None where it has none.
    """

    case: Case
    key: Key
    feedback: KeyFeedback
    revealed: KeyFeedback
    guide: Guide | None = None


def playables(
    cases_folder: Path,
    cases: tuple[str, ...],
    keys_folder: Path,
    directory: Directory | None = None,
    *,
    tests: bool = False,
) -> dict[str, Playable]:
    """The cases and their keys by id; `directory` names the services in feedback.

    tests: whether cases for a test may be among them, of which no feedback is given here.

    Raises ProblemsError, NoSuchCaseError or NotForPracticeError.
    """
    by_id: dict[str, Playable] = {}
    for case_id in cases:
        case = load_case(case_folder(case_id, cases_folder))
        if case.use != "practice" and not tests:
            raise NotForPracticeError(failure_sentence("case_for_test", case=case_id))
        key = load_key(case, keys_folder)
        feedback = KeyFeedback(case, key, directory=directory)
        revealed = KeyFeedback(case, key, due=True, directory=directory)
        by_id[case_id] = Playable(case, key, feedback, revealed, guides_of([case]).get(case_id))
    return by_id
