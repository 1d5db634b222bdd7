"""The view of a team: what one of its members may know of it, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_uppercase
from typing import Literal

from scenarios.case import Case
from scenarios.decision import Decision
from scenarios.directory.services import Service
from scenarios.engine.play import Play
from scenarios.engine.team import PickLine, TeamState, pick_lines
from scenarios.feedback import DecisionFeedback
from scenarios.language import Language
from scenarios.pick import Pick, RefusedError
from widgets.messages import TeamView


def team_view(
    state: TeamState | None, case: Case, play: Play, services: Mapping[str, Service], language: Language
) -> TeamView | None:
    """How the team of `play` stands, None where somebody plays alone; `case` is in the reader's language."""
    if state is None:
        return None
    decision = case.scenes[play.scene_id].decision if play.started and not play.ended else None
    options = decision.option_ids if decision is not None and play.mode == "discussion" else ()
    letters = dict(zip(options, ascii_uppercase, strict=False))
    pick = _own_pick(state, decision) if decision is not None else None
    lines = pick_lines(case, decision, pick, services, language) if decision is not None else []
    phase: Literal["alone", "waiting", "together"] = state["phase"]
    if phase == "alone" and state["has_answered"]:
        phase = "waiting"
    return TeamView(
        code=state["code"],
        members=state["members"],
        answered=state["answered"],
        phase=phase,
        own=[_line_text(line, letters) for line in lines],
    )


def own_with_letters(note: DecisionFeedback, letters: Mapping[str, str]) -> DecisionFeedback:
    """A note in which what somebody answered alone bears the letters of the options, too."""
    own = note.get("own")
    if own is None:
        return note
    lines: list[PickLine] = [
        {**line, "text": f"{letters[line['id']]}. {line['text']}"} if line["id"] in letters else line
        for line in own["lines"]
    ]
    return {**note, "own": {**own, "lines": lines}}


def _own_pick(state: TeamState, decision: Decision) -> Pick | None:
    try:
        return None if state["own"] is None else decision.fitting(state["own"])
    except RefusedError:  # it is of the decision before, where nobody could say how the team stands now
        return None


def _line_text(line: PickLine, letters: Mapping[str, str]) -> str:
    place = "" if line["place"] is None else f"{line['place']}. "
    letter = f"{letters[line['id']]}. " if line["id"] in letters else ""
    return f"{place}{letter}{line['text']}"
