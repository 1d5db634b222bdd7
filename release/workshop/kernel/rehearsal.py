"""Each case played once before the first kernel is forked: what a play looks up is then in every memory.

The terms of the glossary, the conditions of the scenes and the patterns of private data are read when
they are first needed: 20 ms and a megabyte for each participant, were it not for this.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from scenarios.case import Case
from scenarios.directory.services import Directory
from scenarios.engine.event import Event
from scenarios.engine.moves import moves_of
from scenarios.language import LANGUAGES
from scenarios.personal import find_personal
from widgets.conversation import Conversation
from widgets.messages import View
from widgets.shelf import OpenPlay, PlayStatus

MOST_MOVES = 400


@dataclass(slots=True)
class _Memory:
    """A record that is forgotten."""

    events: tuple[Event, ...] = ()

    def append(self, event: Event) -> None:
        """Remember `event` as long as this lasts."""
        self.events = (*self.events, event)


@dataclass(frozen=True, slots=True)
class _Stage:
    """A shelf with one case, whose plays are forgotten; see Shelf."""

    case: Case
    directory: Directory
    person: str | None = "…"

    def cases(self) -> Sequence[Case]:
        """The case."""
        return (self.case,)

    def status(self, case_id: str) -> PlayStatus:  # noqa: ARG002 -- a Shelf's
        """Never played before."""
        return "new"

    def open(self, case_id: str, *, again: bool = False) -> OpenPlay:  # noqa: ARG002 -- a Shelf's
        """A new play."""
        return OpenPlay(self.case, _Memory(), "", "practice", None, False, (), self.person)  # noqa: FBT003


def rehearse(case: Case, directory: Directory) -> bool:
    """Play `case` in each language, skipping what can be skipped; whether it came to its end."""
    moves_of(case)
    find_personal("Gladi bersih")
    plays = [Conversation(_Stage(case, directory), tongue, _now, _new_id) for tongue in LANGUAGES]
    return all(map(_played, plays))


def _now() -> datetime:
    return datetime.now(UTC)


def _new_id() -> str:
    return secrets.token_hex(16)


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
