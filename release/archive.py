"""Read what is handed in, out of files, folders and ZIPs within ZIPs, without writing any of it anywhere.

A name in an archive is a label here and never a path. Each member is unpacked up to a limit, whatever
the archive says of its size.
"""

from __future__ import annotations

import io
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TypeAlias

from scenarios.engine.hand_in import CARD_MEMBER, MAX_HAND_IN_BYTES
from scenarios.engine.record import MAX_RECORD_BYTES, RECORD_NAME
from scenarios.language import Texts
from scenarios.sentence import Sentence, sentences_of
from scenarios.sheets.packed import packed_problem

MAX_ARCHIVE_BYTES = 500_000_000
MAX_NESTED_BYTES = 20_000_000
MAX_NESTED_UNPACKED_BYTES = 40_000_000
MAX_UNPACKED_BYTES = 200_000_000
MAX_MEMBERS = 8_000
MAX_DEPTH = 3
MAX_FOLDERS = 12

OwnerOf: TypeAlias = Callable[[tuple[str, ...]], tuple[str, ...] | None]

_sentence = sentences_of(Path(__file__).with_name("archive.yaml"))
# Of hand-ins; keys are read from other files.
_READABLE = frozenset({".jsonl", ".json", ".txt", ""})
_QUIET = frozenset({"__MACOSX", ".ipynb_checkpoints", "__pycache__", ".DS_Store", "Thumbs.db", "desktop.ini"})
_UTF8 = 0x800
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_NO_NAME = frozenset('<>:"|?*')
_DEVICES = frozenset(
    ("con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10)))
)
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    OSError,
)


@dataclass(frozen=True, slots=True)
class ArchiveEntry:
    """One file. label: where it was found; parts: the names on the way to it, its own the last.

    data: its bytes, None where it is nothing that is read; hand_in: whether it is a ZIP of the shape of
    a hand-in; moment: when it was written, as its file or archive says.
    """

    label: str
    parts: tuple[str, ...]
    data: bytes | None
    hand_in: bool
    moment: datetime | None


@dataclass(frozen=True, slots=True)
class Unread:
    """What was not read, and why, as a sentence."""

    label: str
    why: str


@dataclass(slots=True)
class _Budget:
    """What one file on disk, one person's part of it, or one ZIP in it may still unpack to.

    most: how many bytes that was to begin with; a full one takes from nobody else's.
    """

    most: int = MAX_UNPACKED_BYTES
    members: int = MAX_MEMBERS
    unpacked: int = MAX_UNPACKED_BYTES

    @classmethod
    def of_person(cls) -> _Budget:
        """What one person's folder, or a ZIP in a ZIP, may unpack to."""
        return cls(MAX_NESTED_UNPACKED_BYTES, MAX_MEMBERS, MAX_NESTED_UNPACKED_BYTES)


@dataclass(frozen=True, slots=True)
class _ArchivePlace:
    """Where something stands."""

    parts: tuple[str, ...]
    moment: datetime | None = None
    depth: int = 0
    budget: _Budget = field(default_factory=_Budget)
    owner: OwnerOf = field(default=lambda _: None)
    readable: frozenset[str] = _READABLE

    @property
    def label(self) -> str:
        return "/".join(printable(part) for part in self.parts)

    @property
    def name(self) -> str:
        return self.parts[-1]


def entries(
    source: Path, *, owner: OwnerOf = lambda _: None, readable: frozenset[str] = _READABLE
) -> Iterator[ArchiveEntry | Unread]:
    """Everything in a file or a folder, in the order of the names; links are followed nowhere.

    owner: whose a file is by the parts of its place, None for nobody's: what one of them fills an archive
    with takes no room from the others. readable: the endings of files that are read, those of hand-ins where
    left out.
    """
    yield from _on_disk(source, _ArchivePlace((source.name,), owner=owner, readable=readable))


def printable(name: str) -> str:
    """A name of others on one line, without what a terminal would obey."""
    return "".join(sign if sign.isprintable() else "�" for sign in name)


