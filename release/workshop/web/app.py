"""Voilà as the workshop uses it: its own doors, and no others."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import socket
import ssl
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal

from tornado.httpserver import HTTPServer
from tornado.web import Application
from traitlets import Instance, Int
from traitlets.config import Config
from voila.app import Voila
from voila.notebook_renderer import NotebookRenderer
from voila.utils import get_page_config

import notebooks
from release.workshop.kernels.forking import ForkServer
from release.workshop.kernels.kernels import SPEC, WorkshopKernels, WorkshopSpecs
from release.workshop.kernels.limits import raise_limits
from release.workshop.kernels.page_pool import PagePool, Prepared
from release.workshop.log import LOG
from release.workshop.web.app_page import POOL, AliveHandler, AppHandler
from release.workshop.web.assets import ASSETS, ROUTE, AssetHandler
from release.workshop.web.board import BOARD, BOARD_ROUTES, Board
from release.workshop.web.lobby import (
    APP,
    DoorHandler,
    JoinHandler,
    LeaveHandler,
    LobbyHandler,
    LobbyLanguageHandler,
    NotFoundHandler,
    QueueHandler,
    ResumeHandler,
)
from release.workshop.web.page import LANGUAGE_ROUTE, TEMPLATES, Templates
from release.workshop.web.websocket import MAX_MESSAGE, OPEN_PAGES, SEATING, OpenPages, PlayerSocket
from release.workshop.web.workshop_context import CONTEXT, WorkshopContext
from release.workshop.wire import ADDRESS, SERVICES

NOTEBOOK = Path(notebooks.__path__[0]) / "workshop.ipynb"
TEMPLATE = Path(notebooks.__path__[0]) / "voila" / "templates" / "kasuslab"
KERNEL_ID = r"(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)"
LEFT_SECONDS = 180
MAX_IPC_FOLDER = 30
MAX_BODY = 16 * 1024
# Of whoever sends a request slowly, or none at all.
IDLE_SECONDS = 75.0
BODY_SECONDS = 20.0
# Short: the path of a socket holds little.
KERNEL_FILES = "k"
PING_SECONDS = 30


class WorkshopApp(Voila):  # type: ignore[misc]  # it comes without types
    """Voilà with the doors of the workshop: those of `init_handlers`, and no others."""

    context = Instance(WorkshopContext)
    templates = Instance(Templates)
    board = Instance(Board)
    fork_server = Instance(ForkServer, allow_none=True)
    warm = Int(help="How many pages are kept ready.")

    def initialize(self, argv: list[str] | None = None) -> None:
        """Set Voilà up, and keep Jupyter and tornado quiet about what is no news here."""
        super().initialize(argv)
        logging.getLogger("tornado.general").setLevel(logging.ERROR)

    def load_config_file(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Read no configuration of other Voilà servers on this machine."""

    def setup_template_dirs(self) -> None:
        """Find our template before Voilà's."""
        super().setup_template_dirs()
        self.template_paths.insert(0, str(TEMPLATE))

    # Voilà annotates with traitlets' Dict and List, which are no types of what it returns.
    def init_settings(self) -> dict[str, Any]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The settings of the web application."""
        settings: Any = super().init_settings()
        raise_limits(self.kernel_manager.context)
        self.kernel_manager.fork_server = self.fork_server
        self.pool = PagePool(
            self.prepare_page, self.kernel_manager.lives, self.warm, free=lambda: self.context.queue.free
        )
        self.kernel_manager.waits = self.pool.__contains__
        return {
            **settings,
            CONTEXT: self.context,
            SEATING: self.context.seating,
            BOARD: self.board,
            OPEN_PAGES: OpenPages(),
            TEMPLATES: self.templates,
            ASSETS: self.templates.assets,
            POOL: self.pool,
            "login_url": "/",
            "compress_response": True,
            "websocket_max_message_size": MAX_MESSAGE,
            "websocket_ping_interval": PING_SECONDS,
            "default_handler_class": NotFoundHandler,
            "log_function": lambda _handler: None,  # a line a request would hold the participants' addresses
        }

    def init_handlers(self) -> list[Any]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The lobby, the page that plays, its kernel's websocket, and the assets."""
        return [
            (r"/", LobbyHandler),
            (r"/masuk", JoinHandler),
            (r"/lanjut", ResumeHandler),
            (r"/keluar", LeaveHandler),
            (LANGUAGE_ROUTE, LobbyLanguageHandler),
            (r"/g(?:/([A-Za-z]{1,12}))?", DoorHandler),
            (r"/antre", QueueHandler),
            (APP, AppHandler),
            (rf"{APP}/{KERNEL_ID}", AliveHandler),
            (rf"/api/kernels/{KERNEL_ID}/channels", PlayerSocket),
            (ROUTE, AssetHandler),
            *BOARD_ROUTES,
        ]

    async def prepare_page(self) -> Prepared:
        """Start a kernel, have Voilà run and render the notebook in it."""
        settings = {"base_url": self.base_url, "voila_configuration": self.voila_configuration}
        page: Any = get_page_config(**settings, settings=self.app.settings, log=self.log)
        renderer = NotebookRenderer(
            **settings,
            traitlet_config=self.config,
            notebook_path=NOTEBOOK.name,
            template_paths=self.template_paths,
            config_manager=self.config_manager,
            contents_manager=self.contents_manager,
            kernel_spec_manager=self.kernel_spec_manager,
            page_config=page,
            mathjax_config=self.mathjax_config,
            mathjax_url=self.mathjax_url,
        )
        await renderer.initialize()
        kernels = self.kernel_manager
        kernel_id: str = await kernels.start_kernel(kernel_name=SPEC, path="")
        async with contextlib.AsyncExitStack() as unless_ready:
            unless_ready.push_async_callback(kernels.end, kernel_id)
            kernel = kernels.get_kernel(kernel_id)
            html = await renderer.generate_content_str(kernel_id, kernel)
            await kernels.channels.open(kernel_id, kernel)
            kernels.add_restart_callback(kernel_id, _tell_of_a_death, "dead")
            unless_ready.pop_all()
        return Prepared(kernel_id, html)

    @contextlib.asynccontextmanager
    async def serving(
        self, listener: socket.socket, tls: ssl.SSLContext | None = None
    ) -> AsyncIterator[None]:
        """Serve on `listener` once every page of the pool is ready; at the end, end every kernel.

        tls: what to serve with over HTTPS, None for plain HTTP.
        """
        self.connection_dir = str(Path(self.connection_dir_root) / KERNEL_FILES)
        os.mkdir(self.connection_dir, mode=0o700)  # noqa: PTH102 -- nothing is served yet
        settings = self.init_settings()
        self.app = Application(self.init_handlers(), **settings)
        server = HTTPServer(
            self.app,
            max_body_size=MAX_BODY,
            idle_connection_timeout=IDLE_SECONDS,
            body_timeout=BODY_SECONDS,
            ssl_options=tls,
        )
        forks: Any = self.fork_server
        try:
            if forks is not None:
                await forks.start()
            await self.pool.fill()
            server.add_socket(listener)
            watch = asyncio.create_task(self.kernel_manager.channels.watch(self.kernel_manager.end))
            try:
                yield
            finally:
                watch.cancel()
        finally:
            server.stop()
            await self.pool.stop()
            await self.kernel_manager.end_all()
            await server.close_all_connections()
            if forks is not None:
                forks.stop()
            shutil.rmtree(self.connection_dir, ignore_errors=True)


