"""Pages that each speak to a kernel of their own: those of 0.1.0, and of Voilà as it comes.

They carry Jupyter's messages over its websocket. Of 0.1.0 the server's address and ids stand in the page.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.benchmarks.load import ASSET, LoadPhone
from tests.benchmarks.page import PATIENCE, LoadError, Move, some_move

_STOCK_KERNEL = re.compile(r'"kernelId":\s*"([0-9a-f-]{36})"')
_PLAYER = re.compile(r'class="ws-player">(.+?)</script>')


@dataclass
class PhoneBefore(LoadPhone):
    """A phone in a workshop of 0.1.0."""

    async def open_case(self) -> KernelPage:  # type: ignore[override]
        """Open the page that plays, and return once the case is ready to click. Raises LoadError."""
        page = await self.ask("/kasus")
        found = _PLAYER.search(page.text)
        if found is None:
            raise LoadError(f"The page holds no player ({page.status}).")
        ids = json.loads(found.group(1))
        screen = KernelPage(self, ids["kernel"], ids["model"])
        await asyncio.gather(self.load(ASSET.findall(page.text)), screen.connect())
        return screen


@dataclass
class StockPhone(LoadPhone):
    """A browser before Voilà as it comes. assets: what a page of it loads."""

    assets: Sequence[str] = ()

    async def open_case(self) -> KernelPage:  # type: ignore[override]
        """Open the notebook, load `assets`, and wait for the player's first view. Raises LoadError.

        What the browser's own client does: it asks for the state of all widgets, and then the player
        says that it is ready.
        """
        page = await self.ask("/")
        found = _STOCK_KERNEL.search(page.text)
        if found is None:
            raise LoadError(f"The page names no kernel ({page.status}).")
        screen = KernelPage(self, found.group(1), "")
        await asyncio.gather(self.load(self.assets, lines=6), screen.connect_stock())
        return screen


class KernelPage:
    """The player's side of one websocket to a kernel. view: the last that came."""

    def __init__(self, phone: LoadPhone, kernel: str, model: str) -> None:
        """Connect with `connect`."""
        self.phone, self.kernel, self.model = phone, kernel, model
        self.view: dict[str, Any] = {}
        self._socket: ClientConnection | None = None
        self._session = secrets.token_hex(8)

    async def connect(self) -> None:
        """Open the websocket, say that the player is ready, and take the first view. Raises LoadError."""
        await self._open()
        await self._send({"type": "ready", "language": "id"})
        self.view = await self._next_view()

    async def connect_stock(self) -> None:
        """Do the same at a Voilà as it comes, which sends the widgets themselves first."""
        await self._open()
        await self._say("kernel_info_request", {})
        await self._until("kernel_info_reply")
        control = secrets.token_hex(16)
        opening = {"comm_id": control, "target_name": "jupyter.widget.control", "data": {}}
        await self._say("comm_open", opening, {"version": "1.0.0"})
        await self._say("comm_msg", {"comm_id": control, "data": {"method": "request_states"}})
        while True:
            data = (await self._until("comm_msg"))["content"]["data"]
            if data.get("method") == "update_states":
                break
        states = data["states"]
        self.model = next(name for name, kept in states.items() if "_esm" in kept["state"])
        await self._send({"type": "ready", "language": "id"})
        self.view = await self._next_view()

    def keep_beating(self) -> None:
        """Nothing: these pages were measured without it."""

    async def click(self, chance: Random) -> float:
        """Make some move that the view offers; the seconds until the next view. Raises LoadError."""
        message = some_move(self.view, chance)
        move = Move(self.view["play"], self.view["n"], message)
        if "n" in message:
            self.phone.moves.append(move)
        begun = time.perf_counter()
        await self._send(message)
        self.view = await self._next_view()
        move.play = move.play or self.view["play"]
        move.is_confirmed = self.view["play"] == move.play and self.view["n"] > move.n
        self.phone.plays.add(self.view["play"])
        return time.perf_counter() - begun

    async def close(self) -> None:
        """Close the page."""
        if self._socket is not None:
            await self._socket.close()

    async def _open(self) -> None:
        self._socket = await self.phone.dial(
            f"/api/kernels/{self.kernel}/channels?session_id={self._session}"
        )

    async def _say(
        self, kind: str, content: Mapping[str, object], metadata: Mapping[str, str] | None = None
    ) -> None:
        if self._socket is None:
            raise LoadError("There is no line.")
        header = {"msg_id": secrets.token_hex(8), "msg_type": kind, "session": self._session}
        header |= {"username": "", "version": "5.3"}
        message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": metadata or {}}
        await self._socket.send(json.dumps({**message, "content": content}))

    async def _send(self, message: Mapping[str, object]) -> None:
        await self._say("comm_msg", {"comm_id": self.model, "data": {"method": "custom", "content": message}})

    async def _until(self, kind: str) -> dict[str, Any]:
        if self._socket is None:
            raise LoadError("There is no line.")
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                async with asyncio.timeout(deadline - time.monotonic()):
                    frame = await self._socket.recv()
            except (TimeoutError, ConnectionClosed) as error:
                raise LoadError(f"No {kind} came: {error!r}.") from None
            self.phone.size += len(frame)
            message = _message(frame)
            if message.get("msg_type") == kind:
                return message

    async def _next_view(self) -> dict[str, Any]:
        while True:
            message = await self._until("comm_msg")
            data = message["content"]["data"]
            if data["method"] != "custom" or data["content"]["type"] not in {"view", "refused", "private"}:
                continue
            if data["content"]["type"] != "view":
                raise LoadError(f"A move was refused: {data['content']}")
            found: dict[str, Any] = data["content"]["view"]
            return found


def _message(frame: str | bytes) -> dict[str, Any]:
    """A frame of Jupyter's first websocket protocol: JSON, or offsets, JSON and buffers."""
    if isinstance(frame, bytes):
        count = int.from_bytes(frame[:4], "big")
        ends = [int.from_bytes(frame[at : at + 4], "big") for at in range(4, 4 * (count + 1), 4)]
        frame = frame[ends[0] : ends[1] if count > 1 else None].decode()
    found: dict[str, Any] = json.loads(frame)
    return found
