"""What is said of phones that count, in every language; what is wrong as a sentence."""

from __future__ import annotations

from pathlib import Path

from scenarios.documents.problem import BadInputError
from scenarios.language import TERMINAL, Language, read_catalogue

_TEXTS = Path(__file__).with_name("phones.yaml")


class PhonesError(BadInputError):
    """What was asked for cannot be done. Its text is a sentence in the terminal's language."""

    def __init__(self, name: str, /, **values: object) -> None:
        """name: of the sentence in phones.yaml; values: what stands in it."""
        super().__init__(phone_sentence(name, **values))


def phone_sentence(name: str, /, language: Language = TERMINAL, **values: object) -> str:
    """One sentence of the catalogue."""
    return read_catalogue(_TEXTS)[name][language].format(**values)
