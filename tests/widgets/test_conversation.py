"""The moments of a play never go back, whatever the clock of the machine does."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scenarios.engine.event import Started
from scenarios.engine.record import parse_record
from tests.places import VARIANTS
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


def begun_variant(folder: Path, play: str, card: str = "") -> str | None:
    """The variant that stands in the record after a play was begun in a notebook's folder."""
    shutil.copytree(VARIANTS / "cases" / "berkas-beredar", folder / "case")
    text = f"course: uji\nmode: practice\nperson: Ibu Sari\n{card}"
    (folder / "case" / "course.yaml").write_text(text, encoding="utf-8")
    shelf = NotebookShelf(folder, locks=folder.parent / "locks")
    talk = Conversation(shelf, "id", lambda: NOW, lambda: play)
    talk.answer({"type": "ready"})
    (reply,) = talk.answer({"type": "begin", "n": 0})
    talk.close()
    (event,) = parse_record((folder / "decisions.jsonl").read_bytes()).events
    assert isinstance(event, Started)
    assert reply["type"] == "view"
    scene = reply["view"]["scene"]
    assert scene is not None
    assert ("sebulan yang lalu" in str(scene)) == (event.variant == "lama")
    return event.variant


def test_a_play_begins_in_the_variant_that_its_id_draws(tmp_path: Path) -> None:
    assert begun_variant(tmp_path / "a", "0" * 32) == "baru"
    assert begun_variant(tmp_path / "b", "0" * 31 + "1") == "lama"


def test_a_course_may_set_the_variant(tmp_path: Path) -> None:
    card = "variants: {berkas-beredar: lama}\n"
    assert begun_variant(tmp_path / "a", "0" * 32, card) == "lama"
