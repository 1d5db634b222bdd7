"""Lessons, tests and programmes as activities, on a running server: chosen, launched, done, graded."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from typing import Any

import jwt
import pytest

from graders.key.key import KEYS as LIBRARY_KEYS
from release.course.programmes.programme import load_programme
from release.lms.addresses import ToolAddress
from release.lms.launch import DEEP_LINKING
from release.lms.refusal import lms_sentence
from release.workshop.seats.cookie import SEAT
from scenarios.library import CASES as LIBRARY
from scenarios.sentence import in_language
from tests.parts.lti_class import ELSEWHERE, Comer, PlatformServices, class_workshop, platform_services
from tests.parts.lti_platform import LtiPlatform
from tests.parts.machine import wait_until
from tests.parts.workshop_server import Visitor, Workshop
from tests.places import KEYS

A2 = load_programme("A2")


@pytest.fixture(scope="module")
def services() -> Iterator[PlatformServices]:
    with platform_services() as here:
        yield here


@pytest.fixture(scope="module")
def workshop(services: PlatformServices, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """A workshop of the cases of A2, with the keys of its test."""
    place = tmp_path_factory.mktemp("activities")
    keys = place / "keys"
    shutil.copytree(LIBRARY_KEYS, keys)
    for file in KEYS.glob("bentuk-polisi-*.yaml"):
        shutil.copy(file, keys)
    options: dict[str, Any] = {"folder": LIBRARY, "keys": keys, "cases": A2.cases}
    with class_workshop(place / "data", services, "", **options) as running:
        yield running


def comer(workshop: Workshop, services: PlatformServices, sub: str) -> Comer:
    return Comer(workshop, services, sub)


def led(one: Comer, item: str) -> str:
    """Come to an activity; where the way ends."""
    return one.come(f"link-{item}", custom={"kasuslab": item})


def scores_of(services: PlatformServices, sub: str) -> list[tuple[str, float | None]]:
    mine = [one for one in services.scores if one["userId"] == sub]
    return [(one["activityProgress"], one.get("scoreGiven")) for one in mine]


def test_a_teacher_chooses_a_programme_a_test_and_a_lesson_with_what_each_is(workshop: Workshop) -> None:
    platform, browser = LtiPlatform(tool=ToolAddress(workshop.url)), Visitor(workshop.port)
    begun = browser.ask("/lms/login", platform.asks(), **ELSEWHERE)
    asked = dict(re.findall(r"(state|nonce)=([^&]+)", begun.headers["Location"]))
    token = platform.signed(platform.choice(asked["nonce"]))
    place = browser.ask("/lms/launch", {"state": asked["state"], "id_token": token}, **ELSEWHERE).headers[
        "Location"
    ]

    page = browser.read(place)
    assert re.findall(r"<legend>(.*?)</legend>", page) == [
        "Program lengkap",
        "Pelajaran",
        "Tes sebelum dan sesudah",
        "Kasus",
    ]
    assert "8 pelajaran, 4 kasus" in page
    assert re.findall(r'value="((?:programme|test):[^"]+)"', page) == [
        "programme:A2",
        "test:bentuk-polisi-a-before",
        "test:bentuk-polisi-a-after",
    ]
    assert 'value="case:bentuk' not in page

    browser.ask(place, {"item": "programme:A2"})

    (token,) = re.findall(r'name="JWT" value="([^"]+)"', browser.bodies[-1])
    (item,) = jwt.decode(token, options={"verify_signature": False})[f"{DEEP_LINKING}content_items"]
    assert item["custom"] == {"kasuslab": "programme:A2"}
    assert (item["title"], item["lineItem"]["tag"]) == (A2.name["id"], "programme")


@pytest.mark.parametrize(
    "item",
    ["programme:A0", "lesson:K99", "test:bentuk-a-before", "test:bentuk-polisi-a", "case:bentuk-polisi-a"],
)
def test_what_is_not_here_is_said_before_anybody_sits_down(
    workshop: Workshop, services: PlatformServices, item: str
) -> None:
    one = comer(workshop, services, "nobody")

    led(one, item)

    assert SEAT not in one.browser.cookies
    said = lms_sentence("not_played")
    assert any(in_language(said, "id") in body for body in one.browser.bodies)


def test_a_lesson_is_read_and_said_to_be_and_its_platform_hears_of_it(
    workshop: Workshop, services: PlatformServices
) -> None:
    one = comer(workshop, services, "lia")

    assert led(one, "lesson:K1") == "/pelajaran/K1"
    assert "Apakah anak aman malam ini?" in one.browser.read("/pelajaran/K1")
    assert "Sudah saya baca" in one.browser.bodies[-1]
    assert one.browser.ask("/pelajaran/K1", {}, **ELSEWHERE).status == 403
    assert scores_of(services, "lia") == []

    one.browser.ask("/pelajaran/K1", {})

    assert "Sudah Anda baca" in one.browser.read("/pelajaran/K1")
    wait_until(lambda: scores_of(services, "lia") == [("Completed", 100)], "a grade has arrived")


def test_a_programme_is_one_activity_that_goes_on_from_any_device(
    workshop: Workshop, services: PlatformServices
) -> None:
    one = comer(workshop, services, "mira")
    assert led(one, "programme:A2") == "/program/A2"
    page = one.browser.read("/program/A2")
    assert "0 dari 14 langkah selesai" in page
    (form,) = re.findall(r"buka=(bentuk-polisi-[ab])&amp;program=A2", page)
    assert "/pelajaran/" not in page
    assert "Terbuka setelah Anda menyelesaikan tes sebelum." in page

    app = one.browser.read(f"/kasus?buka={form}&program=A2")
    assert f'data-case="{form}" data-led="1"' in app
    assert 'href="/program/A2"' in app

    again = comer(workshop, services, "mira")
    assert led(again, "programme:A2") == "/program/A2"
    assert f"buka={form}&amp;program=A2" in again.browser.read("/program/A2")
    assert scores_of(services, "mira") == []


def test_a_test_leads_to_the_form_of_its_learner_and_to_the_other_one_after(
    workshop: Workshop, services: PlatformServices
) -> None:
    one = comer(workshop, services, "nino")

    places = {turn: led(one, f"test:bentuk-polisi-a-{turn}") for turn in ("before", "after", "before")}

    assert set(places.values()) == {f"/kasus?buka={form}" for form in A2.tests}


@pytest.mark.parametrize("place", ["/program/A2", "/pelajaran/K1"])
def test_whoever_has_no_seat_is_led_to_the_lobby(workshop: Workshop, place: str) -> None:
    assert Visitor(workshop.port).ask(place).headers["Location"] == "/"


def test_a_page_that_is_not_there_is_said_not_to_be(workshop: Workshop, services: PlatformServices) -> None:
    one = comer(workshop, services, "oki")
    led(one, "lesson:K2")

    assert [one.browser.ask(place).status for place in ("/program/A0", "/pelajaran/K99")] == [404, 404]
    assert 'href="/program/' not in one.browser.read("/kasus?buka=tiga-petunjuk&program=A0")


@pytest.mark.parametrize(
    ("place", "back"),
    [
        ("program/A2", "/program/A2"),
        ("pelajaran/K1%3Fprogram%3DA2", "/pelajaran/K1?program=A2"),
        ("%2Felsewhere.example", "/"),
        ("program/A2%0D%0ASet-Cookie:x", "/"),
    ],
)
def test_the_language_is_switched_where_somebody_stands_and_leads_nowhere_else(
    workshop: Workshop, place: str, back: str
) -> None:
    assert Visitor(workshop.port).ask(f"/bahasa/en?dari={place}").headers["Location"] == back


def test_a_heavy_case_is_left_out_by_one_choice_and_taken_in_again(
    workshop: Workshop, services: PlatformServices
) -> None:
    one, heavy = comer(workshop, services, "tari"), "laporan-luar-negeri"
    place = led(one, "programme:A2")
    steps = len(A2.cases) + 8 + 2
    assert f'max="{steps}"' in one.browser.read(place)

    assert one.browser.ask(f"{place}/lewati", {"case": heavy}).headers["Location"] == place
    page = one.browser.read(place)
    assert f'max="{steps - 1}"' in page
    assert "Anda lewati" in page
    assert "Yang tetap Anda pelajari sebagai gantinya" in page
    for refused in ("tiga-petunjuk", "bentuk-polisi-a", "x"):
        assert one.browser.ask(f"{place}/lewati", {"case": refused}).status == 404

    one.browser.ask(f"{place}/kembalikan", {"case": heavy})
    assert f'max="{steps}"' in one.browser.read(place)
    assert one.browser.ask(f"{place}/lewati", {"case": heavy}, **ELSEWHERE).status == 403
