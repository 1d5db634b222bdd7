"""JupyterLab with nbgrader's formgrader on one course: how it is started, for this machine alone."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from graders.key.key import KEYS_VARIABLE
from release.workshop.serve.network import LOOPBACK


@dataclass(frozen=True, slots=True)
class FormgraderPlan:
    """One that is to be started. token: opens it; keys: the folder of keys that it grades by.

    pages: the modules whose pages it has beside formgrader's.
    """

    course: Path
    port: int
    token: str
    keys: Path
    pages: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Where it answers, without a slash at its end."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def link(self) -> str:
        """The link into formgrader, which opens it for whoever has it."""
        return f"{self.address}/formgrader?token={self.token}"

    @property
    def options(self) -> tuple[str, ...]:
        """What JupyterLab is called with."""
        return (
            "--no-browser",
            f"--ServerApp.ip={LOOPBACK}",
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={self.course}",
            "--ServerApp.allow_root=True",
            *(f"--ServerApp.jpserver_extensions={page}=True" for page in ("graders.formgrader", *self.pages)),
            "--ServerApp.jpserver_extensions=nbgrader.server_extensions.formgrader=False",
            "--LabApp.news_url=None",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            "--log-level=ERROR",
        )

    def environ(self, base: Mapping[str, str] = os.environ) -> dict[str, str]:
        """Its environment over `base`, with the token: a command line can be read by everybody."""
        return {**base, "JUPYTER_TOKEN": self.token, KEYS_VARIABLE: str(self.keys)}


def answers(address: str) -> bool | None:
    """True where a server of ours answers at an address, None where it does not (yet)."""
    try:
        with urlopen(address, timeout=5):  # noqa: S310 -- our own address
            return True
    except (URLError, OSError):
        return None
