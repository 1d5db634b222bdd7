"""The key of a referral: which services are right, how urgent each is, and which facts it gets."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations
from math import fsum
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from graders.key.critical_errors import OVERSHARING
from graders.key.decision import (
    Component,
    DecisionKey,
    FeedbackWords,
    HandoverCount,
    Interaction,
    Reason,
    Slip,
    Weight,
    Whys,
    Worth,
    standing_by_share,
)
from graders.key.kinds.multi import ChoosingKey, chosen_of, multi
from graders.key.kinds.rating import rating
from graders.key.proof import PartProof
from graders.key.votes import AGAINST, AGREEMENT, Change, Count, PanelReading, Place, changed, listed, mode_of
from scenarios.decision import Decision
from scenarios.documents.document import Document
from scenarios.documents.part import Id, Part
from scenarios.documents.problem import Problem
from scenarios.feedback import HandoverNote, PartNote, Standing
from scenarios.kinds.referral import Handover, handovers_of
from scenarios.pick import Pick
from scenarios.sentence import sentences_of

_finding = sentences_of(Path(__file__).parents[1] / "findings.yaml")


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

    whys: ClassVar[tuple[str, ...]] = ("why", "why_urgency", "why_packet")
    interaction: ClassVar[Interaction] = "matching"
    components: ClassVar[Mapping[str, Component]] = {"source": "options", "target": "levels"}

    kind: Literal["referral"]
    parts: Parts
    urgency: Mapping[Id, Id]
    packet: Mapping[Id, Packet]
    why_urgency: Whys = Field(default_factory=dict)
    why_packet: Whys = Field(default_factory=dict)
    never_rules: Mapping[Id, Annotated[tuple[Id, ...], Field(min_length=1)]] = Field(default_factory=dict)

    @property
    def forbidding(self) -> Mapping[str, tuple[str, ...]]:
        """The rules that the key names beside what a service must never get."""
        return self.never_rules

    @property
    def nevers(self) -> Mapping[str, tuple[str, ...]]:
        """What each service must never get."""
        return {service: packet.never for service, packet in self.packet.items()}

    # What a pick is worth

    def worth(self, decision: Decision, pick: Pick) -> Worth:
        """By the services, their urgency and their packets."""
        parts = referral_parts(self, handovers_of(pick), tuple(decision.level_texts))
        return Worth(referral(self, parts), parts)

    def best_pick(self) -> tuple[Handover, ...]:
        """Every right service, as urgent as the key says, with the facts that it needs."""
        return tuple(
            Handover(service=name, urgency=self.urgency[name], packet=self.packet[name].right)
            for name in self.right
        )

    def slips(self, decision: Decision, pick: Pick) -> frozenset[Slip]:
        """What the packets of those called hold too much or too little, and what is called too late."""
        levels = tuple(decision.level_texts)
        slips: set[Slip] = set()
        for handover in handovers_of(pick):
            packet, right = self.packet[handover.service], self.urgency.get(handover.service)
            if {*packet.wrong, *packet.never} & set(handover.packet):
                slips.add("full_packet")
            if set(packet.right) - set(handover.packet):
                slips.add("thin_packet")
            if right is not None and levels.index(handover.urgency) > levels.index(right):
                slips.add("slow")
        return frozenset(slips)

    def taken(self, decision: Decision) -> int:
        """As many services as are right."""
        del decision
        return len(self.right)

    def choice_worth(self, decision: Decision, choice: Sequence[str]) -> float:
        """What the services alone are worth."""
        del decision
        return multi(choice, self.right, self.wrong)

    def answers(self, decision: Decision, keys: Sequence[DecisionKey]) -> Iterator[Pick]:
        """Any services that are right in some variant, each with what is best for all; and what a key holds.

        What a service must never get in some variant is handed over in the latter alone.
        """
        variants = [key for key in keys if isinstance(key, ReferralKey)]
        yield from (key.best_pick() for key in variants)
        right = [name for name in decision.option_ids if any(name in key.right for key in variants)]
        best = {name: _best_handover(decision, name, variants) for name in right}
        for count in range(1, min(decision.most, len(right)) + 1):
            for services in combinations(right, count):
                yield tuple(best[name] for name in services)

    # What it is proven by

    def problems(self, proof: PartProof) -> Iterator[Problem]:
        """The problems of the services, of their urgency, and of their packets."""
        yield from super().problems(proof)
        services, levels = proof.options, tuple(proof.decision.level_texts)
        right = tuple(service for service in services if service in self.right)
        yield from proof.complete(("urgency",), right, self.urgency, "urgency")
        yield from proof.complete(("why_urgency",), right, self.why_urgency, "why")
        for service, level in self.urgency.items():
            if level not in levels:
                yield proof.unknown(("urgency", service), "urgency", level, levels)
        yield from proof.complete(("packet",), services, self.packet, "packet")
        yield from proof.unknowns(("why_packet",), self.why_packet)
        for service in services:
            if service in self.packet:
                yield from self._packet_problems(proof, service, self.packet[service])

    def _packet_problems(self, proof: PartProof, service: str, packet: Packet) -> Iterator[Problem]:
        if (packet.right or packet.wrong or packet.never) and service not in self.why_packet:
            fault = _finding("has_packet_without_why", service=service)
            yield proof.problem(
                ("why_packet", service), fault, _finding("add_here_2", service=service), "why"
            )
        facts, listed_facts = proof.decision.fact_ids, set[str]()
        for name, some in (("right", packet.right), ("wrong", packet.wrong), ("never", packet.never)):
            for index, fact in enumerate(some):
                tail = ("packet", service, name, index)
                if fact not in facts:
                    yield proof.unknown(tail, "fact", fact, facts)
                if fact in listed_facts:
                    fault = _finding("fact_stands_twice_this", fact=fact)
                    yield proof.problem(tail, fault, _finding("keep_one_lists"), "twice")
                listed_facts.add(fact)
        error = proof.proof.errors.get(OVERSHARING)
        harmful = error is None or error.grade == "harm"
        if packet.never and harmful and not proof.proof.carried(self.sources.get(service, ())):
            yield proof.unfounded(
                ("packet", service, "never"), _finding("what_must_never_get_2", service=service)
            )

    def safety_problems(
        self, document: Document, decision_id: str, keys: Mapping[str, DecisionKey]
    ) -> Iterator[Problem]:
        """A fact that only some services may never have, and one that is right here and harmful elsewhere."""
        path = ("decisions", decision_id, "packet")
        guarded = [set(self.packet[name].never) for name in self.right if name in self.packet]
        always = set.intersection(*guarded) if guarded else set()
        for service in self.wrong:
            packet = self.packet.get(service, Packet())
            for fact in sorted(always - set(packet.never)):
                fault = _finding("no_right_service_may", fact=fact, service=service)
                yield document.problem((*path, service), fault, _finding("add_never_there_too"), "unflagged")
        for service, packet in self.packet.items():
            for index, fact in enumerate(packet.right):
                forbidding = [name for name, key in keys.items() if fact in key.nevers.get(service, ())]
                if forbidding:
                    fault = _finding(
                        "right_for_here_harmful", fact=fact, service=service, forbidding=forbidding[-1]
                    )
                    at = (*path, service, "right", index)
                    yield document.problem(at, fault, _finding("decide_which_two"), "unflagged")

    # What a class or a panel made of it

    def panel_reading(self, decision: Decision, picks: Sequence[Pick]) -> PanelReading:
        """The services as in a multi; of each right one, the urgency and the facts of those who chose it."""
        services = super().panel_reading(decision, picks)
        right = next((new for path, _, new in services.changes if path == ("right",)), dict(self.right))
        chosen = {
            service: [one for pick in picks for one in handovers_of(pick) if one.service == service]
            for service in decision.option_ids
        }
        called = [name for name in decision.option_ids if isinstance(right, dict) and name in right]
        readings = (
            services,
            self._urgency_reading(tuple(decision.level_texts), chosen, called),
            *(self._packet_reading(decision.fact_ids, name, chosen[name]) for name in called),
        )
        return PanelReading(
            services.agreement,
            tuple(count for one in readings for count in one.counts),
            None,
            tuple(change for one in readings for change in one.changes),
            tuple(place for one in readings for place in one.reread),
            {place: count for one in readings for place, count in one.written.items()},
            services.unusable,
        )

    def _urgency_reading(
        self, levels: Sequence[str], chosen: Mapping[str, Sequence[Handover]], called: Sequence[str]
    ) -> PanelReading:
        """The urgency of each right service, by the mode of those who chose it.

        Where one is contested no urgency is scored: its part of the referral weighs 0.
        """
        counts: list[Count] = []
        changes: list[Change] = []
        reread: list[Place] = []
        written: dict[Place, Count] = {}
        contested = False
        for service, level in self.urgency.items():
            if service not in called:
                changes.append((("urgency", service), level, None))
                changes += changed(("why_urgency", service), self.why_urgency.get(service), None)
        for service in called:
            n, old = len(chosen[service]), self.urgency.get(service)
            votes = {level: sum(one.urgency == level for one in chosen[service]) for level in levels}
            mode = mode_of(votes, old)
            counts += [Count((service, "urgency", level), count, n) for level, count in votes.items() if n]
            agreed = votes[mode] >= n * AGREEMENT
            contested = contested or not agreed
            if old is None or (agreed and mode != old):
                changes.append((("urgency", service), old, mode))
            if old is None:
                written["why_urgency", service] = Count((service, "urgency", mode), votes[mode], n)
            elif agreed and mode != old:
                reread.append(("why_urgency", service))
        if contested and self.parts.urgency > 0:
            changes.append((("parts", "urgency"), self.parts.urgency, 0))
        return PanelReading(None, tuple(counts), None, tuple(changes), tuple(reread), written)

    def _packet_reading(self, facts: Sequence[str], service: str, chosen: Sequence[Handover]) -> PanelReading:
        """What one right service is to get: the facts that three quarters of those who chose it handed over.

        What it must never get stays; a wrong fact stays wrong where at most a quarter handed it over.
        """
        n, packet = len(chosen), self.packet[service]
        votes = {fact: sum(fact in one.packet for one in chosen) for fact in facts}
        right = [fact for fact, count in votes.items() if fact not in packet.never and count >= n * AGREEMENT]
        wrong = [fact for fact in packet.wrong if votes[fact] <= n * AGAINST]
        if set(right) == set(packet.right):
            right = list(packet.right)
        path, counts = (
            ("packet", service),
            [Count((service, fact), count, n) for fact, count in votes.items()],
        )
        changes = [
            *changed((*path, "right"), listed(packet.right), listed(right)),
            *changed((*path, "wrong"), listed(packet.wrong), listed(wrong)),
        ]
        has_why = service in self.why_packet
        written: dict[Place, Count] = {}
        if not has_why and (right or wrong):
            written["why_packet", service] = Count((service,), n, n)
        reread = (("why_packet", service),) if changes and has_why else ()
        return PanelReading(None, tuple(counts), None, tuple(changes), reread, written)

    def handover_counts(self, decision: Decision, picks: Sequence[Pick]) -> Iterator[HandoverCount]:
        """How each right service was called, by those who chose it."""
        made = [handover for pick in picks for handover in handovers_of(pick)]
        for service in (option for option in decision.option_ids if option in self.right):
            chosen = [handover for handover in made if handover.service == service]
            level, packet = self.urgency[service], self.packet[service]
            spoiled = {*packet.wrong, *packet.never}
            fitting = [
                set(packet.right) <= set(one.packet) and not spoiled & set(one.packet) for one in chosen
            ]
            in_time = sum(one.urgency == level for one in chosen)
            yield HandoverCount(service, level, packet.right, len(chosen), in_time, sum(fitting))

    def handover_notes(
        self, decision: Decision, pick: Pick | None, words: FeedbackWords
    ) -> Iterator[HandoverNote]:
        """The urgency and the packet of each service that was chosen or is right."""
        chosen = {handover.service: handover for handover in handovers_of(pick)}
        for service in decision.option_ids:
            if service not in chosen and (service not in self.right or self.weight == 0):
                continue
            handover = chosen.get(service)
            yield {
                "service": service,
                "text": words.option(service),
                "urgency": self._urgency_notes(decision, service, handover.urgency if handover else None),
                "why_urgency": words.why("why_urgency", service),
                "packet": self._packet_notes(decision, service, handover.packet if handover else (), words),
                "why_packet": words.why("why_packet", service),
            }

    # What is read first of a pick

    def points(self, decision: Decision, pick: Pick, words: FeedbackWords) -> str:
        """How many services, how many of them in time, and how many with what they need and no more."""
        del decision
        chosen = {one.service: one for one in handovers_of(pick) if one.service in self.right}
        wrong = chosen_of(pick, self.wrong)
        figures = {
            "hits": len(chosen),
            "most": len(self.right),
            "wrong": wrong,
            "in_time": sum(one.urgency == self.urgency[name] for name, one in chosen.items()),
            "fitting": sum(packet_worth(self.packet[name], one.packet) == 1 for name, one in chosen.items()),
        }
        parts = ["points_services"]
        if chosen:
            parts.append("points_services_parts")
        if wrong:
            parts.append("points_services_wrong")
        return " ".join(words.say(part, **figures) for part in parts)

    def remark(self, decision: Decision, option: str, pick: Pick | None, words: FeedbackWords) -> str:
        """What went where it never may; else how soon, where that is not as the key has it."""
        handover = next((one for one in handovers_of(pick) if one.service == option), None)
        right = self.urgency.get(option) if option in self.right else None
        if handover is None:
            return decision.level_texts[right] if right is not None else ""
        if leaks := self._leaks(handover):
            return words.say("remark_never", count=len(leaks))
        if right is None or handover.urgency == right:
            return ""
        return words.say("remark_urgency", right=decision.level_texts[right])

    def reasons(self, decision: Decision, pick: Pick, words: FeedbackWords) -> Iterator[Reason]:
        """As in a multi; what went where it never may comes first, then a wrong urgency or packet."""
        chosen = {one.service: one for one in handovers_of(pick)}
        services = self.by_weight(decision, pick)
        harmful = [name for name in services if name in self.harm and name in chosen]
        settled = [name for name in services if name in self.right and name in chosen]
        others = [name for name in services if name not in settled and name not in harmful]
        slow = [name for name in settled if chosen[name].urgency != self.urgency[name]]
        unfit = [name for name in settled if packet_worth(self.packet[name], chosen[name].packet) < 1]
        yield from (words.reason(name) for name in harmful)
        yield from (self._leak_reason(one, words) for one in chosen.values() if self._leaks(one))
        yield from (words.reason(name) for name in others if self._is_amiss(name, chosen))
        yield from (_reason("urgency", name, words) for name in slow)
        yield from (_reason("packet", name, words) for name in unfit)
        yield from (words.reason(name) for name in services)

    def _leaks(self, handover: Handover) -> list[str]:
        """What was handed over that the service must never get."""
        return [fact for fact in self.packet[handover.service].never if fact in handover.packet]

    def _leak_reason(self, handover: Handover, words: FeedbackWords) -> Reason:
        """Why the first of those may not go there."""
        service, fact = handover.service, words.facts[self._leaks(handover)[0]].rstrip(".")
        about = words.say("about_never", service=words.option(service), fact=fact)
        return Reason(about, words.why("why_packet", service))

    def _is_amiss(self, service: str, chosen: Collection[str]) -> bool:
        return service in (self.wrong if service in chosen else self.right)

    def _urgency_notes(self, decision: Decision, service: str, chosen: str | None) -> list[PartNote]:
        right = self.urgency.get(service) if self.weight else None
        levels = tuple(decision.level_texts)
        return [
            {
                "id": level,
                "text": text,
                "chosen": level == chosen,
                "standing": "neutral" if right is None else standing_by_share(urgency(level, right, levels)),
            }
            for level, text in decision.level_texts.items()
        ]

    def _packet_notes(
        self, decision: Decision, service: str, chosen: Sequence[str], words: FeedbackWords
    ) -> list[PartNote]:
        packet = self.packet[service] if self.weight else Packet(never=self.packet[service].never)
        standings: dict[str, Standing] = {
            **dict.fromkeys(packet.right, "right"),
            **dict.fromkeys(packet.wrong, "wrong"),
            **dict.fromkeys(packet.never, words.oversharing),
        }
        return [
            {
                "id": fact,
                "text": words.facts[fact],
                "chosen": fact in chosen,
                "standing": standings.get(fact, "neutral"),
            }
            for fact in decision.fact_ids
        ]


def _reason(part: Literal["urgency", "packet"], service: str, words: FeedbackWords) -> Reason:
    about = words.say(f"about_{part}", service=words.option(service))
    return Reason(about, words.why(f"why_{part}", service))


def urgency(pick: str, right: str, fastest_first: Sequence[str]) -> float:
    """A rating over how fast a service is called: slower than the key is too low (scoring.md, referral)."""
    return rating(pick, right, tuple(reversed(fastest_first)))


def referral_parts(
    key: ReferralKey, handovers: Sequence[Handover], fastest_first: Sequence[str]
) -> Mapping[str, float]:
    """The parts of a referral, each 0..1: services, urgency, packet (scoring.md, referral).

    Urgency and packet are means over the right services, each counting the same; a right service
    that was not chosen has 0 for both, and those of other services are not scored. What a service
    must never get is among the wrong facts of its packet, as a harmful option is of a multi.
    """
    chosen = {handover.service: handover for handover in handovers}
    speeds: list[float] = []
    packets: list[float] = []
    for service in key.right:
        handover = chosen.get(service)
        speeds.append(urgency(handover.urgency, key.urgency[service], fastest_first) if handover else 0.0)
        packets.append(packet_worth(key.packet[service], handover.packet) if handover else 0.0)
    return {
        "services": multi(chosen, key.right, key.wrong),
        "urgency": fsum(speeds) / len(speeds),
        "packet": fsum(packets) / len(packets),
    }


def referral(key: ReferralKey, parts: Mapping[str, float]) -> float:
    """The mean of the three parts, weighted by the key (scoring.md, referral)."""
    weights = {"services": key.parts.services, "urgency": key.parts.urgency, "packet": key.parts.packet}
    return fsum(weight * parts[name] for name, weight in weights.items()) / fsum(weights.values())


def _best_handover(decision: Decision, service: str, keys: Sequence[ReferralKey]) -> Handover:
    """The urgency and the facts that are worth most over `keys`, in some of which the service is right."""
    calling = [key for key in keys if service in key.right]
    levels = tuple(decision.level_texts)
    nevers = {fact for key in keys for fact in key.nevers.get(service, ())}
    facts = sorted({fact for key in calling for fact in key.packet[service].right} - nevers)

    def speed(level: str) -> float:
        return fsum(
            _share(key, key.parts.urgency) * urgency(level, key.urgency[service], levels) for key in calling
        )

    def fit(some: Sequence[str]) -> float:
        return fsum(
            _share(key, key.parts.packet) * packet_worth(key.packet[service], some) for key in calling
        )

    packets = [some for count in range(len(facts) + 1) for some in combinations(facts, count)]
    return Handover(service=service, urgency=max(levels, key=speed), packet=max(packets, key=fit))


def _share(key: ReferralKey, part: float) -> float:
    """What a part that weighs `part` counts for one right service, in the weight of the decision."""
    return key.weight * part / ((key.parts.services + key.parts.urgency + key.parts.packet) * len(key.right))


def packet_worth(packet: Packet, facts: Sequence[str]) -> float:
    """What handing `facts` over is worth; what must never be handed over counts as wrong."""
    wrong = dict.fromkeys((*packet.wrong, *packet.never), 1.0)
    return multi(facts, dict.fromkeys(packet.right, 1.0), wrong)


KIND = ReferralKey
