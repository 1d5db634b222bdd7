"""Steering: a writer on PostgreSQL from its start to its end, at the helm or behind whoever is there."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import ssl
import sys
import threading
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeAlias

from release.workshop.failure import WorkshopRefusedError, failure_sentence
from release.workshop.log import LOG
from release.workshop.wire import Address
from release.workshop.writer.lines import Turn
from release.workshop.writer.servers.door import PeerAddress, WriterDoors, open_far, open_near
from release.workshop.writer.servers.helm import SILENT_SECONDS, Following, Helm, Leading, Standing, watch
from release.workshop.writer_config import WriterConfig
from scenarios.documents.problem import BadInputError

# After so long a server that has the workshop to itself takes it that another one runs.
ALONE_SECONDS = SILENT_SECONDS + 2.0
# The status of a writer that may write no more.
LOST = 3
_HERE = "127.0.0.1"

Begin: TypeAlias = Callable[[Helm, str], Awaitable[Turn]]


def lifeline_end() -> asyncio.Event:
    """An event that is set when standard input ends: it does with the server, however that ends."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()

    def wait() -> None:
        # Not through the buffer: a thread that waits there stops the interpreter from ending.
        while os.read(sys.stdin.fileno(), 1024):
            pass
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()
    return ended


async def steer(  # noqa: PLR0913 -- called once
    config: WriterConfig,
    common: str,
    begin: Begin,
    prepared: Callable[[], Awaitable[None]],
    *,
    trouble: Callable[[str], None],
    ended: asyncio.Event,
) -> None:
    """Say “ready” once the room has a writer, this one or another; return when `ended` is set.

    common: see `Helm.plan`; begin: makes what answers once this writer is at the helm; prepared: returns once
    it could, which lines that are only passed on do not wait for; trouble: see `Trouble.tell`.
    Raises BadInputError where this server cannot be one of the room's.
    """
    from release.workshop.writer.servers.line_keys import line_contexts  # noqa: PLC0415 -- as in `Helm`

    peer = PeerAddress.parse(config.plan.peer_address) if config.plan.peer_address else None
    answers, dials = line_contexts(config.secret) if peer is not None else (None, None)
    door = WriterDoors(dials)
    lost = partial(_end_at_once, "Another server's writer has taken the room; this one ends.")
    helm = Helm(config.database, secrets.token_hex(8), "", common, lost, config.workshop)
    async with contextlib.AsyncExitStack() as stack:
        stack.callback((await open_near(door, Address.parse(config.address))).close)
        if peer is not None and answers is not None:
            await _reached_by_others(stack, helm, door, peer, answers)
        standings: asyncio.Queue[Standing] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def tell(standing: Standing) -> None:
            loop.call_soon_threadsafe(standings.put_nowait, standing)

        is_over = threading.Event()
        watching = threading.Thread(target=watch, args=(helm, tell, trouble, is_over), daemon=True)
        watching.start()
        stack.callback(watching.join, 2.0)
        stack.callback(is_over.set)
        steering = asyncio.create_task(_follow_or_lead(config, helm, door, begin, prepared, standings))
        ending = asyncio.create_task(ended.wait())
        await asyncio.wait({steering, ending}, return_when=asyncio.FIRST_COMPLETED)
        if not ended.is_set():
            await steering  # it ends by an error alone
        steering.cancel()
        if door.turn is not None:
            await door.turn.end()


async def _reached_by_others(
    stack: contextlib.AsyncExitStack,
    helm: Helm,
    door: WriterDoors,
    peer: PeerAddress,
    answers: ssl.SSLContext,
) -> None:
    try:
        far = await open_far(door, peer, answers)
    except OSError as error:
        reason = error.strerror or str(error)
        raise WorkshopRefusedError(
            failure_sentence("no_peer_listening", address=peer, reason=reason)
        ) from None
    stack.callback(far.close)
    port = far.sockets[0].getsockname()[1]
    host = peer.host or await asyncio.to_thread(helm.own_address) or _HERE
    helm.address = str(PeerAddress(host, port))


async def _follow_or_lead(  # noqa: PLR0913, PLR0917 -- called once
    config: WriterConfig,
    helm: Helm,
    door: WriterDoors,
    begin: Begin,
    prepared: Callable[[], Awaitable[None]],
    standings: asyncio.Queue[Standing],
) -> None:
    """Do as the helm tells. Raises BadInputError where this server can be none of the room's."""
    is_ready = False
    loop = asyncio.get_running_loop()
    deadline = loop.time() + ALONE_SECONDS
    while True:
        patience = None if is_ready or config.plan.peer_address else max(0.0, deadline - loop.time())
        try:
            async with asyncio.timeout(patience):
                standing = await standings.get()
        except TimeoutError:
            raise WorkshopRefusedError(failure_sentence("another_runs")) from None
        if isinstance(standing, Leading) and door.turn is None:
            if is_ready:
                LOG.error("The room had no writer any more; it is this server's now.")
            try:
                door.lead(await begin(helm, standing.workshop))
            except BadInputError as error:
                if not is_ready:
                    raise
                _end_at_once(f"The room cannot be taken up: {error}")
        elif isinstance(standing, Following) and config.plan.peer_address:
            _refuse_strange(standing, helm, is_ready=is_ready)
            door.follow(PeerAddress.parse(standing.address))
        else:
            continue
        if not is_ready:
            await prepared()
            is_ready = True
            print("ready", flush=True)  # noqa: T201 -- to the server


def _refuse_strange(standing: Following, helm: Helm, *, is_ready: bool) -> None:
    """Refuse to follow a server that is none of several, or plays something else. Raises BadInputError."""
    name = "" if standing.address and standing.plan == helm.plan else "other_plan"
    name = name if standing.address else "runs_alone"
    if not name:
        return
    if is_ready:
        _end_at_once(failure_sentence(name))
    raise WorkshopRefusedError(failure_sentence(name))


def _end_at_once(why: str) -> None:
    """End this process in the middle of whatever it does: nothing that it knows counts any more."""
    LOG.error(why)
    os._exit(LOST)
