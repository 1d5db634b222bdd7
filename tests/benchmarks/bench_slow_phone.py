"""How long a slow phone on a slow line waits for its case: 400 kbit/s, 300 ms, a processor four times slower.

Measured in a real Chromium that emulates both, up to the button that begins the case: from the QR code
through the lobby, which fetches the player while it is read, and from the link of somebody who has a seat and
was never here. Run by ``make bench``; the limit is 3 s.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console
from rich.table import Table

from tests.install_browser import find_browser
from tests.parts.slow_phone import slow_down
from tests.parts.workshop_server import Workshop, running_workshop

VISITS = 5
SLOWER = 4
READING = 2000
"""Milliseconds for which somebody reads the lobby."""


def slow_phone(browser: Browser) -> Page:
    """A page on a slow phone of its own."""
    page = browser.new_context(viewport={"width": 360, "height": 740}).new_page()
    page.goto("about:blank")
    slow_down(page.context.new_cdp_session(page), times=SLOWER)
    return page


def seconds_from_link(browser: Browser, workshop: Workshop) -> float:
    """How long the page takes for a phone that has a seat and has never been here."""
    page = slow_phone(browser)
    form: dict[str, str | float | bool] = {"sector": "-", "name": ""}
    page.context.request.post(f"{workshop.url}masuk", form=form)
    begun = time.perf_counter()
    page.goto(f"{workshop.url}kasus")
    page.get_by_role("button", name="Mulai").wait_for()
    spent = time.perf_counter() - begun
    page.context.close()
    return spent


def seconds_from_code(browser: Browser, workshop: Workshop) -> tuple[float, float]:
    """How long the lobby takes from the address in the QR code, and the case from the tap in the lobby."""
    page = slow_phone(browser)
    begun = time.perf_counter()
    page.goto(f"{workshop.url}g/{workshop.code()}", wait_until="commit")
    seat = page.get_by_role("button", name="Kesehatan", exact=True)
    seat.wait_for()
    there = time.perf_counter()
    page.wait_for_load_state()
    page.wait_for_timeout(READING)
    tapped = time.perf_counter()
    seat.click()
    page.get_by_role("button", name="Mulai").wait_for()
    spent = time.perf_counter() - tapped
    page.context.close()
    return there - begun, spent


def main() -> None:
    """Measure, and print one table."""
    with (
        tempfile.TemporaryDirectory(prefix="kasuslab-bench-") as data,
        running_workshop(Path(data)) as workshop,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        linked = [seconds_from_link(browser, workshop) for _ in range(VISITS)]
        coded = [seconds_from_code(browser, workshop) for _ in range(VISITS)]
        browser.close()
    rows = {
        "from the link to the case": linked,
        "from the QR code to the lobby": [lobby for lobby, _ in coded],
        "from the tap in the lobby to the case": [case for _, case in coded],
    }
    table = Table("a slow phone on a slow line", "visits", "median", "slowest")
    for name, spent in rows.items():
        table.add_row(name, str(VISITS), f"{median(spent):.1f} s", f"{max(spent):.1f} s")
    Console().print(table)


if __name__ == "__main__":
    main()
