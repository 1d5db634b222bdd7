"""Failures: why a workshop does not start, and what the log tells of an error that nobody foresaw."""

from __future__ import annotations

import json
import re
import traceback
from pathlib import Path

from scenarios.documents.problem import BadInputError
from scenarios.language import Texts
from scenarios.sentence import Sentence, error_texts, sentences_of

failure_sentence = sentences_of(Path(__file__).with_name("failure.yaml"))
_REFUSAL = re.compile(r"^refused (\{.*\})$", re.MULTILINE)


class WorkshopRefusedError(BadInputError):
    """The workshop does not start; a sentence that says why, and what to do."""


def refusal_line(error: BadInputError) -> str:
    """What a process writes for the one that started it: why it ends, in every language."""
    return f"refused {json.dumps(dict(error_texts(error).items()))}"


def refusal_in(text: str) -> Sentence | None:
    """What the last line in `text` tells that `refusal_line` wrote; None where there is none."""
    lines = _REFUSAL.findall(text)
    return Sentence(Texts(json.loads(lines[-1]))) if lines else None


def kind_and_place(error: BaseException) -> str:
    """The kind of an error and the line of code that raised it: nothing of who asked or what was sent."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"
