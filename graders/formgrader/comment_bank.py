"""The facilitator's own comments, kept in the course so that they can be used again.

The bank takes in only what a facilitator asked it to keep, and refuses what it must not hold: names and
other personal data, and the words of a trainee. It says nothing of who received a comment.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeAlias

import yaml
from filelock import FileLock
from pydantic import Field

from graders.reflections.ready_comments import name_in, quote_in
from scenarios.documents.part import Part
from scenarios.documents.problem import BadInputError
from scenarios.documents.whole_file import write_whole
from scenarios.library import read_model
from scenarios.sentence import sentences_of

_sentence = sentences_of(Path(__file__).with_name("formgrader.yaml"))

COMMENTS = "comments.yaml"
LONGEST = 1000
MOST = 200

_HEAD = (
    "# Tanggapan siap pakai milik fasilitator, satu butir satu: tanpa nama, tanpa kutipan peserta.\n"
    "# The facilitator's comments for use again, one entry each: no names, no words of a trainee.\n"
)
_LOCK_SECONDS = 10

Comment: TypeAlias = Annotated[str, Field(min_length=1, max_length=LONGEST)]


class CommentBankError(BadInputError):
    """A comment cannot be kept. reason: the name of the page's sentence; detail: what fills it."""

    def __init__(self, reason: str, detail: str = "") -> None:
        """Make the error, whose text is that sentence."""
        self.reason, self.detail = reason, detail
        super().__init__(_sentence(f"refused_{reason}", told=detail))


@dataclass(frozen=True, slots=True)
class BankComment:
    """One comment of the bank. id: made from its text."""

    id: str
    text: str


class _File(Part):
    comments: Annotated[tuple[Comment, ...], Field(max_length=MOST)] = ()


def read_comments(course: Path) -> tuple[BankComment, ...]:
    """The comments of the course at `course`, oldest first. Raises ProblemsError."""
    file = course / COMMENTS
    texts = read_model(file, _File).comments if file.exists() else ()
    return tuple(BankComment(_identity(text), text) for text in dict.fromkeys(texts))


def keep_comment(
    course: Path, text: str, *, names: Iterable[str] = (), trainee_texts: Iterable[str] = ()
) -> tuple[BankComment, ...]:
    """Add `text` to the bank; give all of it. One that stands there already changes nothing.

    names: names and ids of the course's people; trainee_texts: what was read when the comment was
    written. Raises CommentBankError where the text must not be kept, ProblemsError where the bank
    cannot be read, OSError where it cannot be written.
    """
    comment_text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()
    _check(comment_text, names, trainee_texts)
    with _locked(course):
        comments = read_comments(course)
        if len(comments) >= MOST:
            raise CommentBankError("full")
        texts = dict.fromkeys([*(comment.text for comment in comments), comment_text])
        _write(course, texts)
    return read_comments(course)


def drop_comment(course: Path, identity: str) -> tuple[BankComment, ...]:
    """Take a comment out of the bank; give what stays. One that is gone changes nothing.

    Raises ProblemsError where the bank cannot be read, OSError where it cannot be written.
    """
    with _locked(course):
        comments = read_comments(course)
        stays = [comment.text for comment in comments if comment.id != identity]
        if len(stays) < len(comments):
            _write(course, stays)
    return read_comments(course)


def _check(text: str, names: Iterable[str], trainee_texts: Iterable[str]) -> None:
    if not text:
        raise CommentBankError("empty")
    if len(text) > LONGEST:
        raise CommentBankError("long", str(LONGEST))
    if name := name_in(text, names):
        raise CommentBankError("personal", name)
    if quoted := quote_in(text, trainee_texts):
        raise CommentBankError("quoted", quoted)


def _identity(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@contextmanager
def _locked(course: Path) -> Iterator[None]:
    # Two pages may be open at once, and neither shall lose what the other kept.
    with FileLock(course / f".{COMMENTS}.lock", timeout=_LOCK_SECONDS):
        yield


def _write(course: Path, texts: Iterable[str]) -> None:
    data = {"comments": list(texts)}
    text = _HEAD + yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100)
    write_whole(course / COMMENTS, text)
