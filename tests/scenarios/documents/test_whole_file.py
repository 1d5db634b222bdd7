"""A file or a folder is written whole or not at all, with its permissions, and nothing of it lies about."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.documents.whole_file import (
    OWNER_ALONE,
    leftovers,
    put_folder,
    sync_disks,
    whole_file,
    whole_folder,
    write_whole,
)
from tests.places import TESTS

ROOT = TESTS.parent
FOLDERS = ("scenarios", "graders", "widgets", "notebooks", "release")
posix = pytest.mark.skipif(os.name == "nt", reason="Windows keeps no permissions of this kind")


class PowerCutError(Exception):
    """What goes wrong in the middle of a write."""


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The inodes that were put on disk, in order, each with its size then."""
    sync, inodes = os.fsync, list[tuple[int, int]]()

    def noted(descriptor: int) -> None:
        inodes.append((os.fstat(descriptor).st_ino, os.fstat(descriptor).st_size))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    return inodes


def mode(place: Path) -> int:
    return place.stat().st_mode & 0o777


def test_a_file_holds_what_was_written_letter_by_letter(tmp_path: Path) -> None:
    write_whole(tmp_path / "baru" / "a.txt", "é\r\n\n", parents=True)

    assert (tmp_path / "baru" / "a.txt").read_bytes() == b"\xc3\xa9\r\n\n"


def test_no_folder_is_made_that_nobody_asked_for(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "salah-ketik" / "a.txt", "a")

    assert list(tmp_path.iterdir()) == []


def test_an_error_in_the_middle_leaves_the_file_as_it_was_and_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    write_whole(file, "lama")

    def broken_off() -> None:
        with whole_file(file) as stream:
            stream.write(b"bar")
            raise PowerCutError

    with pytest.raises(PowerCutError):
        broken_off()

    assert file.read_text(encoding="utf-8") == "lama"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_cannot_take_its_place_leaves_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()

    with pytest.raises(OSError, match="directory"):
        write_whole(tmp_path / "a", "x")

    assert list(tmp_path.iterdir()) == [tmp_path / "a"]


@posix
def test_a_file_keeps_the_permissions_that_it_had(tmp_path: Path) -> None:
    for wanted in (0o444, 0o664, 0o600):
        file = tmp_path / f"{wanted:o}"
        file.touch()
        file.chmod(wanted)

        write_whole(file, "x")

        assert mode(file) == wanted


@posix
def test_a_new_file_has_the_permissions_of_any_other_or_those_asked_for(tmp_path: Path) -> None:
    write_whole(tmp_path / "biasa", "x")
    write_whole(tmp_path / "rahasia", "x", mode=OWNER_ALONE)

    assert mode(tmp_path / "biasa") == 0o644
    assert mode(tmp_path / "rahasia") == 0o600


@posix
def test_nobody_else_reads_along_while_a_file_is_written(tmp_path: Path) -> None:
    with whole_file(tmp_path / "rahasia", mode=OWNER_ALONE):
        (draft,) = tmp_path.iterdir()

        assert mode(draft) == 0o600


@posix
def test_a_file_is_on_disk_before_it_takes_its_place_and_its_folder_after(
    tmp_path: Path, synced: list[tuple[int, int]]
) -> None:
    write_whole(tmp_path / "a", "abc")

    file, folder = (tmp_path / "a").stat(), tmp_path.stat()
    assert synced == [(file.st_ino, 3), (folder.st_ino, folder.st_size)]


def test_two_writers_of_one_file_never_mix(tmp_path: Path) -> None:
    file = tmp_path / "a"

    with whole_file(file) as first:
        first.write(b"1" * 10)
        write_whole(file, "22")
        first.write(b"1" * 10)

    assert file.read_bytes() == b"1" * 20
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_stands_at_its_place_with_all_that_was_put_into_it(tmp_path: Path) -> None:
    place = tmp_path / "kursus" / "kasus"

    with whole_folder(place) as draft:
        (draft / "a").write_text("1", encoding="utf-8")

        assert not place.exists()

    assert [file.name for file in place.iterdir()] == ["a"]
    assert list(place.parent.iterdir()) == [place]


def test_what_stood_in_a_folder_is_gone_once_another_stands_there(tmp_path: Path) -> None:
    place = tmp_path / "kasus"
    place.mkdir()
    (place / "lama").touch()
    (place / "lama").chmod(0o444)

    with whole_folder(place) as draft:
        (draft / "baru").touch()

    assert [file.name for file in place.iterdir()] == ["baru"]
    assert list(tmp_path.iterdir()) == [place]


