"""Who comes into a hub: a card's code once, a password from then on, and nobody who is not in the roster."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from release.course.course import make_course
from release.course.enrolment import enrol
from release.hub.accounts import HubAccounts
from release.hub.hub_cards import hub_cards, write_hub_cards
from release.hub.places import HubPlaces
from release.hub.system_accounts import owner_of, trainee_uid
from release.hub.words import HubError
from tests.parts.nbgrader_course import CASE
from tests.places import CASES, KEYS

NOBODY = 65534
ANI, BUDI = "peserta-01", "19850203 02"
PASSWORD = "kata sandi saya"  # noqa: S105 -- of nobody


def roster(course: Path, *people: str) -> None:
    sheet = course.parent / "peserta.csv"
    sheet.write_text("id,nama,surel\n" + "".join(f"{each},Nama {each[:2]},\n" for each in people), "utf-8")
    enrol(course, sheet)


@pytest.fixture
def accounts(tmp_path: Path) -> HubAccounts:
    course = tmp_path / "kursus"
    make_course(course, [CASE], person="Ibu P, meja depan", cases=CASES, keys=KEYS)
    roster(course, ANI, BUDI)
    if os.geteuid() == 0:
        os.chown(course, NOBODY, NOBODY)
    return HubAccounts(course, HubPlaces(tmp_path / "hub"))


def test_a_code_is_used_up_by_the_password_that_takes_its_place(accounts: HubAccounts) -> None:
    account = accounts.account_of(ANI)
    code = accounts.code(account)

    assert accounts.open(account, code.lower().replace("-", " ")) == "choose"
    assert accounts.open(account, code, "pendek") == "short"
    assert accounts.open(account, code, code) == "short"
    assert accounts.open(account, code, PASSWORD) == "in"
    assert accounts.open(account, code, "kata sandi lain") == "used"
    assert accounts.open(account, PASSWORD) == "in"
    assert accounts.open(account, PASSWORD + "x") == "wrong"
    assert PASSWORD not in accounts.places.accounts.read_text("utf-8")
    assert accounts.places.accounts.stat().st_mode & 0o777 == 0o600


def test_a_code_opens_no_account_but_its_own(accounts: HubAccounts) -> None:
    other = accounts.account_of(BUDI)

    assert accounts.open(other, accounts.code(accounts.account_of(ANI)), PASSWORD) == "wrong"
    assert accounts.open("root", accounts.code("root"), PASSWORD) == "wrong"


def test_a_new_card_ends_code_and_password_of_before(accounts: HubAccounts) -> None:
    account = accounts.account_of(ANI)
    old = accounts.code(account)
    accounts.open(account, old, PASSWORD)

    accounts.replace_cards([ANI])

    assert accounts.open(account, PASSWORD) == "wrong"
    assert accounts.open(account, old, PASSWORD) == "wrong"
    assert accounts.open(account, accounts.code(account), PASSWORD) == "in"
    with pytest.raises(HubError, match="siapa-itu"):
        accounts.replace_cards(["siapa-itu"])


def test_whoever_is_taken_out_of_the_roster_comes_in_no_more(accounts: HubAccounts) -> None:
    account = accounts.account_of(BUDI)
    accounts.open(account, accounts.code(account), PASSWORD)
    file = accounts.course / "roster.csv"
    lines = file.read_text("utf-8").splitlines(keepends=True)

    file.write_text("".join(line for line in lines if BUDI not in line), "utf-8")

    assert accounts.open(account, PASSWORD) == "wrong"
    assert account not in accounts.all()


def test_guesses_at_one_account_are_held_up_and_others_come_in(accounts: HubAccounts) -> None:
    account, other = accounts.account_of(ANI), accounts.account_of(BUDI)

    outcomes = [accounts.open(account, f"0000-00{guess:02}") for guess in range(11)]

    assert outcomes == ["wrong"] * 10 + ["later"]
    assert accounts.open(other, accounts.code(other)) == "choose"


def test_an_account_says_nothing_of_whose_it_is(accounts: HubAccounts) -> None:
    names = [accounts.account_of(each) for each in (ANI, BUDI)]

    assert all(name.startswith("kasus-") and len(name) == 12 for name in names)
    assert len({*names, *(trainee_uid(each) for each in (ANI, BUDI))}) == 4


def test_a_file_of_accounts_that_cannot_be_read_lets_nobody_in(accounts: HubAccounts) -> None:
    account = accounts.account_of(ANI)
    code = accounts.code(account)
    accounts.places.accounts.write_text("{", "utf-8")

    with pytest.raises(HubError, match=r"accounts\.json"):
        accounts.open(account, code, PASSWORD)


def test_a_course_of_root_is_refused_with_what_to_do(accounts: HubAccounts) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root has files of root's")
    os.chown(accounts.course, 0, 0)

    with pytest.raises(HubError, match="chown -R"):
        owner_of(accounts.course)


def test_a_card_has_a_code_until_it_was_used(accounts: HubAccounts, tmp_path: Path) -> None:
    account = accounts.account_of(ANI)
    code = accounts.code(account)

    file, count = write_hub_cards(accounts, "https://hub.example.org/", file=tmp_path / "kartu.html")
    page = file.read_text("utf-8")
    accounts.open(account, code, PASSWORD)
    after = {card.account: card.code for card in hub_cards(accounts, "https://hub.example.org/")}

    assert count == 3
    assert code in page
    assert file.stat().st_mode & 0o777 == 0o600
    assert after[account] == ""
    assert after[accounts.account_of(BUDI)] in page
