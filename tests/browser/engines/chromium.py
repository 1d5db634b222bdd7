"""Chromium, today's and that of 2020, by its own protocol (CDP)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from tests.browser.engines.engine import HEIGHT, WIDTH, EngineError, call, returned
from tests.browser.engines.wire import Wire, open_wire
from tests.install_browser import CHROMIUM_80_OPTIONS
from tests.parts.machine import program, wait_until


@dataclass(frozen=True, slots=True)
class Chromium:
    """The one page of a Chromium."""

    wire: Wire

    def open(self, url: str) -> None:
        self._load("Page.navigate", url=url)

    def reload(self) -> None:
        self._load("Page.reload")

    def run(self, script: str, *values: object) -> Any:  # noqa: ANN401 -- see Engine
        answer = self.wire.ask("Runtime.evaluate", expression=call(script, values), returnByValue=True)
        if "exceptionDetails" in answer:
            raise EngineError(_thrown(answer["exceptionDetails"]))
        return returned(answer["result"]["value"])

    def click(self, x: float, y: float) -> None:
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            button = {} if kind == "mouseMoved" else {"button": "left", "clickCount": 1}
            self.wire.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, **button)

    def type(self, text: str) -> None:
        self.wire.ask("Input.insertText", text=text)

    def errors(self) -> list[str]:
        self.run("() => null")
        return [text for event in self.wire.events if (text := _error(event["method"], event["params"]))]

    def _load(self, method: str, **params: object) -> None:
        before = len(self.wire.events)
        self.wire.ask(method, **params)
        self.wire.await_event("Page.loadEventFired", after=before)


def _error(method: str, params: dict[str, Any]) -> str:
    if method == "Runtime.exceptionThrown":
        return _thrown(params["exceptionDetails"])
    if method == "Runtime.consoleAPICalled" and params["type"] in {"error", "assert"}:
        return " ".join(str(part.get("value", part.get("description"))) for part in params["args"])
    if method == "Log.entryAdded" and params["entry"]["level"] == "error":
        return f"{params['entry']['text']} {params['entry'].get('url', '')}"
    return ""


def _thrown(details: dict[str, Any]) -> str:
    return str(details.get("exception", {}).get("description", details["text"]))


@contextmanager
def start_chromium(path: str, home: Path, *options: str) -> Iterator[Chromium]:
    """A running Chromium with a new profile."""
    profile = home / "profile"
    profile.mkdir()
    command = [path, "--headless", "--no-sandbox", "--disable-gpu", f"--window-size={WIDTH},{HEIGHT}"]
    command += ["--no-first-run", "--remote-debugging-port=0", f"--user-data-dir={profile}", *options]
    with program([*command, "about:blank"], home / "chromium.log"):
        note = profile / "DevToolsActivePort"
        wait_until(lambda: note.exists() and note.read_text("utf-8").count("\n") > 0, f"{path} is driven")
        port = note.read_text("utf-8").split()[0]
        with open_wire(_page_address(port)) as wire:
            for domain in ("Page", "Runtime", "Log"):
                wire.ask(f"{domain}.enable")
            yield Chromium(wire)


def start_chromium_80(path: str, home: Path) -> AbstractContextManager[Chromium]:
    """A running Chromium of 2020, whose build knows no other way than one process."""
    return start_chromium(path, home, *CHROMIUM_80_OPTIONS)


def _page_address(port: str) -> str:
    addresses: list[str] = []

    def look() -> bool:
        with urlopen(f"http://127.0.0.1:{port}/json/list", timeout=10) as answer:
            pages = [each for each in json.load(answer) if each["type"] == "page"]
        addresses.extend(each["webSocketDebuggerUrl"] for each in pages)
        return bool(addresses)

    wait_until(look, "Chromium has a page")
    return addresses[0]
