"""Platforms: which addresses the lab speaks with, and who is registered."""

from __future__ import annotations

import pytest

from release.lms.addresses import checked_address
from release.lms.items import LmsItem, item_named
from release.lms.platform import platform_of, registered_by_hand
from release.lms.refusal import LtiRefusedError

TYPED = {
    "issuer": "https://lms.example.ac.id",
    "client_id": " abc ",
    "login": "https://lms.example.ac.id/auth.php",
    "token": "https://lms.example.ac.id/token.php",
    "key_set": "https://lms.example.ac.id/certs.php",
    "deployments": "7, 8",
}


def test_a_platform_is_typed_in_by_hand() -> None:
    platform = registered_by_hand(TYPED, local=False)

    assert (platform.client_id, platform.deployments) == ("abc", ("7", "8"))
    assert platform.origins == ("https://lms.example.ac.id",)


@pytest.mark.parametrize(
    "address",
    [
        "http://lms.example.ac.id/",
        "file:///etc/passwd",
        "https://user:word@lms.example.ac.id/",
        "https://lms.example.ac.id/#fragment",
        "https://lms.example.ac.id\\@evil.example/",
        "https://lms.example.ac.id/ x",
        "https://lms.example.ac.id/\r\nX: y",
        "https://lms.example.ac.id:99999/",
        "https:///auth.php",
        "https://exämple.id/",
        "",
        None,
        7,
    ],
)
def test_an_address_that_is_no_plain_https_is_refused(address: object) -> None:
    with pytest.raises(LtiRefusedError):
        checked_address(address, local=False)


def test_plain_http_is_for_a_local_network_that_its_operator_allows() -> None:
    assert checked_address("http://192.168.1.5:8080/a", local=True) == "http://192.168.1.5:8080/a"
    with pytest.raises(LtiRefusedError):
        registered_by_hand({**TYPED, "key_set": "http://192.168.1.5/certs.php"}, local=False)


@pytest.mark.parametrize(
    ("called", "reason"),
    [
        ("https://lms.example.ac.id/", "nearly_registered"),
        ("https://lms.example.ac.id//", "unregistered"),
        ("https://lms.example.ac.id.evil", "unregistered"),
    ],
)
def test_a_platform_is_what_it_calls_itself_and_a_slash_more_is_told(called: str, reason: str) -> None:
    platform = registered_by_hand(TYPED, local=False)

    assert platform_of([platform], "https://lms.example.ac.id", "abc") == platform
    with pytest.raises(LtiRefusedError) as refused:
        platform_of([platform], called, "abc")
    assert refused.value.reason == reason


@pytest.mark.parametrize("host", ["lms.example.ac.id:8443", "evil.example"])
def test_an_address_on_another_host_is_refused_where_one_is_named(host: str) -> None:
    with pytest.raises(LtiRefusedError) as refused:
        checked_address("https://lms.example.ac.id/x", local=False, host=host)
    assert refused.value.reason == "address_elsewhere"


def test_an_activity_names_what_it_plays() -> None:
    assert item_named("case:teman-gim") == LmsItem("case", "teman-gim")
    assert str(LmsItem("lesson", "K1")) == "lesson:K1"
    assert item_named("") is None


@pytest.mark.parametrize(
    "text", ["teman-gim", "case:", "case:../etc", "case:a b", "key:teman-gim", "case:" + "a" * 41]
)
def test_what_names_nothing_that_could_be_played_is_refused(text: str) -> None:
    with pytest.raises(LtiRefusedError):
        item_named(text)
