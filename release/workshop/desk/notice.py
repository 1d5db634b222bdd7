"""A notice: one sentence to the facilitator, and whether it is good, wants a look, or is bad."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scenarios.language import Texts, read_catalogue

Level = Literal["good", "look", "bad"]


@dataclass(frozen=True, slots=True)
class Notice:
    """What the start page says of something that it did or checked, in every language."""

    level: Level
    text: Texts


def notice(catalogue: Path, level: Level, name: str, /, **values: object) -> Notice:
    """The sentence `name` of a catalogue, with `values` in its places."""
    return Notice(level, read_catalogue(catalogue)[name].format(**values))


def both(first: Notice, second: Notice) -> Notice:
    """Two sentences as one notice, of the second one's level."""
    return Notice(second.level, Texts.same("{first} {second}").format(first=first.text, second=second.text))
