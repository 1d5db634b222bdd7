"""`CasePlayer`: the one widget of the lab. Here is only its wiring; the play lives in `Conversation`."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path

import anywidget
from IPython.display import publish_display_data

from scenarios.language import LANGUAGES, SOURCE, Language
from widgets.conversation import Clock, Conversation, NewId, random_id, utc_now
from widgets.player_files import player_script, player_sheet
from widgets.shelf import FeedbackFor, NotebookShelf, Shelf
from widgets.view import sentence

# Only one of the two is to be seen: the note, or the live player; and never the widget's own error below the
# note. JupyterLab makes each part of an output a window of its own, in which nothing would stay at the top of
# the notebook; what is around the live player is none. A style is left only in a notebook that is trusted;
# without it the note explains the error.
_NOTE_STYLE = """<style>
.jp-OutputArea-child:has(.kasuslab-saved):has(~ .jp-OutputArea-child .kasuslab),
.jp-OutputArea-child:has(.kasuslab-saved) ~ .jp-OutputArea-child .jupyter-widgets:not(:has(*)),
.kasuslab-saved small { display: none; }
.jp-CodeCell:not(.jp-mod-outputsScrolled)
:is(.jp-Cell-outputArea, .jp-OutputArea-child, .jp-OutputArea-output):has(.kasuslab) { overflow: visible; }
</style>"""


class CasePlayer(anywidget.AnyWidget):
    """Play the cases of a shelf. The browser shows views and sends messages; it keeps nothing of the play."""

    _esm = player_script()
    _css = player_sheet()

    def __init__(
        self, shelf: Shelf, *, language: Language = SOURCE, clock: Clock = utc_now, new_id: NewId = random_id
    ) -> None:
        """Make a player; the shelf is looked at when a browser says that it is ready."""
        self._conversation = Conversation(shelf, language, clock, new_id)
        # ipykernel may run the messages of one comm in several threads at once.
        self._turn = threading.Lock()
        super().__init__()
        self.on_msg(self._receive)

    @classmethod
    def beside(
        cls,
        folder: Path | str = ".",
        *,
        environ: Mapping[str, str] = os.environ,
        feedback: FeedbackFor = lambda _case: None,
        language: Language = SOURCE,
    ) -> CasePlayer:
        """The player of the case in ``case/`` in `folder`, with its record in ``decisions.jsonl`` there.

        Read-only where nbgrader runs the notebook. feedback: who gives feedback in practice mode.
        """
        return cls(NotebookShelf.beside(Path(folder), environ, feedback=feedback), language=language)

    def close(self) -> None:
        """Take the player off the page, and give its record up."""
        with self._turn:
            self._conversation.close()
        super().close()

    def _receive(self, _widget: object, content: object, _buffers: object) -> None:
        with self._turn:
            for reply in self._conversation.answer(content):
                self.send(reply)

    def _ipython_display_(self) -> None:
        # Of a widget, a saved notebook that is not running shows only an error; the note before it stays.
        publish: Callable[..., None] = publish_display_data
        publish(saved_note())
        data, metadata = self._repr_mimebundle_() or ({}, {})
        publish(data, metadata)


def saved_note() -> dict[str, str]:
    """What a saved notebook says when it is not running, in every language, as text and as HTML."""
    names = ("saved_title", "saved_text", "saved_error")
    sentences: dict[Language, list[str]] = {
        tongue: [sentence(name, tongue) for name in names] for tongue in LANGUAGES
    }
    parts = "".join(_note_part(tongue, *texts) for tongue, texts in sentences.items())
    return {
        "text/plain": "\n".join(" ".join(texts[:2]) for texts in sentences.values()),
        "text/html": f'<div class="kasuslab-saved">{_NOTE_STYLE}{parts}</div>',
    }


def _note_part(tongue: Language, title: str, text: str, error: str) -> str:
    title, text, error = escape(title), escape(text), escape(error)
    return f'<p lang="{tongue}"><strong>{title}</strong><br>{text}<br><small>{error}</small></p>'
