"""Where the start page sends phones, also after the address of the machine has changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from release.phones.seat_cards import write_seat_cards
from release.workshop.desk import announcement as module
from release.workshop.desk.announcement import address_of, choice_of, served_at
from release.workshop.desk.desk import Desk
from release.workshop.desk.form import Form
from release.workshop.desk.workshop_process import WorkshopProcess
from release.workshop.plan import WorkshopPlan, read_plan, write_plan
from release.workshop.serve.network import EVERYWHERE, LOOPBACK, NetworkAddress
from tests.parts.carried import carried_course

WIFI = NetworkAddress("192.168.1.5", "wlan0", "wifi")
LATER = NetworkAddress("192.168.43.7", "wlan0", "wifi")
VPN = NetworkAddress("10.8.0.2", "tun0", "vpn")
HERE = NetworkAddress(LOOPBACK, "", "here")
PASSWORD = "rahasia12"  # noqa: S105 -- of this test
FORM = Form(("teman-gim",), "practice", "", "30", LOOPBACK, "8866")


class RunningProcess:
    """A server that runs as long as this test."""

    runs = True


@pytest.fixture
def networks(monkeypatch: pytest.MonkeyPatch) -> list[NetworkAddress]:
    """The addresses of the machine, which a test may change."""
    now = [WIFI, VPN, HERE]
    monkeypatch.setattr(module, "addresses", lambda: tuple(now))
    monkeypatch.setattr("release.workshop.desk.desk.addresses", lambda: tuple(now))
    return now


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.at(tmp_path, {"KASUSLAB_HOME": str(tmp_path)})


def run(desk: Desk, address: NetworkAddress = WIFI) -> None:
    desk.current()
    desk.announced = address
    desk.child = WorkshopProcess(RunningProcess(), "http://192.168.1.5:9000/")  # type: ignore[arg-type]


def test_a_first_plan_takes_the_likeliest_address(desk: Desk, networks: list[NetworkAddress]) -> None:
    assert desk.plan.host == networks[0].address
    assert desk.announcement.address == WIFI


def test_an_address_that_was_chosen_stays_chosen(desk: Desk, networks: list[NetworkAddress]) -> None:
    write_plan(desk.data, read_plan(desk.data).model_copy(update={"host": networks[1].address}))

    assert desk.announcement.address == VPN


def test_a_workshop_for_phones_listens_on_all_addresses_and_one_to_try_on_its_own() -> None:
    assert served_at(WorkshopPlan(host="192.168.1.5")) == {"host": EVERYWHERE, "announce": "192.168.1.5"}
    assert served_at(WorkshopPlan(host=LOOPBACK)) == {}


def test_a_change_is_told_with_the_address_before_it(desk: Desk, networks: list[NetworkAddress]) -> None:
    run(desk)
    assert desk.announcement.before == ""

    networks[0] = LATER

    now = desk.announcement
    assert (now.before, now.address) == ("192.168.1.5", LATER)
    assert now.invitation.link.startswith("http://192.168.43.7:9000/g/")


def test_the_board_of_this_machine_keeps_its_address(desk: Desk, networks: list[NetworkAddress]) -> None:
    run(desk)
    before = desk.announcement.board
    networks[0] = LATER

    assert desk.announcement.board == before == "http://127.0.0.1:9000/board"


def test_without_any_network_it_is_told_that_no_phone_comes(
    desk: Desk, networks: list[NetworkAddress]
) -> None:
    run(desk)
    networks[:] = [HERE]

    assert not desk.announcement.address.is_likely


def test_a_new_address_of_what_runs_is_nothing_to_apply(desk: Desk, networks: list[NetworkAddress]) -> None:
    run(desk)
    desk.running = desk.saved
    networks[0] = LATER

    assert desk.saved.address == LATER.address
    assert not desk.is_behind


def test_another_address_that_was_chosen_is_to_be_applied(desk: Desk, networks: list[NetworkAddress]) -> None:
    run(desk)
    desk.running = desk.saved

    write_plan(desk.data, read_plan(desk.data).model_copy(update={"host": networks[1].address}))

    assert desk.is_behind


def test_a_wifi_that_is_joined_later_takes_the_place_of_a_vpn_that_nobody_chose(
    desk: Desk, networks: list[NetworkAddress]
) -> None:
    networks[:] = [VPN, HERE]
    write_plan(desk.data, read_plan(desk.data).model_copy(update={"host": choice_of(VPN.address)}))
    run(desk, address_of(desk.plan))
    desk.running = desk.saved
    assert desk.announcement.address == VPN

    networks[:] = [WIFI, VPN, HERE]

    now = desk.announcement
    assert (now.before, now.address) == (VPN.address, WIFI)
    assert not desk.is_behind
    desk.child = None
    assert desk.announcement.address == WIFI


def test_a_vpn_that_was_chosen_beside_a_wifi_stays_though_the_wifi_goes_and_comes(
    desk: Desk, networks: list[NetworkAddress]
) -> None:
    write_plan(desk.data, read_plan(desk.data).model_copy(update={"host": choice_of(VPN.address)}))
    run(desk, address_of(desk.plan))

    networks[:] = [VPN, HERE]
    assert desk.announcement.address == VPN
    networks[:] = [WIFI, VPN, HERE]
    assert desk.announcement.address == VPN


def test_what_is_saved_while_the_wifi_is_away_does_not_tie_the_workshop_to_the_vpn(
    desk: Desk, networks: list[NetworkAddress]
) -> None:
    run(desk)
    networks[:] = [VPN, HERE]
    write_plan(desk.data, read_plan(desk.data).model_copy(update={"host": choice_of(desk.plan.host)}))

    networks[:] = [LATER, VPN, HERE]

    assert desk.announcement.address == LATER
    assert desk.plan.host == LATER.address


def test_the_wifi_is_kept_and_stands_on_the_invitation(desk: Desk) -> None:
    assert desk.settle(replace(FORM, wifi_name="Aula", wifi_password=PASSWORD)).level == "good"

    wifi = desk.announcement.invitation.wifi

    assert wifi is not None
    assert (wifi.name, wifi.password) == ("Aula", PASSWORD)
    assert desk.settle(FORM).level == "good"
    assert desk.announcement.invitation.wifi is None


@pytest.mark.parametrize(
    ("name", "password"), [("A" * 33, ""), ("Aula", "pendek"), ("Aula", "x" * 64), ("", "rahasia12")]
)
def test_what_no_wifi_is_called_is_refused_with_a_sentence(desk: Desk, name: str, password: str) -> None:
    message = desk.settle(replace(FORM, wifi_name=name, wifi_password=password))

    assert message.level == "bad"
    assert "Wi-Fi" in message.text["id"]
    assert read_plan(desk.data).wifi_name is None


def test_behind_a_proxy_phones_and_the_board_are_sent_to_its_url_whatever_the_networks_do(
    desk: Desk, networks: list[NetworkAddress]
) -> None:
    desk.options = {"public_url": "https://lab.example.org/lab/"}
    run(desk)
    networks[0] = LATER

    now = desk.announcement
    assert now.before == ""
    assert now.invitation.link.startswith("https://lab.example.org/lab/g/")
    assert now.board == "https://lab.example.org/lab/board"


def test_below_a_path_without_a_proxy_the_board_of_this_machine_stands_there_too(
    desk: Desk, networks: list[NetworkAddress]
) -> None:
    desk.options = {"base_url": "/lab"}
    run(desk)

    assert networks[0] == WIFI
    assert desk.announcement.invitation.address == "http://192.168.1.5:9000/lab/"
    assert desk.announcement.board == "http://127.0.0.1:9000/lab/board"


@pytest.fixture
def carrying(desk: Desk, tmp_path: Path) -> Path:
    """A course whose cards were made for the Wi-Fi, in the plan of the desk."""
    course = carried_course(tmp_path / "kursus")
    write_seat_cards(course, desk.data, f"http://{WIFI.address}:9000/")
    write_plan(desk.data, WorkshopPlan(course=course, host=WIFI.address, port=9000))
    return course


def test_cards_of_the_address_now_are_not_spoken_of(
    desk: Desk, networks: list[NetworkAddress], carrying: Path
) -> None:
    before_it_runs = desk.cards_at
    run(desk)

    assert networks
    assert carrying
    assert (before_it_runs, desk.cards_at) == ("", "")


def test_cards_of_a_workshop_that_will_stand_below_a_path_are_not_spoken_of(
    desk: Desk, networks: list[NetworkAddress], carrying: Path
) -> None:
    write_seat_cards(carrying, desk.data, f"http://{WIFI.address}:9000/lab/")
    desk.options = {"base_url": "/lab"}

    assert networks
    assert (desk.runs, desk.cards_at) == (False, "")


def test_cards_of_another_address_are_told_while_a_workshop_is_planned_and_while_it_runs(
    desk: Desk, networks: list[NetworkAddress], carrying: Path
) -> None:
    run(desk)
    networks[0] = LATER
    running = desk.cards_at
    desk.child = None

    assert running == desk.cards_at == "http://192.168.1.5:9000/"
    write_seat_cards(carrying, desk.data, f"http://{LATER.address}:9000")
    assert desk.cards_at == ""


@pytest.mark.parametrize("address", ["", "http://lab.kupang.example/"])
def test_cards_without_a_number_for_an_address_are_never_told_to_lead_elsewhere(
    desk: Desk, networks: list[NetworkAddress], carrying: Path, address: str
) -> None:
    write_seat_cards(carrying, desk.data, address)

    assert networks
    assert desk.cards_at == ""
