"""A workshop that was played at tables: what leaves it names nobody, and tells what talking changed."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from release.workshop.desk.close import (
    Export,
    ExportSources,
    close_workshop,
    contents_of,
    interim_data,
    interim_report,
)
from release.workshop.writer.workshops import workshops_in
from tests.parts.databases import sqlite_url
from tests.parts.table import CASE, TableRoom, settle
from tests.places import CASES, GUIDES, KEYS

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BOOKS = ExportSources(KEYS, CASES, GUIDES)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[TableRoom]:
    """Five tables of three that settled once, each against its majority, and somebody who plays alone."""
    made = TableRoom(sqlite_url(tmp_path), "discussion")
    for number in range(5):
        members = made.table(*(f"{name} {number}" for name in ("Ana", "Beo", "Caca")))
        members[0].move("begin")
        settle(members, "mendesak", ("sedang", "rendah", "rendah"), "sedang")
    answer_alone(made, "Dodi", "tinggi")
    yield made
    made.writer.store.close()


def answer_alone(room: TableRoom, name: str, pick: str) -> None:
    alone = room.seat(name)
    alone.say(type="ready")
    alone.move("begin")
    alone.decide("mendesak", pick)


def closed(room: TableRoom, data: Path) -> Export:
    return close_workshop(room.url, data, workshops_in(room.url)[-1].name, BOOKS, now=NOW)


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_what_was_answered_alone_is_exported_by_numbers(room: TableRoom, tmp_path: Path) -> None:
    folder = closed(room, tmp_path).folder

    voices = rows(folder / "voices.csv")

    assert len(voices) == 15
    assert {one["table"] for one in voices} == {f"T0{number}" for number in range(1, 6)}
    assert len({one["seat"] for one in voices}) == 15
    assert (folder / "voices.xlsx").is_file()
    assert {(one["pick"], float(one["s"])) for one in voices} == {("sedang", 1.0), ("rendah", 0.0)}
    files = [file for file in folder.rglob("*") if file.is_file() and file.suffix != ".xlsx"]
    text = "".join(file.read_text("utf-8") for file in files)
    assert not any(name in text for name in ("Ana 0", "Beo 1", room.team_codes()[0]))


def test_a_table_counts_once_in_the_report_and_says_what_talking_changed(
    room: TableRoom, tmp_path: Path
) -> None:
    contents = contents_of(room.url, workshops_in(room.url)[-1], BOOKS)
    assert len(contents.cohort.members) == 6  # five tables and one who plays alone

    report = closed(room, tmp_path).report

    assert report is not None
    page = report.read_text("utf-8")
    assert (
        "15 orang di 5 kelompok. Di 5 kelompok lebih dari setengahnya menjawab sama; 5 di antaranya" in page
    )
    assert "sendiri 33,3, bersama 100,0 dari 100 (+66,7)" in page


def test_of_four_tables_the_report_tells_no_figures(tmp_path: Path) -> None:
    room = TableRoom(sqlite_url(tmp_path))
    for number in range(4):
        members = room.table(f"Ana {number}", f"Beo {number}")
        members[0].move("begin")
        settle(members, "mendesak", ("sedang", "rendah"), "sedang")

    report = closed(room, tmp_path).report

    assert report is not None
    page = report.read_text("utf-8")
    assert "Kurang dari 5 kelompok atau 5 orang, jadi tidak ada angka." in page
    assert "orang di 4 kelompok" not in page
    room.writer.store.close()


def test_an_interim_report_says_nothing_of_what_talking_changed(room: TableRoom, tmp_path: Path) -> None:
    report = interim_report(room.url, tmp_path, workshops_in(room.url)[-1], BOOKS, now=NOW)

    assert report is not None
    page = report.read_text("utf-8")
    assert "Apa yang diubah oleh pembicaraan" not in page
    assert "di kelompok yang dijawabnya sebelum berunding" in page


def board_counts(room: TableRoom) -> Mapping[str, int]:
    tally: Any = room.ask({"ask": "tally", "case": CASE, "sectors": None})
    return dict(tally["case"]["decisions"]["mendesak"]["counts"])


def interim_counts(room: TableRoom) -> Mapping[str, int]:
    data = interim_data(room.url, workshops_in(room.url)[-1], BOOKS, now=NOW)
    assert data is not None
    (decision,) = (one for one in data.cases[0].decisions if one.id == "mendesak")
    return {option.id: option.share.count for option in decision.options}


def test_an_interim_report_counts_whom_the_board_counts(tmp_path: Path) -> None:
    room = TableRoom(sqlite_url(tmp_path), "discussion")
    for number in range(3):
        members = room.table(*(f"{name} {number}" for name in ("Ana", "Beo", "Caca")))
        members[0].move("begin")
        settle(members, "mendesak", ("sedang", "rendah", "rendah"), "sedang")
    for number in range(2):
        answer_alone(room, f"Dodi {number}", "tinggi")

    assert interim_counts(room) == board_counts(room) == {"rendah": 6, "sedang": 3, "tinggi": 1}

    room.ask({"ask": "set_room", "case": CASE, "decision": "mendesak", "state": "revealed"})
    for number in range(2, 7):
        answer_alone(room, f"Dodi {number}", "rendah")

    assert interim_counts(room) == board_counts(room) == {"rendah": 6, "sedang": 3, "tinggi": 1}
    room.writer.store.close()


def test_a_room_without_tables_exports_no_voices(tmp_path: Path) -> None:
    room = TableRoom(sqlite_url(tmp_path))
    answer_alone(room, "Ana", "tinggi")

    folder = closed(room, tmp_path).folder

    assert not (folder / "voices.csv").exists()
    assert [one["case"] for one in rows(folder / "decisions.csv")] == [CASE]
    room.writer.store.close()
