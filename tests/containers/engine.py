"""Docker for the tests of containers: that which runs here, or one that is started for them as root.

Images are kept in ``.containers`` of the checkout where the tests start it, so that a second run is short.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.parts.machine import program, wait_until

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / ".containers"
SERVICES = Path(__file__).with_name("services")
# An image that has Python, where one is at hand: of a registry, or made before.
BASE_VARIABLE = "KASUSLAB_BASE"
OWN_BASE, OWN_SERVICES = "kasuslab-test-base", "kasuslab-test-services"
# Of Debian, with a Python that all of our dependencies take, and what that is.
SUITE, PYTHON = "trixie", "3.13"


@dataclass(frozen=True)
class DockerEngine:
    """Docker. environ: with which its command reaches it; compose: the command that reads compose files."""

    environ: dict[str, str]
    compose: tuple[str, ...]

    def run(self, *command: str | Path, cwd: Path | None = None, check: bool = True) -> str:
        """What a command says on standard output; where it fails, the test does with what it said."""
        done = subprocess.run(
            command, cwd=cwd, env=self.environ, capture_output=True, text=True, check=False, timeout=1200
        )
        assert not check or done.returncode == 0, f"{command}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        return done.stdout.strip()

    def has(self, image: str) -> bool:
        """Whether an image is here."""
        command = ["docker", "image", "inspect", image]
        return subprocess.run(command, env=self.environ, capture_output=True, check=False).returncode == 0


def _answers(environ: dict[str, str]) -> bool:
    done = subprocess.run([_docker(), "info"], env=environ, capture_output=True, check=False)
    return done.returncode == 0


def _docker() -> str:
    return shutil.which("docker") or "docker"


def _compose(environ: dict[str, str]) -> tuple[str, ...]:
    plugin = ("docker", "compose")
    if not subprocess.run([*plugin, "version"], env=environ, capture_output=True, check=False).returncode:
        return plugin
    if shutil.which("docker-compose"):
        return ("docker-compose",)
    pytest.skip("Docker is here, but no docker compose: apt install docker-compose")


@contextmanager
def running_engine() -> Iterator[DockerEngine]:
    """Docker; the test is skipped, saying why, where there is none."""
    environ = dict(os.environ)
    if not shutil.which("docker"):
        pytest.skip("There is no Docker here: apt install docker.io docker-compose debootstrap")
    if _answers(environ):
        yield DockerEngine(environ, _compose(environ))
        return
    if not shutil.which("dockerd") or os.geteuid() != 0:
        pytest.skip("Docker does not run here, and only root may start it for a test.")
    PLACE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="kasuslab-docker-") as run:
        environ["DOCKER_HOST"] = f"unix://{run}/socket"
        # It leaves alone how this machine hands packets on: others rely on that.
        own = [f"--data-root={PLACE}", f"--exec-root={run}/exec", f"--pidfile={run}/pid"]
        apart = ["--iptables=false", "--ip-forward=false", "--bridge=none"]
        command = ["dockerd", *own, *apart, f"--host={environ['DOCKER_HOST']}"]
        with program(command, Path(run) / "log"):
            wait_until(lambda: _answers(environ), "Docker runs", 60)
            yield DockerEngine(environ, _compose(environ))
        # Docker ends without it, and a folder cannot be removed with it.
        umount = [shutil.which("umount") or "umount", *map(str, Path(run).glob("exec/netns/*"))]
        subprocess.run(umount, capture_output=True, check=False)


def _own_base(engine: DockerEngine) -> str:
    """A base image without any registry: Debian's smallest system, with its Python."""
    if not engine.has(OWN_BASE):
        if not shutil.which("debootstrap") or os.geteuid() != 0:
            pytest.skip(f"No base image: name one in {BASE_VARIABLE}, or apt install debootstrap, as root.")
        PLACE.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="kasuslab-base-", dir=PLACE) as folder:
            system = Path(folder) / "system"
            engine.run("debootstrap", "--variant=minbase", "--include=python3-venv", SUITE, system)
            packed = Path(folder) / "system.tar"
            engine.run("tar", "-C", system, "--exclude=./var/cache/apt/archives/*", "-cf", packed, ".")
            engine.run("docker", "import", packed, OWN_BASE)
    return OWN_BASE


def _wheels(folder: Path, version: str) -> Path:
    """All wheels of a server for the Python of the own base image; ours is built beside them by make."""
    folder.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip"]
    subprocess.run([*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)], check=True)
    (ours,) = folder.glob("kasuslab-*.whl")
    options = ["--quiet", "--dest", str(folder), "--only-binary=:all:", f"--python-version={version}"]
    pinned = ["--constraint", str(ROOT / "constraints.txt")]
    subprocess.run([*pip, "download", *options, *pinned, f"{ours}[postgres]"], check=True)
    ours.unlink()
    return folder


def built_image(engine: DockerEngine, folder: Path) -> str:
    """The image of a server, built by make as an operator builds it."""
    base = os.environ.get(BASE_VARIABLE)
    options = [f"BASE={base}"]
    if not base:
        options = [f"BASE={_own_base(engine)}", f"WHEELS={_wheels(folder / 'wheels', PYTHON)}"]
    environment = [f"BIN={Path(sys.executable).parent}", "--old-file=install", f"DIST={folder / 'dist'}"]
    engine.run("make", "image", *environment, *options, cwd=ROOT)
    return next(line for line in _tags(engine) if line.startswith("kasuslab:"))


def _tags(engine: DockerEngine) -> Sequence[str]:
    return engine.run("docker", "images", "--format", "{{.Repository}}:{{.Tag}}").splitlines()


def service_images(engine: DockerEngine) -> dict[str, str]:
    """What compose.yaml takes for PostgreSQL and nginx where no registry is reached."""
    if os.environ.get(BASE_VARIABLE):
        return {}
    base = ["--build-arg", f"BASE={_own_base(engine)}"]
    engine.run("docker", "build", "--network=host", "--tag", OWN_SERVICES, *base, SERVICES)
    return {"KASUSLAB_POSTGRES": OWN_SERVICES, "KASUSLAB_NGINX": OWN_SERVICES}
