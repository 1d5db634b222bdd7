"""A launch: what is taken, and each way in which what a platform says is refused."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from hashlib import sha256
from hmac import digest
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from release.lms.id_token import KeyNotThereError, verified_claims
from release.lms.launch import DEEP_LINKING, GRADES, LTI, ROSTER, Launch, checked_launch
from release.lms.login import Login
from release.lms.refusal import LtiRefusedError
from scenarios.language import LANGUAGES
from tests.parts.lti_platform import ISSUER, LEARNER, TEACHER, TOOL, LtiPlatform, platform_key

PLATFORM = LtiPlatform()
LOGIN = Login(PLATFORM.registered, "nonce-1", "")
NOW = 1_790_000_000.0
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def launched(claims: dict[str, Any], *, now: float = NOW) -> Launch:
    return checked_launch(claims, LOGIN, TOOL, now, local=False)


def stated(**changed: object) -> dict[str, Any]:
    return PLATFORM.claims("nonce-1", now=NOW, **changed)


def test_what_a_platform_says_is_read_without_any_name() -> None:
    named = {
        "name": "Ma'ruf Hidayat",
        "email": "m@example.org",
        f"{LTI}custom": {"kasuslab": "case:teman-gim"},
    }

    launch = launched({**stated(), **named, f"{LTI}lis": {"person_sourcedid": "198705122010012003"}})

    assert (launch.subject, launch.role, launch.kind) == ("42", "learner", "play")
    assert (launch.link, launch.context, launch.item) == ("link-9", "course-3", "case:teman-gim")
    assert launch.language == "id"
    assert not [one for one in ("Ma'ruf", 'example.org"', "1987") if one in repr(launch)]


def test_grades_and_roster_go_where_the_platform_says() -> None:
    place = {"scope": ["a"], "lineitem": f"{ISSUER}/1/lineitem?type_id=1", "lineitems": f"{ISSUER}/lineitems"}

    launch = launched({**stated(), GRADES: place, ROSTER: {"context_memberships_url": f"{ISSUER}/members"}})

    assert launch.grades is not None
    assert launch.grades.line_item == f"{ISSUER}/1/lineitem?type_id=1"
    assert launch.roster == f"{ISSUER}/members"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"iss": "https://other.example"}, "issuer"),
        ({"aud": "another-tool"}, "audience"),
        ({"aud": None}, "audience"),
        ({"aud": ["kasuslab-1", "another-tool"]}, "audience"),
        ({"aud": ["kasuslab-1", "another-tool"], "azp": "another-tool"}, "audience"),
        ({"azp": "another-tool"}, "audience"),
        ({"exp": None}, "claim_missing"),
        ({"iat": None}, "claim_missing"),
        ({"exp": "tomorrow"}, "claim_missing"),
        ({"exp": True}, "claim_missing"),
        ({"exp": NOW - 61}, "expired"),
        ({"iat": NOW - 700, "exp": NOW + 9e6}, "expired"),
        ({"iat": NOW + 61, "exp": NOW + 120}, "clock"),
        ({"nbf": NOW + 61}, "clock"),
        ({"nonce": "nonce-2"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"version": "1.1"}, "version"),
        ({"message_type": "LtiStartProctoring"}, "message_type"),
        ({"deployment_id": "8"}, "other_deployment"),
        ({"deployment_id": None}, "claim_missing"),
        ({"target_link_uri": "https://evil.example/lms/launch"}, "foreign_target"),
        ({"target_link_uri": "https://lab.example.org/lms/launch/../../masuk"}, "foreign_target"),
        ({"target_link_uri": "https://lab.example.org@evil.example/lms/launch"}, "foreign_target"),
        ({"target_link_uri": None}, "claim_missing"),
        ({"sub": None}, "anonymous"),
        ({"sub": ""}, "claim_missing"),
        ({"sub": "4" * 256}, "claim_missing"),
        ({"sub": 42}, "claim_missing"),
        ({"resource_link": {}}, "claim_missing"),
        ({"roles": "Learner"}, "claim_missing"),
    ],
)
def test_what_is_not_as_it_should_be_is_refused_with_a_sentence(changed: dict[str, Any], reason: str) -> None:
    with pytest.raises(LtiRefusedError) as refused:
        launched(stated(**changed))

    assert refused.value.reason == reason
    assert {refused.value.args[0].texts[language] for language in LANGUAGES}


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": NOW - 59},
        {"iat": NOW + 59, "exp": NOW + 119},
        {"aud": ["kasuslab-1"]},
        {"aud": ["kasuslab-1", "another-tool"], "azp": "kasuslab-1"},
    ],
)
def test_clocks_may_differ_by_a_minute_and_a_platform_may_name_several(changed: dict[str, Any]) -> None:
    assert launched(stated(**changed)).subject == "42"


def test_a_teacher_chooses_and_a_learner_does_not() -> None:
    choice = launched(PLATFORM.choice("nonce-1", iat=NOW, exp=NOW + 60)).choice

    assert choice is not None
    assert (choice.data, choice.several, choice.takes_links) == ("as it came", True, True)
    with pytest.raises(LtiRefusedError) as refused:
        launched(PLATFORM.choice("nonce-1", iat=NOW, exp=NOW + 60, roles=[LEARNER]))
    assert refused.value.reason == "not_a_teacher"


@pytest.mark.parametrize("address", ["http://lms.example.ac.id/return", "javascript:alert(1)", "", None])
def test_a_choice_goes_back_over_https_alone(address: str | None) -> None:
    claims = PLATFORM.choice("nonce-1", iat=NOW, exp=NOW + 60)
    claims[f"{DEEP_LINKING}deep_linking_settings"]["deep_link_return_url"] = address

    with pytest.raises(LtiRefusedError) as refused:
        launched(claims)
    assert refused.value.reason == "address_plain"


def test_a_line_item_that_is_reached_in_plain_is_refused() -> None:
    place = {"scope": [], "lineitem": "http://lms.example.ac.id/1/lineitem"}

    with pytest.raises(LtiRefusedError):
        launched({**stated(), GRADES: place})


# The signature


def test_what_the_platform_signed_is_read() -> None:
    assert verified_claims(PLATFORM.signed(stated()), PLATFORM.key_set)["sub"] == "42"


def public_pem() -> bytes:
    return PLATFORM.key.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def by_hand(header: dict[str, Any], secret: bytes = b"") -> str:
    """A token that no library would make."""
    parts = [urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in (header, stated())]
    signed = b".".join(parts)
    mac = urlsafe_b64encode(digest(secret, signed, sha256)).rstrip(b"=") if secret else b""
    return (signed + b"." + mac).decode()


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        (by_hand({"alg": "none", "kid": "first"}), "algorithm"),
        (by_hand({"alg": "None", "kid": "first"}), "algorithm"),
        (by_hand({"alg": "HS256", "kid": "first"}, public_pem()), "algorithm"),
        (by_hand({"alg": "RS256", "kid": "first"}, public_pem()), "signature"),
        (by_hand({"alg": "RS256", "kid": "first", "crit": ["exp"]}, b"x"), "token_unreadable"),
        (PLATFORM.signed(stated(), algorithm="RS512"), "algorithm"),
        (PLATFORM.signed(stated(), key=OTHER), "signature"),
        ("", "token_unreadable"),
        ("a.b", "token_unreadable"),
        ("x" * 20_000, "token_unreadable"),
    ],
)
def test_a_signature_of_another_kind_or_key_is_refused(token: str, reason: str) -> None:
    with pytest.raises(LtiRefusedError) as refused:
        verified_claims(token, PLATFORM.key_set)

    assert refused.value.reason == reason


def test_the_claims_of_one_launch_do_not_stand_under_the_signature_of_another() -> None:
    first, second = (PLATFORM.signed(stated(sub=who)).split(".") for who in ("42", "43"))

    with pytest.raises(LtiRefusedError):
        verified_claims(".".join((first[0], second[1], first[2])), PLATFORM.key_set)


@pytest.mark.parametrize("kid", ["second", None])
def test_a_key_that_the_set_does_not_hold_is_looked_for_anew(kid: str | None) -> None:
    with pytest.raises(KeyNotThereError):
        verified_claims(PLATFORM.signed(stated(), kid=kid), PLATFORM.key_set)


@pytest.mark.parametrize("changed", [{"kty": "oct", "k": "c2VjcmV0"}, {"use": "enc"}, {"alg": "HS256"}])
def test_a_key_for_something_else_verifies_nothing(changed: dict[str, str]) -> None:
    key_set = {"keys": [{**PLATFORM.key_set["keys"][0], **changed}]}

    with pytest.raises(KeyNotThereError):
        verified_claims(PLATFORM.signed(stated()), key_set)


def test_a_key_that_is_too_short_verifies_nothing() -> None:
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 -- what is refused
    row = jwt.algorithms.RSAAlgorithm.to_jwk(short.public_key(), as_dict=True)

    with pytest.warns(jwt.warnings.InsecureKeyLengthWarning):
        token = jwt.encode(stated(), short, algorithm="RS256", headers={"kid": "short"})
    with pytest.raises(LtiRefusedError):
        verified_claims(token, {"keys": [{**row, "kid": "short"}]})


@pytest.mark.parametrize("key_set", [{}, {"keys": None}, {"keys": []}, {"keys": ["first"]}])
def test_a_key_set_without_keys_verifies_nothing(key_set: dict[str, Any]) -> None:
    with pytest.raises(KeyNotThereError):
        verified_claims(PLATFORM.signed(stated()), key_set)


def test_two_keys_of_one_name_verify_nothing() -> None:
    double = {
        "keys": [*PLATFORM.key_set["keys"], *replace(PLATFORM, key=platform_key("first")).key_set["keys"]]
    }

    with pytest.raises(KeyNotThereError):
        verified_claims(PLATFORM.signed(stated()), double)


def test_only_whoever_runs_the_course_is_a_teacher() -> None:
    system = "http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator"

    assert launched(stated(roles=[system, LEARNER])).role == "learner"
    assert launched(stated(roles=[TEACHER])).role == "teacher"
