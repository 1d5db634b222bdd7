"""A participant's page: its frames over the websocket, as the page's own client sends and sends them again.

See `release.workshop.frames`; what is clicked is drawn by a seeded chance from what the view offers.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any, Protocol

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidHandshake

PATIENCE = 60.0
# The close code, the waits and the number of sendings of release/workshop/web/pages/client.js.
GONE = 4404
WAITS = (0.3, 0.7, 1.5, 3.0, 5.0, 8.0)
MOST_SENDS = 3
HEARTBEAT = 20.0


class LoadError(Exception):
    """A participant was not answered as expected; a sentence."""


@dataclass(slots=True)
class Move:
    """What a person did that is to be kept as the event `n` of a play. play: "" until a play has an id.

    is_confirmed: whether a view has come that stands behind it; failure: what was said where none has.
    """

    play: str
    n: int
    message: Mapping[str, Any]
    is_confirmed: bool = False
    failure: str = ""


@dataclass(eq=False, slots=True)
class Sent:
    """A message on its way. answer: the replies to it."""

    message: Mapping[str, object]
    answer: asyncio.Future[list[dict[str, Any]]]
    sends: int = 0


class PagePhone(Protocol):
    """What a page asks of the phone that shows it; see `load.LoadPhone`."""

    size: int
    labels: str
    moves: list[Move]
    plays: set[str]

    async def dial(self) -> ClientConnection:
        """The websocket of a page."""
        ...

    async def is_seated(self) -> bool | None:
        """Whether its seat may play; None where nobody answers."""
        ...


class LoadPage:
    """A page that plays. view: the last that came; pushes: what came unasked.

    losses: how often its line broke; is_gone: whether it was told that it has to be loaded again.
    """

    def __init__(self, phone: PagePhone, case: str) -> None:
        """Connect with `connect`. case: the one that the page was told to be in the middle of, or ""."""
        self.phone = phone
        self.at: object = {"language": "id", "case": case, "again": False} if case else None
        self.view: dict[str, Any] = {}
        self.pushes: list[str] = []
        self.losses = 0
        self.is_gone = False
        self._beats = False
        self._seq = itertools.count(1)
        self._unanswered: dict[int, Sent] = {}
        self._socket: ClientConnection | None = None
        self._live = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def connect(self) -> None:
        """Open the websocket, say that the player is ready, and take the first view. Raises LoadError."""
        self._socket = await self.phone.dial()
        self._tasks.append(asyncio.create_task(self._listen()))
        await self._ready()
        self._live.set()

    def keep_beating(self) -> None:
        """Ask from time to time whether the line holds, as every page does."""
        if not self._beats:
            self._beats = True
            self._tasks.append(asyncio.create_task(self._beat()))

    async def ask(self, message: Mapping[str, object], patience: float = PATIENCE) -> list[dict[str, Any]]:
        """The replies to one message of the player's. Raises LoadError."""
        sent = Sent(message, asyncio.get_running_loop().create_future())
        seq = next(self._seq)
        self._unanswered[seq] = sent
        await self._transmit(seq, sent)
        try:
            async with asyncio.timeout(patience):
                return await sent.answer
        except TimeoutError:
            raise LoadError(f"Nothing came within {patience:g} s for “{message['type']}”.") from None
        finally:
            self._unanswered.pop(seq, None)

    async def click(self, chance: Random, patience: float = PATIENCE) -> float:
        """Make some move that the view offers; the seconds until its answer. Raises LoadError."""
        try:
            async with asyncio.timeout(patience):
                await self._live.wait()
        except TimeoutError:
            raise LoadError("The line did not come back.") from None
        if self.is_gone:
            raise LoadError("The page is ended.")
        message = some_move(self.view, chance)
        move = Move(self.view["play"], self.view["n"], message)
        if "n" in message:
            self.phone.moves.append(move)
        begun = time.perf_counter()
        try:
            replies = await self.ask(message, patience)
            waited = time.perf_counter() - begun
            view = _view_in(replies)
        except LoadError as error:
            move.failure = str(error)
            raise
        move.play = move.play or view["play"]
        move.is_confirmed = view["play"] == move.play and view["n"] > move.n
        return waited

    async def close(self) -> None:
        """Close the page."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._socket is not None:
            await self._socket.close()

    async def _transmit(self, seq: int, sent: Sent) -> None:
        sent.sends += 1
        if self._socket is not None:
            with suppress(ConnectionClosed):  # it is sent again over the next line
                await self._socket.send(json.dumps({"seq": seq, "at": self.at, "message": sent.message}))

    async def _listen(self) -> None:
        while self._socket is not None:
            try:
                async for text in self._socket:
                    await self._hear(text)
            except ConnectionClosed:
                pass
            self._live.clear()
            self.losses += 1
            code = self._socket.close_code
            self._socket = None if code == GONE else await self._dialled()
            if self._socket is None:
                self.is_gone = True
                self._fail("The page is ended.")
                self._live.set()
            else:
                await self._resend()
                self._tasks.append(asyncio.create_task(self._reopen(self._socket)))

    async def _hear(self, text: str | bytes) -> None:
        self.phone.size += len(text)
        told: dict[str, Any] = json.loads(text)
        if "push" in told:
            self.pushes.append(told["push"])
            if told["push"] == "resend":
                await self._resend()
            return
        sent = self._unanswered.pop(told["seq"], None)
        if sent is None:  # what was sent again may be answered again
            return
        self.at = told["at"]
        for reply in told["replies"]:
            if reply["type"] == "view":
                self.view = reply["view"]
                if self.view["play"]:
                    self.phone.plays.add(self.view["play"])
        if not sent.answer.done():
            sent.answer.set_result(told["replies"])

    async def _resend(self) -> None:
        for seq, sent in tuple(self._unanswered.items()):
            if sent.sends < MOST_SENDS:
                await self._transmit(seq, sent)
            else:
                self._unanswered.pop(seq, None)
                if not sent.answer.done():
                    sent.answer.set_exception(LoadError(f"“{sent.message['type']}” was lost thrice."))

    async def _dialled(self) -> ClientConnection | None:
        """A new line; None where the seat may play no more."""
        for attempt in itertools.count():
            await asyncio.sleep(WAITS[min(attempt, len(WAITS) - 1)])
            is_seated = await self.phone.is_seated()
            if is_seated is False:
                return None
            if is_seated:
                with suppress(OSError, InvalidHandshake, TimeoutError, ConnectionClosed):
                    return await self.phone.dial()
        return None

    async def _reopen(self, socket: ClientConnection) -> None:
        """Once the line is back, the player asks for the view: what was pressed may have arrived or not."""
        with suppress(LoadError):
            await self._ready()
            if socket is self._socket:
                self._live.set()

    async def _ready(self) -> None:
        _view_in(await self.ask({"type": "ready", "language": "id", "labels": self.phone.labels}))

    async def _beat(self) -> None:
        while not self.is_gone:
            await asyncio.sleep(HEARTBEAT)
            with suppress(LoadError):
                await self.ask({"type": "ping", "at": 1})

    def _fail(self, sentence: str) -> None:
        for sent in self._unanswered.values():
            if not sent.answer.done():
                sent.answer.set_exception(LoadError(sentence))
        self._unanswered.clear()


def _view_in(replies: list[dict[str, Any]]) -> dict[str, Any]:
    for reply in replies:
        if reply["type"] == "view" and not any(each["type"] == "refused" for each in replies):
            view: dict[str, Any] = reply["view"]
            return view
    told = ", ".join(f"{reply['type']} {reply.get('code', '')}".strip() for reply in replies)
    raise LoadError(f"No view was answered, but: {told or 'nothing'}.")


def some_move(view: Mapping[str, Any], chance: Random) -> dict[str, object]:
    """A move that `view` offers. Raises LoadError where it offers none."""
    count, scene = view["n"], view["scene"]
    if view["screen"] == "cover":
        return {"type": "begin", "n": count}
    if view["screen"] == "ended":
        return {"type": "again", "case": view["case"]["id"]}
    if view["screen"] == "fault" and view["fault"]["retry"]:
        return {"type": "choose", "case": view["fault"]["retry"]}
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
