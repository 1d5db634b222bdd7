"""A workshop in a hall: its laptop's route out is a VPN, and its Wi-Fi gets another address meanwhile."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from release.workshop.desk.form import TEXTS
from release.workshop.desk.pretend import first_pick
from release.workshop.serve.network import EVERYWHERE, LOOPBACK
from release.workshop.web.invitation import qr_image, qr_view
from scenarios.language import read_catalogue
from tests.parts.machine import free_port
from tests.parts.networks import CONTAINERS, LATER, VPN, WIFI, Networks, laptop_and_phone, needs_networks
from tests.parts.start_server import Facilitator, running_start
from tests.parts.workshop_server import PERSON, PageSocket, Visitor, Workshop, running_workshop

pytestmark = [needs_networks, pytest.mark.long]


@pytest.fixture
def networks() -> Iterator[Networks]:
    with laptop_and_phone() as both:
        yield both


@pytest.fixture
def facilitator(networks: Networks, tmp_path: Path) -> Iterator[Facilitator]:
    """Somebody at the start page of the laptop, where the test stands too."""
    with networks.laptop.inside(), running_start(tmp_path) as start:
        browser = Facilitator(start.port)
        browser.ask(start.link.partition(str(start.port))[2])
        browser.ask("/")
        yield browser


@pytest.fixture
def form(facilitator: Facilitator) -> dict[str, str]:
    """What the page sends with each button as long as nobody has loaded it again."""
    (chosen,) = re.findall(r'name="address" value="([^"]+)" checked', facilitator.body)
    plan = {"case": "teman-gim", "mode": "practice", "seats": "5", "days": "7", "person": PERSON}
    return {**plan, "address": chosen, "port": str(free_port())}


def announced(facilitator: Facilitator) -> str:
    """The link in the QR code that stands on the start page now, as the page asks for it by itself."""
    facilitator.ask("/undangan")
    (link,) = re.findall(r'data-link="([^"]+)"', facilitator.body)
    assert str(qr_image(link)) in facilitator.body
    return str(link)


def scan(link: str) -> Visitor:
    """The browser of a phone that has opened the link of a QR code."""
    parts = urlsplit(link)
    phone = Visitor(parts.port or 0, host=parts.hostname or "")
    assert phone.ask(parts.path).status == 303
    return phone


def decide(page: PageSocket) -> str:
    """Confirm something at the next decision; the scene that comes then."""
    while page.view["scene"]["decision"] is None:
        page.move(type="continue", scene=page.view["scene"]["id"])
    asked = page.view["scene"]["decision"]
    page.move(type="decide", decision=asked["id"], pick=first_pick(asked), sure=True)
    return str(page.view["scene"]["id"])


def on_the_board(facilitator: Facilitator) -> Visitor:
    """A browser of the laptop, by the start page's link and with its password on the board."""
    (board,) = re.findall(r'href="([^"]+)/board"', facilitator.body)
    (password,) = re.findall(r"<dd>([a-z0-9-]{14})<br>", facilitator.body)
    parts = urlsplit(board)
    assert parts.hostname == LOOPBACK
    browser = Visitor(parts.port or 0)
    assert browser.ask("/board/masuk", {"password": password}).status == 303
    return browser


def projected(board: Visitor) -> dict[str, Any]:
    """What the projector shows."""
    view: dict[str, Any] = json.loads(board.read("/board/projector.json"))
    return view


def console_line(workshop: Workshop, part: str) -> str:
    """The next line on the workshop's console that has this in it."""
    assert workshop.process.stdout is not None
    return next(line for line in workshop.process.stdout if part in line)


def test_a_phone_on_the_wifi_plays_though_the_route_out_is_a_vpn(
    networks: Networks, facilitator: Facilitator, form: dict[str, str]
) -> None:
    offered = re.findall(r'name="address" value="([^"]+)"', facilitator.body)
    assert offered == [WIFI, VPN, CONTAINERS, LOOPBACK]
    assert form["address"] == WIFI
    assert "berjalan di" in facilitator.press("jalan", form)

    link = announced(facilitator)

    assert urlsplit(link).netloc == f"{WIFI}:{form['port']}"
    with networks.phone.inside():
        phone = scan(link)
        phone.join()
        with phone.play() as page:
            assert page.move(type="begin")["screen"] == "scene"
            assert decide(page)
        with pytest.raises(OSError, match="unreachable"):
            Visitor(phone.port, host=VPN).ask("/")


def test_when_the_wifi_gets_another_address_all_is_drawn_anew_and_a_phone_goes_on_by_its_code(
    networks: Networks, facilitator: Facilitator, form: dict[str, str]
) -> None:
    facilitator.press("jalan", form)
    before = announced(facilitator)
    board = on_the_board(facilitator)
    with networks.phone.inside():
        phone = scan(before)
        code = phone.join()
        with phone.play() as page:
            page.move(type="begin")
            scene = decide(page)

            networks.settle_wifi(LATER)

            page.socket.close_timeout = 0.1  # nobody answers there any more

    link = announced(facilitator)
    assert link == before.replace(WIFI, LATER)
    (moved,) = re.findall(r'data-moved="([^"]+)"', facilitator.body)
    assert WIFI in moved
    assert LATER in moved
    join = projected(board)["join"]
    assert (join["address"], join["qr"]) == (f"http://{LATER}:{form['port']}", qr_view(link))
    assert facilitator.ask("/lembar", form).headers["Location"] == "/lembar"
    facilitator.ask("/lembar")
    assert str(qr_image(link)) in facilitator.body
    assert WIFI not in facilitator.body
    with networks.phone.inside():
        later = scan(link)
        assert later.ask("/lanjut", {"code": code}).headers["Location"] == "/kasus"
        with later.play() as page:
            assert page.view["scene"]["id"] == scene
            assert decide(page) != scene
    assert projected(board)["seats"] == 1


def test_a_button_on_a_page_from_before_the_change_calls_nothing_unsaved(
    networks: Networks, facilitator: Facilitator, form: dict[str, str]
) -> None:
    facilitator.press("jalan", form)
    (name,) = re.findall(r'id="sure-(workshop-[0-9-]+)"', facilitator.body)
    networks.settle_wifi(LATER)

    facilitator.press("jeda", {**form, "name": name})

    assert read_catalogue(TEXTS)["start_unsaved"]["id"] not in facilitator.body
    assert f'value="{LATER}" checked' in facilitator.body


def test_what_was_saved_for_the_wifi_runs_on_it_after_the_change_and_not_on_the_vpn(
    networks: Networks, facilitator: Facilitator, form: dict[str, str]
) -> None:
    facilitator.press("rencana", form)
    networks.settle_wifi(LATER)

    assert f"http://{LATER}:{form['port']}/" in facilitator.press("jalan")


def test_a_console_tells_where_phones_come_in_without_any_route_out_and_at_each_change(
    networks: Networks, tmp_path: Path
) -> None:
    networks.laptop.ip("route", "del", "default")
    with networks.laptop.inside(), running_workshop(tmp_path, host=EVERYWHERE) as workshop:
        assert workshop.url == f"http://{WIFI}:{workshop.port}/"
        with networks.phone.inside():
            assert Visitor(workshop.port, host=WIFI).join(door=workshop.code())

        networks.settle_wifi(LATER)
        assert "alamat" in console_line(workshop, f"http://{LATER}:{workshop.port}/").lower()
        with networks.phone.inside():
            assert Visitor(workshop.port, host=LATER).join(door=workshop.code())

        networks.laptop.ip("link", "set", "wlan0", "down")
        assert console_line(workshop, f"http://{VPN}:{workshop.port}/"), "what is left is told"
