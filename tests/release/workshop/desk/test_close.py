from __future__ import annotations

import csv
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from graders.key.key import load_key
from graders.people.cohort import CourseCase, Member
from release.workshop.desk.close import (
    HEADER,
    WITHHELD,
    Contents,
    Export,
    ExportedPlay,
    ExportSources,
    close_workshop,
    contents_of,
    decisions_table,
    pick_text,
    report_of_class,
)
from release.workshop.writer.workshops import WorkshopsError, workshop_named, workshops_in
from scenarios.case import Case
from scenarios.engine.event import Decided, Paused, Skipped
from scenarios.engine.play import Play
from scenarios.engine.record import parse_record
from scenarios.kinds.referral import Handover
from scenarios.loader import load_case
from tests.parts.databases import sqlite_url
from tests.parts.past_workshop import PSEUDONYM, past_workshop, play_of
from tests.parts.report_class import CASE, GUIDES, HARMFUL, KEYS, REFLECTION, RIGHT, WRONG, varied_class
from tests.parts.workshop_server import Visitor, running_workshop
from tests.places import VARIANTS

NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)
BOOKS = ExportSources(KEYS, CASE.parent, GUIDES)
PEOPLE = [
    *[("police", RIGHT)] * 3,
    *[("police", WRONG)] * 3,
    *[("health", HARMFUL)] * 2,
    ("health", {**RIGHT, "langkah": None}),
    *[(None, RIGHT)] * 2,
    ("school", {**RIGHT, "refleksi": None}),
]


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("past")
    return folder, past_workshop(folder, PEOPLE)


@pytest.fixture(scope="module")
def export(past: tuple[Path, str]) -> Export:
    folder, name = past
    return close_workshop(sqlite_url(folder), folder, name, BOOKS, now=NOW)


