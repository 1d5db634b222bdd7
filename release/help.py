"""What `--help` says in the language of the terminal: each help of the code, and the same in the others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scenarios.language import SOFTWARE, Language, read_catalogue

TEXTS = Path(__file__).with_name("help.yaml")


def plain(text: str) -> str:
    """A help without its lines and paragraphs."""
    return " ".join(text.split())


def speak_help(command: Any, language: Language) -> None:  # noqa: ANN401 -- of Typer's own package
    """Let a command, and all below it, help in `language`."""
    if language == SOFTWARE:
        return
    texts = {text[SOFTWARE]: text[language] for text in read_catalogue(TEXTS).values()}
    _speak(command, texts)


def _speak(command: Any, texts: Mapping[str, str]) -> None:  # noqa: ANN401 -- the same
    for one in (command, *command.params):
        help_text = getattr(one, "help", None)
        if help_text:
            one.help = texts.get(plain(help_text), help_text)
    for below in getattr(command, "commands", {}).values():
        _speak(below, texts)
