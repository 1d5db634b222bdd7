"""What is read of a platform's roster, page by page, and what is not."""

from __future__ import annotations

from typing import Any

import pytest

from release.lms.addresses import ToolAddress
from release.lms.refusal import LtiRefusedError
from release.lms.registration import TOOL_PART, registration_request
from release.lms.services.roster import SCOPE, RosterMember, first_page, roster_page

PLACE = "https://lms.example.ac.id/members?type=7&limit=9"
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"


def member(subject: object = "42", **changed: object) -> dict[str, object]:
    fields = {"user_id": subject, "roles": [LEARNER], "name": "Ana Wati", "email": "ana@x.example"}
    return {**fields, "lis_person_sourcedid": "198001012010011001", **changed}


def page(*members: object, links: str = "", choice: Any = "ids") -> Any:  # noqa: ANN401 -- for tests of both
    return roster_page(PLACE, {"members": list(members)}, links, choice=choice, local=False)


def test_a_roster_is_asked_for_in_pages_of_our_size_beside_what_its_address_says() -> None:
    assert first_page(PLACE) == "https://lms.example.ac.id/members?type=7&limit=200"


def test_of_a_learner_the_id_is_read_and_a_name_where_names_were_asked_for() -> None:
    assert page(member()).members == [RosterMember("42")]
    assert page(member(), choice="names").members == [RosterMember("42", "Ana Wati")]
    parts = member(name=None, given_name="Dewi", family_name="Ayu")
    assert page(parts, choice="names").members == [RosterMember("42", "Dewi Ayu")]


@pytest.mark.parametrize(
    "other",
    [
        member(roles=["Instructor"]),
        member(roles="Learner"),
        member(status="Inactive"),
        member(subject=42),
        member(subject="a\nb"),
        "somebody",
    ],
)
def test_whoever_is_no_active_learner_is_left_out(other: object) -> None:
    assert page(other, member("43", roles=["Learner"])).members == [RosterMember("43")]


@pytest.mark.parametrize(
    ("links", "following"),
    [
        (
            '<https://lms.example.ac.id/members?page=2>; rel="next"',
            "https://lms.example.ac.id/members?page=2",
        ),
        ("<https://lms.example.ac.id/p2>; rel=next", "https://lms.example.ac.id/p2"),
        ('</p2>; rel="last next"', "https://lms.example.ac.id/p2"),
        (
            '<https://lms.example.ac.id/p1>; rel="prev", </p3>; title="x"; rel="next"',
            "https://lms.example.ac.id/p3",
        ),
        ('<https://lms.example.ac.id/p9>; rel="last"', ""),
        ("", ""),
    ],
)
def test_the_next_page_is_that_of_the_header_link(links: str, following: str) -> None:
    assert page(member(), links=links).next == following


@pytest.mark.parametrize("place", ["https://elsewhere.example/p2", "http://lms.example.ac.id/p2"])
def test_our_token_goes_to_no_other_host_for_the_next_page(place: str) -> None:
    with pytest.raises(LtiRefusedError):
        page(member(), links=f'<{place}>; rel="next"')


@pytest.mark.parametrize("document", [None, [], {"members": 3}])
def test_what_is_no_roster_is_said(document: object) -> None:
    with pytest.raises(LtiRefusedError) as refused:
        roster_page(PLACE, document, "", choice="ids", local=False)
    assert refused.value.reason == "no_roster"


def test_a_platform_is_asked_for_a_roster_and_for_names_only_where_they_were_asked_for() -> None:
    tool = ToolAddress("https://lab.example.org/")
    by_itself, ids, names = (registration_request(tool, choice) for choice in (None, "ids", "names"))

    assert SCOPE not in by_itself["scope"]
    assert SCOPE in ids["scope"]
    assert by_itself[TOOL_PART]["claims"] == ids[TOOL_PART]["claims"] == ["iss", "sub"]
    assert "name" in names[TOOL_PART]["claims"]
