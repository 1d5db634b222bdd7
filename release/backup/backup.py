"""A backup: one file with all of a workshop or a course as it stood at one moment, which proves itself whole.

It is a ZIP with a manifest. Each part is told there with its length and its SHA-256, so that what a stick or
a mail has damaged is refused before anything of it is brought back.
"""

from __future__ import annotations

import hashlib
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from release.archive import name_problem
from scenarios.documents.problem import BadInputError
from scenarios.documents.whole_file import OWNER_ALONE, OWNER_ALONE_FOLDER, whole_file
from scenarios.sentence import sentences_of

Kind = Literal["workshop", "course"]
FORM = 1
MANIFEST = "manifest.json"
COMMANDS: Mapping[Kind, str] = {"workshop": "workshop restore", "course": "restore"}
MOST_MANIFEST_BYTES = 50_000_000
_BLOCK = 1 << 20
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    KeyError,
    struct.error,
)

sentence = sentences_of(Path(__file__).with_name("backup.yaml"))


class BackupError(BadInputError):
    """A backup cannot be made, read or brought back; a sentence. Nothing was changed."""


class BackupPart(BaseModel):
    """One file within a backup. size: in bytes; sha256: of its content, in hexadecimal digits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int
    sha256: str


class Manifest(BaseModel):
    """What a backup says of itself. moment: until when it holds everything; parts: by their names in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    form: int
    kind: Kind
    software: str
    moment: datetime
    parts: dict[str, BackupPart]


class _AnyForm(BaseModel):
    """What every form of a manifest says, also a later one."""

    form: int


def write_backup(
    file: Path, kind: Kind, parts: Mapping[str, Path], *, software: str, moment: datetime
) -> Manifest:
    """Write a backup of files by their names in it, whole or not at all, for this user alone.

    software: the version of kasuslab. Raises BackupError, also where `file` is there already.
    """
    if file.exists():
        raise BackupError(sentence("there_already", file=file))
    contents: dict[str, BackupPart] = {}
    try:
        with (
            whole_file(file, mode=OWNER_ALONE, parents=True) as stream,
            zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive,
        ):
            for name, part in sorted(parts.items()):
                with part.open("rb") as content, archive.open(name, "w", force_zip64=True) as packed:
                    contents[name] = _copied(content, packed)
            # Last, since a file may grow while it is copied: what is told is what went in.
            manifest = Manifest(form=FORM, kind=kind, software=software, moment=moment, parts=contents)
            archive.writestr(MANIFEST, manifest.model_dump_json(indent=1))
    except OSError as error:
        raise BackupError(sentence("unwritable", file=file, reason=error.strerror or error)) from None
    return manifest


def read_backup(file: Path, kind: Kind, place: Path) -> Manifest:
    """Unpack the backup of a workshop or a course into the empty folder `place`; return what is told of it.

    Raises BackupError where it is none, of the other kind, of a newer form, or damaged anywhere; OSError
    where `place` cannot be written.
    """
    with _opened(file) as archive:
        manifest = _manifest(file, archive, kind)
        for name, part in manifest.parts.items():
            if name_problem(name) is not None:
                raise BackupError(sentence("no_backup", file=file))
            _unpack(archive, name, part, place, file)
    return manifest


def _unpack(archive: zipfile.ZipFile, name: str, part: BackupPart, place: Path, file: Path) -> None:
    target = place.joinpath(*name.split("/"))
    target.parent.mkdir(mode=OWNER_ALONE_FOLDER, parents=True, exist_ok=True)
    try:
        packed = _member(archive, name)
        with packed, target.open("xb") as unpacked:
            target.chmod(OWNER_ALONE)
            content = _copied(packed, unpacked, most=part.size)
    except _BROKEN:
        raise BackupError(sentence("damaged", file=file, part=name)) from None
    if content != part:
        raise BackupError(sentence("damaged", file=file, part=name))


def _member(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    """A part's content as it is packed. Raises ValueError where the archive leads nowhere."""
    try:
        return archive.open(name)
    except OSError as error:
        raise ValueError(str(error)) from None


def _copied(source: IO[bytes], target: IO[bytes], *, most: int | None = None) -> BackupPart:
    """Copy a stream, and tell what was in it. most: bytes after which it ends, whatever there is still."""
    digest, size = hashlib.sha256(), 0
    while (most is None or size <= most) and (block := source.read(_BLOCK)):
        digest.update(block)
        size += len(block)
        target.write(block)
    return BackupPart(size=size, sha256=digest.hexdigest())


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(file)
    except _BROKEN:
        raise BackupError(sentence("no_backup", file=file)) from None
    except OSError as error:
        raise BackupError(sentence("unreadable", file=file, reason=error.strerror or error)) from None
    with archive:
        yield archive


def _manifest(file: Path, archive: zipfile.ZipFile, kind: Kind) -> Manifest:
    """What is told of a backup, where it is of this kind and of a form that is known. Raises BackupError."""
    try:
        with _member(archive, MANIFEST) as stream:
            content = stream.read(MOST_MANIFEST_BYTES)
        form = _AnyForm.model_validate_json(content).form
        if form > FORM:
            raise BackupError(sentence("newer", file=file, form=form, known=FORM))
        manifest = Manifest.model_validate_json(content)
    except (*_BROKEN, ValidationError):
        raise BackupError(sentence("no_backup", file=file)) from None
    if manifest.kind != kind:
        standing, wanted = sentence(manifest.kind), sentence(kind)
        command = COMMANDS[manifest.kind]
        raise BackupError(sentence("other_kind", file=file, kind=standing, wanted=wanted, command=command))
    return manifest
