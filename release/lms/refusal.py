"""Refusals of what a platform or a browser brought: a sentence for the person, a word for the log."""

from __future__ import annotations

from pathlib import Path

from scenarios.documents.problem import BadInputError
from scenarios.sentence import sentences_of

lms_sentence = sentences_of(Path(__file__).with_name("lms.yaml"))


class LtiRefusedError(BadInputError):
    """What was brought is refused; a sentence. reason: its name in ``lms.yaml``, which tells of nobody.

    values: what its sentence names.
    """

    def __init__(self, reason: str, /, **values: object) -> None:
        """Make the sentence of the reason."""
        self.reason, self.values = reason, values
        super().__init__(lms_sentence(reason, **values))
