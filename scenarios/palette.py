"""The one palette of colours: `palette.css`, which every page of ours begins its style sheet with."""

from __future__ import annotations

from pathlib import Path

PALETTE = Path(__file__).with_name("palette.css")


def with_palette(*sheets: Path) -> str:
    """The palette and after it these style sheets, as one. Raises OSError."""
    return "\n".join(sheet.read_text("utf-8") for sheet in (PALETTE, *sheets))
