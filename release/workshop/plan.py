"""The plan of a workshop: each option that a facilitator may settle, with its bounds, default and help.

The command line takes its options from this record and the start page the bounds of its form; the server and
its writer get the record itself. A new option is a field here, and code where it has its effect.
"""

from __future__ import annotations

import ipaddress
import json
import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self, cast
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from release.lms.addresses import checked_address
from release.lms.refusal import LtiRefusedError
from release.lms.services.roster import RosterChoice
from release.local_time import ZoneName
from release.workshop.data_folder import own_folder
from release.workshop.failure import WorkshopRefusedError, failure_sentence
from release.workshop.proxy.named_proxies import NamedProxies, settled_proxies
from release.workshop.proxy.public_address import PublicAddress, settled_base, settled_url
from scenarios.documents.json_data import json_data
from scenarios.documents.problem import BadInputError
from scenarios.documents.whole_file import write_whole
from scenarios.engine.draw import chosen_variants
from scenarios.engine.event import Mode

PLAN = "plan.json"
FIRST_PORT = 8866
# What holds where neither a plan nor the database says anything.
FIRST_MODE: Mode = "practice"
FIRST_KEEP_DAYS = 30
_MOST_PORT = 65535
_HOST = re.compile(r"[A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\]")
_THIS_MACHINE = ("127.0.0.0/8", "::1")
MAX_TITLE = 80
TestTurn = Literal["before", "after"]
"""The test of a course that is open: everybody plays one form before the training, the other after it."""
FIRST_TEST: TestTurn = "before"


class PlanError(BadInputError):
    """The plan cannot be kept; a sentence."""


def _listed(typed: object) -> object:
    """What the command line names with commas between, as several names; all else as it is."""
    if typed is None or isinstance(typed, str):
        return tuple(name.strip() for name in (typed or "").split(",") if name.strip())
    return typed


def _own_address(typed: str | None) -> str | None:
    """An address of a machine. Raises WorkshopRefusedError for a name or a URL."""
    try:
        return str(ipaddress.ip_address(typed)) if typed is not None else None
    except ValueError:
        raise WorkshopRefusedError(failure_sentence("no_own_address", typed=typed)) from None


def _settled_peer(typed: str | None) -> str | None:
    """Where a server's writer is reached by those of others, as HOST:PORT. Raises WorkshopRefusedError."""
    if typed is None:
        return None
    host, colon, port = typed.strip().rpartition(":")
    is_port = port.isascii() and port.isdecimal() and int(port) <= _MOST_PORT
    if not colon or not is_port or not _HOST.fullmatch(host):
        raise WorkshopRefusedError(failure_sentence("no_peer_address", typed=typed))
    return f"{host}:{port}"


def settled_store(typed: str | None) -> str | None:
    """The address of a learning record store, with a slash at its end. Raises WorkshopRefusedError.

    Over plain HTTP it is taken on this machine alone: a password goes there.
    """
    if typed is None:
        return None
    try:
        parts = urlsplit(typed.strip())
        address = checked_address(typed.strip(), local=parts.hostname in {"localhost", "127.0.0.1", "::1"})
    except (LtiRefusedError, ValueError):
        raise WorkshopRefusedError(failure_sentence("no_record_store", typed=typed)) from None
    if parts.query:
        raise WorkshopRefusedError(failure_sentence("no_record_store", typed=typed))
    return f"{address.rstrip('/')}/"


