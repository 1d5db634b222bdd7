"""What a hub is started with: the course, where it stands, who comes in by what, and where it is reached."""

from __future__ import annotations

import os
import sys
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import Field, ValidationError

from release.hub.places import HubPlaces
from release.hub.words import HubError, hub_sentence
from scenarios.documents.part import Part, Text

FIRST_HUB_PORT = 8000
DEFAULT_PLACE = Path("/srv/kasuslab")
# The port is the proxy's; the next two are the hub's and that of the proxy's own interface.
LAST_HUB_PORT = 65535 - 2


Claim: TypeAlias = Literal["id", "email"]


class HubLti(Part):
    """The learning management system that people come in from, as it names itself.

    known_by: whether the claim holds the id or the e-mail that the roster has.
    """

    issuer: Text
    client_id: Text
    authorize_url: Text
    jwks_endpoint: Text
    claim: Text = "email"
    known_by: Claim = "email"


class HubPlan(Part):
    """The plan of a hub. keys: the folder of the facilitator's keys."""

    course: Path
    place: Path = Field(DEFAULT_PLACE, description="The hub's folder: homes, exchange, accounts.")
    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 for others.")
    port: Annotated[int, Field(ge=1, le=LAST_HUB_PORT)] = Field(
        FIRST_HUB_PORT, description="Its port; the next two are used on this machine too."
    )
    public_url: str = Field("", description="Where people reach it, where a proxy stands before it.")
    certificate: Path | None = Field(None, description="Of TLS, in PEM.")
    certificate_key: Path | None = Field(None, description="Its key, in PEM.")
    proxy: Path = Field(description="The program configurable-http-proxy.")
    keys: Path
    lti: HubLti | None = None

    @property
    def places(self) -> HubPlaces:
        """What stands where in its folder."""
        return HubPlaces(self.place)

    @property
    def address(self) -> str:
        """Where people reach it, with a slash at its end."""
        if self.public_url:
            return self.public_url.rstrip("/") + "/"
        return self.bound

    @property
    def bound(self) -> str:
        """Where it listens."""
        scheme = "https" if self.certificate else "http"
        return f"{scheme}://{self.host}:{self.port}/"


def planned_address(places: HubPlaces) -> str:
    """Where people reach the hub that was last started there, or one that is started as it comes."""
    try:
        return HubPlan.model_validate_json(places.plan.read_bytes()).address
    except (OSError, ValidationError):
        return f"http://127.0.0.1:{FIRST_HUB_PORT}/"


def is_of_this_machine(address: str) -> bool:
    """Whether an address opens on this machine alone, or is no address to go to, such as 0.0.0.0."""
    host = urlsplit(address).hostname or ""
    try:
        number = ip_address(host)
    except ValueError:
        return host == "localhost"
    return number.is_loopback or number.is_unspecified


def require_root(course: Path) -> None:
    """Raise HubError where this is not root on Linux, whose accounts keep people apart."""
    if sys.platform != "linux":
        raise HubError(hub_sentence("not_linux", course=course))
    if os.geteuid() != 0:
        raise HubError(hub_sentence("not_root", course=course))
