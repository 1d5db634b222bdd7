"""Put a learning record store (Ralph) into an environment of its own, for the test that sends to one.

Its pinned dependencies do not fit beside the lab's, so that it stands in ``.venv-lrs`` of the checkout.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
PLACE = HERE.parent / ".venv-lrs"
CONSTRAINTS = HERE / "lrs-constraints.txt"
# Ralph imports requests, and names it among none of these.
WANTED = ("ralph-malph[cli,lrs]", "requests")
_PROGRAMS = PLACE / ("Scripts" if sys.platform == "win32" else "bin")
_STAMP = PLACE / "installed.txt"


def find_ralph() -> Path | None:
    """The program ``ralph``, or None where it is not there, or is not the one of the constraints."""
    program = _PROGRAMS / ("ralph.exe" if sys.platform == "win32" else "ralph")
    if not program.exists() or not _STAMP.exists():
        return None
    return program if _STAMP.read_text("utf-8") == CONSTRAINTS.read_text("utf-8") else None


def main() -> int:
    """Install it if need be; 0 where it is there in the end."""
    if find_ralph() is not None:
        return 0
    venv.create(PLACE, with_pip=True, clear=True)
    install = [str(_PROGRAMS / "python"), "-m", "pip", "install", "--quiet"]
    install += ["--constraint", str(CONSTRAINTS), *WANTED]
    if subprocess.run(install, check=False).returncode == 0:
        _STAMP.write_text(CONSTRAINTS.read_text("utf-8"), encoding="utf-8")
    if find_ralph() is not None:
        return 0
    sys.stderr.write(
        f"No learning record store could be installed into {PLACE}. Run: python tests/install_lrs.py\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
