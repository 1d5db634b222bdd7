"""The websocket of a page that plays: who may open one, and what a browser may say through it."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from pydantic import ValidationError
from tornado import web
from tornado.iostream import StreamBufferFullError
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from release.workshop.comms import ENVELOPE, SentFrame
from release.workshop.frames import PushFrame, WorkshopState
from release.workshop.hall_wire import NewsItem, OpenedPage
from release.workshop.kernels.host import PageLine, SeatedPage
from release.workshop.kernels.hosts import Hosts
from release.workshop.kernels.team_moves import ARRIVED_SECONDS, TeamMoves
from release.workshop.log import LOG
from release.workshop.seats.seat_limits import MOST_SOCKETS, MOST_UNANSWERED, MOST_UNREAD
from release.workshop.seats.throttle import network_of
from release.workshop.web.headers import QuietHandler, from_own_page, note_foreign_page
from release.workshop.web.workshop_context import CONTEXT, WorkshopContext

OPEN_PAGES = "kasuslab_open_pages"
HOSTS = "kasuslab_hosts"
SOCKET = "/kasus/saluran"
REFRESH: PushFrame = {"push": "refresh"}
GONE = 4404
TOO_MANY, TRY_LATER = 1008, 1013
MAX_MESSAGE = 64 * 1024


def admitted(text: str | bytes) -> SentFrame | None:
    """The frame that may go on to a host; None for all that no player sends."""
    try:
        seq = ENVELOPE.validate_json(text)["seq"]
    except ValidationError:
        return None
    return SentFrame(seq=seq, frame=text if isinstance(text, str) else text.decode())


def state_push(state: WorkshopState) -> str:
    """The frame that tells a page how the workshop stands."""
    push: PushFrame = {"push": state}
    return json.dumps(push)


class OpenPages:
    """Every page with a live websocket, how many each seat has, and what they were told of the workshop."""

    def __init__(self) -> None:
        """Begin without any page."""
        self.state: WorkshopState = "goes_on"
        self._pages: set[SeatedPage] = set()
        self._by_seat: Counter[str] = Counter()
        self._teams: dict[str, str] = {}

    def __len__(self) -> int:
        """How many are open."""
        return len(self._pages)

    def of(self, seat: str) -> int:
        """How many a seat has open."""
        return self._by_seat[seat]

    def add(self, page: SeatedPage, team: str = "") -> None:
        """Note that a page is open. team: the id of its seat's team, "" where it plays alone."""
        self._pages.add(page)
        self._by_seat[page.seat_id] += 1
        self.sit(page.seat_id, team)

    def remove(self, page: SeatedPage) -> None:
        """Note that a page is open no more."""
        self._pages.discard(page)
        self._by_seat[page.seat_id] -= 1
        if not self._by_seat[page.seat_id]:
            del self._by_seat[page.seat_id]
            self._teams.pop(page.seat_id, None)

    def sit(self, seat: str, team: str) -> None:
        """Note the team of a seat, "" for none: its open pages are that team's from now on."""
        self._teams.pop(seat, None)
        if team and self._by_seat[seat]:
            self._teams[seat] = team

    def team_of(self, seat: str) -> str:
        """The team of a seat that has pages open, "" for none."""
        return self._teams.get(seat, "")

    def refresh_team(self, team: str, but: SeatedPage | None = None) -> None:
        """Tell every page of a team to ask for its view anew, except the one that brought it about."""
        for page in tuple(self._pages):
            if self.team_of(page.seat_id) == team and page is not but:
                page.show(json.dumps(REFRESH))

    def tell_state(self, state: WorkshopState) -> None:
        """Tell every page how the workshop stands, where that is news."""
        if state != self.state:
            self.state = state
            for page in tuple(self._pages):
                page.show(state_push(state))

    def hear(self, item: NewsItem) -> None:
        """Tell the pages here what happened at another server."""
        if item["seat"]:
            self.sit(item["seat"], item["team"])
        if item["team"]:
            self.refresh_team(item["team"])
        elif not item["seat"]:
            self.refresh()

    def refresh(self) -> None:
        """Tell every page to ask for its view anew."""
        for page in tuple(self._pages):
            with suppress(WebSocketClosedError):
                page.show(json.dumps(REFRESH))


