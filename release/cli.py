"""The command line: ``kasuslab`` and its commands. Each is thin: it reads options, calls, and prints."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from release.commands import author as author_commands
from release.commands import cards as card_commands
from release.commands import compare as compare_commands
from release.commands import course as course_commands
from release.commands import papers as paper_commands
from release.commands import phones as phone_commands
from release.commands import workshop as workshop_commands
from release.options import CommandGroup, out
from release.workshop.plan import FIRST_PORT
from scenarios.documents.problem import BadInputError

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
app.add_typer(course_commands.app)
app.add_typer(compare_commands.app)
app.add_typer(card_commands.app)
app.add_typer(paper_commands.app)
app.add_typer(phone_commands.app)
app.add_typer(workshop_commands.app, name="workshop")


def main() -> None:
    """Run the command line; status 1 and sentences for bad input, 2 for bad usage."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except BadInputError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
