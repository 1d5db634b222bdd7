"""The key of one decision: what is right, wrong, harmful and owed in it, why, and on what it rests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from graders.key.critical_errors import ErrorCode
from scenarios.documents.part import Id, Part, Text

Weight: TypeAlias = Annotated[float, Field(gt=0, le=10)]
Share: TypeAlias = Annotated[float, Field(gt=0, lt=1)]
Weights: TypeAlias = Mapping[Id, Weight]
Whys: TypeAlias = Mapping[Id, Text]
CompetencyCode: TypeAlias = Annotated[str, StringConstraints(pattern=r"^K[1-8]$")]
SourceCodes: TypeAlias = Annotated[tuple[str, ...], Field(min_length=1)]


class Harm(Part):
    """A pick that is a critical error: its code, and the role it binds."""

    code: ErrorCode
    role: Id


class Must(Part):
    """What the role may not leave out; ``code`` where leaving it out is a critical error by name."""

    role: Id
    code: ErrorCode | None = None


class KeyBase(Part):
    """What the key of every decision has.

    weight: its points, 0 only where a panel disagreed; competency: what it practises; why and
    sources: for every option, or every service of a referral.
    """

    weight: Annotated[float, Field(ge=0, le=4)]
    competency: CompetencyCode
    why: Whys
    sources: Mapping[Id, SourceCodes]


class HarmKey(KeyBase):
    """The key of a decision in which a pick can be harmful."""

    harm: Mapping[Id, Harm] = Field(default_factory=dict)


class SingleKey(HarmKey):
    """The right option and the partial credit of others, or the votes of a panel of experts."""

    kind: Literal["single"]
    right: Id
    partial: Mapping[Id, Share] = Field(default_factory=dict)
    votes: Mapping[Id, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)


class RatingKey(HarmKey):
    """The right level; ``line`` and ``ceiling``: the lowest and highest that are still appropriate."""

    kind: Literal["rating"]
    right: Id
    line: Id | None = None
    ceiling: Id | None = None


class ChoosingKey(HarmKey):
    """The right and the wrong picks by weight, the rest being neutral, and what may not be left out."""

    right: Annotated[Weights, Field(min_length=1)]
    wrong: Weights = Field(default_factory=dict)
    must: Mapping[Id, Must] = Field(default_factory=dict)


class MultiKey(ChoosingKey):
    """The key of a decision for several options."""

    kind: Literal["multi"]


class RankKey(KeyBase):
    """The right order, the first one first."""

    kind: Literal["rank"]
    right: tuple[Id, ...]


class Parts(Part):
    """The weights of the three parts of a referral."""

    services: Weight
    urgency: Annotated[float, Field(ge=0, le=10)]
    packet: Annotated[float, Field(ge=0, le=10)]


class Packet(Part):
    """What one service needs to know, what it does not, and what it must never get; the rest is neutral."""

    right: tuple[Id, ...] = ()
    wrong: tuple[Id, ...] = ()
    never: tuple[Id, ...] = ()


class ReferralKey(ChoosingKey):
    """Services by weight; the urgency of each right one; the packet of each one offered."""

    kind: Literal["referral"]
    parts: Parts
    urgency: Mapping[Id, Id]
    packet: Mapping[Id, Packet]
    why_urgency: Whys = Field(default_factory=dict)
    why_packet: Whys = Field(default_factory=dict)


DecisionKey: TypeAlias = Annotated[
    SingleKey | MultiKey | RatingKey | RankKey | ReferralKey, Field(discriminator="kind")
]


class DecisionWhys(Part):
    """The texts of one decision's key in one language."""

    why: Whys
    why_urgency: Whys = Field(default_factory=dict)
    why_packet: Whys = Field(default_factory=dict)


def whys_of(key: DecisionKey) -> DecisionWhys:
    """The texts of `key` itself, in the language that it is written in."""
    if isinstance(key, ReferralKey):
        return DecisionWhys(why=key.why, why_urgency=key.why_urgency, why_packet=key.why_packet)
    return DecisionWhys(why=key.why)
