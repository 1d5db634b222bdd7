"""Where locks stand on a machine that others use too: in a folder that is this user's alone, or nowhere."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from scenarios.engine.record import RecordFile, RecordInUseError
from scenarios.engine.runtime_folder import runtime_folder
from tests.places import TESTS

posix_only = pytest.mark.skipif(not hasattr(os, "getuid"), reason="Windows has no owners of this kind")


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """A folder for temporary files, of this test alone."""
    place = tmp_path / "tmp"
    place.mkdir()
    return place


def first_name(temporary: Path) -> Path:
    """What the folder is called in `temporary`, as everybody on the machine can guess."""
    return temporary / f"kasuslab-{os.getuid()}"


def test_the_folder_is_its_owners_alone_and_the_same_each_time(temporary: Path, tmp_path: Path) -> None:
    folder = runtime_folder(temporary, tmp_path / "own")

    assert folder.parent == temporary
    assert folder.stat().st_mode & 0o777 == 0o700
    assert runtime_folder(temporary, tmp_path / "own") == folder


def _link_to_another_folder(place: Path) -> None:
    place.parent.with_name("victim").mkdir()
    place.symlink_to(place.parent.with_name("victim"))


def _link_to_nothing(place: Path) -> None:
    place.symlink_to(place.parent.with_name("nothing"))


def _file(place: Path) -> None:
    place.write_text("")


def _open_to_all(place: Path) -> None:
    place.mkdir()
    place.chmod(0o777)


def _open_to_read(place: Path) -> None:
    place.mkdir(mode=0o755)


def _another_users(place: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can give a folder away")
    place.mkdir(mode=0o700)
    os.chown(place, 4711, 4711)


FIRST = [_link_to_another_folder, _link_to_nothing, _file, _open_to_all, _open_to_read, _another_users]


@posix_only
@pytest.mark.parametrize("lay", FIRST)
def test_what_somebody_else_laid_there_first_is_not_used(
    temporary: Path, tmp_path: Path, lay: Callable[[Path], None]
) -> None:
    lay(first_name(temporary))

    folder = runtime_folder(temporary, tmp_path / "own" / "run")

    assert folder == tmp_path / "own" / "run"
    assert folder.stat().st_mode & 0o777 == 0o700


@posix_only
@pytest.mark.parametrize("lay", FIRST)
def test_where_no_folder_can_be_trusted_there_is_a_sentence_and_no_lock(
    temporary: Path, tmp_path: Path, lay: Callable[[Path], None]
) -> None:
    lay(first_name(temporary))
    (tmp_path / "own").write_text("")

    with pytest.raises(OSError, match=r"no folder for locks can be used: .* Make one of them yours alone"):
        runtime_folder(temporary, tmp_path / "own")


@posix_only
@pytest.mark.parametrize("kind", ["lock", "turn"])
def test_a_link_in_place_of_a_lock_touches_no_file_and_takes_no_record(tmp_path: Path, kind: str) -> None:
    victim = tmp_path / "letter.txt"
    victim.write_text("Dear all", encoding="utf-8")
    with RecordFile(tmp_path / "decisions.jsonl", locks=tmp_path / "locks"):
        pass
    (lock,) = (tmp_path / "locks").glob(f"*.{kind}")
    lock.unlink()
    lock.symlink_to(victim)

    with pytest.raises((OSError, RecordInUseError)):
        RecordFile(tmp_path / "decisions.jsonl", locks=tmp_path / "locks")

    assert victim.read_text(encoding="utf-8") == "Dear all"


@pytest.mark.parametrize("version", ["3.20.0", "3.20.3", "4.2.0"])
def test_no_filelock_that_follows_a_link_is_installed_with_the_lab(version: str) -> None:
    project = tomllib.loads((TESTS.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (lock,) = (need for need in map(Requirement, project["dependencies"]) if need.name == "filelock")

    assert version not in lock.specifier


@posix_only
def test_a_record_can_be_played_where_somebody_else_was_first_in_the_folder_for_temporary_files(
    temporary: Path, tmp_path: Path
) -> None:
    _open_to_all(first_name(temporary))
    play = (
        "import sys; from pathlib import Path; from scenarios.engine.record import RecordFile;"
        "RecordFile(Path(sys.argv[1])).close()"
    )
    environ = {**os.environ, "TMPDIR": str(temporary), "XDG_STATE_HOME": str(tmp_path / "state")}

    subprocess.run([sys.executable, "-c", play, str(tmp_path / "a.jsonl")], env=environ, check=True)

    stored = (tmp_path / "state" / "kasuslab" / "run").iterdir()
    assert {each.suffix for each in stored} == {".lock", ".turn"}
    assert list(first_name(temporary).iterdir()) == []
