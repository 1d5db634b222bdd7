"""What a teacher has chosen, as her platform takes it (deep linking 2.0)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from release.lms.addresses import ToolAddress
from release.lms.items import LmsItem
from release.lms.launch import DEEP_LINKING, ITEM, LTI, ChoiceRequest, Launch
from release.lms.platform import Platform
from release.lms.refusal import LtiRefusedError
from release.lms.services.grade import MAXIMUM

ANSWER_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class LmsOffer:
    """One thing that a teacher may choose. title, text: its name, and what it is, in her language."""

    item: LmsItem
    title: str
    text: str


def chosen_offers(names: Sequence[str], offers: Sequence[LmsOffer], request: ChoiceRequest) -> list[LmsOffer]:
    """The offers that a teacher named, in the order of the offers.

    Raises LtiRefusedError where she named none, or several where the platform takes one.
    """
    chosen = [offer for offer in offers if str(offer.item) in names]
    if not chosen:
        raise LtiRefusedError("nothing_chosen")
    if len(chosen) > 1 and not request.several:
        raise LtiRefusedError("one_alone")
    return chosen


def choice_claims(
    launch: Launch, platform: Platform, chosen: Sequence[LmsOffer], tool: ToolAddress, now: float
) -> Mapping[str, Any]:
    """What the platform is answered, to be signed. now: seconds since 1970."""
    claims: dict[str, Any] = {
        "iss": platform.client_id,
        "aud": [platform.issuer],
        "iat": int(now),
        "exp": int(now + ANSWER_SECONDS),
        "nonce": secrets.token_urlsafe(16),
        f"{LTI}deployment_id": launch.deployment,
        f"{LTI}message_type": "LtiDeepLinkingResponse",
        f"{LTI}version": "1.3.0",
        f"{DEEP_LINKING}content_items": [content_item(offer, tool) for offer in chosen],
    }
    if launch.choice is not None and launch.choice.data is not None:
        claims[f"{DEEP_LINKING}data"] = launch.choice.data
    return claims


def content_item(offer: LmsOffer, tool: ToolAddress) -> Mapping[str, Any]:
    """One activity, as the platform makes it, with the column that its grades go into."""
    return {
        "type": "ltiResourceLink",
        "title": offer.title,
        "text": offer.text,
        "url": tool.launch,
        "custom": {ITEM: str(offer.item)},
        "lineItem": {
            "scoreMaximum": MAXIMUM,
            "label": offer.title,
            "resourceId": str(offer.item),
            "tag": offer.item.kind,
        },
    }
