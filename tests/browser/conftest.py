"""What browser tests run on: a real Chromium, and a real JupyterLab with a kernel for each notebook."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.request import Request, urlopen

import psutil
import pytest
import yaml
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.hosted_player import HostedPlayer, assignment_talk
from tests.browser.player_page import Player
from tests.install_browser import find_headless
from tests.parts.machine import free_port, wait_until
from tests.parts.start_server import RunningStartPage

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 40.0
OPEN_NOTEBOOK = """
async path => {
  const { shell, commands } = window.jupyterapp;
  const opened = await commands.execute("docmanager:open", { path, factory: "Notebook" });
  shell.activateById(opened.id);
}
"""
CLOSE_NOTEBOOKS = "() => [...window.jupyterapp.shell.widgets('main')].forEach(one => one.dispose())"

expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A Chromium for all browser tests."""
    path = find_headless()
    if path is None:
        pytest.fail("There is no Chromium. Run: python tests/install_browser.py")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def browser_context(chromium: Browser) -> Iterator[BrowserContext]:
    """One context for all pages, so that what a server sent once comes from the cache."""
    context = chromium.new_context()
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture(scope="module")
def own_context(chromium: Browser) -> Iterator[BrowserContext]:
    """A context that has been nowhere else: other pages of this machine leave cookies for its address.

    A file whose pages are to stand in it has it as its `browser_context`.
    """
    context = chromium.new_context()
    context.set_default_timeout(15_000)
    yield context
    context.close()


def open_start(page: Page, start: RunningStartPage) -> None:
    """Go to a start page: by its link where the browser has not been there yet."""
    page.goto(f"http://127.0.0.1:{start.port}/" if page.context.cookies(start.link) else start.link)


@pytest.fixture
def new_device(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """A factory of pages, each on a device of its own: `new_device(width=360, dark=True)`."""
    devices: list[BrowserContext] = []

    def make(*, width: int = 1280, height: int = 900, dark: bool = False, script: bool = True) -> Page:
        scheme: Literal["dark", "light"] = "dark" if dark else "light"
        device = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=script
        )
        device.set_default_timeout(15_000)
        devices.append(device)
        return device.new_page()

    yield make
    for device in devices:
        device.close()


@pytest.fixture
def new_page(browser_context: BrowserContext) -> Iterator[Callable[..., Page]]:
    """A factory of pages: `new_page(width=360, dark=True)`."""
    pages: list[Page] = []

    def make(*, width: int = 1280, height: int = 900, dark: bool = False) -> Page:
        page = browser_context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if dark else "light")
        pages.append(page)
        return page

    yield make
    for page in pages:
        page.close()


@pytest.fixture
def stage(
    new_page: Callable[..., Page], tmp_path: Path, small_case_folder: Path
) -> Iterator[Callable[..., HostedPlayer]]:
    """A factory: a case on a page of its own, the small one where none is named, in practice mode or another.

    Of its words those of `assignment_talk` are its own, `clock` stops the page's clock, and others go to the
    page.
    """
    with ExitStack() as stack:

        def make(
            case: Path = small_case_folder,
            *,
            mode: str = "practice",
            person: str | None = "Ibu P",
            variant: str = "",
            clock: bool = False,
            script: str = "",
            **looks: int,
        ) -> HostedPlayer:
            talk = assignment_talk(tmp_path / "tugas", case, mode=mode, person=person, variant=variant)
            page = new_page(**looks)
            if clock:
                page.clock.install()
            if script:
                page.add_init_script(script)
            return HostedPlayer(page, stack.enter_context(talk))

        yield make


@pytest.fixture(scope="session")
def lab_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabServer]:
    """One JupyterLab for all browser tests, on a free port, behind a token."""
    home = tmp_path_factory.mktemp("lab")
    server = LabServer.start(home)
    yield server
    server.stop()


@pytest.fixture
def lab(lab_server: LabServer) -> Iterator[LabServer]:
    """The JupyterLab; the kernels that a test started are gone after it."""
    yield lab_server
    lab_server.end_sessions()


