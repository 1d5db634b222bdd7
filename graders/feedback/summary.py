"""What a whole play comes to, in a few sentences: what went well, what it meant for the child, what is next.

All of it is taken from the feedback on its decisions; what no decision says is not said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from graders.score import Result
from scenarios.feedback import Badge, DecisionFeedback, PlayFigures, PractiseNote, ReasonNote

MOST_GOOD: Final = 3
MOST_CHILD: Final = 2
_HURTFUL: Final[tuple[Badge, ...]] = ("harm", "missed", "learn", "partly")


def figures_of(result: Result, notes: Sequence[DecisionFeedback]) -> PlayFigures:
    """The decisions of a play, how many were wholly right, its harms and its missed duties."""
    return {
        "decisions": len(notes),
        "right": sum(note["gist"]["badge"] == "right" for note in notes),
        "harm": result.H,
        "missed": result.M,
    }


def best_reasons(notes: Sequence[DecisionFeedback], titles: Mapping[str, str]) -> list[ReasonNote]:
    """What went well: the scene and what was chosen there, the weightiest decisions first.

    Those that were wholly right; where none was, those that were right in part, with that part of them.
    titles: of the scenes by their decisions.
    """
    for badge in ("right", "partly"):
        good = sorted((note for note in notes if note["gist"]["badge"] == badge), key=_worth, reverse=True)
        if good:
            return [
                {"about": titles[note["decision"]], "text": _right_part(note)} for note in good[:MOST_GOOD]
            ]
    return []


def child_reasons(
    notes: Sequence[DecisionFeedback],
    titles: Mapping[str, str],
    stories: Mapping[str, ReasonNote],
    outcomes: Sequence[ReasonNote],
) -> list[ReasonNote]:
    """What the play meant for the child: what hurt most, then where all of it led, or what helped.

    What the story tells comes before the reason of a key. titles: of the scenes by their decisions; stories:
    what the story tells because of one decision, by that; outcomes: because of several together.
    """
    by_badge = {badge: [note for note in notes if note["gist"]["badge"] == badge] for badge in _HURTFUL}
    hurtful = [note for badge in _HURTFUL for note in by_badge[badge]]
    helpful = [note for note in notes if note["gist"]["badge"] == "right"]
    first = [next(_children(some, titles, stories), None) for some in (hurtful, helpful)]
    in_order = (first[0], *outcomes, first[1])
    return [note for note in in_order if note is not None][:MOST_CHILD]


def focus_of(notes: Sequence[DecisionFeedback], practise: Sequence[PractiseNote]) -> PractiseNote | None:
    """The one thing to practise: what a harm or a missed duty is about, else what was weakest."""
    by_code = {note["code"]: note for note in practise}
    for badge in ("harm", "missed"):
        for note in notes:
            if note["gist"]["badge"] == badge and note["competency"] in by_code:
                return by_code[note["competency"]]
    return practise[0] if practise else None


def _worth(note: DecisionFeedback) -> float:
    return note["weight"] * (note["score"] or 0.0)


def _right_part(note: DecisionFeedback) -> str:
    """What was chosen rightly; of an order, how much of it stood in its place."""
    gist = note["gist"]
    lines = [line["text"] for line in gist["chosen"] if line["standing"] in {"right", "partly"}]
    return "; ".join(lines) or gist["points"]


def _children(
    notes: Sequence[DecisionFeedback], titles: Mapping[str, str], stories: Mapping[str, ReasonNote]
) -> Iterator[ReasonNote]:
    """What each decision meant for the child, those first of which the story tells."""
    for note in sorted(notes, key=lambda one: one["decision"] not in stories):
        child = note["gist"]["child"]
        if child is not None:
            yield {"about": titles[note["decision"]], "text": child["text"]}
