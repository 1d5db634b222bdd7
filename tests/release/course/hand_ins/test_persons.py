"""Whose a record is that Moodle handed out: nobody is given what came under the name of another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from graders.people.roster import Person, write_roster
from release.course.hand_ins.collect import collect
from release.course.hand_ins.moodle_places import read_placed
from scenarios.sentence import in_language
from tests.parts.hand_ins import CASE, MOODLE, NOW, PEOPLE, Record, handed, left, placed, standing

Source = Callable[..., Path]


def folder(name: str, number: int) -> str:
    return f"{name}_{number}_assignsubmission_file"


def test_a_typed_id_is_believed_among_the_people_of_moodles_name_alone(
    course: Path, record: Record, source: Source
) -> None:
    mine, foreign = record(), record("2026-11-22T20:00:00Z", play="b" * 32)
    collect(course, [source("a.zip", {f"{folder('Sari Dewi', 3)}/s.zip": handed(mine)})], now=NOW)
    files = {
        f"{folder('Ana', 13)}/s.zip": handed(foreign, "p-01"),
        f"{folder('Ana', 14)}/s.zip": handed(record(play="c" * 32), "p-03"),
    }

    report = collect(course, [source("b.zip", files)], now=NOW)

    assert standing(course, "p-01") == mine
    assert read_placed(course).moodle["p-01"][CASE].number == "3"
    assert placed(report) == [("p-03", CASE)]
    (why,) = left(report).values()
    assert why.startswith("It says that it is of “p-01”, and came from “p-03, p-04”.")


@pytest.mark.parametrize("name", ["Kelompok A", "Orang Lain", "Participant", "Peserta"])
def test_an_id_is_not_believed_under_a_name_that_nobody_has(
    course: Path, record: Record, source: Source, name: str
) -> None:
    files = {f"{folder(name, 1)}/s.zip": handed(record(), "p-01")}

    report = collect(course, [source("a.zip", files)], now=NOW)

    assert (placed(report), read_placed(course).moodle) == ([], {})


def test_a_name_that_nobody_has_is_told_with_the_id_that_was_typed(
    course: Path, record: Record, source: Source
) -> None:
    files = {f"{folder('Budi', 1)}/s.zip": handed(record(), "19")}

    (why,) = left(collect(course, [source("a.zip", files)], now=NOW)).values()

    assert "“Budi”" in why
    assert "“19”" in why
    assert "Put Moodle's whole “Budi_1_assignsubmission_file” into a folder" in why


def test_under_blind_marking_nobody_is_advised_to_add_a_participant_of_that_name(
    course: Path, record: Record, source: Source
) -> None:
    files = {f"{folder('Participant', 97)}/s.zip": handed(record())}

    (why,) = left(collect(course, [source("a.zip", files)], now=NOW)).values()

    assert "blind marking" in why
    assert "Add no participant called “Participant”" in why


def test_teams_go_by_the_id_that_is_typed_and_their_number_is_nobodys(
    course: Path, record: Record, source: Source
) -> None:
    files = {
        f"{folder('Kelompok A', 1)}/s.zip": handed(record(), "p-01"),
        f"{folder('Kelompok A', 1)}/t.zip": handed(record(play="b" * 32), "p-02"),
        f"{folder('Kelompok B', 2)}/u.zip": handed(record(play="c" * 32)),
    }

    report = collect(course, [source("a.zip", files)], now=NOW, teams=True)

    assert placed(report) == [("p-01", CASE), ("p-02", CASE)]
    assert read_placed(course).moodle == {}
    (why,) = left(report).values()
    assert "The hand-in of the group “Kelompok B” says no participant's id." in why


@pytest.mark.parametrize(
    ("roster", "moodle"),
    [
        ("Dra. Hj. Andi Tenri, M.Si.", "Andi Tenri"),
        ("Andi Tenri", "ANDI TENRI, S.Sos"),
        ("Yohana Lobo", "Lobo, Yohana"),
        ("Lobo Yohana", "Yohana Lobo"),
        ("Jum’at Prasetyo", "Prasetyo, Jumat"),
        ("Budi Santoso", "Bripka Budi Santoso SH"),
    ],
)
def test_a_name_is_known_with_titles_without_them_and_in_another_order(
    course: Path, record: Record, source: Source, roster: str, moodle: str
) -> None:
    write_roster(course, {"x-1": Person("x-1", roster), **{person.id: person for person in PEOPLE}})
    files = {f"{folder(moodle, 1)}/s.zip": handed(record())}

    assert placed(collect(course, [source("a.zip", files)], now=NOW)) == [("x-1", CASE)]


def test_two_whose_names_differ_in_titles_alone_are_told_apart_by_an_id(
    course: Path, record: Record, source: Source
) -> None:
    write_roster(course, {"a": Person("a", "Dr. Budi"), "b": Person("b", "Budi, S.H.")})
    files = {
        f"{folder('Budi', 1)}/s.zip": handed(record()),
        f"{folder('Budi', 2)}/s.zip": handed(record(play="b" * 32), "b"),
    }

    report = collect(course, [source("a.zip", files)], now=NOW)

    assert placed(report) == [("b", CASE)]
    assert "the name of several: a, b" in next(iter(left(report).values()))


def test_a_group_before_the_name_is_known_where_several_have_it(
    course: Path, record: Record, source: Source
) -> None:
    several = {
        f"{folder('Kelompok NTT-Sari Dewi', 1)}/s.zip": handed(record()),
        f"{folder('Kelompok NTT-Orang Lain', 2)}/s.zip": handed(record(play="b" * 32)),
    }
    alone = {f"{folder('Maria-Sari Dewi', 1)}/s.zip": handed(record())}

    assert placed(collect(course, [source("b.zip", alone)], now=NOW)) == []
    assert placed(collect(course, [source("a.zip", several)], now=NOW)) == [("p-01", CASE)]


def test_who_was_told_apart_once_is_known_by_moodles_number_from_then_on(
    course: Path, record: Record, source: Source
) -> None:
    files = {f"p-03/{folder('Ana', 13)}/s.zip": handed(record())}
    collect(course, [source("perbaikan", files)], now=NOW)

    again = collect(course, [source("a.zip", {f"{folder('Ana', 13)}/s.zip": handed(record())})], now=NOW)

    assert ([one.person for one in again.unchanged], again.left) == (["p-03"], ())


def test_moodles_grading_worksheet_tells_two_of_one_name_apart(
    course: Path, record: Record, source: Source
) -> None:
    sheet = (
        "Identifier,Full name,Email address,Status,Grade,Maximum Grade\r\n"
        "Participant 13,Ana,ana2@contoh.id,,,100.00\r\nParticipant 14,Ana,ana1@contoh.id,,,100.00\r\n"
    )
    files = {f"{folder('Ana', 13)}/s.zip": handed(record())}

    report = collect(course, [source("a.zip", files), source("Grades-Uji.csv", sheet.encode())], now=NOW)

    assert (placed(report), report.left) == ([("p-04", CASE)], ())


def test_a_page_of_online_text_is_no_complaint(course: Path, record: Record, source: Source) -> None:
    files = {
        f"Sari Dewi{MOODLE}/s.zip": handed(record()),
        "Sari Dewi_123456_assignsubmission_onlinetext/onlinetext.html": b"<p>",
        "Ana_13_assignsubmission_onlinetext/onlinetext.html": b"<p>",
    }

    report = collect(course, [source("a.zip", files)], now=NOW)

    assert (placed(report), report.left) == ([("p-01", CASE)], ())


def test_what_is_said_of_a_hand_in_is_there_in_both_languages(
    course: Path, record: Record, source: Source
) -> None:
    files = {f"{folder('Budi', 1)}/s.zip": handed(record()), "foto.jpg": b"x", "a.zip": b"rusak"}

    report = collect(course, [source("a.zip", files)], now=NOW)

    assert len(report.left) == 3
    for one in report.left:
        assert in_language(one.why, "id") != in_language(one.why, "en") == one.why
