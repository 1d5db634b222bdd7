"""The buttons for learning management systems: what the commands do, without a terminal."""

from __future__ import annotations

import re
import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from release.lms.services.grade import Grade
from release.lms_desk.lms_desk import LmsDesk
from release.workshop.data_folder import database_of
from release.workshop.desk.desk import Desk, notice_of
from release.workshop.desk.notice import Notice
from release.workshop.plan import read_plan, write_plan
from release.workshop.seats.seat import Seat
from release.workshop.writer.lms.grade_store import GradePlan
from release.workshop.writer.store import WorkshopStore
from tests.parts.start_server import Facilitator, running_start
from tests.parts.stored import add_seat
from tests.parts.workshop_server import Visitor
from tests.places import CASES, KEYS
from tests.release.lms_desk.test_regrading import graded
from tests.release.workshop.writer.lms.test_grades import GOOD

BY_HAND = {
    "issuer": "https://lms.example.ac.id",
    "client_id": "abc",
    "login": "https://lms.example.ac.id/auth",
    "token": "https://lms.example.ac.id/token",
    "key_set": "https://lms.example.ac.id/certs",
    "deployments": "7, 8",
}
ANA = "a" * 32


@pytest.fixture
def lms(tmp_path: Path) -> LmsDesk:
    return LmsDesk(Desk.at(None, {"KASUSLAB_HOME": str(tmp_path)}))


def words(notice: Notice) -> tuple[str, str]:
    return notice.level, notice.text["en"]


def test_a_platform_is_added_by_hand_listed_and_removed_once_somebody_is_sure(lms: LmsDesk) -> None:
    assert lms.platforms("en") == []
    assert words(lms.add(BY_HAND)) == ("good", "https://lms.example.ac.id is registered.")

    (one,) = lms.platforms("en")
    assert (one.platform.client_id, one.platform.deployments) == ("abc", ("7", "8"))
    number = str(one.platform.number)
    assert lms.remove(number, sure=False).level == "bad"
    assert len(lms.platforms("en")) == 1
    assert lms.remove(number, sure=True).level == "good"
    assert lms.platforms("en") == []
    assert lms.remove(number, sure=True).level == "bad"


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({"client_id": "", "deployments": " , "}, "at most 255 characters: Client ID, Deployment ID."),
        ({"client_id": "🙂" * 256}, "at most 255 characters: Client ID."),
        (
            {"token": "http://lms.example.ac.id/token"},
            "Access token URL: “http://lms.example.ac.id/token” is no https",
        ),
        (
            {"login": "lms.example.ac.id/auth"},
            "Authentication request URL: “lms.example.ac.id/auth” is no whole",
        ),
        ({"login": "https://lms.example ac.id/auth"}, "“https://lms.example ac.id/auth” is no whole address"),
        (
            {"issuer": "https://🙂.example/"},
            "Address of the LMS (issuer, platform ID): “https://🙂.example/” is no",
        ),
        ({"key_set": "-----BEGIN PUBLIC KEY-----"}, "Public keyset URL: what was pasted is a key."),
        ({"key_set": '{"keys": []}'}, "Public keyset URL: what was pasted is a key."),
    ],
)
def test_of_what_is_not_in_order_the_field_is_named(
    lms: LmsDesk, changed: dict[str, str], wanted: str
) -> None:
    level, sentence = words(notice_of(lambda: lms.add({**BY_HAND, **changed})))

    assert (level, wanted in sentence) == ("bad", True), sentence
    assert lms.platforms("en") == []


def test_blanks_around_an_address_are_none_of_it_and_nothing_is_registered_twice(lms: LmsDesk) -> None:
    assert lms.add({**BY_HAND, "token": f"  {BY_HAND['token']} "}).level == "good"

    twice = notice_of(lambda: lms.add(BY_HAND))
    assert words(twice)[1].endswith("This LMS is registered already, under the same client id.")
    (one,) = lms.platforms("en")
    assert one.platform.token == BY_HAND["token"]


def test_what_an_lms_is_given_is_not_taken_for_the_address_of_the_lab(lms: LmsDesk) -> None:
    level, sentence = words(lms.begin("https://lab.example.org/kelas/lms/launch", local=False, roster="none"))

    assert (level, sentence.endswith("alone: https://lab.example.org/kelas/")) == ("bad", True)
    assert not read_plan(lms.desk.data).lms


@pytest.mark.parametrize(
    ("deed", "form"),
    [
        ("tambah", {**BY_HAND, "token": "http://lms.example.ac.id/token"}),
        ("mulai", {"root": "lab.example.org", "roster": "names"}),
        ("catat", {"store_address": "https://lrs example.org/xAPI", "store_name": "lab"}),
        ("sertifikat", {"training": "Pelatihan 🙂", "jp": "banyak"}),
    ],
)
def test_what_was_typed_stays_on_the_page_until_its_button_could_do_it_but_no_password(
    desk_page: Facilitator, deed: str, form: dict[str, str]
) -> None:
    desk_page.ask(f"/lms/{deed}", {**form, "store_password": "rahasia-1"})
    desk_page.ask("/lms")

    assert not [value for name, value in form.items() if name != "roster" and value not in desk_page.body]
    assert "rahasia-1" not in desk_page.body
    if "roster" in form:
        assert 'value="names" checked' in desk_page.body


