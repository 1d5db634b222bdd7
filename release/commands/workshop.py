"""The commands of a workshop: serve it, and list, close and forget what is held of it. Each is thin."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Column, Table

from graders.key.key import keys_folder
from release.options import Person, ServicesFile, listed, out, print_warning
from scenarios.directory.overlay import directory_with
from scenarios.documents.problem import BadInputError
from scenarios.engine.event import Mode

app = typer.Typer()
Data = Annotated[Path | None, typer.Option("--data", help="Where plays are kept.")]
Database = Annotated[str | None, typer.Option("--database", help="An SQLAlchemy URL.")]


@app.callback(invoke_without_command=True)
def workshop(  # noqa: PLR0913 -- each is an option that a facilitator may need
    context: typer.Context,
    *,
    start: Annotated[
        bool | None,
        typer.Option("--start/--no-start", help="Begin on the start page; by default without any option."),
    ] = None,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 8866,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open it in a browser.")] = True,
    host: Annotated[str, typer.Option("--host", help="0.0.0.0 serves the whole network.")] = "127.0.0.1",
    person: Person = None,
    database: Database = None,
    data: Data = None,
    cases: Annotated[
        str | None, typer.Option("--cases", help="Case ids, with commas; all for practice by default.")
    ] = None,
    services: ServicesFile = None,
    seats: Annotated[
        int | None,
        typer.Option("--seats", min=1, help="How many may play at once; as many as this machine holds."),
    ] = None,
    warm: Annotated[
        int | None, typer.Option("--warm", min=0, help="How many pages are kept ready for arrivals.")
    ] = None,
    code: Annotated[
        bool | None,
        typer.Option("--code/--no-code", help="Ask participants for the code; by default on a network."),
    ] = None,
    mode: Annotated[
        Mode | None, typer.Option("--mode", help="practice, or discussion; as before, or practice at first.")
    ] = None,
    board_password: Annotated[
        str | None,
        typer.Option(
            "--board-password",
            envvar="KASUSLAB_BOARD_PASSWORD",
            help="Of /board; drawn and shown by default.",
        ),
    ] = None,
    keep_days: Annotated[
        int | None,
        typer.Option(
            "--keep-days",
            min=1,
            max=200,
            help="Days after the last answer until all is deleted; 30 at first.",
        ),
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option("--certificate", help="Serve over TLS with this PEM file.")
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--key", help="The certificate's key, where it is a file of its own.")
    ] = None,
) -> None:
    """Prepare and serve a workshop: participants open a link, choose a case, and practise.

    Without any option the start page opens, where all is done by buttons. With options, or with
    --no-start, the workshop is served at once.
    """
    if context.invoked_subcommand is not None:
        return
    if start or (start is None and not _settled(context)):
        from release.workshop.desk.start import serve_start  # noqa: PLC0415 -- only here is there such a page

        files = {"certificate": certificate, "key": key, "services": services}
        named = {name: str(file.resolve()) for name, file in files.items() if file is not None}
        _refuse_asked(context)
        serve_start(data, open_browser=browser, files=named)
        return
    from release.workshop.serve.server import serve  # noqa: PLC0415 -- Voilà takes seconds to import

    serve(
        port,
        open_browser=browser,
        person=person,
        database_url=database,
        data_dir=data,
        host=host,
        cases=listed(cases),
        services=directory_with(services, print_warning),
        seats=seats,
        warm=warm,
        ask_code=code,
        mode=mode,
        board_password=board_password,
        keep_days=keep_days,
        certificate=certificate,
        key=key,
    )


def _settled(context: typer.Context) -> list[str]:
    """The options that were given on the command line."""
    sources = {name: context.get_parameter_source(name) for name in context.params}
    return [name for name, source in sources.items() if source is not None and source.name == "COMMANDLINE"]


def _refuse_asked(context: typer.Context) -> None:
    """Refuse what the start page asks for itself. Raises BadInputError."""
    known = {"start", "data", "browser", "certificate", "key", "services"}
    if asked := [f"--{name.replace('_', '-')}" for name in _settled(context) if name not in known]:
        raise BadInputError(
            f"The start page does not take {', '.join(asked)}: settle it there, or say --no-start."
        )


@app.command("list")
def list_workshops(*, data: Data = None, database: Database = None) -> None:
    """List the workshops that are held here, and when each will be deleted."""
    from release.workshop.writer.held import held_workshops  # noqa: PLC0415 -- SQLAlchemy is for few commands

    place, url = _place(data, database)
    table = Table(Column("workshop", no_wrap=True), "began", "closed", "people", "deleted after")
    for held in held_workshops(url):
        closed = f"{held.closed:%Y-%m-%d}" if held.closed else "–"
        table.add_row(held.name, f"{held.created:%Y-%m-%d}", closed, str(held.seats), f"{held.due:%Y-%m-%d}")
    if table.row_count:
        out.print(table)
    else:
        out.print(f"No workshop is held in {place}.", markup=False, soft_wrap=True)


@app.command("close")
def close(
    name: Annotated[str | None, typer.Argument(help="Its name; the latest by default.")] = None,
    *,
    data: Data = None,
    database: Database = None,
) -> None:
    """Close a workshop: no more seats and answers; export its decisions, records and report."""
    from release.workshop.desk.close import Books, close_workshop  # noqa: PLC0415 -- statistics take seconds
    from release.workshop.writer.held import held_workshops  # noqa: PLC0415 -- the same

    place, url = _place(data, database)
    held = held_workshops(url)
    if not held:
        raise BadInputError(f"No workshop is held in {place}. Run one first: kasuslab workshop")
    export = close_workshop(url, place, name or held[-1].name, Books(keys_folder()), now=datetime.now(UTC))
    counts = f"{export.plays} plays, {export.decisions} decisions, {export.not_judged} not judged"
    out.print(f"{export.folder}: written ({counts}).", markup=False, soft_wrap=True)


@app.command("forget")
def forget(
    name: Annotated[str | None, typer.Argument(help="The name of a workshop; see: workshop list.")] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All workshops.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    data: Data = None,
    database: Database = None,
) -> None:
    """Delete a workshop: its seats, answers and exports. Nothing brings it back."""
    from release.workshop.writer.forget import forget as forget_workshops  # noqa: PLC0415 -- for few commands

    if (name is None) != everything:
        raise BadInputError("Say which workshop: kasuslab workshop forget NAME, or --all for every one.")
    place, url = _place(data, database)
    if not yes:
        typer.confirm(
            f"Delete {name or 'every workshop'} in {place}, with its exports, for ever?", abort=True
        )
    gone = forget_workshops(url, place, [name] if name else [])
    out.print(f"Deleted: {', '.join(gone) or 'nothing, for none was held'}.", markup=False, soft_wrap=True)


def _place(data: Path | None, database: str | None) -> tuple[Path, str]:
    """The data folder and the URL of its database."""
    from release.settings import workshop_folder  # noqa: PLC0415 -- only a workshop keeps data there
    from release.workshop.writer.forget import database_of  # noqa: PLC0415 -- SQLAlchemy is for few commands

    place = (data or workshop_folder()).resolve()
    return place, database or database_of(place)
