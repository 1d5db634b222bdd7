from __future__ import annotations

import io
import re

import pytest
import segno

from release.workshop.web.assets import read_assets
from release.workshop.web.invitation import Invitation, Wifi, qr_view
from release.workshop.web.page import TEXTS, Templates
from scenarios.language import LANGUAGES, SOURCE, read_catalogue

INVITATION = Invitation("http://192.168.137.1:8866/", "KBTD")
PERSON = "Ibu R. <meja panitia>"


def sheet_of(invitation: Invitation) -> str:
    templates = Templates(read_catalogue(TEXTS), read_assets(), {"person": PERSON})
    return templates.page("join_sheet.html", SOURCE, invitation=invitation)


@pytest.fixture(scope="module")
def sheet() -> str:
    return sheet_of(INVITATION)


def test_the_link_carries_the_code_where_one_is_asked() -> None:
    assert INVITATION.link == "http://192.168.137.1:8866/g/KBTD"
    assert Invitation("http://192.168.137.1:8866/", "").link == "http://192.168.137.1:8866/"


def test_the_address_is_shown_as_it_is_typed() -> None:
    assert INVITATION.short == "http://192.168.137.1:8866"
    assert Invitation("https://[fe80::1]:8866/", "").short == "https://[fe80::1]:8866"


def test_the_address_of_a_workshop_below_a_path_is_shown_with_it() -> None:
    below = Invitation("https://lab.example.org/lab/", "KBTD")

    assert (below.short, below.link) == ("https://lab.example.org/lab", "https://lab.example.org/lab/g/KBTD")


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_people_have_cards_the_sheet_tells_of_them_and_asks_for_no_code(language: str) -> None:
    texts = read_catalogue(TEXTS)
    sheet = sheet_of(Invitation("http://192.168.137.1:8866/", "", cards=True))

    assert texts["lobby_sheet_card"][language] in sheet
    assert texts["lobby_sheet_open_card"][language] in sheet
    assert texts["lobby_sheet_seat"][language] not in sheet
    assert "js-code" not in sheet


def test_the_sheet_shows_address_code_and_the_person_to_speak_to(sheet: str) -> None:
    assert '<p class="js-address">http://192.168.137.1:8866</p>' in sheet
    assert '<p class="js-code">KBTD</p>' in sheet
    assert "Ibu R. &lt;meja panitia&gt;" in sheet


def test_a_sheet_for_a_workshop_without_a_code_names_none() -> None:
    assert "js-code" not in sheet_of(Invitation("http://192.168.137.1:8866/", ""))


def test_the_sheet_asks_nothing_of_other_servers_and_brings_no_style_that_is_blocked(sheet: str) -> None:
    asked = re.findall(r'(?:src|href)="([^"]+)"', sheet)

    assert all(address.startswith(("/aset/", "data:,")) for address in asked)
    assert "style=" not in sheet
    assert "<style" not in sheet


# The Wi-Fi


def test_a_sheet_without_a_wifi_leaves_room_to_write_it(sheet: str) -> None:
    assert sheet.count("js-blank") == 2


def test_a_sheet_carries_the_wifi_with_a_code_that_phones_read() -> None:
    wifi = Wifi("Aula <Dinas>", "rahasia;12")
    sheet = sheet_of(Invitation("http://192.168.137.1:8866/", "KBTD", wifi))

    assert "Aula &lt;Dinas&gt;" in sheet
    assert "rahasia;12" in sheet
    assert "js-blank" not in sheet
    assert str(wifi.qr()) in sheet
    assert wifi.link == r"WIFI:T:WPA;S:Aula <Dinas>;P:rahasia\;12;;"


def test_a_wifi_without_a_password_says_so() -> None:
    sheet = sheet_of(Invitation("http://192.168.137.1:8866/", "KBTD", Wifi("Aula")))

    assert "tanpa kata sandi" in sheet
    assert Wifi("Aula").link == "WIFI:T:nopass;S:Aula;;"


def test_a_page_draws_the_same_signs_as_the_sheet() -> None:
    view = qr_view(INVITATION.link)
    matrix = [bytes(row) for row in segno.make(INVITATION.link, error="m", micro=False).matrix_iter(border=4)]

    assert view["size"] == len(matrix)
    assert view["path"].count("M") == sum(sum(row) for row in matrix)
    assert view["path"].startswith("M4 4h1v1h-1z")


def test_what_an_idle_projector_shows_of_an_invitation() -> None:
    view = Invitation("http://192.168.137.1:8866/", "KBTD", Wifi("Aula", "rahasia12")).view()

    assert (view["address"], view["code"]) == ("http://192.168.137.1:8866", "KBTD")
    assert view["wifi"] is not None
    assert (view["wifi"]["name"], view["wifi"]["password"]) == ("Aula", "rahasia12")
