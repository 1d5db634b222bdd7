"""Whoever sits before an engine: finds things by the words on the page, waits for them, clicks and types."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.browser.engines.engine import Engine, EngineError

PATIENCE = 20.0
_PLACE = (Path(__file__).parent / "page.js").read_text("utf-8")
_TEXT = "() => document.body.innerText"
_FITS = "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@dataclass(frozen=True, slots=True)
class EngineHands:
    """The hands and eyes of a person at a browser."""

    engine: Engine

    def press(self, *names: str) -> None:
        """Press buttons one after another, by their names."""
        for name in names:
            self._click("button", name)

    def follow(self, name: str) -> None:
        """Follow a link."""
        self._click("link", name)

    def tick(self, *labels: str) -> None:
        """Choose radios or checkboxes by their labels."""
        for label in labels:
            self.tick_in("", label)

    def tick_in(self, group: str, label: str) -> None:
        """Choose a radio or checkbox by its label in the group with a legend; "" for any group."""
        self._click("field", label, group)
        deadline = time.monotonic() + PATIENCE
        while not self._look("field", label, group).get("checked"):
            assert time.monotonic() < deadline, f"{label!r} is not chosen"

    def unfold(self, name: str) -> None:
        """Open what is folded away under a name."""
        self._click("summary", name)

    def write(self, label: str, text: str) -> None:
        """Type into the field with a label."""
        self._click("field", label)
        self.engine.type(text)

    def see(self, heading: str) -> None:
        """Wait until a heading is shown; the page is not to be scrolled sideways then."""
        self._await("heading", heading)
        assert self.engine.run(_FITS), f"{heading!r}: the page is wider than its window"

    def text(self) -> str:
        """All that is written on the page."""
        return str(self.engine.run(_TEXT))

    def _click(self, kind: str, name: str, group: str = "") -> None:
        spot = self._await(kind, name, group)
        self.engine.click(spot["x"], spot["y"])

    def _await(self, kind: str, name: str, group: str = "") -> dict[str, Any]:
        """Where a thing stands, once it is there, in reach, and at rest."""
        deadline = time.monotonic() + PATIENCE
        before: dict[str, Any] = {}
        while True:
            spot = self._look(kind, name, group)
            if spot == before and spot.get("many") == 1 and not spot["covered"] and not spot["off"]:
                return spot
            assert time.monotonic() < deadline, f"no {kind} {name!r} {group!r}, but {spot} on:\n{self.text()}"
            before = spot
            time.sleep(0.03)

    def _look(self, kind: str, name: str, group: str) -> dict[str, Any]:
        # Between two pages there is nothing to ask.
        with suppress(EngineError):
            spot: dict[str, Any] = self.engine.run(_PLACE, kind, name, group)
            return spot
        return {}
