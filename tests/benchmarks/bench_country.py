"""A storm over two and three servers: 300 people play behind nginx while a thousand processes are killed.

Prints the kills, what was confirmed, what of it was lost or doubled, and the longest that anybody waited.
Wants root and Linux, for networks of its own. Run by ``make bench``; `--kills 100 --players 100 --servers 2`
for less, `--seed` for other places.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import NullPool, create_engine, text

from release.processes import interrupted_by_sigterm
from release.workshop.kernels.capacity import raise_open_files
from tests.benchmarks.bench_storm import GAP, THINKS, table_of
from tests.benchmarks.country import BOARD_PASSWORD, CountryServers
from tests.benchmarks.page import LoadError
from tests.benchmarks.servers import CASE
from tests.benchmarks.storm import Storm, storm_over
from tests.parts.country import SERVER_PORT, country
from tests.parts.networks import may_be_made
from tests.parts.workshop_server import Visitor

_FIRST_ANSWERS = text(
    "select count(distinct play.seat) from event join play on play.number = event.play "
    'where event.body like \'%"event":"decided"%\' and event.body like :decision'
)
_BEGUN = text("select count(distinct seat) from play")
_SEATS = text("select count(*) from seat")


class BoardedServers(CountryServers):
    """The servers, and what the board of each shows before they end."""

    differences: tuple[str, ...] = ()

    def stop(self) -> None:
        """Read every board, then end them all."""
        with_board = [self.country.servers[number].address for number in self.servers]
        self.differences = differences(with_board, self.url)
        super().stop()


def differences(addresses: Sequence[str], url: str) -> tuple[str, ...]:
    """Where a board's figures are not those of the database."""
    found: list[str] = []
    with create_engine(url, poolclass=NullPool).connect() as connection:
        for address in addresses:
            visitor = Visitor(SERVER_PORT, host=address)
            visitor.ask("/board/masuk", {"password": BOARD_PASSWORD})
            board: dict[str, Any] = json.loads(visitor.read(f"/board/data.json?kasus={CASE}&sektor="))
            shown = {"seats": board["seats"], "begun": board["cases"][0]["begun"]}
            kept = {
                "seats": connection.execute(_SEATS).scalar(),
                "begun": connection.execute(_BEGUN).scalar(),
            }
            for one in board["case"]["decisions"]:
                shown[one["id"]] = one["answered"]
                named = {"decision": f'%"decision":"{one["id"]}"%'}
                kept[one["id"]] = connection.execute(_FIRST_ANSWERS, named).scalar()
            found += [
                f"{address}, {name}: {shown[name]} on the board, {kept[name]} in the database"
                for name in shown
                if shown[name] != kept[name]
            ]
    return tuple(found)


async def storm_of(place: Path, options: argparse.Namespace, servers: int) -> tuple[Storm, tuple[str, ...]]:
    """The storm over so many servers, and where their boards differ from the database."""
    with country(servers, place) as land, land.switch.inside():
        ground = BoardedServers(land, place, options.players)
        await ground.start()
        storm = await storm_over(
            ground,
            players=options.players,
            kills=options.kills,
            gap=GAP,
            thinks=THINKS,
            seed=options.seed,
        )
    return storm, ground.differences


def own_rows(table: Table, storm: Storm, differing: Sequence[str]) -> None:
    """What a storm over several servers is asked beside."""
    table.add_row("the longest click that was answered, s", f"{max(storm.waits):.2f}", "5")
    longest = f"{max(storm.outages):.2f}" if storm.outages else "–"
    table.add_row("clicks that were not, in all", f"{storm.failed.total()}")
    table.add_row("the longest until its player saw again how things stand, s", longest)
    table.add_row("figures of the boards that differ from the database", str(len(differing)), "0")


def main() -> None:
    """Let it storm, and print one table for each number of servers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--players", type=int, default=300)
    parser.add_argument("--servers", type=int, nargs="*", default=[2, 3])
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    console = Console(width=120)
    if not may_be_made():
        console.print("Networks of its own want root, and Linux's ip: nothing is measured here.")
        return
    raise_open_files()
    for servers in options.servers:
        with tempfile.TemporaryDirectory(prefix="kasuslab-country-") as name:
            place = Path(name)
            place.chmod(0o755)
            try:
                storm, differing = asyncio.run(storm_of(place, options, servers))
            except LoadError as error:
                console.print(str(error))
                raise
            finally:
                logs = "".join(log.read_text(encoding="utf-8") for log in sorted(place.glob("*/server.log")))
                told = [line.partition(" ")[2].partition(" ")[2] for line in logs.splitlines()]
                for sentence in sorted(set(told)):
                    text_of = f"{told.count(sentence)} in the logs: {sentence}"
                    console.print(text_of, style="dim", highlight=False)
        table = table_of(storm)
        table.title = f"{servers} servers"
        own_rows(table, storm, differing)
        console.print(table)
        for sentence, count in storm.failed.most_common():
            console.print(f"{count} clicks: {sentence}", style="dim", highlight=False)
        ledger = storm.ledger
        for line in (*(ledger.lost + ledger.doubled + ledger.broken if ledger else ()), *differing):
            console.print(line, highlight=False)


if __name__ == "__main__":
    with interrupted_by_sigterm():  # else machines, proxy and database would go on
        main()
