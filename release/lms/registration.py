"""Dynamic registration (1EdTech): what a platform says of itself, and what this tool asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from release.lms.addresses import ToolAddress, checked_address
from release.lms.id_token import ALGORITHM
from release.lms.platform import Platform
from release.lms.refusal import LtiRefusedError, lms_sentence
from release.lms.services.grade import SCOPE as GRADE_SCOPE
from release.lms.services.roster import SCOPE as ROSTER_SCOPE
from release.lms.services.roster import RosterChoice
from scenarios.sentence import Sentence

TOOL_PART = "https://purl.imsglobal.org/spec/lti-tool-configuration"
NAME = "Kasuslab"
MOODLE_STEPS = 5


@dataclass(frozen=True, slots=True)
class PlatformCard:
    """What a platform says of itself: its addresses, and where it takes registrations."""

    issuer: str
    login: str
    token: str
    key_set: str
    registration: str


def platform_card(address: str, document: object, *, local: bool) -> PlatformCard:
    """What the document at `address` says, where all of it stands on that host.

    Whoever invites to a registration hands an address to a platform's administrator, not to a stranger's
    server: so the platform may name no other host, neither as itself nor for its keys. local: see
    `checked_address`. Raises LtiRefusedError.
    """
    host = urlsplit(checked_address(address, local=local)).netloc
    stated = document if isinstance(document, dict) else {}

    def place(name: str) -> str:
        return checked_address(stated.get(name), local=local, host=host)

    algorithms = stated.get("id_token_signing_alg_values_supported", [ALGORITHM])
    if not isinstance(algorithms, list) or ALGORITHM not in algorithms:
        raise LtiRefusedError("algorithm")
    return PlatformCard(
        issuer=place("issuer"),
        login=place("authorization_endpoint"),
        token=place("token_endpoint"),
        key_set=place("jwks_uri"),
        registration=place("registration_endpoint"),
    )


def registration_request(tool: ToolAddress, roster: RosterChoice | None = None) -> Mapping[str, Any]:
    """What this tool asks to be registered as: unasked, for no name, no e-mail and no roster.

    roster: what of it teachers are to be shown, None for nothing.
    """
    scopes = [GRADE_SCOPE] if roster is None else [GRADE_SCOPE, ROSTER_SCOPE]
    names = ["name", "given_name", "family_name"] if roster == "names" else []
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": tool.login,
        "redirect_uris": [tool.launch],
        "client_name": NAME,
        "jwks_uri": tool.key_set,
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(scopes),
        TOOL_PART: {
            "domain": tool.host,
            "target_link_uri": tool.launch,
            "claims": ["iss", "sub", *names],
            "messages": [
                {"type": "LtiResourceLinkRequest"},
                {"type": "LtiDeepLinkingRequest", "target_link_uri": tool.launch, "label": NAME},
            ],
        },
    }


def moodle_steps() -> Sequence[Sentence]:
    """What is to be done in Moodle, from its administrator to a learner; the first takes our address."""
    return [lms_sentence(f"moodle_step_{number}") for number in range(1, MOODLE_STEPS + 1)]


def registered_platform(card: PlatformCard, answer: object) -> Platform:
    """The platform that has registered this tool, by its answer. Raises LtiRefusedError."""
    stated = answer if isinstance(answer, dict) else {}
    part = stated.get(TOOL_PART)
    deployment = part.get("deployment_id") if isinstance(part, dict) else None
    if deployment is None:
        raise LtiRefusedError("no_deployment")
    try:
        return Platform(
            issuer=card.issuer,
            client_id=stated.get("client_id", ""),
            login=card.login,
            token=card.token,
            key_set=card.key_set,
            # Moodle's ids are numbers, and JSON may have them so.
            deployments=(str(deployment),),
        )
    except ValidationError:
        raise LtiRefusedError("login_incomplete", field="client_id") from None
