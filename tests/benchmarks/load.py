"""Participants without a screen who speak the real protocol: lobby, page, assets, websocket, comm messages.

One asyncio process plays a whole room. What a phone would be sent is counted as it comes over the
wire: heads, bodies and frames, compressed as they are.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

PATIENCE = 60.0
_ASSET = re.compile(r'(?:href|src)="(/aset/[^"]+)"')
_STOCK_KERNEL = re.compile(r'"kernelId":\s*"([0-9a-f-]{36})"')
_PLAYER = re.compile(r'class="ws-player">(.+?)</script>')


class LoadError(Exception):
    """A participant was not answered as expected; a sentence."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came for one request. size: bytes on the wire, head and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    size: int

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


class Http:
    """One kept-alive connection of a browser."""

    def __init__(self, host: str, port: int) -> None:
        """Connect with the first request."""
        self._host, self._port = host, port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._turn = asyncio.Lock()

    async def ask(self, path: str, form: Mapping[str, str] | None, cookies: Mapping[str, str]) -> Reply:
        """The reply to a GET, or to a POST of `form`. Raises OSError or LoadError."""
        async with self._turn:
            for attempt in range(2):
                try:
                    return await self._ask(path, form, cookies)
                except (ConnectionError, asyncio.IncompleteReadError):
                    self.close()
                    if attempt:
                        raise
        raise LoadError("unreachable")

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None

    async def _ask(self, path: str, form: Mapping[str, str] | None, cookies: Mapping[str, str]) -> Reply:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port, limit=1 << 20)
        reader, writer = self._streams
        writer.write(_request(f"{self._host}:{self._port}", path, form, cookies))
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in filter(None, lines):
            name, _, value = line.partition(":")
            known = headers.get(name.lower())
            headers[name.lower()] = f"{known}\n{value.strip()}" if known else value.strip()
        status = int(first.split()[1])
        size, body = await _body(reader, status, headers)
        packed = headers.get("content-encoding") == "gzip"
        if headers.get("connection") == "close":
            self.close()
        return Reply(status, headers, _unpacked(body) if packed else body, len(head) + size)


def _request(host: str, path: str, form: Mapping[str, str] | None, cookies: Mapping[str, str]) -> bytes:
    body = b"" if form is None else urlencode(form).encode()
    lines = [
        f"{'GET' if form is None else 'POST'} {path} HTTP/1.1",
        f"Host: {host}",
        "Accept-Encoding: gzip, deflate",
        "User-Agent: Mozilla/5.0 (Linux; Android 8.0.0) AppleWebKit/537.36 Chrome/80.0.3987.99 Mobile",
    ]
    if cookies:
        lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()))
    if form is not None:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        lines.append(f"Origin: http://{host}")
    return "\r\n".join([*lines, "", ""]).encode() + body


async def _body(reader: asyncio.StreamReader, status: int, headers: Mapping[str, str]) -> tuple[int, bytes]:
    if status in {204, 304}:
        return 0, b""
    if headers.get("transfer-encoding") != "chunked":
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        return len(body), body
    parts: list[bytes] = []
    size = 0
    while True:
        line = await reader.readuntil(b"\r\n")
        length = int(line, 16)
        part = await reader.readexactly(length + 2)
        size += len(line) + len(part)
        if not length:
            return size, b"".join(parts)
        parts.append(part[:-2])


def _unpacked(body: bytes) -> bytes:
    import zlib  # noqa: PLC0415 -- only a packed body needs it

    return zlib.decompressobj(31).decompress(body)


