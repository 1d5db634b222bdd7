from __future__ import annotations

import socket
from pathlib import Path

import pytest

from release.workshop.desk.pretend import Outcome, Visit, first_pick
from release.workshop.desk.room_check import (
    TEXTS,
    check_room,
    disk,
    memory,
    percentile,
    phones_notice,
    port_open,
    size_of,
    trial_of,
)
from release.workshop.kernels.capacity import Capacity
from release.workshop.plan import WorkshopPlan
from release.workshop.serve.network import LOOPBACK, addresses
from scenarios.language import read_catalogue
from tests.places import TESTS

QUICK = Visit(0.4, 0.02)


def test_the_room_is_checked_with_phones_that_leave_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KASUSLAB_HOME", str(tmp_path))
    data = tmp_path / "workshop"
    plan = WorkshopPlan(port=0, person="Ibu R.")  # every case, as on the start page: the shelf comes first

    notices = check_room(plan, data, phones=3)

    assert [one.level for one in notices][:2] == ["good", "look"]
    assert "hanya bisa dibuka di komputer ini" in notices[1].text["id"]
    assert notices[4].text["en"].startswith("3 pretend phones came at once")
    assert not data.exists()


def test_pretend_phones_need_no_card_of_a_course(tmp_path: Path) -> None:
    trial = trial_of(WorkshopPlan(course=tmp_path, mode="test", cases=("bentuk-a",), port=9210))

    assert (trial.course, trial.mode, trial.cases, trial.port) == (None, None, (), 9210)


def test_pretend_phones_come_by_no_proxy_and_to_the_same_path() -> None:
    trial = trial_of(WorkshopPlan(public_url="https://lab.example.org/lab/", proxy=("127.0.0.1",)))

    assert (trial.public.url, trial.public.base, trial.proxy) == ("", "/lab", ())


def test_a_workshop_that_cannot_start_is_said_with_its_reason(tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as busy:
        plan = WorkshopPlan(port=busy.getsockname()[1], person="Ibu R.")
        first, _ = check_room(plan, tmp_path)

    assert first.level == "bad"
    assert "sedang dipakai" in first.text["id"]
    assert "is in use" in first.text["en"]


def test_a_port_that_is_closed_is_bad_and_says_what_to_do() -> None:
    with socket.create_server((LOOPBACK, 0)) as listener:
        port = listener.getsockname()[1]

    notice = port_open(LOOPBACK, port)

    assert notice.level == "bad"
    assert str(port) in notice.text["en"]


@pytest.mark.parametrize(
    ("system", "words"),
    [("win32", "Windows Security"), ("darwin", "System Settings"), ("linux", "sudo ufw allow")],
)
def test_the_firewall_of_each_system_is_spoken_of(
    monkeypatch: pytest.MonkeyPatch, system: str, words: str
) -> None:
    monkeypatch.setattr("sys.platform", system)

    assert words in port_open(LOOPBACK, 1).text["id"]


def test_the_addresses_end_with_this_machines_own() -> None:
    assert addresses()[-1].address == LOOPBACK
    assert len({one.address for one in addresses()}) == len(addresses())


def test_a_disk_is_looked_at_before_its_folder_is_there(tmp_path: Path) -> None:
    assert disk(tmp_path / "new" / "folder").text["id"]


@pytest.mark.parametrize(
    ("seats", "wanted", "level"),
    [(40, None, "good"), (40, 40, "good"), (40, 41, "look"), (0, None, "bad")],
)
def test_seats_are_said_beside_those_wanted(seats: int, wanted: int | None, level: str) -> None:
    assert memory(Capacity(seats, "memory"), wanted, 10**9).level == level


@pytest.mark.parametrize(
    ("outcome", "level"),
    [
        (Outcome((QUICK,) * 20), "good"),
        (Outcome((*(QUICK,) * 19, Visit(60, 60))), "good"),
        (Outcome((*(QUICK,) * 18, *(Visit(9, 0.1),) * 2)), "look"),
        (Outcome((QUICK,) * 19, ("The websocket was closed.",)), "bad"),
    ],
)
def test_what_the_phones_met_is_said_in_words(outcome: Outcome, level: str) -> None:
    notice = phones_notice(outcome)

    assert notice.level == level
    assert "20" in notice.text["en"]


def test_a_percentile_is_a_value_that_was_met() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([]) == 0.0


def test_sizes_are_said_as_people_say_them() -> None:
    assert (size_of(2_500_000_000), size_of(40_000_000)) == ("2.5 GB", "40 MB")


def test_a_phone_finds_something_to_confirm_in_every_kind_of_decision() -> None:
    options = [{"id": "a"}, {"id": "b"}]
    form = {"options": options, "services": [{"id": "s"}], "urgency": [{"id": "jam"}]}

    picks = [first_pick({**form, "kind": kind}) for kind in ("single", "multi", "rank", "referral", "text")]

    assert picks == [
        "a",
        ["a"],
        ["a", "b"],
        [{"service": "s", "urgency": "jam", "packet": []}],
        "–",
    ]


def test_every_sentence_of_the_check_is_used() -> None:
    desk = TESTS.parent / "release" / "workshop" / "desk"
    source = "".join((desk / name).read_text(encoding="utf-8") for name in ("room_check.py", "pretend.py"))
    named = [name for name in read_catalogue(TEXTS) if not name.startswith("room_firewall_")]

    assert [name for name in named if name not in source] == []
