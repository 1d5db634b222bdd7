"""Where phones are sent: the address now, the one before it changed, the code, the Wi-Fi.

A workshop that phones reach listens on all addresses of the machine, so that a new one serves at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from release.workshop.desk.course_choice import printed_address
from release.workshop.plan import WorkshopPlan
from release.workshop.serve.network import (
    EVERYWHERE,
    LOOPBACK,
    NetworkAddress,
    addresses,
    first_address,
    followed,
    is_open_to_others,
    reached_by_others,
)
from release.workshop.web.invitation import Invitation, Wifi


@dataclass(frozen=True, slots=True)
class Announcement:
    """Where phones are sent now.

    address: this machine's; before: that when the workshop was started, "" while it is the same; is_public:
    whether a proxy stands before it, which is what phones open; cards_at: see `cards_elsewhere`.
    """

    address: NetworkAddress
    before: str
    invitation: Invitation
    is_public: bool = False
    cards_at: str = ""

    @property
    def board(self) -> str:
        """The board, for a browser on this machine: there it keeps its login whatever the networks do."""
        parts = urlsplit(self.invitation.address)
        # A certificate is for the name that is announced, and cookies are for the proxy's.
        is_elsewhere = self.is_public or parts.scheme == "https"
        own = f"{parts.scheme}://{parts.netloc}" if is_elsewhere else f"http://{LOOPBACK}:{parts.port}"
        return f"{own}{parts.path.rstrip('/')}/board"


def served_at(plan: WorkshopPlan) -> Mapping[str, str]:
    """What the plan says of addresses, as its server is to serve it."""
    return {"host": EVERYWHERE, "announce": plan.host} if reached_by_others(plan.host) else {}


def address_of(plan: WorkshopPlan) -> NetworkAddress:
    """The address of the plan with its device, or the likeliest where it is gone."""
    return first_address(plan.host, addresses())


def choice_of(address: str) -> str:
    """An address as the plan keeps it; "" for what is likeliest of those that phones hardly reach.

    It was no choice: a Wi-Fi that is joined later takes its place.
    """
    here = addresses()
    return "" if first_address(address, here).is_makeshift and address == here[0].address else address


def announcement_of(plan: WorkshopPlan, first: NetworkAddress, url: str, code: str) -> Announcement:
    """Where phones are sent now.

    first: the address when the workshop was started, or the plan's; url: that of the server; code: the
    workshop's.
    """
    cards = plan.course is not None
    if plan.public.url:
        code = code if is_open_to_others(plan) and not cards else ""
        invitation = Invitation(plan.public.url, code, wifi_of(plan), cards)
        return Announcement(first, "", invitation, is_public=True)
    is_shared = reached_by_others(first.address)
    now = followed(first, addresses()) if is_shared else first
    parts = urlsplit(url)
    address = f"{parts.scheme}://{now.address}:{parts.port}{plan.public.at('/')}"
    before = first.address if now.address != first.address else ""
    invitation = Invitation(address, code if is_shared and not cards else "", wifi_of(plan), cards)
    printed = cards_elsewhere(plan.course, address) if is_shared else ""
    return Announcement(now, before, invitation, cards_at=printed)


def cards_elsewhere(course: Path | None, address: str) -> str:
    """Where the printed cards of a course send phones, if that is not `address`; else "".

    A name on the cards is not compared: it may stand for any address.
    """
    printed = printed_address(course) if course is not None else ""
    if printed.rstrip("/") == address.rstrip("/"):
        return ""
    try:
        ip_address(urlsplit(printed).hostname or "")
    except ValueError:
        return ""
    return printed


def wifi_of(plan: WorkshopPlan) -> Wifi | None:
    """The Wi-Fi that the plan names, None where it names none."""
    return Wifi(plan.wifi_name, plan.wifi_password or "") if plan.wifi_name else None
