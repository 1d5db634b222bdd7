"""Somebody who means harm, seated in one kernel beside a whole room that plays on.

One page only listens, one forges frames, one floods, and one sends what ends, holds up and fills its kernel
(`tests/poison`). Afterwards it is counted what any of them heard that was no answer to its own, and each move
of the room is looked up in the database.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.benchmarks.ledger import Ledger, ledger_of
from tests.benchmarks.load import LoadPhone
from tests.benchmarks.room import arrive, crowd_of, leave, seated
from tests.benchmarks.servers import Server, start_lab

DEEDS = ("kill", "loop", "grow")
FLOOD = 400
INTRUDERS = 4
READY = {"type": "ready"}
# What no player's page sends: other seats, other comms, code, no frame at all.
FORGED: tuple[str | bytes, ...] = (
    json.dumps({"seq": 1, "at": None, "message": READY, "seat_pass": "another's"}),
    json.dumps({"seq": 1, "at": None, "message": READY, "comm_id": "another's"}),
    json.dumps({"channel": "shell", "header": {"msg_type": "comm_open"}, "content": {"comm_id": "x"}}),
    json.dumps({"channel": "shell", "header": {"msg_type": "execute_request"}, "content": {"code": "1"}}),
    json.dumps({"push": "resend"}),
    b"\x00" * 64,
    "null",
)


@dataclass(frozen=True, slots=True)
class Intrusion:
    """What came of it. heard: frames that an intruder heard and had not asked for, but for “resend”.

    mixed: plays that were shown on more than one phone; refused: the codes by which what harms a kernel was
    answered; closing: the close code of the flood; waits: seconds of the room's clicks; failed: those that
    were not answered.
    """

    others: int
    heard: tuple[str, ...]
    mixed: tuple[str, ...]
    refused: tuple[str, ...]
    closing: int | None
    waits: tuple[float, ...]
    failed: tuple[str, ...]
    ledger: Ledger


async def let_them_intrude(data: Path, *, others: int, seconds: float) -> Intrusion:
    """Let a room of `others` play for so long, with the intruders among them."""
    server = await asyncio.to_thread(start_lab, data, others + INTRUDERS, poisoned=True)
    try:
        return await _intrusion(server, others, seconds)
    finally:
        await asyncio.to_thread(server.stop)


async def _intrusion(server: Server, others: int, seconds: float) -> Intrusion:
    phones = await seated(server, others + INTRUDERS)
    room, intruders = phones[:others], phones[others:]
    found = await arrive([phone.open_case() for phone in room], max(1.0, others / 250))
    crowd, waits = crowd_of(found.pages), list[float]()
    await crowd.click([], within=2.0)
    playing = asyncio.create_task(crowd.play(seconds, waits))
    listener, forger, flooder, poisoner = intruders
    heard, forged, closing, refused = await asyncio.gather(
        _listen(listener, seconds), _forge(forger), _flood(flooder), _poison(poisoner)
    )
    await playing
    await leave(phones, found.pages)
    plays = [play for phone in phones for play in phone.plays]
    return Intrusion(
        others=len(found.pages),
        heard=(*heard, *forged),
        mixed=tuple(sorted({play for play in plays if plays.count(play) > 1})),
        refused=tuple(refused),
        closing=closing,
        waits=tuple(waits),
        failed=(*found.failed, *crowd.failed),
        ledger=ledger_of(server.url, phones),
    )


async def _listen(phone: LoadPhone, seconds: float) -> list[str]:
    """Say hello once, and then hear whatever comes."""
    async with await phone.dial() as line:
        await line.send(json.dumps({"seq": 1, "at": None, "message": READY}))
        return await _unasked(line, seconds, [1])


async def _forge(phone: LoadPhone) -> list[str]:
    """Send everything that no page sends, then ask something: only that may be answered."""
    async with await phone.dial() as line:
        for text in FORGED:
            await line.send(text)
        await line.send(json.dumps({"seq": 2, "at": None, "message": {"type": "ping", "at": 2}}))
        return await _unasked(line, 5.0, [2])


async def _unasked(line: ClientConnection, seconds: float, asked: Sequence[int]) -> list[str]:
    """What comes and was not asked for; also that nothing came for what was."""
    owed, strange = list(asked), list[str]()
    try:
        async with asyncio.timeout(seconds):
            async for text in line:
                told: dict[str, Any] = json.loads(text)
                if told.get("push") == "resend":  # its kernel was ended, and nobody else's page told it so
                    await line.send(json.dumps({"seq": asked[-1], "at": None, "message": READY}))
                elif told.get("seq") in owed:
                    owed.remove(told["seq"])
                elif told.get("seq") not in asked:
                    strange.append(str(text)[:200])
    except TimeoutError:
        pass
    return [*strange, *(f"nothing was answered to {seq}" for seq in owed)]


async def _flood(phone: LoadPhone) -> int | None:
    """Send more than a person can; the code by which the line is closed."""
    line = await phone.dial()
    try:
        for seq in range(1, FLOOD):
            await line.send(json.dumps({"seq": seq, "at": None, "message": {"type": "ping", "at": seq}}))
        async with asyncio.timeout(30):
            await line.wait_closed()
    except (ConnectionClosed, TimeoutError):
        pass
    return line.close_code


async def _poison(phone: LoadPhone) -> list[str]:
    """Send what ends a kernel, holds it up and fills it; the codes of the answers."""
    codes: list[str] = []
    page = await phone.open_case()
    for deed in DEEDS:
        replies = await page.ask({"type": "poison", "deed": deed, "n": page.view["n"]})
        codes += [str(reply.get("code", reply["type"])) for reply in replies]
    await page.close()
    return codes
