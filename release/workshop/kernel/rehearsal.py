"""Each case played once before the first page comes: what a play looks up is then in a host's memory.

The terms of the glossary, the conditions of the scenes and the patterns of private data are read when
they are first needed. What one more seat holds is measured here too, on seats that nobody sits on.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence
from dataclasses import dataclass

from scenarios.case import Case
from scenarios.directory.services import Directory
from scenarios.engine.event import EVENT, Event
from scenarios.engine.moves import moves_of
from scenarios.language import LANGUAGES, Language
from scenarios.personal import find_personal
from widgets.conversation import Conversation, random_id, utc_now
from widgets.messages import View
from widgets.shelf import OpenPlay, ShelfState

MOST_MOVES = 400
# On how many it is measured what one more seat holds.
SEATS = 10


@dataclass(slots=True)
class _Stage:
    """A shelf with one case, and the record of its one play, which is forgotten; see Shelf and Store."""

    case: Case
    directory: Directory
    events: tuple[Event, ...] = ()
    person: str | None = "…"

    def cases(self) -> Sequence[Case]:
        """The case."""
        return (self.case,)

    def state(self, language: Language) -> ShelfState:  # noqa: ARG002 -- a Shelf's
        """Never played before."""
        return ShelfState()

    def open(self, case_id: str, *, again: bool = False) -> OpenPlay:  # noqa: ARG002 -- a Shelf's
        """The play, as far as it has come."""
        return OpenPlay(self.case, self, "", "practice", None, False, (), self.person)  # noqa: FBT003

    def append(self, event: Event) -> None:
        """Remember `event` as long as this lasts."""
        self.events = (*self.events, event)


def rehearse(case: Case, directory: Directory) -> bool:
    """Play `case` in each language, skipping what can be skipped; whether it came to its end."""
    moves_of(case)
    find_personal("Gladi bersih")
    plays = [Conversation(_Stage(case, directory), tongue, utc_now, random_id) for tongue in LANGUAGES]
    return all(map(_played, plays))


def seat_size(case: Case, directory: Directory) -> int:
    """The bytes that one more seat holds which has played `case` through, measured on `SEATS` of them."""
    stage = _Stage(case, directory)
    _played(Conversation(stage, LANGUAGES[0], utc_now, random_id))
    record = [event.model_dump(mode="json") for event in stage.events]
    seats: list[Conversation] = []
    # The allocator's own count: a process grows only where what others gave back is used up.
    tracemalloc.start()
    for _ in range(SEATS):
        events = tuple(EVENT.validate_python(event) for event in record)
        seats.append(Conversation(_Stage(case, directory, events), LANGUAGES[0], utc_now, random_id))
        seats[-1].answer({"type": "ready"})
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size // len(seats)


def _played(play: Conversation) -> bool:
    move: dict[str, object] | None = {"type": "ready"}
    for _ in range(MOST_MOVES):
        reply = play.answer(move)[-1]
        if reply["type"] != "view":
            return False
        move = _next_move(reply["view"])
        if move is None:
            return reply["view"]["screen"] == "ended"
    return False


def _next_move(view: View) -> dict[str, object] | None:
    scene = view["scene"]
    if view["screen"] == "cover":
        return {"type": "begin", "n": view["n"]}
    if view["screen"] != "scene" or scene is None:
        return None
    if scene["decision"] is not None:
        return {"type": "skip", "n": view["n"], "decision": scene["decision"]["id"]}
    return {"type": "continue", "n": view["n"], "scene": scene["id"]}
