"""Phones by deeds: cards, what was played, who was there. What is wrong is a sentence; nothing is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from shutil import copytree

import pytest
from openpyxl import load_workbook

from release.course_desk.deeds.__main__ import failure
from release.course_desk.deeds.handing_on import phone_feedback
from release.course_desk.deeds.phones import attendance, cards, hand_in, replace_card, try_hand_in
from release.course_desk.message import DeedName, DeedOutcome, Order
from release.phones.seats import course_seats
from release.workshop.data_folder import database_of
from release.workshop.writer.workshops import workshops_in
from scenarios.course_card import CARD_NAME
from scenarios.documents.problem import BadInputError
from scenarios.language import LANGUAGES
from tests.parts.carried import CASE, PEOPLE, carried_course
from tests.parts.phone_line import phones, play
from tests.parts.report_class import RIGHT
from tests.places import KEYS

ANA, BEO, CICI = PEOPLE
CALLED = {"id": "Daftar Nilai", "en": "The Grade List"}


@pytest.fixture(scope="module")
def unplayed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a course in test mode, which no workshop carries yet."""
    folder = tmp_path_factory.mktemp("belum")
    carried_course(folder, mode="test")
    return folder


@pytest.fixture(scope="module")
def played(unplayed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the data of a workshop: Ana has played, Beo has begun, Cici has not."""
    folder = Path(copytree(unplayed, tmp_path_factory.mktemp("sudah") / "folder"))
    with phones(folder / "kursus", folder / "data") as phone:
        play(phone(ANA), RIGHT, name="ana")
        play(phone(BEO), RIGHT, name="beo", most=3)
    return folder


@pytest.fixture
def fresh(unplayed: Path, tmp_path: Path) -> Path:
    return Path(copytree(unplayed, tmp_path / "folder")) / "kursus"


@pytest.fixture
def course(played: Path, tmp_path: Path) -> Path:
    return Path(copytree(played, tmp_path / "folder")) / "kursus"


def order(course: Path, deed: DeedName, person: str = "", **fields: str) -> Order:
    data = course.parent / "data"
    return Order(deed=deed, course=course, person=person, fields=fields, workshops=data)


def workshop_of(course: Path) -> str:
    return workshops_in(database_of(course.parent / "data"))[-1].name


def quiet(_done: int, _whole: int) -> None: ...


def words(outcome: DeedOutcome) -> str:
    """All that is said, in Indonesian; each sentence is there in every language."""
    assert all(set(one.words) == set(LANGUAGES) for one in outcome.remarks)
    return " ".join(one.words["id"] for one in outcome.remarks)


def rows(outcome: DeedOutcome) -> Mapping[object, tuple[object, ...]]:
    """The rows of the last table, by their first cell."""
    return {row[0]: row[1:] for row in outcome.tables[-1].rows}


def codes(course: Path) -> Mapping[str, str]:
    return course_seats(course, course.parent / "data").codes


def refusal(error: BadInputError) -> str:
    (remark,) = failure(error)
    assert remark.level == "bad"
    assert set(remark.words) == set(LANGUAGES)
    return remark.words["id"]


def test_each_person_gets_a_card_and_a_sheet_without_its_address_says_so(fresh: Path) -> None:
    with_address = cards(order(fresh, "cards", address="http://192.168.1.5:8866/"), quiet)
    without = cards(order(fresh, "cards"), quiet)

    assert "3 kartu siap" in words(with_address)
    assert with_address.files == ("exports/seat-cards.html",)
    assert "tanpa kode QR" not in words(with_address)
    assert "tanpa kode QR" in words(without)
    page = (fresh / "exports/seat-cards.html").read_text("utf-8")
    assert all(code in page for code in codes(fresh).values())


def test_a_lost_card_is_replaced_alone(fresh: Path) -> None:
    before = codes(fresh)

    outcome = replace_card(order(fresh, "new_card", BEO), quiet)

    after = codes(fresh)
    assert [name for name in PEOPLE if before[name] != after[name]] == [BEO]
    assert outcome.files == ("exports/seat-cards-replaced.html",)
    assert after[BEO] in (fresh / outcome.files[0]).read_text("utf-8")


def test_a_lost_card_holds_where_the_sheet_with_the_new_one_cannot_be_written(fresh: Path) -> None:
    before = codes(fresh)
    (fresh / "exports/seat-cards-replaced.html").mkdir(parents=True)

    with pytest.raises(BadInputError) as refused:
        replace_card(order(fresh, "new_card", BEO), quiet)

    assert "tidak dapat ditulis" in refusal(refused.value)
    assert codes(fresh) == before


@pytest.mark.parametrize("deed", [cards, try_hand_in, hand_in, attendance])
def test_a_course_without_a_roster_says_so(fresh: Path, deed: object) -> None:
    (fresh / "roster.csv").unlink()
    assert callable(deed)

    with pytest.raises(BadInputError) as refused:
        deed(order(fresh, "cards"), quiet)

    assert "belum punya daftar peserta" in refusal(refused.value)
    assert "belum punya daftar peserta" in words(phone_feedback(order(fresh, "phone_feedback"), quiet))


def test_before_anything_is_taken_it_is_said_who_has_played_and_who_has_not(course: Path) -> None:
    outcome = try_hand_in(order(course, "phone_trial", workshop=workshop_of(course)), quiet)

    assert "2 permainan baru atau bertambah, 0 sudah diambil, 1 belum dimainkan" in words(outcome)
    assert "1 di antaranya belum sampai akhir" in words(outcome)
    assert rows(outcome) == {
        CICI: (f"Nama {CICI}", "0 / 1", "–", CALLED),
        ANA: (f"Nama {ANA}", "1 / 1", "–", "–"),
        BEO: (f"Nama {BEO}", "1 / 1", CALLED, "–"),
    }
    assert outcome.offer == "phone_hand_in"
    assert not (course / "submitted").exists()


def test_what_is_taken_once_is_not_offered_again(course: Path) -> None:
    steps: list[tuple[int, int]] = []
    here = order(course, "phone_hand_in", workshop=workshop_of(course))

    outcome = hand_in(here, lambda done, whole: steps.append((done, whole)))
    again = try_hand_in(here, quiet)

    assert "2 permainan diambil sebagai serahan" in words(outcome)
    assert steps == [(1, 2), (2, 2)]
    assert len(list(course.glob(f"submitted/*/{CASE}"))) == 2
    assert "Tidak ada yang baru" in words(again)
    assert again.offer is None


def test_a_record_that_was_changed_is_named_and_the_others_are_taken(course: Path) -> None:
    with closing(sqlite3.connect(course.parent / "data/workshop.sqlite")) as database, database:
        database.execute("update event set body = replace(body, 'sedang', 'rendah') where play = 2")

    outcome = hand_in(order(course, "phone_hand_in", workshop=workshop_of(course)), quiet)

    assert outcome.level == "bad"
    assert "1 permainan diambil" in words(outcome)
    (table,) = outcome.tables
    assert table.rows[0][:2] == (BEO, CALLED)


def test_a_workshop_that_carries_another_course_is_not_taken_from(course: Path) -> None:
    other = carried_course(course.parent / "lain", mode="test")
    card = (other / CARD_NAME).read_text("utf-8")
    (other / CARD_NAME).write_text(card.replace("Angkatan 2", "Angkatan 3"), "utf-8")
    data = course.parent / "data"
    own = workshop_of(course)

    def from_here(deed_of: Path, name: str) -> str:
        fields = {"workshop": name}
        made = Order(deed="phone_hand_in", course=deed_of, fields=fields, workshops=data)
        outcome = hand_in(made, quiet)
        assert outcome.level == "bad"
        return words(outcome)

    assert "membawa kursus lain" in from_here(other, own)
    assert "Belum ada lokakarya yang membawa kursus ini" in from_here(other, own)
    assert not (other / "submitted").exists()


def test_a_workshop_without_a_course_is_told_with_the_one_to_choose(course: Path) -> None:
    own = workshop_of(course)
    with closing(sqlite3.connect(course.parent / "data/workshop.sqlite")) as database, database:
        database.execute(
            "insert into workshop (name, created, code) values ('workshop-lain', '2026-11-03', '')"
        )

    outcome = hand_in(order(course, "phone_hand_in", workshop="workshop-lain"), quiet)

    assert "tidak membawa kursus ini" in words(outcome)
    assert f"duduk di lokakarya “{own}”" in words(outcome)


def test_where_no_workshop_carries_the_course_it_is_said_what_to_do(fresh: Path) -> None:
    outcome = try_hand_in(order(fresh, "phone_trial"), quiet)

    assert "pilih kursus ini, lalu jalankan" in words(outcome)
    assert outcome.offer is None


def test_where_nobody_has_played_there_is_nothing_to_take_and_no_attendance(fresh: Path) -> None:
    with phones(fresh, fresh.parent / "data"):
        pass

    outcome = try_hand_in(order(fresh, "phone_trial", workshop=workshop_of(fresh)), quiet)

    assert "Belum ada peserta kursus ini yang bermain" in words(outcome)
    assert outcome.offer is None
    who = attendance(order(fresh, "attendance", zone="WITA"), quiet)
    assert (who.files, "Belum ada yang bermain di ponsel" in words(who)) == ((), True)


def test_attendance_is_told_by_day_and_session_and_written_as_a_table(course: Path) -> None:
    outcome = attendance(order(course, "attendance", zone="WITA"), quiet)

    assert "3 peserta dalam 1 sesi" in words(outcome)
    assert outcome.tables[0].rows[0][:3] == ("2026-11-02", "1", "2 / 3")
    assert str(outcome.tables[0].rows[0][3]).startswith("09.00")
    sheet = load_workbook(course / outcome.files[0]).worksheets[0]
    assert sheet.max_row == 4


def test_attendance_that_cannot_be_written_is_told(course: Path) -> None:
    (course / "exports/attendance.xlsx").mkdir(parents=True)

    with pytest.raises(BadInputError) as refused:
        attendance(order(course, "attendance"), quiet)

    assert "attendance.xlsx" in refusal(refused.value)


def test_before_anything_is_graded_there_is_no_feedback_for_phones(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KASUSLAB_KEYS", str(KEYS))

    assert "Belum ada yang dinilai" in words(phone_feedback(order(course, "phone_feedback"), quiet))
