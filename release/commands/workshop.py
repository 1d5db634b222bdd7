"""The commands of a workshop: serve it, and list, close and delete those in its database. Each is thin."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Column, Table

from graders.key.key import keys_folder
from release.commands.record_options import option_of, takes_options_of
from release.commands.retention import clear_in_time
from release.local_time import written
from release.options import ask_for_sure, out
from release.workshop.data_folder import database_of
from release.workshop.failure import failure_sentence
from release.workshop.plan import WorkshopPlan, read_plan
from scenarios.documents.problem import BadInputError
from scenarios.language import terminal_language

if TYPE_CHECKING:
    from release.workshop.desk.close import ExportSources
    from release.workshop.writer.workshops import WorkshopSummary

app = typer.Typer()
Data = Annotated[Path | None, option_of(WorkshopPlan, "data")]
Database = Annotated[str | None, option_of(WorkshopPlan, "database")]
Name = Annotated[str | None, typer.Argument(help="Its name; the latest by default.")]
# What the start page does not ask for itself: its command line may name these.
COLUMNS = ("workshop", "title", "began", "closed", "people", "due")
NAMED_FILES = ("certificate", "key", "services")
PROXY_OPTIONS = ("public_url", "base_url", "proxy", "monitor")
START_OPTIONS = {"start", "browser", "data", *NAMED_FILES, *PROXY_OPTIONS}


@app.callback(invoke_without_command=True)
@takes_options_of(WorkshopPlan, "plan")
def workshop(
    context: typer.Context,
    plan: WorkshopPlan,
    *,
    start: Annotated[
        bool | None,
        typer.Option("--start/--no-start", help="Begin on the start page; by default without any option."),
    ] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open it in a browser.")] = True,
) -> None:
    """Prepare and serve a workshop: participants open a link, choose a case, and practise.

    Without any option the start page opens, where all is done by buttons. With options, or with
    --no-start, the workshop is served at once.
    """
    if context.invoked_subcommand is not None:
        return
    if start or (start is None and not _settled(context)):
        from release.course_desk.web.room import course_room  # noqa: PLC0415 -- only here is there such a page
        from release.lms_desk.lms_room import lms_room  # noqa: PLC0415 -- the same
        from release.workshop.desk.start import serve_start  # noqa: PLC0415 -- the same

        _refuse_settled_on_the_page(context)
        rooms = (course_room, lms_room)
        serve_start(plan.data, open_browser=browser, options=_for_this_time(plan), rooms=rooms)
        return
    if plan.course is not None:
        clear_in_time(plan.course)
    from release.workshop.serve.server import serve  # noqa: PLC0415 -- Voilà takes seconds to import

    serve(plan, open_browser=browser)


def _settled(context: typer.Context) -> list[str]:
    """The options that were given on the command line."""
    sources = {name: context.get_parameter_source(name) for name in context.params}
    return [name for name, source in sources.items() if source is not None and source.name == "COMMANDLINE"]


def _for_this_time(plan: WorkshopPlan) -> dict[str, object]:
    """What the start page does not ask for, where the command line names it: files by their whole paths."""
    options: dict[str, object] = {}
    for name in (*NAMED_FILES, *PROXY_OPTIONS):
        if value := getattr(plan, name):
            options[name] = value.resolve() if isinstance(value, Path) else value
    return options


def _refuse_settled_on_the_page(context: typer.Context) -> None:
    """Refuse the options that are settled on the start page. Raises BadInputError."""
    settled = [name for name in _settled(context) if name not in START_OPTIONS]
    if refused := [f"--{name.replace('_', '-')}" for name in settled]:
        raise BadInputError(failure_sentence("settled_on_page", options=", ".join(refused)))


@app.command("list")
def list_workshops(*, data: Data = None, database: Database = None) -> None:
    """List the workshops that are held here, and when each will be deleted."""
    from release.workshop.writer.workshops import workshops_in  # noqa: PLC0415 -- SQLAlchemy is for few commands

    place, url = place_of(data, database)
    zone = read_plan(place).zone
    first, *others = (failure_sentence(f"column_{name}") for name in COLUMNS)
    table = Table(Column(first, no_wrap=True), *others)
    for workshop in workshops_in(url):
        closed = written(workshop.closed, zone) if workshop.closed else "–"
        table.add_row(
            workshop.name,
            workshop.title or "–",
            written(workshop.created, zone),
            closed,
            str(workshop.seats),
            written(workshop.due, zone),
        )
    if table.row_count:
        out.print(table)
    else:
        _say("none_held", place=place)


@app.command("close")
def close(
    name: Name = None,
    *,
    data: Data = None,
    database: Database = None,
) -> None:
    """Close a workshop: no more seats and answers; export its decisions, records and report."""
    from release.workshop.desk.close import close_workshop  # noqa: PLC0415 -- statistics take seconds

    place, url = place_of(data, database)
    workshop = _workshop(place, url, name)
    export = close_workshop(url, place, workshop.name, _books(), now=datetime.now(UTC))
    counts = {"plays": export.plays, "decisions": export.decisions, "not_judged": export.not_judged}
    _say("exported", folder=export.folder, **counts)


@app.command("report")
def report(name: Name = None, *, data: Data = None, database: Database = None) -> None:
    """Write a report of a workshop as it stands, without closing it. It names no sector."""
    from release.workshop.desk.close import interim_report  # noqa: PLC0415 -- as for close

    place, url = place_of(data, database)
    workshop = _workshop(place, url, name)
    file = interim_report(url, place, workshop, _books(), now=datetime.now(UTC))
    if file is None:
        _say("nobody_played", workshop=workshop.label)
    else:
        _say("reported", file=file)


@app.command("pause")
def pause(name: Name = None, *, data: Data = None, database: Database = None) -> None:
    """Pause a workshop: each phone says so, and goes on by itself after "resume"."""
    from release.workshop.writer.workshops import note_paused  # noqa: PLC0415 -- SQLAlchemy is for few commands

    place, url = place_of(data, database)
    workshop = _workshop(place, url, name)
    note_paused(url, workshop, datetime.now(UTC))
    _say("paused", workshop=workshop.label)


@app.command("resume")
def resume(name: Name = None, *, data: Data = None, database: Database = None) -> None:
    """Let a workshop go on that was paused."""
    from release.workshop.writer.workshops import note_paused  # noqa: PLC0415 -- SQLAlchemy is for few commands

    place, url = place_of(data, database)
    workshop = _workshop(place, url, name)
    note_paused(url, workshop, None)
    _say("goes_on", workshop=workshop.label)


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
        raise BadInputError(failure_sentence("which"))
    place, url = place_of(data, database)
    if not yes:
        question = "ask_delete" if name else "ask_delete_all"
        ask_for_sure(failure_sentence(question, name=name, place=place))
    deleted = forget_workshops(url, place, [name] if name else [])
    if deleted:
        _say("deleted", names=", ".join(deleted))
    else:
        _say("nothing_deleted")


def _books() -> ExportSources:
    from release.workshop.desk.close import ExportSources  # noqa: PLC0415 -- as for close

    return ExportSources(keys_folder(), first=terminal_language())


def _say(name: str, **values: object) -> None:
    out.print(failure_sentence(name, **values), markup=False, soft_wrap=True)


def _workshop(place: Path, url: str, name: str | None) -> WorkshopSummary:
    """The workshop of that name, or the latest. Raises BadInputError."""
    from release.workshop.writer.workshops import workshop_named, workshops_in  # noqa: PLC0415 -- for few commands

    if name is not None:
        return workshop_named(url, name)
    workshops = workshops_in(url)
    if not workshops:
        raise BadInputError(failure_sentence("none_to_take", place=place))
    return workshops[-1]


def place_of(data: Path | None, database: str | None) -> tuple[Path, str]:
    """The data folder and the URL of its database."""
    from release.settings import workshop_folder  # noqa: PLC0415 -- only a workshop keeps data there

    place = (data or workshop_folder()).resolve()
    return place, database or database_of(place)
