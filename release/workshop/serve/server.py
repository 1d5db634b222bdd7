"""The workshop from start to end: the writer, the server, and what is said when either cannot start."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import socket
import ssl
import webbrowser
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zmq

import widgets
from graders.key.key import KeysMissingError, keys_folder
from release.processes import ended_by_signal
from release.settings import SettingsError, named_person, settings_file, workshop_folder
from release.workshop.failure import WorkshopRefusedError
from release.workshop.kernel.fork_server import Preload
from release.workshop.kernels.capacity import MOST_SEATS, Machine, measured, room_for, settled_seats
from release.workshop.kernels.forking import ForkServer, can_fork
from release.workshop.kernels.kernels import kernel_environ
from release.workshop.kernels.page_pool import SPARE
from release.workshop.log import LOG, tell_the_time
from release.workshop.seats.door import Door
from release.workshop.seats.seat import SeatMaker, load_words, secret_in
from release.workshop.seats.seating import Claim, Seating, requests_for
from release.workshop.seats.waiting import WaitingLine
from release.workshop.serve.link import WriterFailedError, WriterLink
from release.workshop.serve.network import listening, reached_by_others, shown_host
from release.workshop.serve.run_folder import run_folder
from release.workshop.serve.tls import load_tls
from release.workshop.web.app import NOTEBOOK, WorkshopApp, jupyter_config, services_file
from release.workshop.web.assets import read_assets
from release.workshop.web.board import Board
from release.workshop.web.board_door import ENVIRONMENT as BOARD_PASSWORD
from release.workshop.web.board_door import BoardDoor, drawn_password
from release.workshop.web.house import PAGES, TEXTS, House, page_environment
from release.workshop.web.player_socket import SeatIdentity
from release.workshop.wire import Address
from release.workshop.writer_config import WriterConfig
from scenarios.directory.services import Directory, load_directory
from scenarios.engine.event import Mode
from scenarios.language import read_catalogue
from scenarios.library import CASES, practice_ids

WARM = 4
PLAYER = Path(widgets.__path__[0])
ASSET_FILES = (
    PLAYER / "player.js",
    PLAYER / "player.css",
    PAGES / "client.js",
    PAGES / "waiting.js",
    PAGES / "workshop.css",
    PAGES / "join_sheet.css",
    PAGES / "board.js",
    PAGES / "board.css",
    PAGES / "projector.css",
)


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
    warm: int | None = None,
    seats: int | None = None,
    ask_code: bool | None = None,
    mode: Mode | None = None,
    keep_days: int | None = None,
    board_password: str | None = None,
    certificate: Path | str | None = None,
    key: Path | str | None = None,
    cases_folder: Path = CASES,
    services: Directory | None = None,
    environ: Mapping[str, str] = os.environ,
    ready: Callable[[str], None] = lambda url: print(f"ready {url}", flush=True),  # noqa: T201 -- the interface
) -> None:
    """Serve the workshop until Ctrl-C or SIGTERM, and leave no process behind.

    port: 0 takes a free one; person: who can be spoken to, see `named_person`; database_url: an
    SQLAlchemy URL, SQLite in `data_dir` where left out; data_dir: see `workshop_folder`; cases: the
    ids to play, all of `cases_folder` where empty; services: the referral directory, the library's where left
    out; seats: how many may be in the room, as many as the machine holds where left out; ask_code: whether
    participants need the workshop's code, where left out only on an address that others reach; mode,
    keep_days: of the workshop, as before where left out; board_password: of the facilitator's board, that of
    the environment where left out, or else drawn and printed once; certificate, key: PEM files to serve with
    over TLS, the key in the certificate's file where left out; ready: told the address once it serves.
    Raises WorkshopRefusedError where it cannot start.
    """
    tell_the_time()
    try:
        named = named_person(person, settings_file(environ))
        keys = keys_folder(environ)
    except (SettingsError, KeysMissingError) as error:
        raise WorkshopRefusedError(str(error)) from None
    if mode in {"test", "panel"}:
        raise WorkshopRefusedError(f"A workshop is for practice or discussion, not for “{mode}”.")
    given = board_password or environ.get(BOARD_PASSWORD)
    password = given or drawn_password()
    board_door = BoardDoor.of(password)
    tls = load_tls(Path(certificate), Path(key) if key else None, shown_host(host)) if certificate else None
    if tls is not None and tls.warning:
        LOG.warning(tls.warning)
    listener = listening(port, host, read_catalogue(TEXTS)["lobby_full"])
    url = f"{'https' if tls else 'http'}://{shown_host(host)}:{listener.getsockname()[1]}/"
    data = (data_dir or workshop_folder(environ)).resolve()

    def announce() -> None:
        ready(url)
        told = "as you set it" if given else f"{password} (it is shown only here, and only once)"
        print(f"The facilitator's board: {url}board, password: {told}", flush=True)  # noqa: T201 -- whoever starts it
        if open_browser:
            webbrowser.open(url)

    with listener, run_folder() as run:
        places = Places(data, run)
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
            mode=mode,
            keep_days=keep_days,
            data=str(data),
        )
        size = Size(WARM if warm is None else warm, seats, tls.context if tls else None)
        asks = reached_by_others(host) if ask_code is None else ask_code
        try:
            asyncio.run(_serve(config, places, listener, announce, size, board_door=board_door, asks=asks))
        except (WriterFailedError, OSError) as error:
            raise WorkshopRefusedError(str(error)) from error


@dataclass(frozen=True, slots=True)
class Size:
    """How many pages are kept ready, and how many seats may be in the room; None: as the machine holds.

    tls: what is served with over HTTPS, None for plain HTTP.
    """

    warm: int
    seats: int | None
    tls: ssl.SSLContext | None = None


async def _serve(  # noqa: PLR0913 -- called once
    config: WriterConfig,
    places: Places,
    listener: socket.socket,
    announce: Callable[[], None],
    size: Size,
    *,
    board_door: BoardDoor,
    asks: bool,
) -> None:
    claims: dict[str, Claim] = {}
    link = WriterLink(config, lambda: requests_for(claims))
    maker = SeatMaker(secret_in(places.data))
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(link.stop)
        kept = await link.start()
        house = House(
            seating=Seating(maker, load_words(), link, secrets.choice, claims),
            assets=read_assets(ASSET_FILES),
            texts=read_catalogue(TEXTS),
            pages=page_environment(),
            person=config.person,
            door=Door(maker, kept["code"] if asks else ""),
            line=WaitingLine(size.seats or MOST_SEATS),
            keep_days=kept["keep_days"],
        )
        app = _app(config, places, house, _board(config, board_door), size.warm)
        ended = ended_by_signal()
        await stack.enter_async_context(app.serving(listener, size.tls))
        house.line.seats = settled_seats(size.seats, room_for(machine_of(app), ready=SPARE))
        announce()
        await ended.wait()


def _board(config: WriterConfig, door: BoardDoor) -> Board:
    services = Path(config.services) if config.services else None
    return Board(door, Path(config.cases_folder), config.cases, services)


def _app(config: WriterConfig, places: Places, house: House, board: Board, warm: int) -> WorkshopApp:
    forks = can_fork()
    app = WorkshopApp(
        house=house,
        board=board,
        warm=warm,
        fork_server=_fork_server(config) if forks else None,
        notebook_path=str(NOTEBOOK),
        identity_provider_class=SeatIdentity,
        log_level=logging.ERROR,
        connection_dir_root=str(places.run),
        config=jupyter_config(config.address, places.run, forks=forks),
    )
    app.initialize([])
    return app


def machine_of(app: WorkshopApp) -> Machine:
    """Measure this machine on the kernels that run now."""
    kernels: Any = app.kernel_manager
    pids = [kernels.get_kernel(each).provisioner.pid for each in kernels.list_kernel_ids()]
    return measured(pids, sockets=kernels.context.get(zmq.MAX_SOCKETS))


def _fork_server(config: WriterConfig) -> ForkServer:
    what: Preload = {
        "folder": config.cases_folder,
        "cases": list(config.cases),
        "services": config.services,
    }
    # One thread for numbers: a fork copies no other.
    return ForkServer(what, kernel_environ(os.environ, {"OPENBLAS_NUM_THREADS": "1"}))
