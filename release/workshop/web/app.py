"""Voilà as the workshop uses it: its own doors, and no others."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
import socket
import ssl
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Literal

from tornado.web import Application
from traitlets import Instance
from traitlets.config import Config
from voila.app import Voila
from voila.notebook_renderer import NotebookRenderer

import notebooks
from release.workshop.failure import failure_sentence
from release.workshop.frames import WorkshopState
from release.workshop.hall_wire import NewsItem
from release.workshop.kernels.capacity import FEW_FILES, open_files, raise_open_files
from release.workshop.kernels.host import Host, HostFailedError
from release.workshop.kernels.host_channel import HostChannel
from release.workshop.kernels.hosts import Hosts, host_count
from release.workshop.kernels.kernels import SPEC, WorkshopKernels, WorkshopSpecs
from release.workshop.proxy.named_proxies import NamedProxies
from release.workshop.proxy.public_address import PublicAddress
from release.workshop.seats.connections import FairServer
from release.workshop.seats.cookie import FRAMES, PUBLIC
from release.workshop.web.app_page import PART, SEATED, AppHandler, SeatedHandler
from release.workshop.web.assets import ASSETS, ROUTE, AssetHandler
from release.workshop.web.board import BOARD, BOARD_ROUTES, Board
from release.workshop.web.lms.doors import LMS_ROUTES
from release.workshop.web.lms.lms_context import LMS, LmsContext
from release.workshop.web.lobby import (
    APP,
    FEEDBACK_ROUTE,
    BaseHandler,
    DoorHandler,
    FeedbackHandler,
    JoinHandler,
    LeaveHandler,
    LobbyHandler,
    LobbyLanguageHandler,
    NotFoundHandler,
    QueueHandler,
    ResumeHandler,
)
from release.workshop.web.monitor.monitor_door import MONITOR, MONITOR_ROUTES, Monitor
from release.workshop.web.page import LANGUAGE_ROUTE, TEMPLATES, Templates
from release.workshop.web.teams.team_door import TeamHandler
from release.workshop.web.websocket import (
    HOSTS,
    MAX_MESSAGE,
    OPEN_PAGES,
    SOCKET,
    OpenPages,
    PlayerSocket,
)
from release.workshop.web.workshop_context import CONTEXT, WorkshopContext
from release.workshop.wire import ADDRESS, SERVICES

NOTEBOOK = Path(notebooks.__path__[0]) / "workshop.ipynb"
TEMPLATE = Path(notebooks.__path__[0]) / "voila" / "templates" / "kasuslab"
MAX_IPC_FOLDER = 30
# The longest form, a comment of 2,000 signs: twelve bytes each where all are emoji, and the ends of lines.
MAX_BODY = 32 * 1024
# Of whoever sends a request slowly, or none at all.
IDLE_SECONDS = 75.0
# Where few files may be open: as long as a page takes to ask for what it shows.
HURRIED_SECONDS = 3.0
BODY_SECONDS = 20.0
# Short: the path of a socket holds little.
KERNEL_FILES = "k"
PING_SECONDS = 30
# How long an end waits for answers on their way; a stuck host is replaced within this.
SETTLE_SECONDS = 5.0
# The lobby, the page that plays, its websocket, the assets, the board, and what an operator asks.
ROUTES: list[Any] = [
    (r"/", LobbyHandler),
    (r"/masuk", JoinHandler),
    (r"/lanjut", ResumeHandler),
    (r"/keluar", LeaveHandler),
    (r"/kelompok", TeamHandler),
    (LANGUAGE_ROUTE, LobbyLanguageHandler),
    (r"/g(?:/([A-Za-z]{1,12}))?", DoorHandler),
    (r"/antre", QueueHandler),
    (FEEDBACK_ROUTE, FeedbackHandler),
    (APP, AppHandler),
    (SEATED, SeatedHandler),
    (SOCKET, PlayerSocket),
    (ROUTE, AssetHandler),
    *BOARD_ROUTES,
    *MONITOR_ROUTES,
]


class WorkshopApp(Voila):  # type: ignore[misc]  # it comes without types
    """Voilà with the doors of the workshop: those of `ROUTES`, and no others."""

    context = Instance(WorkshopContext)
    templates = Instance(Templates)
    board = Instance(Board)
    proxies = Instance(NamedProxies)
    monitor = Instance(Monitor)
    lms = Instance(LmsContext, allow_none=True)

    def load_config_file(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Read no configuration of other Voilà servers on this machine."""

    def setup_template_dirs(self) -> None:
        """Find our template before Voilà's."""
        super().setup_template_dirs()
        self.template_paths.insert(0, str(TEMPLATE))

    def _settings(self) -> dict[str, Any]:
        """What the handlers of every page find."""
        lms: Any = self.lms
        return {
            CONTEXT: self.context,
            PUBLIC: self.context.public,
            BOARD: self.board,
            OPEN_PAGES: OpenPages(),
            TEMPLATES: self.templates,
            ASSETS: self.templates.assets,
            **({LMS: lms, FRAMES: lms.frames} if lms is not None else {}),
            HOSTS: self.hosts,
            MONITOR: self.monitor,
            "compress_response": True,
            "websocket_max_message_size": MAX_MESSAGE,
            "websocket_ping_interval": PING_SECONDS,
            "default_handler_class": NotFoundHandler,
            "log_function": lambda _handler: None,  # a line a request would hold the participants' addresses
        }

    def tell_state(self, state: WorkshopState) -> None:
        """Tell every page how the workshop stands."""
        pages: OpenPages = self.app.settings[OPEN_PAGES]
        pages.tell_state(state)

    def show_news(self, item: NewsItem) -> None:
        """Tell the pages here what happened at another server."""
        pages: OpenPages = self.app.settings[OPEN_PAGES]
        pages.hear(item)

    @property
    def seat_size(self) -> int:
        """The bytes that one more seat holds in a host."""
        return max((host.seat for host in self.hosts), default=0)

    async def prepare_host(self) -> Host:
        """Start a kernel, and have Voilà run the notebook in it: what that shows is every page's part."""
        renderer = NotebookRenderer(
            base_url=self.base_url,
            voila_configuration=self.voila_configuration,
            traitlet_config=self.config,
            notebook_path=NOTEBOOK.name,
            template_paths=self.template_paths,
            contents_manager=self.contents_manager,
            kernel_spec_manager=self.kernel_spec_manager,
            page_config={},
        )
        await renderer.initialize()
        kernels = self.kernel_manager
        kernel_id: str = await kernels.start_kernel(kernel_name=SPEC, path="")
        async with contextlib.AsyncExitStack() as unless_ready:
            unless_ready.push_async_callback(kernels.end, kernel_id)
            kernel = kernels.get_kernel(kernel_id)
            part = await renderer.generate_content_str(kernel_id, kernel)
            if not part.strip():
                raise HostFailedError(failure_sentence("no_player"))
            self.app.settings[PART] = part
            host = Host(HostChannel(kernel), kernels.process(kernel_id))
            unless_ready.callback(host.channel.close)
            await host.introduced()
            unless_ready.pop_all()
        return host

    @contextlib.asynccontextmanager
    async def serving(
        self, listener: socket.socket, tls: ssl.SSLContext | None = None
    ) -> AsyncIterator[None]:
        """Serve on `listener` once the hosts are ready; at the end, end every kernel.

        tls: what to serve with over HTTPS, None for plain HTTP.
        """
        self.connection_dir = str(Path(self.connection_dir_root) / KERNEL_FILES)
        os.mkdir(self.connection_dir, mode=0o700)  # noqa: PTH102 -- nothing is served yet
        self.init_settings()  # Voilà makes what it reads and runs notebooks with
        logging.getLogger("tornado.general").setLevel(logging.ERROR)  # the rest is no news here
        raise_open_files()
        self.hosts = Hosts(self.prepare_host, host_count(), note_wait=self.monitor.measures.note_wait)
        doors = LMS_ROUTES if self.lms is not None else []
        routes = routes_below(self.context.public, [*ROUTES, *doors])
        self.app = Application(routes, **self._settings())
        server = FairServer(
            self.app,
            files=open_files(),
            proxies=self.proxies,
            max_body_size=MAX_BODY,
            idle_connection_timeout=idle_seconds(open_files()),
            body_timeout=BODY_SECONDS,
            ssl_options=tls,
        )
        try:
            await self.hosts.start()
            server.add_socket(listener)
            yield
        finally:
            server.stop()
            # What arrived is decided: it is kept, and said to be, before anything ends.
            await self.hosts.settle(SETTLE_SECONDS)
            # Phones wait by themselves for whoever runs it again: tomorrow, or with other cases.
            if self.app.settings[OPEN_PAGES].state != "closed":
                self.tell_state("paused")
            await self.hosts.stop()
            await self.kernel_manager.end_all()
            await server.close_all_connections()
            shutil.rmtree(self.connection_dir, ignore_errors=True)


