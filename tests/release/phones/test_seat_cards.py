"""The cards of a course's people: each names one person, and its code opens that one's seat."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from release.cli import app
from release.phones.seat_cards import planned_address, seat_cards, write_seat_cards
from release.phones.seats import course_seats
from release.phones.words import PhonesError
from release.workshop.plan import WorkshopPlan, write_plan
from release.workshop.seats.seat import SeatMaker
from tests.parts.carried import PEOPLE, carried_course, code_of

ADDRESS = "http://192.168.1.5:8866/"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return carried_course(tmp_path_factory.mktemp("kursus"))


def test_a_card_has_the_name_of_the_roster_and_the_code_of_the_persons_seat(
    course: Path, tmp_path: Path
) -> None:
    cards = seat_cards(course_seats(course, tmp_path), ADDRESS)

    assert [card.name for card in cards] == [f"Nama {person}" for person in PEOPLE]
    assert [card.code for card in cards] == [code_of(tmp_path, person) for person in PEOPLE]
    assert len({card.code for card in cards}) == len(PEOPLE)


def test_whoever_has_no_name_in_the_roster_is_called_by_the_id(tmp_path: Path) -> None:
    course = carried_course(tmp_path)
    roster = (course / "roster.csv").read_text("utf-8-sig")
    (course / "roster.csv").write_text(roster.replace("Nama peserta-01", ""), "utf-8-sig")

    assert seat_cards(course_seats(course, tmp_path / "data"))[0].name == "peserta-01"


def test_what_the_qr_code_holds_keeps_the_code_from_the_server(course: Path, tmp_path: Path) -> None:
    card = seat_cards(course_seats(course, tmp_path), ADDRESS)[0]

    assert card.link == f"{ADDRESS}#{card.code}"


def test_a_code_is_eight_signs_of_thirty_two_and_other_data_other_codes() -> None:
    one, other = SeatMaker(b"1" * 32), SeatMaker(b"2" * 32)
    codes = [maker.resume_code(maker.trainee_seat("Angkatan 2", "ana")) for maker in (one, other)]

    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", code) for code in codes)
    assert codes[0] != codes[1]
    assert one.trainee_seat("Angkatan 2", "ana") != one.trainee_seat("Angkatan 3", "ana")


def test_the_page_is_for_its_owners_eyes_and_has_a_card_for_each_person(course: Path, tmp_path: Path) -> None:
    cards = write_seat_cards(course, tmp_path, ADDRESS, language="id")

    page = cards.file.read_text("utf-8")
    assert (cards.count, page.count("<article"), page.count("<svg")) == (3, 3, 3)
    assert stat.S_IMODE(cards.file.stat().st_mode) == 0o600
    assert cards.file.parent.parent == course


def test_whose_card_is_lost_gets_a_new_code_and_the_others_keep_theirs(course: Path, tmp_path: Path) -> None:
    before = course_seats(course, tmp_path).codes
    whole = write_seat_cards(course, tmp_path, ADDRESS)
    cards = write_seat_cards(course, tmp_path, ADDRESS, replace=("peserta-02",))
    after = course_seats(course, tmp_path).codes

    page = cards.file.read_text("utf-8")
    assert [name for name in PEOPLE if before[name] != after[name]] == ["peserta-02"]
    assert (cards.count, after["peserta-02"] in page, before["peserta-02"] in page) == (1, True, False)
    assert cards.file != whole.file


def test_nobodys_card_is_replaced_where_one_of_the_ids_is_unknown(course: Path, tmp_path: Path) -> None:
    before = course_seats(course, tmp_path).codes

    with pytest.raises(PhonesError, match="nobody called peserta-77"):
        write_seat_cards(course, tmp_path, replace=("peserta-01", "peserta-77"))

    assert course_seats(course, tmp_path).codes == before


def test_what_is_no_address_is_refused(course: Path, tmp_path: Path) -> None:
    with pytest.raises(PhonesError, match=r"192\.168\.1\.5"):
        seat_cards(course_seats(course, tmp_path), "aula")


def test_the_address_is_the_planned_one_where_phones_reach_it(tmp_path: Path) -> None:
    before = planned_address(tmp_path)
    write_plan(tmp_path, WorkshopPlan(host="192.168.1.5", port=9210))

    assert (before, planned_address(tmp_path)) == ("", "http://192.168.1.5:9210/")


def test_cards_lead_to_what_participants_open_where_a_proxy_stands_before_the_workshop(
    tmp_path: Path,
) -> None:
    write_plan(tmp_path, WorkshopPlan(public_url="https://lab.example.org/lab/"))

    assert planned_address(tmp_path) == "https://lab.example.org/lab/"


def test_the_command_says_where_the_cards_are_and_what_they_lack(course: Path, tmp_path: Path) -> None:
    words = ["seat-cards", str(course), str(tmp_path / "kartu.html"), "--data", str(tmp_path)]

    done = CliRunner().invoke(app, [*words, "--language", "en"])

    assert done.exit_code == 0, done.output
    assert "3 cards" in done.output
    assert "no QR code" in done.output
