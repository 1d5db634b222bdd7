"""A room that plays a case in variants: who gets which, and what the board may tell of each."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from graders.key.critical_errors import load_critical_errors
from graders.key.key import load_key
from release.workshop.hall.board_memory import Projection
from release.workshop.plan import WorkshopPlan
from release.workshop.seats.seat_pass import seat_pass
from release.workshop.web.board_view import Spoken
from release.workshop.web.invitation import Invitation
from release.workshop.wire import AskAppend, CaseTally, Request, RoomState, TallyAnswer
from release.workshop.writer.lines import Caller
from release.workshop.writer.playable import playables
from release.workshop.writer.room import DecisionStates
from release.workshop.writer.store import WorkshopStore
from release.workshop.writer.tally import Tally
from release.workshop.writer.writer import Writer
from scenarios.case import Case
from scenarios.directory.services import load_directory
from scenarios.engine.event import Decided, Event, Started
from scenarios.language import LANGUAGES, Language
from tests.parts.databases import sqlite_url
from tests.places import VARIANTS

CASE = "berkas-beredar"
LATE_WHY = "Penyebaran sudah berhenti sebulan yang lalu."  # of what is right in the variant “lama” alone
INVITATION = Invitation("http://192.168.1.5:8866/", "KBTDRV")
MOMENT = "2026-11-22T07:00:00.000000Z"
SECRET = "a word between the server and its writer"  # noqa: S105 -- of this test


class Room:
    """A writer whose seats are opened by their number."""

    def __init__(self, writer: Writer) -> None:
        self.writer, self.server = writer, Caller()
        writer.answer({"ask": "hello_server", "secret": SECRET}, self.server)

    def seat(self, number: int) -> str:
        """The pass of a new seat."""
        name, seat = f"Beo Biru {number}", f"{number:032x}"
        self.writer.answer({"ask": "new_seat", "seat": seat, "pseudonym": name, "code": name}, self.server)
        return seat_pass(SECRET, seat)

    def open(self, seat: str, *, again: bool = False) -> tuple[str, str | None]:
        """The lease, and the variant that the play gets."""
        request: Request = {"ask": "open", "seat_pass": seat, "case": CASE, "again": again}
        answer = self.writer.answer(request, Caller())
        assert answer["answer"] == "opened"
        return answer["lease"], answer["variant"]

    def begin(self, seat: str, play: str, *, again: bool = False) -> str | None:
        """The variant of a play that was begun."""
        lease, variant = self.open(seat, again=again)
        first = Started(
            at=MOMENT,
            play=play,
            case=CASE,
            version="1.0.0",
            course=self.writer.store.name,
            mode="practice",
            variant=variant,
        )
        request: AskAppend = {
            "ask": "append", "seat_pass": seat, "lease": lease, "case": CASE, "play": play, "n": 0,
            "event": first.model_dump(mode="json"),
        }  # fmt: skip
        assert self.writer.answer(request, Caller()) == {"answer": "done"}
        return variant


STEPS = (
    ("mendesak", "sedang"),
    ("bicara", "dengar"),
    ("langkah", ["catat"]),
    ("urutan", ["aman", "setuju", "sekolah", "pantau"]),
    ("serah", [{"service": "sekolah", "urgency": "jam", "packet": ["tindakan"]}]),
    ("refleksi", "Cukup."),
)


def writer_of(url: str, chosen: str = "") -> Writer:
    cases = playables(VARIANTS / "cases", (CASE,), VARIANTS / "keys")
    variants = {CASE: chosen} if chosen else {}
    return Writer(WorkshopStore(url), cases, VARIANTS / "cases", "Ibu R.", SECRET, variants=variants)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    writer = writer_of(sqlite_url(tmp_path))
    yield Room(writer)
    writer.store.close()


def test_a_room_plays_each_variant_equally_often_also_where_all_wait_to_begin(room: Room) -> None:
    waiting = Counter(room.open(room.seat(number))[1] for number in range(8))

    assert waiting == {"baru": 4, "lama": 4}


def test_a_second_play_of_a_seat_gets_the_other_variant(room: Room) -> None:
    seat = room.seat(1)
    first = room.begin(seat, "0" * 32)
    second = room.begin(seat, "0" * 31 + "1", again=True)

    assert {first, second} == {"baru", "lama"}


def test_a_play_that_goes_on_keeps_its_variant(room: Room) -> None:
    seat = room.seat(1)
    room.begin(seat, "0" * 32)

    assert room.open(seat)[1] is None


def test_a_variant_that_is_set_is_played_by_the_whole_room(tmp_path: Path) -> None:
    writer = writer_of(sqlite_url(tmp_path), chosen="lama")
    room = Room(writer)
    variants = {room.open(room.seat(number))[1] for number in range(4)}
    writer.store.close()

    assert variants == {"lama"}


def test_what_other_facts_ask_for_leaves_the_writer_once_the_play_is_over(tmp_path: Path) -> None:
    writer = writer_of(sqlite_url(tmp_path), chosen="baru")
    room, play = Room(writer), "0" * 32
    seat = room.seat(1)
    lease, variant = room.open(seat)
    started = Started(
        at=MOMENT,
        play=play,
        case=CASE,
        version="1.0.0",
        course=writer.store.name,
        mode="practice",
        variant=variant,
    )
    picks = [Decided.model_validate({"at": MOMENT, "decision": name, "pick": pick}) for name, pick in STEPS]
    answers = []
    for n, happened in enumerate((started, *picks)):
        append: AskAppend = {
            "ask": "append", "seat_pass": seat, "lease": lease, "case": CASE, "play": play, "n": n,
            "event": happened.model_dump(mode="json"),
        }  # fmt: skip
        assert writer.answer(append, Caller()) == {"answer": "done"}
        asked = [None, *(name for name, _ in STEPS[:n])]
        feedback: list[Request] = [
            {
                "ask": "feedback", "seat_pass": seat, "case": CASE, "play": play, "decision": name,
                "language": "id",
            }
            for name in asked
        ]  # fmt: skip
        answers.append(json.dumps([writer.answer(request, Caller()) for request in feedback]))
    writer.store.close()

    assert [("others" in one, LATE_WHY in one) for one in answers[:-1]] == [(False, False)] * len(STEPS)
    assert ("others" in answers[-1], LATE_WHY in answers[-1]) == (True, True)


def test_a_plan_names_a_variant_for_a_case() -> None:
    assert WorkshopPlan(variants="berkas-beredar=lama, lain=a").chosen_variants == {
        "berkas-beredar": "lama",
        "lain": "a",
    }


def events_of(number: int, variant: str) -> tuple[Event, ...]:
    started = Started(
        at=MOMENT,
        play=f"{number:032x}",
        case=CASE,
        version="1.0.0",
        course="uji",
        mode="practice",
        variant=variant,
    )
    return (started, Decided(at=MOMENT, decision="mendesak", pick="rendah"))


def tally_of(case: Case, *, early: int, late: int) -> Tally:
    """A room of which so many answered in each variant, in turn as variants are drawn."""
    tally = Tally()
    for number in range(late + early):
        is_late = number % 2 == 0 if number < 2 * min(early, late) else late > early
        tally.count_play(f"seat-{number:02}", None, case, events_of(number, "lama" if is_late else "baru"))
    return tally


def test_the_bars_of_each_variant_stand_apart(varied_case: Case) -> None:
    key, tally = load_key(varied_case, VARIANTS / "keys"), tally_of(varied_case, early=7, late=8)
    counted = tally.case(varied_case, key, DecisionStates(), load_critical_errors())

    whole = counted["decisions"]["mendesak"]
    assert (whole["n"], whole["counts"]) == (15, {"rendah": 15, "sedang": 0, "tinggi": 0})
    assert whole["standing"] == {"rendah": "neutral", "sedang": "neutral", "tinggi": "neutral"}
    early, late = (counted["variants"][name]["mendesak"] for name in ("baru", "lama"))
    assert (early["n"], early["standing"]["rendah"]) == (7, "wrong")
    assert (late["n"], late["standing"]["rendah"]) == (8, "right")
    assert late["counts"] == {"rendah": 8, "sedang": 0, "tinggi": 0}


def test_no_bars_stand_apart_where_a_variant_has_fewer_than_five(varied_case: Case) -> None:
    key, tally = load_key(varied_case, VARIANTS / "keys"), tally_of(varied_case, early=3, late=6)
    counted = tally.case(varied_case, key, DecisionStates(), load_critical_errors())

    assert counted["decisions"]["mendesak"]["counts"] == {"rendah": 5, "sedang": 0, "tinggi": 0}
    assert [each["mendesak"]["counts"] for each in counted["variants"].values()] == [None, None]


def counted(case: Case, tally: Tally, chosen: str | None = None) -> CaseTally:
    key = load_key(case, VARIANTS / "keys")
    return tally.case(case, key, DecisionStates(), load_critical_errors(), chosen)


def test_a_room_for_which_one_variant_is_set_has_its_bars_alone_and_its_key(varied_case: Case) -> None:
    of_case = counted(varied_case, tally_of(varied_case, early=0, late=6), "lama")

    own = of_case["decisions"]["mendesak"]
    assert (of_case["variant"], of_case["variants"]) == ("lama", {})
    assert (own["counts"], own["standing"]["rendah"]) == ({"rendah": 5, "sedang": 0, "tinggi": 0}, "right")


def test_a_variant_that_was_begun_before_another_was_set_stands_apart_from_it(varied_case: Case) -> None:
    of_case = counted(varied_case, tally_of(varied_case, early=7, late=8), "lama")
    few = counted(varied_case, tally_of(varied_case, early=1, late=6), "lama")

    assert (of_case["variant"], [*of_case["variants"]]) == (None, ["baru", "lama"])
    assert of_case["variants"]["baru"]["mendesak"]["counts"] == {"rendah": 7, "sedang": 0, "tinggi": 0}
    assert [each["mendesak"]["counts"] for each in few["variants"].values()] == [None, None]


def test_a_participant_is_told_what_those_answered_who_had_the_same_facts(varied_case: Case) -> None:
    decision = varied_case.key_decisions()[0]
    tally = tally_of(varied_case, early=7, late=8)

    note = tally.note_of_room(varied_case.in_variant("lama"), decision, DecisionStates(), None)

    assert note == {"n": 8, "counts": {"rendah": 8, "sedang": 0, "tinggi": 0}}


def test_a_participant_is_told_nothing_of_the_room_where_one_variant_has_fewer_than_five(
    varied_case: Case,
) -> None:
    decision = varied_case.key_decisions()[0]
    tally = tally_of(varied_case, early=4, late=6)

    note = tally.note_of_room(varied_case.in_variant("lama"), decision, DecisionStates(), None)

    assert note == {"n": 6, "counts": None}


def answer_of(case: Case, tally: Tally, chosen: str | None = None, state: RoomState = "open") -> TallyAnswer:
    """What the writer tells the board of a discussion, with one decision in a state."""
    of_case = counted(case, tally, chosen)
    of_case["decisions"]["mendesak"]["state"] = state
    return {
        "answer": "tally",
        "mode": "discussion",
        "closed": None,
        "pace": "free",
        "pace_case": "",
        "seats": 11,
        "pauses": 0,
        "skips": 0,
        "cases": {CASE: {"begun": 11, "finished": 0}},
        "case": of_case,
        "sectors": None,
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_board_shows_the_bars_of_each_variant_by_its_facts_and_its_key(
    varied_case: Case, language: Language
) -> None:
    answer = answer_of(varied_case, tally_of(varied_case, early=7, late=8))
    facts = varied_case.in_language(language).variants

    spoken = Spoken({CASE: varied_case}, load_directory(), language)
    board = spoken.board(answer, CASE, "", None, INVITATION)["case"]

    assert board is not None
    first, text = board["decisions"][0], board["decisions"][-1]
    bars = [(each["facts"], each["n"]) for each in first["variants"]]
    assert bars == [(facts["baru"], 7), (facts["lama"], 8)]
    standings = [each["options"][0].get("standing") for each in first["variants"]]
    assert (first["options"][0].get("standing"), standings) == ("neutral", ["wrong", "right"])
    assert (text["id"], text["variants"]) == ("refleksi", [])


def test_the_board_of_a_room_with_one_variant_tells_its_story(varied_case: Case) -> None:
    spoken = Spoken({CASE: varied_case}, load_directory(), "id")

    board = spoken.board(answer_of(varied_case, Tally(), "lama"), CASE, "", None, INVITATION)["case"]

    assert board is not None
    assert all(each["variants"] == [] for each in board["decisions"])
    assert board["decisions"][0]["options"][0].get("standing") == "right"


def test_the_projector_tells_nothing_of_the_variants_before_the_reveal(varied_case: Case) -> None:
    spoken = Spoken({CASE: varied_case}, load_directory(), "id")
    tally, decision = tally_of(varied_case, early=7, late=8), Projection(CASE, "mendesak")

    before = spoken.projector(answer_of(varied_case, tally), decision)
    after = spoken.projector(answer_of(varied_case, tally, state="revealed"), decision)

    assert before is not None
    assert after is not None
    assert before["variants"] == []
    assert varied_case.variants["lama"] not in json.dumps(before, ensure_ascii=False)
    assert [each["id"] for each in after["variants"]] == ["baru", "lama"]
