"""What a learning record store is told of plays, and how that waits until it is there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from release.workshop.kernel.shelf import WorkshopShelf
from release.workshop.plan import WorkshopPlan
from release.workshop.seats.seat import Seat
from release.workshop.seats.seat_pass import seat_pass
from release.workshop.wire import Answer
from release.workshop.writer.lines import Caller
from release.workshop.writer.lms.grade_store import GradePlan
from release.workshop.writer.outbox.statement_store import StatementStore
from release.workshop.writer.workshops import remove_workshops, workshops_in
from release.workshop.writer.writer import Writer, make_writer
from release.workshop.writer_config import WriterConfig
from scenarios.pick import Pick
from tests.parts.lti_platform import LtiPlatform
from tests.parts.phone_line import SECRET, PhoneLine, play
from tests.parts.stored import add_seat
from tests.places import CASES, KEYS

CASE, ANA, PENI = "daftar-nilai", "a" * 32, "b" * 32
STORE = "https://lrs.example.org/xAPI/"
ANSWERS: dict[str, Any] = {
    "mendesak": "sedang",
    "bicara": "dengar",
    "langkah": ("catat", "kabar"),
    "urutan": ("aman", "setuju", "sekolah", "pantau"),
    "serah": ({"service": "sekolah", "urgency": "hari", "packet": ("tindakan",)},),
    "refleksi": "Rahasia saya: Budi.",
}


@dataclass
class RecordedRoom:
    """A workshop whose plays are told, with one seat. moment: what its clock says."""

    url: str
    options: dict[str, Any] = field(default_factory=lambda: {"record_store": STORE})
    moment: datetime = field(default_factory=lambda: datetime(2026, 11, 30, 8, tzinfo=UTC))

    def __post_init__(self) -> None:
        self.writer = self.start()
        assert add_seat(self.writer.store, Seat(ANA, "Citra Lestari"), "code")

    def start(self) -> Writer:
        """A writer of this workshop, the next one where one was ended."""
        config = WriterConfig(
            plan=WorkshopPlan(**self.options), address="tcp:1", secret=SECRET, database=self.url, lock=None,
            person="Ibu R.", cases=(CASE,), cases_folder=CASES, keys_folder=KEYS,
        )  # fmt: skip
        return make_writer(config, clock=lambda: self.moment)

    def restart(self, options: dict[str, Any]) -> None:
        """End the writer, and start the next one."""
        self.writer.store.close()
        self.options = options
        self.writer = self.start()

    def play(self, *, most: int = 100, seat: str = ANA, **answers: Pick | None) -> None:
        """Play at most so many moves; a decision whose answer is None is skipped."""
        shelf = WorkshopShelf(PhoneLine(self.writer), seat_pass(SECRET, seat))
        play(shelf, {**ANSWERS, **answers}, name="play 1", most=most)

    @property
    def statements(self) -> StatementStore:
        return self.writer.store.statements

    def due(self) -> list[dict[str, Any]]:
        """What is due, as it is sent; it is there then."""
        due = self.statements.due()
        self.statements.note_sent([one.number for one in due])
        return [json.loads(one.body) for one in due]


@pytest.fixture
def room(url: str) -> Iterator[RecordedRoom]:
    made = RecordedRoom(url)
    yield made
    made.writer.store.close()


def names(statements: list[dict[str, Any]]) -> list[str]:
    return [one["object"]["id"].rpartition(":")[2] for one in statements]


def test_a_play_is_told_whole_once_it_is_over_and_never_twice(room: RecordedRoom) -> None:
    room.play()

    assert names(room.due()) == ["mendesak", "bicara", "langkah", "urutan", "serah", CASE]
    assert room.due() == []
    assert room.statements.waiting() == 0


def test_a_decision_is_told_once_another_follows_it(room: RecordedRoom) -> None:
    room.play(most=2)
    assert room.due() == []

    room.play(most=1)
    assert names(room.due()) == ["mendesak"]


def test_whoever_operates_is_told_how_much_is_not_there_yet(room: RecordedRoom) -> None:
    add_seat(room.writer.store, Seat(PENI, "Peni Pelikan"), "other code")
    room.writer.store.platforms.add(LtiPlatform().registered)
    plan = GradePlan(
        PENI, 1, "1", "42", "link-9", f"case:{CASE}", "id", "https://lms.example.ac.id/9/lineitem"
    )
    room.writer.registry.grades.place(plan)
    room.play(seat=PENI)

    def outbox(caller: Caller) -> Answer:
        return room.writer.answer({"ask": "outbox"}, caller)

    assert outbox(Caller(server=True)) == {"answer": "outbox", "grades": 1, "statements": 6}
    room.due()
    (grade,) = room.writer.store.grades.due()
    assert grade.wanted is not None
    room.writer.store.grades.note_sent(grade.number, grade.wanted)
    assert outbox(Caller(server=True)) == {"answer": "outbox", "grades": 0, "statements": 0}
    assert outbox(Caller()) == {"answer": "stranger"}


def test_after_a_skip_nothing_more_is_told_as_of_a_play_that_was_left(room: RecordedRoom) -> None:
    room.play(langkah=None)

    assert names(room.due()) == ["mendesak", "bicara"]


def test_nobody_is_named_and_nothing_that_was_written_is_told(room: RecordedRoom) -> None:
    room.play()

    text = json.dumps(room.due())
    assert not [word for word in ("Citra", "Budi", "Rahasia", ANA) if word in text]


def test_what_was_not_taken_is_due_again_after_ever_longer_waits_also_in_the_next_process(
    room: RecordedRoom,
) -> None:
    room.play()
    first = room.statements.due()
    room.statements.note_trouble([one.number for one in first], "503")
    assert room.statements.due() == []

    room.restart(room.options)
    assert room.statements.due() == []
    room.moment += timedelta(seconds=10)
    assert room.statements.due() == first
    room.moment += timedelta(seconds=19)
    assert room.statements.due() == []
    room.moment += timedelta(seconds=1)
    assert len(room.due()) == 6


def test_what_was_played_while_nobody_listened_is_told_by_the_next_writer_and_nothing_anew(
    room: RecordedRoom,
) -> None:
    room.play(most=4)
    assert names(room.due()) == ["mendesak", "bicara"]
    room.restart({})
    room.play()
    assert room.due() == []

    room.restart({"record_store": STORE})

    assert names(room.due()) == ["langkah", "urutan", "serah", CASE]


def test_without_a_store_there_is_nothing_on_its_way(url: str) -> None:
    room = RecordedRoom(url, {})
    room.play()

    assert room.statements.waiting() == 0
    room.writer.store.close()


def test_a_discussion_is_not_told(url: str) -> None:
    room = RecordedRoom(url, {"record_store": STORE, "mode": "discussion"})
    room.play(most=3)

    assert room.statements.waiting() == 0
    room.writer.store.close()


def test_what_waits_is_deleted_with_its_workshop(room: RecordedRoom) -> None:
    room.play()
    remove_workshops(room.url, [workshops_in(room.url)[0].number])

    assert room.statements.waiting() == 0
