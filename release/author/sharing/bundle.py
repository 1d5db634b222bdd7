"""A bundle: cases with their keys and guides in one file, which proves who made it and that it is whole.

It is a ZIP with a manifest that the lab has signed. The manifest tells each file with its length and its
SHA-256, as it stands in the ZIP: who has made a bundle is proved without the passphrase. Nothing is unpacked
to a place that the ZIP names: a file is taken by the name that a case of the manifest gives it, or refused.
"""

from __future__ import annotations

import hashlib
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from release.archive import name_problem, printable
from release.author.sharing.case_places import RULES_PART, SOURCES_PART, CasePlaces, is_sealed
from release.author.sharing.lab_seal import SIGNATURE_BYTES, LabSeal, is_signed
from release.author.sharing.passphrase import SALT_BYTES, SEAL_BYTES, NotOpenedError, PassphraseKey
from release.author.sharing.words import SharingError, sentence
from scenarios.documents.document import MAX_BYTES
from scenarios.documents.part import CaseId
from scenarios.documents.whole_file import OWNER_ALONE, write_whole

FORM = 1
MANIFEST, SIGNATURE = "manifest.json", "manifest.signature"
MOST_CASES = 100
MOST_FILE_BYTES = 50_000_000
MOST_UNPACKED_BYTES = 100_000_000
MOST_LAB_NAME = 80
_MOST_PART_BYTES = MAX_BYTES + SEAL_BYTES
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_NOWHERE = CasePlaces(Path(), Path(), Path())  # for the names alone that the files of a case have
_FILES_OF_A_CASE = len(_NOWHERE.files("a"))
_OTHER_FILES = 4  # manifest and signature, sources and rules
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
    KeyError,
    OSError,
)

LabName = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=MOST_LAB_NAME, pattern=r"^[^\x00-\x1f]+$"
    ),
]
_Hex = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class BundlePart(BaseModel):
    """One file within a bundle. size: in bytes; sha256: of its content as it stands there, in hex digits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: Annotated[int, Field(ge=0, le=_MOST_PART_BYTES)]
    sha256: _Hex


class BundleManifest(BaseModel):
    """What a bundle says of itself.

    software: the version of the lab; lab: what the lab that made it calls itself; key: its public key in hex
    digits; made: when; salt: that of the passphrase, in hex digits; files: by their names in it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    form: int
    software: Annotated[str, StringConstraints(max_length=40)]
    lab: LabName
    key: _Hex
    made: datetime
    salt: Annotated[str, StringConstraints(pattern=rf"^[0-9a-f]{{{2 * SALT_BYTES}}}$")]
    cases: Annotated[tuple[CaseId, ...], Field(min_length=1, max_length=MOST_CASES)]
    files: Mapping[str, BundlePart]


class _BundleForm(BaseModel):
    """What every form of a manifest says, also a later one."""

    form: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that was read: its file, what it says of itself, and its files as they stand in it."""

    file: Path
    manifest: BundleManifest
    parts: Mapping[str, bytes]

    def opened(self, passphrase: str) -> Mapping[str, bytes]:
        """Its files by their names, what is secret too. Raises SharingError for another passphrase."""
        key = PassphraseKey.of(passphrase, bytes.fromhex(self.manifest.salt))
        try:
            return {
                name: key.opened(name, content) if is_sealed(name) else content
                for name, content in self.parts.items()
            }
        except NotOpenedError:
            raise SharingError(sentence("wrong_passphrase", file=self.file)) from None


def write_bundle(
    file: Path, manifest: BundleManifest, contents: Mapping[str, bytes], passphrase: str, seal: LabSeal
) -> BundleManifest:
    """Write a bundle of `contents` by their names in it, whole or not at all; return what it says of itself.

    manifest: with no files yet. Raises SharingError, also where `file` is there already.
    """
    if file.exists():
        raise SharingError(sentence("there_already", file=file))
    key = PassphraseKey.of(passphrase, bytes.fromhex(manifest.salt))
    parts = {name: key.sealed(name, one) if is_sealed(name) else one for name, one in contents.items()}
    signed = manifest.model_copy(update={"files": {name: _part(one) for name, one in parts.items()}})
    text = signed.model_dump_json(indent=1).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, text)
        archive.writestr(SIGNATURE, seal.signature(text))
        for name, content in sorted(parts.items()):
            archive.writestr(name, content)
    try:
        write_whole(file, packed.getvalue(), mode=OWNER_ALONE, parents=True)
    except OSError as error:
        raise SharingError(sentence("unwritable", file=file, reason=error.strerror or error)) from None
    return signed


def read_bundle(file: Path) -> Bundle:
    """Read a bundle and prove it: who has signed it, and that each file is what was signed.

    Raises SharingError where it is none, of another form, damaged, larger than the bounds, or holds anything
    that its manifest does not tell or that is no file of a case.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(_bytes(file))) as archive:
            members = _members(file, archive.infolist())
            text = _content(file, archive, members.get(MANIFEST), MAX_BYTES)
            signature = _content(file, archive, members.get(SIGNATURE), SIGNATURE_BYTES)
            manifest = _manifest(file, text)
            if not is_signed(text, signature, manifest.key):
                raise SharingError(sentence("not_signed", file=file))
            _prove_names(file, manifest, members.keys() - {MANIFEST, SIGNATURE})
            parts = {
                name: _proved(file, name, part, _content(file, archive, members[name], part.size))
                for name, part in manifest.files.items()
            }
    except _BROKEN:
        raise SharingError(sentence("no_bundle", file=file)) from None
    return Bundle(file, manifest, parts)


