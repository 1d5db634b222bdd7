"""What the commands of the command line share: options, consoles, how an option is read, and a question."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.prompt import Confirm
from rich.text import Text
from typer.core import TyperGroup

from release.help import speak_help
from release.usage import errors_spoken, usage_speaks
from scenarios.documents.problem import Problem
from scenarios.language import (
    LANGUAGES,
    Language,
    NoSuchLanguageError,
    known_language,
    own_options,
    terminal_language,
)
from scenarios.library import case_folder
from scenarios.sentence import problem_text, sentences_of

_sentence = sentences_of(Path(__file__).with_name("texts.yaml"))
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

CasesFolder = Annotated[
    Path, typer.Option("--cases-dir", help="The folder of the cases.", show_default=False)
]
KeysFolder = Annotated[
    Path | None,
    typer.Option("--keys", help="The folder of the keys; KASUSLAB_KEYS or the checkout's by default."),
]
GuidesFolder = Annotated[
    Path, typer.Option("--guides", help="The folder of the facilitator's guides.", show_default=False)
]
Person = Annotated[
    str | None,
    typer.Option("--person", help="Who can be spoken to, and where: a name and a place in the room."),
]
ServicesFile = Annotated[
    Path | None,
    typer.Option(
        "--services", help="Services of your district or country, as CSV or XLSX; see: kasuslab services."
    ),
]
RosterFile = Annotated[
    Path | None,
    typer.Option("--roster", help="Who takes part, as CSV or XLSX; see: kasuslab roster --template."),
]


def spoken_language(tag: str) -> Language:
    """The language that an option names. Raises BadParameter, which says which there are."""
    try:
        return known_language(tag)
    except NoSuchLanguageError:
        raise typer.BadParameter(_sentence("no_language", tag=tag, known=", ".join(LANGUAGES))) from None


SpokenLanguage = Annotated[
    str,
    typer.Option(
        "--language",
        parser=spoken_language,
        metavar="TAG",
        help=f"In which language: {' or '.join(LANGUAGES)}.",
    ),
]


MessageLanguage = Annotated[
    str | None,
    typer.Option(
        "--language",
        parser=spoken_language,
        metavar="TAG",
        help=f"In which language: {' or '.join(LANGUAGES)}; that of the terminal by default.",
        show_default=False,
    ),
]


class CommandGroup(TyperGroup):
    """The commands; an option that is a language's own is read as ``--language`` with that language.

    They help, and say what was typed wrongly, in the language of the terminal.
    """

    def main(self, *given: Any, **options: Any) -> Any:  # noqa: ANN401 -- as Typer has it
        """Read the command line, and do what it says."""
        language = terminal_language()
        speak_help(self, language)
        with usage_speaks(self, language):
            return super().main(*given, **options)

    def make_context(self, *given: Any, **options: Any) -> Any:  # noqa: ANN401 -- the same
        """Read what is typed before the name of a command."""
        with errors_spoken():
            return super().make_context(*given, **options)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 -- the same
        """Read what is typed after it, and do it."""
        with errors_spoken():
            return super().invoke(ctx)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 -- of Typer's own package
        """Read the command line."""
        own = own_options()
        return super().parse_args(ctx, [f"--language={own[one]}" if one in own else one for one in args])


def case_place(name: str, cases: Path) -> Path:
    """The folder of a case by its id in `cases`, or by its own path. Raises NoSuchCaseError."""
    folder = Path(name)
    return folder if (folder / "case.yaml").is_file() else case_folder(name, cases)


def print_warning(warning: Problem) -> None:
    """Print on standard error what a reader of a file says without refusing it."""
    typer.echo(problem_text(warning, terminal_language()), err=True)


def listed(text: str | None) -> list[str]:
    """What an option names, with commas between."""
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def person_of_settings() -> str | None:
    """Who can be spoken to, where the settings of this machine name somebody. Raises SettingsError."""
    from release.settings import read_settings, settings_file  # noqa: PLC0415 -- only a course asks

    return read_settings(settings_file()).person


def ask_for_sure(question: str) -> None:
    """Ask whether something is to be done that is not easily undone. Raises Abort unless it is."""

    class Sure(Confirm):
        """Yes or no, by the letter that each has in the language of the terminal."""

        validate_error_message = _sentence("sure_which")
        choices = [_sentence("sure_yes"), _sentence("sure_no")]  # noqa: RUF012 -- as Confirm has it

    if not Sure.ask(Text(question), console=out, default=False):
        raise typer.Abort
