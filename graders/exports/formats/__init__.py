"""The forms in which grades leave a course: each module of this folder is one, found because it stands here.

A module has the name of its form, which is an option of ``kasuslab export`` (``moodle`` is ``--moodle``), and
names its class as `FORMAT`. It is given the grades and writes them as its learning platform takes them in.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Final

from graders.exports.grade_format import GradeFormat


def _formats() -> Mapping[str, GradeFormat]:
    formats: dict[str, GradeFormat] = {}
    for name in sorted(module.name for module in iter_modules([str(Path(__file__).parent)])):
        form = getattr(import_module(f"{__name__}.{name}"), "FORMAT", None)
        if not (isinstance(form, type) and issubclass(form, GradeFormat)):
            raise TypeError(f"{__name__}.{name} names no GradeFormat as FORMAT, as every module here does.")
        formats[name] = form()
    return formats


GRADE_FORMATS: Final[Mapping[str, GradeFormat]] = _formats()
"""Every form of a file of grades, by its name."""
