"""The board of one course: those alone who came from there, and nothing of fewer than five."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

import pytest

from release.lms.services.course_place import CoursePlace
from release.workshop.plan import WorkshopPlan
from release.workshop.wire import TallyAnswer
from release.workshop.writer.lines import Caller
from release.workshop.writer.store import WorkshopStore
from release.workshop.writer.writer import Writer, make_writer
from release.workshop.writer_config import WriterConfig
from tests.parts.lti_platform import LtiPlatform
from tests.parts.phone_line import SECRET
from tests.parts.room_class import BEGAN, CASE, furnish
from tests.places import CASES, KEYS

SERVER = Caller(server=True)
HERE = CoursePlace(platform=1, deployment="7", context="course-3")
THERE = HERE.model_copy(update={"context": "course-4"})
EARLY = BEGAN - timedelta(minutes=5)


@pytest.fixture
def writer(url: str) -> Iterator[Writer]:
    """A workshop in which seven of twelve have answered alike, and five harmfully."""
    store = WorkshopStore(url, clock=lambda: EARLY)
    store.platforms.add(LtiPlatform().registered)
    picks = ["dengar"] * 7 + ["marah"] * 5
    furnish(store, [(None, [("mendesak", "sedang"), ("bicara", pick)]) for pick in picks], mode="practice")
    store.close()
    config = WriterConfig(
        plan=WorkshopPlan(), address="tcp:1", secret=SECRET, database=url, lock=None, person="Ibu R.",
        cases=(CASE,), cases_folder=CASES, keys_folder=KEYS,
    )  # fmt: skip
    made = make_writer(config, clock=lambda: EARLY)
    yield made
    made.store.close()


def arrive(writer: Writer, course: CoursePlace, numbers: Iterable[int]) -> None:
    for number in numbers:
        writer.store.arrivals.arrive(f"{number:032x}", course, f"link {course.context}", f"case:{CASE}")


def board(writer: Writer, course: CoursePlace = HERE) -> TallyAnswer:
    request = {"ask": "course_board", "course": course.model_dump(), "case": CASE}
    answer = writer.answer(request, SERVER)  # type: ignore[arg-type]  # a request by its fields
    assert answer["answer"] == "tally"
    return answer


def counts(writer: Writer, course: CoursePlace = HERE) -> object:
    case = board(writer, course)["case"]
    assert case is not None
    return case["decisions"]["bicara"]["counts"]


def test_a_course_sees_its_own_people_alone(writer: Writer) -> None:
    arrive(writer, HERE, range(6))
    arrive(writer, THERE, range(7, 12))

    assert board(writer)["cases"][CASE] == {"begun": 6, "finished": 0}
    assert board(writer)["seats"] == 6
    assert counts(writer) == {"dengar": 5, "catat": 0, "marah": 0}  # figures move by five
    assert counts(writer, THERE) == {"dengar": 0, "catat": 0, "marah": 5}


def test_of_fewer_than_five_nothing_is_shown_and_nobody_who_comes_alone_is_seen_in_the_difference(
    writer: Writer,
) -> None:
    arrive(writer, HERE, range(4))
    assert counts(writer) is None

    arrive(writer, HERE, [4])
    assert counts(writer) == {"dengar": 5, "catat": 0, "marah": 0}
    arrive(writer, HERE, [8])
    assert counts(writer) == {"dengar": 5, "catat": 0, "marah": 0}


def test_what_was_begun_before_a_course_led_there_is_not_on_its_board(url: str, writer: Writer) -> None:
    late = WorkshopStore(url, workshop=writer.store.name, clock=lambda: BEGAN + timedelta(minutes=5))
    for number in range(6):
        late.arrivals.arrive(f"{number:032x}", HERE, "link", f"case:{CASE}")
    late.close()

    assert board(writer)["cases"][CASE]["begun"] == 0
    assert counts(writer) is None
