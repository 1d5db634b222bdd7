"""The note of a grading is read back as it was written, and a broken one is as good as none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from graders.grading.note import NOTE, read_note, write_note
from tests.parts.grading_notes import JUDGED_NOTE

JUDGED = replace(JUDGED_NOTE, H=1, points={"mendesak": 2.0}, record="b" * 64)


def test_a_note_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    write_note(tmp_path, JUDGED)
    assert read_note(tmp_path) == JUDGED


def test_a_note_takes_the_place_of_one_that_is_read_only(tmp_path: Path) -> None:
    (tmp_path / NOTE).write_text("{}", encoding="utf-8")
    (tmp_path / NOTE).chmod(0o444)
    write_note(tmp_path, JUDGED)
    assert read_note(tmp_path) == JUDGED
    assert [file.name for file in tmp_path.iterdir()] == [NOTE]


def test_where_no_note_can_be_read_there_is_none(tmp_path: Path) -> None:
    assert read_note(tmp_path) is None
    for broken in ("", "{}", "[1]", '{"case": 1}'):
        (tmp_path / NOTE).write_text(broken, encoding="utf-8")
        assert read_note(tmp_path) is None
