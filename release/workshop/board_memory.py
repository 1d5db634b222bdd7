"""What the board remembers over a restart of the server: what was sent to the projector, and who logged out.

One small file in the data folder. It holds no password and nothing that anybody answered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from release.workshop.log import LOG
from scenarios.documents.whole_file import OWNER_ALONE, write_whole

MOST_ENDED = 200


@dataclass(frozen=True, slots=True)
class Projection:
    """What was sent to the projector: a decision of a case, by itself or by sectors."""

    case: str
    decision: str
    sectors: bool = False


class BoardMemory(BaseModel):
    """What stands in the file.

    played: in which mode, and which course; ended: the sessions that were logged out, the latest last.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    workshop: str = ""
    played: str = ""
    projection: Projection | None = None
    ended: tuple[str, ...] = ()


@dataclass(slots=True)
class BoardMemoryFile:
    """The file of a data folder; without one, the memory lasts as long as the server. workshop: its name."""

    file: Path | None = None
    workshop: str = ""
    memory: BoardMemory = field(default_factory=BoardMemory)

    @classmethod
    def at(cls, file: Path, workshop: str, played: str = "") -> BoardMemoryFile:
        """What is remembered of that workshop: nothing where the file is another's or cannot be read.

        played: in which mode, and which course: where that is another than before, nobody answers now what
        was on the projector then.
        """
        try:
            memory = BoardMemory.model_validate_json(file.read_bytes())
        except (OSError, ValidationError):
            memory = BoardMemory()
        if memory.workshop != workshop:
            memory = BoardMemory(workshop=workshop)
        if memory.played != played:
            memory = memory.model_copy(update={"played": played, "projection": None})
        return cls(file, workshop, memory)

    def project(self, projection: Projection | None) -> None:
        """Remember what is on the projector, None for nothing."""
        self._keep(self.memory.model_copy(update={"projection": projection}))

    def end(self, session: str) -> None:
        """Remember that a session was logged out."""
        self._keep(self.memory.model_copy(update={"ended": (*self.memory.ended, session)[-MOST_ENDED:]}))

    def _keep(self, memory: BoardMemory) -> None:
        self.memory = memory
        if self.file is None:
            return
        try:
            write_whole(self.file, memory.model_dump_json(), mode=OWNER_ALONE)
        except OSError as error:
            # The board goes on; only a restart would forget.
            LOG.warning("What the board shows cannot be kept for a restart (%s).", error.strerror or error)
