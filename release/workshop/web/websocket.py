"""The websocket between a page and its kernel: who may open one, and what a browser may say through it."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Literal, Protocol

from jupyter_server.auth.identity import IdentityProvider, User
from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config
from tornado import web
from tornado.iostream import StreamBufferFullError
from tornado.websocket import WebSocketClosedError, WebSocketHandler
from typing_extensions import TypedDict

from release.workshop.kernels.kernel_channels import KernelChannel
from release.workshop.log import LOG
from release.workshop.seats.seat_limits import MOST_SOCKETS, MOST_UNREAD
from release.workshop.seats.seating import Seating
from release.workshop.web.headers import QuietHandler, from_own_page
from release.workshop.web.workshop_context import CONTEXT, WorkshopContext
from release.workshop.wire import JsonObject

SEATING = "kasuslab_seating"
OPEN_PAGES = "kasuslab_open_pages"
# No message of a kernel's: the client asks its own kernel for the view anew.
REFRESH = json.dumps({"msg_type": "refresh", "channel": "iopub", "header": {}, "content": {}})
KERNEL_ENDED = 4404
TOO_MANY = 1008
MAX_MESSAGE = 64 * 1024
_IGNORE = ConfigDict(extra="ignore")


@with_config(_IGNORE)
class _Header(TypedDict):
    msg_id: str
    msg_type: Literal["comm_msg", "kernel_info_request"]
    session: str


@with_config(_IGNORE)
class _Data(TypedDict):
    method: Literal["custom"]
    content: JsonObject


@with_config(_IGNORE)
class _CommContent(TypedDict):
    comm_id: str
    data: _Data


@with_config(_IGNORE)
class _Envelope(TypedDict):
    channel: Literal["shell"]
    header: _Header
    content: JsonObject


_ENVELOPE: TypeAdapter[_Envelope] = TypeAdapter(_Envelope)
_COMM: TypeAdapter[_CommContent] = TypeAdapter(_CommContent)


def admitted(text: str | bytes) -> JsonObject | None:
    """The message that may go on to the kernel, built anew; None for all but a custom message of a comm.

    An update of a widget's state, a new comm, code, and a shutdown are none.
    """
    try:
        envelope = _ENVELOPE.validate_json(text)
        if envelope["header"]["msg_type"] == "comm_msg":
            content: JsonObject = dict(_COMM.validate_python(envelope["content"]))
        else:
            content = {}
    except ValidationError:
        return None
    header = {**envelope["header"], "username": "", "version": "5.3"}
    parts: JsonObject = {"parent_header": {}, "metadata": {}, "buffers": []}
    return {"channel": "shell", "header": header, "content": content, **parts}


class Nudged(Protocol):
    """A page that can be told to ask for its view anew."""

    def nudge(self) -> None:
        """Tell the page. Raises WebSocketClosedError."""
        ...


class OpenPages:
    """Every page with a live websocket."""

    def __init__(self) -> None:
        """Begin without any page."""
        self._pages: set[Nudged] = set()

    def __len__(self) -> int:
        """How many are open."""
        return len(self._pages)

    def add(self, page: Nudged) -> None:
        """Note that a page is open."""
        self._pages.add(page)

    def remove(self, page: Nudged) -> None:
        """Note that a page is open no more."""
        self._pages.discard(page)

    def refresh(self) -> None:
        """Tell every page to ask for its view anew."""
        for page in tuple(self._pages):
            with suppress(WebSocketClosedError):
                page.nudge()


class SeatIdentity(IdentityProvider):
    """Who a request comes from: the seat in its cookie, or nobody."""

    @property
    def auth_enabled(self) -> Literal[True]:
        """Always: without a seat nothing but the lobby is open."""
        return True

    def get_user(self, handler: web.RequestHandler) -> User | None:
        """The seat as a user of Jupyter's."""
        seating: Seating = handler.settings[SEATING]
        seat_id = seating.maker.cookie.read(handler)
        return None if seat_id is None else User(seat_id)

    def get_handlers(self) -> list[tuple[str, object]]:
        """None: nobody logs in."""
        return []


