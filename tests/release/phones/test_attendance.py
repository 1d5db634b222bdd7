"""Who was there is told by the events: by local day and session, first and last."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from release.cli import app
from release.local_time import ZONES
from release.phones.attendance import attendance_table, course_attendance, presences_of
from release.phones.words import PhonesError
from release.workshop.data_folder import database_of
from tests.parts.carried import PEOPLE, carried_course
from tests.parts.phone_line import phones, play
from tests.parts.report_class import RIGHT

ANA, BEO, CICI = PEOPLE
EVENING = datetime(2026, 11, 2, 16, 30, tzinfo=UTC)  # 23.30 WIB, and the next day already in WIT


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = carried_course(tmp_path_factory.mktemp("kursus"))
    with phones(course, course.parent / "data") as phone:
        play(phone(ANA), RIGHT, name="ana", began=EVENING)
        play(phone(BEO), RIGHT, name="beo", began=EVENING + timedelta(hours=9))
    return course


def attended(course: Path, zone: str) -> dict[str, tuple[date, int]]:
    data = course.parent / "data"
    presences = course_attendance(course, data, database_of(data), zone).presences
    return {one.person: (one.day, one.session) for one in presences}


def test_a_day_is_that_of_the_place(course: Path) -> None:
    assert attended(course, "WIB") == {ANA: (date(2026, 11, 2), 1), BEO: (date(2026, 11, 3), 1)}
    assert attended(course, "WIT") == {ANA: (date(2026, 11, 3), 1), BEO: (date(2026, 11, 3), 2)}


def test_first_and_last_are_those_of_the_events_and_whoever_was_away_has_no_mark(course: Path) -> None:
    data = course.parent / "data"
    table = attendance_table(course_attendance(course, data, database_of(data), "WIB"), "en")

    rows = {(row[0], row[4]): row[5:] for row in table.rows}
    assert table.header == (
        "id", "name", "sector", "kabupaten", "day", "session", "present", "first", "last",
    )  # fmt: skip
    session, present, first, last = rows[ANA, "2026-11-02"]
    assert (session, present, first) == (1.0, 1.0, "23:30")
    assert str(last) > "23:30"
    assert rows[CICI, "2026-11-02"] == (1.0, None, "", "")
    assert len(rows) == 6


def test_a_session_ends_where_nobody_in_the_room_has_played_for_an_hour() -> None:
    morning = datetime(2026, 11, 2, 8, tzinfo=ZONES["WIB"])
    after = ((ANA, 0), (BEO, 59), (ANA, 118), (BEO, 179))
    moments = [(person, morning + timedelta(minutes=minutes)) for person, minutes in after]

    sessions = [(one.person, one.session) for one in presences_of(moments, PEOPLE)]

    assert sessions == [(ANA, 1), (BEO, 1), (BEO, 2)]


def test_a_zone_that_indonesia_has_not_is_refused(course: Path) -> None:
    with pytest.raises(PhonesError, match="WIB, WITA, WIT"):
        attended(course, "UTC")


def test_the_command_writes_the_table(course: Path, tmp_path: Path) -> None:
    file, data = tmp_path / "hadir.csv", str(course.parent / "data")
    words = ["attendance", str(course), str(file), "--data", data, "--language", "id"]

    done = CliRunner().invoke(app, words)

    assert (done.exit_code, "3 peserta, 2 sesi" in done.output) == (0, True), done.output
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["hadir"] for row in rows if row["id"] == ANA] == ["1", ""]
