"""A referral: services are chosen, and for each the urgency and the information packet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, TypeAdapter, ValidationError

from scenarios.decision import Chance, Decision, PartText, Tally, Verb
from scenarios.documents.document import Data
from scenarios.documents.part import Id, Text
from scenarios.kinds.multi import several_of
from scenarios.pick import Pick, PickPart, RefusedError, counted_words, known_words

_HANDED_OVER: Final = 0.5  # how likely any fact is, in some pick


class Handover(PickPart):
    """One service of a referral: how urgent, and which facts are handed over to it."""

    service: Id
    urgency: Id
    packet: tuple[Id, ...]

    @property
    def option(self) -> str:
        """The service."""
        return self.service

    @property
    def matched(self) -> tuple[str, ...]:
        """The service and its urgency."""
        return (self.service, self.urgency)

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that are handed over."""
        return self.packet

    @property
    def written(self) -> str:
        """The service, the urgency and the facts: ``service:urgency:fact+fact``."""
        return f"{self.service}:{self.urgency}:{'+'.join(self.packet)}"


_HANDOVERS: TypeAdapter[tuple[Handover, ...]] = TypeAdapter(tuple[Handover, ...])


class ReferralDecision(Decision):
    """Choose services; for each, how urgent (``urgency`` stands fastest first) and which facts it gets."""

    is_slow: ClassVar[bool] = True
    is_wide: ClassVar[bool] = True
    verb: ClassVar[Verb | None] = "has"
    tally: ClassVar[Tally] = "several"
    translated: ClassVar[Mapping[str, PartText]] = {"urgency": "urgency"}
    pick_part: ClassVar[type[PickPart] | None] = Handover

    kind: Literal["referral"]
    services: Annotated[tuple[Id, ...], Field(min_length=2, max_length=12)]
    pick: Annotated[int, Field(ge=1, le=12)] | None = None
    urgency: Annotated[Mapping[Id, Text], Field(min_length=2, max_length=6)]
    facts: Annotated[tuple[Id, ...], Field(min_length=1, max_length=16)]

    @classmethod
    def offered(cls, data: Mapping[str, Data]) -> set[str]:
        """The ids of the services."""
        services = data.get("services")
        return {str(service) for service in services} if isinstance(services, list) else set()

    @property
    def option_ids(self) -> tuple[str, ...]:
        """The services."""
        return self.services

    @property
    def level_texts(self) -> Mapping[str, str]:
        """The urgencies, fastest first."""
        return self.urgency

    @property
    def service_ids(self) -> tuple[str, ...]:
        """The services."""
        return self.services

    @property
    def fact_ids(self) -> tuple[str, ...]:
        """The facts on offer."""
        return self.facts

    @property
    def most(self) -> int:
        """How many services may be chosen."""
        return self.pick or len(self.services)

    @property
    def limit(self) -> int | None:
        """How many services may be chosen, where the case says so."""
        return self.pick

    def fitting(self, pick: object) -> tuple[Handover, ...]:
        """The handovers, in the order in which the services were chosen. Raises RefusedError."""
        try:
            handovers = _HANDOVERS.validate_python(pick)
        except ValidationError:
            raise RefusedError("shape", self.id) from None
        services = known_words(tuple(handover.service for handover in handovers), self.services)
        counted_words(services, self.most)
        for handover in handovers:
            known_words((handover.urgency,), self.urgency)
            known_words(handover.packet, self.facts)
        return handovers

    @classmethod
    def first_answer(cls, offered: Mapping[str, Sequence[str]]) -> Sequence[Mapping[str, object]]:
        """The first service, with the first urgency and no facts."""
        service, urgency = offered["services"][0], offered["urgency"][0]
        return [{"service": service, "urgency": urgency, "packet": []}]

    def any_pick(self, chance: Random) -> tuple[Handover, ...]:
        """Any services, each with any urgency and any packet."""
        handovers = []
        for service in chance.sample(self.services, chance.randint(1, self.most)):
            packet = tuple(fact for fact in self.facts if chance.random() < _HANDED_OVER)
            urgency = chance.choice(list(self.urgency))
            handovers.append(Handover(service=service, urgency=urgency, packet=packet))
        return tuple(handovers)

    def any_options(self, chance: Chance) -> tuple[str, ...]:
        """Any services, quickly."""
        return several_of(self.services, self.most, chance)

    def draft(self) -> tuple[object, ...]:
        """The services, urgencies and facts, and how many services may be chosen."""
        return (self.kind, self.services, tuple(self.urgency), self.facts, self.pick)


def handovers_of(pick: Pick | None) -> tuple[Handover, ...]:
    """The handovers in the pick of a referral."""
    return () if pick is None else tuple(part for part in pick if isinstance(part, Handover))


KIND = ReferralDecision
