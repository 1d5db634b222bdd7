"""A text: the trainee writes in his or her own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from scenarios.decision import Decision
from scenarios.documents.document import Data
from scenarios.pick import RefusedError

MAX_TEXT: Final = 4000


class TextDecision(Decision):
    """Write in one's own words; ``words`` is advice. Never scored by machine."""

    is_scored: ClassVar[bool] = False
    is_free_text: ClassVar[bool] = True
    is_slow: ClassVar[bool] = True

    kind: Literal["text"]
    words: Annotated[int, Field(ge=10, le=500)] = 150

    @classmethod
    def offered(cls, data: Mapping[str, Data]) -> set[str]:
        """Nothing."""
        del data
        return set()

    @property
    def option_ids(self) -> tuple[str, ...]:
        """None."""
        return ()

    @property
    def advised_words(self) -> int | None:
        """How many words are advised."""
        return self.words

    def fitting(self, pick: object) -> str:
        """The text, without the space around it. Raises RefusedError."""
        if not isinstance(pick, str):
            raise RefusedError("shape")
        text = pick.strip()
        if not text:
            raise RefusedError("nothing")
        if len(text) > MAX_TEXT:
            raise RefusedError("too_long", str(MAX_TEXT))
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            raise RefusedError("shape")  # half of a character, which no file can hold
        return text

    @classmethod
    def first_answer(cls, offered: Mapping[str, Sequence[str]]) -> str:
        """A sign that says nothing."""
        del offered
        return "–"

    def any_pick(self, chance: Random) -> str:
        """A text that says nothing."""
        del chance
        return "…"


KIND = TextDecision
