"""The pool of prepared pages, without a server: who gets which page, and when new ones are made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import count

import pytest

from release.workshop.kernels.page_pool import SPARE, PagePool, Prepared
from release.workshop.log import LOG


class Kitchen:
    """Prepares numbered pages; `ended` are kernels that have died."""

    def __init__(self) -> None:
        self.numbers, self.ended = count(), set[str]()

    async def prepare(self) -> Prepared:
        await asyncio.sleep(0)
        return Prepared(str(next(self.numbers)), "…")

    def pool(self, size: int) -> PagePool:
        return PagePool(self.prepare, lambda kernel: kernel not in self.ended, size, calm=0.0)


async def until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110 -- the pool tells nobody
        await asyncio.sleep(0)


def test_the_pool_is_full_before_the_first_arrival() -> None:
    async def arrive() -> list[int]:
        pool, told = Kitchen().pool(3), list[int]()
        await pool.fill(told.append)
        await pool.stop()
        return told

    assert asyncio.run(arrive()) == [1, 2, 3]


def test_nobody_gets_a_page_twice_and_an_empty_pool_makes_one_at_once() -> None:
    async def arrive() -> list[str]:
        pool = Kitchen().pool(2)
        await pool.fill()
        await pool.stop()
        return [(await pool.take()).kernel for _ in range(4)]

    assert asyncio.run(arrive()) == ["0", "1", "2", "3"]


def test_a_full_room_has_only_the_spare_pages_prepared_again() -> None:
    async def arrive() -> list[int]:
        kitchen, free = Kitchen(), [5]
        pool = PagePool(kitchen.prepare, lambda _: True, 5, calm=0.0, free=lambda: free[0])
        await pool.fill()
        lengths = []
        for left in (3, 0):
            free[0] = left
            for _ in range(len(pool)):
                await pool.take()
            await until(lambda left=left: len(pool) >= max(SPARE, left))  # type: ignore[misc]
            await asyncio.sleep(0.01)
            lengths.append(len(pool))
        await pool.stop()
        return lengths

    assert asyncio.run(arrive()) == [3, SPARE]


def test_a_page_whose_kernel_died_while_it_waited_is_given_to_nobody() -> None:
    async def arrive() -> str:
        kitchen = Kitchen()
        pool = kitchen.pool(2)
        await pool.fill()
        await pool.stop()
        kitchen.ended.add("0")
        return (await pool.take()).kernel

    assert asyncio.run(arrive()) == "1"


def test_the_pool_fills_up_again_when_it_is_calm() -> None:
    async def arrive() -> int:
        pool = Kitchen().pool(2)
        await pool.fill()
        await pool.take()
        await until(lambda: len(pool) == 2)
        await pool.stop()
        return len(pool)

    assert asyncio.run(asyncio.wait_for(arrive(), 5)) == 2


def test_a_page_that_cannot_be_prepared_now_is_prepared_later(caplog: pytest.LogCaptureFixture) -> None:
    async def arrive() -> int:
        kitchen = Kitchen()
        failures = [True]

        async def prepare() -> Prepared:
            if len(pool) == 1 and failures:
                failures.pop()
                raise OSError("no descriptor is left")
            return await kitchen.prepare()

        pool = PagePool(prepare, lambda _: True, 2, calm=0.0)
        await pool.fill()
        await pool.take()
        await until(lambda: len(pool) == 2)
        await pool.stop()
        return len(pool)

    # The first filling makes one page while none stands there, and the refill meets the failure.
    with caplog.at_level("ERROR", LOG.name):
        try:
            ready = asyncio.run(asyncio.wait_for(arrive(), 5))
        except* OSError:
            pytest.fail("a failed page ended the pool")
    assert ready == 2
    assert "could not be prepared" in caplog.text


def test_a_pool_stops_whatever_a_preparation_makes_of_being_cancelled(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def arrive() -> int:
        kitchen, begun = Kitchen(), asyncio.Event()

        async def prepare() -> Prepared:
            if pool.in_use:
                begun.set()
                try:
                    await asyncio.sleep(60)
                except asyncio.CancelledError:
                    raise OSError("the kernel died") from None  # as nbclient does
            return await kitchen.prepare()

        pool = PagePool(prepare, lambda _: True, 2, calm=0.0)
        await pool.fill()
        await pool.take()
        await begun.wait()
        await pool.stop()
        return len(pool)

    assert asyncio.run(asyncio.wait_for(arrive(), 5)) == 1
    assert "could not be prepared" not in caplog.text
