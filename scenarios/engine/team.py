"""A team: people at one table who play one play together, each from a screen of their own.

In each decision every member first answers alone, unseen by the others; then the team settles on one answer,
which goes into the record of its play. What somebody writes in their own words the team writes together.
Who keeps the answers is told elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol, TypedDict

from scenarios.case import Case
from scenarios.decision import Decision
from scenarios.directory.services import Service, option_text
from scenarios.language import Language
from scenarios.pick import Pick, ordered_ids, parts_of

TeamPhase = Literal["alone", "together"]
"""Until when everybody answers alone, and from when on the team answers."""


class TeamState(TypedDict):
    """How a team stands in its play, as one of its members may know it.

    code: what the team is joined with; members: how many they are; answered: how many of them have answered
    the decision of the scene alone; has_answered: whether this member has; own: their pick, None where there
    is none. A member who skipped has answered, and nobody is told that it was a skip.
    """

    code: str
    members: int
    answered: int
    phase: TeamPhase
    has_answered: bool
    own: object


class PickLine(TypedDict):
    """One option of an answer, in words. place: where it stands in an order, from 1, else None."""

    id: str
    place: int | None
    text: str


class OwnTeam(Protocol):
    """The team of whoever plays, as its player asks for it."""

    def look(self) -> TeamState:
        """How the team stands; the store of the play has what others have decided since.

        Raises RecordClosedError where whoever plays is no member any more, and OSError.
        """
        ...

    def answer_alone(self, decision: str, pick: Pick | None) -> None:
        """Keep the member's own answer to the decision of the scene, None for a skip.

        Raises what `Store.append` does.
        """
        ...

    def settle(self, decision: str) -> None:
        """Go on without those who have not answered alone. Raises what `Store.append` does."""
        ...


def is_answered_alone(decision: Decision | None) -> bool:
    """Whether every member of a team answers a decision alone first: all but what is told in own words."""
    return decision is not None and not decision.is_free_text


def is_same_pick(decision: Decision, one: Pick | None, other: Pick | None) -> bool:
    """Whether two picks settle a decision alike: but for an order, it is no matter what was picked first."""
    if one is None or other is None or isinstance(one, str) or isinstance(other, str) or decision.is_ordered:
        return one == other

    def parts(pick: Pick) -> set[tuple[tuple[str, ...], frozenset[str]]]:
        bare = {((each,), frozenset[str]()) for each in pick if isinstance(each, str)}
        return bare | {(part.matched, frozenset(part.facts)) for part in parts_of(pick)}

    return parts(one) == parts(other)


def pick_lines(
    case: Case, decision: Decision, pick: Pick | None, services: Mapping[str, Service], language: Language
) -> list[PickLine]:
    """A pick in words, an option a line; `case` and `decision` are in `language` too."""
    parts = {part.option: part for part in parts_of(pick)}
    lines: list[PickLine] = []
    for place, option in enumerate(ordered_ids(pick), start=1):
        is_unnamed = option in decision.service_ids and option not in services
        text = option.replace("_", " ") if is_unnamed else option_text(decision, option, services, language)
        if option in parts:
            levels = [decision.level_texts[level] for level in parts[option].matched[1:]]
            facts = "; ".join(case.facts[fact].rstrip(".") for fact in parts[option].facts)
            text = ": ".join((text, *levels)) + (f" ({facts})" if facts else "")
        lines.append({"id": option, "place": place if decision.is_ordered else None, "text": text})
    return lines
