"""A room that plays a case in variants: who gets which, and what the board may tell of each."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from graders.key.critical_errors import load_critical_errors
from graders.key.key import load_key
from release.workshop.plan import WorkshopPlan
from release.workshop.wire import AskAppend, Request, hash_of
from release.workshop.writer.playable import playables
from release.workshop.writer.room import DecisionStates
from release.workshop.writer.store import WorkshopStore
from release.workshop.writer.tally import Tally
from release.workshop.writer.writer import Caller, Writer
from scenarios.case import Case
from scenarios.engine.event import Decided, Event, Started
from tests.parts.databases import sqlite_url
from tests.places import VARIANTS

CASE = "berkas-beredar"
LATE_WHY = "Penyebaran sudah berhenti sebulan yang lalu."  # of what is right in the variant “lama” alone
MOMENT = "2026-11-22T07:00:00.000000Z"
SECRET = "a word between the server and its writer"  # noqa: S105 -- of this test


class Room:
    """A writer whose seats are opened by their number."""

    def __init__(self, writer: Writer) -> None:
        self.writer, self.server = writer, Caller()
        writer.answer({"ask": "hello_server", "secret": SECRET}, self.server)

    def seat(self, number: int) -> Caller:
        name, key, caller = f"Beo Biru {number}", b"kernel %d" % number, Caller()
        seat = f"{number:032x}"
        self.writer.answer({"ask": "new_seat", "seat": seat, "pseudonym": name, "code": name}, self.server)
        self.writer.answer({"ask": "bind", "key": hash_of(key), "seat": seat}, self.server)
        self.writer.answer({"ask": "hello_kernel", "key": key.hex()}, caller)
        return caller

    def open(self, caller: Caller, *, again: bool = False) -> tuple[str, str | None]:
        """The lease, and the variant that the play gets."""
        request: Request = {"ask": "open", "case": CASE, "again": again}
        answer = self.writer.answer(request, caller)
        assert answer["answer"] == "opened"
        return answer["lease"], answer["variant"]

    def begin(self, caller: Caller, play: str, *, again: bool = False) -> str | None:
        """The variant of a play that was begun."""
        lease, variant = self.open(caller, again=again)
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
            "ask": "append", "lease": lease, "case": CASE, "play": play, "n": 0,
            "event": first.model_dump(mode="json"),
        }  # fmt: skip
        assert self.writer.answer(request, caller) == {"answer": "done"}
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
            "ask": "append", "lease": lease, "case": CASE, "play": play, "n": n,
            "event": happened.model_dump(mode="json"),
        }  # fmt: skip
        assert writer.answer(append, seat) == {"answer": "done"}
        asked = [None, *(name for name, _ in STEPS[:n])]
        answers.append(
            json.dumps(
                [
                    writer.answer(
                        {"ask": "feedback", "case": CASE, "play": play, "decision": name, "language": "id"},
                        seat,
                    )
                    for name in asked
                ]
            )
        )
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


def test_the_bars_of_each_variant_stand_apart(varied_case: Case) -> None:
    key, tally = load_key(varied_case, VARIANTS / "keys"), Tally()
    for number in range(11):
        tally.count_play(
            f"seat-{number}", None, varied_case, events_of(number, "lama" if number < 6 else "baru")
        )
    counted = tally.case(varied_case, key, DecisionStates(), load_critical_errors())

    whole = counted["decisions"]["mendesak"]
    assert (whole["n"], whole["counts"]) == (11, {"rendah": 11, "sedang": 0, "tinggi": 0})
    assert whole["standing"] == {"rendah": "neutral", "sedang": "neutral", "tinggi": "neutral"}
    early, late = (counted["variants"][name]["mendesak"] for name in ("baru", "lama"))
    assert (early["n"], early["standing"]["rendah"]) == (5, "wrong")
    assert (late["n"], late["standing"]["rendah"]) == (6, "right")
    assert late["counts"] == {"rendah": 6, "sedang": 0, "tinggi": 0}


def test_no_bars_stand_apart_where_a_variant_has_fewer_than_five(varied_case: Case) -> None:
    key, tally = load_key(varied_case, VARIANTS / "keys"), Tally()
    for number in range(9):
        tally.count_play(
            f"seat-{number}", None, varied_case, events_of(number, "lama" if number < 6 else "baru")
        )
    counted = tally.case(varied_case, key, DecisionStates(), load_critical_errors())

    assert counted["decisions"]["mendesak"]["counts"] == {"rendah": 9, "sedang": 0, "tinggi": 0}
    assert [each["mendesak"]["counts"] for each in counted["variants"].values()] == [None, None]
