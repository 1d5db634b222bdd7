"""A PostgreSQL for the servers, and a room of two of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.parts.databases import postgresql
from tests.parts.several import BOARD_PASSWORD, ServersRoom, new_database, several_servers


@pytest.fixture(scope="package")
def postgres() -> Iterator[str]:
    with postgresql() as url:
        yield url


@pytest.fixture(scope="package")
def room(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServersRoom]:
    """Two servers of a workshop for practice."""
    with several_servers(tmp_path_factory.mktemp("room"), new_database(postgres)) as room:
        yield room


@pytest.fixture(scope="package")
def small_room(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServersRoom]:
    """Two servers with four seats each, of a discussion at tables of two."""
    folder, url = tmp_path_factory.mktemp("small"), new_database(postgres)
    plan: dict[str, Any] = {"mode": "discussion", "board_password": BOARD_PASSWORD}
    with several_servers(folder, url, seats=4, team_size=2, **plan) as room:
        yield room
