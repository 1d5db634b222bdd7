"""The workshop from start to end: the writer, the server, and what is said when either cannot start."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import secrets
import signal
import socket
import tempfile
import webbrowser
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import widgets
from graders.key import KeysMissingError, keys_folder
from release.settings import SettingsError, named_person, settings_file, workshop_folder
from release.workshop.app import NOTEBOOK, WorkshopApp, jupyter_config, services_file
from release.workshop.assets import read_assets
from release.workshop.connection import SeatedConnection, SeatIdentity
from release.workshop.fork_server import Preload
from release.workshop.forking import ForkServer, can_fork
from release.workshop.house import PAGES, House, page_environment
from release.workshop.kernels import kernel_environ
from release.workshop.link import WriterFailedError, WriterLink
from release.workshop.seat import SeatMaker, load_words, secret_in
from release.workshop.seating import Claim, Seating, requests_for
from release.workshop.wire import Address
from release.workshop.writer_config import WriterConfig
from scenarios.language import read_catalogue
from scenarios.library import CASES, practice_ids
from scenarios.problem import BadInputError
from scenarios.services import Directory, load_directory

BACKLOG = 512
WARM = 4
PLAYER = Path(widgets.__path__[0])
TEXTS = Path(__file__).parents[1] / "texts.yaml"
ASSET_FILES = (PLAYER / "player.js", PLAYER / "player.css", PAGES / "client.js", PAGES / "workshop.css")


class WorkshopRefusedError(BadInputError):
    """The workshop does not start; a sentence that says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where a workshop keeps things: its data, and a private folder for as long as it runs."""

    data: Path
    run: Path

    @property
    def address(self) -> Address:
        """Where its writer is to listen."""
        if hasattr(socket, "AF_UNIX"):
            return Address(path=self.run / "writer")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            return Address(port=free.getsockname()[1])


def serve(  # noqa: PLR0913 -- what a facilitator may settle, each by its name
    port: int,
    *,
    open_browser: bool,
    person: str | None = None,
    database_url: str | None = None,
    data_dir: Path | None = None,
    host: str = "127.0.0.1",
    cases: Sequence[str] = (),
    warm: int = WARM,
    cases_folder: Path = CASES,
    services: Directory | None = None,
    environ: Mapping[str, str] = os.environ,
    ready: Callable[[str], None] = lambda url: print(f"ready {url}", flush=True),  # noqa: T201 -- the interface
) -> None:
    """Serve the workshop until Ctrl-C or SIGTERM, and leave no process behind.

    port: 0 takes a free one; person: who can be spoken to, see `named_person`; database_url: an
    SQLAlchemy URL, SQLite in `data_dir` where left out; data_dir: see `workshop_folder`; cases: the
    ids to play, all of `cases_folder` where empty; services: the referral directory, the library's where left
    out; ready: told the address once it serves.
    Raises WorkshopRefusedError where it cannot start.
    """
    try:
        named = named_person(person, settings_file(environ))
        keys = keys_folder(environ)
    except (SettingsError, KeysMissingError) as error:
        raise WorkshopRefusedError(str(error)) from None
    listener = listening(port, host)
    url = f"http://{shown_host(host)}:{listener.getsockname()[1]}/"
    data = (data_dir or workshop_folder(environ)).resolve()

    def announce() -> None:
        ready(url)
        if open_browser:
            webbrowser.open(url)

    with listener, tempfile.TemporaryDirectory(prefix="kasuslab-") as run:
        places = Places(data, Path(run))
        told = (services or load_directory()).model_dump_json(indent=1)
        services_file(places.run).write_text(told, encoding="utf-8")  # JSON is YAML too
        config = WriterConfig(
            address=str(places.address),
            secret=secrets.token_hex(32),
            database=database_url or f"sqlite:///{data / 'workshop.sqlite'}",
            lock="" if database_url else str(data / "workshop.lock"),
            person=named,
            cases_folder=str(cases_folder),
            cases=tuple(cases) or practice_ids(cases_folder),
            keys_folder=str(keys),
            services=str(services_file(places.run)),
        )
        try:
            asyncio.run(_serve(config, places, listener, announce, warm))
        except (WriterFailedError, OSError) as error:
            raise WorkshopRefusedError(str(error)) from error


def listening(port: int, host: str) -> socket.socket:
    """A socket that listens. Raises WorkshopRefusedError where the port is in use or not allowed."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
        listener.setblocking(False)  # noqa: FBT003 -- the standard library's way
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            found = f"Port {port} is in use. Take another one (--port {port + 1}), or end what uses it."
        elif error.errno in {errno.EACCES, errno.EPERM}:
            found = f"Port {port} may not be used here. Take one above 1023 (--port 8866)."
        else:
            found = f"The workshop cannot listen on {host}, port {port}: {error.strerror or error}."
        raise WorkshopRefusedError(found) from None
    return listener


def shown_host(host: str) -> str:
    """The address that others reach this machine by, where it listens on all of them."""
    if host not in {"", "0.0.0.0", "::"}:  # noqa: S104 -- compared, not bound
        return f"[{host}]" if ":" in host else host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a reserved address: nothing is sent, the route tells our own
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


async def _serve(
    config: WriterConfig, places: Places, listener: socket.socket, announce: Callable[[], None], warm: int
) -> None:
    claims: dict[str, Claim] = {}
    link = WriterLink(config, lambda: requests_for(claims))
    maker = SeatMaker(secret_in(places.data))
    seating = Seating(maker, load_words(), link, secrets.choice, claims)
    house = House(seating, read_assets(ASSET_FILES), read_catalogue(TEXTS), page_environment(), config.person)
    forks = can_fork()
    app = WorkshopApp(
        house=house,
        warm=warm,
        fork_server=_fork_server(config) if forks else None,
        notebook_path=str(NOTEBOOK),
        identity_provider_class=SeatIdentity,
        kernel_websocket_connection_class=SeatedConnection,
        log_level=logging.ERROR,
        config=jupyter_config(config.address, places.run, forks=forks),
    )
    app.initialize([])
    ended = _ended_by_signal()
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(link.stop)
        await link.start()
        await stack.enter_async_context(app.serving(listener))
        announce()
        await ended.wait()


def _fork_server(config: WriterConfig) -> ForkServer:
    what: Preload = {
        "folder": config.cases_folder,
        "cases": list(config.cases),
        "services": config.services,
    }
    # One thread for numbers: a fork copies no other.
    return ForkServer(what, kernel_environ(os.environ, {"OPENBLAS_NUM_THREADS": "1"}))


def _ended_by_signal() -> asyncio.Event:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(name, ended.set)
        except NotImplementedError:  # Windows
            signal.signal(name, lambda *_: loop.call_soon_threadsafe(ended.set))
    return ended
