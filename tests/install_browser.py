"""Put a Chromium on this machine for the browser tests, where none is there yet."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_browser() -> str | None:
    """The path of a Chromium that is installed, or None."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or _playwright_browser()


def _playwright_browser() -> str | None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (starting it is slow; only where it is needed)

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _from_debian() -> bool:
    if shutil.which("apt-get") is None:
        return False
    command: list[str] = []
    if hasattr(os, "geteuid") and os.geteuid() != 0:
        if shutil.which("sudo") is None:
            return False
        command = ["sudo", "--non-interactive"]
    install = [*command, "apt-get", "install", "--yes", "--no-install-recommends", "chromium"]
    subprocess.run([*command, "apt-get", "update"], check=False)
    return subprocess.run(install, check=False).returncode == 0


def main() -> int:
    """Install a browser if need be; 0 where one is there in the end."""
    if find_browser() or (_from_debian() and find_browser()):
        return 0
    subprocess.run([sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"], check=False)
    if find_browser():
        return 0
    sys.stderr.write(
        "No Chromium could be installed. Install Chromium or Chrome, then run `make test` again.\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
