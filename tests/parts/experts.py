"""Experts who play a case for a panel: their records, and their plays."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from graders.key.decision import HarmKey
from graders.key.key import Key
from graders.key.kinds.multi import ChoosingKey
from graders.key.kinds.rating import RatingKey
from graders.key.kinds.referral import ReferralKey
from graders.panel.settle import Expert
from scenarios.case import Case
from scenarios.engine.event import Continued, Decided, Estimated, Event, Mode, Skipped, Started
from scenarios.engine.play import Play
from scenarios.kinds.multi import MultiDecision
from scenarios.kinds.rank import RankDecision
from scenarios.kinds.referral import Handover, ReferralDecision
from scenarios.pick import Pick

MOMENT = "2026-10-01T07:00:00Z"

SCHOOL = Handover(service="sekolah", urgency="jam", packet=("tindakan",))
PSYCHOLOGIST = Handover(service="psikolog", urgency="hari", packet=("usia", "tidur"))
BEST: Mapping[str, Pick] = {
    "mendesak": "sedang",
    "bicara": "dengar",
    "langkah": ("catat", "minta", "sandi"),
    "urutan": ("aman", "setuju", "sekolah", "pantau"),
    "serah": (SCHOOL, PSYCHOLOGIST),
}
Picks: TypeAlias = Mapping[str, Pick | None]


def events(
    case: Case,
    number: int,
    picks: Picks,
    *,
    estimate: int = 70,
    mode: Mode = "panel",
    ends: bool = True,
) -> list[Event]:
    """One whole play of the case in its variant, in which `picks` take the place of the best ones.

    picks: by decision, None for a skip.
    """
    made: list[Event] = [
        Started(
            at=MOMENT,
            play=f"{number:032x}",
            case=case.id,
            version=case.version,
            course="panel",
            mode=mode,
            variant=case.variant,
        )
    ]
    play = Play.replay(case, made)
    while play.ended is None or play.owed is not None:
        event = next_event(play, {**BEST, **picks}, estimate)
        if not ends and play.scene_id == "refleksi":
            break
        made.append(event)
        play = play.after(event)
    return made


def next_event(play: Play, picks: Picks, estimate: int) -> Event:
    """The event that takes a play on."""
    decision = play.scene.decision
    if play.owed is not None:
        return Estimated(at=MOMENT, decision=play.owed, share=estimate)
    if decision is None:
        return Continued(at=MOMENT, scene=play.scene_id)
    pick: Pick | None = "Nanti." if decision.kind == "text" else picks[decision.id]
    if pick is None:
        return Skipped(at=MOMENT, decision=decision.id)
    return Decided(at=MOMENT, decision=decision.id, pick=pick)


def experts(
    case: Case, size: int, others: Mapping[str, Sequence[tuple[int, Pick | None]]], first: int = 0
) -> list[Expert]:
    """So many experts, numbered from `first`, of whom some pick otherwise: ``{"bicara": [(3, "catat")]}``."""
    picked: list[dict[str, Pick | None]] = [{} for _ in range(size)]
    for decision, groups in others.items():
        spread = [pick for count, pick in groups for _ in range(count)]
        for one, pick in zip(picked, spread, strict=False):
            one[decision] = pick
    return [
        Expert(f"{number}", Play.replay(case, events(case, number, picks)), date(2026, 10, 1))
        for number, picks in enumerate(picked, start=first)
    ]


def some_pick(case: Case, chance: random.Random, decision_id: str) -> Pick:
    """Any pick that the decision takes."""
    decision = case.decision(decision_id)
    match decision:
        case MultiDecision():
            return tuple(chance.sample(list(decision.options), chance.randint(1, decision.pick)))
        case RankDecision():
            return tuple(chance.sample(list(decision.options), len(decision.options)))
        case ReferralDecision():
            services = chance.sample(decision.services, chance.randint(1, decision.pick or 1))
            return tuple(
                Handover(
                    service=service,
                    urgency=chance.choice(list(decision.urgency)),
                    packet=tuple(fact for fact in decision.facts if chance.random() < 0.4),
                )
                for service in services
            )
        case _:
            assert decision is not None
            return chance.choice(decision.option_ids)


def random_panels(case: Case) -> Iterator[list[Expert]]:
    """Panels of every mind: with the key, with one another against it, or each for itself.

    Of a case with variants each is played by a panel of its own.
    """
    chance = random.Random(20261001)
    for _ in range(25):
        each = enumerate(case.in_each_variant())
        yield [expert for place, one in each for expert in random_experts(one, chance, 100 * place)]


def random_experts(case: Case, chance: random.Random, first: int) -> Iterator[Expert]:
    """Experts of one mind or several, numbered from `first`."""
    own = {name: some_pick(case, chance, name) for name in BEST}
    with_key = {name: chance.choice([1, 0.9, 0.5, 0]) for name in BEST}
    for number in range(first, first + chance.choice([5, 8, 12])):
        picks = {
            name: BEST[name]
            if chance.random() < with_key[name]
            else own[name]
            if chance.random() < 0.9
            else some_pick(case, chance, name)
            for name in BEST
        }
        yield Expert(str(number), Play.replay(case, events(case, number, picks)), date(2026, 10, 1))


def flags(key: Key) -> list[object]:
    """All that no panel may change."""
    values: list[object] = []
    for part in key.decisions.values():
        values.append(part.harm if isinstance(part, HarmKey) else None)
        values.append(part.must if isinstance(part, ChoosingKey) else None)
        values.append((part.line, part.ceiling) if isinstance(part, RatingKey) else None)
        if isinstance(part, ReferralKey):
            values.append({service: packet.never for service, packet in part.packet.items()})
    return values
