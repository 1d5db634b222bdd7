"""Voilà as the workshop uses it: its own doors, and no others."""

from __future__ import annotations

import contextlib
import logging
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal

from tornado.httpserver import HTTPServer
from tornado.web import Application
from traitlets import Instance
from traitlets.config import Config
from voila.app import Voila
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

import notebooks
from release.workshop.app_page import AliveHandler, AppHandler
from release.workshop.assets import ASSETS, ROUTE, AssetHandler
from release.workshop.connection import MAX_MESSAGE, SEATING
from release.workshop.house import HOUSE, House
from release.workshop.kernels import WorkshopKernels, WorkshopSpecs
from release.workshop.lobby import (
    APP,
    JoinHandler,
    LanguageHandler,
    LeaveHandler,
    LobbyHandler,
    NotFoundHandler,
    ResumeHandler,
)
from release.workshop.wire import ADDRESS, SERVICES

NOTEBOOK = Path(notebooks.__path__[0]) / "workshop.ipynb"
TEMPLATE = Path(notebooks.__path__[0]) / "voila" / "templates" / "kasuslab"
KERNEL_ID = r"(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)"
LEFT_SECONDS = 180
MAX_IPC_FOLDER = 30
MAX_BODY = 16 * 1024


class WorkshopApp(Voila):  # type: ignore[misc]  # it comes without types
    """Voilà with the doors of the workshop: those of `init_handlers`, and no others."""

    house = Instance(House)

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
        self.kernel_manager.allowed_message_types = ["comm_msg", "kernel_info_request"]
        return {
            **settings,
            HOUSE: self.house,
            SEATING: self.house.seating,
            ASSETS: self.house.assets,
            "login_url": "/",
            "compress_response": True,
            "websocket_compression_options": {"compression_level": 6, "mem_level": 5},
            "websocket_max_message_size": MAX_MESSAGE,
            "default_handler_class": NotFoundHandler,
            "log_function": lambda _handler: None,  # a line a request would hold the participants' addresses
        }

    def init_handlers(self) -> list[Any]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The lobby, the page that plays, its kernel's websocket, and the assets."""
        notebook = {
            "notebook_path": NOTEBOOK.name,
            "template_paths": self.template_paths,
            "config": self.config,
            "voila_configuration": self.voila_configuration,
        }
        return [
            (r"/", LobbyHandler),
            (r"/masuk", JoinHandler),
            (r"/lanjut", ResumeHandler),
            (r"/keluar", LeaveHandler),
            (r"/bahasa/(id|en)", LanguageHandler),
            (APP, AppHandler, notebook),
            (rf"{APP}/{KERNEL_ID}", AliveHandler),
            (rf"/api/kernels/{KERNEL_ID}/channels", VoilaKernelWebsocketHandler),
            (ROUTE, AssetHandler),
        ]

    @contextlib.asynccontextmanager
    async def serving(self, listener: socket.socket) -> AsyncIterator[None]:
        """Serve on `listener`; at the end, end every kernel."""
        self.connection_dir = tempfile.mkdtemp(prefix="kasuslab_", dir=self.connection_dir_root)
        settings = self.init_settings()
        self.app = Application(self.init_handlers(), **settings)
        server = HTTPServer(self.app, max_body_size=MAX_BODY)
        server.add_socket(listener)
        try:
            yield
        finally:
            server.stop()
            await self.kernel_manager.shutdown_all(now=True)
            await server.close_all_connections()
            shutil.rmtree(self.connection_dir, ignore_errors=True)


def kernel_transport(folder: str, platform: str = sys.platform) -> Literal["ipc", "tcp"]:
    """How the server speaks to kernels whose files stand below `folder`: by files, where their names fit.

    The path of a socket ends after 107 bytes, of which a connection file's own name takes most.
    """
    return "ipc" if platform == "linux" and len(folder.encode()) <= MAX_IPC_FOLDER else "tcp"


def services_file(run: Path) -> Path:
    """Where a workshop keeps the referral directory that its kernels show."""
    return run / "services.yaml"


def jupyter_config(address: str, run: Path) -> Config:
    """Jupyter's settings. address: the writer's; run: a private folder for as long as the server runs."""
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
