"""The room of what a trainee touches: one widget, `CasePlayer`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from widgets.player import CasePlayer

__all__ = ["CasePlayer"]


def __getattr__(name: str) -> object:
    """The widget, once it is asked for: who only serves the player's files waits for no part of Jupyter."""
    if name not in __all__:
        raise AttributeError(f"There is no {name} in widgets. Use one of: {', '.join(__all__)}.")
    from widgets import player  # noqa: PLC0415 -- half a second of imports

    return getattr(player, name)
