"""The login that begins a launch: whom it sends where, and that its answer is taken once."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from release.lms.login import answered_login, begin_login
from release.lms.refusal import LtiRefusedError
from tests.parts.lti_platform import ISSUER, TOOL, LtiPlatform

PLATFORM = LtiPlatform()
PLATFORMS = (PLATFORM.registered,)


def refusal(sent: dict[str, str]) -> str:
    with pytest.raises(LtiRefusedError) as refused:
        begin_login(sent, PLATFORMS, TOOL)
    return refused.value.reason


def test_a_login_is_sent_to_the_registered_address_with_our_own_redirect() -> None:
    begun = begin_login(PLATFORM.asks(), PLATFORMS, TOOL)

    address = urlsplit(begun.address("a-state"))
    asked = parse_qs(address.query)
    assert asked["state"] == ["a-state"]
    assert f"{address.scheme}://{address.netloc}{address.path}" == PLATFORM.registered.login
    assert asked["redirect_uri"] == ["https://lab.example.org/lms/launch"]
    assert (asked["response_mode"], asked["prompt"], asked["scope"]) == (["form_post"], ["none"], ["openid"])
    login, is_same = answered_login({"id_token": "x"}, begun.login, begun.secret)
    assert asked["nonce"] == [login.nonce]
    assert is_same


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"iss": ""}, "login_incomplete"),
        ({"login_hint": ""}, "login_incomplete"),
        ({"target_link_uri": ""}, "login_incomplete"),
        ({"login_hint": "4" * 3000}, "login_incomplete"),
        ({"iss": "https://nobody.example"}, "unregistered"),
        ({"iss": f"{ISSUER}/"}, "nearly_registered"),
        ({"client_id": "another"}, "unregistered"),
        ({"lti_deployment_id": "8"}, "other_deployment"),
        ({"target_link_uri": "https://evil.example/"}, "foreign_target"),
        ({"target_link_uri": "//evil.example/lms/launch"}, "foreign_target"),
        ({"target_link_uri": "https://lab.example.org.evil.example/lms/launch"}, "foreign_target"),
        ({"target_link_uri": "javascript:alert(1)"}, "foreign_target"),
    ],
)
def test_a_login_that_is_not_ours_to_begin_is_refused(changed: dict[str, str], reason: str) -> None:
    assert refusal(PLATFORM.asks(**changed)) == reason


def test_an_issuer_with_two_registrations_has_to_name_its_client() -> None:
    two = (*PLATFORMS, LtiPlatform(client_id="kasuslab-2").registered)

    assert begin_login(PLATFORM.asks(), two, TOOL).login.platform
    with pytest.raises(LtiRefusedError):
        begin_login(PLATFORM.asks(client_id=""), two, TOOL)
    assert begin_login(PLATFORM.asks(client_id=""), PLATFORMS, TOOL).login.platform


def test_an_answer_to_no_login_that_waits_is_refused() -> None:
    with pytest.raises(LtiRefusedError) as refused:
        answered_login({"state": "used", "id_token": "x"}, None, None)
    assert refused.value.reason == "state_unknown"


def test_another_browser_cannot_answer() -> None:
    begun = begin_login(PLATFORM.asks(), PLATFORMS, TOOL)
    other = begin_login(PLATFORM.asks(), PLATFORMS, TOOL)

    with pytest.raises(LtiRefusedError) as refused:
        answered_login({"id_token": "x"}, begun.login, other.secret)
    assert refused.value.reason == "other_browser"


def test_a_browser_that_keeps_nothing_in_a_frame_is_told_apart() -> None:
    begun = begin_login(PLATFORM.asks(), PLATFORMS, TOOL)

    _, is_same = answered_login({"id_token": "x"}, begun.login, None)

    assert not is_same


@pytest.mark.parametrize(
    ("sent", "reason", "word"),
    [
        ({"error": "login_required"}, "platform_refused", "login_required"),
        ({"error": "<script>"}, "platform_refused", "script"),
        ({}, "login_incomplete", "id_token"),
    ],
)
def test_an_answer_without_a_token_says_what_the_platform_said(
    sent: dict[str, str], reason: str, word: str
) -> None:
    begun = begin_login(PLATFORM.asks(), PLATFORMS, TOOL)

    with pytest.raises(LtiRefusedError, match=word) as refused:
        answered_login(sent, begun.login, begun.secret)
    assert refused.value.reason == reason
    assert "<" not in str(refused.value)
