"""What is dropped: within limits, and never outside the folder that is for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tornado.httputil import HTTPFile

from release.archive import MAX_ARCHIVE_BYTES
from release.course_desk.web import upload
from release.course_desk.web.upload import put_files


def sent(name: str, body: bytes = b"x") -> HTTPFile:
    return HTTPFile(filename=name, body=body, content_type="application/octet-stream")


@pytest.mark.parametrize(
    "name",
    ["../../jahat.csv", "/etc/jahat.csv", "C:\\jahat.csv", "a\0b.csv", "con.csv", "x" * 300, "..", "a:b"],
)
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "drop"
    folder.mkdir()

    put_files([sent(name)], folder)

    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(files) == 1
    assert files[0].is_relative_to(folder)


def test_a_name_that_every_system_takes_is_kept(tmp_path: Path) -> None:
    assert [file.name for file in put_files([sent("serahan-teman-gim-01234567.zip")], tmp_path)] == [
        "serahan-teman-gim-01234567.zip"
    ]


def test_a_folder_stays_a_folder(tmp_path: Path) -> None:
    put_files([sent("ppa-07/a/decisions.jsonl"), sent("ppa-07/b/decisions.jsonl")], tmp_path)

    assert sorted(str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*.jsonl")) == [
        "ppa-07/a/decisions.jsonl",
        "ppa-07/b/decisions.jsonl",
    ]


def test_two_files_of_one_name_are_both_there(tmp_path: Path) -> None:
    put_files([sent("serahan.zip", b"1"), sent("serahan.zip", b"2")], tmp_path)

    assert sorted(file.read_bytes() for file in tmp_path.rglob("*.zip")) == [b"1", b"2"]


def test_the_limit_is_below_that_of_an_archive() -> None:
    assert upload.MOST_BYTES <= MAX_ARCHIVE_BYTES
