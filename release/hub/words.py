"""What is said of a hub, in every language; what is wrong as a sentence."""

from __future__ import annotations

from pathlib import Path

from scenarios.documents.problem import BadInputError
from scenarios.sentence import sentences_of

HUB_TEXTS = Path(__file__).with_name("hub.yaml")
hub_sentence = sentences_of(HUB_TEXTS)


class HubError(BadInputError):
    """A hub cannot be what was asked for; a sentence that says why, and what to do."""
