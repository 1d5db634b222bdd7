"""Which variant of a case a play gets: drawn from its play id, or set by the facilitator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scenarios.case import Case
from scenarios.documents.problem import BadInputError
from scenarios.sentence import sentences_of

Variants = Sequence[str]
_sentence = sentences_of(Path(__file__).parents[1] / "library.yaml")


class VariantChoiceError(BadInputError):
    """A facilitator's choice of a variant cannot be read; the text says how one is written."""


def chosen_variants(typed: Iterable[str]) -> dict[str, str]:
    """What a facilitator chose, by case id, from ``CASE=VARIANT``; "" where it is to be drawn (``CASE=``).

    Raises VariantChoiceError.
    """
    chosen: dict[str, str] = {}
    for text in typed:
        case, sign, variant = (part.strip() for part in text.partition("="))
        if not (case and sign):
            raise VariantChoiceError(_sentence("no_choice", text=text))
        chosen[case] = variant
    return chosen


@dataclass(frozen=True, slots=True)
class Draw:
    """What a draw looks at.

    chosen: the variant that the facilitator set for everybody, None where it is drawn; own: the variants of
    this person's earlier plays of the case; room: those of all plays of it in the course or the room, as far
    as they are known.
    """

    chosen: str | None = None
    own: Variants = ()
    room: Variants = ()

    def variant(self, case: Case, play: str) -> str | None:
        """The variant that the play with the id `play` begins in; None where the case has none.

        play: 32 hexadecimal digits, drawn at random. Of all variants those remain that this person has played
        least often, so that a second play gets another one; of these, those that the room has played least
        often, so that the room's numbers differ by one at most; of these, in the order of the case, the one
        at the number that the play id is, modulo how many remain. A play id is random, so that each is as
        likely as any other where nothing else is known. Raises NoSuchVariantError for a `chosen` that the
        case lacks.
        """
        if self.chosen is not None:
            return case.in_variant(self.chosen).variant
        rest = _least_often(_least_often(tuple(case.tellings), self.own), self.room)
        return rest[int(play, 16) % len(rest)] if rest else None


def _least_often(names: tuple[str, ...], plays: Iterable[str]) -> tuple[str, ...]:
    counts = Counter(plays)
    least = min((counts[name] for name in names), default=0)
    return tuple(name for name in names if counts[name] == least)