class PlayerSocket(QuietHandler, WebSocketHandler):
    """The websocket of a page; which host plays for it is no business of the browser's."""

    seat_id = ""
    _team = ""
    _line: PageLine | None = None
    _has_warned = False
    _is_gone = False

    @property
    def context(self) -> WorkshopContext:
        """The workshop."""
        context: WorkshopContext = self.settings[CONTEXT]
        return context

    @property
    def network(self) -> str:
        """The address that the page is open at, see `network_of`."""
        return network_of(self.request.remote_ip or "")

    @property
    def page(self) -> str:
        """A name for the page behind this socket, and for no other."""
        return str(id(self))

    def get_compression_options(self) -> dict[str, Any]:
        """How frames are compressed: to a third, quickly, and with little memory for each page."""
        return {"compression_level": 3, "mem_level": 5}

    def check_origin(self, origin: str) -> bool:  # noqa: ARG002 -- as tornado has it
        """Whether the page that opens it is one of ours."""
        return self._is_ours()

    def _is_ours(self) -> bool:
        return from_own_page(self.request, self.public)

    async def prepare(self) -> None:
        """See who it is before the handshake is answered.

        Raises HTTPError 403 where this browser has no seat, or another site's page asks, 404 where the seat
        has to wait for a place in the room, 429 where it asks too often or has too many open.
        """
        if not self._is_ours():
            note_foreign_page(self.request)
            raise web.HTTPError(HTTPStatus.FORBIDDEN)
        context = self.context
        seat = await context.seating.seat(context.seating.maker.cookie.read(self))
        if seat is None:
            raise web.HTTPError(HTTPStatus.FORBIDDEN)
        team = await context.teams.of(seat.id)
        self._team, self._moves = team.id if team else "", TeamMoves()
        if await context.hall.come(seat.id, self.network):
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        self.seat_id = seat.id
        if self._open_pages.of(seat.id) >= MOST_SOCKETS or context.limits.sockets.take(seat.id):
            raise web.HTTPError(HTTPStatus.TOO_MANY_REQUESTS)

    async def open(self) -> None:
        """Have a host play; small messages are sent at once, not gathered (40 ms a message otherwise)."""
        self.set_nodelay(value=True)
        socket: Any = self.ws_connection
        socket.stream.max_write_buffer_size = MOST_UNREAD
        hosts: Hosts = self.settings[HOSTS]
        page = OpenedPage(seat=self.seat_id, page=self.page, address=self.network)
        if not await self.context.hall.open_page(page):
            self.close(TRY_LATER, "no place")  # others took the last ones since it was let in
            return
        if self._is_gone:
            self.context.hall.close_page(self.page)
            return
        self._open_pages.add(self, self._team)
        if self._open_pages.state != "goes_on":
            self.show(state_push(self._open_pages.state))
        self._line = hosts.join(self, self.context.pass_of(self.seat_id))

    def on_message(self, message: str | bytes) -> None:
        """Let a frame of the player through to its host, and drop all else."""
        if self._line is None:
            return
        if len(self._line.unanswered) >= MOST_UNANSWERED or not self._may_speak():
            self._cut_off()
            return
        frame = admitted(message)
        if frame is not None:
            if self._open_pages.team_of(self.seat_id):
                self._moves.note(frame)
            hosts: Hosts = self.settings[HOSTS]
            hosts.say(self._line, frame)
        elif not self._has_warned:
            self._has_warned = True
            LOG.warning("A page sends what no player sends; it is dropped.")

    def on_ping(self, data: bytes) -> None:  # noqa: ARG002 -- as tornado has it
        """Count what the protocol itself answers, too."""
        if self._line is not None and not self._may_speak():
            self._cut_off()

    def on_pong(self, data: bytes) -> None:
        """Count it as `on_ping` does."""
        self.on_ping(data)

    def show(self, text: str) -> None:
        """Send the page one frame; a page that has just gone needs none."""
        with suppress(WebSocketClosedError):
            try:
                self.write_message(text).add_done_callback(_retrieve)
            except StreamBufferFullError:
                socket: Any = self.ws_connection
                socket.stream.close()  # it reads nothing of what it asks for
        if self._moves.is_answered(text):
            self._refresh_others()

    def on_close(self) -> None:
        """Have nobody play any more."""
        self._is_gone = True
        self._leave()

    def on_gone(self) -> None:
        """Tell the page that it has ended, and is to be loaded again."""
        self.close(GONE, "gone")

    @property
    def _open_pages(self) -> OpenPages:
        pages: OpenPages = self.settings[OPEN_PAGES]
        return pages

    def _may_speak(self) -> bool:
        return self.context.limits.messages.take(self.seat_id) == 0

    def _cut_off(self) -> None:
        self._leave()
        self.close(TOO_MANY, "too many messages")

    def _leave(self) -> None:
        line, self._line = self._line, None
        if line is None:
            return
        hosts: Hosts = self.settings[HOSTS]
        hosts.leave(line)
        self.context.hall.close_page(self.page)
        team = self._open_pages.team_of(self.seat_id)
        self._open_pages.remove(self)
        if team and self._moves.unanswered:
            # What it has done may be on disk all the same.
            asyncio.get_running_loop().call_later(ARRIVED_SECONDS, self._refresh_all, team)

    def _refresh_others(self) -> None:
        if team := self._open_pages.team_of(self.seat_id):
            self._open_pages.refresh_team(team, but=self)
            self.context.hall.tell(team)

    def _refresh_all(self, team: str) -> None:
        self._open_pages.refresh_team(team)
        self.context.hall.tell(team)


def _retrieve(written: asyncio.Future[None]) -> None:
    # Else asyncio writes a page of the log about each page that was left in the middle of a message.
    if not written.cancelled():
        written.exception()
