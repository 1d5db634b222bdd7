"""The keys by which a course was graded: a copy of each, so that there is a way back from a newer one."""

from __future__ import annotations

import os
from pathlib import Path

from graders.grading.class_key import SHELF, earlier_key
from graders.key.key import key_file
from scenarios.case import Case
from scenarios.documents.problem import BadInputError
from scenarios.documents.whole_file import OWNER_ALONE, write_whole
from scenarios.sentence import sentences_of

_sentence = sentences_of(Path(__file__).with_name("grade.yaml"))


class NoWayBackError(BadInputError):
    """A course keeps no key of before; a sentence."""


def store_key(course: Path, case: Case, keys: Path, digest: str) -> None:
    """Keep a copy of the key in `keys` by which `case` is graded now. Raises OSError.

    digest: of the key's files, see `graders.grading.case_grader.key_digest`.
    """
    folder = course / SHELF / case.id / digest
    for language in case.languages:
        name = key_file(case.id, language)
        if not (folder / name).is_file():
            write_whole(folder / name, (keys / name).read_bytes(), mode=OWNER_ALONE, parents=True)
    os.utime(folder)  # the one that was used last is the newest


def way_back(course: Path, case: str) -> Path:
    """The folder of the key by which a class was graded before the one of now. Raises NoWayBackError."""
    keys = earlier_key(course, case)
    if keys is None:
        raise NoWayBackError(_sentence("no_earlier_key", case=case))
    return keys
