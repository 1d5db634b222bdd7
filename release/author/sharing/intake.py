"""`kasuslab unpack`: what a bundle holds is told, and taken in whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from release.archive import printable
from release.author.bench.references import forget_books
from release.author.sharing.arrival import OVER_ANOTHER, CaseArrival
from release.author.sharing.bundle import Bundle
from release.author.sharing.case_places import CasePlaces
from release.author.sharing.known_labs import KnownLab, KnownLabs, write_known_labs
from release.author.sharing.lab_seal import fingerprint
from release.author.sharing.references import NOTHING_BROUGHT, ReferenceArrival
from release.author.sharing.words import SharingError, sentence
from scenarios.documents.whole_file import OWNER_ALONE, write_whole
from scenarios.sentence import Sentence


@dataclass(frozen=True, slots=True)
class LabBook:
    """The known labs, and the file that they are kept in."""

    file: Path
    labs: KnownLabs

    def sentences(self, bundle: Bundle) -> Iterator[Sentence]:
        """What is said of who has signed a bundle."""
        manifest = bundle.manifest
        parts = {
            "lab": printable(manifest.lab),
            "fingerprint": fingerprint(manifest.key),
            "made": manifest.made.date().isoformat(),
            "software": printable(manifest.software),
        }
        yield sentence("signed", file=bundle.file, **parts)
        standing = self.labs.standing(manifest.lab, manifest.key)
        called, holder = self.labs.called(manifest.lab), self.labs.with_key(manifest.key)
        known = called or holder
        before = {} if known is None else {"since": known.since, "name": known.name}
        old = "" if called is None else fingerprint(called.key)
        yield sentence(f"signer_{standing}", old=old, **parts, **before)

    def prove(self, bundle: Bundle, *, new_seal: bool) -> None:
        """Raise SharingError for a lab that signs with another key than before. new_seal: it was asked."""
        manifest = bundle.manifest
        if self.labs.standing(manifest.lab, manifest.key) == "changed" and not new_seal:
            raise SharingError(sentence("changed_refused", lab=printable(manifest.lab)))

    def keep(self, bundle: Bundle, today: date) -> None:
        """Remember who has signed a bundle that is taken in. Raises SharingError."""
        manifest = bundle.manifest
        if self.labs.standing(manifest.lab, manifest.key) != "known":
            lab = KnownLab(name=manifest.lab, key=manifest.key, since=today)
            write_known_labs(self.file, self.labs.with_lab(lab))


def prove_standing(arrived: Sequence[CaseArrival], *, over: bool) -> None:
    """Refuse what would take the place of another text. over: it was asked for. Raises SharingError.

    What stands here in a higher version gives way to nothing.
    """
    if older := [one.case.id for one in arrived if one.standing == "older"]:
        raise SharingError(sentence("older_refused", cases=", ".join(older)))
    others = [one.case.id for one in arrived if one.standing in OVER_ANOTHER]
    if others and not over:
        raise SharingError(sentence("over_refused", cases=", ".join(others)))


def take_in(
    arrived: Sequence[CaseArrival], places: CasePlaces, brought: ReferenceArrival = NOTHING_BROUGHT
) -> tuple[Sentence, ...]:
    """Write the files of these cases, all or none; return what is said of it. Raises SharingError.

    brought: what they rest on and this lab lacks, which is written first.
    """
    wanted: dict[Path, bytes | None] = {**brought.files}
    for one in arrived:
        if one.standing != "same":
            wanted |= {**one.earlier, **dict.fromkeys(one.gone), **one.graphs, **one.files}
    _write(wanted, places)
    forget_books()
    taken = [one for one in arrived if one.standing != "same"]
    lines = [sentence("taken", cases=", ".join(one.case.id for one in taken))]
    if tests := [one.case.id for one in taken if one.case.use == "test"]:
        lines.append(sentence("tests_taken", cases=", ".join(tests), keys=places.keys))
    return tuple(lines)


def _write(wanted: Mapping[Path, bytes | None], places: CasePlaces) -> None:
    """Let each file hold what is wanted, None for no file; with an error each holds what it held."""
    before: dict[Path, bytes | None] = {}
    try:
        for file, content in wanted.items():
            before[file] = file.read_bytes() if file.exists() else None
            _put(file, content, places)
    except OSError as error:
        for file, content in reversed(before.items()):
            with suppress(OSError):
                _put(file, content, places)
        folders = {file.parent for file in before if before[file] is None}
        for folder in sorted(folders, key=lambda one: -len(one.parts)):
            with suppress(OSError):
                folder.rmdir()  # of what was made for this alone: it goes where nothing stands in it
        raise SharingError(
            sentence("not_taken", file=error.filename or places.cases, reason=error.strerror or error)
        ) from None


def _put(file: Path, content: bytes | None, places: CasePlaces) -> None:
    """Write a file, what is secret for this user alone."""
    if content is None:
        file.unlink(missing_ok=True)
        return
    is_secret = file.is_relative_to(places.keys) or file.is_relative_to(places.guides)
    write_whole(file, content, mode=OWNER_ALONE if is_secret else None, parents=True)
