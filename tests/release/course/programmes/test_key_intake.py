"""Keys that were given: what is proved is put where keys are read, and nothing else is."""

from __future__ import annotations

import stat
import sys
from pathlib import Path
from shutil import copy

import pytest

from graders.key.key import KEYS as LIBRARY_KEYS
from graders.key.key import load_key
from release.course.programmes.key_intake import KeyIntakeError, intake_told, take_keys
from scenarios.documents.problem import BadInputError
from scenarios.library import case_folder
from scenarios.loader import load_case
from tests.parts.hand_ins import zipped
from tests.places import KEYS

FORM = "bentuk-warga-a"
PAIR = (FORM, "bentuk-warga-b")


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """The folder where keys are read, with one key in it."""
    folder = tmp_path / "keys"
    folder.mkdir()
    for file in LIBRARY_KEYS.glob("teman-gim*.yaml"):
        copy(file, folder)
    return folder


def given(*cases: str) -> list[Path]:
    return [KEYS / f"{case}{tag}.yaml" for case in cases for tag in ("", ".en")]


def archive(place: Path, **changed: bytes) -> Path:
    """A ZIP of the keys of both forms, in a folder, some of them changed, beside other files."""
    files = {file.name: file.read_bytes() for file in given(*PAIR)} | {
        f"{name.replace('_', '-')}.yaml": data for name, data in changed.items()
    }
    beside = {"kunci/fingerprints/bentuk-warga-a.yaml": b"version: 1", "kunci/baca saya.txt": b"-"}
    place.write_bytes(zipped({**{f"kunci/{name}": data for name, data in files.items()}, **beside}))
    return place


def test_keys_are_put_for_this_user_alone_and_can_be_loaded(keys: Path) -> None:
    intake = take_keys(given(*PAIR), keys)

    assert (intake.put, intake.refused) == (PAIR, ())
    assert load_key(load_case(case_folder(FORM)), keys).case == FORM
    if sys.platform != "win32":
        assert {stat.S_IMODE((keys / file.name).stat().st_mode) for file in given(*PAIR)} == {0o600}
    assert "program A3" in intake_told(intake, keys)[1].texts["id"]
    assert "program A0, A1, A2, A4" in intake_told(intake, keys)[2].texts["id"]
    assert take_keys(given(*PAIR), keys).standing == PAIR


def test_of_a_zip_that_is_partly_wrong_what_is_proved_is_taken_and_the_rest_told(
    keys: Path, tmp_path: Path
) -> None:
    wrong = (KEYS / f"{FORM}.yaml").read_bytes().replace(b"case_version: ", b"case_version: 9")

    intake = take_keys([archive(tmp_path / "kunci.zip", bentuk_warga_a=wrong)], keys)

    assert intake.put == PAIR[1:]
    assert not list(keys.glob(f"{FORM}*"))
    sentences = [one.texts["en"] for one in intake.refused]
    assert [
        one
        for one in sentences
        if f"The key of {FORM} does not fit its case" in one and f"{FORM}.yaml:" in one
    ]
    assert [one for one in sentences if "baca saya.txt is no file of a key" in one]
    assert len(sentences) == 2


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("bentuk-warga-a.yaml", "is not whole"),
        ("tak-dikenal.yaml", "no case tak-dikenal"),
        ("x.csv", "no file of a key"),
    ],
)
def test_what_is_no_whole_key_is_told_by_its_name(keys: Path, tmp_path: Path, name: str, fault: str) -> None:
    before = sorted(file.name for file in keys.iterdir())
    (tmp_path / name).write_bytes((KEYS / f"{FORM}.yaml").read_bytes())

    intake = take_keys([tmp_path / name], keys)

    assert fault in intake.refused[0].texts["en"]
    assert sorted(file.name for file in keys.iterdir()) == before


def test_two_files_of_one_name_that_differ_are_both_left(keys: Path, tmp_path: Path) -> None:
    other = (KEYS / f"{FORM}.yaml").read_bytes() + b"# changed\n"

    intake = take_keys([*given(*PAIR), archive(tmp_path / "kunci.zip", bentuk_warga_a=other)], keys)

    assert intake.put == PAIR[1:]
    assert "have one name and say different things" in " ".join(one.texts["en"] for one in intake.refused)


def test_another_key_of_the_case_stays_unless_it_is_said_to_be_replaced(keys: Path, tmp_path: Path) -> None:
    before = (keys / "teman-gim.yaml").read_bytes()
    for file in LIBRARY_KEYS.glob("teman-gim*.yaml"):
        (tmp_path / file.name).write_bytes(file.read_bytes() + b"# newer\n")
    newer = [tmp_path / "teman-gim.yaml", tmp_path / "teman-gim.en.yaml"]

    assert "Another key of teman-gim" in take_keys(newer, keys).refused[0].texts["en"]
    assert (keys / "teman-gim.yaml").read_bytes() == before
    assert take_keys(newer, keys, with_others=True).put == ("teman-gim",)
    assert (keys / "teman-gim.yaml").read_bytes() == before + b"# newer\n"


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "keys").touch()

    with pytest.raises(KeyIntakeError, match="cannot be written to") as caught:
        take_keys(given(FORM), tmp_path / "keys")
    assert isinstance(caught.value, BadInputError)
