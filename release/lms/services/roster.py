"""Who takes part in a course, as its platform tells (Names and Role Provisioning Services 2.0).

Nothing of it is kept: it is read while a teacher looks. A number of staff, an e-mail and a picture are not
read at all, whatever the platform sends; a name only where whoever runs the lab asked for names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from release.lms.addresses import checked_address
from release.lms.refusal import LtiRefusedError

SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
CONTENT = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
RosterChoice = Literal["ids", "names"]
"""What of a roster may be shown: the platform's own ids of people, or their names."""
# A page of a roster, and how many at most: ten thousand people are no course.
PAGE_SIZE, MOST_PAGES = 200, 50
MOST_SIGNS = 255
_MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
# A short name stands for that of the vocabulary.
_LEARNS = {f"{_MEMBERSHIP}Learner", "Learner"}
_LINK = re.compile(r'<([^<>\s]{1,2000})>\s*((?:;[^,;"<>]*(?:"[^"]*")?)*)')
_NEXT = re.compile(r';\s*rel\s*=\s*"?(?:[^"]*\s)?next(?:\s[^"]*)?"?\s*(?:;|$)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RosterMember:
    """A learner of a course. subject: the platform's id of the person; name: "" where it is not read."""

    subject: str
    name: str = ""

    @property
    def label(self) -> str:
        """What a teacher knows the person by."""
        return self.name or self.subject


@dataclass(frozen=True, slots=True)
class RosterPage:
    """A page of a roster. next: the address of the one after it, "" for none."""

    members: Sequence[RosterMember]
    next: str


def first_page(address: str) -> str:
    """The address that a roster is read from: that of a launch, in pages of our size."""
    parts = urlsplit(address)
    query = [
        (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "limit"
    ]
    return urlunsplit(parts._replace(query=urlencode([*query, ("limit", str(PAGE_SIZE))])))


def roster_page(
    address: str, document: object, links: str, *, choice: RosterChoice, local: bool
) -> RosterPage:
    """The page that an address was answered with. links: its header Link.

    Our token goes along to the next page: so that one has to stand on the same host. Raises LtiRefusedError.
    """
    stated = document.get("members") if isinstance(document, dict) else None
    if not isinstance(stated, list):
        raise LtiRefusedError("no_roster")
    members = [one for each in stated if (one := _member(each, with_name=choice == "names")) is not None]
    following = _next_in(links)
    if following:
        following = checked_address(urljoin(address, following), local=local, host=urlsplit(address).netloc)
    return RosterPage(members, following)


def _member(stated: object, *, with_name: bool) -> RosterMember | None:
    fields = cast("Mapping[str, Any]", stated) if isinstance(stated, dict) else {}
    subject, roles = fields.get("user_id"), fields.get("roles")
    is_active = fields.get("status", "Active") == "Active"
    if not isinstance(roles, list) or not is_active or not any(role in _LEARNS for role in roles):
        return None
    if not isinstance(subject, str) or not 0 < len(subject) <= MOST_SIGNS or not subject.isprintable():
        return None
    return RosterMember(subject, _name(fields) if with_name else "")


def _name(fields: Mapping[str, Any]) -> str:
    parts = [fields.get(name) for name in ("given_name", "family_name")]
    name = fields.get("name") or " ".join(part for part in parts if isinstance(part, str))
    return name.strip()[:MOST_SIGNS] if isinstance(name, str) and name.isprintable() else ""


def _next_in(links: str) -> str:
    """The address of the next page in a header Link (RFC 8288); "" for none."""
    return next((match[1] for match in _LINK.finditer(links[:8000]) if _NEXT.search(match[2])), "")
