"""The databases that tests of the workshop run on: SQLite always, PostgreSQL where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'workshop.sqlite'}"


@contextmanager
def postgresql(*, fsync: bool = False) -> Iterator[str]:
    """A PostgreSQL of its own behind a socket; its tests are skipped, saying why, where there is none.

    fsync: whether it waits for the disk, as it does wherever plays are kept.
    """
    initdb, pg_ctl = shutil.which("initdb"), shutil.which("pg_ctl")
    if initdb is None or pg_ctl is None:
        pytest.skip("PostgreSQL (initdb, pg_ctl) is not installed here.")
    if find_spec("psycopg") is None:
        pytest.skip("PostgreSQL is here, but its driver is not: pip install 'psycopg[binary]'.")
    with tempfile.TemporaryDirectory(prefix="kasuslab-pg-") as place:
        # It refuses to run as root.
        user = "nobody" if os.geteuid() == 0 else None
        if user:
            shutil.chown(place, user)
        data = f"{place}/data"
        options = (
            f"-c fsync={'on' if fsync else 'off'} -c listen_addresses='' -c unix_socket_directories='{place}'"
        )
        _run(place, user, initdb, "-D", data, "-U", "lab", "-A", "trust", "--no-sync")
        _run(place, user, pg_ctl, "-D", data, "-w", "-l", f"{place}/log", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://lab@/postgres?host={place}"
        finally:
            _run(place, user, pg_ctl, "-D", data, "-w", "-m", "immediate", "stop")


def _run(place: str, user: str | None, *command: str) -> None:
    subprocess.run(command, cwd=place, user=user, stdout=subprocess.DEVNULL, check=True)
