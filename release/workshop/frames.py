"""What travels between a page and the server, as types.

Each frame says where the page stands, so that any host can go on for it: after a host that died, a line that
broke, and a server that was started again.
"""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from widgets.messages import Message, Place, Reply

WorkshopState = Literal["goes_on", "paused", "closed"]


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
    """What is sent unasked: how the workshop stands, or a request.

    refresh: ask for the view anew; resend: send what is unanswered again, once, in order.
    """

    push: Literal["refresh", "resend"] | WorkshopState
