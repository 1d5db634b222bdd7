"""Which entries of a list somebody looks for by words, in whatever language of the lab."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def speaks_of(texts: Iterable[str], words: Sequence[str]) -> bool:
    """Whether each of `words` stands in one of `texts`, whole or in part, in small letters or capitals."""
    lowered = [text.casefold() for text in texts]
    return all(any(word.casefold() in text for text in lowered) for word in words)
