"""A storm over several machines: kernels, writers, servers and sessions of the database are killed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from sqlalchemy import NullPool, create_engine, text

from tests.benchmarks.page import LoadError
from tests.benchmarks.servers import CASE, PERSON, Server
from tests.benchmarks.storm import Storm, kill_one
from tests.parts.country import PROXY, PROXY_PORT, SERVER_PORT, Country, CountryMachine

KINDS = {"kernel": 10, "writer": 6, "server": 2, "session": 4}
BOARD_PASSWORD = "bench-bench-bench"  # noqa: S105 -- of the benchmarks
_SERVE = """
import json, sys
from release.workshop.plan import WorkshopPlan
from release.workshop.serve.server import serve
serve(WorkshopPlan(**json.loads(sys.argv[1])))
"""
_SESSIONS = text("select pid from pg_stat_activity where application_name like 'kasuslab %' order by pid")
_END = text("select pg_terminate_backend(:pid)")
_LEADER = text("select server.address from helm join server on server.id = helm.server")


@dataclass
class CountryServers:
    """The servers of a country; one that was killed is started again while the others go on."""

    country: Country
    place: Path
    seats: int
    kinds: Mapping[str, int] = field(default_factory=lambda: KINDS)
    host: str = PROXY
    port: int = PROXY_PORT
    servers: dict[int, Server] = field(default_factory=dict)
    starting: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        """The database."""
        return self.country.url

    async def start(self) -> None:
        """Start them all."""
        (self.place / "shared").write_text(os.urandom(32).hex(), encoding="ascii")
        await asyncio.gather(*(self._start(n) for n in range(len(self.country.servers))))

    async def strike(self, kind: str, place: float, storm: Storm) -> None:
        """Kill one of a kind, of whichever server."""
        if kind == "session":
            storm.kills[kind] += await asyncio.to_thread(self._end_session, place)
        elif kind == "server":
            await self._kill_server(place, storm)
        else:
            await kill_one(storm, kind, place, lambda: self._victims(kind))

    async def settle(self) -> None:
        """Return once every server runs."""
        await asyncio.gather(*self.starting)

    def stop(self) -> None:
        """End them all."""
        for server in self.servers.values():
            with suppress(ProcessLookupError):
                server.stop()

    def leader(self) -> Server:
        """The server whose writer is the room's."""
        with create_engine(self.url, poolclass=NullPool).connect() as connection:
            address = str(connection.execute(_LEADER).scalar_one())
        machines = self.country.servers
        return next(one for number, one in self.servers.items() if machines[number].address in address)

    def _victims(self, kind: str) -> list[psutil.Process]:
        found = [server.hosts() if kind == "kernel" else server.writers() for server in self.servers.values()]
        return [one for some in found for one in some]

    def _end_session(self, place: float) -> int:
        engine = create_engine(self.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            pids = connection.execute(_SESSIONS).scalars().all()
            if not pids:
                return 0
            connection.execute(_END, {"pid": pids[int(place * len(pids))]})
        return 1

    async def _kill_server(self, place: float, storm: Storm) -> None:
        """Kill a server. The last one that runs is left: where none does, nobody goes on in 5 seconds."""
        while len(self.servers) < 2:  # noqa: ASYNC110 -- a count, of servers
            await asyncio.sleep(0.05)
        number = sorted(self.servers)[int(place * len(self.servers))]
        server = self.servers.pop(number)
        await asyncio.to_thread(server.stop, signal.SIGKILL)
        storm.kills["server"] += 1
        task = asyncio.create_task(self._start_again(number, storm))
        self.starting.add(task)
        task.add_done_callback(self.starting.discard)

    async def _start_again(self, number: int, storm: Storm) -> None:
        """Start a server until it serves, as a supervisor does: a session of its start may be ended."""
        while number not in self.servers:
            try:
                await self._start(number)
            except LoadError:
                storm.starts += 1
                await asyncio.sleep(0.5)

    async def _start(self, number: int) -> None:
        self.servers[number] = await asyncio.to_thread(self._started, number)

    def _started(self, number: int) -> Server:
        machine, data = self.country.servers[number], self.place / f"server{number}"
        data.mkdir(exist_ok=True)
        plan = {
            "data": str(data),
            "host": "0.0.0.0",  # noqa: S104 -- of its own network
            "port": SERVER_PORT,
            "database": self.url,
            "peer_address": ":8867",
            "secret_file": str(self.place / "shared"),
            "seats": self.seats,
            "person": PERSON,
            "cases": [CASE],
            "code": False,
            "proxy": [PROXY],
            "public_url": f"http://{PROXY}:{PROXY_PORT}/",
            "board_password": BOARD_PASSWORD,
        }
        return started(machine, data, plan)


def started(machine: CountryMachine, data: Path, plan: Mapping[str, object]) -> Server:
    """A server on a machine, once it serves. Raises LoadError."""
    command = ["ip", "netns", "exec", machine.space.name, sys.executable, "-c", _SERVE, json.dumps(plan)]
    environ = {**os.environ, "KASUSLAB_HOME": str(data)}
    with (data / "server.log").open("a", encoding="utf-8") as log:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, text=True, env=environ, cwd=data
        )
    assert process.stdout is not None
    if not any(line.startswith("ready ") for line in process.stdout):
        process.kill()
        with process:
            process.wait(60)
        raise LoadError(f"The server on {machine.address} did not start.")
    return Server(process, SERVER_PORT, data, 0.0)
