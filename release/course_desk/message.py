"""What the page and the process that does a deed say to each other: an order, and what became of it.

An order is one line on the process's standard input. What becomes of it is lines of JSON among whatever else
is written: progress as it comes, and one outcome at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from release.settings import workshop_folder
from release.workshop.desk.notice import Level
from scenarios.language import LANGUAGES, SOURCE, Language
from scenarios.sentence import Sentence, sentences_of

DeedName: TypeAlias = Literal[
    "make",
    "take_keys",
    "roster_trial",
    "roster",
    "collect",
    "grade",
    "key_trial",
    "key",
    "key_back",
    "key_return",
    "report",
    "worksheet",
    "feedback",
    "moodle",
    "panel",
    "research",
    "export",
    "forget_trial",
    "forget",
    "delete_trial",
    "delete",
    "cards",
    "new_card",
    "phone_trial",
    "phone_hand_in",
    "phone_feedback",
    "attendance",
    "papers",
]
Words: TypeAlias = Mapping[str, str]  # by language
Cell: TypeAlias = str | Words

TEXTS = Path(__file__).with_name("deeds.yaml")
sentence = sentences_of(TEXTS)


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Order(_Message):
    """What is to be done with a course.

    course: its folder; cases, person: of which of them, all where empty; files: that were dropped; marks: of
    the form's boxes, those that are ticked; fields: what was typed, by the names of the form; language: of
    what is written for somebody else; workshops: the folder of this machine's workshops.
    """

    deed: DeedName
    course: Path
    cases: tuple[str, ...] = ()
    person: str = ""
    files: tuple[Path, ...] = ()
    marks: frozenset[str] = frozenset()
    fields: Mapping[str, str] = {}
    language: Language = SOURCE
    workshops: Path = Field(default_factory=workshop_folder)


class DeedProgress(_Message):
    """How many of how many are done."""

    kind: Literal["progress"] = "progress"
    done: int
    whole: int


class Remark(_Message):
    """One sentence, and whether it is good, wants a look, or is bad."""

    level: Level
    words: Words


class ShownTable(_Message):
    """A table. title, header: sentences; rows: of cells that are the same in every language, or are not."""

    title: Words
    header: tuple[Words, ...]
    rows: tuple[tuple[Cell, ...], ...]


class DeedOutcome(_Message):
    """What became of an order.

    offer: the deed that may follow now, for which the page asks; files: what was written for the facilitator
    to take, by their paths within the course.
    """

    kind: Literal["outcome"] = "outcome"
    remarks: tuple[Remark, ...]
    tables: tuple[ShownTable, ...] = ()
    offer: DeedName | None = None
    files: tuple[str, ...] = ()

    @property
    def level(self) -> Level:
        """The worst of its remarks."""
        levels = {one.level for one in self.remarks}
        return "bad" if "bad" in levels else "look" if "look" in levels else "good"


Message: TypeAlias = Annotated[DeedProgress | DeedOutcome, Field(discriminator="kind")]
_MESSAGE: TypeAdapter[DeedProgress | DeedOutcome] = TypeAdapter(Message)


def message_of(line: str) -> DeedProgress | DeedOutcome | None:
    """The message that a line holds; None for whatever else a program has written."""
    if not line.startswith("{"):
        return None
    try:
        return _MESSAGE.validate_json(line)
    except ValidationError:
        return None


def words_of(text: str) -> dict[str, str]:
    """A text in each language: of a sentence its own, of any other the same."""
    texts = text.texts if isinstance(text, Sentence) else None
    return {language: text if texts is None else texts[language] for language in LANGUAGES}


def remark(level: Level, name: str, /, **values: object) -> Remark:
    """The sentence `name` of the catalogue, with `values` in its places."""
    return Remark(level=level, words=words_of(sentence(name, **values)))


def remark_of(level: Level, text: str) -> Remark:
    """What a function of the course said, as a remark."""
    return Remark(level=level, words=words_of(text))


def heading(name: str) -> dict[str, str]:
    """The sentence `name` of the catalogue, for a table's head."""
    return words_of(sentence(name))
