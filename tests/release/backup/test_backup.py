"""The file of a backup: whole, or refused."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from release.backup.backup import MANIFEST, BackupError, read_backup, write_backup
from scenarios.sentence import Sentence

NOW = datetime(2026, 11, 2, 17, tzinfo=UTC)
CONTENT = {"one.txt": b"one" * 1000, "below/two.txt": b"two"}


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    parts = {name: tmp_path / name.rpartition("/")[2] for name in CONTENT}
    for name, file in parts.items():
        file.write_bytes(CONTENT[name])
    write_backup(tmp_path / "copy.zip", "course", parts, software="0.1.0", moment=NOW)
    return tmp_path / "copy.zip"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "place").mkdir()
    return tmp_path / "place"


def written_anew(backup: Path, **changed: bytes) -> None:
    """The same archive with other members."""
    with zipfile.ZipFile(backup) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(backup, "w") as archive:
        for name, content in (members | changed).items():
            archive.writestr(name, content)


def manifest_of(backup: Path) -> dict[str, object]:
    with zipfile.ZipFile(backup) as archive:
        manifest: dict[str, object] = json.loads(archive.read(MANIFEST))
    return manifest


def test_what_was_copied_comes_back_byte_for_byte(backup: Path, place: Path) -> None:
    manifest = read_backup(backup, "course", place)

    assert manifest.moment == NOW
    assert {name: (place / name).read_bytes() for name in manifest.parts} == CONTENT


@pytest.mark.parametrize("content", [b"one" * 999 + b"two", b"one", b"one" * 2000])
def test_a_part_that_is_not_what_was_copied_is_named(backup: Path, place: Path, content: bytes) -> None:
    written_anew(backup, **{"one.txt": content})

    with pytest.raises(BackupError, match=r"one\.txt"):
        read_backup(backup, "course", place)


def test_wherever_a_byte_was_damaged_it_is_refused(backup: Path, tmp_path: Path) -> None:
    sound = backup.read_bytes()
    for at in range(0, len(sound), 7):
        damaged = bytearray(sound)
        damaged[at] ^= 0x20
        backup.write_bytes(damaged)
        place = tmp_path / f"at-{at}"
        place.mkdir()
        try:
            read_backup(backup, "course", place)
        except BackupError:
            continue
        # Dates and the like, of which nothing comes back.
        assert {name: (place / name).read_bytes() for name in CONTENT} == CONTENT


@pytest.mark.parametrize("length", [0, 10, 200, -1])
def test_one_that_was_cut_off_is_refused(backup: Path, place: Path, length: int) -> None:
    backup.write_bytes(backup.read_bytes()[:length])

    with pytest.raises(BackupError, match=r"copy\.zip"):
        read_backup(backup, "course", place)


@pytest.mark.parametrize("name", ["../out.txt", "/out.txt", "a\\..\\..\\out.txt", "con"])
def test_a_part_with_a_path_that_leads_elsewhere_is_refused(backup: Path, place: Path, name: str) -> None:
    manifest = manifest_of(backup)
    parts = manifest["parts"]
    assert isinstance(parts, dict)
    parts[name] = parts["one.txt"]
    written_anew(backup, **{MANIFEST: json.dumps(manifest).encode(), name: CONTENT["one.txt"]})

    with pytest.raises(BackupError, match=r"copy\.zip"):
        read_backup(backup, "course", place)

    assert not (place.parent / "out.txt").exists()


def test_the_copy_of_a_course_is_no_copy_of_a_workshop_and_the_right_command_is_said(
    backup: Path, place: Path
) -> None:
    with pytest.raises(BackupError) as refused:
        read_backup(backup, "workshop", place)

    sentence = refused.value.args[0]
    assert isinstance(sentence, Sentence)
    assert sentence.texts["en"].endswith("kasuslab restore")
    assert "salinan kursus, bukan lokakarya" in sentence.texts["id"]


def test_a_newer_form_is_refused_with_what_to_do(backup: Path, place: Path) -> None:
    written_anew(backup, **{MANIFEST: json.dumps({"form": 2, "something": "new"}).encode()})

    with pytest.raises(BackupError, match="newer"):
        read_backup(backup, "course", place)


def test_an_archive_of_anything_else_is_refused(tmp_path: Path, place: Path) -> None:
    with zipfile.ZipFile(tmp_path / "copy.zip", "w") as archive:
        archive.writestr("photo.jpg", b"")

    with pytest.raises(BackupError, match=r"copy\.zip"):
        read_backup(tmp_path / "copy.zip", "course", place)