def test_an_error_in_the_middle_leaves_the_folder_as_it_was_and_nothing_beside_it(tmp_path: Path) -> None:
    place = tmp_path / "kasus"
    place.mkdir()
    (place / "lama").touch()

    def broken_off() -> None:
        with whole_folder(place) as draft:
            (draft / "baru").touch()
            raise PowerCutError

    with pytest.raises(PowerCutError):
        broken_off()

    assert [file.name for file in place.iterdir()] == ["lama"]
    assert list(tmp_path.iterdir()) == [place]


def test_a_folder_that_cannot_be_moved_leaves_the_one_before_it(tmp_path: Path) -> None:
    place, made = tmp_path / "kasus", tmp_path / "baru"
    place.mkdir()
    (place / "lama").touch()

    with pytest.raises(FileNotFoundError):
        put_folder(made, place)

    assert [file.name for file in place.iterdir()] == ["lama"]
    assert list(tmp_path.iterdir()) == [place]


def test_the_folder_before_goes_where_it_is_told_to(tmp_path: Path) -> None:
    place, made, before = tmp_path / "kasus", tmp_path / "baru", tmp_path / "dulu" / "kasus-1"
    place.mkdir()
    made.mkdir()
    (made / "b").touch()

    put_folder(made, place, before=before)

    assert (place / "b").exists()
    assert before.is_dir()
    assert not made.exists()


@posix
def test_all_of_a_folder_is_on_disk_before_it_takes_its_place(
    tmp_path: Path, synced: list[tuple[int, int]]
) -> None:
    with whole_folder(tmp_path / "kasus") as draft:
        (draft / "isi").mkdir()
        (draft / "isi" / "a").write_text("abc", encoding="utf-8")

    names = (tmp_path / "kasus", tmp_path / "kasus" / "isi", tmp_path / "kasus" / "isi" / "a")
    assert {name.stat().st_ino for name in names} <= {inode for inode, _ in synced}
    assert synced[-1][0] == tmp_path.stat().st_ino


@posix
def test_many_folders_may_be_put_on_disk_at_once(tmp_path: Path, synced: list[tuple[int, int]]) -> None:
    with whole_folder(tmp_path / "kasus", synced=False) as draft:
        (draft / "a").touch()
    sync_disks()

    assert synced == []
    assert (tmp_path / "kasus" / "a").exists()


@posix
def test_a_draft_may_stand_in_another_folder_with_permissions_of_its_own(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "source" / "kasus", drafts=tmp_path, mode=0o700) as draft:
        assert draft.parent == tmp_path
        assert not (tmp_path / "source").exists()

    assert mode(tmp_path / "source" / "kasus") == 0o700


@pytest.mark.parametrize("name", [".kasus.new", ".kasus.old", ".kasus.0a1b2c3d.new", ".kasus.0a1b2c3d.old"])
def test_what_a_power_cut_left_of_a_folder_is_found_and_gone_with_the_next_write(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / ".kasus-lain.new").mkdir()
    place = tmp_path / "kasus"
    assert leftovers(place) == (tmp_path / name,)

    with whole_folder(place):
        pass

    assert leftovers(place) == ()
    assert {entry.name for entry in tmp_path.iterdir()} == {"kasus", ".kasus-lain.new"}


def moves_by_hand(call: ast.Call) -> bool:
    """Whether a call moves a file by its name: ``a.replace(b)``, ``a.rename(b)``, or a function that does."""
    function = call.func
    if not isinstance(function, ast.Attribute):
        return False
    of_a_path = {"replace", "rename"}
    module = function.value.id if isinstance(function.value, ast.Name) else ""
    return (function.attr in of_a_path and len(call.args) == 1 and not call.keywords) or (
        module,
        function.attr,
    ) in {("os", "replace"), ("os", "rename"), ("os", "renames"), ("shutil", "move"), ("tempfile", "mkstemp")}


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("draft.replace(file)", True),
        ("draft.rename(file)", True),
        ("os.replace(draft, file)", True),
        ("shutil.move(draft, file)", True),
        ("'a'.replace('a', 'b')", False),
        ("moment.replace(tzinfo=None)", False),
        ("dataclasses.replace(grading, note=note)", False),
        ("table.rename(columns=names)", False),
    ],
)
def test_a_move_by_hand_is_known_by_its_call(line: str, is_one: bool) -> None:  # noqa: FBT001 -- a fact of a line
    (statement,) = ast.parse(line).body
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Call)

    assert moves_by_hand(statement.value) is is_one


def test_no_other_module_moves_a_file_into_its_place_by_hand() -> None:
    moves = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for folder in FOLDERS
        for file in (ROOT / folder).rglob("*.py")
        if file != ROOT / "scenarios" / "documents" / "whole_file.py"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and moves_by_hand(node)
    ]

    assert moves == []
