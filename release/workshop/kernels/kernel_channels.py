"""The server's channel to each kernel: two sockets, connected before anybody arrives.

Jupyter's own opens six for each websocket and asks the kernel three times how it is; that was most of
what an arrival cost. Only the messages that a player receives are subscribed to.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Protocol

import zmq
from jupyter_client.session import Session

from release.workshop.kernels.pulse import Pulse
from release.workshop.wire import JsonObject

# Under these topics a kernel publishes its comm messages: no error, no output, no line of its states.
TOPIC = b"comm-"
# What a browser is sent of all that a kernel says; of the second only that it came.
COMM, ALIVE = "comm_msg", "kernel_info_reply"
CONNECT_SECONDS = 10.0


class KernelPage(Protocol):
    """A page that shows what the kernel says."""

    def show(self, text: str) -> None:
        """Send the page one message."""
        ...

    def on_kernel_ended(self) -> None:
        """Tell the page that its kernel is gone."""
        ...


class KernelChannel:
    """Speaks to one kernel for the page that is open on it; where it reconnects, for a moment two."""

    def __init__(
        self,
        kernel: Any,  # noqa: ANN401 -- a kernel manager of jupyter_client's
        on_question: Callable[[], None] = lambda: None,
        on_answer: Callable[[], None] = lambda: None,
    ) -> None:
        """Connect to `kernel`, which has been started.

        on_question: called whenever the kernel is sent a message; on_answer: whenever it sends one.
        """
        self._on_question, self._on_answer = on_question, on_answer
        self._session = Session(key=kernel.session.key, username="")
        self.pages: set[KernelPage] = set()
        self._first_message = asyncio.Event()
        self._shell = kernel.connect_shell(identity=self._session.bsession)
        self._iopub = kernel.connect_iopub(identity=self._session.bsession)
        self._iopub.setsockopt(zmq.UNSUBSCRIBE, b"")
        self._iopub.setsockopt(zmq.SUBSCRIBE, TOPIC)
        for stream in (self._shell, self._iopub):
            stream.on_recv(self._hear)

    async def connected(self) -> None:
        """Return once the kernel is known to publish to this channel. Raises TimeoutError."""
        await asyncio.wait_for(self._first_message.wait(), CONNECT_SECONDS)

    def say(self, message: JsonObject) -> None:
        """Send the kernel a message that was admitted."""
        if not self._shell.closed():
            self._on_question()
            self._session.send(self._shell, message)

    def probe(self) -> None:
        """Ask the kernel whether it answers."""
        if not self._shell.closed():
            self._session.send(self._shell, "kernel_info_request")

    def close(self) -> None:
        """Close both sockets, and forget the pages."""
        self.pages.clear()
        for stream in (self._shell, self._iopub):
            if not stream.closed():
                stream.close(linger=0)

    def _hear(self, parts: list[bytes]) -> None:
        frames: Any = self._session.feed_identities(parts)[1]
        signature, header, parent, metadata, content = frames[:5]
        if self._session.sign([header, parent, metadata, content]) != signature:
            return
        self._first_message.set()
        self._on_answer()
        kind = json.loads(header)["msg_type"]
        if kind == COMM:
            text = f'{{"msg_type": "{COMM}", "content": {str(content, "utf-8")}}}'
        elif kind == ALIVE:
            text = f'{{"msg_type": "{ALIVE}"}}'
        else:
            return
        for page in tuple(self.pages):
            page.show(text)


class KernelChannels:
    """The channel to each kernel that has one."""

    def __init__(self) -> None:
        """Begin without any channel."""
        self._channels: dict[str, KernelChannel] = {}
        self.pulse = Pulse()

    def __getitem__(self, kernel_id: str) -> KernelChannel:
        """The channel to a kernel. Raises KeyError."""
        return self._channels[kernel_id]

    def __contains__(self, kernel_id: object) -> bool:
        """Whether there is a channel to a kernel."""
        return kernel_id in self._channels

    async def open(self, kernel_id: str, kernel: object) -> None:
        """Connect to a kernel that has been started. Raises TimeoutError."""
        on_question, on_answer = (
            partial(self.pulse.note_question, kernel_id),
            partial(self.pulse.note_answer, kernel_id),
        )
        channel = self._channels[kernel_id] = KernelChannel(kernel, on_question, on_answer)
        await channel.connected()

    def close(self, kernel_id: str) -> None:
        """Close the channel to a kernel, where there is one."""
        self.pulse.note_answer(kernel_id)
        channel = self._channels.pop(kernel_id, None)
        if channel is not None:
            channel.close()

    async def watch(self, end: Callable[[str], Awaitable[None]]) -> None:
        """End every kernel that answers no more, until cancelled. end: ends one, where it still runs."""

        def probe(kernel_id: str) -> None:
            if kernel_id in self._channels:
                self._channels[kernel_id].probe()

        await self.pulse.watch(probe, end)
