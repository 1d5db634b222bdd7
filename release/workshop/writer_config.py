"""The settings that the writer starts with. Apart from the writer, so that the server imports no database."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from release.workshop.plan import WorkshopPlan


class WriterConfig(BaseModel):
    """The settings that the writer reads on its standard input: never from an argument or the environment.

    plan: what the facilitator settled, without the board's password; all else is what the server made of it.
    address: where the writer listens; secret: what the server says hello with; database: an SQLAlchemy URL;
    lock: a file that one writer at a time holds, or None; person: who can be spoken to; cases: the ids to
    play; keys_folder: where the keys stand, None for the folder that its environment names; services: the
    file of the referral directory, None for the library's; data: the folder of the exports, None to forget
    nothing by itself; workshop: the name of the one to continue, even if closed, "" for the open one or a
    new one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    plan: WorkshopPlan
    address: str
    secret: str
    database: str
    lock: Path | None
    person: str
    cases: tuple[str, ...]
    cases_folder: Path
    keys_folder: Path | None = None
    services: Path | None = None
    data: Path | None = None
    workshop: str = ""

    def to_line(self) -> bytes:
        """The configuration as one line."""
        return self.model_dump_json().encode() + b"\n"
