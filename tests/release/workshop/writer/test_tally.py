"""The tally counts first answers, tells nothing below 5, and never who."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from graders.key.critical_errors import load_critical_errors
from graders.key.key import Key, load_key
from release.workshop.wire import CaseTally, DecisionTally
from release.workshop.writer.room import DecisionStates, Step
from release.workshop.writer.tally import RoomReader, Tally, option_counts, room_note
from scenarios.case import Case
from scenarios.engine.event import Decided, Reopened
from scenarios.engine.play import Play
from scenarios.kinds.referral import Handover
from scenarios.pick import Pick
from tests.parts.room_class import CASE, events, moment
from tests.places import KEYS

OPEN = DecisionStates()


@pytest.fixture(scope="module")
def key(small_case: Case) -> Key:
    return load_key(small_case, KEYS)


def seats(case: Case, *picks: Pick | None, sectors: Sequence[str | None] = ()) -> Tally:
    """A tally in which each seat has settled the first decision, None for a skip."""
    tally = Tally()
    for number, pick in enumerate(picks):
        sector = sectors[number] if sectors else None
        tally.count_play(f"seat-{number:02}", sector, case, events(f"{number:032x}", ("mendesak", pick)))
    return tally


def counted(tally: Tally, case: Case, key: Key, states: DecisionStates = OPEN) -> CaseTally:
    return tally.case(case, key, states, load_critical_errors())


def urgent(tally: Tally, case: Case, key: Key, states: DecisionStates = OPEN) -> DecisionTally:
    return counted(tally, case, key, states)["decisions"]["mendesak"]


def test_everybody_stands_in_one_scene_of_a_case(small_case: Case, key: Key) -> None:
    tally = seats(small_case, "sedang", "sedang", "rendah")

    scenes = counted(tally, small_case, key)["scenes"]

    assert {name: count for name, count in scenes.items() if count} == {"bicara": 2, "grup_lain": 1}
    assert set(scenes) == set(small_case.scenes)
    assert tally.progress(CASE) == {"begun": 3, "finished": 0}


def test_the_picks_of_five_people_are_told(small_case: Case, key: Key) -> None:
    found = urgent(seats(small_case, "sedang", "sedang", "sedang", "tinggi", "rendah"), small_case, key)

    assert found["n"] == 5
    assert found["counts"] == {"rendah": 1, "sedang": 3, "tinggi": 1}
    assert found["standing"] == {"rendah": "wrong", "sedang": "right", "tinggi": "partly"}


def test_the_picks_of_four_people_are_not_told(small_case: Case, key: Key) -> None:
    found = urgent(seats(small_case, "sedang", "sedang", "sedang", "tinggi"), small_case, key)

    assert (found["n"], found["counts"], found["harm"]) == (4, None, None)


def test_whoever_skipped_counts_in_no_chart_and_in_the_room(small_case: Case, key: Key) -> None:
    tally = seats(small_case, "sedang", "sedang", "sedang", "tinggi", None)

    assert urgent(tally, small_case, key)["n"] == 4
    assert tally.skips() == 1


@pytest.mark.parametrize(("people", "told"), [(4, None), (5, 5)])
def test_pauses_and_skips_are_told_of_five_people_and_more(
    small_case: Case, people: int, told: int | None
) -> None:
    tally = Tally()
    for number in range(people):
        made = events(f"{number:032x}", ("mendesak", None), pauses=2)
        tally.count_play(f"seat-{number:02}", None, small_case, made)

    assert tally.skips() == told
    assert tally.pauses() == (None if told is None else 2 * told)


def test_only_the_first_play_and_its_first_answer_count(small_case: Case, key: Key) -> None:
    tally = seats(small_case, *["sedang"] * 5)
    again = events("f" * 32, ("mendesak", "rendah"))
    tally.count_play("seat-00", None, small_case, again)

    assert urgent(tally, small_case, key)["counts"] == {"rendah": 0, "sedang": 5, "tinggi": 0}
    assert counted(tally, small_case, key)["scenes"]["grup_lain"] == 1, "where the seat stands now"


def test_a_decision_that_was_taken_back_counts_as_it_was_first(small_case: Case) -> None:
    to_steps: tuple[tuple[str, Pick], ...] = (("mendesak", "sedang"), ("bicara", "dengar"))
    made = events("a" * 32, *to_steps, ("langkah", ("catat",)), mode="test")
    again = Decided(at=moment(9), decision="langkah", pick=("kabar",))
    tally = Tally()

    tally.count_play("seat", None, small_case, (*made, Reopened(at=moment(9), decision="langkah"), again))

    assert tally.picks(CASE, "langkah", OPEN) == {"seat": ("catat",)}


def test_what_was_answered_after_the_reveal_is_not_counted(small_case: Case, key: Key) -> None:
    tally = seats(small_case, *["sedang"] * 6)
    before, after = (
        DecisionStates({"mendesak": Step("revealed", moment(0))}),
        DecisionStates({"mendesak": Step("revealed", moment(5))}),
    )

    assert urgent(tally, small_case, key, before)["answered"] == 0
    assert urgent(tally, small_case, key, after)["answered"] == 6


def test_harmful_picks_are_counted_by_their_critical_error(small_case: Case, key: Key) -> None:
    tally = Tally()
    for number in range(5):
        pick = "marah" if number < 2 else "dengar"
        made = events(f"{number:032x}", ("mendesak", "sedang"), ("bicara", pick))
        tally.count_play(f"seat-{number:02}", None, small_case, made)

    found = counted(tally, small_case, key)["decisions"]["bicara"]

    assert found["harm"] is not None
    assert [(made["code"], made["count"]) for made in found["harm"]] == [("E05", 2)]
    assert found["harm"][0]["name"]["id"] == load_critical_errors()["E05"].name["id"]


def test_what_people_wrote_is_counted_and_no_more(small_case: Case, key: Key) -> None:
    found = counted(seats(small_case, "sedang"), small_case, key)["decisions"]["refleksi"]

    assert found == {
        "state": "open",
        "n": 0,
        "answered": 0,
        "left": 1,
        "seconds": None,
        "why": {},
        "counts": None,
        "standing": {},
        "order": [],
        "harm": None,
    }


def test_of_an_order_the_first_place_is_counted(small_case: Case, key: Key) -> None:
    decision = small_case.decision("urutan")
    assert decision is not None
    orders = [("aman", "setuju", "sekolah", "pantau"), ("setuju", "aman", "sekolah", "pantau")]

    assert option_counts(decision, orders) == {"pantau": 0, "aman": 1, "sekolah": 0, "setuju": 1}
    order = counted(Tally(), small_case, key)["decisions"]["urutan"]["order"]
    assert order == ["aman", "setuju", "sekolah", "pantau"]


def test_of_a_referral_each_service_is_counted(small_case: Case) -> None:
    decision = small_case.decision("serah")
    assert decision is not None
    school = Handover(service="sekolah", urgency="jam", packet=("konseling",))

    assert option_counts(decision, [(school,), (school,)]) == {
        "puspaga": 0, "sekolah": 2, "unit_ppa": 0, "psikolog": 0
    }  # fmt: skip


def test_a_play_that_does_not_fit_its_case_is_left_out(small_case: Case) -> None:
    tally = Tally()
    tally.count_play("seat", None, small_case, events("0" * 32, ("bicara", "dengar")))

    assert tally.progress(CASE) == {"begun": 0, "finished": 0}


def test_small_sectors_are_merged_and_hidden(small_case: Case) -> None:
    decision = small_case.decision("mendesak")
    assert decision is not None
    sectors = ["police"] * 10 + ["health"] * 2 + ["school"] * 3
    tally = seats(small_case, *["sedang"] * 15, sectors=sectors)

    table = tally.by_sector(CASE, decision, OPEN)

    assert [(group["name"]["id"], group["n"]) for group in table["groups"]] == [("Kepolisian", 10)]
    assert table["hidden"] == 5


def test_the_sectors_are_counted_anew_with_every_fifth_answer(small_case: Case) -> None:
    decision = small_case.decision("mendesak")
    assert decision is not None
    tally = seats(small_case, *["sedang"] * 5, sectors=["police"] * 5)
    first = tally.by_sector(CASE, decision, OPEN)

    for number in range(5, 9):
        tally.count_play(
            f"seat-{number:02}", "police", small_case, events(f"{number:032x}", ("mendesak", "rendah"))
        )
        assert tally.by_sector(CASE, decision, OPEN) == first
    tally.count_play("seat-09", "police", small_case, events(f"{9:032x}", ("mendesak", "rendah")))

    assert tally.by_sector(CASE, decision, OPEN)["n"] == 10


def answer(tally: Tally, case: Case, number: int, sector: str | None, pick: Pick) -> None:
    """Let one more seat settle the first decision."""
    tally.count_play(f"seat-{number:02}", sector, case, events(f"{number:032x}", ("mendesak", pick)))


def test_of_two_tables_by_sector_none_tells_what_one_person_picked(small_case: Case) -> None:
    decision = small_case.decision("mendesak")
    assert decision is not None
    tally = Tally()
    for number, sector in enumerate(["police"] * 5 + ["health"] * 5 + ["school"] * 5):
        answer(tally, small_case, number, sector, "sedang")
    first = tally.by_sector(CASE, decision, OPEN)
    for number, sector in enumerate(["police", "health", "health", "school", "school"], start=15):
        answer(tally, small_case, number, sector, "rendah")

    second = tally.by_sector(CASE, decision, OPEN)

    assert [group["n"] for group in first["groups"]] == [5, 5, 5]
    assert second["groups"] == first["groups"], "no group moves by fewer than 5 people"
    assert (second["n"], second["hidden"]) == (20, 5)


def test_a_sector_moves_once_five_more_of_it_have_answered(small_case: Case) -> None:
    decision = small_case.decision("mendesak")
    assert decision is not None
    tally = Tally()
    for number in range(10):
        answer(tally, small_case, number, "police" if number < 5 else "health", "sedang")
    tally.by_sector(CASE, decision, OPEN)
    for number in range(10, 15):
        answer(tally, small_case, number, "police", "rendah")

    groups = tally.by_sector(CASE, decision, OPEN)["groups"]

    assert [(group["n"], group["counts"]["rendah"]) for group in groups] == [(10, 5), (5, 0)]


def test_the_bars_move_by_five_answers_and_the_number_of_answers_by_each(small_case: Case, key: Key) -> None:
    tally, told = seats(small_case, *["sedang"] * 5), []
    for number in range(5, 16):
        found = urgent(tally, small_case, key)
        assert found["counts"] is not None
        told.append((found["answered"], found["n"], found["counts"]["rendah"]))
        answer(tally, small_case, number, None, "rendah")

    assert told == [*((n, 5, 0) for n in range(5, 10)), *((n, 10, 5) for n in range(10, 15)), (15, 15, 10)]


def test_what_a_page_is_told_of_the_room_is_what_the_board_shows(small_case: Case, key: Key) -> None:
    decision = small_case.decision("mendesak")
    assert decision is not None
    tally = seats(small_case, *["sedang"] * 5)
    urgent(tally, small_case, key)
    answer(tally, small_case, 5, None, "rendah")

    note = tally.note_of_room(small_case, decision, OPEN, None)

    assert note == {"n": 5, "counts": {"rendah": 0, "sedang": 5, "tinggi": 0}}


def test_a_reader_is_told_where_their_own_answer_is_not_counted(small_case: Case) -> None:
    decision = small_case.decision("mendesak")
    assert decision is not None
    tally = seats(small_case, *["sedang"] * 5)
    plays = [Play.replay(small_case, events(f"{n:032x}", ("mendesak", "sedang"))) for n in (4, 9)]

    notes = [tally.note_of_room(small_case, decision, OPEN, None, RoomReader(play)) for play in plays]

    assert [note.get("uncounted", False) for note in notes] == [False, True]


def test_sectors_cannot_be_subtracted_from_the_bars(small_case: Case) -> None:
    decision = small_case.decision("mendesak")
    assert decision is not None
    tally = seats(small_case, *["sedang"] * 5, sectors=["police"] * 4 + ["health"])
    for number in range(5, 10):
        answer(tally, small_case, number, "police" if number == 5 else "health", "rendah")

    table = tally.by_sector(CASE, decision, OPEN)

    # The first bars counted four of the police and one more: five of the police would tell two picks.
    assert (table["n"], table["hidden"], table["groups"]) == (10, 10, [])


def test_whoever_looks_late_is_told_what_others_were_told(small_case: Case, key: Key) -> None:
    decision = small_case.decision("mendesak")
    assert decision is not None
    sectors = ["police", "health", "school", "police", "health"] * 3
    watched = seats(small_case, *["sedang"] * 5, sectors=sectors)
    for number in range(5, 13):
        answer(watched, small_case, number, sectors[number], "rendah")
        urgent(watched, small_case, key)
        watched.by_sector(CASE, decision, OPEN)
    late = seats(small_case, *["sedang"] * 5, sectors=sectors)
    for number in range(5, 13):
        answer(late, small_case, number, sectors[number], "rendah")

    assert urgent(late, small_case, key)["n"] == urgent(watched, small_case, key)["n"] == 10
    assert late.by_sector(CASE, decision, OPEN)["n"] == watched.by_sector(CASE, decision, OPEN)["n"]


def test_no_seat_and_no_unknown_sector_stands_in_what_is_told(small_case: Case, key: Key) -> None:
    decision = small_case.decision("mendesak")
    assert decision is not None
    tally = seats(small_case, *["sedang"] * 6, sectors=["<img src=x onerror=alert(1)>"] * 6)

    told = json.dumps([counted(tally, small_case, key), tally.by_sector(CASE, decision, OPEN)])

    assert "seat-" not in told
    assert "<img" not in told


@pytest.mark.parametrize("people", [4, 5])
def test_a_participant_sees_the_class_from_five_answers_on(small_case: Case, people: int) -> None:
    decision = small_case.decision("mendesak")
    assert decision is not None

    note = room_note(decision, ["sedang"] * people)

    assert note == {"n": people, "counts": {"rendah": 0, "sedang": 5, "tinggi": 0} if people == 5 else None}
