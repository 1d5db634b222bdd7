"""A machine that is gone without a word: nobody is told, and the room goes on all the same."""

from __future__ import annotations

import asyncio
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from tests.benchmarks.country import CountryServers
from tests.parts.country import SERVER_PORT, country
from tests.parts.machine import wait_until
from tests.parts.networks import needs_networks
from tests.parts.workshop_server import Visitor

_AT_HELM = text("select s.address from helm h join server s on s.id = h.server")


@needs_networks
@pytest.mark.long
def test_a_machine_off_the_network_costs_no_decision_and_at_most_5_seconds() -> None:
    # PostgreSQL runs as somebody else, who may not enter the folders of tests.
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        place = Path(name)
        place.chmod(0o755)
        land = stack.enter_context(country(2, place))
        stack.enter_context(land.switch.inside())
        ground = CountryServers(land, place, seats=20)
        asyncio.run(ground.start())
        database = create_engine(land.url, poolclass=NullPool)
        with database.connect() as connection:
            address = str(connection.execute(_AT_HELM).scalar()).partition(":")[0]
        lost, other = sorted(land.servers, key=lambda one: one.address != address)
        visitor = Visitor(SERVER_PORT, host=lost.address)
        visitor.join()
        with visitor.play() as page:
            page.move(type="begin")
            lost.cut_off()
            begun = time.monotonic()

            elsewhere = Visitor(SERVER_PORT, dict(visitor.cookies), host=other.address)
            wait_until(lambda: elsewhere.ask("/kasus").status == 200, "the other server plays")
            with elsewhere.play() as again:
                seconds = time.monotonic() - begun
                assert again.view["n"] == page.view["n"]
            lost.connect()
        database.dispose()
        ground.stop()

    assert seconds < 5
