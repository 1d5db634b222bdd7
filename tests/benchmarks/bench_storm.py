"""A storm of a thousand kills: 300 people play while hosts, writer and server are ended by SIGKILL.

Prints the kills, what was confirmed, and what of it was lost or doubled: nothing is wanted. Run by
``make bench``; `--kills 100 --players 100` for less, `--seed` for other places.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from release.workshop.kernels.capacity import raise_open_files
from tests.benchmarks.room import percentile
from tests.benchmarks.storm import Storm, let_it_storm

# How many answers come between two kills at most, and the seconds between two clicks of a player.
GAP = 30
THINKS = (1.0, 5.0)


def table_of(storm: Storm) -> Table:
    """What the storm came to."""
    assert storm.ledger is not None
    ledger, kinds = (
        storm.ledger,
        ", ".join(f"{count} of a {kind}" for kind, count in storm.kills.most_common()),
    )
    reloads = ", ".join(f"{count}: {why}" for why, count in storm.reloads.most_common())
    table = Table("a storm", "measured", "wanted")
    table.add_row("kills", f"{storm.kills.total()} ({kinds})")
    table.add_row("answers confirmed, events on disk", f"{ledger.confirmed}, {ledger.kept}")
    table.add_row("confirmed answers lost", str(len(ledger.lost)), "0")
    table.add_row("answers doubled", str(len(ledger.doubled)), "0")
    table.add_row("chains broken", str(len(ledger.broken)), "0")
    table.add_row("players without an answer in the end", str(len(storm.silent)), "0")
    table.add_row("pages that had to be loaded again", reloads or "0")
    table.add_row("starts of the server that failed", str(storm.starts), "0")
    table.add_row(
        "a click, s: p50, p95", f"{percentile(storm.waits, 50):.2f}, {percentile(storm.waits, 95):.2f}"
    )
    table.add_row("minutes", f"{storm.seconds / 60:.1f}")
    return table


def main() -> None:
    """Let it storm, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--players", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    raise_open_files()
    console = Console(width=120)
    with tempfile.TemporaryDirectory(prefix="kasuslab-storm-") as data:
        coming = let_it_storm(
            Path(data),
            players=options.players,
            kills=options.kills,
            gap=GAP,
            thinks=THINKS,
            seed=options.seed,
        )
        storm = asyncio.run(coming)
        log = (Path(data) / "server.log").read_text(encoding="utf-8")
    console.print(table_of(storm))
    for sentence, count in storm.failed.most_common():
        console.print(f"{count} clicks: {sentence}", style="dim", highlight=False)
    told = [line.partition(" ")[2].partition(" ")[2] for line in log.splitlines()]
    for sentence in sorted(set(told)):
        console.print(f"{told.count(sentence)} in the log: {sentence}", style="dim", highlight=False)
    for place in (*storm.ledger.lost, *storm.ledger.doubled, *storm.ledger.broken) if storm.ledger else ():
        console.print(place, highlight=False)


if __name__ == "__main__":
    main()