@pytest.fixture(scope="module")
def desk_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Facilitator]:
    with running_start(tmp_path_factory.mktemp("desk")) as start:
        browser = Facilitator(start.port)
        browser.ask(start.link.partition(str(start.port))[2])
        yield browser


def test_an_address_to_register_by_stands_below_the_public_one(lms: LmsDesk) -> None:
    assert lms.invite().level == "bad"
    plan = read_plan(lms.desk.data)
    write_plan(lms.desk.data, plan.model_copy(update={"lms": True, "public_url": "https://lab.example.org/"}))

    assert lms.invite().level == "good"
    first = lms.invitation
    assert re.fullmatch(r"https://lab\.example\.org/lms/daftar/[A-Za-z0-9_-]{32}", first)
    assert lms.invite().level == "good"
    assert lms.invitation != first


@pytest.mark.parametrize("root", ["lab.example.org", "ftp://lab.example.org/"])
def test_what_is_no_address_is_said_and_nothing_runs(lms: LmsDesk, root: str) -> None:
    level, sentence = words(lms.begin(root, local=False, roster="none"))

    assert (level, root in sentence) == ("bad", True)
    assert not lms.desk.runs
    assert not read_plan(lms.desk.data).lms


def test_each_platform_is_listed_with_what_it_has_and_what_it_did_not_take(lms: LmsDesk) -> None:
    lms.add(BY_HAND)
    moment = datetime(2026, 11, 30, 8, tzinfo=UTC)
    store = WorkshopStore(database_of(lms.desk.data), clock=lambda: moment)
    for number, seat in enumerate((ANA, "b" * 32, "c" * 32)):
        assert add_seat(store, Seat(seat, f"Beo Biru {number}"), f"code{number}")
        store.grades.place(
            GradePlan(seat, 1, "7", "42", "link", "case:teman-gim", "id", "https://lms.example.ac.id/9")
        )
        store.grades.want([number + 1], Grade(progress="Completed", score=80.0))
    store.grades.note_sent(1, Grade(progress="Completed", score=80.0))
    store.grades.due()
    store.grades.note_trouble(2, "unreachable")

    (one,) = lms.platforms("en")
    ((count, reason),) = one.sent.troubles
    assert (one.sent.sent, one.sent.waiting, count) == (1, 1, 1)
    assert reason.startswith("The LMS cannot be reached")
    assert lms.send_again().level == "look"  # nothing runs that could
    assert {grade.number for grade in store.grades.due()} == {2, 3}
    store.close()


def test_a_new_key_is_looked_at_first_and_a_question_of_before_is_not_answered(
    lms: LmsDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("release.lms_desk.lms_desk.CASES", CASES)
    keys = tmp_path / "keys"
    shutil.copytree(KEYS, keys)
    lms.desk.environ = {**lms.desk.environ, "KASUSLAB_KEYS": str(keys)}
    assert lms.look().level == "look"
    lms.desk.data.mkdir(parents=True)
    room = graded(database_of(lms.desk.data))
    assert words(lms.look()) == ("good", "All 3 grades stay the same by the keys of now.")
    file = keys / "daftar-nilai.yaml"
    text = file.read_text(encoding="utf-8").replace("right: sedang", "right: tinggi")
    file.write_text(text.replace("line: sedang", "line: tinggi"), encoding="utf-8")

    lms.look()
    assert lms.question is not None
    assert (lms.question.gains, lms.question.losses) == (1, 1)
    before = lms.question.digest
    room.play("4", GOOD, seat="c" * 32)
    assert len(room.sent()) == 1
    assert lms.regrade(before).level == "bad"
    assert room.sent() == []
    lms.look()
    assert lms.question is not None
    assert lms.regrade(lms.question.digest).level == "good"
    assert len(room.sent()) == 3
    assert lms.question is None
    room.store.close()


def test_a_workshop_that_an_lms_leads_to_is_begun_and_a_registration_opened_by_buttons(
    tmp_path: Path,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with running_start(tmp_path) as start:
        browser = Facilitator(start.port)
        browser.ask(start.link.partition(str(start.port))[2])
        plan = {"case": "teman-gim", "mode": "practice", "seats": "", "days": "7", "address": "127.0.0.1"}
        browser.press("rencana", {**plan, "port": str(port), "person": "Ibu R."})

        browser.ask("/lms/mulai", {"root": "", "local": "1", "roster": "ids"})
        browser.ask("/lms")
        assert "tetapi bukan https" in browser.body
        assert "LMS boleh mengantar peserta ke" in browser.body
        browser.ask("/lms/undang", {"_": ""})
        browser.ask("/lms")
        (token,) = re.findall(r"/lms/daftar/([A-Za-z0-9_-]{32})", browser.body)
        phone = Visitor(port)
        answers = [phone.ask(f"/lms/daftar/{one}").status for one in (token, "x" * 32)]
        assert "Registration is not open" not in phone.bodies[0]
        assert answers == [403, 403]
        assert "tidak sedang dibuka" in phone.bodies[1]
        assert "tidak sedang dibuka" not in phone.bodies[0]
        browser.ask("/lms/henti", {"_": ""})
        assert phone.ask("/lms/jwks.json").status == 404
        assert Facilitator(start.port).ask("/lms").status == 403
