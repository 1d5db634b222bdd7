"""The environment of a facilitator's archive: made once, with its progress on the terminal, then started.

``Mulai.bat``, ``Mulai.command`` and ``Mulai.desktop`` find a Python and have it run this file. There is no
package yet, so that it imports none; its sentences stand in a catalogue that is JSON too.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

OLDEST = (3, 11)
TEXTS = Path(__file__).with_name("launcher.yaml")
ROOT = Path(__file__).resolve().parents[2]
# What the environment is made of: where one of these changed, it is made anew.
SOURCES = ("constraints.txt", "pyproject.toml")
_COLLECTING, _INSTALLING, _WRONG = "Collecting ", "Installing collected packages", "ERROR: "

Say = Callable[[str], None]


class LauncherError(Exception):
    """The environment cannot be made; a sentence in every language."""


def main(arguments: Sequence[str] = (), *, root: Path = ROOT) -> int:
    """Make the environment where it is not ready, then begin the start page; its exit status."""
    try:
        if not is_ready(root):
            make(root, _say)
    except LauncherError as error:
        _say(str(error))
        return 1
    try:
        command = [str(python_of(root)), "-m", "release.cli", "workshop", *arguments]
        return subprocess.run(command, cwd=root, check=False).returncode  # noqa: S603 -- our own
    except KeyboardInterrupt:
        return 0  # the start page has got it too, and ends by itself


def is_ready(root: Path) -> bool:
    """Whether the environment was made of what stands there now, at this place."""
    try:
        return _mark(root).read_text(encoding="utf-8") == _made_of(root)
    except OSError:
        return False


def make(root: Path, say: Say, *, fetch: Sequence[str] = ()) -> None:
    """Make the environment. fetch: further options of pip's. Raises LauncherError."""
    if sys.version_info[:2] < OLDEST:
        own, wanted = (".".join(map(str, version[:2])) for version in (sys.version_info, OLDEST))
        raise LauncherError(text("launcher_old", found=own, wanted=wanted))
    say(text("launcher_first"))
    say(text("launcher_room"))
    place, log = root / ".venv", root / "kasuslab-install.log"
    with log.open("w", encoding="utf-8") as lines:
        command = [sys.executable, "-m", "venv", "--clear", str(place)]
        if subprocess.run(command, stdout=lines, stderr=lines, check=False).returncode:  # noqa: S603 -- this Python
            raise LauncherError(text("launcher_no_room", log=log))
    say(text("launcher_packages"))
    _install(root, log, say, fetch)
    mark_ready(root)
    say(text("launcher_ready"))


def mark_ready(root: Path) -> None:
    """Note that the environment was made of what stands there now."""
    _mark(root).write_text(_made_of(root), encoding="utf-8")


def python_of(root: Path) -> Path:
    """The Python of the environment."""
    place = root / ".venv"
    return place / "Scripts" / "python.exe" if sys.platform == "win32" else place / "bin" / "python"


def text(name: str, /, **values: object) -> str:
    """A sentence in every language, a line each."""
    sentences: Mapping[str, Mapping[str, str]] = json.loads(TEXTS.read_text(encoding="utf-8"))
    return "\n".join(sentence.format(**values) for sentence in sentences[name].values())


def _install(root: Path, log: Path, say: Say, fetch: Sequence[str]) -> None:
    options = ["--constraint", "constraints.txt", "--progress-bar", "off", "--no-input", *fetch]
    command = [str(python_of(root)), "-m", "pip", "install", *options, "--editable", "."]
    every = sum(1 for line in (root / SOURCES[0]).read_text(encoding="utf-8").splitlines() if "==" in line)
    count, wrong = 0, ""
    with (
        log.open("a", encoding="utf-8") as lines,
        subprocess.Popen(  # noqa: S603 -- the environment's own pip
            command,
            cwd=root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        ) as pip,
    ):
        for line in pip.stdout or ():
            lines.write(line)
            if line.startswith(_COLLECTING):
                count += 1
                name = line.removeprefix(_COLLECTING).split()[0]
                say(text("launcher_package", count=count, all=max(every, count), name=name).splitlines()[0])
            elif line.startswith(_INSTALLING):
                say(text("launcher_installing"))
            elif line.startswith(_WRONG):
                wrong = line.removeprefix(_WRONG).strip()
    if pip.returncode:
        raise LauncherError(text("launcher_not_installed", detail=wrong, log=log))


def _mark(root: Path) -> Path:
    return root / ".venv" / "kasuslab-ready"


def _made_of(root: Path) -> str:
    content = b"".join((root / name).read_bytes() for name in SOURCES)
    return f"{root}\n{hashlib.sha256(content).hexdigest()}\n"


def _say(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201 -- whoever clicked sees a terminal


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
