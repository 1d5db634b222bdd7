"""The commands of whoever serves a course by JupyterHub: the hub itself, and the cards of its people."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from release.commands.record_options import option_of
from release.hub.hub_plan import (
    DEFAULT_PLACE,
    FIRST_HUB_PORT,
    HubPlan,
    is_of_this_machine,
    planned_address,
    require_root,
)
from release.options import KeysFolder, MessageLanguage, err, listed, out
from scenarios.language import SOURCE, terminal_language
from scenarios.sentence import in_language

app = typer.Typer()
CourseFolder = Annotated[Path, typer.Argument(help="A course.")]
Place = Annotated[Path, option_of(HubPlan, "place")]
FACILITATOR = "-"


@app.command("hub")
def hub(  # noqa: PLR0913 -- each is an option that an operator may need
    directory: CourseFolder,
    *,
    place: Place = DEFAULT_PLACE,
    host: Annotated[str, option_of(HubPlan, "host")] = "127.0.0.1",
    port: Annotated[int, option_of(HubPlan, "port")] = FIRST_HUB_PORT,
    public_url: Annotated[str, option_of(HubPlan, "public_url")] = "",
    certificate: Annotated[Path | None, option_of(HubPlan, "certificate")] = None,
    certificate_key: Annotated[Path | None, option_of(HubPlan, "certificate_key")] = None,
    lti: Annotated[
        Path | None, typer.Option("--lti", help="A file that names the LMS that people come in from, too.")
    ] = None,
    proxy: Annotated[str, option_of(HubPlan, "proxy")] = "configurable-http-proxy",
    keys: KeysFolder = None,
) -> None:
    """Serve a course by JupyterHub, as root: an account of this machine for each person in its roster."""
    require_root(directory)
    from graders.key.key import keys_folder  # noqa: PLC0415 -- for this command alone
    from release.hub.accounts import HubAccounts  # noqa: PLC0415 -- the same
    from release.hub.hub import find_hub_proxy, read_lti, serve_hub  # noqa: PLC0415 -- the same
    from release.hub.words import HubError, hub_sentence  # noqa: PLC0415 -- the same

    if find_spec("jupyterhub") is None:
        raise HubError(hub_sentence("no_hub"))
    course = directory.expanduser().resolve()
    plan = HubPlan(
        course=course,
        place=place.resolve(),
        host=host,
        public_url=public_url,
        port=port,
        certificate=certificate and certificate.resolve(),
        certificate_key=certificate_key and certificate_key.resolve(),
        proxy=find_hub_proxy(proxy),
        keys=(keys or keys_folder()).resolve(),
        lti=None if lti is None else read_lti(lti),
    )

    def ready(accounts: HubAccounts) -> None:
        print(f"ready {plan.address}", flush=True)  # noqa: T201 -- the interface
        parts = {"address": plan.address, "course": directory, "log": plan.places.log}
        words = hub_sentence("ready", facilitator=accounts.facilitator.name, **parts)
        out.print(in_language(words, terminal_language()), markup=False, soft_wrap=True)

    with err.status("…"):
        serve_hub(plan, ready)


@app.command("hub-cards")
def hub_cards(  # noqa: PLR0913 -- each is an option that an operator may need
    directory: CourseFolder,
    file: Annotated[
        Path | None, typer.Argument(help="The page to write; in the hub's own folder by default.")
    ] = None,
    *,
    address: Annotated[
        str | None,
        typer.Option("--address", help="Where people reach the hub; as it was started by default."),
    ] = None,
    replace: Annotated[
        str | None,
        typer.Option(
            "--replace", help="Ids, with commas, or - for the facilitator: new cards for these alone."
        ),
    ] = None,
    place: Place = DEFAULT_PLACE,
    language: MessageLanguage = None,
) -> None:
    """Write a card for each person of a hub: an account, and the code that opens it once."""
    require_root(directory)
    from release.hub.accounts import HubAccounts  # noqa: PLC0415 -- for few commands
    from release.hub.hub_cards import write_hub_cards  # noqa: PLC0415 -- the same
    from release.hub.places import HubPlaces  # noqa: PLC0415 -- the same
    from release.hub.words import hub_sentence  # noqa: PLC0415 -- the same

    places = HubPlaces(place.resolve())
    where = (address or planned_address(places)).rstrip("/") + "/"
    accounts = HubAccounts(directory.expanduser().resolve(), places)
    lost = tuple("" if each == FACILITATOR else each for each in listed(replace))
    target, count = write_hub_cards(accounts, where, replace=lost, language=language or SOURCE, file=file)
    spoken = language or terminal_language()
    out.print(in_language(hub_sentence("cards_written", file=target, count=count), spoken), markup=False)
    if is_of_this_machine(where):
        err.print(in_language(hub_sentence("cards_for_nobody", address=where), spoken), markup=False)
    if lost:
        out.print(in_language(hub_sentence("cards_replaced"), spoken), markup=False)