def name_problem(name: str) -> Sentence | None:
    """Why a name in an archive is no path that every system takes, as a sentence; None where it is one."""
    parts = _parts(name)
    if name[:1] in {"/", "\\"} or ".." in parts or not parts:
        return _sentence("name_outside")
    for part in parts:
        if set(part) & _NO_NAME or any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in part):
            return _sentence("name_sign")
        if part.endswith((".", " ")) or part.partition(".")[0].rstrip().lower() in _DEVICES:
            return _sentence("name_windows")
    return None


def _on_disk(path: Path, place: _ArchivePlace) -> Iterator[ArchiveEntry | Unread]:
    try:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            yield Unread(place.label, _sentence("link"))
        elif stat.S_ISDIR(status.st_mode):
            yield from _folder(path, place)
        elif stat.S_ISREG(status.st_mode):
            moment = datetime.fromtimestamp(status.st_mtime, UTC)
            yield from _file(path, status.st_size, replace(place, moment=moment))
        else:
            yield Unread(place.label, _sentence("no_file"))
    except OSError as error:
        yield Unread(place.label, _sentence("unreadable", reason=error.strerror or "?"))


def _folder(path: Path, place: _ArchivePlace) -> Iterator[ArchiveEntry | Unread]:
    if len(place.parts) > MAX_FOLDERS:
        yield Unread(place.label, _sentence("folders_deep", most=MAX_FOLDERS))
        return
    for child in sorted(path.iterdir()):
        if not _quiet(child.name):
            inner = _ArchivePlace((*place.parts, child.name), owner=place.owner, readable=place.readable)
            yield from _on_disk(child, inner)


def _file(path: Path, size: int, place: _ArchivePlace) -> Iterator[ArchiveEntry | Unread]:
    suffix = path.suffix.lower()
    if suffix == ".zip":
        if size > MAX_ARCHIVE_BYTES:
            yield Unread(place.label, _too_large(size, MAX_ARCHIVE_BYTES))
            return
        with path.open("rb") as stream:
            yield from _archive(stream, size, place)
    elif suffix in place.readable and size <= MAX_RECORD_BYTES:
        yield ArchiveEntry(place.label, place.parts, path.read_bytes(), hand_in=False, moment=place.moment)
    elif suffix == ".jsonl":
        yield Unread(place.label, _too_large(size, MAX_RECORD_BYTES))
    else:
        yield ArchiveEntry(place.label, place.parts, None, hand_in=False, moment=place.moment)


def _archive(stream: IO[bytes], size: int, place: _ArchivePlace) -> Iterator[ArchiveEntry | Unread]:
    if place.depth >= MAX_DEPTH:
        yield Unread(place.label, _sentence("zips_deep", most=MAX_DEPTH))
        return
    try:
        with zipfile.ZipFile(stream) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if sorted(member.filename for member in members) == [RECORD_NAME, CARD_MEMBER]:
                if size > MAX_HAND_IN_BYTES:
                    yield Unread(place.label, _too_large(size, MAX_HAND_IN_BYTES))
                    return
                stream.seek(0)
                yield ArchiveEntry(place.label, place.parts, stream.read(), hand_in=True, moment=place.moment)
                return
            if place.depth and (problem := _nested_problem(members, size, place.readable)):
                yield Unread(place.label, problem)
                return
            place.budget.members -= len(members)
            if place.budget.members < 0:
                yield Unread(place.label, _sentence("many", most=MAX_MEMBERS))
                return
            yield from _members(archive, members, place)
    except _BROKEN:
        yield Unread(place.label, _sentence("no_zip"))


def _members(
    archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo], place: _ArchivePlace
) -> Iterator[ArchiveEntry | Unread]:
    """What an archive holds: each person's part of it up to a limit of its own, and so the rest together."""
    budgets: dict[tuple[str, ...], _Budget] = {}
    spent: set[int] = set()
    for member in members:
        owner = place.owner((*place.parts, *_parts(_name(member)))) if not place.depth else None
        budget = place.budget if owner is None else budgets.setdefault(owner, _Budget.of_person())
        if id(budget) in spent:
            continue
        yield from _member(archive, member, replace(place, budget=budget))
        if budget.unpacked < 0:
            spent.add(id(budget))
            label = place.label if owner is None else "/".join(map(printable, owner))
            yield Unread(label, _sentence("unpacks", most=budget.most))