@dataclass
class LoadPhone:
    """A participant's phone. cookies: its jar; kept: the addresses of the assets that it has cached.

    requests, size: what it asked for and was sent so far.
    """

    host: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    requests: int = 0
    size: int = 0
    _lines: list[Http] = field(default_factory=list)

    async def ask(self, path: str, form: Mapping[str, str] | None = None, line: int = 0) -> Reply:
        """The reply to one request on the connection number `line`; redirects are not followed."""
        while len(self._lines) <= line:
            self._lines.append(Http(self.host, self.port))
        reply = await self._lines[line].ask(path, form, self.cookies)
        self.requests += 1
        self.size += reply.size
        for cookie in filter(None, reply.headers.get("set-cookie", "").split("\n")):
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        return reply

    async def join(self, door: str = "") -> None:
        """Go through the lobby, and take a seat there. door: the workshop's code where one is asked for.

        Raises LoadError.
        """
        if door:
            await self.ask(f"/g/{door}")
        first = await self.ask("/")
        await self.load(_ASSET.findall(first.text))
        taken = await self.ask("/masuk", {"sector": "-", "name": "", "sure": "1"})
        if taken.status != 303 or taken.headers.get("location") != "/":
            raise LoadError(f"No seat was given ({taken.status}).")
        seated = await self.ask("/")
        if "ws-code" not in seated.text:
            raise LoadError("The lobby shows no resume code.")

    async def open_case(self) -> Screen:
        """Open the page that plays, and return once the case is ready to click. Raises LoadError."""
        page = await self.ask("/kasus")
        found = _PLAYER.search(page.text)
        if found is None:
            raise LoadError(f"The page holds no player ({page.status}).")
        ids = json.loads(found.group(1))
        _, screen = await asyncio.gather(
            self.load(_ASSET.findall(page.text)), self.connect(ids["kernel"], ids["model"])
        )
        return screen

    async def connect(self, kernel: str, model: str) -> Screen:
        """The websocket of a kernel, once the first view has come. Raises LoadError."""
        screen = Screen(self, kernel, model)
        await screen.connect()
        return screen

    async def load(self, found: Sequence[str], lines: int = 3) -> None:
        """Load the assets that are not cached, over several connections."""
        wanted = [path for path in dict.fromkeys(found) if path not in self.kept]
        self.kept.update(wanted)

        async def some(line: int) -> None:
            for path in wanted[line::lines]:
                reply = await self.ask(path, line=line)
                if reply.status != 200:
                    raise LoadError(f"{path} was not served ({reply.status}).")

        await asyncio.gather(*(some(line) for line in range(min(lines, len(wanted)))))

    async def open_stock(self, assets: Sequence[str]) -> None:
        """Open a page of Voilà as it comes, load `assets`, and wait for the player's first view.

        What the browser's own client does: it asks for the state of all widgets, and then the player
        says that it is ready. Raises LoadError.
        """
        page = await self.ask("/")
        found = _STOCK_KERNEL.search(page.text)
        if found is None:
            raise LoadError(f"The page names no kernel ({page.status}).")
        screen = Screen(self, found.group(1), "")
        await asyncio.gather(self.load(assets, lines=6), screen.connect_stock())

    def close(self) -> None:
        """Hang up every connection of HTTP."""
        for line in self._lines:
            line.close()


