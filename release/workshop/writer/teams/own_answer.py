"""The feedback of a team, with what one of its members answered alone."""

from __future__ import annotations

from collections.abc import Mapping

from release.workshop.writer.playable import Playable
from release.workshop.writer.teams.team import Voice
from scenarios.engine.play import Play
from scenarios.feedback import DecisionFeedback
from scenarios.language import Language


def with_own(
    note: DecisionFeedback, play: Play, voices: Mapping[str, Voice], playable: Playable, language: Language
) -> DecisionFeedback:
    """The feedback on a decision of a team's play, which is due, with a member's own answer if there is one.

    voices: what that member answered alone, by decision.
    """
    voice = voices.get(note["decision"])
    if voice is None or voice.pick is None:
        return note
    return {**note, "own": playable.revealed.on_own(play, note["decision"], voice.pick, language)}