@dataclass
class LabServer:
    """A running JupyterLab, and the folders of assignments that it serves."""

    process: subprocess.Popen[bytes]
    address: str
    token: str
    root: Path
    exchange: Path

    @classmethod
    def start(cls, home: Path) -> LabServer:
        """Start a server whose configuration, data and notebooks all stand in `home`."""
        root, token, port = home / "work", secrets.token_hex(16), free_port()
        root.mkdir()
        settings = home / "config" / "labconfig"
        settings.mkdir(parents=True)
        exchange = home / "exchange"
        exchange.mkdir()
        (home / "config" / "nbgrader_config.py").write_text(
            f"c = get_config()\nc.Exchange.root = {str(exchange)!r}\n", encoding="utf-8"
        )
        quiet = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
        (settings / "page_config.json").write_text(json.dumps(quiet), encoding="utf-8")
        places = {"CONFIG_DIR": "config", "DATA_DIR": "data", "RUNTIME_DIR": "runtime"}
        environ = {f"JUPYTER_{name}": str(home / place) for name, place in places.items()}
        environ |= {"IPYTHONDIR": str(home / "ipython"), "PYTHONPATH": str(ROOT), "TMPDIR": str(home)}
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
        command += [f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"]
        command += [f"--ServerApp.root_dir={root}", "--LabApp.expose_app_in_browser=True"]
        command += ["--ServerApp.jpserver_extensions=release.assignment_page=True"]
        with (home / "server.log").open("wb") as log:
            process = subprocess.Popen(
                command, env=os.environ | environ, stdout=log, stderr=log, start_new_session=True
            )
        server = cls(process, f"http://127.0.0.1:{port}", token, root, exchange)
        wait_until(lambda: bool(server.ask("/api/status")), "JupyterLab answers", PATIENCE)
        return server

    def stop(self) -> None:
        """End the server with every kernel of it."""
        self.end_sessions()
        children = psutil.Process(self.process.pid).children(recursive=True)
        self.process.terminate()
        self.process.wait(60)
        for child in children:
            if child.is_running():
                child.kill()

    def ask(self, path: str, method: str = "GET") -> object:
        """What the server's REST interface answers; None where it does not (yet)."""
        wanted = Request(self.address + path, method=method, headers={"Authorization": f"token {self.token}"})
        try:
            with urlopen(wanted, timeout=10) as response:
                body = response.read()
        except OSError:
            return None
        return json.loads(body) if body else None

    def end_sessions(self) -> None:
        """End every kernel."""
        for session in self.sessions():
            self.ask(f"/api/sessions/{session['id']}", "DELETE")

    def assignment(self, case: Path, name: str, *, mode: str = "test", person: str | None = "Ibu P") -> Path:
        """A folder as a course hands it out: the case, and a notebook that plays it."""
        folder = self.root / name
        shutil.copytree(case, folder / "case")
        card = {"course": "uji", "mode": mode, "person": person}
        (folder / "case" / "course.yaml").write_text(yaml.safe_dump(card), encoding="utf-8")
        self.notebook(folder)
        return folder

    def notebook(self, folder: Path, name: str = "kasus.ipynb", *, copies: int = 1) -> Path:
        """A notebook of a cell, or of several the same, that shows the player."""
        cells: list[dict[str, object]] = [
            {
                "cell_type": "code",
                "id": f"player-{number}" if number else "player",
                "metadata": {},
                "source": "from widgets import CasePlayer\n\nCasePlayer.beside()",
                "outputs": [],
                "execution_count": None,
            }
            for number in range(copies)
        ]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        body = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
        (folder / name).write_text(json.dumps(body), encoding="utf-8")
        return folder / name

    def open(self, page: Page, notebook: Path, *, anew: bool = False) -> Player:
        """Open a notebook, its kernel ready: in the JupyterLab that a page shows, or anew."""
        place = notebook.relative_to(self.root).as_posix()
        if not anew and page.url.startswith(f"{self.address}/doc/"):
            page.evaluate(OPEN_NOTEBOOK, place)
            self.await_kernel(page)
            return Player(page)
        # Two windows of one workspace would wait for each other.
        workspace = place.replace("/", "-").removesuffix(".ipynb")
        page.goto(f"{self.address}/doc/workspaces/{workspace}/tree/{place}?token={self.token}")
        self.await_kernel(page)
        return Player(page)

    def await_kernel(self, page: Page) -> None:
        """Wait until the notebook that is shown has a kernel with nothing to do."""
        page.wait_for_function(
            """() => {
            const shown = window.jupyterapp && window.jupyterapp.shell.currentWidget;
            const context = shown && shown.sessionContext;
            return Boolean(context && context.isReady && context.session
                && context.session.kernel && context.session.kernel.status === "idle");
        }""",
            timeout=PATIENCE * 1000,
        )

    def run(self, page: Page) -> Player:
        """Run the notebook; the player shows."""
        player = Player(page)
        self.await_kernel(page)
        page.evaluate("() => void window.jupyterapp.commands.execute('notebook:run-all-cells')")
        expect(page.locator(".jp-InputPrompt").first).to_have_text(re.compile(r"\[\d+\]:"))
        expect(player.root.locator("[data-heading]").last).to_be_visible()
        return player

    def sessions(self) -> list[dict[str, Any]]:
        """Every notebook that has a kernel."""
        listed = self.ask("/api/sessions")
        return listed if isinstance(listed, list) else []

    def session(self, notebook: Path) -> dict[str, Any]:
        """The session of a notebook."""
        place = notebook.relative_to(self.root).as_posix()
        return next(each for each in self.sessions() if each["path"] == place)

    def end_session(self, notebook: Path) -> None:
        """End the kernel of one notebook."""
        self.ask(f"/api/sessions/{self.session(notebook)['id']}", "DELETE")

    def kill_kernel(self, notebook: Path) -> None:
        """SIGKILL the kernel of a notebook."""
        session = self.session(notebook)
        mark = f"kernel-{session['kernel']['id']}.json"
        for child in psutil.Process(self.process.pid).children(recursive=True):
            if any(mark in part for part in child.cmdline()):
                child.send_signal(signal.SIGKILL)
                return
        pytest.fail(f"No process of the kernel of {notebook} was found.")
