"""A small storm: processes are killed at random places while a room plays; `bench_storm` is a whole one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.benchmarks.storm import let_it_storm

PLAYERS, KILLS = 40, 20


@pytest.mark.long
def test_no_confirmed_answer_is_lost_or_doubled_where_processes_are_killed_at_random(tmp_path: Path) -> None:
    coming = let_it_storm(tmp_path, players=PLAYERS, kills=KILLS, gap=30, thinks=(0.1, 1.0), seed=3)

    storm = asyncio.run(coming)

    assert set(storm.kills) == {"kernel", "writer", "server"}
    assert storm.kills.total() >= KILLS
    assert storm.ledger is not None
    assert storm.ledger.confirmed > PLAYERS
    assert (storm.ledger.lost, storm.ledger.doubled, storm.ledger.broken) == ((), (), ())
    assert storm.silent == []
