"""What a server asks the writer of who is here now, and what it answers; see `release.workshop.wire`."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from typing_extensions import TypedDict  # pydantic wants this one before Python 3.12

Tried = Literal["join", "resume", "code", "table", "board"]
"""What is counted for the whole room: taking a seat or a table, a code, the board's password."""


CodeUse = Literal["login", "entry", "class"]
"""What is handed out under a code: a login that waits, somebody on the way in, a teacher of a course."""


class OpenedPage(TypedDict):
    """A page that is open. page: a name that no other page of its server has; address: where it is open."""

    seat: str
    page: str
    address: str


class AskOffer(TypedDict):
    """What a server has for the room: how many seats, and the pages that are open there already.

    Said first on each line, and whenever the seats change; with the line they go.
    """

    ask: Literal["offer"]
    seats: int
    pages: list[OpenedPage]


class AskCome(TypedDict):
    """Let a seat into the room, or give its place in the waiting line. See `WaitingLine.come`."""

    ask: Literal["come"]
    seat: str
    address: str


class AskOpenPage(TypedDict):
    """Note that a page is open at this server. See `WaitingLine.open_page`."""

    ask: Literal["open_page"]
    seat: str
    page: str
    address: str


class AskClosePage(TypedDict):
    """Note that a page is open no more."""

    ask: Literal["close_page"]
    seat: str
    page: str


class AskLeaveRoom(TypedDict):
    """Give up a seat's place: the phone was handed on."""

    ask: Literal["leave_room"]
    seat: str


class AskTry(TypedDict):
    """Count a try, or count it no more. See `Throttle`."""

    ask: Literal["try", "give_back"]
    what: Tried
    address: str
    seat: str


class AskLift(TypedDict):
    """Hold nobody up any more."""

    ask: Literal["lift"]


class AskHall(TypedDict):
    """How the room stands."""

    ask: Literal["hall"]


class AskNews(TypedDict):
    """What happened after the news of that number, -1 for none: answered once there is something."""

    ask: Literal["news"]
    since: int


class AskTell(TypedDict):
    """Tell the other servers of a team that has something new, or of a seat that sits there now.

    team: "" for none; seat: "" for none.
    """

    ask: Literal["tell"]
    team: str
    seat: str


class AskBoard(TypedDict):
    """What the board remembers."""

    ask: Literal["board"]


class AskProject(TypedDict):
    """Let the board remember what is on the projector, None for nothing. See `Projection`."""

    ask: Literal["project"]
    projection: dict[str, Any] | None


class AskEndSession(TypedDict):
    """Let the board remember that a session was logged out."""

    ask: Literal["end_session"]
    session: str


class AskHandOut(TypedDict):
    """Keep a value, as JSON, for whoever brings the code that is answered. See `Once`."""

    ask: Literal["hand_out"]
    use: CodeUse
    value: str


class AskCoded(TypedDict):
    """What was handed out under a code. is_over: whether the code works no more from now on."""

    ask: Literal["coded"]
    use: CodeUse
    code: str
    is_over: bool


HallRequest: TypeAlias = (
    AskOffer
    | AskCome
    | AskOpenPage
    | AskClosePage
    | AskLeaveRoom
    | AskTry
    | AskLift
    | AskHall
    | AskTell
    | AskBoard
    | AskProject
    | AskEndSession
    | AskHandOut
    | AskCoded
)


class PlaceAnswer(TypedDict):
    """A place in the waiting line, 0 for whoever is in the room."""

    answer: Literal["place"]
    place: int


class WaitAnswer(TypedDict):
    """The seconds after which a try may be made, 0 where it was counted."""

    answer: Literal["wait"]
    seconds: int


class HallAnswer(TypedDict):
    """How the room stands: how many may be in it, are in it, wait, and were held up since the last lift."""

    answer: Literal["hall"]
    seats: int
    present: int
    waiting: int
    refusals: int


class NewsItem(TypedDict):
    """Something new: for everybody where neither is named. See `AskTell`."""

    team: str
    seat: str


class NewsAnswer(TypedDict):
    """What happened, and the number of the latest of it."""

    answer: Literal["news"]
    number: int
    items: list[NewsItem]


class BoardAnswer(TypedDict):
    """What the board remembers, as `BoardMemory` in JSON."""

    answer: Literal["board"]
    memory: dict[str, Any]


class HandedOutAnswer(TypedDict):
    """The code under which a value is kept."""

    answer: Literal["handed_out"]
    code: str


class CodedAnswer(TypedDict):
    """What was handed out under a code; None where it does not work."""

    answer: Literal["coded"]
    value: str | None


HallReply: TypeAlias = (
    PlaceAnswer | WaitAnswer | HallAnswer | NewsAnswer | BoardAnswer | HandedOutAnswer | CodedAnswer
)
