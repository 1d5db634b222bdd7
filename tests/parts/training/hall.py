"""The hall of a training: the facilitator's laptop, the phones, and the networks between them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote
from urllib.parse import urlsplit

import psutil
from playwright.sync_api import Browser, BrowserType, Page

from release.launcher import environment
from release.workshop.serve.network import LOOPBACK, addresses
from scenarios.language import Language
from tests.install_browser import find_browser
from tests.parts.machine import wait_until
from tests.parts.networks import IP, LATER, WIFI, Networks, NetworkSpace, laptop_and_phone, may_be_made
from tests.places import KEYS

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 90_000  # ms: a workshop starts, a class is graded meanwhile
START_SECONDS = 60.0


@dataclass
class Hall:
    """A hall. home: where the laptop keeps what is the facilitator's; networks: None on a machine's own.

    archive: what she has unpacked; language: of the browsers' own words; strangers: what a page asked for
    that is none of the hall's; failures: what its scripts complained of.
    """

    home: Path
    archive: Path
    networks: Networks | None
    browsers: ExitStack
    browser_type: BrowserType
    language: Language
    terminal: subprocess.Popen[bytes] | None = None
    strangers: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    _browsers: dict[str, Browser] = field(default_factory=dict)

    @property
    def wifi(self) -> str:
        """The address of the laptop that phones reach, on the first day."""
        return WIFI if self.networks else addresses()[0].address

    def inside(self, whose: str) -> AbstractContextManager[None]:
        """Stand at the “laptop” or at a “phone”: what is started and dialled there is on its networks."""
        return self._space(whose).inside() if self.networks else nullcontext()

    def change_address(self) -> None:
        """The next morning the Wi-Fi gives the laptop another address; a machine's own networks stay."""
        if self.networks is not None:
            self.networks.settle_wifi(LATER)

    def page(self, whose: str, *, width: int, height: int = 800) -> Page:
        """A page of a browser of its own, on the “laptop” or a “phone”, which is listened to."""
        context = self._browser(whose).new_context(viewport={"width": width, "height": height})
        context.set_default_timeout(PATIENCE)
        context.on("request", lambda request: self._hear_request(request.url))
        context.on("weberror", lambda error: self.failures.append(str(error.error)))
        return context.new_page()

    def _hear_request(self, url: str) -> None:
        parts = urlsplit(url)
        ours = {LOOPBACK, WIFI, LATER, self.wifi}
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in ours:
            self.strangers.append(url)

    def double_click(self) -> str:
        """Open `Mulai`; the address that it opens in the browser."""
        opened = self.home / "opened"
        opened.unlink(missing_ok=True)
        browser = self.home / "browser"
        browser.write_text(f'#!/bin/sh\nprintf "%s" "$1" > {quote(str(opened))}\n', encoding="utf-8")
        browser.chmod(0o700)
        environ = {**os.environ, "KASUSLAB_HOME": str(self.home), "BROWSER": f"{quote(str(browser))} %s"}
        environ.pop("KASUSLAB_KEYS", None)
        with (self.home / "terminal.txt").open("ab") as words, self.inside("laptop"):
            self.terminal = subprocess.Popen(
                ["/bin/sh", str(self.archive / "Mulai.command")],
                cwd="/",
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                start_new_session=True,
            )
        wait_until(lambda: opened.exists() and opened.read_text() != "", "the browser opens", START_SECONDS)
        return opened.read_text(encoding="utf-8")

    def close_terminal(self) -> None:
        """Close the window in which it runs, as for switching the laptop off."""
        if self.terminal is not None:
            below = psutil.Process(self.terminal.pid).children(recursive=True)
            os.killpg(self.terminal.pid, signal.SIGHUP)
            self.terminal.wait(60)
            _, left = psutil.wait_procs(below, timeout=60)
            assert left == [], "what was started from the window goes on"
            self.terminal = None

    def _space(self, whose: str) -> NetworkSpace:
        assert self.networks is not None
        return self.networks.laptop if whose == "laptop" else self.networks.phone

    def _browser(self, whose: str) -> Browser:
        if whose not in self._browsers:
            program: Path | str = find_browser() or ""
            if self.networks is not None:
                command = f"{quote(IP)} netns exec {quote(self._space(whose).name)} {quote(str(program))}"
                program = self.home / f"chromium-{whose}"
                program.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
                program.chmod(0o700)
            options = ["--no-sandbox", f"--lang={self.language}"]
            browser = self.browser_type.launch(executable_path=program, args=options)
            self.browsers.callback(browser.close)
            self._browsers[whose] = browser
        return self._browsers[whose]


@contextmanager
def open_hall(place: Path, browser_type: BrowserType, language: Language) -> Iterator[Hall]:
    """A hall whose laptop has an archive that was unpacked, and a key keeper's keys of the tests in it."""
    with ExitStack() as stack:
        networks = stack.enter_context(laptop_and_phone()) if may_be_made() else None
        home = place / "laptop"
        home.mkdir()
        hall = Hall(home, unpacked_archive(place), networks, stack, browser_type, language)
        stack.callback(hall.close_terminal)
        yield hall


def unpacked_archive(place: Path) -> Path:
    """The facilitator's archive as `make release` packs it, unpacked, with the keys of the tests put in.

    Its environment is that of the tests, so that nothing is fetched.
    """
    dist = place / "dist"
    environ = [f"DIST={dist}", f"BIN={Path(sys.executable).parent}", "--old-file=install"]
    make = shutil.which("make") or "make"
    subprocess.run([make, "release", *environ], cwd=ROOT, check=True, capture_output=True)
    (packed,) = dist.glob("kasuslab-facilitator-*.zip")
    shutil.unpack_archive(packed, place / "unduhan")
    (archive,) = (place / "unduhan").iterdir()
    for key in KEYS.glob("bentuk-*.yaml"):
        (archive / "graders" / "keys" / key.name).write_bytes(key.read_bytes())
    lend_environment(archive)
    return archive


def lend_environment(archive: Path) -> None:
    """Give an archive an environment that has the packages of this one."""
    own = Path(sys.prefix)
    venv.create(archive / ".venv", symlinks=os.name != "nt")
    (packages,) = (archive / ".venv").glob("lib/python*/site-packages")
    (installed,) = own.glob("lib/python*/site-packages")
    (packages / "archive.pth").write_text(f"{archive}\n{installed}\n", encoding="utf-8")
    there = [own / part for part in ("etc", "share") if (own / part).exists()]
    for file in (*there, *(own / "bin").iterdir()):
        lent = archive / ".venv" / file.relative_to(own)
        if not lent.exists():
            lent.symlink_to(file)
    environment.mark_ready(archive)
