"""The doors of a writer: the near one, for its own server and that server's kernels, and the far one.

Where another server's writer is the room's, each line that comes to the near door is passed on to that one's
far door, byte by byte. So a server and its kernels speak to the writer beside them alone, whoever is at the
helm; where that changes their lines break, and they dial again.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import cast

from release.workshop.wire import Address
from release.workshop.writer.lines import CallerLine, Turn

DIAL_SECONDS = 2.0


class PassedLine(asyncio.Protocol):
    """One end of a line that is passed on; what comes here goes out at the other end."""

    def __init__(self) -> None:
        """Have no other end yet."""
        self.other: PassedLine | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Pass it on."""
        if self.other is not None and self.other.transport is not None:
            self.other.transport.write(data)

    def pause_writing(self) -> None:
        """Let the other end read no more than this one takes."""
        if self.other is not None and self.other.transport is not None:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        """Let the other end read on."""
        if self.other is not None and self.other.transport is not None:
            self.other.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- as asyncio has it
        """Close the other end, too."""
        self.hang_up()

    def hang_up(self) -> None:
        """Close both ends."""
        other, self.other = self.other, None
        if self.transport is not None:
            self.transport.close()
        if other is not None:
            other.hang_up()


class NearEnd(PassedLine):
    """The end of a caller beside this writer; nothing of it is read until the other end is there."""

    def __init__(self, door: WriterDoors) -> None:
        """Be passed on by `door`."""
        super().__init__()
        self._door = door

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Dial the room's writer."""
        super().connection_made(transport)
        cast("asyncio.Transport", transport).pause_reading()
        self._door.passed.add(self)
        self._dialling = asyncio.get_running_loop().create_task(self._dial())

    def connection_lost(self, exc: Exception | None) -> None:
        """Close the other end, too."""
        self._dialling.cancel()
        self._door.passed.discard(self)
        super().connection_lost(exc)

    async def _dial(self) -> None:
        leader, far = self._door.leader, PassedLine()
        try:
            async with asyncio.timeout(DIAL_SECONDS):
                await asyncio.get_running_loop().create_connection(
                    lambda: far, leader.host, leader.port, ssl=self._door.dials
                )
        except (OSError, TimeoutError):
            self.hang_up()
            return
        if self.transport is None or self.transport.is_closing() or far.transport is None:
            far.hang_up()
            return
        self.other, far.other = far, self
        self.transport.resume_reading()


class ShutLine(asyncio.Protocol):
    """A line that is hung up on at once: nobody is known to be at the helm, and its caller dials again."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Hang up."""
        cast("asyncio.Transport", transport).abort()


@dataclass(frozen=True, slots=True)
class PeerAddress:
    """Where a server's far door is reached; port 0 for none."""

    host: str = ""
    port: int = 0

    def __str__(self) -> str:
        """The address as it stands in the database."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @classmethod
    def parse(cls, text: str) -> PeerAddress:
        """Read an address. Raises ValueError."""
        host, _, port = text.rpartition(":")
        return cls(host.removeprefix("[").removesuffix("]"), int(port))


@dataclass(slots=True)
class WriterDoors:
    """The doors. leader: where the room's writer is reached; turn: what answers where it is this one.

    passed: the near lines that are passed on; dials: what dials a far door.
    """

    dials: ssl.SSLContext | None = None
    leader: PeerAddress = field(default_factory=PeerAddress)
    turn: Turn | None = None
    passed: set[NearEnd] = field(default_factory=set)

    def near(self) -> asyncio.Protocol:
        """What a line to the near door is met by."""
        if self.turn is not None:
            return CallerLine(self.turn)
        return NearEnd(self) if self.leader.port else ShutLine()

    def far(self) -> asyncio.Protocol:
        """What a line to the far door is met by."""
        return CallerLine(self.turn, is_near=False) if self.turn is not None else ShutLine()

    def lead(self, turn: Turn) -> None:
        """Answer every line here from now on."""
        self.turn = turn
        self._hang_up()

    def follow(self, leader: PeerAddress) -> None:
        """Pass every near line on to that one from now on."""
        self.leader = leader
        self._hang_up()

    def _hang_up(self) -> None:
        for line in tuple(self.passed):
            line.hang_up()


async def open_near(door: WriterDoors, address: Address) -> asyncio.Server:
    """Listen where the writer's own server and its kernels dial. Raises OSError."""
    loop = asyncio.get_running_loop()
    if address.path is not None:
        with suppress(FileNotFoundError):
            address.path.unlink()
        return await loop.create_unix_server(door.near, address.path)
    return await loop.create_server(door.near, "127.0.0.1", address.port)


async def open_far(door: WriterDoors, at: PeerAddress, answers: ssl.SSLContext) -> asyncio.Server:
    """Listen where the writers of other servers dial: on every address of this machine of `at`'s kind.

    By the loopback alone where `at` names that. Raises OSError.
    """
    everywhere = "::" if ":" in at.host else "0.0.0.0"  # noqa: S104 -- whoever has no secret is refused
    host = at.host if at.host.startswith("127.") else everywhere
    return await asyncio.get_running_loop().create_server(door.far, host, at.port, ssl=answers)


async def serve_near(
    door: WriterDoors, address: Address, *, ready: Callable[[], None], ended: asyncio.Event
) -> None:
    """Answer at `address`; call `ready` once it listens, and return when `ended` is set."""
    server = await open_near(door, address)
    ready()
    await ended.wait()
    server.close()
    if door.turn is not None:
        await door.turn.end()
