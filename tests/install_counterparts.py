"""Put what the lab speaks with into places of their own: a record store, a learning platform, a hub's proxy.

The store is Ralph, the platform Open edX's LTI component. Their pinned dependencies do not fit beside the
lab's, so that they stand in ``.venv-lrs`` and ``.venv-platform`` of the checkout. The proxy is that of
JupyterHub, which comes from npm and stands in ``.hub``.

    python tests/install_counterparts.py [store] [platform] [hub]
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
WINDOWS = sys.platform == "win32"


@dataclass(frozen=True)
class OwnEnvironment:
    """One of them. wanted: its packages; constraints: the file of their versions."""

    name: str
    place: Path
    wanted: Sequence[str]
    constraints: Path

    def program(self, name: str) -> Path | None:
        """A program of it, or None where it is not there, or is not the one of the constraints."""
        program = self.place / ("Scripts" if WINDOWS else "bin") / (f"{name}.exe" if WINDOWS else name)
        if not program.exists() or not self._stamp.exists():
            return None
        return program if self._stamp.read_text("utf-8") == self._versions else None

    def install(self) -> bool:
        """Install it if need be; whether it is there in the end."""
        if self.program("python") is not None:
            return True
        venv.create(self.place, with_pip=True, clear=True)
        python = self.place / ("Scripts" if WINDOWS else "bin") / "python"
        install = [str(python), "-m", "pip", "install", "--quiet"]
        install += ["--constraint", str(self.constraints), *self.wanted]
        if subprocess.run(install, check=False).returncode == 0:
            self._stamp.write_text(self._versions, encoding="utf-8")
        return self.program("python") is not None

    @property
    def _stamp(self) -> Path:
        return self.place / "installed.txt"

    @property
    def _versions(self) -> str:
        return self.constraints.read_text("utf-8")


@dataclass(frozen=True)
class NpmProgram:
    """A program that npm brings. package: with its version."""

    name: str
    place: Path
    package: str

    def program(self) -> Path | None:
        """The program, or None where it is not there, or of another version."""
        name, _, version = self.package.rpartition("@")
        card = self.place / "node_modules" / name / "package.json"
        if not card.exists() or json.loads(card.read_text("utf-8"))["version"] != version:
            return None
        return self.place / "node_modules" / ".bin" / name

    def install(self) -> bool:
        """Install it if need be; whether it is there in the end."""
        npm = shutil.which("npm")
        if self.program() is None and npm is not None:
            how = ("--no-save", "--ignore-scripts", "--no-audit", "--loglevel=error")
            install = [npm, "install", "--prefix", str(self.place), *how, self.package]
            subprocess.run(install, check=False, timeout=240, stdout=sys.stderr)
        return self.program() is not None


# Ralph imports requests, and Open edX's component cryptography, and neither names it among what it needs.
STORE = OwnEnvironment(
    "learning record store",
    HERE.parent / ".venv-lrs",
    ("ralph-malph[cli,lrs]", "requests"),
    HERE / "lrs-constraints.txt",
)
PLATFORM = OwnEnvironment(
    "learning platform",
    HERE.parent / ".venv-platform",
    ("lti-consumer-xblock", "cryptography"),
    HERE / "platform-constraints.txt",
)
HUB_PROXY = NpmProgram("proxy of a hub", HERE.parent / ".hub", "configurable-http-proxy@5.3.0")
ALL: Mapping[str, OwnEnvironment | NpmProgram] = {"store": STORE, "platform": PLATFORM, "hub": HUB_PROXY}


def main(names: Sequence[str]) -> int:
    """Install those named, all where none is; 0 where they are there in the end."""
    missing = [name for name in names or ALL if not ALL[name].install()]
    for name in missing:
        where = f"No {ALL[name].name} could be installed into {ALL[name].place}."
        sys.stderr.write(f"{where} Run: python tests/install_counterparts.py {name}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
