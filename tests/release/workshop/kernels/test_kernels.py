"""The workshop's kernels as Jupyter manages them: real ones, of this Python."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil

from release.workshop.kernels.kernels import SPEC, WorkshopKernels, WorkshopSpecs


async def with_kernels(folder: Path, do: Callable[[WorkshopKernels], Awaitable[None]]) -> list[str]:
    """The kernels that are left once `do` is done and all were told to end."""
    kernels = WorkshopKernels(
        connection_dir=str(folder), root_dir=str(folder), kernel_spec_manager=WorkshopSpecs()
    )
    await do(kernels)
    await kernels.end_all()
    return list(kernels.list_kernel_ids())


def processes(folder: Path) -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if str(folder) in " ".join(child.cmdline())]


def test_a_kernel_that_two_want_to_end_at_once_ends_once(tmp_path: Path) -> None:
    async def end_twice(kernels: WorkshopKernels) -> None:
        kernel = await kernels.start_kernel(kernel_name=SPEC)
        await asyncio.gather(kernels.end(kernel), kernels.end(kernel))
        assert kernel not in kernels

    assert asyncio.run(with_kernels(tmp_path, end_twice)) == []


def test_a_kernel_that_nobody_waits_for_any_more_is_ended_with_the_others(tmp_path: Path) -> None:
    async def turn_away(kernels: WorkshopKernels) -> None:
        start = asyncio.create_task(kernels.start_kernel(kernel_name=SPEC))
        await asyncio.sleep(0.005)
        start.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await start

    assert asyncio.run(with_kernels(tmp_path, turn_away)) == []
    assert processes(tmp_path) == []


def test_who_speaks_with_a_kernel_opens_no_zmq_context_of_its_own(tmp_path: Path) -> None:
    async def speak(kernels: WorkshopKernels) -> None:
        kernel = kernels.get_kernel(await kernels.start_kernel(kernel_name=SPEC))
        assert kernel.client().context is kernels.context

    assert asyncio.run(with_kernels(tmp_path, speak)) == []
