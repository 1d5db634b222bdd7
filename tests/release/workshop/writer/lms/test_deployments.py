"""Two deployments of one platform may call an activity the same: each has grades of its own."""

from __future__ import annotations

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, insert, select, text

from release.lms.services.course_place import CoursePlace
from release.workshop.seats.seat import Seat
from release.workshop.writer.database import MIGRATIONS, migrate, open_engine
from release.workshop.writer.lms.grade_store import GradePlan
from release.workshop.writer.store import WorkshopStore
from release.workshop.writer.tables import ARRIVAL, DEPLOYMENT, GRADE, PLATFORM, SEAT, WORKSHOP
from tests.parts.lti_platform import LtiPlatform
from tests.parts.stored import add_seat

ANA, AT = "a" * 32, "2026-11-30T08:00:00Z"
ITEM = "case:daftar-nilai"


def plan(deployment: str) -> GradePlan:
    return GradePlan(ANA, 1, deployment, "42", "link-9", ITEM, "id", f"https://one.example/{deployment}")


def test_the_same_link_of_two_deployments_has_a_grade_each_and_each_teacher_her_own(url: str) -> None:
    store = WorkshopStore(url)
    store.platforms.add(LtiPlatform().registered.model_copy(update={"deployments": ("7", "8")}))
    assert add_seat(store, Seat(ANA, "Beo Biru 1"), "code")
    for deployment in ("7", "8"):
        course = CoursePlace(platform=1, deployment=deployment, context="course-3")
        store.arrivals.arrive(ANA, course, "link-9", ITEM)
        store.grades.place(plan(deployment))

    grades = {one.plan.deployment: one for one in store.grades.all()}

    assert {name: one.plan.line_item[-1] for name, one in grades.items()} == {"7": "7", "8": "8"}
    for deployment, one in grades.items():
        course = CoursePlace(platform=1, deployment=deployment, context="course-3")
        assert [arrival.grade for arrival in store.arrivals.of(course)] == [one.number]
    store.close()


def at_revision(engine: Engine, revision: str) -> None:
    """Make the tables as they were at a revision."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


@pytest.mark.parametrize(
    ("came_from", "registered", "known"),
    [("8", ("7", "8"), "8"), ("", ("7",), "7"), ("", ("7", "8"), "")],
    ids=["where its learner came from", "the only one", "nobody knows"],
)
def test_a_grade_of_before_is_kept_and_belongs_to_the_deployment_it_came_from(
    url: str, came_from: str, registered: tuple[str, ...], known: str
) -> None:
    engine = open_engine(url)
    at_revision(engine, "0010")
    who = {"workshop": 1, "seat": ANA, "platform": 1, "link": "link-9", "item": ITEM}
    with engine.begin() as connection:
        connection.execute(insert(WORKSHOP).values(number=1, name="w", created=AT))
        connection.execute(insert(SEAT).values(id=ANA, workshop=1, pseudonym="Beo", code="c", created=AT))
        row = LtiPlatform().registered.model_dump(exclude={"deployments"})
        connection.execute(insert(PLATFORM).values(**row, created=AT))
        connection.execute(insert(DEPLOYMENT), [{"platform": 1, "id": one} for one in registered])
        if came_from:
            connection.execute(insert(ARRIVAL).values(**who, deployment=came_from, context="course-3", at=AT))
        grade = (
            "INSERT INTO grade (workshop, seat, platform, subject, link, item, language, line_item, wanted)"
        )
        values = f"VALUES (1, '{ANA}', 1, '42', 'link-9', '{ITEM}', 'id', 'https://one.example/8', '{{}}')"
        connection.execute(text(f"{grade} {values}"))

    migrate(engine)

    with engine.connect() as connection:
        (one,) = connection.execute(select(GRADE.c.deployment, GRADE.c.wanted, GRADE.c.line_item)).all()
    assert tuple(one) == (known, "{}", "https://one.example/8")
    engine.dispose()
    # Of two deployments the next launch tells; of another one it makes a grade beside.
    store = WorkshopStore(url, workshop="w")
    store.grades.place(plan("8"))
    wanted = {"8", known} - {""}
    with engine.connect() as connection:
        stored = connection.execute(select(GRADE.c.deployment)).scalars().all()
    assert sorted(stored) == sorted(wanted)
    store.close()
    engine.dispose()
