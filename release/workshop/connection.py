"""The seat at the door of a kernel: who a request comes from, and what a browser may say to its kernel."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Literal

from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config
from tornado import web
from traitlets import Unicode
from typing_extensions import TypedDict

from release.workshop.seat import COOKIE
from release.workshop.seating import Seating
from release.workshop.wire import JsonObject

SEATING = "kasuslab_seating"
KERNEL_ENDED = 4404
MAX_MESSAGE = 64 * 1024
# What a browser is sent of all that a kernel says: no error, no output, no line of its states.
SENT = frozenset({"comm_msg", "kernel_info_reply"})
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


class SeatIdentity(IdentityProvider):
    """Who a request comes from: the seat in its cookie, or nobody."""

    @property
    def auth_enabled(self) -> Literal[True]:
        """Always: without a seat nothing but the lobby is open."""
        return True

    def get_user(self, handler: web.RequestHandler) -> User | None:
        """The seat as a user of Jupyter's."""
        seating: Seating = handler.settings[SEATING]
        seat_id = seating.maker.seat_in(handler.get_cookie(COOKIE))
        return None if seat_id is None else User(seat_id)

    def get_handlers(self) -> list[tuple[str, object]]:
        """None: nobody logs in."""
        return []


class SeatedConnection(ZMQChannelsWebsocketConnection):
    """A websocket to a kernel that its seat has claimed."""

    kernel_ws_protocol = Unicode("", allow_none=True)

    async def prepare(self) -> None:
        """Claim the kernel before the handshake is answered.

        Raises HTTPError 403 where it is another seat's, or this browser has none.
        """
        handler: Any = self.websocket_handler
        kernel: Any = self.kernel_manager
        seating: Seating = handler.settings[SEATING]
        kernels = self.multi_kernel_manager
        await seating.forget_ended(lambda kernel_id: kernel_id in kernels)
        seat = await seating.seat(handler.current_user.username)
        if seat is None or not await seating.claim(self.kernel_id, kernel.session.key, seat.id):
            raise web.HTTPError(HTTPStatus.FORBIDDEN)
        await super().prepare()  # type: ignore[no-untyped-call]
        await self._end_left_kernels(seating)

    def connect(self) -> Any:  # noqa: ANN401 -- Jupyter's own
        """Connect; small messages are sent at once, not gathered (40 ms a message otherwise)."""
        self.websocket_handler.set_nodelay(value=True)
        return super().connect()

    def handle_incoming_message(self, incoming_msg: str) -> None:
        """Let a message of the player through to the kernel, and drop all else."""
        message = admitted(incoming_msg) if len(incoming_msg) <= MAX_MESSAGE else None
        if message is None:
            self.log.warning("A message that no player sends was dropped.")
            return
        super().handle_incoming_message(json.dumps(message))

    def handle_outgoing_message(self, stream: str, outgoing_msg: list[Any]) -> None:
        """Let what is said to the player through to the browser, and drop all else."""
        parts: Any = self.session.feed_identities(outgoing_msg)[1]
        header: Any = self.session.unpack(parts[1])
        if header["msg_type"] in SENT:
            super().handle_outgoing_message(stream, outgoing_msg)

    def disconnect(self) -> None:  # type: ignore[override]  # Jupyter's own is no coroutine either
        """Close; the time after which a kernel left behind is ended counts from now."""
        kernel: Any = self.kernel_manager
        kernel.last_activity = datetime.now(UTC)
        super().disconnect()  # type: ignore[no-untyped-call]

    def on_restart_failed(self) -> None:
        """Tell the page that its kernel is gone."""
        self.websocket_handler.close(KERNEL_ENDED, "kernel ended")

    async def _end_left_kernels(self, seating: Seating) -> None:
        # A page that was loaded anew leaves its kernel behind.
        kernels = self.multi_kernel_manager
        for kernel_id in seating.others(self.kernel_id):
            if kernel_id in kernels and kernels.kernel_model(kernel_id)["connections"] == 0:
                await kernels.shutdown_kernel(kernel_id, now=True)
