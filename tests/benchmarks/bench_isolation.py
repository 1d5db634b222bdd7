"""Whether anybody of a full hall hears or feels those who mean harm: a listener, a forger, a flood, a poison.

Run by ``make bench``; `--others 100 --seconds 20` for less.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from release.workshop.kernels.capacity import raise_open_files
from tests.benchmarks.isolation import Intrusion, let_them_intrude
from tests.benchmarks.room import milliseconds


def table_of(intrusion: Intrusion) -> Table:
    """What came of it."""
    table = Table("intruders in a full hall", "measured", "wanted")
    table.add_row("others", str(intrusion.others))
    table.add_row("frames heard that were not asked for", str(len(intrusion.heard)), "0")
    table.add_row("plays shown on a second phone", str(len(intrusion.mixed)), "0")
    table.add_row("what harms a kernel is answered", ", ".join(intrusion.refused), "failed")
    table.add_row("a flood is closed with", str(intrusion.closing), "1008")
    table.add_row("the others' clicks, ms: p50 / p95", milliseconds(intrusion.waits))
    table.add_row("the longest of them, s", f"{max(intrusion.waits):.1f}")
    table.add_row("clicks that were not answered", str(len(intrusion.failed)), "0")
    table.add_row("answers", str(intrusion.ledger), "0 lost, 0 doubled")
    return table


def main() -> None:
    """Let them intrude, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--others", type=int, default=999)
    parser.add_argument("--seconds", type=float, default=60.0)
    options = parser.parse_args()
    raise_open_files()
    console = Console(width=120)
    with tempfile.TemporaryDirectory(prefix="kasuslab-isolation-") as data:
        coming = let_them_intrude(Path(data), others=options.others, seconds=options.seconds)
        intrusion = asyncio.run(coming)
    console.print(table_of(intrusion))
    for sentence in (*intrusion.heard, *intrusion.failed)[:10]:
        console.print(sentence, style="dim", highlight=False)


if __name__ == "__main__":
    main()
