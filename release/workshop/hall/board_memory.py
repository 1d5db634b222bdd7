"""What the board remembers: what was sent to the projector, and who logged out.

It stands in the database beside its workshop, and holds no password and nothing that anybody answered.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, ValidationError

MOST_ENDED = 200


@dataclass(frozen=True, slots=True)
class Projection:
    """What was sent to the projector: a decision of a case, by itself or by sectors."""

    case: str
    decision: str
    sectors: bool = False


class BoardMemory(BaseModel):
    """What is remembered.

    played: in which mode, and which course; ended: the sessions that were logged out, the latest last.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    played: str = ""
    projection: Projection | None = None
    ended: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str, played: str) -> BoardMemory:
        """What stands in `text`: nothing where it cannot be read.

        played: as it is now: where that is another than before, nobody answers now what was projected then.
        """
        try:
            memory = cls.model_validate_json(text)
        except ValidationError:
            memory = cls()
        if memory.played != played:
            memory = memory.model_copy(update={"played": played, "projection": None})
        return memory

    def projecting(self, projection: Projection | None) -> BoardMemory:
        """The memory once that is on the projector, None for nothing."""
        return self.model_copy(update={"projection": projection})

    def without(self, session: str) -> BoardMemory:
        """The memory once a session was logged out."""
        return self.model_copy(update={"ended": (*self.ended, session)[-MOST_ENDED:]})
