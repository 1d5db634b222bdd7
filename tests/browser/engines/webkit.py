"""WebKitGTK's small browser by the classic WebDriver, on a screen that nobody sees."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.browser.engines.actions import click_at, type_text
from tests.browser.engines.engine import HEIGHT, WIDTH, EngineError, call, returned
from tests.parts.machine import free_port, program, wait_until

PATIENCE = 30.0
# The driver tells no errors, and in automation the browser writes none: the page collects them, from the
# first question to it on. What breaks a page while it loads shows as a screen that never comes.
_COLLECT = """
if (!window.testErrors) {
  const errors = (window.testErrors = []);
  const log = console.error;
  console.error = (...parts) => { errors.push(parts.map(String).join(" ")); log.apply(console, parts); };
  addEventListener("error", (event) => errors.push(String(event.message)));
  addEventListener("unhandledrejection", (event) => errors.push(String(event.reason)));
}
"""


@dataclass(frozen=True, slots=True)
class WebKit:
    """The one page of a WebKitGTK. session: its address at the driver; messages: the errors so far."""

    session: str
    messages: list[str] = field(default_factory=list)

    def open(self, url: str) -> None:
        ask(f"{self.session}/url", {"url": url})

    def reload(self) -> None:
        ask(f"{self.session}/refresh", {})

    def run(self, script: str, *values: object) -> Any:  # noqa: ANN401 -- see Engine
        body = f"{_COLLECT} return [{call(script, values)}, testErrors.splice(0)];"
        text, errors = ask(f"{self.session}/execute/sync", {"script": body, "args": []})
        self.messages.extend(errors)
        return returned(text)

    def click(self, x: float, y: float) -> None:
        ask(f"{self.session}/actions", {"actions": click_at(x, y)})

    def type(self, text: str) -> None:
        ask(f"{self.session}/actions", {"actions": type_text(text)})

    def errors(self) -> list[str]:
        self.run("() => null")
        return self.messages


def ask(url: str, body: dict[str, Any] | None = None, method: str = "POST") -> Any:  # noqa: ANN401 -- see Engine
    """What the driver answers. Raises EngineError."""
    data = None if body is None else json.dumps(body).encode()
    wanted = Request(url, method=method, data=data, headers={"Content-Type": "application/json"})
    try:
        with urlopen(wanted, timeout=PATIENCE) as answer:
            return json.load(answer)["value"]
    except HTTPError as refusal:
        with refusal:
            raise EngineError(refusal.read().decode()) from None


@contextmanager
def start_webkit(path: str, home: Path) -> Iterator[WebKit]:
    """A running WebKitGTK; what it keeps is gone with it."""
    driver = f"http://127.0.0.1:{(port := free_port())}"
    wanted = {"webkitgtk:browserOptions": {"binary": path, "args": ["--automation"]}}
    places = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), str(home))
    with (
        _screen(home) as display,
        program(
            ["WebKitWebDriver", f"--port={port}"],
            home / "webkit.log",
            environ={**os.environ, **places, "DISPLAY": display, "NO_AT_BRIDGE": "1"},
        ),
    ):
        wait_until(lambda: _is_ready(driver), "WebKitWebDriver answers")
        name = ask(f"{driver}/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
        session = f"{driver}/session/{name}"
        ask(f"{session}/window/rect", {"width": WIDTH, "height": HEIGHT})
        yield WebKit(session)
        ask(session, method="DELETE")


def _is_ready(driver: str) -> bool:
    try:
        return bool(ask(f"{driver}/status", method="GET")["ready"])
    except OSError:
        return False


@contextmanager
def _screen(home: Path) -> Iterator[str]:
    """The name of a display of its own."""
    log = home / "screen.log"
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]
    with program(command, log):
        wait_until(lambda: _number(log) is not None, "Xvfb has a screen")
        yield f":{_number(log)}"


def _number(log: Path) -> str | None:
    match = re.search(r"^(\d+)\n", log.read_text("utf-8"), re.MULTILINE)
    return match and match.group(1)