def kernel_transport(folder: str, platform: str = sys.platform) -> Literal["ipc", "tcp"]:
    """How the server speaks to kernels whose files stand below `folder`: by files, where their names fit.

    The path of a socket ends after 107 bytes, of which a connection file's own name takes most.
    """
    return "ipc" if platform == "linux" and len(folder.encode()) <= MAX_IPC_FOLDER else "tcp"


def routes_below(public: PublicAddress, doors: Sequence[Any]) -> list[Any]:
    """Doors as browsers ask for them."""
    base = re.escape(public.base)
    start = [(base, BaseHandler)] if public.base else []
    return [*start, *((f"{base}{pattern}", *handler) for pattern, *handler in doors)]


def idle_seconds(files: int) -> float:
    """How long a connection may idle where `files` may be open; one of a websocket may for ever."""
    return HURRIED_SECONDS if files <= FEW_FILES else IDLE_SECONDS


def services_file(run: Path) -> Path:
    """Where a workshop keeps the referral directory that its kernels show."""
    return run / "services.yaml"


def jupyter_config(address: str, run: Path) -> Config:
    """Jupyter's settings. address: the writer's; run: a private folder for as long as the server runs."""
    return Config(
        {
            "VoilaConfiguration": {
                "template": "kasuslab",
                "multi_kernel_manager_class": WorkshopKernels,
                "kernel_spec_manager_class": WorkshopSpecs,
            },
            # Whether a notebook is trusted is no question here, and nobody's list of signatures is touched.
            "NotebookNotary": {"db_file": ":memory:"},
            # Which kernels run is the business of `Hosts`.
            "KernelManager": {"transport": kernel_transport(tempfile.gettempdir()), "autorestart": False},
            # An own folder, so that nobody's startup files run in a host.
            "WorkshopKernels": {
                "own_environ": {
                    ADDRESS: address,
                    SERVICES: str(services_file(run)),
                    "IPYTHONDIR": str(run / "ipython"),
                }
            },
        }
    )
