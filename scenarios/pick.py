"""A pick: what somebody settled in a decision, as a record keeps it, and why one is refused."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

RefusalCode: TypeAlias = Literal[
    "not_started",
    "already_started",
    "other_case",
    "other_version",
    "other_variant",
    "not_here",
    "ended",
    "paused",
    "not_paused",
    "not_revisable",
    "estimate_owed",
    "no_estimate",
    "shape",
    "unknown_option",
    "twice",
    "too_many",
    "nothing",
    "incomplete_order",
    "too_long",
]


class RefusedError(Exception):
    """An event or a pick does not fit the play; the code names the sentence that tells why."""

    def __init__(self, code: RefusalCode, detail: str = "") -> None:
        """Keep the code, and the id or number it is about."""
        self.code, self.detail = code, detail
        super().__init__(f"{code}: {detail}" if detail else code)


class PickPart(BaseModel, ABC):
    """One option in a pick of which more is said than its id, such as a service with its urgency."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @property
    @abstractmethod
    def option(self) -> str:
        """The id of the option."""

    @property
    @abstractmethod
    def matched(self) -> tuple[str, ...]:
        """The option, and what it was matched with."""

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that are handed over with it."""
        return ()

    @property
    @abstractmethod
    def written(self) -> str:
        """All of it in one word, as a table holds it."""


Pick: TypeAlias = str | tuple[PickPart, ...] | tuple[str, ...]
"""One option or a text; or several options in the order of picking, bare or with more said of each."""


def ordered_ids(pick: Pick | None) -> tuple[str, ...]:
    """The options in a pick, in its order; none where it was skipped."""
    if pick is None:
        return ()
    if isinstance(pick, str):
        return (pick,)
    return tuple(part if isinstance(part, str) else part.option for part in pick)


def picked_ids(pick: Pick | None) -> frozenset[str]:
    """The options in a pick; none where it was skipped."""
    return frozenset(ordered_ids(pick))


def parts_of(pick: Pick | None) -> tuple[PickPart, ...]:
    """The options in a pick of which more is said than their ids."""
    return () if pick is None else tuple(part for part in pick if isinstance(part, PickPart))


def written_parts(pick: Pick | None) -> tuple[str, ...]:
    """A pick as the words that a table holds, one for each option in it; none where it was skipped."""
    if pick is None:
        return ()
    if isinstance(pick, str):
        return (pick,)
    return tuple(part if isinstance(part, str) else part.written for part in pick)


def fitting_words(pick: object, decision_id: str, options: Iterable[str]) -> tuple[str, ...]:
    """`pick` as several of `options`, each once. Raises RefusedError where it is anything else."""
    if not isinstance(pick, (list, tuple)):
        raise RefusedError("shape", decision_id)
    words = tuple(word for word in pick if isinstance(word, str))
    if len(words) != len(pick):
        raise RefusedError("shape", decision_id)
    return known_words(words, options)


def known_words(words: tuple[str, ...], options: Iterable[str]) -> tuple[str, ...]:
    """`words`, where each is one of `options` and none stands there twice. Raises RefusedError otherwise."""
    allowed = set(options)
    for word in words:
        if word not in allowed:
            raise RefusedError("unknown_option", word)
    if len(set(words)) != len(words):
        raise RefusedError("twice")
    return words


def counted_words(words: tuple[str, ...], most: int) -> tuple[str, ...]:
    """`words`, where there is one at least and `most` at most. Raises RefusedError otherwise."""
    if not words:
        raise RefusedError("nothing")
    if len(words) > most:
        raise RefusedError("too_many", str(most))
    return words
