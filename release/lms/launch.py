"""A launch: what a platform says, checked claim by claim; who comes, from where, and to play what.

The claims are those of LTI 1.3 (1EdTech), of deep linking 2.0, and of the services (AGS 2.0, NRPS 2.0). Their
signature was verified before: see `id_token`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from release.lms.addresses import ToolAddress, checked_address
from release.lms.login import Login
from release.lms.refusal import LtiRefusedError
from release.lms.services.course_place import CoursePlace

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
GRADES = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
ROSTER = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
ITEM = "kasuslab"
"""The custom parameter that names what is played."""

Role = Literal["learner", "teacher"]
Kind = Literal["play", "choose"]
Claims: TypeAlias = Mapping[str, Any]

_KINDS: Mapping[str, Kind] = {"LtiResourceLinkRequest": "play", "LtiDeepLinkingRequest": "choose"}
# By how much two clocks may differ, and how old what was just signed may be.
SKEW_SECONDS, MOST_SECONDS = 60.0, 600.0
MOST_SIGNS = 255
_MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
# Whoever runs the course. A site's administrator who only looks in is no teacher of it.
_TEACHES = {f"{_MEMBERSHIP}{role}" for role in ("Instructor", "ContentDeveloper", "Administrator")}


@dataclass(frozen=True, slots=True)
class GradePlace:
    """Where grades of a launch may go. line_item: of this link, "" for none; line_items: of the course."""

    scopes: tuple[str, ...]
    line_item: str = ""
    line_items: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceRequest:
    """A teacher who chooses what is played. data: goes back as it came; several: whether it may be many."""

    return_address: str
    data: str | None
    several: bool
    takes_links: bool


@dataclass(frozen=True, slots=True)
class Launch:
    """What a platform says of one launch. No name, no e-mail, no number of staff is read at all.

    platform: its number; subject: who comes, by the platform's own id; link: the place in the course that was
    opened, "" where a teacher chooses; context: the course, "" where none is named; item: what is played, ""
    for all; language: that of the platform's pages, "" unsaid; roster: the address of names and roles.
    """

    platform: int
    issuer: str
    deployment: str
    subject: str
    role: Role
    kind: Kind
    link: str = ""
    context: str = ""
    item: str = ""
    language: str = ""
    grades: GradePlace | None = None
    roster: str = ""
    choice: ChoiceRequest | None = None

    @property
    def course(self) -> CoursePlace:
        """The course that it comes from."""
        link = "" if self.context else self.link
        return CoursePlace(
            platform=self.platform, deployment=self.deployment, context=self.context, link=link
        )


def checked_launch(claims: Claims, login: Login, tool: ToolAddress, now: float, *, local: bool) -> Launch:
    """The launch that `claims` tell of, where they answer `login`.

    now: seconds since 1970; local: see `checked_address`. Raises LtiRefusedError for whatever is missing, not
    meant for us, from another time, or asks for what is not ours.
    """
    platform = login.platform
    if claims.get("iss") != platform.issuer:
        raise LtiRefusedError("issuer")
    _check_audience(claims, platform.client_id)
    _check_times(claims, now)
    if claims.get("nonce") != login.nonce:
        raise LtiRefusedError("nonce")
    if claims.get(f"{LTI}version") != "1.3.0":
        raise LtiRefusedError("version")
    kind = _KINDS.get(str(claims.get(f"{LTI}message_type")))
    if kind is None:
        raise LtiRefusedError("message_type")
    deployment = _word(claims, f"{LTI}deployment_id")
    if deployment not in platform.deployments:
        raise LtiRefusedError("other_deployment")
    target = claims.get(f"{LTI}target_link_uri")
    if not isinstance(target, str):
        raise LtiRefusedError("claim_missing", claim="target_link_uri")
    if not tool.is_ours(target):
        raise LtiRefusedError("foreign_target")
    if "sub" not in claims:
        raise LtiRefusedError("anonymous")
    return Launch(
        platform=platform.number,
        issuer=platform.issuer,
        deployment=deployment,
        subject=_word(claims, "sub"),
        role=_role(claims),
        kind=kind,
        link=_word(_part(claims, f"{LTI}resource_link"), "id", "resource_link.id") if kind == "play" else "",
        context=_optional(_part(claims, f"{LTI}context"), "id"),
        item=_optional(_part(claims, f"{LTI}custom"), ITEM),
        language=_language(claims),
        grades=_grades(claims, local=local),
        roster=_roster(claims, local=local),
        choice=_choice(claims, local=local) if kind == "choose" else None,
    )


def _check_audience(claims: Claims, client_id: str) -> None:
    audience = claims.get("aud")
    meant = audience if isinstance(audience, list) else [audience]
    party = claims.get("azp")
    # OpenID Connect Core, 3.1.3.7: of several, the one it was made for is named.
    is_named = party == client_id or (party is None and len(meant) == 1)
    if client_id not in meant or not is_named:
        raise LtiRefusedError("audience")


def _check_times(claims: Claims, now: float) -> None:
    ends, made = _moment(claims, "exp"), _moment(claims, "iat")
    from_then = _moment(claims, "nbf") if "nbf" in claims else made
    if max(made, from_then) > now + SKEW_SECONDS:
        raise LtiRefusedError("clock")
    if now >= ends + SKEW_SECONDS or now - made > MOST_SECONDS + SKEW_SECONDS:
        raise LtiRefusedError("expired")


def _moment(claims: Claims, name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12:  # noqa: PLR2004
        raise LtiRefusedError("claim_missing", claim=name)
    return float(value)


def _word(claims: Claims, name: str, label: str = "") -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= MOST_SIGNS or not value.isprintable():
        raise LtiRefusedError("claim_missing", claim=label or name.rpartition("/")[2])
    return value


def _optional(claims: Claims, name: str) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) and len(value) <= MOST_SIGNS and value.isprintable() else ""


def _part(claims: Claims, name: str) -> Claims:
    value = claims.get(name)
    return value if isinstance(value, dict) else {}


def _role(claims: Claims) -> Role:
    roles = claims.get(f"{LTI}roles")
    if not isinstance(roles, list):
        raise LtiRefusedError("claim_missing", claim="roles")
    return "teacher" if any(isinstance(role, str) and role in _TEACHES for role in roles) else "learner"


def _language(claims: Claims) -> str:
    locale = _optional(_part(claims, f"{LTI}launch_presentation"), "locale") or _optional(claims, "locale")
    return locale.replace("_", "-").partition("-")[0].lower()


def _grades(claims: Claims, *, local: bool) -> GradePlace | None:
    settings = _part(claims, GRADES)
    scopes = settings.get("scope")
    if not isinstance(scopes, list):
        return None
    named = [settings.get(name) for name in ("lineitem", "lineitems")]
    item, items = (checked_address(one, local=local) if one else "" for one in named)
    return GradePlace(tuple(scope for scope in scopes if isinstance(scope, str)), item, items)


def _roster(claims: Claims, *, local: bool) -> str:
    address = _part(claims, ROSTER).get("context_memberships_url")
    return checked_address(address, local=local) if address else ""


def _choice(claims: Claims, *, local: bool) -> ChoiceRequest:
    if _role(claims) != "teacher":
        raise LtiRefusedError("not_a_teacher")
    settings = _part(claims, f"{DEEP_LINKING}deep_linking_settings")
    types, data = settings.get("accept_types"), settings.get("data")
    return ChoiceRequest(
        return_address=checked_address(settings.get("deep_link_return_url"), local=local),
        data=data if isinstance(data, str) else None,
        several=settings.get("accept_multiple", True) is True,
        takes_links=isinstance(types, list) and "ltiResourceLink" in types,
    )
