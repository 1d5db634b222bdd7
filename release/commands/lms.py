"""The commands of whoever lets a learning management system lead to a workshop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from release.commands.record_options import option_of, takes_options_of
from release.commands.workshop import place_of
from release.lms.addresses import ToolAddress
from release.options import out
from release.workshop.failure import WorkshopRefusedError
from release.workshop.plan import WorkshopPlan
from release.workshop.proxy.public_address import settled_url
from scenarios.documents.problem import BadInputError
from scenarios.library import CASES
from scenarios.sentence import sentences_of

if TYPE_CHECKING:
    from release.workshop.writer.lms.platform_store import PlatformStore

app = typer.Typer()
_sentence = sentences_of(Path(__file__).with_name("lms.yaml"))
Data = Annotated[Path | None, option_of(WorkshopPlan, "data")]
Database = Annotated[str | None, option_of(WorkshopPlan, "database")]
Local = Annotated[bool, option_of(WorkshopPlan, "lms_local")]
Root = Annotated[str, typer.Argument(help="Where the lab stands, such as https://lab.example.org/.")]


@app.callback(invoke_without_command=True)
@takes_options_of(WorkshopPlan, "plan")
def lms(context: typer.Context, plan: WorkshopPlan) -> None:
    """Serve a workshop that learning management systems lead to, and say what to do in Moodle."""
    if context.invoked_subcommand is not None:
        return
    from release.lms.registration import moodle_steps  # noqa: PLC0415 -- every command would wait for PyJWT
    from release.workshop.serve.server import serve  # noqa: PLC0415 -- Voilà takes seconds to import

    def ready(url: str) -> None:
        print(f"ready {url}", flush=True)  # noqa: T201 -- the interface
        with _platforms(plan.data, plan.database) as platforms:
            _say("steps", root=url, address=ToolAddress(url).registration(platforms.invite()))
        for number, step in enumerate(moodle_steps(), start=1):
            out.print(f"  {number}. {step}", markup=False, soft_wrap=True)
        _say("second", root=url)
        if not url.startswith("https://"):
            _say("plain", root=url)

    serve(plan.model_copy(update={"lms": True}), ready=ready)


@app.command("keys")
def keys(
    folder: Annotated[Path, typer.Argument(help="A folder that each server is given: --lms-folder.")],
) -> None:
    """Make the keys that several servers share, or new ones where half a year has passed."""
    from release.lms.tool_keys import DAY, KEYS_FILE, ROTATE_DAYS, tool_keys  # noqa: PLC0415 -- cryptography is for few commands
    from release.papers.certificates.seal import read_seal  # noqa: PLC0415 -- the same
    from release.workshop.data_folder import own_folder, seal_of  # noqa: PLC0415 -- the same

    own_folder(folder)
    made = tool_keys(folder, datetime.now(UTC).timestamp())
    read_seal(seal_of(folder))
    due = datetime.fromtimestamp(made.keys[-1].made + ROTATE_DAYS * DAY, UTC).date()
    _say("keys", folder=folder, file=KEYS_FILE, seal=seal_of(folder).name, day=due)


@app.command("invite")
def invite(root: Root, *, data: Data = None, database: Database = None) -> None:
    """Open the registration for one learning management system, for an hour."""
    tool = _tool(root)
    with _platforms(data, database) as platforms:
        _say("invited", address=tool.registration(platforms.invite()))


@app.command("add")
def add(  # noqa: PLR0913 -- what a registration is made of
    root: Root,
    *,
    issuer: Annotated[str, typer.Option(help="What the LMS calls itself.")],
    client_id: Annotated[str, typer.Option(help="What it calls the lab.")],
    login: Annotated[str, typer.Option(help="Its authentication request URL.")],
    token: Annotated[str, typer.Option(help="Its access token URL.")],
    key_set: Annotated[str, typer.Option(help="Its public keyset URL.")],
    deployments: Annotated[str, typer.Option(help="Its deployment ids, with commas.")],
    lms_local: Local = False,
    data: Data = None,
    database: Database = None,
) -> None:
    """Register a learning management system by hand."""
    from pydantic import ValidationError  # noqa: PLC0415 -- only here

    from release.lms.platform import registered_by_hand  # noqa: PLC0415 -- only here

    tool = _tool(root)
    typed = {"issuer": issuer, "client_id": client_id, "login": login, "token": token, "key_set": key_set}
    try:
        platform = registered_by_hand({**typed, "deployments": deployments}, local=lms_local)
    except ValidationError as error:
        names = ", ".join(f"--{str(each['loc'][0]).replace('_', '-')}" for each in error.errors())
        raise BadInputError(_sentence("incomplete", names=names)) from None
    with _platforms(data, database) as platforms:
        platforms.add(platform)
    places = {"launch": tool.launch, "login": tool.login, "key_set": tool.key_set}
    _say("added", issuer=issuer, client=platform.client_id, **places)


@app.command("list")
def list_platforms(*, data: Data = None, database: Database = None) -> None:
    """List the learning management systems that are registered."""
    table = Table(*(_sentence(f"column_{name}") for name in ("number", "issuer", "client", "deployments")))
    with _platforms(data, database) as platforms:
        for one in platforms.platforms():
            table.add_row(str(one.number), one.issuer, one.client_id, ", ".join(one.deployments))
    if table.row_count:
        out.print(table)
    else:
        _say("none")


@app.command("remove")
def remove(
    number: Annotated[int, typer.Argument(help="Its number; see: lms list.")],
    *,
    data: Data = None,
    database: Database = None,
) -> None:
    """Remove a learning management system: nobody comes in from there any more."""
    with _platforms(data, database) as platforms:
        named = {one.number: one for one in platforms.platforms()}
        if number not in named:
            raise BadInputError(_sentence("no_platform", number=number))
        platforms.remove(number)
    _say("removed", issuer=named[number].issuer)


@app.command("regrade")
def regrade(
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    data: Data = None,
    database: Database = None,
) -> None:
    """Work the grades of the latest workshop out anew by new keys, and send those that change."""
    from graders.key.key import keys_folder  # noqa: PLC0415 -- only here
    from release.lms_desk.regrading import (  # noqa: PLC0415 -- as for the database
        grade_keeper_of,
        regrading_of,
    )
    from release.lms_desk.regrading import regrade as take  # noqa: PLC0415 -- the same
    from release.workshop.writer.workshops import workshops_in  # noqa: PLC0415 -- the same

    _, url = place_of(data, database)
    latest = workshops_in(url)[-1:]
    if not latest:
        raise BadInputError(_sentence("no_workshop"))
    with grade_keeper_of(url, latest[0], CASES, keys_folder()) as keeper:
        regrading = regrading_of(keeper)
        counts = {name: getattr(regrading, name) for name in ("graded", "gains", "losses", "others")}
        if not regrading.changes:
            _say("same_grades", graded=regrading.graded)
            return
        _say("other_grades", workshop=latest[0].label, **counts)
        if not yes:
            typer.confirm(_sentence("ask_regrade", count=len(regrading.changes)), abort=True)
        take(keeper, regrading)
    _say("regraded", count=len(regrading.changes))


def _tool(root: str) -> ToolAddress:
    """Where the lab stands. Raises BadInputError for what is no URL."""
    try:
        return ToolAddress(settled_url(root) or "")
    except WorkshopRefusedError:
        raise BadInputError(_sentence("no_root", root=root)) from None


@contextmanager
def _platforms(data: Path | None, database: str | None) -> Iterator[PlatformStore]:
    """The platforms in a workshop's database, made where there is none. Raises DatabaseError."""
    from release.workshop.data_folder import own_folder  # noqa: PLC0415 -- as for the database
    from release.workshop.writer.database import open_database  # noqa: PLC0415 -- SQLAlchemy is for few commands
    from release.workshop.writer.lms.platform_store import PlatformStore  # noqa: PLC0415 -- the same

    place, url = place_of(data, database)
    own_folder(place)
    engine = open_database(url, make=True)
    try:
        yield PlatformStore(engine, lambda: datetime.now(UTC))
    finally:
        engine.dispose()


def _say(name: str, **values: object) -> None:
    out.print(_sentence(name, **values), markup=False, soft_wrap=True)
