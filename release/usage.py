"""How a command is used, in the language of the terminal: Typer's titles and errors.

Typer says these in English alone. Its errors tell nothing of their kind but by their text, so each text that
our commands can give stands in ``usage.yaml`` as Typer has it, beside those of the other languages; one that
does not stand there is printed as Typer has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import typer
from typer._click.exceptions import UsageError
from typer._click.formatting import HelpFormatter

from scenarios.language import SOFTWARE, Language, read_catalogue, terminal_language

TEXTS = Path(__file__).with_name("usage.yaml")
# What typer.rich_utils prints around a help or an error, by its names there.
STRINGS = (
    "DEFAULT_STRING",
    "REQUIRED_LONG_STRING",
    "ARGUMENTS_PANEL_TITLE",
    "OPTIONS_PANEL_TITLE",
    "COMMANDS_PANEL_TITLE",
    "ERRORS_PANEL_TITLE",
    "ABORTED_TEXT",
    "RICH_HELP",
)


def spoken(name: str) -> str:
    """The text `name` of the catalogue in the language of the terminal."""
    return read_catalogue(TEXTS)[name][terminal_language()]


class SpokenFormatter(HelpFormatter):
    """Writes the line that tells how a command is used."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write it; what stands before it is in the language of the terminal."""
        super().write_usage(prog, args, prefix or spoken("usage"))


class SpokenContext(typer.Context):
    """A command as it is typed, with its help in the language of the terminal."""

    formatter_class = SpokenFormatter

    def __init__(self, *given: Any, **options: Any) -> None:  # noqa: ANN401 -- as Typer has it
        """Say of ``--help`` what it does."""
        super().__init__(*given, **options)
        helping = self.command.get_help_option(self)
        if helping is not None:
            helping.help = spoken("help")


@contextmanager
def usage_speaks(command: Any, language: Language) -> Iterator[None]:  # noqa: ANN401 -- of Typer's own package
    """Let Typer say how `command`, and all below it, are used in `language`, as long as this lasts."""
    if language == SOFTWARE:
        yield
        return
    from typer import rich_utils  # noqa: PLC0415 -- Typer itself imports it only to print

    _let_speak(command)
    before = {name: getattr(rich_utils, name) for name in STRINGS}
    try:
        for name in STRINGS:
            setattr(rich_utils, name, spoken(name.lower()))
        yield
    finally:
        for name, text in before.items():
            setattr(rich_utils, name, text)


def _let_speak(command: Any) -> None:  # noqa: ANN401 -- the same
    command.context_class = SpokenContext
    command.options_metavar = spoken("options")
    below = getattr(command, "commands", {})
    if below:
        command.subcommand_metavar = spoken("command")
    for one in below.values():
        _let_speak(one)


@contextmanager
def errors_spoken() -> Iterator[None]:
    """Raise an error of usage within in the language of the terminal. Raises UsageError, as Typer does."""
    try:
        yield
    except UsageError as error:
        english = error.format_message()
        message = usage_sentence(english, terminal_language())
        if message == english:
            raise
        raise UsageError(message, error.ctx) from error


def usage_sentence(english: str, language: Language) -> str:
    """What Typer says as `english`, in `language`; as it is where the catalogue does not have it."""
    if language == SOFTWARE:
        return english
    for name, pattern in _patterns():
        match = pattern.fullmatch(english)
        if match is not None:
            filled = match.groupdict()
            if "why" in filled:
                filled["why"] = usage_sentence(filled["why"], language)
            return read_catalogue(TEXTS)[name][language].format(**filled)
    return english


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """How Typer says each error, by its name in the catalogue; what says more of it comes first."""
    english = {
        name: text[SOFTWARE] for name, text in read_catalogue(TEXTS).items() if name.upper() not in STRINGS
    }
    return tuple(
        (name, re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(text)), re.DOTALL))
        for name, text in sorted(english.items(), key=lambda item: len(item[1]), reverse=True)
    )
