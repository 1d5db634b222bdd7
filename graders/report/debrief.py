"""The facilitator's script for a debrief by PEARLS: reactions, description, analysis, summary.

Written from the class's own data and the case's guide (Eppich and Cheng, Simulation in Healthcare 10
(2015) 106). It speaks of shares, never of persons: fewer than five who chose an option are “somebody”.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from graders.key.guide import Debrief, Guide
from graders.people.groups import LEAST
from graders.report.decision import DecisionReport, FlagShare, GroupShares, OptionShare
from scenarios.language import Language, Texts, read_catalogue

TEXTS = Path(__file__).with_name("debrief.yaml")
DECISIONS = 3
QUESTIONS = 2
MINUTES = 30
PARTED = 0.4
SPLIT = 0.6
LOW = 0.5

Why = Literal["harm", "missed", "split", "sectors", "low", "calm"]
Phase = Literal["reactions", "description", "analysis", "summary"]
_PARTS: dict[Phase, float] = {"reactions": 0.15, "description": 0.2, "analysis": 0.45, "summary": 0.2}


@dataclass(frozen=True, slots=True)
class OptionSentence:
    """What the class said of one option, and its letter."""

    letter: str
    text: Texts


@dataclass(frozen=True, slots=True)
class Talk:
    """One decision worth the time.

    why: what it was chosen for; opening: the question and how many answered; sentences: one on each
    option worth naming; asks: what to ask then; key: what the key says, for the end of the talk.
    """

    decision: DecisionReport
    why: Why
    opening: Texts
    sentences: tuple[OptionSentence, ...]
    asks: tuple[Texts, ...]
    key: tuple[Texts, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """The debrief of one case. minutes: by phase; guided: whether the case has a guide of its own."""

    minutes: Mapping[Phase, int]
    debrief: Debrief
    listen: tuple[Texts, ...]
    sectors: tuple[Texts, ...]
    talks: tuple[Talk, ...]
    guided: bool

    @property
    def whole(self) -> int:
        """All minutes."""
        return sum(self.minutes.values())


def script_of(decisions: Sequence[DecisionReport], guide: Guide | None) -> Script:
    """The script of a case; with the questions of every debrief where it has no guide."""
    minutes = guide.minutes if guide else MINUTES
    return Script(
        minutes=_shared_out(minutes),
        debrief=guide.debrief if guide else _any_debrief(),
        listen=guide.listen if guide else (),
        sectors=guide.sectors if guide else (),
        talks=tuple(_talk(decision) for decision in worth_the_time(decisions)),
        guided=guide is not None,
    )


def worth_the_time(decisions: Sequence[DecisionReport], most: int = DECISIONS) -> tuple[DecisionReport, ...]:
    """At most `most` decisions by what the class did in them, in the order of the story.

    The rule, each step only where the one before leaves two alike: where most people made one harm; where
    most missed one must; where the class is most split; where two groups lie farthest apart; where the
    mean score is lowest. Shares are compared in tenths, so that one person decides nothing.
    """
    answered = [decision for decision in decisions if decision.n]
    chosen = sorted(answered, key=_claim)[:most]
    return tuple(sorted(chosen, key=lambda decision: decision.number))


def _claim(decision: DecisionReport) -> tuple[float, ...]:
    tenths = (decision.harmed, decision.neglected, decision.spread or 0.0, decision.distance or 0.0)
    mean = 1.0 if decision.mean is None or decision.contested else decision.mean
    return (*(-math.ceil(10 * figure) for figure in tenths), mean, decision.number)


def reasons_of(decision: DecisionReport) -> tuple[Why, ...]:
    """What makes a decision worth the time, in the order of the rule; ``calm`` where nothing does."""
    reasons: dict[Why, bool] = {
        "harm": decision.harmed > 0,
        "missed": decision.neglected > 0,
        "split": (decision.spread or 0.0) >= SPLIT,
        "sectors": (decision.distance or 0.0) >= PARTED,
        "low": decision.mean is not None and decision.mean < LOW and not decision.contested,
    }
    return tuple(why for why, holds in reasons.items() if holds) or ("calm",)


def sentence(name: str, language: Language, /, **values: str) -> str:
    """One sentence of the script. Raises KeyError for an unknown name."""
    return read_catalogue(TEXTS)[name][language].format(**values)


def _shared_out(minutes: int) -> Mapping[Phase, int]:
    """Whole minutes for each phase, the analysis taking what is left."""
    shares: dict[Phase, int] = {phase: max(1, round(part * minutes)) for phase, part in _PARTS.items()}
    shares["analysis"] += minutes - sum(shares.values())
    return shares


def _any_debrief() -> Debrief:
    texts = read_catalogue(TEXTS)
    return Debrief.model_validate({phase: (texts[f"any_{phase}"],) for phase in _PARTS})


def _talk(decision: DecisionReport) -> Talk:
    return Talk(
        decision=decision,
        why=reasons_of(decision)[0],
        opening=_texts("asked", n=str(decision.n), ask=decision.ask),
        sentences=tuple(_aloud(decision)),
        asks=tuple(_question(decision, why) for why in reasons_of(decision)[:QUESTIONS]),
        key=tuple(_key(decision)),
    )


def _aloud(decision: DecisionReport) -> Iterator[OptionSentence]:
    """What the class said, the most frequent first, and what harms in any case."""
    chosen = sorted((one for one in decision.options if one.share.count), key=lambda one: -one.share.value)
    for option in chosen:
        if option in chosen[:DECISIONS] or option.standing == "harmful":
            yield OptionSentence(option.letter, _option_sentence(decision, option))


def _option_sentence(decision: DecisionReport, option: OptionShare) -> Texts:
    share = option.share
    name = "placed" if decision.is_ordered else "said"
    if share.count < LEAST:
        name = f"some_{name}"
    values = {"count": str(share.count), "n": str(share.n), "place": str(option.place or "")}
    return _texts(name, text=quoted(option.text), percent=percent(share.value), **values)


def _question(decision: DecisionReport, why: Why) -> Texts:
    """What to ask: what was seen, why it matters, and an honest question (advocacy and inquiry)."""
    match why:
        case "harm":
            flag = max(_made(decision.harms), key=lambda flag: flag.share.value)
            name = "ask_harm_fact" if flag.fact else "ask_harm"
            return _texts(name, text=quoted(flag.text), fact=quoted(flag.fact or flag.text), why=flag.why)
        case "missed":
            flag = max(decision.missed, key=lambda flag: flag.share.value)
            return _texts("ask_missed", text=quoted(flag.text), why=flag.why)
        case "split":
            return _split(decision)
        case "sectors" if decision.apart:
            return _sectors(decision, *decision.apart)
        case "low":
            return _texts("ask_low", mean=str(round(100 * (decision.mean or 0.0))))
    return _texts("ask_calm")


def _made(flags: Sequence[FlagShare]) -> list[FlagShare]:
    return [flag for flag in flags if flag.grade == "harm"]


def _split(decision: DecisionReport) -> Texts:
    """Between the two most frequent; where several count, about the option that half the class chose."""
    if decision.is_exclusive:
        one, other = sorted(decision.options, key=lambda option: -option.share.value)[:2]
        return _texts("ask_split", one=quoted(one.text), other=quoted(other.text))
    half = min(decision.options, key=lambda option: abs(option.share.value - 1 / 2))
    return _texts("ask_split_order" if decision.is_ordered else "ask_split_one", one=quoted(half.text))


def _sectors(decision: DecisionReport, one: GroupShares, other: GroupShares) -> Texts:
    widest = max(
        decision.options, key=lambda option: abs(one.shares[option.letter] - other.shares[option.letter])
    )
    shares = {"p1": percent(one.shares[widest.letter]), "p2": percent(other.shares[widest.letter])}
    name = "ask_sectors_order" if decision.is_ordered else "ask_sectors"
    return _texts(
        name,
        text=quoted(widest.text),
        one=one.name,
        other=other.name,
        place=str(widest.place or ""),
        **shares,
    )


def _key(decision: DecisionReport) -> Iterator[Texts]:
    yield from [_texts("key_contested")] if decision.contested else _key_right(decision)
    for option in decision.options:
        if option.standing == "harmful" and option.share.count:
            yield _texts("key_harm", text=quoted(option.text), why=option.why)


def _key_right(decision: DecisionReport) -> Iterator[Texts]:
    right = [option for option in decision.options if option.standing == "right"]
    if decision.is_ordered:
        right.sort(key=lambda option: option.place or 0)
    name = "key_order" if decision.is_ordered else "key_right"
    listed = Texts.of(
        lambda language: "; ".join(f"“{quoted(option.text)[language]}”" for option in right), decision.ask
    )
    yield _texts(name, texts=listed)
    if len(right) == 1 or decision.is_ordered:
        yield right[0].why


def percent(share: float) -> str:
    """A share (0..1) as whole percent, the same in every language."""
    return f"{round(100 * share)}%"


def quoted(text: Texts) -> Texts:
    """A text as it stands between quotation marks: without the stop that ends its sentence."""
    return Texts({language: words.rstrip(".") for language, words in text.items()})


def _texts(name: str, /, **values: str | Texts) -> Texts:
    """One sentence of the script in every language. Raises KeyError for an unknown name."""
    return read_catalogue(TEXTS)[name].format(**values)
