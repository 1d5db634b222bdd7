"""Checks that prove a key against its case, beyond the shape that its models ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from graders.key.critical_errors import ANYONE, OVERSHARING, CriticalError
from graders.key.decision import (
    ChoosingKey,
    DecisionKey,
    Harm,
    HarmKey,
    Must,
    RankKey,
    RatingKey,
    ReferralKey,
    SingleKey,
)
from scenarios.case import Case
from scenarios.decision import Decision
from scenarios.directory.sources import Source
from scenarios.documents.document import DataPath, Document
from scenarios.documents.problem import Problem
from scenarios.kinds.multi import MultiDecision
from scenarios.kinds.referral import ReferralDecision
from scenarios.loader import TranslationFile, mapping

AGREEMENT = 0.75


@dataclass(frozen=True, slots=True)
class KeyProof:
    """A key file, and what it is held against."""

    document: Document
    case: Case
    sources: Mapping[str, Source]
    errors: Mapping[str, CriticalError]

    def unknown(self, path: DataPath, kind: str, name: str, known: Iterable[str]) -> Problem:
        """The problem of a name in the key that points to nothing."""
        choices = ", ".join(known) or "none"
        return self.document.problem(path, f"there is no {kind} “{name}”", f"Use one of: {choices}", "link")

    def carried(self, codes: Iterable[str]) -> bool:
        """Whether one of these sources is law or a safeguarding standard that was read."""
        return any(code in self.sources and self.sources[code].carries_a_flag for code in codes)


@dataclass(frozen=True, slots=True)
class _Part:
    """The key of one decision. Paths are counted from there; panel: whether experts have played the case."""

    proof: KeyProof
    decision: Decision
    panel: bool

    @property
    def options(self) -> tuple[str, ...]:
        return self.decision.option_ids

    def path(self, tail: DataPath) -> DataPath:
        return ("decisions", self.decision.id, *tail)

    def problem(self, tail: DataPath, found: str, remedy: str, rule: str) -> Problem:
        return self.proof.document.problem(self.path(tail), found, remedy, rule)

    def unknown(self, tail: DataPath, kind: str, name: str, known: Iterable[str]) -> Problem:
        return self.proof.unknown(self.path(tail), kind, name, known)

    def unknowns(self, tail: DataPath, names: Iterable[str]) -> Iterator[Problem]:
        for name in names:
            if name not in self.options:
                yield self.unknown((*tail, name), "option", name, self.options)

    def complete(
        self, tail: DataPath, wanted: Iterable[str], given: Iterable[str], rule: str
    ) -> Iterator[Problem]:
        options, there = tuple(wanted), tuple(given)
        for option in options:
            if option not in there:
                found = f"“{option}” has no {rule}"
                yield self.problem((*tail, option), found, f"Add “{option}” here", rule)
        for option in there:
            if option not in options:
                yield self.unknown((*tail, option), "option", option, options)

    def unfounded(self, tail: DataPath, what: str) -> Problem:
        found = f"{what} rests on no law and no safeguarding source"
        return self.problem(tail, found, "Name one among its sources, or take the flag out", "flag-source")


def unkeyed_problems(proof: KeyProof) -> Iterator[Problem]:
    """Decisions of the case without a key, and keys without a decision that could be scored."""
    keys = mapping(mapping(proof.document.data).get("decisions"))
    wanted = tuple(decision.id for decision in proof.case.key_decisions())
    for name in wanted:
        if not isinstance(keys.get(name), dict):
            found = f"the decision “{name}” of the case has no key"
            yield proof.document.problem(("decisions",), found, f"Add “{name}:” with its key", "unkeyed")
    for name, part in keys.items():
        path: DataPath = ("decisions", name)
        if proof.case.decision(name) is None:
            yield proof.unknown(path, "decision", name, wanted)
        elif name not in wanted:
            found = f"“{name}” is a free text, which no machine scores"
            yield proof.document.problem(path, found, "Take it out of the key", "text")
        elif "kind" in mapping(part):
            remedy = "Take it out: the case says of which kind a decision is"
            yield proof.document.problem((*path, "kind"), "the key “kind” is unknown", remedy, "shape")


def decision_problems(
    proof: KeyProof, decision: Decision, key: DecisionKey, *, panel: bool
) -> Iterator[Problem]:
    """Every problem in the key of one decision; `panel` says whether experts have played the case."""
    part = _Part(proof, decision, panel)
    if key.weight == 0 and not panel:
        found = "the weight is 0, which only a panel's disagreement can make it"
        yield part.problem(("weight",), found, "Write a weight of 1 to 4", "weight")
    yield from part.complete(("why",), part.options, key.why, "why")
    yield from _source_problems(part, key)
    if isinstance(key, HarmKey):
        yield from _harm_problems(part, key)
    match key:
        case SingleKey():
            yield from _single_problems(part, key)
        case RatingKey():
            yield from _rating_problems(part, key)
        case RankKey():
            yield from _rank_problems(part, key)
        case _:
            yield from _choosing_problems(part, key)


def _source_problems(part: _Part, key: DecisionKey) -> Iterator[Problem]:
    yield from part.complete(("sources",), part.options, key.sources, "source")
    for option, codes in key.sources.items():
        for code in codes:
            if code not in part.proof.sources:
                remedy = "Use a code of scenarios/sources.yaml"
                yield part.problem(("sources", option), f"there is no source “{code}”", remedy, "source")


def _harm_problems(part: _Part, key: HarmKey) -> Iterator[Problem]:
    yield from part.unknowns(("harm",), key.harm)
    for option, harm in key.harm.items():
        tail = ("harm", option)
        yield from _flag_problems(part, tail, harm)
        error = part.proof.errors.get(harm.code)
        if (
            error is not None
            and error.grade == "harm"
            and not part.proof.carried(key.sources.get(option, ()))
        ):
            yield part.unfounded(tail, f"the harm of “{option}”")
        if isinstance(key, ChoosingKey) and option in part.options and option not in key.wrong:
            found = f"the harmful option “{option}” is not among the wrong ones"
            yield part.problem(tail, found, "Add it to “wrong”", "harm")
        if isinstance(key, (SingleKey, RatingKey)) and option == key.right:
            found = f"“{option}” is both right and harmful"
            yield part.problem(tail, found, "Decide which of the two it is", "harm")


def _flag_problems(part: _Part, tail: DataPath, flag: Harm | Must) -> Iterator[Problem]:
    role = part.proof.case.role
    if flag.role not in {role, ANYONE}:
        found = f"the flag binds “{flag.role}”, but the case is played as “{role}”"
        yield part.problem((*tail, "role"), found, f"Write {role} or {ANYONE}", "role")
    if flag.code is None:
        return
    error = part.proof.errors.get(flag.code)
    if error is None:
        yield part.unknown((*tail, "code"), "critical error", flag.code, part.proof.errors)
    elif not error.binds(flag.role):
        found = f"{flag.code} is no duty of “{flag.role}”"
        remedy = f"It binds {', '.join(error.roles)}: name one of them, or take the flag out"
        yield part.problem((*tail, "role"), found, remedy, "role")


def _choosing_problems(part: _Part, key: ChoosingKey) -> Iterator[Problem]:
    for name, options in (("right", key.right), ("wrong", key.wrong), ("must", key.must)):
        yield from part.unknowns((name,), options)
    for option in key.right.keys() & key.wrong.keys():
        found = f"“{option}” is both right and wrong"
        yield part.problem(("wrong", option), found, "Keep it in one of the two", "twice")
    for option, must in key.must.items():
        tail = ("must", option)
        yield from _flag_problems(part, tail, must)
        if option in part.options and option not in key.right:
            found = f"“{option}” is a must, but not among the right ones"
            yield part.problem(tail, found, "Add it to “right”", "must")
        if not part.proof.carried(key.sources.get(option, ())):
            yield part.unfounded(tail, f"the must of “{option}”")
    decision = part.decision
    limit = decision.pick if isinstance(decision, (MultiDecision, ReferralDecision)) else None
    if limit is not None and len(key.right) > limit:
        found = f"{len(key.right)} are right, but only {limit} may be picked"
        yield part.problem(("right",), found, "Take some out, or raise “pick” in the case", "pick")
    if isinstance(decision, ReferralDecision) and isinstance(key, ReferralKey):
        yield from _referral_problems(part, key, decision)


def _single_problems(part: _Part, key: SingleKey) -> Iterator[Problem]:
    if key.right not in part.options:
        yield part.unknown(("right",), "option", key.right, part.options)
    yield from part.unknowns(("partial",), key.partial)
    for option in key.partial:
        if option == key.right or option in key.harm:
            found = f"“{option}” is {'right' if option == key.right else 'harmful'} and has partial credit"
            yield part.problem(("partial", option), found, "Take the credit out", "partial")
    if key.votes:
        yield from _vote_problems(part, key)


def _vote_problems(part: _Part, key: SingleKey) -> Iterator[Problem]:
    yield from part.unknowns(("votes",), key.votes)
    most, cast = max(key.votes.values()), sum(key.votes.values())
    if not part.panel or key.partial:
        found = "votes stand beside partial credit" if part.panel else "there are votes, but “panel” is none"
        remedy = "Votes take the place of partial credit once a panel has played"
        yield part.problem(("votes",), found, remedy, "panel")
    if most == 0 or key.votes.get(key.right, 0) < most:
        found = f"most experts did not choose “{key.right}”"
        remedy = "Make their choice the right one; where the law says otherwise, tell the authors"
        yield part.problem(("votes",), found, remedy, "panel")
    elif most < AGREEMENT * cast and key.weight > 0:
        found = f"only {most} of {cast} experts agree, so the decision is contested"
        yield part.problem(("votes",), found, "Give it the weight 0", "panel")


def _rating_problems(part: _Part, key: RatingKey) -> Iterator[Problem]:
    levels = part.options
    for name, level in (("right", key.right), ("line", key.line), ("ceiling", key.ceiling)):
        if level is not None and level not in levels:
            yield part.unknown((name,), "option", level, levels)
    if key.line in levels and key.right in levels and levels.index(key.right) < levels.index(key.line):
        found = f"the right level “{key.right}” lies below the line “{key.line}”"
        yield part.problem(("line",), found, "Lower the line", "line")
    if key.ceiling in levels and key.right in levels and levels.index(key.right) > levels.index(key.ceiling):
        found = f"the right level “{key.right}” lies above the ceiling “{key.ceiling}”"
        yield part.problem(("ceiling",), found, "Raise the ceiling", "line")


def _rank_problems(part: _Part, key: RankKey) -> Iterator[Problem]:
    for index, option in enumerate(key.right):
        tail = ("right", index)
        if option not in part.options:
            yield part.unknown(tail, "option", option, part.options)
        elif option in key.right[:index]:
            yield part.problem(tail, f"“{option}” stands twice in the order", "Keep one of the two", "rank")
    missing = ", ".join(option for option in part.options if option not in key.right)
    if missing:
        found = f"the order lacks {missing}"
        yield part.problem(("right",), found, "Put every option in its place", "rank")


def _referral_problems(part: _Part, key: ReferralKey, decision: ReferralDecision) -> Iterator[Problem]:
    right = tuple(service for service in decision.services if service in key.right)
    yield from part.complete(("urgency",), right, key.urgency, "urgency")
    yield from part.complete(("why_urgency",), right, key.why_urgency, "why")
    for service, level in key.urgency.items():
        if level not in decision.urgency:
            yield part.unknown(("urgency", service), "urgency", level, decision.urgency)
    yield from part.complete(("packet",), decision.services, key.packet, "packet")
    yield from part.unknowns(("why_packet",), key.why_packet)
    for service in decision.services:
        packet = key.packet.get(service)
        if packet is None:
            continue
        told = packet.right or packet.wrong or packet.never
        if told and service not in key.why_packet:
            found = f"“{service}” has a packet without a why"
            yield part.problem(("why_packet", service), found, f"Add “{service}” here", "why")
        yield from _packet_problems(part, key, service, decision.facts)


def _packet_problems(
    part: _Part, key: ReferralKey, service: str, facts: tuple[str, ...]
) -> Iterator[Problem]:
    packet = key.packet[service]
    seen: set[str] = set()
    for name, listed in (("right", packet.right), ("wrong", packet.wrong), ("never", packet.never)):
        for index, fact in enumerate(listed):
            tail = ("packet", service, name, index)
            if fact not in facts:
                yield part.unknown(tail, "fact", fact, facts)
            if fact in seen:
                found = f"the fact “{fact}” stands twice in this packet"
                yield part.problem(tail, found, "Keep it in one of the lists", "twice")
            seen.add(fact)
    error = part.proof.errors.get(OVERSHARING)
    harmful = error is None or error.grade == "harm"
    if packet.never and harmful and not part.proof.carried(key.sources.get(service, ())):
        yield part.unfounded(("packet", service, "never"), f"what “{service}” must never get")


def translation_problems(original: Document, translation: TranslationFile) -> Iterator[Problem]:
    """Every why of the key that has no counterpart in the translation, and the other way round."""
    keys = mapping(mapping(original.data).get("decisions"))
    texts = mapping(mapping(translation.document.data).get("decisions"))
    yield from translation.differences(("decisions",), keys, texts)
    for name in keys.keys() & texts.keys():
        for part in ("why", "why_urgency", "why_packet"):
            wanted, given = mapping(keys[name]).get(part), mapping(texts[name]).get(part)
            yield from translation.differences(("decisions", name, part), wanted, given)
