"""The numbers of cards: how often the card of a seat was replaced, so that a lost one opens nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from scenarios.documents.problem import BadInputError
from scenarios.documents.whole_file import OWNER_ALONE, write_whole
from scenarios.sentence import sentences_of

_sentence = sentences_of(Path(__file__).with_name("card_numbers.yaml"))
_NUMBERS = TypeAdapter(dict[str, int])


class CardsError(BadInputError):
    """The numbers of cards cannot be read or kept; a sentence."""


@dataclass(slots=True)
class CardNumbers:
    """The numbers in `file`, by the ids of seats: 0 of a first card, one more with each that was replaced.

    It is read anew where it has changed.
    """

    file: Path
    _numbers: Mapping[str, int] = field(default_factory=dict, init=False)
    _read: tuple[int, int] = field(default=(0, 0), init=False)

    def of(self, seat: str) -> int:
        """The number of the card that opens a seat. Raises CardsError where the file cannot be read."""
        version = file_version(self.file)
        if version != self._read:
            self._numbers, self._read = self._in_file(), version
        return self._numbers.get(seat, 0)

    def replace_card(self, seat: str) -> None:
        """Let the next card open a seat, and no earlier one. Raises CardsError."""
        number = self.of(seat) + 1
        try:
            write_whole(self.file, json.dumps({**self._numbers, seat: number}), mode=OWNER_ALONE)
        except OSError as error:
            raise CardsError(_sentence("unwritable", file=self.file, why=error.strerror)) from None

    def _in_file(self) -> Mapping[str, int]:
        try:
            return _NUMBERS.validate_json(self.file.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValidationError):
            raise CardsError(_sentence("unread", file=self.file)) from None


def file_version(file: Path) -> tuple[int, int]:
    """What changes with each writing of a file: when it was written, in ns, and its bytes; (0, 0) of none."""
    try:
        about = file.stat()
    except OSError:
        return (0, 0)
    return (about.st_mtime_ns, about.st_size)
