"""What travels between a page and the server, and from there to the host that plays for it, as types.

Each frame says where the page stands, so that any host can go on for it: after a host that died, a line that
broke, and a server that was started again.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from scenarios.language import SOURCE
from widgets.messages import Message, Place, RefusedReply, Reply
from widgets.view import refusal_text

JsonObject: TypeAlias = dict[str, Any]
# What the server opens a comm with at a host: one for a page, and one by which it asks how the host is.
PAGE_TARGET, PROBE_TARGET = "kasuslab-page", "kasuslab-probe"
_STRICT = ConfigDict(extra="forbid", strict=True)
_MOST = 2**53 - 1


class PageFrame(TypedDict):
    """A page says something. seq: from 1 on for each page; at: the latest place that it was given."""

    seq: int
    at: Place | None
    message: Message


class AnswerFrame(TypedDict):
    """The answer to the frame of that number. at: where the page stands now."""

    seq: int
    at: Place
    replies: list[Reply]


class PushFrame(TypedDict):
    """What is sent unasked: ask for the view anew; or send what is unanswered again, once, in order."""

    push: Literal["refresh", "resend"]


@with_config(_STRICT)
class SentFrame(TypedDict):
    """A frame as the server lets it through: whoever plays for the page looks at its message."""

    seq: Annotated[int, Field(ge=1, le=_MOST)]
    at: Place | None
    message: JsonObject


class HostPulse(TypedDict):
    """How a host is: its pages, and the seconds for which its longest-running frame is worked on.

    What is spent waiting for the writer does not count. seat: what one more seat holds, in bytes.
    """

    pages: int
    longest: float
    seat: int


ADMITTED: TypeAdapter[SentFrame] = TypeAdapter(SentFrame)


def failed_answer(frame: SentFrame) -> AnswerFrame:
    """The answer to a frame that brought a failure of ours about: a refusal that says so."""
    place = frame["at"] or Place(language=SOURCE, case=None, again=False)
    n: Any = frame["message"].get("n")
    refusal: Reply = RefusedReply(
        type="refused",
        n=n if isinstance(n, int) else 0,
        code="failed",
        text=refusal_text("failed", "", place["language"]),
    )
    return AnswerFrame(seq=frame["seq"], at=place, replies=[refusal])
