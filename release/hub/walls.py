"""The walls of a hub, tried before anybody comes in: what a trainee's account reads, and what it must not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from graders.key.key import KEYS
from release.course.course import CHECKOUT
from release.hub.places import HubPlaces
from release.hub.system_accounts import SystemAccount, run_as
from release.hub.words import HubError, hub_sentence

# What stands beside the lab where it is not a trainee's wheel: keys, guides, and all that quotes them.
_SECRET = ("graders/keys", "graders/guides", "graders/rules.md", "tests", ".git", "dist")
# It imports what a server does, and tries each path as a person would.
_PROBE = """
import json, os, sys
import jupyterhub.singleuser, release.assignment_page.handlers
def reads(path):
    try:
        if os.path.isdir(path): return os.access(path, os.R_OK) and os.listdir(path) is not None
        with open(path, "rb"): return True
    except OSError:
        return False
print(json.dumps([path for path in json.load(sys.stdin) if reads(path)]))
"""


def try_walls(
    course: Path, places: HubPlaces, keys: Path, facilitator: SystemAccount, trainees: Sequence[SystemAccount]
) -> None:
    """Try them by the first of `trainees`. Raises HubError for whatever does not hold."""
    trainee = trainees[0]
    homes = [facilitator.home, *(each.home for each in trainees[1:])]
    shut = [*secrets(keys), *_with_children(course), *_with_children(places.own), *homes]
    inbounds = [*places.exchange.glob("*/inbound"), *places.exchange.glob("*/feedback")]
    if read := _read_by(trainee, [*shut, *inbounds]):
        raise HubError(hub_sentence("wall_open", path=read[0]))
    key_files = sorted(keys.glob("*.yaml"))
    if set(_read_by(facilitator, key_files)) != set(key_files):
        raise HubError(hub_sentence("keys_shut", account=facilitator.name, path=keys))


def secrets(keys: Path) -> Iterator[Path]:
    """What no trainee reads of the lab itself, where it is here."""
    # Where the lab was installed from a wheel, others' folders stand beside it.
    beside = _SECRET if (CHECKOUT / "pyproject.toml").exists() else ()
    for place in (keys, KEYS, *(CHECKOUT / name for name in beside)):
        if place.exists():
            yield from _with_children(place)


def _with_children(place: Path) -> Iterator[Path]:
    """A folder and what stands in it, of which one may be known by its name."""
    yield place
    if place.is_dir():
        yield from sorted(place.iterdir())


def _read_by(account: SystemAccount, paths: Sequence[Path]) -> list[Path]:
    """Which of these an account reads. Raises HubError where that could not be tried."""
    answer = run_as(account, _PROBE, json.dumps([str(path) for path in paths]))
    return [Path(name) for name in json.loads(answer)]
