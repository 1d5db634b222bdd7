"""Dynamic registration: what a platform may say of itself, and what is asked of it, as Moodle has it."""

from __future__ import annotations

from typing import Any

import pytest

from release.lms.refusal import LtiRefusedError
from release.lms.registration import (
    TOOL_PART,
    platform_card,
    registered_platform,
    registration_request,
)
from release.lms.services.grade import SCOPE
from tests.parts.lti_platform import TOOL
from tests.parts.strict_registration import fault_of

SITE = "https://lms.example.ac.id"
ADDRESS = f"{SITE}/mod/lti/openid-configuration.php"
STATED: dict[str, Any] = {
    "issuer": SITE,
    "authorization_endpoint": f"{SITE}/mod/lti/auth.php",
    "token_endpoint": f"{SITE}/mod/lti/token.php",
    "jwks_uri": f"{SITE}/mod/lti/certs.php",
    "registration_endpoint": f"{SITE}/mod/lti/openid-registration.php",
    "id_token_signing_alg_values_supported": ["RS256"],
}


def test_what_moodle_says_of_itself_becomes_a_platform() -> None:
    card = platform_card(ADDRESS, STATED, local=False)

    platform = registered_platform(card, {"client_id": "abc", TOOL_PART: {"deployment_id": 7}})

    assert (platform.issuer, platform.client_id, platform.deployments) == (SITE, "abc", ("7",))
    assert platform.key_set == STATED["jwks_uri"]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"issuer": "https://another.example"}, "address_elsewhere"),
        ({"issuer": f"{SITE}.evil.example"}, "address_elsewhere"),
        ({"issuer": f"{SITE}:8443"}, "address_elsewhere"),
        ({"jwks_uri": "https://evil.example/keys"}, "address_elsewhere"),
        ({"registration_endpoint": "https://169.254.169.254/latest"}, "address_elsewhere"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "address_plain"),
        ({"token_endpoint": "http://lms.example.ac.id/token.php"}, "address_plain"),
        ({"token_endpoint": None}, "address_plain"),
        ({"id_token_signing_alg_values_supported": ["HS256"]}, "algorithm"),
        ({"id_token_signing_alg_values_supported": "RS256"}, "algorithm"),
    ],
)
def test_a_platform_that_names_another_host_is_refused(changed: dict[str, Any], reason: str) -> None:
    with pytest.raises(LtiRefusedError) as refused:
        platform_card(ADDRESS, {**STATED, **changed}, local=False)
    assert refused.value.reason == reason


@pytest.mark.parametrize("document", [None, [], "text", {}])
def test_what_says_nothing_of_itself_is_refused(document: object) -> None:
    with pytest.raises(LtiRefusedError):
        platform_card(ADDRESS, document, local=False)


@pytest.mark.parametrize(
    "answer",
    [None, {}, {"client_id": "abc"}, {TOOL_PART: {"deployment_id": "7"}}, {"client_id": 5, TOOL_PART: 7}],
)
def test_an_answer_without_a_client_or_a_deployment_registers_nobody(answer: object) -> None:
    with pytest.raises(LtiRefusedError):
        registered_platform(platform_card(ADDRESS, STATED, local=False), answer)


def test_what_moodle_requires_is_asked_for_and_no_name() -> None:
    asked = registration_request(TOOL)

    assert fault_of(dict(asked)) == ""
    part = asked[TOOL_PART]
    assert part["domain"] == "lab.example.org"
    assert part["target_link_uri"].startswith(f"https://{part['domain']}/")
    assert part["claims"] == ["iss", "sub"]
    assert asked["scope"] == SCOPE
