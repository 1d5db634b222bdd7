from __future__ import annotations

import io
import re
from collections.abc import Sequence

import pytest
import segno

from release.workshop.seats.door import Door
from release.workshop.seats.seat import SeatMaker, load_words
from release.workshop.seats.seating import Seating
from release.workshop.seats.waiting import WaitingLine
from release.workshop.serve.server import ASSET_FILES
from release.workshop.web.assets import read_assets
from release.workshop.web.house import TEXTS, House, page_environment
from release.workshop.web.join_sheet import Invitation, join_sheet
from release.workshop.wire import Answer, Request
from scenarios.language import LANGUAGES, read_catalogue

INVITATION = Invitation("http://192.168.137.1:8866/", "KBTD")
PERSON = "Ibu R. <meja panitia>"


class Silent:
    """A line on which nothing is asked."""

    async def ask(self, request: Request) -> Answer:
        raise AssertionError(request)


def first(words: Sequence[str]) -> str:
    return words[0]


@pytest.fixture(scope="module")
def house() -> House:
    maker = SeatMaker(b"s" * 32)
    return House(
        seating=Seating(maker, load_words(), Silent(), first),
        assets=read_assets(ASSET_FILES),
        texts=read_catalogue(TEXTS),
        pages=page_environment(),
        person=PERSON,
        door=Door(maker, "KBTD"),
        line=WaitingLine(2),
        workshop={
            "answer": "workshop",
            "name": "workshop-20261122-070000",
            "code": "KBTD",
            "mode": "practice",
            "closed": None,
            "keep_days": 30,
        },
    )


@pytest.fixture(scope="module")
def sheet(house: House) -> str:
    return join_sheet(house, INVITATION)


def test_the_link_carries_the_code_where_one_is_asked() -> None:
    assert INVITATION.link == "http://192.168.137.1:8866/g/KBTD"
    assert Invitation("http://192.168.137.1:8866/", "").link == "http://192.168.137.1:8866/"


def test_the_address_is_shown_as_it_is_typed() -> None:
    assert INVITATION.short == "http://192.168.137.1:8866"
    assert Invitation("https://[fe80::1]:8866/", "").short == "https://[fe80::1]:8866"


def test_the_qr_code_holds_the_link(sheet: str) -> None:
    wanted = io.BytesIO()
    segno.make("http://192.168.137.1:8866/g/KBTD", error="m", micro=False).save(wanted, kind="svg", border=4)
    path = re.search(r' d="([^"]+)"', wanted.getvalue().decode())
    assert path

    assert f' d="{path.group(1)}"' in sheet


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_says_in_both_languages_what_to_tap_without_internet(sheet: str, language: str) -> None:
    texts = read_catalogue(TEXTS)

    for name in ("no_internet", "mobile_data", "network_name", "open", "or"):
        assert texts[f"lobby_sheet_{name}"][language] in sheet


def test_the_sheet_shows_address_code_and_the_person_to_speak_to(sheet: str) -> None:
    assert '<p class="js-address">http://192.168.137.1:8866</p>' in sheet
    assert '<p class="js-code">KBTD</p>' in sheet
    assert "Ibu R. &lt;meja panitia&gt;" in sheet


def test_a_sheet_for_a_workshop_without_a_code_names_none(house: House) -> None:
    assert "js-code" not in join_sheet(house, Invitation("http://192.168.137.1:8866/", ""))


def test_the_sheet_asks_nothing_of_other_servers_and_brings_no_style_that_is_blocked(sheet: str) -> None:
    asked = re.findall(r'(?:src|href)="([^"]+)"', sheet)

    assert all(address.startswith(("/aset/", "data:,")) for address in asked)
    assert "style=" not in sheet
    assert "<style" not in sheet
