"""Small libraries to be guessed: cases of a few decisions with their keys, made of the small case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from graders.key.decision import DecisionKey
from graders.key.key import Key, load_key
from graders.key.kinds.multi import MultiKey
from graders.key.kinds.rating import RatingKey
from graders.key.kinds.single import SingleKey
from graders.proof.guessing.question import KeyedCase
from scenarios.case import Case, Counter, Scene
from scenarios.decision import Decision
from scenarios.kinds.multi import MultiDecision
from scenarios.kinds.rating import RatingDecision
from scenarios.kinds.single import SingleDecision
from scenarios.loader import load_case
from tests.places import CASES, KEYS

END = "akhir"
STEPS = ("rendah", "sedang", "tinggi", "kritis")


@dataclass(frozen=True, slots=True)
class Asked:
    """A decision with its key; effects and next: what its scene says of it, `next` before going on."""

    decision: Decision
    key: DecisionKey
    effects: Sequence[Mapping[str, Any]] = ()
    next: Sequence[Mapping[str, Any]] = ()


def single(name: str, options: Mapping[str, str], right: str, **scene: Any) -> Asked:  # noqa: ANN401 -- of a scene
    """A decision for one option."""
    decision = SingleDecision(id=name, ask="Apa?", kind="single", options=options)
    return Asked(decision, SingleKey(kind="single", right=right, **_of_any(options)), **scene)


def multi(name: str, options: Mapping[str, str], right: Sequence[str]) -> Asked:
    """A decision for as many options as are right."""
    decision = MultiDecision(id=name, ask="Apa saja?", kind="multi", options=options, pick=len(right))
    wrong = {option: 1 for option in options if option not in right}
    key = MultiKey(kind="multi", right=dict.fromkeys(right, 1), wrong=wrong, **_of_any(options))
    return Asked(decision, key)


def rating(name: str, right: str, steps: Sequence[str] = STEPS) -> Asked:
    """A rating."""
    options = {step: step.capitalize() for step in steps}
    decision = RatingDecision(id=name, ask="Seberapa?", kind="rating", options=options)
    return Asked(decision, RatingKey(kind="rating", right=right, **_of_any(options)))


def keyed_case(case_id: str, asked: Sequence[Asked]) -> KeyedCase:
    """A case of these decisions, one a scene, in one language, with its key."""
    case, key = _small_case()
    names = [*(one.decision.id for one in asked), END]
    scenes = {
        one.decision.id: Scene.model_validate({
            "stage": "assessment",
            "title": "Ruang",
            "text": "Hujan.",
            "decision": one.decision.model_dump(),
            "effects": one.effects,
            "next": [*one.next, {"go": after}],
        })
        for one, (_, after) in zip(asked, pairwise(names), strict=True)
    }  # fmt: skip
    scenes[END] = Scene(stage="closure", title="Akhir", text="Selesai.", end="selesai")
    counters = {"percaya": Counter.model_validate({"start": 2, "from": 0, "to": 4})}
    update: Mapping[str, object] = {"id": case_id, "start": names[0], "scenes": scenes, "counters": counters}
    return (
        Case.model_copy(case, update={**update, "translations": {}}),
        key.model_copy(update={"case": case_id, "decisions": {one.decision.id: one.key for one in asked}}),
    )


@lru_cache(maxsize=1)
def _small_case() -> KeyedCase:
    case = load_case(CASES / "daftar-nilai")
    return case, load_key(case, KEYS)


def _of_any(options: Mapping[str, str]) -> Mapping[str, Any]:
    return {
        "weight": 1,
        "competency": "K1",
        "why": dict.fromkeys(options, "Begitu."),
        "sources": dict.fromkeys(options, ("LAB",)),
    }


def with_right(pair: KeyedCase, rights: Mapping[str, Any]) -> KeyedCase:
    """Another variant of a case: the same decisions, with something else that is right."""
    case, key = pair
    parts = {
        name: part.model_copy(update={"right": rights[name]}) if name in rights else part
        for name, part in key.decisions.items()
    }
    return case, Key.model_copy(key, update={"decisions": parts})


def fair_library(cases: int = 12) -> list[KeyedCase]:
    """A library that tells nothing: words, steps, places and consequences stand alike with what is right.

    Each case has two variants, in which other options are right.
    """
    pairs: list[KeyedCase] = []
    for number in range(cases):
        at = number % 4
        letters = [*"abcdefgh"]
        words = {letter: _words(3 * number + place) for place, letter in enumerate(letters)}
        four = {letter: words[letter] for letter in letters[:4]}
        ways = [{"if": f"satu is {letter}", "go": "dua"} for letter in four]
        first = keyed_case(
            f"kasus-{number}",
            [
                single("satu", four, letters[at], next=ways),
                single("dua", {letter: words[letter] for letter in letters[4:]}, letters[4 + at]),
                multi("tiga", words, [letters[at], letters[at + 4]]),
                rating("empat", STEPS[at]),
            ],
        )
        other = (at + 2) % 4
        rights = {"satu": letters[other], "dua": letters[4 + other], "empat": STEPS[other]}
        right = {letters[other]: 1.0, letters[other + 4]: 1.0}
        second = with_right(first, {**rights, "tiga": right})
        pairs += [first, with_wrong(second, "tiga", [letter for letter in letters if letter not in right])]
    return pairs


def with_wrong(pair: KeyedCase, decision: str, wrong: Sequence[str]) -> KeyedCase:
    """A case in which these options of a decision are the wrong ones."""
    case, key = pair
    part = key.decisions[decision].model_copy(update={"wrong": dict.fromkeys(wrong, 1.0)})
    return case, key.model_copy(update={"decisions": {**key.decisions, decision: part}})


def _words(number: int) -> str:
    """Three words of five letters, others for each number, and none of them tells anything."""
    plain = ("pintu", "kursi", "meja1", "lampu", "payung", "kertas", "gelas")
    return " ".join(f"{plain[(number + step * (1 + number % 3)) % len(plain)][:5]}" for step in range(3))
