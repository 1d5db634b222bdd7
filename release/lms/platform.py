"""A platform: a learning management system that is registered here, and its deployments of this tool."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import Field, StringConstraints

from release.lms.addresses import checked_address, origin_of
from release.lms.refusal import LtiRefusedError, lms_sentence
from scenarios.documents.part import Part

MOST_DEPLOYMENTS = 100
PlatformWord = Annotated[str, StringConstraints(min_length=1, max_length=255)]
FieldWord = Annotated[str, StringConstraints(min_length=1)]


class Platform(Part):
    """What a registration settles.

    number: its number in the database, 0 before it stands there; issuer, client_id: what the platform calls
    itself, and this tool; login, token, key_set: its addresses; audience: whom a token request is addressed
    to, "" for the token address; deployments: the ids that it may name.
    """

    number: int = 0
    issuer: PlatformWord
    client_id: PlatformWord
    login: str
    token: str
    key_set: str
    audience: str = ""
    deployments: tuple[PlatformWord, ...] = ()

    @property
    def origins(self) -> tuple[str, ...]:
        """The sites in whose frames this tool may stand."""
        return tuple(dict.fromkeys(origin_of(one) for one in (self.issuer, self.login) if "://" in one))

    def checked(self, *, local: bool) -> Platform:
        """The same, where the lab may speak with its addresses. Raises LtiRefusedError."""
        for address in (self.issuer, self.login, self.token, self.key_set):
            checked_address(address, local=local)
        return self


def platform_of(platforms: Iterable[Platform], issuer: str, client_id: str) -> Platform:
    """The registered platform that begins a login.

    client_id: "" where it names none, which it may while it has one registration alone. Raises
    LtiRefusedError.
    """
    ours = [one for one in platforms if client_id in {"", one.client_id}]
    fitting = [one for one in ours if one.issuer == issuer]
    # A platform is what it calls itself, to the sign (OpenID Connect Core, 2).
    near = [one for one in ours if one.issuer.removesuffix("/") == issuer.removesuffix("/")]
    if not fitting and near:
        raise LtiRefusedError("nearly_registered", registered=near[0].issuer, called=issuer)
    if len(fitting) != 1:
        raise LtiRefusedError("unregistered")
    return fitting[0]


def registered_by_hand(typed: Mapping[str, str], *, local: bool) -> Platform:
    """The platform that an operator typed in.

    Raises LtiRefusedError, which names the field, and pydantic's ValidationError for what is empty or long.
    """
    deployments = tuple(one for one in typed.get("deployments", "").replace(",", " ").split() if one)
    fields = {
        name: typed.get(name, "").strip() for name in ("issuer", "client_id", "login", "token", "key_set")
    }
    platform = _TypedPlatform.model_validate({**fields, "deployments": deployments[:MOST_DEPLOYMENTS]})
    for name in ("issuer", "login", "token", "key_set"):
        _check_field(name, fields[name], local=local)
    return Platform.model_validate(platform.model_dump())


class _TypedPlatform(Platform):
    # A launch names its deployment: with none known nobody would come in.
    deployments: Annotated[tuple[PlatformWord, ...], Field(min_length=1, validate_default=True)] = ()
    login: FieldWord
    token: FieldWord
    key_set: FieldWord


def _check_field(name: str, address: str, *, local: bool) -> None:
    try:
        checked_address(address, local=local)
    except LtiRefusedError as error:
        field, typed = lms_sentence(f"field_{name}"), error.values.get("address", "")
        if address.startswith(("{", "-----BEGIN")):
            raise LtiRefusedError("field_is_key", field=field) from None
        why = "field_plain" if address.lower().startswith("http://") and not local else "field_no_address"
        raise LtiRefusedError(why, field=field, address=typed) from None
