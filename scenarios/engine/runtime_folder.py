"""The folder of one user's own for what processes share while they run: the locks of records and courses.

It stands in the folder for temporary files, where others may write too; so whose it is, is looked at each
time. It is not the session's own (XDG_RUNTIME_DIR): that is swept when the user logs out, and what was
started there and runs on would then hold a lock that nobody else sees.
"""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from pathlib import Path

import platformdirs

from scenarios.documents.whole_file import OWNER_ALONE_FOLDER

_OTHERS = 0o077


def runtime_folder(temporary: Path | None = None, own: Path | None = None) -> Path:
    """The folder, made where it is missing: a folder, no link, this user's, and nobody else may enter.

    temporary: the machine's folder for temporary files; own: a folder among the user's own ones, taken
    where somebody else was first in `temporary`. Raises OSError, with both as its sentence, where neither
    can be used.
    """
    places = (
        (temporary or Path(tempfile.gettempdir())) / f"kasuslab-{_user()}",
        own or platformdirs.user_state_path("kasuslab") / "run",
    )
    problems = []
    for place in places:
        problem = _problem(place)
        if problem is None:
            return place
        problems.append(f"{place} {problem}")
    sentence = f"no folder for locks can be used: {'; '.join(problems)}. Make one of them yours alone"
    raise PermissionError(errno.EACCES, sentence)


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0


def _problem(place: Path) -> str | None:
    """Why a folder cannot be used, None where it can."""
    try:
        place.mkdir(mode=OWNER_ALONE_FOLDER, parents=True, exist_ok=True)
        # Of the name itself: a link to a folder of the user's own is not theirs to lay.
        status = place.lstat()
    except OSError as error:
        return f"cannot be made ({error.strerror})"
    if not stat.S_ISDIR(status.st_mode):
        return "is a link, no folder"
    if not hasattr(os, "getuid"):
        return None  # Windows gives every user a folder for temporary files
    if status.st_uid != _user():
        return "is another user's"
    return "is open to other users" if status.st_mode & _OTHERS else None
