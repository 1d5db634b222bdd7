"""Which reflections a course's teachers read, and where their answers go, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from release.lms.services.course_place import CoursePlace
from release.workshop.seats.seat import Seat
from release.workshop.wire import Answer, Request
from release.workshop.writer.lms.grade_store import GradePlan
from release.workshop.writer.lms.reflection_keeper import ReflectionKeeper
from release.workshop.writer.playable import playables
from release.workshop.writer.store import WorkshopStore
from release.workshop.writer.workshops import remove_workshops, workshops_in
from scenarios.engine.event import Continued, Decided, Event, Reopened, Skipped, Started
from scenarios.engine.play import Play
from tests.parts.lti_platform import LtiPlatform
from tests.parts.stored import add_seat, append
from tests.places import CASES, KEYS

CASE = "daftar-nilai"
PLAYABLES = playables(CASES, (CASE,), KEYS)
HERE = CoursePlace(platform=1, deployment="7", context="course-3")
THERE = HERE.model_copy(update={"context": "course-4"})
SEATS = tuple(letter * 32 for letter in "abc")
ANA, BEO, CACA = SEATS
WORDS = "Saya akan <b>mendengar</b> lebih dulu."


class ReflectionRoom:
    """A workshop whose teachers read reflections; its clock goes on a second at each look."""

    def __init__(self, url: str, *, is_on: bool = True) -> None:
        self.second = 0
        self.store = WorkshopStore(url, clock=self.tick)
        self.keeper = ReflectionKeeper(
            self.store.reflections,
            self.store.arrivals,
            self.store.grades,
            PLAYABLES,
            {},
            lambda seat: [stored.events for _, stored in self.store.plays("practice", seat)],
            lambda seat: f"nama {seat[0]}",
            is_on=is_on,
        )

    def tick(self) -> datetime:
        self.second += 1
        return datetime(2026, 11, 30, 8, self.second // 60, self.second % 60, tzinfo=UTC)

    def now(self) -> str:
        return f"{self.tick():%Y-%m-%dT%H:%M:%S.%fZ}"

    def play(self, seat: str, text: str | None = WORDS) -> Play:
        """Play the case to its end, skip all but the reflection, and write that."""
        play, number, chain = Play.of(PLAYABLES[CASE].case), 0, ""
        name = f"{self.second:032x}"
        event: Event = Started(
            at=self.now(), play=name, case=CASE, version="1.0.0", course="w", mode="practice"
        )
        while True:
            chain = append(self.store, seat, name, number, event, chain)
            play, number = play.after(event), number + 1
            self.keeper.note(seat, play, event)
            if play.ended:
                return play
            decision = play.scene.decision
            if decision is None:
                event = Continued(at=self.now(), scene=play.scene_id)
            elif decision.id == "refleksi" and text is not None:
                event = Decided(at=self.now(), decision=decision.id, pick=text)
            else:
                event = Skipped(at=self.now(), decision=decision.id)

    def come(self, seat: str, course: CoursePlace = HERE, *, has_notice: bool = True) -> None:
        self.store.arrivals.arrive(seat, course, f"link {course.context}", f"case:{CASE}")
        if has_notice:
            self.store.reflections.keep_notice(seat)

    def refs(self, course: CoursePlace = HERE) -> list[str]:
        return [one.ref for one in self.keeper.of_course(course)]

    def ask(self, request: Request) -> Answer:
        return self.keeper.answer(request)  # type: ignore[arg-type]  # what a teacher's page asks

    def one(self, ref: str, course: CoursePlace = HERE, *, author: bool = False) -> Answer:
        where = course.model_dump()
        return self.ask(
            {"ask": "reflection", "course": where, "ref": ref, "language": "en", "author": author}
        )

    def answer(self, ref: str, course: CoursePlace = HERE, comment: str = "Terima kasih.") -> Answer:
        levels = {"child": "clear", "self": "no such", "other": "clear"}
        return self.ask(
            {
                "ask": "answer_reflection",
                "course": course.model_dump(),
                "ref": ref,
                "levels": levels,
                "comment": comment,
            }
        )


@pytest.fixture
def room(url: str) -> Iterator[ReflectionRoom]:
    made = ReflectionRoom(url)
    made.store.platforms.add(LtiPlatform().registered)
    for seat in SEATS:
        assert add_seat(made.store, Seat(seat, seat[:3]), seat[:4])
    yield made
    made.store.close()


def test_a_teacher_reads_what_was_written_after_its_writer_came_and_knew(room: ReflectionRoom) -> None:
    room.play(ANA)
    room.come(ANA)
    room.come(BEO, has_notice=False)
    room.play(BEO)
    room.come(CACA, THERE)
    room.play(CACA)
    assert room.refs() == []

    room.play(ANA)

    (ref,) = room.refs()
    note = room.one(ref)
    assert note["answer"] == "reflection"
    assert [text for _, text in note["written"]] == [WORDS]
    assert note["author"] == ""
    assert room.one(ref, THERE) == {"answer": "nobody"}
    assert room.answer(ref, THERE) == {"answer": "nobody"}


def test_what_was_skipped_is_no_reflection(room: ReflectionRoom) -> None:
    room.come(ANA)
    room.play(ANA, None)

    assert room.keeper.counts(HERE) == {"all": 0, "to_read": 0}


def test_an_answer_reaches_the_play_it_is_on_in_the_language_of_its_reader(room: ReflectionRoom) -> None:
    room.come(ANA)
    play, other = room.play(ANA), room.play(ANA)
    assert play.started is not None
    name = play.started.play
    ref = next(one.ref for one in room.keeper.of_course(HERE) if one.stored.play == name)

    assert room.answer(ref) == {"answer": "done"}

    (note,) = room.keeper.person_notes(play, "en")
    assert note == {
        "sentences": ["You let the child's voice be heard, and weigh it before you decide."],
        "comment": "Terima kasih.",
    }
    assert room.keeper.person_notes(other, "en") == []
    assert room.keeper.counts(HERE) == {"all": 2, "to_read": 1}


def test_the_same_answered_again_is_one_answer(room: ReflectionRoom) -> None:
    room.come(ANA)
    play = room.play(ANA)
    (ref,) = room.refs()

    room.answer(ref)
    room.answer(ref, comment="Lebih singkat.")

    assert [one["comment"] for one in room.keeper.person_notes(play, "id")] == ["Lebih singkat."]


def test_who_wrote_it_has_notice_where_it_is_asked_by_the_platforms_own_id(room: ReflectionRoom) -> None:
    room.come(ANA)
    room.play(ANA)
    (ref,) = room.refs()
    note = room.one(ref, author=True)
    assert note["answer"] == "reflection"
    assert note["author"] == "nama a"

    room.store.grades.place(GradePlan(ANA, 1, "8", "of another", "l", f"case:{CASE}", "id", "https://x/9"))
    room.store.grades.place(GradePlan(ANA, 1, "7", "42", "l", f"case:{CASE}", "id", "https://x/9"))

    note = room.one(ref, author=True)
    assert note["answer"] == "reflection"
    assert note["author"] == "42"


def test_what_was_written_anew_is_to_be_read_again(room: ReflectionRoom) -> None:
    room.come(ANA)
    play = room.play(ANA)
    room.answer(room.refs()[0])
    assert room.keeper.counts(HERE) == {"all": 1, "to_read": 0}
    room.keeper.note(ANA, play, Reopened(at=room.now(), decision="refleksi"))
    assert room.keeper.counts(HERE) == {"all": 1, "to_read": 0}

    room.keeper.note(ANA, play, Decided(at=room.now(), decision="refleksi", pick="Lain."))

    assert room.keeper.counts(HERE) == {"all": 1, "to_read": 1}


def test_what_ended_in_the_moment_before_the_writer_did_is_found(room: ReflectionRoom, url: str) -> None:
    room.come(ANA)
    room.play(ANA)
    (stored,) = room.store.reflections.reflections()
    room.store.reflections.note_taken_back(stored.play)
    after = ReflectionRoom(url)

    after.keeper.begin()

    assert len(after.refs()) == 1
    after.store.close()


def test_where_teachers_read_none_nothing_is_kept_of_it_and_nobody_is_answered(url: str) -> None:
    room = ReflectionRoom(url, is_on=False)
    room.store.platforms.add(LtiPlatform().registered)
    assert add_seat(room.store, Seat(ANA, "Beo"), "code")
    room.come(ANA)
    room.play(ANA)

    assert room.store.reflections.reflections() == []
    assert room.keeper.counts(HERE) is None
    course = HERE.model_dump()
    assert room.ask({"ask": "reflections", "course": course, "language": "id"}) == {"answer": "nobody"}
    room.store.close()


def test_what_was_answered_goes_with_its_course_and_all_of_it_with_the_workshop(
    room: ReflectionRoom, url: str
) -> None:
    room.come(ANA)
    room.come(ANA, THERE)
    play = room.play(ANA)
    room.answer(room.refs()[0])
    room.answer(room.refs(THERE)[0], THERE, "Dari kelas lain.")

    room.store.reflections.forget(HERE.id)
    room.store.arrivals.forget(HERE)
    assert [one["comment"] for one in room.keeper.person_notes(play, "id")] == ["Dari kelas lain."]
    assert room.store.arrivals.forget(THERE) == [ANA]
    assert room.store.reflections.reflections() == []
    room.come(BEO)
    room.play(BEO)
    room.answer(room.refs()[0])

    remove_workshops(url, [one.number for one in workshops_in(url)])

    assert room.store.reflections.reflections() == []
    assert room.store.reflections.seats_with_notice() == []
