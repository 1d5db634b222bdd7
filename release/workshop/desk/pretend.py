"""Pretend phones: clients that speak the workshop's own protocol, to try a room before anybody is in it.

Each joins, opens the page, says over the websocket that it is ready, opens a case, and decides once.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from tornado.httpclient import AsyncHTTPClient, HTTPError, HTTPRequest, HTTPResponse
from tornado.websocket import WebSocketClientConnection, WebSocketError, websocket_connect

from scenarios.kinds import KINDS
from scenarios.sentence import sentences_of
from widgets.messages import View

PATIENCE = 60.0
_PLAYER = 'id="ws-player"'
_SOCKET = "kasus/saluran"
_OFFERED = ("options", "services", "urgency")
_sentence = sentences_of(Path(__file__).with_name("room_check.yaml"))
_FORM = "application/x-www-form-urlencoded"


class PhoneFailedError(Exception):
    """A pretend phone did not get through; a sentence."""


@dataclass(frozen=True, slots=True)
class Visit:
    """How long one phone waited, in seconds.

    ready: from its first request to its first screen; answered: from its decision to the next screen.
    """

    ready: float
    answered: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """The visits of the phones that got through, and why the others did not."""

    visits: tuple[Visit, ...]
    failed: tuple[str, ...] = ()


async def send_phones(url: str, phones: int, *, code: str = "", tls: ssl.SSLContext | None = None) -> Outcome:
    """Send `phones` pretend phones at once to the workshop at `url`. code: the one it is joined with."""
    client = AsyncHTTPClient(force_instance=True, defaults={"request_timeout": PATIENCE}, max_clients=phones)
    try:
        visits = [Phone(url, client, tls).visit(code) for _ in range(phones)]
        ended = await asyncio.gather(*visits, return_exceptions=True)
    finally:
        client.close()
    for error in ended:
        if isinstance(error, BaseException) and not isinstance(error, PhoneFailedError):
            raise error
    done = tuple(one for one in ended if isinstance(one, Visit))
    return Outcome(done, tuple(one.args[0] for one in ended if isinstance(one, PhoneFailedError)))


@dataclass(slots=True)
class Phone:
    """A browser without a screen: its address, its client and its cookies."""

    url: str
    client: AsyncHTTPClient
    tls: ssl.SSLContext | None = None
    cookies: dict[str, str] = field(default_factory=dict)

    async def visit(self, code: str = "") -> Visit:
        """Join, open, decide once. Raises PhoneFailedError."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._visit(code)
        except (OSError, HTTPError, WebSocketError, TimeoutError) as error:
            raise PhoneFailedError(f"{type(error).__name__}: {error}") from None

    async def _visit(self, code: str) -> Visit:
        began = time.monotonic()
        await self._ask(f"g/{code}" if code else "")
        await self._ask("masuk", {"sector": "-", "name": ""})
        if _PLAYER not in (await self._ask("kasus")).body.decode():
            raise PhoneFailedError(_sentence("phone_no_player"))
        socket = PhoneSocket(await self._connect())
        try:
            view = await socket.move(type="ready")
            shown_at = time.monotonic()
            answered = await _decide_once(socket, view)
        finally:
            socket.websocket.close()
        return Visit(shown_at - began, answered)

    async def _ask(self, path: str, form: Mapping[str, str] | None = None) -> HTTPResponse:
        headers = {"Cookie": self._cookie()}
        if form is not None:
            headers |= {"Content-Type": _FORM, "Origin": self._origin}
        request = HTTPRequest(
            f"{self.url}{path}",
            method="GET" if form is None else "POST",
            headers=headers,
            body=None if form is None else urlencode(form),
            follow_redirects=False,
            ssl_options=self.tls,
        )
        response = await self.client.fetch(request, raise_error=False)
        if response.code >= 400:  # noqa: PLR2004 -- where HTTP's errors begin
            parts = {"path": path.partition("/")[0], "code": response.code}
            raise PhoneFailedError(_sentence("phone_answered", **parts))
        for cookie in response.headers.get_list("Set-Cookie"):
            self.cookies.update({name: morsel.coded_value for name, morsel in SimpleCookie(cookie).items()})
        return response

    async def _connect(self) -> WebSocketClientConnection:
        url = f"ws{self.url.removeprefix('http')}{_SOCKET}"
        headers = {"Cookie": self._cookie(), "Origin": self._origin}
        return await websocket_connect(HTTPRequest(url, headers=headers, ssl_options=self.tls))

    @property
    def _origin(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


@dataclass(slots=True)
class PhoneSocket:
    """The player's side of a page's websocket. seq, at: see `PageFrame`."""

    websocket: WebSocketClientConnection
    seq: int = 0
    at: object = None

    async def move(self, **message: object) -> View:
        """Send a message of the player's; the view that it is answered with."""
        self.seq += 1
        await self.websocket.write_message(json.dumps({"seq": self.seq, "at": self.at, "message": message}))
        while True:
            frame = await self.websocket.read_message()
            if frame is None:
                raise PhoneFailedError(_sentence("phone_closed"))
            answer = json.loads(frame)
            self.at = answer.get("at", self.at)
            for reply in answer.get("replies", ()):
                if reply["type"] == "view":
                    view: View = reply["view"]
                    return view
                if reply["type"] == "refused":
                    raise PhoneFailedError(_sentence("phone_refused"))


async def _decide_once(socket: PhoneSocket, view: View) -> float:
    """Go on to the first decision and confirm something; the seconds until the next screen."""
    if view["shelf"] is not None:
        view = await socket.move(type="choose", case=view["shelf"]["rows"][0]["id"])
    if view["screen"] == "cover":
        view = await socket.move(type="begin", n=view["n"])
    while (scene := view["scene"]) is not None and scene["decision"] is None:
        view = await socket.move(type="continue", n=view["n"], scene=scene["id"])
    if scene is None or scene["decision"] is None:
        raise PhoneFailedError(_sentence("phone_other_screen", screen=view["screen"]))
    form = scene["decision"]
    decided_at = time.monotonic()
    await socket.move(type="decide", n=view["n"], decision=form["id"], pick=first_pick(form), sure=True)
    return time.monotonic() - decided_at


def first_pick(form: Mapping[str, Any]) -> object:
    """The first thing that may be confirmed in a decision's form."""
    offered = {name: [each["id"] for each in form[name]] for name in _OFFERED}
    return KINDS[form["kind"]].first_answer(offered)
