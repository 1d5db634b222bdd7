"""The path: what comes next follows from what was practised and what went wrong, and says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from graders.key.key import load_key
from graders.path import (
    CaseOffer,
    NamedSlip,
    PathStep,
    Practice,
    SlipName,
    next_step,
    offer_of,
    practice_of,
    step_note,
)
from scenarios.case import Case
from scenarios.directory.sectors import roles_of
from scenarios.engine.play import Play
from scenarios.kinds.referral import Handover
from scenarios.language import Texts
from scenarios.loader import load_case
from scenarios.pick import Pick
from tests.places import KEYS, VARIANTS

SCHOOL = Handover(service="sekolah", urgency="jam", packet=("tindakan",))
PSYCHOLOGIST = Handover(service="psikolog", urgency="hari", packet=("usia", "tidur"))
TOO_MUCH = SCHOOL.model_copy(update={"packet": ("tindakan", "konseling")})
BEST: Mapping[str, Pick] = {
    "mendesak": "sedang",
    "bicara": "dengar",
    "langkah": ("catat", "minta", "sandi"),
    "urutan": ("aman", "setuju", "sekolah", "pantau"),
    "serah": (SCHOOL, PSYCHOLOGIST),
}
BOTH = ("satu", "dua")


def offer(
    case: str, role: str = "uptd_ppa", level: int = 1, minutes: int = 30, **decisions: int
) -> CaseOffer:
    known = decisions or {"K1": 1, "K6": 1}
    return CaseOffer(case, Texts.same(case.title()), role, level, minutes, decisions=known, variants=BOTH)


WARM_UP = replace(offer("pemanasan", minutes=10), is_warm_up=True)


def practice(
    case: str, *slips: tuple[SlipName, str], level: int = 1, variant: str = "satu", sound: bool = True
) -> Practice:
    named = frozenset(NamedSlip(*slip) for slip in slips)
    return Practice(case, level, variant, named, {"K1": 1, "K6": 1}, is_sound=sound)


def of_play(case: Case, **changes: Pick) -> Practice:
    picks = {**BEST, **changes}
    return practice_of(case, replace(Play.of(case), picks=picks, first=picks), load_key(case, KEYS))


def case_of(step: PathStep | None) -> str:
    assert step is not None
    assert step.offer is not None
    return step.offer.case


# What a play tells


def test_a_play_without_a_slip_is_sound(small_case: Case) -> None:
    best = of_play(small_case)

    assert best.slips == frozenset()
    assert best.is_sound
    assert sum(best.decisions.values()) == len(BEST)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"mendesak": "rendah"}, "slow"),
        ({"mendesak": "tinggi"}, "hasty"),
        ({"serah": (TOO_MUCH, PSYCHOLOGIST)}, "full_packet"),
        ({"serah": (SCHOOL.model_copy(update={"packet": ()}), PSYCHOLOGIST)}, "thin_packet"),
        ({"serah": (SCHOOL.model_copy(update={"urgency": "pekan"}), PSYCHOLOGIST)}, "slow"),
        ({"serah": (PSYCHOLOGIST,)}, "missed"),
    ],
)
def test_what_went_wrong_has_a_name(small_case: Case, change: Mapping[str, Pick], name: SlipName) -> None:
    assert name in {slip.name for slip in of_play(small_case, **change).slips}


def test_what_went_wrong_without_a_name_of_its_own_is_told_by_its_competency(small_case: Case) -> None:
    assert of_play(small_case, bicara="catat").slips == {NamedSlip("weak", "K2")}


def test_harm_is_no_sound_play(small_case: Case) -> None:
    harmed = of_play(small_case, serah=(TOO_MUCH, PSYCHOLOGIST))

    assert "harm" in {slip.name for slip in harmed.slips}
    assert not harmed.is_sound


def test_each_variant_is_judged_by_its_own_key() -> None:
    case = load_case(VARIANTS / "cases" / "berkas-beredar")
    key = load_key(case, VARIANTS / "keys")
    slips = []
    for told in case.in_each_variant():
        picks = {name: part.best_pick() for name, part in key.decisions.items()}
        slips.append(practice_of(case, replace(Play.of(told), picks=picks, first=picks), key).slips)

    assert slips[0] == frozenset()
    assert slips[1]


# What comes next


def test_whoever_has_played_nothing_begins_with_the_warm_up() -> None:
    step = next_step([], [offer("mudah"), WARM_UP], roles={"police"})

    assert case_of(step) == "pemanasan"
    assert step is not None
    assert step.why == "warm_up"


def test_without_a_warm_up_the_easiest_case_of_the_own_sector_is_first() -> None:
    offers = [offer("berat", "police", level=2), offer("sekolah", "school"), offer("polisi", "police")]

    assert case_of(next_step([], offers, roles={"police"})) == "polisi"


def test_the_next_case_practises_the_competency_of_what_went_wrong() -> None:
    offers = [offer("lain", K1=2), offer("rujukan", K6=1)]

    step = next_step([practice("awal", ("full_packet", "K6"))], [offer("awal"), *offers])

    assert case_of(step) == "rujukan"


def test_harm_comes_before_what_happened_more_often() -> None:
    played = [practice("satu", ("slow", "K1")), practice("dua", ("slow", "K1"), ("harm", "K6"))]

    step = next_step(played, [offer("tiga")])

    assert step is not None
    assert (step.why, step.competency, step.cases) == ("harm", "K6", 1)


def test_of_the_rest_what_happened_in_the_most_cases_decides() -> None:
    played = [
        practice("satu", ("full_packet", "K6")),
        practice("dua", ("full_packet", "K6")),
        practice("tiga", ("slow", "K1")),
    ]

    step = next_step(played, [offer("empat")])

    assert step is not None
    assert (step.why, step.cases) == ("full_packet", 2)


def test_a_later_play_of_the_same_case_counts_in_the_place_of_the_earlier() -> None:
    played = [practice("satu", ("harm", "K6")), practice("satu", variant="dua")]

    step = next_step(played, [offer("satu"), offer("dua")])

    assert step is not None
    assert step.why == "gap"


def test_the_own_sector_comes_before_the_level_and_the_level_rises_with_sound_plays() -> None:
    offers = [offer("polisi", "police", level=3), offer("satu"), offer("dua", level=2)]
    sound = [practice("awal", ("slow", "K1"), level=1)]

    assert case_of(next_step(sound, offers, roles={"police"})) == "polisi"
    assert case_of(next_step(sound, offers)) == "dua"
    assert case_of(next_step([practice("awal", ("harm", "K1"), sound=False)], offers)) == "satu"


def test_a_case_that_was_begun_is_not_proposed() -> None:
    offers = [offer("satu"), offer("dua")]

    assert case_of(next_step([practice("awal", ("slow", "K1"))], offers, begun={"satu"})) == "dua"


def test_once_all_are_played_the_same_case_comes_again_with_other_facts() -> None:
    played = [practice("satu"), practice("dua", ("slow", "K1")), practice("tiga", ("slow", "K1"))]

    step = next_step(played, [offer("satu"), offer("dua"), offer("tiga")])

    assert step is not None
    assert (step.kind, case_of(step)) == ("again", "dua")


def test_a_case_whose_variants_were_all_played_does_not_come_again() -> None:
    played = [practice("satu", variant="dua"), practice("satu", ("slow", "K1"))]

    step = next_step(played, [offer("satu")])

    assert step == PathStep("lesson", None, "slow", "K1", 1)


def test_what_was_practised_least_comes_next_where_all_went_well() -> None:
    offers = [offer("lagi", K1=3), offer("baru", K4=1)]

    step = next_step([practice("awal")], offers)

    assert case_of(step) == "baru"
    assert step is not None
    assert (step.why, step.competency) == ("gap", "K4")


def test_nothing_comes_next_where_all_was_played_well() -> None:
    assert next_step([practice("satu"), practice("satu", variant="dua")], [offer("satu")]) is None


# In words


def test_a_step_says_why_and_names_its_lesson() -> None:
    played = [practice("satu", ("full_packet", "K6")), practice("dua", ("full_packet", "K6"))]
    step = next_step(played, [offer("tiga")])
    assert step is not None

    note = step_note(step, "en")

    assert note["reason"] == "Because in two cases the packet held too much."
    assert (note["kind"], note["case"], note["title"], note["lesson"]) == ("case", "tiga", "Tiga", "K6")
    assert note["lesson_title"]
    assert step_note(step, "id")["reason"] == "Karena di dua kasus informasi yang diserahkan terlalu banyak."


def test_a_case_that_comes_again_is_said_to_have_other_facts() -> None:
    step = next_step([practice("satu", ("slow", "K1"))], [offer("satu")])
    assert step is not None

    assert step_note(step, "en")["reason"].endswith("The case is the same, the facts are others.")


def test_an_offer_knows_what_its_key_practises_and_says_none_of_it(small_case: Case) -> None:
    known = offer_of(small_case, load_key(small_case, KEYS))

    assert sum(known.decisions.values()) == len(BEST)
    step = next_step([], [known])
    assert step is not None
    assert set(step_note(step, "en")) == {"kind", "case", "title", "lesson", "lesson_title", "reason"}


@pytest.mark.parametrize("sector", [None, "nowhere"])
def test_whoever_is_of_no_sector_has_no_role_of_their_own(sector: str | None) -> None:
    assert roles_of(sector) == frozenset()
