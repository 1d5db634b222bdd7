"""A seat that listens, forges, floods and sends what kills a kernel, beside a hundred others."""

from __future__ import annotations

import asyncio

import pytest

from tests.benchmarks.isolation import Intrusion, let_them_intrude

OTHERS = 100


pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def intrusion(tmp_path_factory: pytest.TempPathFactory) -> Intrusion:
    """What came of it."""
    return asyncio.run(let_them_intrude(tmp_path_factory.mktemp("room"), others=OTHERS, seconds=16.0))


def test_nobody_hears_what_was_said_by_or_to_another(intrusion: Intrusion) -> None:
    assert intrusion.others == OTHERS
    assert intrusion.heard == ()
    assert intrusion.mixed == ()


def test_what_harms_a_kernel_is_refused_and_a_flood_cut_off(intrusion: Intrusion) -> None:
    assert intrusion.refused[:2] == ("failed", "failed")
    assert intrusion.closing == 1008


def test_the_hundred_play_on_and_lose_nothing(intrusion: Intrusion) -> None:
    assert intrusion.failed == ()
    assert len(intrusion.waits) > OTHERS
    assert (intrusion.ledger.lost, intrusion.ledger.doubled, intrusion.ledger.broken) == ((), (), ())
    assert intrusion.ledger.confirmed > OTHERS
