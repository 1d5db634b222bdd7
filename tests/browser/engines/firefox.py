"""Firefox ESR by WebDriver BiDi, which it speaks itself."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.browser.engines.actions import click_at, type_text
from tests.browser.engines.engine import HEIGHT, WIDTH, EngineError, call, returned
from tests.browser.engines.wire import Wire, open_wire
from tests.parts.machine import program, wait_until


@dataclass(frozen=True, slots=True)
class Firefox:
    """The one page of a Firefox. context: what it calls that page."""

    wire: Wire
    context: str

    def open(self, url: str) -> None:
        self.wire.ask("browsingContext.navigate", context=self.context, url=url, wait="complete")

    def reload(self) -> None:
        self.wire.ask("browsingContext.reload", context=self.context, wait="complete")

    def run(self, script: str, *values: object) -> Any:  # noqa: ANN401 -- see Engine
        answer = self.wire.ask(
            "script.evaluate",
            expression=call(script, values),
            target={"context": self.context},
            awaitPromise=False,
        )
        if answer["type"] == "exception":
            raise EngineError(answer["exceptionDetails"]["text"])
        return returned(answer["result"]["value"])

    def click(self, x: float, y: float) -> None:
        self.wire.ask("input.performActions", context=self.context, actions=click_at(x, y))

    def type(self, text: str) -> None:
        self.wire.ask("input.performActions", context=self.context, actions=type_text(text))

    def errors(self) -> list[str]:
        self.run("() => null")
        entries = [event["params"] for event in self.wire.events if event["method"] == "log.entryAdded"]
        return [entry["text"] for entry in entries if entry["level"] == "error"]


@contextmanager
def start_firefox(path: str, home: Path) -> Iterator[Firefox]:
    """A running Firefox with a new profile."""
    profile = home / "profile"
    profile.mkdir()
    command = [path, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port=0"]
    with program([*command, "about:blank"], home / "firefox.log", environ={**os.environ, "HOME": str(home)}):
        note = profile / "WebDriverBiDiServer.json"
        wait_until(lambda: note.exists() and note.read_text("utf-8").endswith("}"), f"{path} is driven")
        port = json.loads(note.read_text("utf-8"))["ws_port"]
        with open_wire(f"ws://127.0.0.1:{port}/session") as wire:
            wire.ask("session.new", capabilities={})
            wire.ask("session.subscribe", events=["log.entryAdded"])
            context = wire.ask("browsingContext.getTree")["contexts"][0]["context"]
            size = {"width": WIDTH, "height": HEIGHT}
            wire.ask("browsingContext.setViewport", context=context, viewport=size)
            yield Firefox(wire, context)
