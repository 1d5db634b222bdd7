"""The keys and guides of earlier versions of a case: a course that was made with one is graded by its key."""

from __future__ import annotations

from pathlib import Path

from scenarios.case import Case

EARLIER = "earlier"


def folder_of(case: Case, folder: Path) -> Path:
    """Where the file for the version of `case` stands.

    That is ``earlier/<version>`` in `folder` where it holds one for the case, else `folder` itself. Beside
    the keys of an earlier version the catalogue of critical errors of its time may stand.
    """
    earlier = folder / EARLIER / case.version
    return earlier if (earlier / f"{case.id}.yaml").is_file() else folder
