"""Grades on their way, from the events of a play to what a platform is to know, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from release.course.programmes.programme import load_programme
from release.lms.services.grade import BEGUN
from release.workshop.seats.seat import Seat
from release.workshop.writer.lms.grade_keeper import GradeKeeper
from release.workshop.writer.lms.grade_store import GradePlan, GradeStore
from release.workshop.writer.playable import playables
from release.workshop.writer.plays.path_keeper import PathKeeper
from release.workshop.writer.programmes.form_keeper import FormKeeper
from release.workshop.writer.programmes.programme_keeper import ProgrammeKeeper
from release.workshop.writer.store import WorkshopStore
from release.workshop.writer.workshops import remove_workshops, workshops_in
from scenarios.engine.event import Continued, Decided, Event, Mode, Skipped, Started
from scenarios.engine.play import Play
from tests.parts.lti_platform import LtiPlatform
from tests.parts.stored import add_seat, append
from tests.places import CASES, KEYS

CASE, ANA = "daftar-nilai", "a" * 32
AT = "2026-11-30T08:00:00.000000Z"
PLAYABLES = playables(CASES, (CASE,), KEYS)
PLAN = GradePlan(ANA, 1, "7", "42", "link-9", f"case:{CASE}", "id", "https://lms.example.ac.id/9/lineitem")

# A programme of one case and two lessons.
_A2 = load_programme("A2")
SMALL = _A2.model_copy(
    update={"sessions": (_A2.sessions[0].model_copy(update={"cases": (CASE,), "lessons": ("K1", "K4")}),)}
)


@dataclass
class GradedRoom:
    """A workshop with one seat that came from a platform. moment: what its clock says."""

    url: str
    mode: Mode = "practice"
    moment: datetime = field(default_factory=lambda: datetime(2026, 11, 30, 8, tzinfo=UTC))

    def __post_init__(self) -> None:
        self.store = WorkshopStore(self.url, clock=lambda: self.moment)
        progress, path = self.store.progress, PathKeeper(self.store, PLAYABLES, self.mode)
        forms = FormKeeper(progress, {}, self.store.sectors, seed="")
        self.programmes = ProgrammeKeeper(
            {"A2": SMALL},
            PLAYABLES,
            progress,
            forms,
            path.offers,
            path.walked,
            self.events_of,
            lambda _: "police",
        )
        self.keeper = GradeKeeper(self.store.grades, PLAYABLES, self.mode, self.events_of, self.programmes)

    def events_of(self, seat: str) -> list[tuple[Event, ...]]:
        return [stored.events for _, stored in self.store.plays(self.mode, seat)]

    @property
    def grades(self) -> GradeStore:
        return self.store.grades

    def play(self, name: str, picks: dict[str, object], *, events: int = 99, seat: str = ANA) -> None:
        """Play the case: decide `picks` and skip the rest, and stop after so many events."""
        play, chain = Play.replay(PLAYABLES[CASE].case, ()), ""
        started = Started(
            at=AT, play=name * 32, case=CASE, version="1.0.0", course=self.store.name, mode=self.mode
        )
        event: Event = started
        for number in range(events):
            chain = append(self.store, seat, name * 32, number, event, chain)
            play = play.after(event)
            self.keeper.note(seat, play)
            if play.ended:
                return
            decision = play.scene.decision
            if decision is None:
                event = Continued(at=AT, scene=play.scene_id)
            elif decision.id in picks:
                event = Decided(at=AT, decision=decision.id, pick=picks[decision.id])
            else:
                event = Skipped(at=AT, decision=decision.id)

    def sent(self) -> list[tuple[str, float | None]]:
        """Send all that is due; the progress and the score of each."""
        due = self.grades.due()
        for one in due:
            assert one.wanted is not None
            self.grades.note_sent(one.number, one.wanted)
        return [(one.wanted.progress, one.wanted.score) for one in due if one.wanted is not None]

    def wait(self, **span: float) -> None:
        self.moment += timedelta(**span)


@pytest.fixture
def room(url: str) -> Iterator[GradedRoom]:
    made = GradedRoom(url)
    made.store.platforms.add(LtiPlatform().registered)
    assert add_seat(made.store, Seat(ANA, "Beo Biru 1"), "code")
    made.keeper.place(PLAN)
    yield made
    made.store.close()


GOOD: dict[str, object] = {"mendesak": "sedang", "bicara": "dengar"}
HARMFUL: dict[str, object] = {"mendesak": "sedang", "bicara": "marah"}


def test_not_begun_is_not_sent_begun_is_in_progress_and_the_best_of_practice_counts(room: GradedRoom) -> None:
    assert room.sent() == []

    room.play("1", HARMFUL, events=2)
    assert room.sent() == [("InProgress", None)]
    assert room.sent() == []

    room.play("2", HARMFUL)
    ((progress, first),) = room.sent()
    assert (progress, first) == ("Completed", 50.0)
    (one,) = room.grades.all()
    assert one.wanted is not None
    assert "membahayakan" in one.wanted.comment

    room.play("3", GOOD)
    assert room.sent() == [("Completed", 100.0)]
    room.play("4", HARMFUL)
    assert room.sent() == [("Completed", 100.0)]  # what was ended is counted, the best stays


def test_a_grade_that_was_not_taken_is_due_again_after_ever_longer_waits(room: GradedRoom) -> None:
    room.play("1", GOOD)
    waits = []
    for _ in range(11):
        (one,) = room.grades.due()
        room.grades.note_trouble(one.number, "unreachable")
        seconds = 0
        while not room.grades.due():
            seconds += 5
            room.wait(seconds=5)
        waits.append(seconds)
        room.wait(hours=2)

    assert waits[0] == 10
    assert waits == sorted(waits)
    assert max(waits) == 3600
    assert room.sent() == [("Completed", 100.0)]
    assert room.grades.waiting() == 0


def test_moments_only_go_forward_also_where_the_clock_goes_back(room: GradedRoom) -> None:
    room.play("1", GOOD)
    moments = []
    for back in (0, 0, -3600):
        room.wait(seconds=back)
        room.grades.want([one.number for one in room.grades.all()], BEGUN)
        moments += [one.at for one in room.grades.due()]

    assert len(set(moments)) == 3
    assert moments == sorted(moments)


def test_a_grade_that_changed_while_it_was_sent_is_due_still(room: GradedRoom) -> None:
    room.play("1", HARMFUL)
    (one,) = room.grades.due()
    room.play("2", GOOD)
    assert one.wanted is not None
    room.grades.note_sent(one.number, one.wanted)

    assert room.sent() == [("Completed", 100.0)]


def test_what_was_not_sent_is_due_in_the_next_process_and_what_it_missed_is_made_up(room: GradedRoom) -> None:
    room.play("1", GOOD)
    room.keeper.graded.clear()  # as of a writer that is ended in the moment after the event was on disk
    room.play("2", HARMFUL, events=1)

    after = GradedRoom(room.url)
    after.keeper.begin()
    assert after.sent() == [("Completed", 100.0)]
    after.keeper.begin()
    assert after.sent() == []
    after.store.close()


def test_whoever_played_before_the_grade_had_a_place_is_graded_when_it_has_one(room: GradedRoom) -> None:
    room.play("1", GOOD)
    room.sent()

    room.keeper.place(
        GradePlan(ANA, 1, "7", "42", "link-10", f"case:{CASE}", "en", "https://lms.example.ac.id/10")
    )

    (one,) = room.grades.due()
    assert one.wanted is not None
    assert (one.plan.link, one.wanted.score) == ("link-10", 100.0)
    assert "of 100" in one.wanted.comment


def test_a_line_item_that_was_made_anew_gets_the_grade_again(room: GradedRoom) -> None:
    room.play("1", GOOD)
    room.sent()

    room.keeper.place(PLAN)
    assert room.sent() == []
    room.keeper.place(GradePlan(ANA, 1, "7", "42", "link-9", PLAN.item, "id", "https://lms.example.ac.id/11"))

    assert [one.plan.line_item for one in room.grades.due()] == ["https://lms.example.ac.id/11"]


def test_a_case_that_is_not_played_has_no_place(room: GradedRoom) -> None:
    room.keeper.place(
        GradePlan(ANA, 1, "7", "42", "link-12", "case:teman-gim", "id", "https://lms.example.ac.id/12")
    )

    assert [one.plan.link for one in room.grades.all()] == ["link-9"]


def placed(room: GradedRoom, link: str, item: str, language: str = "id") -> None:
    room.keeper.place(GradePlan(ANA, 1, "7", "42", link, item, language, f"https://lms.example.ac.id/{link}"))


def read(room: GradedRoom, lesson: str) -> None:
    room.store.progress.note_read(ANA, lesson)
    room.keeper.note_read(ANA, lesson)


def test_a_lesson_is_sent_once_its_reader_says_that_it_was_read(room: GradedRoom) -> None:
    placed(room, "k1", "lesson:K1")
    placed(room, "k4", "lesson:K4")
    assert room.sent() == []

    for _ in range(2):
        read(room, "K1")

    assert room.sent() == [("Completed", 100.0)]


def test_the_grade_of_a_programme_is_the_share_of_its_steps_that_are_done(room: GradedRoom) -> None:
    placed(room, "a2", "programme:A2", "en")
    assert room.sent() == []

    read(room, "K1")
    assert room.sent() == [("InProgress", 33.33)]
    room.play("1", HARMFUL, events=2)
    room.sent()
    room.play("2", HARMFUL)
    assert ("InProgress", 66.67) in room.sent()
    read(room, "K4")
    assert room.sent() == [("Completed", 100.0)]

    (one,) = [one for one in room.grades.all() if one.plan.item == "programme:A2"]
    assert one.wanted is not None
    assert "3 of 3 steps" in one.wanted.comment
    assert "no score of a case" in one.wanted.comment
    assert "harms the child" in one.wanted.comment


def test_a_heavy_case_that_is_left_out_takes_nothing_from_the_grade_and_is_not_told(
    room: GradedRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    heavy = PLAYABLES[CASE].case.model_copy(update={"intensity": 2})
    monkeypatch.setitem(PLAYABLES, CASE, replace(PLAYABLES[CASE], case=heavy))
    placed(room, "a2", "programme:A2", "en")
    for lesson in ("K1", "K4"):
        read(room, lesson)
    room.sent()

    assert room.programmes.leave_out(ANA, CASE, is_left=True)
    room.keeper.note_left(ANA, CASE)

    (one,) = room.grades.all(ANA, "programme:A2")
    assert one.wanted is not None
    assert (one.wanted.progress, one.wanted.score) == ("Completed", 100.0)
    assert one.wanted.comment.startswith("2 of 2 steps")
    assert room.sent() == [("Completed", 100.0)]
    room.programmes.leave_out(ANA, CASE, is_left=False)
    room.keeper.note_left(ANA, CASE)
    assert room.sent() == [("InProgress", 66.67)]


@pytest.mark.parametrize("case", [CASE, "no-such-case"])
def test_no_other_case_is_left_out(room: GradedRoom, case: str) -> None:
    assert not room.programmes.leave_out(ANA, case, is_left=True)
    assert room.store.progress.left_out(ANA) == frozenset()


def test_a_better_play_takes_back_what_the_comment_of_a_programme_told_of_the_worse(room: GradedRoom) -> None:
    placed(room, "a2", "programme:A2", "en")
    room.play("1", HARMFUL)
    room.play("2", GOOD)

    (one,) = room.grades.all(ANA, "programme:A2")
    assert one.wanted is not None
    assert (one.wanted.score, "harms" in one.wanted.comment) == (33.33, False)


def test_what_a_programme_missed_while_the_writer_was_down_is_made_up(room: GradedRoom) -> None:
    placed(room, "a2", "programme:A2")
    room.store.progress.note_read(ANA, "K1")

    after = GradedRoom(room.url)
    after.keeper.begin()

    assert after.sent() == [("InProgress", 33.33)]
    after.store.close()


@pytest.mark.parametrize("item", ["programme:A9", "test:bentuk-a-before", "test:x", "lesson", ""])
def test_an_activity_that_is_not_here_has_no_place(room: GradedRoom, item: str) -> None:
    placed(room, "x", item)

    assert [one.plan.link for one in room.grades.all()] == ["link-9"]


def test_grades_are_deleted_with_their_workshop_and_with_their_platform(room: GradedRoom) -> None:
    room.play("1", GOOD)
    read(room, "K1")
    (platform,) = room.store.platforms.platforms()
    room.store.platforms.remove(platform.number)
    assert room.grades.all() == []

    room.store.platforms.add(LtiPlatform().registered)
    (platform,) = room.store.platforms.platforms()
    room.keeper.place(
        GradePlan(ANA, platform.number, "7", "42", "link-9", PLAN.item, "id", "https://lms.example.ac.id/9")
    )
    remove_workshops(room.url, [workshops_in(room.url)[0].number])
    assert room.grades.all() == []
    assert len(room.store.platforms.platforms()) == 1
    assert room.store.progress.lessons(ANA) == ()
