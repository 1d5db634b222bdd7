"""What is said of phones that count, in every language; what is wrong as a sentence."""

from __future__ import annotations

from pathlib import Path

from scenarios.documents.problem import BadInputError
from scenarios.sentence import sentences_of

phone_sentence = sentences_of(Path(__file__).with_name("phones.yaml"))


class PhonesError(BadInputError):
    """What was asked for cannot be done; a sentence."""
