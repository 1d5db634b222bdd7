"""The command line: ``kasuslab`` and its commands. Each is thin: it reads options, calls, and prints."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from release.commands import author as author_commands
from release.commands import backup as backup_commands
from release.commands import compare as compare_commands
from release.commands import course as course_commands
from release.commands import hub as hub_commands
from release.commands import lms as lms_commands
from release.commands import papers as paper_commands
from release.commands import phones as phone_commands
from release.commands import workshop as workshop_commands
from release.commands.review import papers as review_commands
from release.commands.review import round as round_commands
from release.options import CommandGroup, out, spoken_language
from release.settings import settle_language, settled_language
from release.workshop.plan import FIRST_PORT
from scenarios.documents.problem import BadInputError
from scenarios.language import LANGUAGES, card_of, terminal_language, terminal_speaks
from scenarios.sentence import error_text, sentences_of

_sentence = sentences_of(Path(__file__).with_name("texts.yaml"))
app = typer.Typer(
    cls=CommandGroup,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


@app.callback(invoke_without_command=True)
def kasuslab(
    *, show_version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False
) -> None:
    """A training lab for the people who protect children in Indonesia's digital spaces."""
    if show_version:
        out.print(f"kasuslab {version('kasuslab')}")
        raise typer.Exit


@app.command("language")
def choose_language(
    tag: Annotated[
        str | None,
        typer.Argument(
            parser=spoken_language,
            metavar="TAG",
            help=f"Which one: {' or '.join(LANGUAGES)}.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Choose the language of the terminal and of the start page, or say which it is."""
    if tag is not None:
        settle_language(tag)
    with terminal_speaks(settled_language()):
        now = terminal_language()
        other = next((one for one in LANGUAGES if one != now), now)
        out.print(_sentence("language_now", name=card_of(now).name, tag=now, other=other), markup=False)


@app.command()
def run(
    *,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="The workshop's port.")] = FIRST_PORT,
    desk_port: Annotated[int, typer.Option("--desk-port", min=1, max=65535, help="The desk's.")] = 8888,
    data: Annotated[Path | None, typer.Option("--data", help="Where the sample is kept.")] = None,
) -> None:
    """Run the whole lab on this machine: the workshop, and the facilitator's desk with a sample course."""
    from release.lab import run_lab  # noqa: PLC0415 -- what it starts takes seconds to import

    run_lab(port, desk_port, data=data, console=out)


app.add_typer(author_commands.app)
app.add_typer(review_commands.app)
app.add_typer(round_commands.app, name="round")
app.add_typer(course_commands.app)
app.add_typer(compare_commands.app)
app.add_typer(paper_commands.app)
app.add_typer(phone_commands.app)
app.add_typer(hub_commands.app)
app.add_typer(backup_commands.app)
workshop_commands.app.add_typer(backup_commands.workshop_app)
app.add_typer(workshop_commands.app, name="workshop")
app.add_typer(lms_commands.app, name="lms")


def main() -> None:
    """Run the command line; status 1 and sentences for bad input, 2 for bad usage."""
    try:
        with terminal_speaks(settled_language()):
            _run()
    except KeyboardInterrupt:
        sys.exit(130)


def _run() -> None:
    try:
        app()
    except BadInputError as error:
        typer.echo(error_text(error, terminal_language()), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
