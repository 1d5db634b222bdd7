"""The lines between servers: whoever has the secret is let in, and nobody else."""

from __future__ import annotations

import asyncio
import ssl

import pytest

from release.workshop.writer.servers.line_keys import line_contexts


async def hello(answers: ssl.SSLContext, dials: ssl.SSLContext | None) -> bytes:
    """What a caller hears who dials by `dials`."""

    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0, ssl=answers)
    port = server.sockets[0].getsockname()[1]
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=dials)
        try:
            return await reader.read(5)
        finally:
            writer.close()
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
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE

    with pytest.raises(ssl.SSLError):
        asyncio.run(hello(answers, anybody))
    assert asyncio.run(hello(answers, None)) == b""
