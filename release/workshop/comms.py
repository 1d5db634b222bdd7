"""What travels between the server and a host, over a comm for each page and one for the host itself."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from release.workshop.frames import AnswerFrame
from scenarios.language import SOURCE
from widgets.messages import Place, RefusedReply, Reply
from widgets.view import refusal_text

JsonObject: TypeAlias = dict[str, Any]
# What the server opens a comm with: one for a page, and one by which it asks how the host is.
PAGE_TARGET, PROBE_TARGET = "kasuslab-page", "kasuslab-probe"
_STRICT = ConfigDict(extra="forbid", strict=True)
_MOST = 2**53 - 1


@with_config(_STRICT)
class Envelope(TypedDict):
    """What the server looks at of a page's frame: whoever plays for the page looks at its message."""

    seq: Annotated[int, Field(ge=1, le=_MOST)]
    at: Place | None
    message: JsonObject


class SentFrame(TypedDict):
    """A frame on its way to a host, or back: its number, and its text as the page has written or gets it."""

    seq: int
    frame: str


class HostPulse(TypedDict):
    """How a host is: its pages, and the seconds for which its longest-running frame is worked on.

    What is spent waiting for the writer does not count. seat: what one more seat holds, in bytes.
    """

    pages: int
    longest: float
    seat: int


ENVELOPE: TypeAdapter[Envelope] = TypeAdapter(Envelope)


def failed_answer(frame: Envelope) -> AnswerFrame:
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