class PlayerSocket(QuietHandler, WebSocketHandler):
    """The websocket between a page and the kernel that its seat has claimed."""

    kernel_id = seat_id = ""
    _channel: KernelChannel | None = None
    _has_warned = False

    @property
    def context(self) -> WorkshopContext:
        """The workshop."""
        context: WorkshopContext = self.settings[CONTEXT]
        return context

    @property
    def kernels(self) -> Any:  # noqa: ANN401 -- a kernel manager of Jupyter's
        """Every kernel of the workshop."""
        return self.settings["kernel_manager"]

    @property
    def page(self) -> str:
        """A name for the page behind this socket, and for no other."""
        return f"{self.kernel_id}-{id(self)}"

    def get_compression_options(self) -> dict[str, Any]:
        """How frames are compressed: to a third, quickly, and with little memory for each page."""
        return {"compression_level": 3, "mem_level": 5}

    def check_origin(self, origin: str) -> bool:  # noqa: ARG002 -- as tornado has it
        """Whether the page that opens it is one of ours."""
        return from_own_page(self.request)

    async def prepare(self) -> None:
        """See whose kernel it is before the handshake is answered; its page claimed it.

        Raises HTTPError 404 where it has ended or no page was given it, 403 where it is another seat's, or
        this browser has none, or another site's page asks, 429 where the seat asks too often.
        """
        if not from_own_page(self.request):
            raise web.HTTPError(HTTPStatus.FORBIDDEN)
        seating = self.context.seating
        self.kernel_id = self.path_kwargs["kernel_id"]
        self.seat_id = seating.maker.cookie.read(self) or ""
        if not self.seat_id:
            raise web.HTTPError(HTTPStatus.FORBIDDEN)
        if self.kernel_id not in self.kernels or self.kernel_id not in self.kernels.channels:
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        await seating.forget_ended(lambda kernel_id: kernel_id in self.kernels)
        claim = seating.claims.get(self.kernel_id)
        if claim is None:
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        if claim.seat != self.seat_id:
            raise web.HTTPError(HTTPStatus.FORBIDDEN)
        sockets = self.context.throttles.seat.sockets
        if self._open_sockets(seating) >= MOST_SOCKETS or sockets.take(self.seat_id):
            raise web.HTTPError(HTTPStatus.TOO_MANY_REQUESTS)

    def _open_sockets(self, seating: Seating) -> int:
        channels = self.kernels.channels
        return sum(len(channels[each].pages) for each in seating.kernels_of(self.seat_id) if each in channels)

    async def open(self, kernel_id: str) -> None:
        """Listen to the kernel; small messages are sent at once, not gathered (40 ms a message otherwise)."""
        if kernel_id not in self.kernels:
            self.close(KERNEL_ENDED, "kernel ended")
            return
        self.set_nodelay(value=True)
        socket: Any = self.ws_connection
        socket.stream.max_write_buffer_size = MOST_UNREAD
        channel: KernelChannel = self.kernels.channels[kernel_id]
        channel.pages.add(self)
        self._channel = channel
        self.kernels.notify_connect(kernel_id)
        self.kernels.add_restart_callback(kernel_id, self.on_kernel_ended, "dead")
        self.context.queue.open_page(self.seat_id, self.page)
        self._open_pages.add(self)
        await self._end_left_kernels(self.context.seating)

    def on_message(self, message: str | bytes) -> None:
        """Let a message of the player through to the kernel, and drop all else."""
        channel = self._channel
        if channel is None:
            return
        if self.context.throttles.seat.messages.take(self.seat_id):
            channel.pages.discard(self)
            self.close(TOO_MANY, "too many messages")
            return
        let_in = admitted(message)
        if let_in is not None:
            channel.say(let_in)
        elif not self._has_warned:
            self._has_warned = True
            LOG.warning("A page sends what no player sends; it is dropped.")

    def show(self, text: str) -> None:
        """Send the page one message; a page that has just gone needs none."""
        with suppress(WebSocketClosedError):
            try:
                self.write_message(text).add_done_callback(_retrieve)
            except StreamBufferFullError:
                socket: Any = self.ws_connection
                socket.stream.close()  # it reads nothing of what it asks for

    def nudge(self) -> None:
        """Tell the page to ask for its view anew."""
        self.show(REFRESH)

    def on_close(self) -> None:
        """Listen no more; the time after which a kernel left behind is ended counts from now."""
        if self._channel is None:
            return
        self._channel.pages.discard(self)
        self._channel = None
        self.context.queue.close_page(self.seat_id, self.page)
        self._open_pages.remove(self)
        if self.kernel_id in self.kernels:
            self.kernels.notify_disconnect(self.kernel_id)
            self.kernels.remove_restart_callback(self.kernel_id, self.on_kernel_ended, "dead")
            self.kernels.get_kernel(self.kernel_id).last_activity = datetime.now(UTC)

    def on_kernel_ended(self) -> None:
        """Tell the page that its kernel is gone."""
        self.close(KERNEL_ENDED, "kernel ended")

    @property
    def _open_pages(self) -> OpenPages:
        pages: OpenPages = self.settings[OPEN_PAGES]
        return pages

    async def _end_left_kernels(self, seating: Seating) -> None:
        # A page that was loaded anew leaves its kernel behind.
        for kernel_id in seating.others(self.kernel_id):
            if kernel_id in self.kernels and self.kernels.kernel_model(kernel_id)["connections"] == 0:
                await self.kernels.end(kernel_id)


def _retrieve(written: asyncio.Future[None]) -> None:
    # Else asyncio writes a page of the log about each page that was left in the middle of a message.
    if not written.cancelled():
        written.exception()
