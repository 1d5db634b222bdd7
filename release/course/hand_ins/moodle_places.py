"""What a course remembers of where Moodle keeps each person's files, for the way back of the feedback."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationError

from release.course.hand_ins.moodle_name import MoodleName
from scenarios.documents.problem import BadInputError
from scenarios.documents.whole_file import OWNER_ALONE, write_whole
from scenarios.sentence import sentences_of

INBOX = "inbox"
REPLACED = "replaced"
PLACED = "placed.json"

_sentence = sentences_of(Path(__file__).with_name("hand_ins.yaml"))


class CollectError(BadInputError):
    """Nothing can be collected as it was asked for; a sentence."""


class MoodlePlace(BaseModel):
    """Where Moodle keeps a person's files of one assignment; no name stands here.

    blind: the word that Moodle writes in the place of everybody's name under blind marking, else "".
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: str
    tail: str
    flat: bool
    blind: str = ""

    @classmethod
    def of(cls, name: MoodleName) -> MoodlePlace:
        """The place that a name in Moodle's download tells."""
        return cls(
            number=name.number, tail=name.tail, flat=name.flat, blind=name.who if name.is_blind else ""
        )


Places: TypeAlias = Mapping[str, Mapping[str, MoodlePlace]]  # by person, then by case


class Placed(BaseModel):
    """What a course remembers of what was collected: Moodle's place of each person and case."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int = 1
    moodle: Places = {}


def read_placed(course: Path) -> Placed:
    """What the course remembers of what was collected; nothing where there is no file.

    Raises CollectError.
    """
    file = course / INBOX / PLACED
    try:
        return Placed.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return Placed()
    except (OSError, ValidationError):
        raise CollectError(_sentence("memory_broken", file=file)) from None


def write_places(course: Path, places: Places) -> None:
    """Remember these places and no others, for the owner's eyes."""
    inbox = course / INBOX
    inbox.mkdir(mode=0o700, exist_ok=True)
    text = Placed(moodle=places).model_dump_json(indent=1) + "\n"
    write_whole(inbox / PLACED, text, mode=OWNER_ALONE, parents=True)


def forget_placed(course: Path, person: str) -> None:
    """Remove what the course's inbox keeps of `person`. Raises CollectError."""
    shutil.rmtree(course / INBOX / REPLACED / person, ignore_errors=True)
    placed = read_placed(course)
    if person in placed.moodle:
        write_places(course, {name: cases for name, cases in placed.moodle.items() if name != person})
