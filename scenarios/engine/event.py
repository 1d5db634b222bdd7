"""The events of a play: everything that a record may hold, written down as types."""

from __future__ import annotations

import operator
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from scenarios.documents.part import CaseId, Id, Version
from scenarios.kinds import AS_PICK
from scenarios.pick import Pick

RECORD_FORMAT = 1

MAX_COURSE_NAME = 80

Mode = Literal["practice", "discussion", "test", "panel"]
Moment: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$")
]
PlayId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
CourseName: TypeAlias = Annotated[str, StringConstraints(max_length=MAX_COURSE_NAME)]


class EventBase(BaseModel):
    """What every event has: the moment it was made, in UTC."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: Moment


class Started(EventBase):
    """The first event of a record. ``play`` is random and names this play alone.

    research: the trainee has said yes to the use for research; variant: the one that the case is played in.
    A no and the lack of a variant are not written, so that a record from before there were these is still
    the same when it is written again.
    """

    event: Literal["started"] = "started"
    format: Literal[1] = 1
    play: PlayId
    case: CaseId
    version: Version
    course: CourseName
    mode: Mode
    research: Annotated[bool, Field(strict=True, exclude_if=operator.not_)] = False
    variant: Annotated[Id | None, Field(exclude_if=operator.not_)] = None


class Decided(EventBase):
    """A pick was confirmed."""

    event: Literal["decided"] = "decided"
    decision: Id
    pick: Annotated[Pick, AS_PICK]


class Skipped(EventBase):
    """A decision was skipped for one's own wellbeing."""

    event: Literal["skipped"] = "skipped"
    decision: Id


class Estimated(EventBase):
    """In panel mode: of 100 colleagues who are just competent enough, how many would decide rightly here."""

    event: Literal["estimated"] = "estimated"
    decision: Id
    share: Annotated[int, Field(strict=True, ge=0, le=100)]


class Continued(EventBase):
    """A scene without a decision was read."""

    event: Literal["continued"] = "continued"
    scene: Id


class Reopened(EventBase):
    """A decision that its scene lets one change was taken back."""

    event: Literal["reopened"] = "reopened"
    decision: Id


class Paused(EventBase):
    """The trainee paused."""

    event: Literal["paused"] = "paused"


class Resumed(EventBase):
    """The trainee went on after a pause."""

    event: Literal["resumed"] = "resumed"


Event: TypeAlias = Annotated[
    Started | Decided | Skipped | Estimated | Continued | Reopened | Paused | Resumed,
    Field(discriminator="event"),
]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)
