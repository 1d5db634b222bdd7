"""How the tool proves itself to a platform's services, and what it takes for a token."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest

from release.lms.refusal import LtiRefusedError
from release.lms.services.access import granted_token, token_request
from release.lms.services.grade import SCOPE
from release.lms.tool_keys import ToolKeys
from tests.parts.lti_platform import LtiPlatform, platform_key

NOW = 1_790_000_000.0
PLATFORM = LtiPlatform().registered
OF_ANY_TIME: Any = {"verify_aud": False, "verify_exp": False, "verify_iat": False}
KEYS = ToolKeys((platform_key("of the tool"),))


def claims_of(form: str) -> dict[str, object]:
    (assertion,) = parse_qs(form)["client_assertion"]
    key = jwt.PyJWK(KEYS.public["keys"][0]).key
    claims: dict[str, object] = jwt.decode(assertion, key, algorithms=["RS256"], options=OF_ANY_TIME)
    return claims


def test_the_tool_proves_itself_to_the_one_platform_for_five_minutes_and_each_time_anew() -> None:
    first, second = (claims_of(token_request(PLATFORM, KEYS, SCOPE, NOW)) for _ in range(2))

    assert (first["iss"], first["sub"], first["aud"]) == ("kasuslab-1", "kasuslab-1", PLATFORM.token)
    assert (first["iat"], first["exp"]) == (NOW, NOW + 300)
    assert first["jti"] != second["jti"]


def test_a_platform_may_want_to_be_named_otherwise() -> None:
    named = PLATFORM.model_copy(update={"audience": "https://auth.example.ac.id"})

    assert claims_of(token_request(named, KEYS, SCOPE, NOW))["aud"] == "https://auth.example.ac.id"


@pytest.mark.parametrize(
    "answer", [None, [], {}, {"access_token": ""}, {"access_token": 5}, {"access_token": "a\r\nHost: evil"}]
)
def test_what_is_no_token_is_none(answer: object) -> None:
    with pytest.raises(LtiRefusedError) as refused:
        granted_token(answer)
    assert refused.value.reason == "no_token"


def test_a_token_counts_as_long_as_the_platform_says() -> None:
    assert granted_token({"access_token": "a", "expires_in": 3600}) == ("a", 3600.0)
    assert granted_token({"access_token": "a", "expires_in": "soon"}) == ("a", 60.0)
