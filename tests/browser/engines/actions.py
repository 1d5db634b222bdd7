"""A click and typing as the W3C's WebDriver writes them down, classic and BiDi alike."""

from __future__ import annotations


def click_at(x: float, y: float) -> list[dict[str, object]]:
    """Press and release the mouse at a place of the window."""
    move = {"type": "pointerMove", "x": round(x), "y": round(y), "duration": 0}
    steps = [move, {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
    return [{"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": steps}]


def type_text(text: str) -> list[dict[str, object]]:
    """Press and release the key of each letter."""
    steps = [{"type": kind, "value": letter} for letter in text for kind in ("keyDown", "keyUp")]
    return [{"type": "key", "id": "keyboard", "actions": steps}]
