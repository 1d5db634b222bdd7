"""A hub from its start to its end: accounts, folders and walls first, then JupyterHub until Ctrl-C."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Callable
from pathlib import Path

import yaml
from pydantic import ValidationError

from release.formgrader import answers
from release.hub.accounts import HubAccounts
from release.hub.hub_plan import HubLti, HubPlan
from release.hub.places import PLAN_VARIABLE, SETTINGS, make_exchange
from release.hub.system_accounts import SystemAccount, run_as
from release.hub.walls import try_walls
from release.hub.words import HubError, hub_sentence
from release.processes import end_all, interrupted_by_sigterm, refuse_ended, start_process, wait_until
from scenarios.documents.whole_file import OWNER_ALONE, write_whole

_START_SECONDS, _END_SECONDS = 60, 60
_LOOK_SECONDS = 0.5
# A course's settings are a program of the facilitator's, and are not run as root.
_COURSE_ID = """
import sys
from traitlets.config.loader import PyFileConfigLoader
print(PyFileConfigLoader("nbgrader_config.py", path=sys.stdin.read()).load_config().CourseDirectory.course_id)
"""

# What was kept long enough is forgotten, as whichever command opens a course does.
_CLEAR = """
import sys
from pathlib import Path
from release.commands.retention import clear_in_time
clear_in_time(Path(sys.stdin.read()))
"""


def serve_hub(plan: HubPlan, ready: Callable[[HubAccounts], None]) -> None:
    """Serve a hub until Ctrl-C or SIGTERM, and leave no process behind. ready: called once it answers.

    Raises HubError where it cannot be made safe or does not start, RosterError, ProcessEndedError.
    """
    _refuse_unready(plan)
    accounts = HubAccounts(plan.course, plan.places)
    if not accounts.roster():
        raise HubError(hub_sentence("no_roster", course=plan.course))
    make_ready(plan, accounts)
    with interrupted_by_sigterm():
        hub = start_process(
            "hub",
            "jupyterhub",
            f"--config={SETTINGS / 'jupyterhub_config.py'}",
            log=plan.places.log,
            folder=plan.places.own,
            environ={**_inherited(), PLAN_VARIABLE: str(plan.places.plan)},
        )
        try:
            health = f"http://127.0.0.1:{plan.port + 1}/hub/health"
            if wait_until(lambda: answers(health), [hub], _START_SECONDS) is None:
                parts = {"address": health, "seconds": _START_SECONDS, "log": plan.places.log}
                raise HubError(hub_sentence("silent", **parts))
            ready(accounts)
            while True:
                refuse_ended([hub])
                time.sleep(_LOOK_SECONDS)
        except KeyboardInterrupt:
            return
        finally:
            end_all([hub], _END_SECONDS)


def make_ready(plan: HubPlan, accounts: HubAccounts) -> None:
    """Make accounts and folders, and try the walls. Raises HubError, RosterError."""
    facilitator, places = accounts.facilitator, plan.places
    run_as(facilitator, _CLEAR, str(plan.course))
    try:
        places.make()
        trainees = [accounts.settle(each) for each in accounts.all().values() if each.trainee is not None]
        make_exchange(
            places.exchange / _course_id(plan.course, facilitator), facilitator.uid, facilitator.gid
        )
    except OSError as error:
        why = f"{error.strerror}: {error.filename}"
        raise HubError(hub_sentence("place_unwritable", place=plan.place, why=why)) from None
    try_walls(plan.course, places, plan.keys, facilitator, trainees)
    write_whole(places.plan, plan.model_dump_json(indent=1), mode=OWNER_ALONE)


def find_hub_proxy(program: str) -> Path:
    """The proxy that stands before a hub. Raises HubError where it is not there."""
    place = shutil.which(program)
    if place is None:
        raise HubError(hub_sentence("no_proxy", proxy=program))
    return Path(place).absolute()


def read_lti(file: Path) -> HubLti:
    """The learning management system that a file names. Raises HubError."""
    try:
        return HubLti.model_validate(yaml.safe_load(file.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        places = error.errors() if isinstance(error, ValidationError) else ()
        why = ", ".join(".".join(map(str, each["loc"])) for each in places) or str(error).splitlines()[0]
        raise HubError(hub_sentence("lti_unread", file=file, why=why)) from None


def _refuse_unready(plan: HubPlan) -> None:
    if (plan.certificate is None) != (plan.certificate_key is None):
        raise HubError(hub_sentence("both_certificates"))
    for port in range(plan.port, plan.port + 3):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((plan.host if port == plan.port else "127.0.0.1", port))
            except OSError:
                raise HubError(hub_sentence("port_in_use", port=port)) from None


def _inherited() -> dict[str, str]:
    """What JupyterHub has of our environment: nothing that says more than where programs are."""
    return {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "LC_ALL", "TZ"}}


def _course_id(course: Path, facilitator: SystemAccount) -> str:
    name = run_as(facilitator, _COURSE_ID, str(course)).strip()
    if not name or "/" in name or name.startswith("."):
        raise HubError(hub_sentence("no_course_id", course=course, name=name))
    return name
