"""The server's channel to a kernel: which of its messages reach a page."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zmq
from jupyter_client.session import Session
from zmq.eventloop.zmqstream import ZMQStream

from release.workshop.kernels.kernel_channels import KernelChannel


class Kernel:
    """A kernel's two sockets, and how a manager of Jupyter's connects to them."""

    def __init__(self, place: Path) -> None:
        self.context = zmq.Context()
        self.session = Session(key=b"a key of this kernel's")
        self.shell, self.iopub = self.context.socket(zmq.ROUTER), self.context.socket(zmq.XPUB)
        self.places = {"shell": f"ipc://{place}/shell", "iopub": f"ipc://{place}/iopub"}
        self.shell.bind(self.places["shell"])
        self.iopub.bind(self.places["iopub"])

    def connect_shell(self, identity: bytes) -> ZMQStream:
        return self._connected(zmq.DEALER, "shell", identity)

    def connect_iopub(self, identity: bytes) -> ZMQStream:
        stream = self._connected(zmq.SUB, "iopub", identity)
        stream.setsockopt(zmq.SUBSCRIBE, b"")
        return stream

    def _connected(self, kind: int, place: str, identity: bytes) -> ZMQStream:
        socket = self.context.socket(kind)
        socket.setsockopt(zmq.IDENTITY, identity)
        socket.connect(self.places[place])
        return ZMQStream(socket)

    def publish(
        self, topic: bytes, kind: str, content: dict[str, Any], session: Session | None = None
    ) -> None:
        message = (session or self.session).msg(kind, content)
        self.iopub.send_multipart([topic, *(session or self.session).serialize(message)])

    def close(self) -> None:
        self.context.destroy(linger=0)


class ShownPage:
    """A page that keeps what it is shown."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    def show(self, text: str) -> None:
        self.messages.append(json.loads(text))

    def on_kernel_ended(self) -> None:
        self.messages.append({"ended": True})


def told(place: Path, speak: Callable[[Kernel], None]) -> list[dict[str, Any]]:
    """What a page was shown until the kernel's last word, which is “over”."""

    async def listen() -> list[dict[str, Any]]:
        kernel, page = Kernel(place), ShownPage()
        channel = KernelChannel(kernel)
        channel.pages.add(page)
        for _ in range(3):  # two subscriptions and one taken back
            await asyncio.to_thread(kernel.iopub.recv)
        speak(kernel)
        kernel.publish(b"comm-x", "comm_msg", {"over": True})
        while {"over": True} not in [message.get("content") for message in page.messages]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        channel.close()
        kernel.close()
        return page.messages[:-1]

    return asyncio.run(asyncio.wait_for(listen(), 10))


def test_a_comm_message_reaches_the_page_without_its_headers(tmp_path: Path) -> None:
    said = told(tmp_path, lambda kernel: kernel.publish(b"comm-x", "comm_msg", {"comm_id": "x"}))

    assert said == [{"msg_type": "comm_msg", "content": {"comm_id": "x"}}]


@pytest.mark.parametrize(
    ("topic", "kind"),
    [
        (b"kernel.x.status", "status"),
        (b"stream.stdout", "stream"),
        (b"comm-x", "comm_open"),
        (b"comm-x", "error"),
        (b"kernel.x.execute_result", "execute_result"),
    ],
)
def test_nothing_else_reaches_it(tmp_path: Path, topic: bytes, kind: str) -> None:
    assert told(tmp_path, lambda kernel: kernel.publish(topic, kind, {"a": 1})) == []


def test_a_message_that_another_key_signed_reaches_nobody(tmp_path: Path) -> None:
    stranger = Session(key=b"another key")

    assert told(tmp_path, lambda kernel: kernel.publish(b"comm-x", "comm_msg", {"a": 1}, stranger)) == []