class WorkshopPlan(BaseModel):
    """What is to be run. None leaves an option to the database, to this machine's settings or to the lab.

    Raises WorkshopRefusedError for a mode that no workshop is played in, and for an address or a path that is
    none; ValidationError for all else.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True, validate_by_alias=True)

    port: int = Field(default=FIRST_PORT, ge=0, le=65535, description="0 takes a free one.")
    # The start page calls it the address, and so does the file that it keeps.
    host: str = Field(default="127.0.0.1", alias="address", description="0.0.0.0 serves the whole network.")
    announce: Annotated[str | None, AfterValidator(_own_address)] = Field(
        default=None,
        description="Which of this machine's addresses participants open, where it serves on all of them.",
    )
    public_url: Annotated[str | None, AfterValidator(settled_url)] = Field(
        default=None,
        description="What participants open where a proxy stands before this: https://lab.example.org/lab/",
    )
    base_url: Annotated[str | None, AfterValidator(settled_base)] = Field(
        default=None,
        description="The path below which all pages stand, such as /lab/; that of --public-url by default.",
    )
    proxy: Annotated[tuple[str, ...], BeforeValidator(_listed), AfterValidator(settled_proxies)] = Field(
        default=(),
        description="Addresses or networks of proxies, with commas: what they say of a caller is believed.",
    )
    monitor: Annotated[tuple[str, ...], BeforeValidator(_listed), AfterValidator(settled_proxies)] = Field(
        default=(),
        description="Addresses or networks, with commas, that may read /metrics; this machine by default.",
    )
    wifi_name: str | None = Field(
        default=None, max_length=32, description="The room's Wi-Fi, for the join sheet and the projector."
    )
    wifi_password: str | None = Field(
        default=None,
        max_length=63,
        description="The password of that Wi-Fi, which everybody in the room sees.",
    )
    person: str | None = Field(
        default=None, description="Who can be spoken to, and where: a name and a place in the room."
    )
    database: str | None = Field(default=None, description="An SQLAlchemy URL.")
    peer_address: Annotated[str | None, AfterValidator(_settled_peer)] = Field(
        default=None,
        description="HOST:PORT or :PORT: where the other servers of this workshop reach this one.",
    )
    secret_file: Path | None = Field(
        default=None, description="The secret that all servers of the workshop share: 32 bytes at least."
    )
    data: Path | None = Field(default=None, description="Where plays are kept.")
    cases: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(
        default=(), description="Case ids, with commas; all for practice by default."
    )
    variants: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(
        default=(),
        description="CASE=VARIANT, with commas: the same for the whole room; drawn for each play by default.",
    )
    course: Path | None = Field(
        default=None,
        description="A course whose people sit down with cards, and whose cases they play and hand in.",
    )
    test: TestTurn = Field(
        default=FIRST_TEST,
        description="Of a course with tests, the one that is open: before the training, or after it.",
    )
    services: Path | None = Field(
        default=None,
        description="Services of your district or country, as CSV or XLSX; see: kasuslab services.",
    )
    seats: int | None = Field(
        default=None,
        ge=1,
        description="How many may play at once; as many as this machine holds.",
    )
    team_size: int | None = Field(
        default=None,
        ge=2,
        le=12,
        description="Let people play at tables, at most so many at each; by default everybody plays alone.",
    )
    code: bool | None = Field(
        default=None, description="Ask participants for the code; by default on a network."
    )
    mode: Mode | None = Field(
        default=None, description=f"practice, or discussion; as before, or {FIRST_MODE} at first."
    )
    # Neither kept in a file nor handed to the writer.
    board_password: SecretStr | None = Field(
        default=None,
        exclude=True,
        description="Of /board; that of KASUSLAB_BOARD_PASSWORD, or drawn and shown, by default.",
    )
    keep_days: int | None = Field(
        default=None,
        ge=1,
        le=200,
        description=f"Days after the last answer until all is deleted; {FIRST_KEEP_DAYS} at first.",
    )
    title: str | None = Field(
        default=None, max_length=MAX_TITLE, description="What the workshop is called: Angkatan 2 Kupang."
    )
    zone: ZoneName | None = Field(
        default=None, description="WIB, WITA or WIT: whose clock is shown; this machine's by default."
    )
    certificate: Path | None = Field(default=None, description="Serve over TLS with this PEM file.")
    key: Path | None = Field(
        default=None, description="The certificate's key, where it is a file of its own."
    )

    record_store: Annotated[str | None, AfterValidator(settled_store)] = Field(
        default=None,
        description="A learning record store that is told what is decided: https://lrs.example.org/xAPI/",
    )
    lms: bool = Field(
        default=False, description="Let learning management systems lead here, by LTI 1.3; see: kasuslab lms."
    )
    lms_local: bool = Field(
        default=False,
        description="Speak with learning management systems of an inner network, and over plain HTTP, too.",
    )

    lms_roster: RosterChoice | None = Field(
        default=None,
        description="Let teachers see who takes part in their course: by ids of the LMS, or by names.",
    )

    lms_reflections: bool = Field(
        default=False,
        description="Let teachers read the reflections of their course, without names, and answer them.",
    )

    lms_folder: Path | None = Field(
        default=None,
        description="The keys of the LMS part, the same on each of several servers; see: kasuslab lms keys.",
    )

    @model_validator(mode="after")
    def _played_in_a_workshop(self) -> Self:
        refused = {"panel"} if self.course is not None else {"test", "panel"}
        if self.mode in refused:
            raise WorkshopRefusedError(failure_sentence("other_mode", mode=self.mode))
        return self

    @model_validator(mode="after")
    def _stored_outside_a_course(self) -> Self:
        if self.record_store is not None and self.course is not None:
            raise WorkshopRefusedError(failure_sentence("store_of_a_course"))
        return self

    @model_validator(mode="after")
    def _one_of_several(self) -> Self:
        if self.peer_address is None and self.secret_file is None:
            return self
        if self.peer_address is None or self.secret_file is None:
            raise WorkshopRefusedError(failure_sentence("half_of_several"))
        if not (self.database or "").startswith("postgresql"):
            raise WorkshopRefusedError(failure_sentence("several_without_database"))
        if self.course is not None:
            raise WorkshopRefusedError(failure_sentence("course_by_several"))
        if self.lms and self.lms_folder is None:
            raise WorkshopRefusedError(failure_sentence("several_without_keys"))
        return self

    @model_validator(mode="after")
    def _below_one_path(self) -> Self:
        PublicAddress.of(self.public_url, self.base_url)
        return self

    @property
    def public(self) -> PublicAddress:
        """Where a browser reaches the server."""
        return PublicAddress.of(self.public_url, self.base_url)

    @property
    def proxies(self) -> NamedProxies:
        """The proxies that are believed."""
        return NamedProxies.of(self.proxy)

    @property
    def monitors(self) -> NamedProxies:
        """Who may read the server's figures."""
        return NamedProxies.of(self.monitor or _THIS_MACHINE)

    @property
    def chosen_variants(self) -> dict[str, str]:
        """The variant that the whole room plays of a case, by case id. Raises VariantChoiceError."""
        return {case: variant for case, variant in chosen_variants(self.variants).items() if variant}

    def to_line(self) -> bytes:
        """The whole plan as a line for the server's standard input, the board's password too."""
        password = self.board_password.get_secret_value() if self.board_password else None
        return json.dumps({**self.model_dump(mode="json"), "board_password": password}).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """The plan that `to_line` wrote. Raises ValidationError."""
        return cls.model_validate_json(line)


