"""The login that begins a launch: whom it sends where, and that its answer is taken once."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from release.lms.login import Login, answered_login, begin_login
from release.lms.once import Once
from release.lms.refusal import LtiRefusedError
from tests.parts.lti_platform import ISSUER, TOOL, LtiPlatform

PLATFORM = LtiPlatform()
PLATFORMS = (PLATFORM.registered,)


def refusal(sent: dict[str, str], logins: Once[Login]) -> str:
    with pytest.raises(LtiRefusedError) as refused:
        begin_login(sent, PLATFORMS, TOOL, logins)
    return refused.value.reason


def test_a_login_is_sent_to_the_registered_address_with_our_own_redirect() -> None:
    logins: Once[Login] = Once(60)

    begun = begin_login(PLATFORM.asks(), PLATFORMS, TOOL, logins)

    address, asked = urlsplit(begun.address), parse_qs(urlsplit(begun.address).query)
    assert f"{address.scheme}://{address.netloc}{address.path}" == PLATFORM.registered.login
    assert asked["redirect_uri"] == ["https://lab.example.org/lms/launch"]
    assert (asked["response_mode"], asked["prompt"], asked["scope"]) == (["form_post"], ["none"], ["openid"])
    login, is_same = answered_login({"state": begun.state, "id_token": "x"}, logins, begun.secret)
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
        ({"iss": f"{ISSUER}/"}, "unregistered"),
        ({"client_id": "another"}, "unregistered"),
        ({"lti_deployment_id": "8"}, "other_deployment"),
        ({"target_link_uri": "https://evil.example/"}, "foreign_target"),
        ({"target_link_uri": "//evil.example/lms/launch"}, "foreign_target"),
        ({"target_link_uri": "https://lab.example.org.evil.example/lms/launch"}, "foreign_target"),
        ({"target_link_uri": "javascript:alert(1)"}, "foreign_target"),
    ],
)
def test_a_login_that_is_not_ours_to_begin_is_refused(changed: dict[str, str], reason: str) -> None:
    logins: Once[Login] = Once(60)

    assert refusal(PLATFORM.asks(**changed), logins) == reason
    assert len(logins) == 0


def test_an_issuer_with_two_registrations_has_to_name_its_client() -> None:
    two = (*PLATFORMS, LtiPlatform(client_id="kasuslab-2").registered)

    assert begin_login(PLATFORM.asks(), two, TOOL, Once(60)).state
    with pytest.raises(LtiRefusedError):
        begin_login(PLATFORM.asks(client_id=""), two, TOOL, Once(60))
    assert begin_login(PLATFORM.asks(client_id=""), PLATFORMS, TOOL, Once(60)).state


def test_a_state_is_used_up_by_whoever_brings_it_first() -> None:
    logins: Once[Login] = Once(60)
    begun = begin_login(PLATFORM.asks(), PLATFORMS, TOOL, logins)
    answer = {"state": begun.state, "id_token": "x"}
    answered_login(answer, logins, begun.secret)

    with pytest.raises(LtiRefusedError) as refused:
        answered_login(answer, logins, begun.secret)
    assert refused.value.reason == "state_unknown"


def test_a_state_ends_with_its_time() -> None:
    moment = [0.0]
    logins: Once[Login] = Once(600, clock=lambda: moment[0])
    begun = begin_login(PLATFORM.asks(), PLATFORMS, TOOL, logins)
    moment[0] = 600.0

    with pytest.raises(LtiRefusedError):
        answered_login({"state": begun.state, "id_token": "x"}, logins, begun.secret)


def test_another_browser_cannot_answer_and_has_used_the_state_up() -> None:
    logins: Once[Login] = Once(60)
    begun = begin_login(PLATFORM.asks(), PLATFORMS, TOOL, logins)
    other = begin_login(PLATFORM.asks(), PLATFORMS, TOOL, logins)

    with pytest.raises(LtiRefusedError) as refused:
        answered_login({"state": begun.state, "id_token": "x"}, logins, other.secret)
    assert refused.value.reason == "other_browser"
    with pytest.raises(LtiRefusedError):
        answered_login({"state": begun.state, "id_token": "x"}, logins, begun.secret)


def test_a_browser_that_keeps_nothing_in_a_frame_is_told_apart() -> None:
    logins: Once[Login] = Once(60)
    begun = begin_login(PLATFORM.asks(), PLATFORMS, TOOL, logins)

    _, is_same = answered_login({"state": begun.state, "id_token": "x"}, logins, None)

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
    logins: Once[Login] = Once(60)
    begun = begin_login(PLATFORM.asks(), PLATFORMS, TOOL, logins)

    with pytest.raises(LtiRefusedError, match=word) as refused:
        answered_login({"state": begun.state, **sent}, logins, begun.secret)
    assert refused.value.reason == reason
    assert "<" not in str(refused.value)


def test_so_many_wait_and_the_oldest_give_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("release.lms.once.MOST_WAITING", 3)
    codes: Once[int] = Once(60)
    handed_out = [codes.put(number) for number in range(5)]

    assert [codes.take(code) for code in handed_out] == [None, None, 2, 3, 4]
    assert codes.take("") is None