def _part(content: bytes) -> BundlePart:
    return BundlePart(size=len(content), sha256=hashlib.sha256(content).hexdigest())


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            content = stream.read(MOST_FILE_BYTES + 1)
    except OSError as error:
        raise SharingError(sentence("unreadable", file=file, reason=error.strerror or error)) from None
    if len(content) > MOST_FILE_BYTES:
        raise SharingError(sentence("too_large", file=file))
    return content


def _members(file: Path, infos: Sequence[zipfile.ZipInfo]) -> Mapping[str, zipfile.ZipInfo]:
    """The files in the ZIP by their names; refused is what no bundle of ours holds."""
    sizes = sum(info.file_size for info in infos)
    if len(infos) > MOST_CASES * _FILES_OF_A_CASE + _OTHER_FILES or sizes > MOST_UNPACKED_BYTES:
        raise SharingError(sentence("too_large", file=file))
    members: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name, kind = info.filename, stat.S_IFMT(info.external_attr >> 16)
        is_file = kind in {0, stat.S_IFREG} and info.compress_type in _METHODS and not info.is_dir()
        if name_problem(name) is not None or name != info.orig_filename or not is_file or name in members:
            raise SharingError(sentence("out_of_place", file=file, part=printable(info.orig_filename)))
        members[name] = info
    return members


def _content(file: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo | None, most: int) -> bytes:
    """What a file in the ZIP holds, which is never more than `most` bytes and one."""
    if info is None:
        raise SharingError(sentence("no_bundle", file=file))
    try:
        with archive.open(info) as stream:
            return stream.read(most + 1)
    except _BROKEN:
        raise SharingError(sentence("damaged", file=file, part=printable(info.filename))) from None


def _manifest(file: Path, text: bytes) -> BundleManifest:
    try:
        form = _BundleForm.model_validate_json(text).form
        if form != FORM:
            raise SharingError(sentence("other_form", file=file, form=form, known=FORM))
        return BundleManifest.model_validate_json(text)
    except ValidationError:
        raise SharingError(sentence("no_bundle", file=file)) from None


def _prove_names(file: Path, manifest: BundleManifest, there: AbstractSet[str]) -> None:
    """Refuse a file that the manifest does not tell, or lacks, or that no case of it has."""
    if odd := sorted(there ^ manifest.files.keys()):
        raise SharingError(sentence("untold", file=file, part=printable(odd[0])))
    known = {name for case_id in manifest.cases for name in _NOWHERE.files(case_id)}
    known |= {SOURCES_PART, RULES_PART}
    if odd := sorted(there - known):
        raise SharingError(sentence("out_of_place", file=file, part=printable(odd[0])))


def _proved(file: Path, name: str, part: BundlePart, content: bytes) -> bytes:
    if _part(content) != part:
        raise SharingError(sentence("damaged", file=file, part=name))
    return content
