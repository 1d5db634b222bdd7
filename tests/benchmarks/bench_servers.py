"""One, two and three servers of a workshop, each on a machine of its own, behind nginx: what each brings.

Prints how long a room waits that arrives within four seconds, clicks within one, and plays at its own pace,
and what all of it holds; then the server whose writer is the room's dies while everybody clicks, and each
answer that was confirmed is looked up. Wants root and Linux, for networks of its own; the machines share the
cores of this one. Run by ``make bench``; `--players 100 --servers 2` for less.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from release.processes import interrupted_by_sigterm
from release.workshop.kernels.capacity import raise_open_files
from tests.benchmarks.country import CountryServers
from tests.benchmarks.ledger import ledger_of
from tests.benchmarks.load import LoadPhone
from tests.benchmarks.page import LoadPage
from tests.benchmarks.room import SEATED_AT_ONCE, arrive, crowd_of, killed_server, leave, milliseconds
from tests.parts.country import PROXY, PROXY_PORT, country
from tests.parts.networks import may_be_made

ARRIVAL_SECONDS, WAVE_SECONDS, PACE_SECONDS = 4.0, 1.0, 45.0


async def measured(place: Path, servers: int, players: int) -> tuple[str, ...]:
    """The cells of one row: a room before so many servers."""
    with country(servers, place) as land, land.switch.inside():
        ground = CountryServers(land, place, players)
        await ground.start()
        try:
            phones = [LoadPhone(PROXY, PROXY_PORT, source=None) for _ in range(players)]
            turn = asyncio.Semaphore(SEATED_AT_ONCE)

            async def sit(phone: LoadPhone) -> None:
                async with turn:
                    await phone.join()

            await asyncio.gather(*map(sit, phones))
            arrivals = await arrive([phone.open_case() for phone in phones], ARRIVAL_SECONDS)
            crowd, wave, pace = crowd_of(arrivals.pages), list[float](), list[float]()
            await crowd.click(wave, WAVE_SECONDS)
            await crowd.play(PACE_SECONDS, pace)
            megabytes = sum(server.megabytes() for server in ground.servers.values())
            outage = await _death(ground, arrivals.pages) if servers > 1 else "–"
            ledger = ledger_of(ground.url, phones)
            await leave(phones, arrivals.pages)
        finally:
            await asyncio.to_thread(ground.stop)
    told = (str(arrivals), milliseconds(wave), milliseconds(pace), f"{megabytes:.0f}")
    return (str(servers), *told, str(len(crowd.failed)), outage, str(ledger))


async def _death(ground: CountryServers, pages: Sequence[LoadPage]) -> str:
    leader = ground.leader()
    outage = await killed_server(leader, pages)
    ground.servers = {number: one for number, one in ground.servers.items() if one is not leader}
    leader.stop(signal.SIGKILL)
    waits = (*outage.moved, *outage.others)
    return f"{outage}; all {len(waits)}: {max(waits):.2f}"


def main() -> None:
    """Measure, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--players", type=int, default=300)
    parser.add_argument("--servers", type=int, nargs="*", default=[1, 2, 3])
    options = parser.parse_args()
    console = Console(width=160)
    if not may_be_made():
        console.print("Networks of its own want root, and Linux's ip: nothing is measured here.")
        return
    raise_open_files()
    table = Table(
        "servers",
        f"ready, {options.players} in {ARRIVAL_SECONDS:.0f} s, s: p50 / p95",
        "all click in 1 s, ms: p50 / p95",
        "own pace, ms: p50 / p95",
        "MB",
        "failed clicks",
        "the leader dies, all click, s: longest of its pages",
        "answers in the database",
    )
    for servers in options.servers:
        with tempfile.TemporaryDirectory(prefix="kasuslab-servers-") as name:
            Path(name).chmod(0o755)
            table.add_row(*asyncio.run(measured(Path(name), servers, options.players)))
    console.print(table)


if __name__ == "__main__":
    with interrupted_by_sigterm():  # else machines, proxy and database would go on
        main()
