"""`kasuslab pack`: cases of this lab, each proved to load with its key, into one bundle."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from graders.key.earlier import folder_of
from graders.key.guide import load_guide
from graders.review.round_file import load_round
from release.author.sharing.bundle import FORM, MOST_CASES, BundleManifest, LabName, write_bundle
from release.author.sharing.case_places import CasePlaces
from release.author.sharing.lab_seal import LabSeal, fingerprint
from release.author.sharing.passphrase import LEAST_LETTERS, SALT_BYTES
from release.author.sharing.references import key_there, reference_files
from release.author.sharing.words import SharingError, sentence
from scenarios.case import Case
from scenarios.loader import load_case
from scenarios.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Sender:
    """Who makes a bundle. name: what the lab calls itself; software: its version."""

    name: str
    seal: LabSeal
    software: str


def pack_cases(  # noqa: PLR0913 -- what is packed, where to, by whom, with what and when
    folders: Sequence[Path],
    places: CasePlaces,
    file: Path,
    *,
    sender: Sender,
    passphrase: str,
    now: datetime,
) -> tuple[Sentence, ...]:
    """Pack the cases in these folders, with what `places` has of each; return what is said of it.

    Raises SharingError, and ProblemsError where a case or its key cannot be loaded: nothing is written then.
    """
    if len(passphrase.strip()) < LEAST_LETTERS:
        raise SharingError(sentence("short_passphrase", least=LEAST_LETTERS))
    try:
        lab = TypeAdapter[str](LabName).validate_python(sender.name)
    except ValidationError:
        raise SharingError(sentence("lab_name")) from None
    if len(folders) > MOST_CASES:
        raise SharingError(sentence("many_cases", most=MOST_CASES))
    contents: dict[str, bytes] = {}
    cases: dict[str, Case] = {}
    for folder in folders:
        case = load_case(folder)
        cases[case.id] = case
        contents |= _contents(case, folder, places)
    contents |= reference_files([(case, key_there(case, places)) for case in cases.values()], places)
    manifest = BundleManifest(
        form=FORM,
        software=sender.software,
        lab=lab,
        key=sender.seal.public,
        made=now,
        salt=os.urandom(SALT_BYTES).hex(),
        cases=tuple(cases),
        files={},
    )
    write_bundle(file, manifest, contents, passphrase, sender.seal)
    lines = [sentence("packed", file=file, cases=", ".join(cases))]
    lines.append(sentence("fingerprint_own", fingerprint=fingerprint(sender.seal.public)))
    if tests := [name for name, case in cases.items() if case.use == "test"]:
        lines.append(sentence("packed_tests", cases=", ".join(tests)))
    return tuple(lines)


def _contents(case: Case, folder: Path, places: CasePlaces) -> Mapping[str, bytes]:
    """The files of a case by their names in a bundle, once they are proved. Raises SharingError."""
    if folder.resolve().name != case.id:
        raise SharingError(sentence("folder_name", folder=folder, case=case.id))
    keys, guides = folder_of(case, places.keys), folder_of(case, places.guides)
    own = replace(places, cases=folder.resolve().parent, keys=keys, guides=guides)
    key_there(case, places)
    if (guides / f"{case.id}.yaml").is_file():
        load_guide(case.id, guides)
    load_round(case.id, keys)
    try:
        return {name: place.read_bytes() for name, place in own.files(case.id).items() if place.is_file()}
    except OSError as error:
        raise SharingError(
            sentence("unreadable", file=error.filename, reason=error.strerror or error)
        ) from None
