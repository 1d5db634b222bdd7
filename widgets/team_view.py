"""The view of a team: what one of its members may know of it, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from scenarios.case import Case
from scenarios.decision import Decision
from scenarios.directory.services import Service
from scenarios.engine.play import Play
from scenarios.engine.team import TeamState, pick_lines
from scenarios.feedback import DecisionFeedback
from scenarios.language import Language
from scenarios.pick import RefusedError
from widgets.messages import TeamView


def team_view(
    state: TeamState, case: Case, play: Play, services: Mapping[str, Service], language: Language
) -> TeamView:
    """How the team of `play` stands; `case` is in the reader's language."""
    decision = case.scenes[play.scene_id].decision if play.started and not play.ended else None
    phase: Literal["alone", "waiting", "together"] = state["phase"]
    if phase == "alone" and state["has_answered"]:
        phase = "waiting"
    return TeamView(
        code=state["code"],
        members=state["members"],
        answered=state["answered"],
        phase=phase,
        own=_own(state, case, decision, services, language) if decision is not None else [],
    )


def own_with_letters(note: DecisionFeedback, letters: Mapping[str, str]) -> DecisionFeedback:
    """A note in which what somebody answered alone bears the letters of the options, too."""
    own = note.get("own")
    if own is None:
        return note
    lines = [
        {**line, "text": f"{letters[line['id']]}. {line['text']}"} if line["id"] in letters else line
        for line in own["lines"]
    ]
    return {**note, "own": {**own, "lines": lines}}


def _own(
    state: TeamState, case: Case, decision: Decision, services: Mapping[str, Service], language: Language
) -> list[str]:
    if state["own"] is None:
        return []
    try:
        pick = decision.fitting(state["own"])
    except RefusedError:  # it is of the decision before, where nobody could say how the team stands now
        return []
    return [line["text"] for line in pick_lines(case, decision, pick, services, language)]
