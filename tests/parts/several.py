"""Several real servers of one workshop, on one PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Engine, NullPool, create_engine, make_url, text

from tests.parts.machine import free_port
from tests.parts.workshop_server import Visitor, Workshop, running_workshop

BOARD_PASSWORD = "papan-untuk-uji"  # noqa: S105 -- of the tests


@dataclass
class ServersRoom:
    """One workshop on its servers. url: of the database, as a test asks it beside them."""

    servers: list[Workshop]
    url: str
    database: Engine

    def ask(self, query: str, **named: object) -> Any:  # noqa: ANN401 -- whatever stands there
        """The one value that the database answers."""
        with self.database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            return connection.execute(text(query), named).scalar()

    @property
    def leader(self) -> Workshop:
        """The server whose writer is the room's."""
        port = int(self.ask("select s.address from helm h join server s on s.id = h.server").split(":")[-1])
        return next(server for server in self.servers if port in listened_on(server.writer()))

    @property
    def follower(self) -> Workshop:
        """Another server that runs."""
        leader = self.leader
        return next(one for one in self.servers if one is not leader and one.process.poll() is None)

    @property
    def term(self) -> int:
        """How often the helm was taken."""
        return int(self.ask("select term from helm"))

    def events(self) -> int:
        """How many events are on disk."""
        return int(self.ask("select count(*) from event"))


def new_database(url: str) -> str:
    """Another, empty database of the same PostgreSQL."""
    name = f"lab_{os.urandom(4).hex()}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"create database {name}"))
    engine.dispose()
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def listened_on(process: psutil.Process) -> set[int]:
    """The ports that a process listens on."""
    return {line.laddr.port for line in process.net_connections("tcp") if line.status == psutil.CONN_LISTEN}


@contextmanager
def several_servers(folder: Path, url: str, *, count: int = 2, **options: Any) -> Iterator[ServersRoom]:  # noqa: ANN401 -- of a plan
    """So many servers of one workshop on the database at `url`; options: see `running_workshop`."""
    secret = folder / "shared"
    if not secret.exists():
        secret.write_bytes(os.urandom(32).hex().encode())
    plan: dict[str, Any] = {"database": url, "peer_address": "127.0.0.1:0", "secret_file": str(secret)}
    # What is opened elsewhere does not tell where a server is.
    ports = [free_port() if "public_url" in options else 0 for _ in range(count)]
    with ExitStack() as stack:
        servers = [
            stack.enter_context(
                running_workshop(
                    folder / f"data{n}", log=folder / f"log{n}", **{**plan, **options, "port": port}
                )
            )
            for n, port in enumerate(ports)
        ]
        database = create_engine(url, poolclass=NullPool)
        stack.callback(database.dispose)
        yield ServersRoom(servers, url, database)


def at(visitor: Visitor, server: Workshop) -> Visitor:
    """The same browser at another server."""
    return Visitor(server.port, dict(visitor.cookies), source=visitor.source)