def _member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, place: _ArchivePlace
) -> Iterator[ArchiveEntry | Unread]:
    name = _name(member)
    parts = _parts(name)
    if any(map(_quiet, parts)):
        return
    inner = replace(place, parts=(*place.parts, *parts), moment=_moment(member), depth=place.depth + 1)
    why = name_problem(name) or _member_problem(member)
    if why is not None:
        yield Unread(inner.label, why)
        return
    suffix = _suffix(parts[-1])
    if suffix != ".zip" and suffix not in place.readable:
        yield ArchiveEntry(inner.label, inner.parts, None, hand_in=False, moment=inner.moment)
        return
    if suffix == ".zip" and (why := _nested_problem([member], member.compress_size, place.readable)):
        yield Unread(inner.label, why)
        return
    most = MAX_NESTED_BYTES if suffix == ".zip" else MAX_RECORD_BYTES
    data = _unpacked(archive, member, most)
    if data is None:
        yield Unread(inner.label, _sentence("packing"))
        return
    place.budget.unpacked -= len(data)
    if len(data) > most:
        yield Unread(inner.label, _sentence("larger", most=most))
    elif suffix == ".zip":
        yield from _archive(io.BytesIO(data), len(data), replace(inner, budget=_nested_budget(place)))
    else:
        yield ArchiveEntry(inner.label, inner.parts, data, hand_in=False, moment=inner.moment)


def _too_large(size: int, most: int) -> Sentence:
    return _sentence("size", size=size, most=most)


def _nested_problem(
    members: Sequence[zipfile.ZipInfo], size: int, endings: frozenset[str]
) -> Sentence | None:
    most = MAX_NESTED_UNPACKED_BYTES
    readable = [member for member in members if _suffix(member.filename) in {*endings, ".zip"}]
    problem = packed_problem(readable, size, most_members=MAX_MEMBERS, most_bytes=most)
    return _whole(problem) if problem is not None else None


def _whole(clause: Sentence) -> Sentence:
    return Sentence(Texts({tag: f"{text[:1].upper()}{text[1:]}." for tag, text in clause.texts.items()}))


def _nested_budget(place: _ArchivePlace) -> _Budget:
    """What a ZIP in a ZIP may unpack to: all that is in it, further ZIPs too, shares one budget."""
    return place.budget if place.depth else _Budget.of_person()


def _suffix(name: str) -> str:
    return Path(name).suffix.lower()


def _quiet(name: str) -> bool:
    """Whether a program left this there, of which nobody knows."""
    return name in _QUIET or name.startswith(("._", "~$"))


def _member_problem(member: zipfile.ZipInfo) -> Sentence | None:
    mode = member.external_attr >> 16
    if stat.S_ISLNK(mode):
        return _sentence("link")
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        return _sentence("no_file")
    if member.flag_bits & _ENCRYPTED:
        return _sentence("password")
    if member.compress_type not in _METHODS:
        return _sentence("packing")
    return None


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes | None:
    """At most `most` bytes and one more, whatever the archive says of the size; None where it is broken."""
    try:
        with archive.open(member) as stream:
            return stream.read(most + 1)
    except _BROKEN:
        return None


def _name(member: zipfile.ZipInfo) -> str:
    """A member's name; some programs write UTF-8 and do not say so. Else its letters are those of cp437."""
    name = member.orig_filename
    if not (member.flag_bits & _UTF8 or name.isascii()):
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return unicodedata.normalize("NFC", name)


def _parts(name: str) -> tuple[str, ...]:
    # Some programs on Windows write “\” between folders.
    return tuple(part for part in name.replace("\\", "/").split("/") if part not in {"", "."})


def _moment(member: zipfile.ZipInfo) -> datetime | None:
    try:
        return datetime(*member.date_time, tzinfo=UTC)
    except ValueError:
        return None
