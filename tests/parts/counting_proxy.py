"""A proxy that counts: what a browser is sent over the wire, heads, frames and compression as they are."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Traffic:
    """What went through. port: where the proxy listens; received, sent: bytes, as the browser sees them.

    cut: while it is set nothing goes through, and nobody is told, as where a network is out of reach.
    """

    port: int = 0
    received: int = 0
    sent: int = 0
    cut: bool = False

    def reset(self) -> None:
        """Count from here."""
        self.received = self.sent = 0


@contextmanager
def counting_proxy(port: int, host: str = "127.0.0.1") -> Iterator[Traffic]:
    """A proxy before `port` on this machine, in a thread of its own."""
    traffic, ready, ended = Traffic(), threading.Event(), threading.Event()

    async def serve() -> None:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                theirs, ours = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                writer.close()
                return
            with contextlib.suppress(asyncio.CancelledError):
                ways = _pump(reader, ours, traffic, "sent"), _pump(theirs, writer, traffic, "received")
                await asyncio.gather(*ways)

        server = await asyncio.start_server(talk, host, 0)
        traffic.port = server.sockets[0].getsockname()[1]
        ready.set()
        while not ended.is_set():  # noqa: ASYNC110 -- set by another thread
            await asyncio.sleep(0.05)
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield traffic
    finally:
        ended.set()
        thread.join(10)


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, traffic: Traffic, way: str
) -> None:
    with contextlib.suppress(OSError, asyncio.CancelledError):
        while part := await reader.read(65536):
            while traffic.cut:  # noqa: ASYNC110 -- set by another thread
                await asyncio.sleep(0.05)
            setattr(traffic, way, getattr(traffic, way) + len(part))
            writer.write(part)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.close()
