"""A real learning record store: Ralph, with its files in a folder, behind basic authentication."""

from __future__ import annotations

import base64
import json
import os
import secrets
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tests.install_counterparts import STORE
from tests.parts.machine import free_port, program

PATIENCE = 120.0
_USER = "kasuslab"
ADDS = Path(__file__).parents[1] / "store"


@dataclass(frozen=True)
class RecordStore:
    """A running store, and who may write to it."""

    address: str
    password: str

    def send(self, statements: Sequence[Mapping[str, Any]]) -> tuple[int, Any]:
        """The status and the answer to a POST of statements."""
        return self._ask("", data=json.dumps(statements).encode())

    def read(self, **wanted: str) -> list[dict[str, Any]]:
        """The statements that it holds."""
        _, answer = self._ask(f"?{urlencode({'limit': '500', **wanted})}")
        statements: list[dict[str, Any]] = answer["statements"]
        return statements

    def status(self, *, password: str | None = None) -> int:
        """The status of a reading, perhaps with another password; 0 where nobody answers."""
        try:
            return self._ask("?limit=1", password=password)[0]
        except OSError:
            return 0

    def _ask(self, query: str, *, data: bytes | None = None, password: str | None = None) -> tuple[int, Any]:
        who = base64.b64encode(f"{_USER}:{password or self.password}".encode()).decode()
        headers = {
            "Authorization": f"Basic {who}",
            "X-Experience-API-Version": "1.0.3",
            "Content-Type": "application/json",
        }
        asked = Request(f"{self.address}/xAPI/statements{query}", data=data, headers=headers)
        try:
            with urlopen(asked, timeout=30) as answer:
                status, body = answer.status, answer.read()
        except HTTPError as error:
            with error:
                status, body = error.code, error.read()
        return status, json.loads(body) if body else None


@contextmanager
def record_store(home: Path) -> Iterator[RecordStore]:
    """Start a store whose files all stand in `home`; it is gone in the end."""
    ralph = STORE.program("ralph")
    if ralph is None:
        pytest.fail("There is no learning record store. Run: python tests/install_counterparts.py store")
    (home / "data").mkdir()
    password = secrets.token_hex(8)
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("RALPH_")},
        "PYTHONPATH": str(ADDS),
        "RALPH_APP_DIR": str(home),
        "RALPH_AUTH_FILE": str(home / "auth.json"),
        "RALPH_RUNSERVER_BACKEND": "fs",
        "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": str(home / "data"),
    }
    agent = ("--scope", "all", "--agent-ifi-account", _USER, "urn:x-kasuslab:tests")
    login = (ralph, "auth", "--username", _USER, "--password", password, *agent, "--write-to-disk")
    subprocess.run(login, env=environ, cwd=home, check=True, capture_output=True)
    port = free_port()
    command = (ralph, "runserver", "--backend", "fs", "--host", "127.0.0.1", "--port", str(port))
    with program(command, home / "server.log", cwd=home, environ=environ) as process:
        store = RecordStore(f"http://127.0.0.1:{port}", password)
        _await(store, process, home / "server.log")
        yield store


def _await(store: RecordStore, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while store.status() not in {200, 404}:
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"Ralph did not start:\n{log.read_text('utf-8')[-2000:]}")
        time.sleep(0.1)
