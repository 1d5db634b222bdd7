"""The server's channel to a host: which of its messages are heard, and on which comm."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zmq
from jupyter_client.session import Session
from zmq.eventloop.zmqstream import ZMQStream

from release.workshop.kernels.host_channel import HostChannel


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

    def signed(self, kind: str, content: dict[str, Any], session: Session | None = None) -> list[bytes]:
        session = session or self.session
        return session.serialize(session.msg(kind, content))

    def publish(
        self, topic: bytes, kind: str, content: dict[str, Any], session: Session | None = None
    ) -> None:
        self.iopub.send_multipart([topic, *self.signed(kind, content, session)])

    def answer(self, comm: str, data: dict[str, Any], session: Session | None = None) -> None:
        self.publish(f"comm-{comm}".encode(), "comm_msg", {"comm_id": comm, "data": data}, session)

    def close(self) -> None:
        self.context.destroy(linger=0)


class Ears:
    """Three comms of a channel, and what was heard on each."""

    def __init__(self, channel: HostChannel) -> None:
        self.heard: dict[str, list[dict[str, Any]]] = {}
        for _ in range(3):
            messages: list[dict[str, Any]] = []
            self.heard[channel.open("page", {}, messages.append)] = messages

    @property
    def comms(self) -> list[str]:
        return list(self.heard)


def told(place: Path, speak: Callable[[Kernel, list[str]], None]) -> list[list[dict[str, Any]]]:
    """What was heard on three comms until the kernel's last word on the last one, which is “over”."""

    async def listen() -> list[list[dict[str, Any]]]:
        kernel = Kernel(place)
        channel = HostChannel(kernel)
        ears = Ears(channel)
        for _ in range(3):  # two subscriptions and one taken back
            await asyncio.to_thread(kernel.iopub.recv)
        speak(kernel, ears.comms)
        kernel.answer(ears.comms[2], {"over": True})
        async with asyncio.timeout(10):
            while {"over": True} not in ears.heard[ears.comms[2]]:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        channel.close()
        kernel.close()
        return [[each for each in heard if "over" not in each] for heard in ears.heard.values()]

    return asyncio.run(listen())


def test_what_a_host_answers_is_heard_on_its_comm_alone(tmp_path: Path) -> None:
    heard = told(tmp_path, lambda kernel, comms: kernel.answer(comms[0], {"seq": 1}))

    assert heard == [[{"seq": 1}], [], []]


def test_no_two_comms_have_one_id_and_none_can_be_guessed(tmp_path: Path) -> None:
    ids: list[str] = []

    told(tmp_path, lambda _, comms: ids.extend(comms))

    assert len(set(ids)) == 3
    assert all(len(bytes.fromhex(each)) == 16 for each in ids)


@pytest.mark.parametrize(
    ("topic", "kind"),
    [
        ("kernel.x.status", "status"),
        ("stream.stdout", "stream"),
        ("comm-{own}", "comm_open"),
        ("comm-{own}", "comm_close"),
        ("comm-{own}", "error"),
        ("comm-{own}x", "comm_msg"),
        ("comm-{other}", "comm_msg"),
        ("comm-", "comm_msg"),
        ("kernel.x.execute_result", "execute_result"),
    ],
)
def test_nothing_else_is_heard(tmp_path: Path, topic: str, kind: str) -> None:
    def speak(kernel: Kernel, comms: list[str]) -> None:
        name = topic.format(own=comms[0], other=comms[1]).encode()
        kernel.publish(name, kind, {"comm_id": comms[0], "data": {"seq": 1}})

    assert told(tmp_path, speak) == [[], [], []]


@pytest.mark.parametrize("comm_id", ["", "x", None, 7, ["x"]])
def test_what_names_no_comm_of_ours_is_heard_by_nobody(tmp_path: Path, comm_id: object) -> None:
    def speak(kernel: Kernel, comms: list[str]) -> None:
        kernel.publish(f"comm-{comms[0]}".encode(), "comm_msg", {"comm_id": comm_id, "data": {"seq": 1}})

    assert told(tmp_path, speak) == [[], [], []]


def test_a_message_that_another_key_signed_reaches_nobody(tmp_path: Path) -> None:
    stranger = Session(key=b"another key")

    assert told(tmp_path, lambda kernel, comms: kernel.answer(comms[0], {"seq": 1}, stranger)) == [[], [], []]


def test_a_message_in_whose_signature_another_comm_stands_reaches_nobody(tmp_path: Path) -> None:
    def speak(kernel: Kernel, comms: list[str]) -> None:
        parts = kernel.signed("comm_msg", {"comm_id": comms[0], "data": {"seq": 1}})
        forged = [part.replace(comms[0].encode(), comms[1].encode()) for part in parts]
        kernel.iopub.send_multipart([f"comm-{comms[1]}".encode(), *forged])

    assert told(tmp_path, speak) == [[], [], []]


def test_a_comm_that_was_closed_is_heard_no_more(tmp_path: Path) -> None:
    async def listen() -> list[dict[str, Any]]:
        kernel = Kernel(tmp_path)
        channel = HostChannel(kernel)
        ears = Ears(channel)
        for _ in range(3):
            await asyncio.to_thread(kernel.iopub.recv)
        first, last = ears.comms[0], ears.comms[2]
        channel.close_comm(first)
        kernel.answer(first, {"seq": 1})
        kernel.answer(last, {"over": True})
        async with asyncio.timeout(10):
            while not ears.heard[last]:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        channel.close()
        kernel.close()
        return ears.heard[first]

    assert asyncio.run(listen()) == []
