"""The lines between servers: whoever has the secret is let in, and nobody else."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress

import pytest

from release.workshop.writer.servers.line_keys import line_contexts


async def hello(answers: ssl.SSLContext, dials: ssl.SSLContext | None) -> bytes:
    """What a caller hears who dials by `dials`."""

    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello")
        await writer.drain()
        writer.close()

    heard = b""
    server = await asyncio.start_server(greet, "127.0.0.1", 0, ssl=answers)
    port = server.sockets[0].getsockname()[1]
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=dials)
        writer.write(b"who is there?")
        # In TLS 1.3 a caller learns that it is refused when it reads.
        with suppress(ssl.SSLError, ConnectionError):
            heard = await reader.read(5)
        with suppress(ssl.SSLError, ConnectionError):
            writer.close()
            await writer.wait_closed()
        return heard
    finally:
        server.close()


def test_servers_with_the_same_secret_speak() -> None:
    answers, _ = line_contexts("the same")
    _, dials = line_contexts("the same")

    assert asyncio.run(hello(answers, dials)) == b"hello"


def test_a_server_with_another_secret_is_not_spoken_to() -> None:
    answers, _ = line_contexts("one")
    _, dials = line_contexts("another")

    with pytest.raises(ssl.SSLCertVerificationError):
        asyncio.run(hello(answers, dials))


def test_a_caller_without_the_secret_hears_nothing() -> None:
    answers, _ = line_contexts("the same")
    _, other = line_contexts("another")
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for dials in (other, anybody):
        dials.check_hostname, dials.verify_mode = False, ssl.CERT_NONE

    heard = [asyncio.run(hello(answers, dials)) for dials in (other, anybody, None)]

    assert b"hello" not in heard
