"""The backup of a workshop: its database and its data folder, while it is served or afterwards.

The database is copied row by row as of one moment into a file of SQLite, whichever kind it is, so that a
backup of PostgreSQL comes back into SQLite as well, and the other way round.
"""

from __future__ import annotations

import filecmp
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatch
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, Table, func, insert, select

from release.backup.backup import BackupError, read_backup, sentence, write_backup
from release.workshop.data_folder import lock_of, own_folder
from release.workshop.writer.database import has_tables, was_never_made, writing
from release.workshop.writer.tables import EVENT, METADATA, PLAY, SEAT, WORKSHOP
from release.workshop.writer.workshops import opened
from scenarios.documents.whole_file import OWNER_ALONE_FOLDER

DATABASE_PART = "workshop.sqlite"
# What belongs to this machine and this start alone, and the database, which is copied in its own way.
_NOT_COPIED = ("workshop.sqlite*", "workshop.log", "*.lock", "start.*", ".*")
_ROWS_AT_A_TIME = 1000


@dataclass(frozen=True, slots=True)
class WorkshopBackup:
    """What a backup holds: how many of each, until when. place: the file, or where it was brought back to."""

    place: Path
    moment: datetime
    workshops: int
    seats: int
    plays: int
    events: int


def back_up_workshop(url: str, data: Path, file: Path, *, software: str, now: datetime) -> WorkshopBackup:
    """Write all workshops of the database at the SQLAlchemy URL `url` and their data folder into `file`.

    Whoever plays meanwhile is not held up. software: the version of kasuslab; now: an aware moment. Raises
    BackupError, DatabaseError.
    """
    if was_never_made(url):
        raise BackupError(sentence("nothing_here", place=data))
    with tempfile.TemporaryDirectory() as drafts, opened(url) as source:
        if not has_tables(source):
            raise BackupError(sentence("nothing_here", place=data))
        copied = Path(drafts) / DATABASE_PART
        with opened(f"sqlite:///{copied}", make=True) as target:
            counts = _copy_rows(source, target)
        write_backup(
            file, "workshop", {**_files_of(data), DATABASE_PART: copied}, software=software, moment=now
        )
    return WorkshopBackup(file, now, *counts)


def restore_workshop(file: Path, url: str, data: Path) -> WorkshopBackup:
    """Bring the backup `file` back into an empty database and data folder.

    Raises BackupError, before anything is changed, where the backup is damaged, the folder holds something
    else, the database holds workshops, or one is running; DatabaseError.
    """
    with tempfile.TemporaryDirectory() as name:
        unpacked = Path(name)
        manifest = read_backup(file, "workshop", unpacked)
        files = sorted(set(manifest.parts) - {DATABASE_PART})
        with _alone_in(data), opened(url, make=True) as target:
            _refuse_in_the_way(unpacked, data, files, target)
            with opened(f"sqlite:///{unpacked / DATABASE_PART}") as source:
                counts = _copy_rows(source, target)
            for part in files:
                (data / part).parent.mkdir(mode=OWNER_ALONE_FOLDER, parents=True, exist_ok=True)
                shutil.copy2(unpacked / part, data / part)
        own_folder(data)
    return WorkshopBackup(data, manifest.moment, *counts)


@contextmanager
def _alone_in(data: Path) -> Iterator[None]:
    """The data folder, with no workshop running on it meanwhile. Raises BackupError where one is."""
    own_folder(data)
    try:
        with FileLock(lock_of(data), timeout=0):
            yield
    except Timeout:
        raise BackupError(sentence("runs", place=data)) from None


def _files_of(data: Path) -> dict[str, Path]:
    """The files of a data folder by their names in a backup: secrets, exports, what the board remembers."""
    files = (file for file in data.rglob("*") if file.is_file() and not file.is_symlink())
    parts = ((file.relative_to(data), file) for file in files)
    return {
        part.as_posix(): file
        for part, file in parts
        if not any(fnmatch(name, pattern) for name in part.parts for pattern in _NOT_COPIED)
    }


def _refuse_in_the_way(unpacked: Path, data: Path, files: Iterable[str], target: Engine) -> None:
    with target.connect() as connection:
        if connection.scalar(select(func.count()).select_from(WORKSHOP)):
            raise BackupError(sentence("rows_in_the_way"))
    for part in files:
        if (data / part).exists() and not filecmp.cmp(unpacked / part, data / part, shallow=False):
            raise BackupError(sentence("in_the_way", place=data, part=part))


def _copy_rows(source: Engine, target: Engine) -> tuple[int, ...]:
    """Copy every row as of one moment, or none: how many workshops, seats, plays and events there were."""
    with _at_one_moment(source) as rows, writing(target) as copy:
        counts = {table.name: _copy_table(table, rows, copy) for table in METADATA.sorted_tables}
    return tuple(counts[table.name] for table in (WORKSHOP, SEAT, PLAY, EVENT))


def _copy_table(table: Table, rows: Connection, copy: Connection) -> int:
    count = 0
    stored = rows.execution_options(yield_per=_ROWS_AT_A_TIME).execute(select(table))
    for some in stored.mappings().partitions():
        copy.execute(insert(table), [dict(row) for row in some])
        count += len(some)
    if copy.dialect.name == "postgresql" and (number := table.autoincrement_column) is not None and count:
        # PostgreSQL draws numbers from a sequence, which does not see those that were given.
        sequence = func.pg_get_serial_sequence(table.name, number.name)
        copy.execute(select(func.setval(sequence, select(func.max(number)).scalar_subquery())))
    return count


@contextmanager
def _at_one_moment(source: Engine) -> Iterator[Connection]:
    """A connection that sees the database as it stood at its first look, whatever is written meanwhile."""
    if source.dialect.name == "sqlite":
        with source.connect() as connection:
            # By itself the driver begins nothing to read, and each look would be another moment.
            connection.exec_driver_sql("BEGIN")
            yield connection
        return
    with source.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        yield connection
