"""What a teacher has chosen, as her platform takes it."""

from __future__ import annotations

import jwt
import pytest

from release.lms.deep_linking import LmsOffer, choice_claims, chosen_offers
from release.lms.items import LmsItem
from release.lms.launch import DEEP_LINKING, LTI, ChoiceRequest, checked_launch
from release.lms.login import Login
from release.lms.refusal import LtiRefusedError
from release.lms.tool_keys import ToolKeys
from tests.parts.lti_platform import ISSUER, TOOL, LtiPlatform, platform_key

NOW = 1_790_000_000.0
PLATFORM = LtiPlatform()
OFFERS = [
    LmsOffer(LmsItem("case", name), name.title(), "10 menit")
    for name in ("teman-gim", "grup-kelas", "data-anak")
]
SEVERAL = ChoiceRequest(f"{ISSUER}/return", "as it came", several=True, takes_links=True)
ONE = ChoiceRequest(f"{ISSUER}/return", None, several=False, takes_links=True)


def test_what_was_chosen_comes_in_the_order_of_the_page_and_nothing_else() -> None:
    chosen = chosen_offers(["case:data-anak", "case:teman-gim", "case:../x", "case:"], OFFERS, SEVERAL)

    assert [offer.item.id for offer in chosen] == ["teman-gim", "data-anak"]


@pytest.mark.parametrize(
    ("names", "request_", "reason"),
    [
        ([], SEVERAL, "nothing_chosen"),
        (["case:other"], SEVERAL, "nothing_chosen"),
        (["case:teman-gim", "case:data-anak"], ONE, "one_alone"),
    ],
)
def test_none_or_too_many_are_not_taken(names: list[str], request_: ChoiceRequest, reason: str) -> None:
    with pytest.raises(LtiRefusedError) as refused:
        chosen_offers(names, OFFERS, request_)
    assert refused.value.reason == reason


def test_the_answer_is_signed_for_that_platform_alone_and_carries_its_data_back() -> None:
    login = Login(PLATFORM.registered, "nonce-1", "")
    claims = PLATFORM.choice("nonce-1", iat=NOW, exp=NOW + 60)
    launch = checked_launch(claims, login, TOOL, NOW, local=False)
    keys = ToolKeys((platform_key("tool"),))

    token = keys.signed(choice_claims(launch, PLATFORM.registered, OFFERS[:2], TOOL, NOW), NOW)

    key = jwt.PyJWK(keys.public["keys"][0]).key
    options: jwt.types.Options = {"verify_exp": False, "verify_iat": False}
    answer = jwt.decode(
        token, key, algorithms=["RS256"], audience=ISSUER, issuer="kasuslab-1", options=options
    )
    assert answer["exp"] - answer["iat"] == 300
    assert answer[f"{LTI}deployment_id"] == "7"
    assert answer[f"{LTI}message_type"] == "LtiDeepLinkingResponse"
    assert answer[f"{DEEP_LINKING}data"] == "as it came"
    items = answer[f"{DEEP_LINKING}content_items"]
    assert [item["custom"] for item in items] == [
        {"kasuslab": "case:teman-gim"},
        {"kasuslab": "case:grup-kelas"},
    ]
    assert {item["url"] for item in items} == {TOOL.launch}
    assert [item["lineItem"]["resourceId"] for item in items] == ["case:teman-gim", "case:grup-kelas"]
