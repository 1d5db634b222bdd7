"""A browser as the walk drives it, whichever it is: one page, opened, asked, clicked on and typed into."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

# Like a phone's, upright.
WIDTH, HEIGHT = 400, 800


class EngineError(Exception):
    """What a browser says that could not do what it was asked to; or its page was just being replaced."""


class Engine(Protocol):
    """A running browser with one page, on a device of its own: it begins without a cookie."""

    def open(self, url: str) -> None:
        """Load a page."""
        ...

    def reload(self) -> None:
        """Load the page again."""
        ...

    def run(self, script: str, *values: object) -> Any:  # noqa: ANN401 -- whatever JSON the script gives
        """What a function of JavaScript returns for these values. Raises EngineError."""
        ...

    def click(self, x: float, y: float) -> None:
        """Press and release the mouse at a place of the window, in CSS pixels."""
        ...

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        ...

    def errors(self) -> list[str]:
        """The errors of scripts so far: thrown and not caught, or told to the console as errors."""
        ...


@dataclass(frozen=True, slots=True)
class EngineKind:
    """A browser that may be on this machine.

    find: its program, or None; start: a running one, from its program and a folder for all that it writes.
    """

    find: Callable[[], str | None]
    start: Callable[[str, Path], AbstractContextManager[Engine]]


def call(script: str, values: tuple[object, ...]) -> str:
    """An expression that calls a function and gives what it returns, as a text of JSON."""
    given = ", ".join(json.dumps(value) for value in values)
    return f"JSON.stringify([({script})({given})])"


def returned(text: str) -> Any:  # noqa: ANN401 -- whatever JSON the script gave
    """What such an expression gave."""
    return json.loads(text)[0]
