"""The file of a review round: read with every mistake told, and written whole.

It stands beside the keys, in ``reviews/<case-id>.yaml``: reviewers quote the key. The rounds before it stand
in ``reviews/earlier/<day>/``, by the day on which they were opened.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import yaml
from filelock import FileLock

from graders.key.earlier import EARLIER
from graders.review.round import ReviewRound, ReviewRoundError, round_problems
from scenarios.documents.document import MAX_BYTES, read_document
from scenarios.documents.problem import Problem, ProblemsError
from scenarios.documents.shape import validated
from scenarios.documents.whole_file import write_whole
from scenarios.sentence import sentences_of

REVIEWS: Final = "reviews"
_HEAD: Final = (
    "# The review round of a case. It quotes the key. Written by kasuslab; see graders/review/README.md.\n"
)
_PATIENCE: Final = 20
_sentence = sentences_of(Path(__file__).with_name("review.yaml"))


def round_file(case_id: str, keys: Path) -> Path:
    """Where the round of a case stands; keys: the folder of its key."""
    return keys / REVIEWS / f"{case_id}.yaml"


def load_round(case_id: str, keys: Path) -> ReviewRound | None:
    """The round of a case; None where none was opened. Raises ProblemsError."""
    file = round_file(case_id, keys)
    return read_round(file) if file.is_file() else None


def read_round(file: Path) -> ReviewRound:
    """The round in `file`. Raises ProblemsError."""
    document = read_document(file)
    problems: list[Problem] = []
    round_ = validated(document, ReviewRound, problems)
    if round_ is not None:
        problems.extend(round_problems(document, round_))
        if file.stem != round_.case:
            fault = _sentence("other_case", case=round_.case, name=file.name)
            problems.append(document.problem(("case",), fault, _sentence("other_case_do"), "case"))
    if problems or round_ is None:
        raise ProblemsError(problems)
    return round_


def round_text(round_: ReviewRound) -> str:
    """A round as its file says it."""
    data = round_.model_dump(mode="json", exclude_defaults=True)
    return _HEAD + yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=MAX_BYTES)


def write_round(round_: ReviewRound, keys: Path) -> Path:
    """Write a round where it stands; the file. Raises ReviewRoundError."""
    file, text = round_file(round_.case, keys), round_text(round_)
    if len(text.encode()) > MAX_BYTES:
        raise ReviewRoundError(_sentence("too_large", file=file))
    try:
        write_whole(file, text, parents=True)
    except OSError as error:
        raise ReviewRoundError(_sentence("not_written", file=file, reason=error.strerror or error)) from None
    return file


def change_round(case_id: str, keys: Path, change: Callable[[ReviewRound], ReviewRound]) -> ReviewRound:
    """Read the round of a case, change it, write it, while nobody else changes it; the round as it is then.

    Raises ReviewRoundError where none was opened or it cannot be written, ProblemsError where it cannot be
    read, and whatever `change` raises; nothing is written then.
    """
    file = round_file(case_id, keys)
    if not file.is_file():
        raise ReviewRoundError(_sentence("no_round", case=case_id))
    with FileLock(file.with_name(f".{file.name}.lock"), timeout=_PATIENCE):
        before = read_round(file)
        after = change(before)
        if after != before:
            write_round(after, keys)
    return after


def lay_aside(round_: ReviewRound, keys: Path) -> Path:
    """Put the file of a round among the earlier ones; where it stands then. Raises ReviewRoundError."""
    file = round_file(round_.case, keys)
    place = file.parent / EARLIER / round_.opened.isoformat() / file.name
    number = 1
    while place.exists():
        number += 1
        place = place.with_name(f"{round_.case}-{number}.yaml")
    try:
        write_whole(place, file.read_bytes(), parents=True)
        file.unlink()
    except OSError as error:
        raise ReviewRoundError(_sentence("not_written", file=place, reason=error.strerror or error)) from None
    return place
