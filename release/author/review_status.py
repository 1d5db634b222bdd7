"""The status of a case as its review round gives it: “reviewed” written into its file, or taken back out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from graders.review.review_proof import RULE
from release.author.bench.edit import Edit, EditError, Put, Take, edited, is_there, read, value_at
from release.author.check import Bench, check_case, review_state
from scenarios.case import CaseReview
from scenarios.documents.document import Data
from scenarios.documents.problem import BadInputError, ProblemsError
from scenarios.documents.whole_file import write_whole
from scenarios.language import SOURCE
from scenarios.loader import case_file, load_case
from scenarios.sentence import Sentence, sentences_of

_BOM = b"\xef\xbb\xbf"
_sentence = sentences_of(Path(__file__).with_name("review_status.yaml"))


class ReviewStatusError(BadInputError):
    """A status cannot be written; the text says why. Nothing was."""


@dataclass(frozen=True, slots=True)
class StatusOutcome:
    """What became of the status of a case.

    lacking: why it is no reviewed one, none where it is; written: whether its file was.
    """

    lines: tuple[Sentence, ...]
    lacking: tuple[Sentence, ...]
    written: bool


def settle_status(folder: Path, bench: Bench) -> StatusOutcome:
    """Write the status that the round of a case gives it: reviewed, or draft where anything lacks.

    The rest of its file stays byte for byte. Raises ProblemsError where nothing of a review lacks, but the
    case has other errors; ReviewStatusError where its file cannot be edited.
    """
    case = load_case(folder)
    state, file = review_state(folder, case, bench), folder / case_file(SOURCE)
    review, lacking = state.review(), state.lacking()
    before = file.read_bytes()
    if case.status == "retired":
        return StatusOutcome((_sentence("retired", case=case.id),), (), written=False)
    if review is None:
        after = draft_bytes(before, file)
        name = "back_to_draft" if after != before else "stays_draft"
        lines = (_sentence(name, case=case.id), *(_sentence("lacking", what=one) for one in lacking))
    else:
        after = _reviewed_bytes(before, review, file)
        _prove(folder, after, bench)
        name = "reviewed_now" if after != before else "reviewed_already"
        lines = (_sentence(name, case=case.id),)
    if after != before:
        write_whole(file, after)
    return StatusOutcome(lines, lacking, written=after != before)


def draft_bytes(content: bytes, file: Path) -> bytes:
    """A ``case.yaml`` without its review, and as that of a draft where it called itself reviewed.

    file: what it is called where it cannot be edited. Raises ReviewStatusError.
    """
    return _edited(content, file, None)


def _reviewed_bytes(content: bytes, review: CaseReview, file: Path) -> bytes:
    data = review.model_dump(mode="json", exclude_defaults=True)
    return _edited(content, file, data)


def _edited(content: bytes, file: Path, review: Mapping[str, Data] | None) -> bytes:
    mark = _BOM if content.startswith(_BOM) else b""
    try:
        text = content[len(mark) :].decode()
        return mark + edited(text, list(_edits(read(text), review))).encode()
    except (EditError, UnicodeDecodeError, yaml.YAMLError):
        raise ReviewStatusError(_sentence("not_edited", file=file.name)) from None


def _edits(data: Data, review: Mapping[str, Data] | None) -> Iterator[Edit]:
    if review is not None:
        yield Put(("status",), "reviewed")
        yield Put(("review",), dict(review), after="status")
        return
    if value_at(data, ("status",)) == "reviewed":
        yield Put(("status",), "draft")
    if is_there(data, ("review",)):
        yield Take(("review",))


def _prove(folder: Path, content: bytes, bench: Bench) -> None:
    """Refuse a case that would have errors as a reviewed one: it is checked as such before it is written."""
    with TemporaryDirectory() as place:
        trial = Path(place).resolve() / folder.resolve().name
        shutil.copytree(folder, trial)
        (trial / case_file(SOURCE)).write_bytes(content)
        problems = check_case(trial, replace(bench, plays=0)).problems
    left = [one for one in problems if one.level == "error" and one.rule != RULE]
    if left:
        own = [replace(one, file=one.file.replace(str(trial), str(folder))) for one in left]
        raise ProblemsError(own)
