"""The system accounts of a hub's people: the one module that knows the accounts of Linux."""

from __future__ import annotations

import hashlib
import pwd
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from release.hub.words import HubError, hub_sentence

# Far above those that people and services of a machine have, and below what 31 bits hold.
_FIRST_UID, _UIDS = 1_000_000_000, 1_000_000_000
_SECONDS = 120
NO_SHELL = "/usr/sbin/nologin"


@dataclass(frozen=True, slots=True)
class SystemAccount:
    """An account of this machine."""

    name: str
    uid: int
    gid: int
    home: Path


def trainee_uid(trainee: str) -> int:
    """The number of a trainee's account, which follows from the id in the roster.

    So whoever collects what was handed in knows whose a file is, on any machine, and asks nobody.
    """
    digest = hashlib.sha256(trainee.encode()).digest()
    return _FIRST_UID + int.from_bytes(digest[:8], "big") % _UIDS


def owner_of(folder: Path) -> SystemAccount:
    """The account that a folder belongs to. Raises HubError where it is root's, or nobody's."""
    about = folder.stat()
    try:
        entry = pwd.getpwuid(about.st_uid)
    except KeyError:
        raise HubError(hub_sentence("owner_unknown", course=folder, uid=about.st_uid)) from None
    if entry.pw_uid == 0:
        raise HubError(hub_sentence("owner_root", course=folder))
    return _account(entry)


def account_named(name: str) -> SystemAccount | None:
    """The account of that name, None where there is none."""
    try:
        return _account(pwd.getpwnam(name))
    except KeyError:
        return None


def make_account(name: str, trainee: str, home: Path) -> SystemAccount:
    """The account of a trainee, made where there is none; nobody comes in by it from elsewhere.

    Raises HubError where the name or the number is somebody else's, or the account cannot be made.
    """
    uid = trainee_uid(trainee)
    standing = account_named(name)
    if standing is not None and standing.uid == uid and standing.home == home:
        return standing
    if standing is not None or _is_taken(uid):
        raise HubError(hub_sentence("account_taken", account=name, uid=uid, trainee=trainee))
    words = ("--uid", str(uid), "--user-group", "--no-log-init", "--no-create-home", "--shell", NO_SHELL)
    # Numbers of this height are no mistake here.
    command = ["useradd", "-K", f"UID_MAX={_FIRST_UID + _UIDS}", *words, "--home-dir", str(home), name]
    try:
        made = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- our words
        why = made.stderr.strip()
    except OSError as error:
        why = str(error)
    account = account_named(name)
    if account is None:
        raise HubError(hub_sentence("account_failed", account=name, why=why))
    return account


def run_as(account: SystemAccount, script: str, given: str = "") -> str:
    """What a script of this Python prints, run as an account with nothing of ours. given: what it reads.

    Raises HubError where the account cannot run it.
    """
    try:
        done = subprocess.run(  # noqa: S603 -- this Python, and a script of ours
            [sys.executable, "-P", "-c", script],
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
            cwd="/",
            env={"HOME": "/nonexistent", "PATH": "/usr/bin:/bin"},
            user=account.uid,
            group=account.gid,
            extra_groups=[],
        )
    except PermissionError:
        python = Path(sys.executable).resolve()  # of a virtual environment the link alone may be read by all
        raise HubError(hub_sentence("wall_shut", account=account.name, path=python)) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise HubError(hub_sentence("wall_unread", account=account.name, why=str(error))) from None
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["–"])[-1]
        raise HubError(hub_sentence("wall_unread", account=account.name, why=why))
    return done.stdout


def _is_taken(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _account(entry: pwd.struct_passwd) -> SystemAccount:
    return SystemAccount(entry.pw_name, entry.pw_uid, entry.pw_gid, Path(entry.pw_dir))
