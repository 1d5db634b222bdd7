"""Connections on which nothing is asked keep nobody out."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.parts.workshop_server import Visitor, Workshop, running_workshop

# What many systems allow a program at first.
FILES = 1024
FEW = f"""
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, ({FILES}, {FILES}))
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such limit")


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    with running_workshop(tmp_path / "data", log=tmp_path / "log", seats=20, before=FEW) as running:
        yield running


def test_a_thousand_idle_connections_turn_nobody_away_and_end_no_page(workshop: Workshop) -> None:
    player, other = Visitor(workshop.port), Visitor(workshop.port)
    player.join()
    with player.play() as page, ExitStack() as idle:
        for number in range(1000):
            connection = socket.create_connection(("127.0.0.1", workshop.port), timeout=20)
            idle.enter_context(connection)
            if number % 2:
                connection.sendall(b"GET / HTTP/1.1\r\nX-Slow: ")

        assert other.ask("/").status == 200
        other.join()
        with other.play() as second:
            assert second.is_answered()
        assert page.is_answered()
    assert "turned away" not in workshop.log_text()
