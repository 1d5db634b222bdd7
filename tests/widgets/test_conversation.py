"""The moments of a play never go back, whatever the clock of the machine does."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scenarios.engine.event import Started
from scenarios.engine.record import parse_record
from widgets.conversation import Conversation, moment_after
from widgets.shelf import NotebookShelf

NOW = datetime(2026, 11, 22, 7, 0, 0, 500, tzinfo=UTC)


def begun(at: str) -> Started:
    return Started(at=at, play="0" * 32, case="daftar-nilai", version="1.0.0", course="uji", mode="test")


def test_an_event_has_the_moment_of_the_clock() -> None:
    assert moment_after((), NOW) == "2026-11-22T07:00:00.000500Z"
    assert moment_after((begun("2026-11-22T06:59:59Z"),), NOW) == "2026-11-22T07:00:00.000500Z"


def test_where_the_clock_was_set_back_an_event_has_the_moment_of_the_last_one() -> None:
    last = moment_after((), NOW)
    assert moment_after((begun(last),), NOW - timedelta(hours=3)) == last


def test_a_moment_without_parts_of_a_second_is_not_gone_behind_either() -> None:
    moment = moment_after((begun("2026-11-22T07:00:00Z"),), NOW)
    assert datetime.fromisoformat(moment) >= datetime.fromisoformat("2026-11-22T07:00:00Z")


def test_a_play_under_a_clock_that_is_set_back_keeps_its_order(
    tmp_path: Path, small_case_folder: Path
) -> None:
    shutil.copytree(small_case_folder, tmp_path / "tugas" / "case")
    card = "course: uji\nmode: test\nperson: Ibu Sari\n"
    (tmp_path / "tugas" / "case" / "course.yaml").write_text(card, encoding="utf-8")
    clocks = [NOW]
    shelf = NotebookShelf(tmp_path / "tugas", locks=tmp_path / "locks")
    talk = Conversation(shelf, "id", lambda: clocks[-1], lambda: "0" * 32)
    talk.answer({"type": "ready"})
    talk.answer({"type": "begin", "n": 0})
    clocks.append(NOW - timedelta(days=1))
    talk.answer({"type": "decide", "n": 1, "decision": "mendesak", "pick": "sedang"})
    talk.close()
    record = (tmp_path / "tugas" / "decisions.jsonl").read_bytes()
    assert [event.at for event in parse_record(record).events] == [moment_after((), NOW)] * 2