def _tell_of_a_death() -> None:
    LOG.error("A kernel ended by itself; its page gets another.")


def kernel_transport(folder: str, platform: str = sys.platform) -> Literal["ipc", "tcp"]:
    """How the server speaks to kernels whose files stand below `folder`: by files, where their names fit.

    The path of a socket ends after 107 bytes, of which a connection file's own name takes most.
    """
    return "ipc" if platform == "linux" and len(folder.encode()) <= MAX_IPC_FOLDER else "tcp"


def services_file(run: Path) -> Path:
    """Where a workshop keeps the referral directory that its kernels show."""
    return run / "services.yaml"


def jupyter_config(address: str, run: Path, *, forks: bool) -> Config:
    """Jupyter's settings.

    address: the writer's; run: a private folder for as long as the server runs; forks: whether kernels
    are forked.
    """
    return Config(
        {
            "VoilaConfiguration": {
                "template": "kasuslab",
                "allow_template_override": "NO",
                "allow_theme_override": "NO",
                "file_allowlist": [],
                "extension_allowlist": [],
                "http_keep_alive_timeout": 60,
                "multi_kernel_manager_class": WorkshopKernels,
                "kernel_spec_manager_class": WorkshopSpecs,
            },
            # Whether a notebook is trusted is no question here, and nobody's list of signatures is touched.
            "NotebookNotary": {"db_file": ":memory:"},
            "KernelManager": {"transport": kernel_transport(tempfile.gettempdir())},
            "WorkshopSpecs": {"forks": forks},
            "MappingKernelManager": {"cull_idle_timeout": LEFT_SECONDS, "cull_interval": 30},
            # A kernel that died is not started again: its page is loaded anew and gets another.
            "KernelRestarter": {"restart_limit": 0, "time_to_dead": 1.0},
            # An own folder, so that nobody's startup files run in a participant's kernel.
            "WorkshopKernels": {
                "own_environ": {
                    ADDRESS: address,
                    SERVICES: str(services_file(run)),
                    "IPYTHONDIR": str(run / "ipython"),
                }
            },
        }
    )
