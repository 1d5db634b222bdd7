"""Several machines with a network of their own: a database, a proxy, and the servers of one workshop.

Each is a network namespace of Linux on one switch; phones stand at the switch.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.parts.machine import program, wait_until
from tests.parts.networks import NetworkSpace, network_space
from tests.parts.proxies import needed

SWITCH, DATABASE, PROXY, FIRST_SERVER = "10.77.0.254", "10.77.0.1", "10.77.0.2", 11
PROXY_PORT, SERVER_PORT = 8080, 8866
_NGINX = """
{user}
daemon off;
worker_processes 1;
pid nginx.pid;
error_log stderr;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    map $http_upgrade $kasuslab_connection {{ default upgrade; "" ""; }}
    upstream workshop {{
        least_conn;
        {servers}
        keepalive 64;
    }}
    server {{
        listen {port};
        location / {{
            proxy_pass http://workshop;
            proxy_http_version 1.1;
            proxy_connect_timeout 1s;
            proxy_next_upstream error timeout http_503 non_idempotent;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $kasuslab_connection;
            proxy_read_timeout 75s;
        }}
    }}
}}
"""


@dataclass(frozen=True, slots=True)
class CountryMachine:
    """A machine. address: what the others reach it by."""

    space: NetworkSpace
    address: str

    def cut_off(self) -> None:
        """Take it off the network: nobody hears from it any more, not even that it is gone."""
        self.space.ip("link", "set", "eth0", "down")

    def connect(self) -> None:
        """Put it on the network again."""
        self.space.ip("link", "set", "eth0", "up")


@dataclass(frozen=True, slots=True)
class Country:
    """All machines. url: of the database."""

    switch: NetworkSpace
    database: CountryMachine
    proxy: CountryMachine
    servers: Sequence[CountryMachine]
    url: str


@contextmanager
def country(servers: int, place: Path) -> Iterator[Country]:
    """So many machines for servers, a PostgreSQL that reaches its disk, and nginx before the servers.

    place: where they keep what they keep. Raises CalledProcessError or OSError where that may not be made.
    """
    with network_space("switch") as switch:
        switch.ip("link", "add", "lan", "type", "bridge")
        switch.settle("lan", f"{SWITCH}/24")
        addresses = [DATABASE, PROXY, *(f"10.77.0.{FIRST_SERVER + n}" for n in range(servers))]
        with _machines(switch, addresses) as machines:
            database, proxy, *others = machines
            with _postgresql(database, place), _nginx(proxy, others, place):
                url = f"postgresql+psycopg://lab@{DATABASE}/postgres"
                yield Country(switch, database, proxy, others, url)


@contextmanager
def _machines(switch: NetworkSpace, addresses: Sequence[str]) -> Iterator[list[CountryMachine]]:
    if not addresses:
        yield []
        return
    number = len(addresses)
    with network_space(f"machine{number}") as space:
        line = f"port{number}"
        switch.ip("link", "add", line, "type", "veth", "peer", "name", "eth0", "netns", space.name)
        switch.ip("link", "set", line, "master", "lan", "up")
        space.settle("eth0", f"{addresses[0]}/24")
        with _machines(switch, addresses[1:]) as others:
            yield [CountryMachine(space, addresses[0]), *others]


@contextmanager
def _postgresql(machine: CountryMachine, place: Path) -> Iterator[None]:
    initdb, server = shutil.which("initdb"), shutil.which("postgres")
    assert initdb is not None, "PostgreSQL (initdb) is not installed here"
    data = place / "postgres"
    data.mkdir()
    user = "nobody" if os.geteuid() == 0 else None
    if user:
        shutil.chown(data, user)
    subprocess.run(
        [initdb, "-D", data, "-U", "lab", "-A", "trust"], user=user, check=True, cwd=data, capture_output=True
    )
    with (data / "pg_hba.conf").open("a", encoding="utf-8") as rules:
        rules.write("host all all 10.77.0.0/24 trust\n")
    program_file = server or str(Path(initdb).resolve().parent / "postgres")
    command = [program_file, "-D", str(data), "-h", "*", "-k", str(data), "-c", "max_connections=200"]
    with (
        machine.space.inside(),
        (data / "log").open("w") as log,
        subprocess.Popen(command, cwd=data, user=user, stdout=log, stderr=log) as process,
    ):
        wait_until(
            lambda: "ready to accept connections" in (data / "log").read_text(encoding="utf-8"),
            "PostgreSQL runs",
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def _nginx(machine: CountryMachine, servers: Sequence[CountryMachine], place: Path) -> Iterator[None]:
    path = needed("nginx")
    folder = place / "nginx"
    folder.mkdir()
    lines = " ".join(f"server {one.address}:{SERVER_PORT} max_fails=1 fail_timeout=1s;" for one in servers)
    user = "user root;" if os.geteuid() == 0 else ""
    text = _NGINX.format(user=user, servers=lines, port=PROXY_PORT)
    (folder / "main.conf").write_text(text, encoding="utf-8")
    command = [path, "-e", "stderr", "-p", str(folder), "-c", str(folder / "main.conf")]
    with machine.space.inside(), program(command, folder / "log", cwd=folder):
        yield