def rows_of(export: Export) -> list[dict[str, str]]:
    with (export.folder / "decisions.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_workshop_is_noted_as_closed_once(past: tuple[Path, str], export: Export) -> None:
    folder, name = past
    later = datetime(2026, 11, 4, tzinfo=UTC)

    assert close_workshop(sqlite_url(folder), folder, name, BOOKS, now=later).plays == export.plays
    assert workshop_named(sqlite_url(folder), name).closed == NOW


def test_every_play_is_a_record_whose_chain_is_whole(export: Export) -> None:
    files = sorted((export.folder / "records").iterdir())

    assert len(files) == len(PEOPLE) == export.plays
    for file in files:
        record = parse_record(file.read_bytes(), file=file.name)
        assert not record.torn
        assert Play.replay(load_case(CASE), record.events).started is not None


def test_no_record_tells_who_paused_or_skipped(export: Export) -> None:
    records = [parse_record(file.read_bytes()) for file in (export.folder / "records").iterdir()]
    events = [event for record in records for event in record.events]
    ended = [record for record in records if Play.replay(load_case(CASE), record.events).ended]

    assert not [event for event in events if isinstance(event, Paused | Skipped)]
    assert len(ended) == len(PEOPLE) - 1  # a text that was skipped is told as one that was written


def test_no_text_of_anybody_and_no_pseudonym_leaves(export: Export) -> None:
    files = [file for file in export.folder.rglob("*") if file.is_file()]
    texts = {file.name: file.read_text(encoding="utf-8") for file in files if file.suffix != ".xlsx"}
    with zipfile.ZipFile(export.folder / "decisions.xlsx") as sheet:
        texts |= {name: sheet.read(name).decode() for name in sheet.namelist()}

    assert {"decisions.csv", "report.html", "baca-saya.txt"} < set(texts)
    for name, text in texts.items():
        assert REFLECTION not in text, name
        assert PSEUDONYM not in text, name
    written = [
        event
        for file in (export.folder / "records").iterdir()
        for event in parse_record(file.read_bytes()).events
        if isinstance(event, Decided) and event.decision == "refleksi"
    ]
    assert {event.pick for event in written} == {WITHHELD}


def test_the_decisions_are_a_spreadsheet_too_that_opens_in_columns_in_indonesian(export: Export) -> None:
    sheet = load_workbook(export.folder / "decisions.xlsx").worksheets[0]
    header, *rows = sheet.iter_rows(values_only=True)

    assert header == HEADER
    assert len(rows) == export.decisions
    assert {type(row[HEADER.index("s")]) for row in rows} <= {float, int, type(None)}


def test_one_row_a_decision_with_its_score(export: Export) -> None:
    rows = rows_of(export)
    decisions = {row["decision"] for row in rows}

    assert tuple(rows[0]) == HEADER
    assert len(rows) == export.decisions
    assert decisions == {"mendesak", "bicara", "langkah", "urutan", "serah"}
    assert {row["s"] for row in rows if row["decision"] == "bicara" and row["pick"] == "dengar"} == {"1"}
    assert all(row["harm"] for row in rows if row["decision"] == "bicara" and row["pick"] == "marah")


def test_a_play_is_told_up_to_its_first_skip(export: Export) -> None:
    decisions: dict[str, list[str]] = {}
    for row in rows_of(export):
        decisions.setdefault(row["seat"], []).append(row["decision"])

    assert sorted(map(len, decisions.values())) == [2, *[5] * 11]


def test_a_sector_is_named_only_where_it_may_be_shown(export: Export) -> None:
    named = {row["seat"]: row["sector"] for row in rows_of(export)}

    assert sorted(named.values()) == [""] * 6 + ["police"] * 6


def test_a_seats_number_does_not_tell_who_came_when(past: tuple[Path, str]) -> None:
    folder, name = past
    contents = contents_of(sqlite_url(folder), workshop_named(sqlite_url(folder), name), BOOKS)

    assert [member.id for member in contents.cohort.members] == [f"{n:02}" for n in range(1, 13)]
    assert len(contents.cohort.handed) == len(PEOPLE)


def test_the_report_is_headed_by_the_name_that_the_facilitator_gave(past: tuple[Path, str]) -> None:
    folder, name = past
    workshop = replace(workshop_named(sqlite_url(folder), name), title="Kupang, angkatan 2")

    report = report_of_class(contents_of(sqlite_url(folder), workshop, BOOKS).cohort, BOOKS, NOW)

    assert "Laporan kelas: Kupang, angkatan 2" in report


def test_a_case_that_is_gone_is_not_judged(past: tuple[Path, str], tmp_path: Path) -> None:
    folder, name = past
    workshop = workshop_named(sqlite_url(folder), name)

    contents = contents_of(sqlite_url(folder), workshop, ExportSources(KEYS, tmp_path, GUIDES))

    assert {one.reason for one in contents.cohort.not_judged} == {"other_case"}
    assert not contents.plays


def test_where_nobody_played_there_is_no_report(tmp_path: Path) -> None:
    name = past_workshop(tmp_path, [])

    export = close_workshop(sqlite_url(tmp_path), tmp_path, name, BOOKS, now=NOW)

    assert export.report is None
    assert (export.folder / "decisions.csv").read_text(encoding="utf-8").split() == [",".join(HEADER)]


def test_an_unknown_name_is_a_sentence_with_the_known_ones(past: tuple[Path, str]) -> None:
    folder, name = past

    with pytest.raises(WorkshopsError, match=re.escape(name)):
        close_workshop(sqlite_url(folder), folder, "lain", BOOKS, now=NOW)


def test_a_pick_is_written_by_ids() -> None:
    handovers = (Handover(service="sekolah", urgency="jam", packet=("usia", "tidur")),)

    assert pick_text(handovers) == "sekolah:jam:usia+tidur"
    assert pick_text(("catat", "sandi")) == "catat sandi"


def test_a_closed_workshop_takes_no_seat_and_no_answer_and_says_so(tmp_path: Path) -> None:
    with running_workshop(tmp_path) as workshop:
        visitor, late = Visitor(workshop.port), Visitor(workshop.port)
        visitor.join()
        with visitor.play() as player:
            player.move(type="begin")
            (past,) = workshops_in(sqlite_url(tmp_path))
            close_workshop(sqlite_url(tmp_path), tmp_path, past.name, BOOKS, now=NOW)

            scene = player.view["scene"]
            move = {"type": "continue", "scene": scene["id"]}
            if scene["decision"]:
                move = {"type": "decide", "decision": scene["decision"]["id"], "pick": "sedang"}
            player.send({"n": player.view["n"], **move})
            refused = player.reply("refused")
        answer = late.ask("/masuk", {"sector": "-", "name": ""})

    assert "sudah ditutup" in refused["text"]
    assert answer.status == 409
    assert "sudah ditutup" in late.bodies[-1]


def test_each_row_names_the_variant_that_was_played(varied_case: Case) -> None:
    part = CourseCase(varied_case, load_key(varied_case, VARIANTS / "keys"))
    plays = [
        ExportedPlay(Member(str(one.variant)), one.id, 1, play_of(one, "a" * 32, "uji", RIGHT))
        for one in varied_case.in_each_variant()
    ]
    cohort = replace(varied_class(part, {}).cohort(), members=tuple(play.member for play in plays))

    table = decisions_table(Contents(cohort, tuple(plays)))

    rows = [dict(zip(HEADER, row, strict=True)) for row in table.rows]
    assert [(row["seat"], row["variant"], row["s"]) for row in rows if row["decision"] == "mendesak"] == [
        ("baru", "baru", 1),
        ("lama", "lama", 0.5),
    ]
