"""What a teacher is told of those who came from her course, and of nobody else, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from release.lms.services.course_place import CoursePlace
from release.lms.services.grade import BEGUN, Grade
from release.workshop.seats.seat import Seat
from release.workshop.writer.lms.arrival_store import first_moments
from release.workshop.writer.lms.class_keeper import ClassKeeper
from release.workshop.writer.lms.grade_store import GradePlan
from release.workshop.writer.store import WorkshopStore
from release.workshop.writer.tally import Attempt
from release.workshop.writer.workshops import remove_workshops, workshops_in
from scenarios.engine.event import Started
from tests.parts.lti_platform import LtiPlatform
from tests.parts.stored import add_seat, append

ANA, BEO, CITRA = "a" * 32, "b" * 32, "c" * 32
CASE = "case:daftar-nilai"
AT = "2026-11-30T08:00:00.000000Z"
HERE = CoursePlace(platform=1, deployment="7", context="course-3")
DONE = Grade(progress="Completed", score=80.0, ended=1)


@pytest.fixture
def store(url: str) -> Iterator[WorkshopStore]:
    made = WorkshopStore(url, clock=lambda: datetime(2026, 11, 30, 8, tzinfo=UTC))
    for issuer in ("https://one.example", "https://two.example"):
        made.platforms.add(LtiPlatform(issuer).registered)
    for seat in (ANA, BEO, CITRA):
        assert add_seat(made, Seat(seat, seat[:3]), seat[:4])
    yield made
    made.close()


def classes(store: WorkshopStore, attempts: Mapping[str, Attempt] | None = None) -> ClassKeeper:
    return ClassKeeper(store.arrivals, store.grades, lambda _: attempts or {}, lambda _: None)


def arrive(store: WorkshopStore, seat: str, link: str = "link-9", course: CoursePlace = HERE) -> None:
    store.arrivals.arrive(seat, course, link, CASE)


def grade(store: WorkshopStore, seat: str, wanted: Grade | None, link: str = "link-9") -> int:
    """Let a grade go back, as it stands; its number."""
    store.grades.place(GradePlan(seat, 1, "7", "42", link, CASE, "id", "https://one.example/9"))
    (number,) = (one.number for one in store.grades.all(seat) if one.plan.link == link)
    if wanted is not None:
        store.grades.want([number], wanted)
    return number


def test_a_class_is_told_in_counts_of_who_came_began_and_is_done(store: WorkshopStore) -> None:
    for seat, wanted in ((ANA, DONE), (BEO, BEGUN), (CITRA, None)):
        arrive(store, seat)
        arrive(store, seat)
        grade(store, seat, wanted)

    counts = classes(store).counts(HERE)

    assert counts["items"] == [{"item": CASE, "come": 3, "begun": 2, "done": 1}]
    assert (counts["people"], counts["sent"], counts["waiting"], counts["troubles"]) == (3, 0, 2, {})


@pytest.mark.parametrize(
    "other",
    [
        HERE.model_copy(update={"context": "course-4"}),
        HERE.model_copy(update={"deployment": "8"}),
        HERE.model_copy(update={"platform": 2}),
        HERE.model_copy(update={"context": "", "link": "link-9"}),
    ],
    ids=["course", "deployment", "platform", "no course"],
)
def test_a_teacher_of_another_course_is_told_of_nobody_here(store: WorkshopStore, other: CoursePlace) -> None:
    arrive(store, ANA)
    number = grade(store, ANA, DONE)
    store.grades.note_trouble(number, "unreachable")

    assert classes(store).counts(other)["people"] == 0
    assert classes(store).learners(other, {ANA})["standings"] == {}
    assert classes(store).waiting(other) == []
    assert other.id != HERE.id


def test_of_a_learner_in_two_courses_each_teacher_is_told_of_her_own_activity(store: WorkshopStore) -> None:
    there = HERE.model_copy(update={"context": "course-4"})
    arrive(store, ANA)
    arrive(store, ANA, "link-20", there)
    grade(store, ANA, DONE)
    grade(store, ANA, None, "link-20")

    counts = [classes(store).counts(course)["items"] for course in (HERE, there)]

    assert counts == [
        [{"item": CASE, "come": 1, "begun": 1, "done": 1}],
        [{"item": CASE, "come": 1, "begun": 0, "done": 0}],
    ]


def test_where_no_course_is_named_each_activity_is_one_of_its_own(store: WorkshopStore) -> None:
    for seat, link in ((ANA, "link-1"), (BEO, "link-2")):
        arrive(store, seat, link, CoursePlace(platform=1, deployment="7", link=link))

    for link, seat in (("link-1", ANA), ("link-2", BEO)):
        course = CoursePlace(platform=1, deployment="7", link=link)
        assert classes(store).learners(course, {ANA, BEO})["standings"].keys() == {seat}


def test_a_grade_that_was_not_taken_is_told_with_its_reason_and_tried_again_at_once(
    store: WorkshopStore,
) -> None:
    arrive(store, ANA)
    number = grade(store, ANA, DONE)
    assert store.grades.due()
    store.grades.note_trouble(number, "unreachable")
    assert classes(store).counts(HERE)["troubles"] == {"unreachable": 1}
    assert store.grades.due() == []

    store.grades.try_now(classes(store).waiting(HERE))

    assert [one.number for one in store.grades.due()] == [number]
    store.grades.note_sent(number, DONE)
    ((standing,),) = classes(store).learners(HERE, {ANA, BEO})["standings"].values()
    assert (standing["far"], standing["score"], standing["is_sent"]) == ("done", 80.0, True)


def test_where_no_grade_goes_back_the_plays_tell_how_far_somebody_is(store: WorkshopStore) -> None:
    for seat in (ANA, BEO, CITRA):
        arrive(store, seat)
    attempts = {
        ANA: Attempt("1" * 32, "penutup", finished=True),
        BEO: Attempt("2" * 32, "telepon", finished=False),
    }

    (item,) = classes(store, attempts).counts(HERE)["items"]

    assert item == {"item": CASE, "come": 3, "begun": 2, "done": 1}


def test_an_activity_that_leads_to_another_case_now_is_told_as_that(store: WorkshopStore) -> None:
    arrive(store, ANA)
    store.arrivals.arrive(ANA, HERE, "link-9", "case:teman-gim")

    assert [one["item"] for one in classes(store).counts(HERE)["items"]] == ["case:teman-gim"]


def test_what_is_told_of_a_case_begins_when_its_course_first_led_there(
    store: WorkshopStore, url: str
) -> None:
    arrive(store, ANA)
    later = WorkshopStore(url, clock=lambda: datetime(2026, 11, 30, 9, tzinfo=UTC))
    later.arrivals.arrive(ANA, HERE, "link-9", CASE)
    later.arrivals.arrive(BEO, HERE, "link-10", "")
    moments = first_moments(
        later.arrivals.of(HERE), lambda item: ["daftar-nilai"] if item else ["daftar-nilai", "teman-gim"]
    )
    later.close()

    eight = datetime(2026, 11, 30, 8, tzinfo=UTC)
    nine = eight + timedelta(hours=1)
    assert moments == {
        (ANA, "daftar-nilai"): eight,
        (BEO, "daftar-nilai"): nine,
        (BEO, "teman-gim"): nine,
    }


def test_a_course_is_deleted_and_whoever_came_from_another_one_keeps_what_is_theirs(
    store: WorkshopStore,
) -> None:
    there = HERE.model_copy(update={"context": "course-4"})
    for seat in (ANA, BEO):
        arrive(store, seat)
        grade(store, seat, DONE)
    arrive(store, BEO, "link-20", there)
    arrive(store, CITRA, "link-20", there)
    grade(store, BEO, DONE, "link-20")
    store.progress.note_read(ANA, "K1")
    begun = Started(at=AT, play=ANA, case="daftar-nilai", version="1.0.0", course=store.name, mode="practice")
    append(store, ANA, ANA, 0, begun, "")

    assert store.arrivals.forget(HERE) == [ANA]

    assert [store.seat(seat) is not None for seat in (ANA, BEO, CITRA)] == [False, True, True]
    assert (store.plays("practice"), store.progress.lessons(ANA)) == ([], ())
    assert [one.plan.link for one in store.grades.all()] == ["link-20"]
    assert classes(store).counts(HERE)["people"] == 0
    assert classes(store).counts(there)["people"] == 2


def test_arrivals_are_deleted_with_their_workshop_and_with_their_platform(
    store: WorkshopStore, url: str
) -> None:
    arrive(store, ANA)
    arrive(store, BEO, course=HERE.model_copy(update={"platform": 2}))
    store.platforms.remove(2)
    assert [one.seat for one in store.arrivals.of(HERE)] == [ANA]
    assert store.arrivals.of(HERE.model_copy(update={"platform": 2})) == []

    remove_workshops(url, [workshops_in(url)[0].number])
    assert store.arrivals.of(HERE) == []