def bounds_of(record: type[BaseModel], name: str) -> tuple[int | None, int | None]:
    """The least and the largest number that the field `name` of a record takes; None for no bound."""
    limits: list[Any] = record.model_fields[name].metadata
    least = next((limit.ge for limit in limits if hasattr(limit, "ge")), None)
    return least, next((limit.le for limit in limits if hasattr(limit, "le")), None)


def read_plan(data: Path) -> WorkshopPlan:
    """The plan kept in a data folder; that of a first workshop where there is none that can be read."""
    first: dict[str, object] = {"mode": FIRST_MODE, "keep_days": FIRST_KEEP_DAYS}
    try:
        saved = {**cast("dict[str, object]", json_data((data / PLAN).read_bytes()))}  # TypeError for a list
        if saved.get("course"):
            first.pop("mode")  # the course says how it is played
        return WorkshopPlan.model_validate({**first, **saved})
    except (OSError, ValueError, TypeError, WorkshopRefusedError):
        return WorkshopPlan.model_validate(first)


def write_plan(data: Path, plan: WorkshopPlan) -> None:
    """Keep the plan. Raises PlanError."""
    try:
        own_folder(data)
        write_whole(data / PLAN, plan.model_dump_json(by_alias=True, exclude_none=True, exclude_unset=True))
    except OSError as error:
        why = error.strerror or str(error)
        raise PlanError(failure_sentence("unwritable", file=data / PLAN, reason=why)) from None
