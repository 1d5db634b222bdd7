"""What compose.yaml starts, in a project of its own: with secrets and a certificate that are made for it."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.containers.engine import ROOT, DockerEngine
from tests.parts.certificates import make_certificate
from tests.parts.machine import free_port, wait_until
from tests.parts.workshop_server import PERSON, PageSocket, Visitor

FILES = ROOT / "release" / "container"
PASSWORD = "sandi-basis-data-7"  # noqa: S105 -- of a test's database
BOARD = "papan-ujian-7"
USER = 10001
# What is played: the case that everybody begins with.
CASE = "foto-lomba"


@dataclass(frozen=True)
class Project:
    """A compose project. port: where its proxy speaks TLS; files: what compose reads; servers: how many."""

    engine: DockerEngine
    folder: Path
    port: int
    name: str
    files: tuple[str, ...]
    servers: int

    def compose(self, *words: str) -> str:
        """What a command of compose says."""
        files = [f"--file={file}" for file in self.files]
        own = ["--project-name", self.name, *files]
        return self.engine.run(*self.engine.compose, *own, *words, cwd=self.folder)

    def up(self) -> None:
        """Start what does not run, and return once participants can play."""
        self.compose("up", "--detach", f"--scale=server={self.servers}")
        wait_until(self.is_ready, "participants can play", 90)

    def is_ready(self) -> bool:
        """Whether the server says so, asked by way of the proxy."""
        try:
            return self.visitor().ask("/readyz").status == 200
        except OSError:
            return False

    def container(self, service: str) -> str:
        """The id of the container of a service, of the first of several."""
        return self.containers(service)[0]

    def containers(self, service: str) -> list[str]:
        """The ids of all containers of a service."""
        return self.compose("ps", "--quiet", service).split()

    def inspected(self, service: str) -> dict[str, Any]:
        """What Docker tells of it."""
        every: list[dict[str, Any]] = json.loads(
            self.engine.run("docker", "inspect", self.container(service))
        )
        return every[0]

    def inside(self, service: str, *command: str, check: bool = True) -> str:
        """What a command says that runs in a container."""
        return self.engine.run("docker", "exec", self.container(service), *command, check=check)

    def sql(self, query: str) -> str:
        """What the database answers."""
        return self.inside("database", "psql", "-U", "kasuslab", "-tAc", query, "kasuslab")

    def visitor(self) -> Visitor:
        """Somebody who comes by the proxy."""
        certificate = self.folder / "secrets" / "tls" / "certificate.pem"
        return Visitor(self.port, tls=ssl.create_default_context(cafile=str(certificate)))

    def seated(self) -> Visitor:
        """Somebody who has a seat."""
        visitor = self.visitor()
        visitor.join(door=self.sql("select code from workshop"))
        return visitor


def _secrets(folder: Path) -> Sequence[Path]:
    """The files that README.md tells an operator to make; those that a container opens are its user's."""
    tls = folder / "tls"
    tls.mkdir(parents=True)
    certificate, key = make_certificate(folder, "proxy")
    certificate.rename(tls / "certificate.pem")
    key.rename(tls / "key.pem")
    (folder / "database.env").write_text(f"POSTGRES_PASSWORD={PASSWORD}\n", encoding="utf-8")
    (folder / "server.env").write_text(
        f"PGPASSWORD={PASSWORD}\nKASUSLAB_BOARD_PASSWORD={BOARD}\n", encoding="utf-8"
    )
    shared = folder / "workshop.secret"
    shared.write_text(secrets.token_urlsafe(32), encoding="utf-8")
    return [tls / "certificate.pem", tls / "key.pem", shared]


@contextmanager
def running_project(
    engine: DockerEngine, folder: Path, image: str, others: dict[str, str], *, servers: int = 1
) -> Iterator[Project]:
    """compose.yaml as it stands, on ports of this machine alone; nothing of it is left in the end."""
    files = ("compose.yaml",) if servers == 1 else ("compose.yaml", "compose.several.yaml")
    for name in (*files, "nginx.conf"):
        shutil.copy(FILES / name, folder)
    for file in _secrets(folder / "secrets"):
        if os.geteuid() == 0:
            os.chown(file, USER, USER)
    port, plain = free_port(), free_port()
    settings = {
        "KASUSLAB_IMAGE": image,
        "KASUSLAB_NAME": f"127.0.0.1:{port}",
        "KASUSLAB_PERSON": PERSON,
        "KASUSLAB_HTTPS": f"127.0.0.1:{port}",
        "KASUSLAB_HTTP": f"127.0.0.1:{plain}",
        "KASUSLAB_KEYS": str(ROOT / "graders" / "keys"),
        "KASUSLAB_GUIDES": str(ROOT / "graders" / "guides"),
        **others,
    }
    own = DockerEngine({**engine.environ, **settings}, engine.compose)
    project = Project(own, folder, port, f"kasuslab{port}", files, servers)
    try:
        project.up()
        yield project
    finally:
        project.compose("down", "--volumes", "--timeout", "20")


@contextmanager
def decided(visitor: Visitor) -> Iterator[PageSocket]:
    """A page on which the first decision of a case was confirmed."""
    with visitor.play() as page:
        page.send({"type": "choose", "case": CASE})
        page.view = page.next_view()
        page.move(type="begin")
        page.move(type="decide", decision="dengar", pick="tanya")
        assert page.view["n"] == 2
        yield page


def goes_on(visitor: Visitor, patience: float = 60.0) -> int:
    """How far the play stands that a visitor finds again, once it is there to go on with."""
    numbers: list[int] = []

    def is_there() -> bool:
        try:
            with visitor.play() as page:
                page.send({"type": "choose", "case": CASE})
                numbers.append(page.next_view()["n"])
        except (AssertionError, OSError, TimeoutError):
            return False
        return True

    wait_until(is_there, "the play goes on", patience)
    return numbers[-1]
