"""Participants' phones that speak the real protocol: lobby, assets, page; behind it see `page`.

One asyncio process plays a whole room. What a phone would be sent is counted as it comes over the
wire: heads, bodies and frames, compressed as they are.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from tests.benchmarks.page import LoadError, LoadPage, Move

PATIENCE = 60.0
Source: TypeAlias = tuple[str, int] | None
_HAS_ADDRESSES = sys.platform == "linux"
SOCKET = "/kasus/saluran"
SEATED = "/kasus/duduk"
ASSET = re.compile(r'(?:href|src)="(/aset/[^"]+)"')
_LABELS = re.compile(r'begin\(\{"language":"id","digest":"([0-9a-f]{16})"')
_CASE = re.compile(r'data-case="([a-z-]*)"')


def _sources() -> Iterator[Source]:
    """An address of its own for each phone, as in a room, where the machine has them."""
    for number in itertools.count(256):
        yield (f"127.{number >> 16 & 127}.{number >> 8 & 255}.{number & 255}", 0) if _HAS_ADDRESSES else None


_SOURCES = _sources()


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

    def __init__(self, host: str, port: int, source: Source) -> None:
        """Connect with the first request."""
        self._host, self._port, self._source = host, port, source
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
                except BaseException:  # who asked gave up: the rest of the answer is nobody's
                    self.close()
                    raise
        raise LoadError("unreachable")

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None

    async def _ask(self, path: str, form: Mapping[str, str] | None, cookies: Mapping[str, str]) -> Reply:
        if self._streams is None:
            self._streams = await asyncio.open_connection(
                self._host, self._port, limit=1 << 20, local_addr=self._source
            )
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
    """A participant's phone. source: its own address; cookies: its jar; kept: the assets that it has cached.

    labels: the digest of the sentences that it has loaded, as the page's client knows it.
    requests, size: what it asked for and was sent so far; moves: what its person did; plays: the ids of the
    plays that it was shown.
    """

    host: str
    port: int
    source: Source = field(default_factory=lambda: next(_SOURCES))
    cookies: dict[str, str] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    labels: str = ""
    requests: int = 0
    size: int = 0
    moves: list[Move] = field(default_factory=list)
    plays: set[str] = field(default_factory=set)
    _lines: list[Http] = field(default_factory=list)

    async def ask(self, path: str, form: Mapping[str, str] | None = None, line: int = 0) -> Reply:
        """The reply to one request on the connection number `line`; redirects are not followed."""
        while len(self._lines) <= line:
            self._lines.append(Http(self.host, self.port, self.source))
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
        await self.load(ASSET.findall(first.text))
        taken = await self.ask("/masuk", {"sector": "-", "name": "", "sure": "1"})
        leads_to = taken.headers.get("location")
        if taken.status != 303 or leads_to not in {"/", "/kasus"}:
            raise LoadError(f"No seat was given ({taken.status}).")
        if leads_to == "/kasus":
            return
        # Before 0.2.0 the lobby came once more.
        seated = await self.ask("/")
        if "ws-code" not in seated.text:
            raise LoadError("The lobby shows no resume code.")
        await self.load(ASSET.findall(seated.text))

    async def open_case(self) -> LoadPage:
        """Open the page that plays, and return once the case is ready to click. Raises LoadError."""
        found = await self.ask("/kasus")
        case = _CASE.search(found.text)
        if case is None:
            raise LoadError(f"The page holds no player ({found.status}).")
        page = LoadPage(self, case[1])
        try:
            await asyncio.gather(self.load(ASSET.findall(found.text)), page.connect())
        except BaseException:  # who gave up before it was there
            await page.close()
            raise
        return page

    async def is_seated(self) -> bool | None:
        """Whether its seat may play, as a page asks whose line was lost; None where nobody answers."""
        try:
            async with asyncio.timeout(PATIENCE):
                reply = await self.ask(SEATED)
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            return None
        return {204: True, 403: False, 404: False}.get(reply.status)

    async def dial(self, path: str = SOCKET) -> ClientConnection:
        """A websocket, with the cookies of this phone. Raises what `connect` raises."""
        address = f"{self.host}:{self.port}"
        self.requests += 1
        return await connect(
            f"ws://{address}{path}",
            additional_headers={
                "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            },
            origin=Origin(f"http://{address}"),
            local_addr=self.source,
            proxy=None,
            max_size=None,
            open_timeout=PATIENCE,
            ping_interval=None,
        )

    async def load(self, found: Sequence[str], lines: int = 3) -> None:
        """Load the assets that are not cached, over several connections."""
        wanted = [path for path in dict.fromkeys(found) if path not in self.kept]
        self.kept.update(wanted)

        async def some(line: int) -> None:
            for path in wanted[line::lines]:
                reply = await self.ask(path, line=line)
                if reply.status != 200:
                    raise LoadError(f"{path} was not served ({reply.status}).")
                if labels := _LABELS.search(reply.text):
                    self.labels = labels[1]

        await asyncio.gather(*(some(line) for line in range(min(lines, len(wanted)))))

    def close(self) -> None:
        """Hang up every connection of HTTP."""
        for line in self._lines:
            line.close()
