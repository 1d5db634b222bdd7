"""What a hub is started with, and why one is not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from release.hub.hub import find_hub_proxy, read_lti
from release.hub.hub_plan import HubPlan, is_of_this_machine, planned_address, require_root
from release.hub.places import HubPlaces
from release.hub.words import HubError

PLAN = HubPlan(course=Path("kursus"), proxy=Path("proxy"), keys=Path("kunci"))


def test_whoever_is_not_root_is_told_why_and_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(HubError, match=r"sudo .*kasuslab hub kursus"):
        require_root(Path("kursus"))


@pytest.mark.parametrize(
    ("address", "is_alone"),
    [
        ("http://127.0.0.1:8000/", True),
        ("http://localhost:8000/", True),
        ("http://0.0.0.0:8000/", True),
        ("http://[::1]:8000/", True),
        ("http://192.168.1.4:8000/", False),
        ("https://hub.example.org/", False),
    ],
)
def test_an_address_that_no_phone_opens_is_known_before_it_stands_on_cards(
    address: str, *, is_alone: bool
) -> None:
    assert is_of_this_machine(address) is is_alone


def test_a_proxy_that_is_not_there_is_named_with_how_to_install_it() -> None:
    with pytest.raises(HubError, match="npm install -g configurable-http-proxy"):
        find_hub_proxy("no-such-proxy")


def test_a_setting_of_lti_that_lacks_something_says_what(tmp_path: Path) -> None:
    file = tmp_path / "lti.yaml"
    file.write_text("issuer: https://lms.example.ac.id\nclient_id: kasuslab-1\n", "utf-8")

    with pytest.raises(HubError, match="authorize_url, jwks_endpoint"):
        read_lti(file)


@pytest.mark.parametrize(
    ("changed", "address"),
    [
        ({}, "http://127.0.0.1:8000/"),
        ({"certificate": Path("hub.pem"), "host": "10.0.0.5", "port": 443}, "https://10.0.0.5:443/"),
        ({"public_url": "https://hub.example.org"}, "https://hub.example.org/"),
    ],
)
def test_cards_name_the_address_that_people_reach(
    tmp_path: Path, changed: dict[str, object], address: str
) -> None:
    places = HubPlaces(tmp_path)
    places.own.mkdir()
    places.plan.write_text(PLAN.model_copy(update=changed).model_dump_json(), "utf-8")

    assert planned_address(places) == address
