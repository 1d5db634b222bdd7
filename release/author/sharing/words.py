"""What is said of bundles, and why one is refused."""

from __future__ import annotations

from pathlib import Path

from scenarios.documents.problem import BadInputError
from scenarios.sentence import sentences_of

sentence = sentences_of(Path(__file__).with_name("sharing.yaml"))


class SharingError(BadInputError):
    """A bundle cannot be made, read or taken in; a sentence. Nothing was changed."""
