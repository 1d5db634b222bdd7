"""The walls of a hub, tried before anybody comes in: what a trainee's account reads, and what it must not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from graders.key.key import KEYS
from release.course.course import CHECKOUT
from release.hub.places import HubPlaces
from release.hub.system_accounts import SystemAccount, run_as
from release.hub.words import HubError, hub_sentence

# What stands beside the lab where it is not a trainee's wheel: keys, guides, and all that quotes them.
_SECRET = ("graders/keys", "graders/guides", "graders/rules.md", "tests", ".git", "dist")
# It imports what a server does. A folder is open where one may look into it or go through it.
_PROBE = """
import json, os, sys
import jupyterhub.singleuser, release.assignment_page.handlers
def is_open(path):
    return os.access(path, os.R_OK) or (os.path.isdir(path) and os.access(path, os.X_OK))
shut, unlisted = json.load(sys.stdin)
print(json.dumps([*filter(is_open, shut), *(path for path in unlisted if os.access(path, os.R_OK))]))
"""


def try_walls(
    course: Path, places: HubPlaces, keys: Path, facilitator: SystemAccount, trainees: Sequence[SystemAccount]
) -> None:
    """Try them by the first of `trainees`. Raises HubError for whatever does not hold."""
    homes = [facilitator.home, *(each.home for each in trainees[1:])]
    unlisted = [*places.exchange.glob("*/inbound"), *places.exchange.glob("*/feedback")]
    if opened := _open_to(trainees[0], [*secrets(keys), course, places.own, *homes], unlisted):
        raise HubError(hub_sentence("wall_open", path=opened[0]))
    key_files = sorted(keys.glob("*.yaml"))
    if _open_to(facilitator, key_files, ()) != key_files:
        raise HubError(hub_sentence("keys_shut", account=facilitator.name, path=keys))


def secrets(keys: Path) -> list[Path]:
    """What no trainee reads of the lab itself, where it is here."""
    # Where the lab was installed from a wheel, others' folders stand beside it.
    beside = _SECRET if (CHECKOUT / "pyproject.toml").exists() else ()
    return [place for place in (keys, KEYS, *(CHECKOUT / name for name in beside)) if place.exists()]


def _open_to(account: SystemAccount, shut: Iterable[Path], unlisted: Iterable[Path]) -> list[Path]:
    """Which of these are open to an account. Raises HubError where that could not be tried."""
    paths = [[str(path) for path in each] for each in (shut, unlisted)]
    return [Path(name) for name in json.loads(run_as(account, _PROBE, json.dumps(paths)))]
