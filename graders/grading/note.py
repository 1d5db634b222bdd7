"""The note of a grading, ``grading.json`` beside the autograded notebook: by which key, and what came out.

It holds what a later run must know without reading the record again; no text of a trainee stands in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from graders.grading.submission import Reason
from scenarios.documents.whole_file import write_whole

NOTE = "grading.json"


@dataclass(frozen=True, slots=True)
class GradingNote:
    """What one submission came to.

    key_digest: the SHA-256 of the key's files, in hexadecimal digits; play: the id of the play, None
    where it could not be read; reason and detail: why it was not judged, else None and ""; S, H, M:
    the result (scoring.md, “A case”), None where there is none; raw and max: points, raw None where
    not judged; incomplete: whether something is still open, as in all that was not judged; points: by
    decision id, empty where not judged; record: the SHA-256 of the record that was read, in hexadecimal
    digits, "" where it was not (see `graders.grading.submission.record_digest`); variant: of the case that
    was played, None where it has none or nothing was judged.
    """

    case: str
    case_version: str
    key_version: str
    key_digest: str
    play: str | None
    status: Literal["judged", "not_judged"]
    reason: Reason | None
    detail: str
    S: float | None
    H: int | None
    M: int | None
    raw: float | None
    max: float
    incomplete: bool
    points: Mapping[str, float]
    record: str = ""
    variant: str | None = None


_NOTE: TypeAdapter[GradingNote] = TypeAdapter(GradingNote)


def note_text(note: GradingNote) -> str:
    """What a file holds that `note` is written into."""
    return json.dumps(_NOTE.dump_python(note, mode="json"), ensure_ascii=False, indent=1) + "\n"


def write_note(folder: Path, note: GradingNote) -> None:
    """Write `note` into `folder`, whole or not at all; nbgrader leaves its files read-only there."""
    write_whole(folder / NOTE, note_text(note))


def read_note(folder: Path) -> GradingNote | None:
    """The note in `folder`; None where none stands there that can be read, as before a first grading."""
    try:
        return _NOTE.validate_json((folder / NOTE).read_bytes())
    except (OSError, ValidationError):
        return None
