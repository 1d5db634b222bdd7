"""What stands where in the folder of a hub, and whose it is.

hub/                 root's alone: accounts, cookies, JupyterHub's own database
exchange/<course>/   nbgrader's exchange: the facilitator's, and trainees lay what they hand in there
home/<account>/      of one trainee alone
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from scenarios.documents.whole_file import OWNER_ALONE_FOLDER

# What programs of a hub are set by, and where each finds what is its own.
SETTINGS = Path(__file__).parents[1] / "etc" / "hub"
PLAN_VARIABLE = "KASUSLAB_HUB_PLAN"
EXCHANGE_VARIABLE = "KASUSLAB_EXCHANGE"
TRAINEE_VARIABLE = "KASUSLAB_TRAINEE"
# To go through it, but not to see who has something there.
_PASSED = 0o711
_READ = 0o755
# Whoever hands in lays a folder there that is the facilitators' group's too, and takes away nobody else's.
_INBOUND = 0o3733


@dataclass(frozen=True, slots=True)
class HubPlaces:
    """The folder of a hub."""

    root: Path

    @property
    def own(self) -> Path:
        """What the hub keeps for itself."""
        return self.root / "hub"

    @property
    def plan(self) -> Path:
        """The plan that the hub runs by."""
        return self.own / "plan.json"

    @property
    def accounts(self) -> Path:
        """Which cards were used, and by what their owners come in since."""
        return self.own / "accounts.json"

    @property
    def log(self) -> Path:
        """The log of JupyterHub and of all that it starts."""
        return self.own / "hub.log"

    @property
    def exchange(self) -> Path:
        """Nbgrader's exchange."""
        return self.root / "exchange"

    def home(self, account: str) -> Path:
        """The home of an account."""
        return self.root / "home" / account

    def make(self) -> None:
        """Make the folders that belong to root. Raises OSError."""
        modes = {self.root: _PASSED, self.own: OWNER_ALONE_FOLDER, self.exchange: _READ}
        for folder, mode in {**modes, self.root / "home": _PASSED}.items():
            _made(folder, mode, os.geteuid(), os.getegid())


def make_exchange(course: Path, owner: int, group: int) -> None:
    """Make the folders of one course in nbgrader's exchange, for the facilitator `owner` of `group`.

    Raises OSError.
    """
    folders = {course: _READ, course / "outbound": _READ, course / "inbound": _INBOUND}
    for folder, mode in {**folders, course / "feedback": _PASSED}.items():
        _made(folder, mode, owner, group)


def make_home(home: Path, owner: int, group: int) -> None:
    """Make a home that nobody but its owner looks into. Raises OSError."""
    _made(home, OWNER_ALONE_FOLDER, owner, group)


def _made(folder: Path, mode: int, owner: int, group: int) -> None:
    folder.mkdir(mode=OWNER_ALONE_FOLDER, parents=True, exist_ok=True)
    os.chown(folder, owner, group)
    folder.chmod(mode)