class Screen:
    """The player's side of one websocket. view: the last that came; frames, size: what came so far."""

    def __init__(self, phone: LoadPhone, kernel: str, model: str) -> None:
        """Connect with `connect`."""
        self.phone, self.kernel, self.model = phone, kernel, model
        self.view: dict[str, Any] = {}
        self._socket: ClientConnection | None = None
        self._session = secrets.token_hex(8)

    async def connect(self) -> None:
        """Open the websocket, say that the player is ready, and take the first view."""
        await self._open()
        await self.send({"type": "ready", "language": "id"})
        self.view = await self._next_view()

    async def connect_stock(self) -> None:
        """Do the same at a Voilà as it comes, which sends the widgets themselves first."""
        await self._open()
        await self.say("kernel_info_request", {})
        await self._until("kernel_info_reply")
        control = secrets.token_hex(16)
        opening = {"comm_id": control, "target_name": "jupyter.widget.control", "data": {}}
        await self.say("comm_open", opening, {"version": "1.0.0"})
        await self.say("comm_msg", {"comm_id": control, "data": {"method": "request_states"}})
        while True:
            data = (await self._until("comm_msg"))["content"]["data"]
            if data.get("method") == "update_states":
                break
        states = data["states"]
        self.model = next(name for name, kept in states.items() if "_esm" in kept["state"])
        await self.send({"type": "ready", "language": "id"})
        self.view = await self._next_view()

    async def _open(self) -> None:
        phone = self.phone
        cookie = "; ".join(f"{name}={value}" for name, value in phone.cookies.items())
        address = f"{phone.host}:{phone.port}"
        self._socket = await connect(
            f"ws://{address}/api/kernels/{self.kernel}/channels?session_id={self._session}",
            additional_headers={"Cookie": cookie},
            origin=Origin(f"http://{address}"),
            proxy=None,
            max_size=None,
            open_timeout=PATIENCE,
            ping_interval=None,
        )
        phone.requests += 1

    async def say(
        self, kind: str, content: Mapping[str, object], metadata: Mapping[str, str] | None = None
    ) -> None:
        """Send one Jupyter message."""
        if self._socket is None:
            raise LoadError("There is no line.")
        header = {"msg_id": secrets.token_hex(8), "msg_type": kind, "session": self._session}
        header |= {"username": "", "version": "5.3"}
        message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": metadata or {}}
        await self._socket.send(json.dumps({**message, "content": content}))

    async def send(self, message: Mapping[str, object]) -> None:
        """Send one message of the player's."""
        data = {"method": "custom", "content": message}
        await self.say("comm_msg", {"comm_id": self.model, "data": data})

    async def move(self, **message: object) -> dict[str, Any]:
        """Make a move from the current view; the view after it. Raises LoadError."""
        await self.send({"n": self.view["n"], **message})
        self.view = await self._next_view()
        return self.view

    async def click(self, chance: Random) -> float:
        """Make some move that the view offers; the seconds until the next view. Raises LoadError."""
        move = some_move(self.view, chance)
        begun = time.perf_counter()
        await self.send(move)
        self.view = await self._next_view()
        return time.perf_counter() - begun

    async def close(self) -> None:
        """Close the page."""
        if self._socket is not None:
            await self._socket.close()

    async def _until(self, kind: str) -> dict[str, Any]:
        if self._socket is None:
            raise LoadError("There is no line.")
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                frame = await asyncio.wait_for(self._socket.recv(), deadline - time.monotonic())
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


def some_move(view: Mapping[str, Any], chance: Random) -> dict[str, object]:
    """A move that `view` offers. Raises LoadError where it offers none."""
    count, scene = view["n"], view["scene"]
    if view["screen"] == "cover":
        return {"type": "begin", "n": count}
    if view["screen"] == "ended":
        return {"type": "again", "case": view["case"]["id"]}
    if scene is None:
        raise LoadError(f"There is nothing to click on the screen “{view['screen']}”.")
    form = scene["decision"]
    if form is None:
        return {"type": "continue", "n": count, "scene": scene["id"]}
    return {"type": "decide", "n": count, "decision": form["id"], "pick": some_pick(form, chance)}


def some_pick(form: Mapping[str, Any], chance: Random) -> object:
    """A pick that fits the form of a decision."""
    options = [option["id"] for option in form["options"]]
    match form["kind"]:
        case "text":
            return "Saya akan bertanya lebih dulu, dan mendengarkan."
        case "multi":
            return chance.sample(options, chance.randint(1, form["most"] or len(options)))
        case "rank":
            return chance.sample(options, len(options))
        case "referral":
            urgency = [each["id"] for each in form["urgency"]]
            facts = [each["id"] for each in form["facts"]]
            service = chance.choice(form["services"])["id"]
            return [{"service": service, "urgency": chance.choice(urgency), "packet": facts[:1]}]
        case _:
            return chance.choice(options)
