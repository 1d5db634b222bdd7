"""The backup of a course: its whole folder, with the gradebook as it stands at one moment."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from release.backup.backup import BackupError, read_backup, sentence, write_backup
from scenarios.documents.whole_file import OWNER_ALONE_FOLDER, put_folder

# By which a folder is known as a course's (nbgrader's own name for it).
COURSE_SETTINGS = "nbgrader_config.py"
GRADEBOOK = "gradebook.db"
_BESIDE_GRADEBOOK = tuple(f"{GRADEBOOK}{end}" for end in ("", "-wal", "-shm", "-journal"))
# What was cut off while it was written, and locks.
_NOT_COPIED = (".*.new", ".*.old", "*.lock")


@dataclass(frozen=True, slots=True)
class CourseBackup:
    """What a backup holds: how many files, until when. place: the file, or where it was brought back to."""

    place: Path
    moment: datetime
    files: int


def back_up_course(course: Path, file: Path, *, software: str, now: datetime) -> CourseBackup:
    """Write all of the folder `course` into `file`. software: the version of kasuslab; now: an aware moment.

    Raises BackupError, also where a link in it leads elsewhere.
    """
    if not (course / COURSE_SETTINGS).is_file():
        raise BackupError(sentence("no_course", place=course))
    with tempfile.TemporaryDirectory() as drafts:
        parts = {part.as_posix(): course / part for part in _parts_of(course)}
        if (course / GRADEBOOK).is_file():
            parts[GRADEBOOK] = _copied_gradebook(course / GRADEBOOK, Path(drafts) / GRADEBOOK)
        write_backup(file, "course", parts, software=software, moment=now)
    return CourseBackup(file, now, len(parts))


def restore_course(file: Path, course: Path) -> CourseBackup:
    """Bring the backup `file` back as the folder `course`, empty or not there. Raises BackupError."""
    if course.is_dir() and (standing := next(iter(sorted(course.iterdir())), None)) is not None:
        raise BackupError(sentence("in_the_way", place=course, part=standing.name))
    if course.exists() and not course.is_dir():
        raise BackupError(sentence("no_folder", place=course))
    try:
        course.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=course.parent, prefix=".") as drafts:
            made = Path(drafts) / course.name
            made.mkdir(mode=OWNER_ALONE_FOLDER)
            manifest = read_backup(file, "course", made)
            put_folder(made, course)
    except OSError as error:
        raise BackupError(sentence("unwritable", file=course, reason=error.strerror or error)) from None
    return CourseBackup(course, manifest.moment, len(manifest.parts))


def _parts_of(course: Path) -> Iterator[Path]:
    for file in sorted(course.rglob("*")):
        part = file.relative_to(course)
        if part.as_posix() in _BESIDE_GRADEBOOK or any(
            Path(name).match(pattern) for name in part.parts for pattern in _NOT_COPIED
        ):
            continue
        if file.is_symlink():
            raise BackupError(sentence("link", part=part, place=course))
        if file.is_file():
            yield part


def _copied_gradebook(gradebook: Path, copy: Path) -> Path:
    try:
        with closing(sqlite3.connect(gradebook)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    except sqlite3.Error as error:
        raise BackupError(sentence("unreadable", file=gradebook, reason=error)) from None
    return copy
