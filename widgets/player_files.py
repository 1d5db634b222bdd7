"""What a browser gets of the player: its script and its style sheet, joined from the chapters in ``player/``.

Apart from the widget, so that whoever only serves them loads no Jupyter.
"""

from __future__ import annotations

from pathlib import Path

from scenarios.directory.people import PEOPLE_SHEET
from scenarios.palette import with_palette
from widgets.chapters import joined_script, joined_sheet, plain

_CHAPTERS = Path(__file__).with_name("player")


def player_script() -> str:
    """The player in the browser, one ES module. Raises OSError and ChapterError."""
    return joined_script(_CHAPTERS)


def player_sheet(*around: Path) -> str:
    """The style of the player, with its colours, from beside the chapters. Raises OSError, ChapterError.

    around: style sheets of the page around it, which come before it.
    """
    return plain(with_palette(PEOPLE_SHEET, *around)) + joined_sheet(_CHAPTERS)
