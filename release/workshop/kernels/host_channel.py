"""The server's channel to one host: a comm for each page, and one by which the host is asked how it is.

The server makes the id of every comm. What a host says is handed to the page whose comm it is, by the topic
that it was published under and by its signed content alike, and to no other.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import zmq
from jupyter_client.session import Session

from release.workshop.comms import JsonObject

# Under these topics a kernel publishes its comm messages: no error, no output, no line of its states.
TOPIC = b"comm-"
COMM = "comm_msg"
Ear: TypeAlias = Callable[[JsonObject], None]


class HostChannel:
    """Two sockets to one kernel: one that it hears, and one by which it answers."""

    def __init__(self, kernel: Any) -> None:  # noqa: ANN401 -- a kernel manager of jupyter_client's
        """Connect to `kernel`, which has been started."""
        self._session = Session(key=kernel.session.key, username="")
        self._ears: dict[str, Ear] = {}
        self._shell = kernel.connect_shell(identity=self._session.bsession)
        self._iopub = kernel.connect_iopub(identity=self._session.bsession)
        self._iopub.setsockopt(zmq.UNSUBSCRIBE, b"")
        self._iopub.setsockopt(zmq.SUBSCRIBE, TOPIC)
        self._iopub.on_recv(self._hear)

    def open(self, target: str, data: Mapping[str, Any], ear: Ear) -> str:
        """Open a comm with `target`; its id. ear: called with the data of each message that comes on it."""
        comm = secrets.token_hex(16)
        self._ears[comm] = ear
        self._send("comm_open", {"comm_id": comm, "target_name": target, "data": data})
        return comm

    def say(self, comm: str, data: Mapping[str, Any]) -> None:
        """Send something on a comm that was opened here."""
        self._send(COMM, {"comm_id": comm, "data": data})

    def close_comm(self, comm: str) -> None:
        """Close a comm: nothing is heard of it any more."""
        if self._ears.pop(comm, None) is not None:
            self._send("comm_close", {"comm_id": comm, "data": {}})

    def close(self) -> None:
        """Close both sockets, and hear nothing any more."""
        self._ears.clear()
        for stream in (self._shell, self._iopub):
            if not stream.closed():
                stream.close(linger=0)

    def _send(self, kind: str, content: JsonObject) -> None:
        if not self._shell.closed():
            self._session.send(self._shell, kind, content)

    def _hear(self, parts: list[bytes]) -> None:
        frames: Any
        topics, frames = self._session.feed_identities(parts)
        signature, header, parent, metadata, content = frames[:5]
        if self._session.sign([header, parent, metadata, content]) != signature:
            return
        if json.loads(header)["msg_type"] != COMM:
            return
        message: JsonObject = json.loads(content)
        comm = str(message.get("comm_id"))
        ear = self._ears.get(comm)
        if ear is not None and topics == [TOPIC + comm.encode()]:
            ear(message["data"])
