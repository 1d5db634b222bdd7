"""Play a whole training, with a picture of each page: python -m tests.parts.training --output pictures."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from scenarios.language import LANGUAGES, SOURCE
from tests.parts.training.eye import Eye
from tests.parts.training.first_day import FIRST_DAY
from tests.parts.training.hall import open_hall
from tests.parts.training.second_day import SECOND_DAY
from tests.parts.training.training import SHORT, WHOLE, TrainingRun

PATIENCE = 30_000


def main() -> int:
    """Its exit status: 1 where a page was wrong."""
    options = argparse.ArgumentParser(prog="python -m tests.parts.training", description=__doc__)
    options.add_argument("--output", type=Path, required=True, help="the folder of the pictures")
    options.add_argument("--language", choices=LANGUAGES, default=SOURCE)
    options.add_argument("--short", action="store_true", help="with fewer phones and decisions")
    chosen = options.parse_args()
    chosen.output.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=PATIENCE)
    eye = Eye(chosen.language, chosen.output)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        files = Path(place) / "files"
        files.mkdir()
        with open_hall(Path(place), playwright.chromium, chosen.language) as hall:
            training = TrainingRun(hall, SHORT if chosen.short else WHOLE, eye, files)
            training.play({**FIRST_DAY, **SECOND_DAY}, say)
            wrong = [*eye.barriers, *eye.overflows, *eye.strange, *hall.strangers, *hall.failures]
    sys.stdout.write("\n".join((f"{len(eye.seen)} pages in {chosen.output}", *wrong)) + "\n")
    return 1 if wrong else 0


def say(step: str, seconds: float) -> None:
    """Tell a step that is done."""
    sys.stdout.write(f"{seconds:6.1f} s  {step}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
