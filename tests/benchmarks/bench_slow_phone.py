"""How long a slow phone on a slow line waits for its case: 400 kbit/s, 300 ms, a processor four times slower.

Measured in a real Chromium that emulates both, from the link to the button that begins the case. Run by
``make bench``; the issue's limit is 6 s.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.table import Table

from tests.install_browser import find_browser
from tests.parts.slow_phone import slow_down
from tests.parts.workshop_server import Workshop, running_workshop

VISITS = 5
SLOWER = 4


def seconds_to_case(browser: Browser, workshop: Workshop) -> float:
    """How long the page takes for a phone that has a seat and has never been here, in seconds."""
    phone = browser.new_context(viewport={"width": 360, "height": 740})
    form: dict[str, str | float | bool] = {"sector": "-", "name": ""}
    phone.request.post(f"{workshop.url}masuk", form=form)
    page = phone.new_page()
    page.goto("about:blank")
    slow_down(phone.new_cdp_session(page), times=SLOWER)
    begun = time.perf_counter()
    page.goto(f"{workshop.url}kasus")
    page.get_by_role("button", name="Mulai").wait_for()
    spent = time.perf_counter() - begun
    phone.close()
    return spent


def main() -> None:
    """Measure, and print one table."""
    with (
        tempfile.TemporaryDirectory(prefix="kasuslab-bench-") as data,
        running_workshop(Path(data)) as workshop,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        spent = sorted(seconds_to_case(browser, workshop) for _ in range(VISITS))
        browser.close()
    median, slowest = f"{spent[len(spent) // 2]:.1f} s", f"{spent[-1]:.1f} s"
    table = Table("a slow phone on a slow line", "visits", "median", "slowest")
    table.add_row("from the link to the case", str(VISITS), median, slowest)
    Console().print(table)


if __name__ == "__main__":
    main()
