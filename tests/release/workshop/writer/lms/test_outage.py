"""Seventy learners, and a platform that is down or does not answer: every grade arrives once, and right."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from release.lms.tool_keys import tool_keys
from release.workshop.kernel.shelf import WorkshopShelf
from release.workshop.plan import WorkshopPlan
from release.workshop.seats.seat import Seat
from release.workshop.seats.seat_pass import seat_pass
from release.workshop.web.lms import grade_sender
from release.workshop.web.lms.fetch import WebFetch
from release.workshop.web.lms.grade_sender import GradeSender
from release.workshop.web.lms.key_sets import KeySets
from release.workshop.web.lms.lms_context import LmsContext
from release.workshop.wire import Answer, Request
from release.workshop.writer.lines import Caller
from release.workshop.writer.writer import Writer, make_writer
from release.workshop.writer_config import WriterConfig
from tests.parts.lti_platform import TOOL
from tests.parts.phone_line import SECRET, PhoneLine, play
from tests.parts.stored import add_seat
from tests.parts.unsteady_platform import UnsteadyPlatform, unsteady_platform
from tests.places import CASES, KEYS

SERVER = Caller(server=True)
CASE, LEARNERS = "daftar-nilai", 70
# What they decide, and what that is worth; the rest is skipped.
WAYS = (
    ({"mendesak": "sedang", "bicara": "dengar"}, 100.0),
    ({"mendesak": "sedang", "bicara": "marah"}, 50.0),
    ({"mendesak": "rendah", "bicara": "marah"}, 0.0),
)


@dataclass
class ClassOfLearners:
    """Seventy seats of a workshop whose grades go to a platform. moment: what its clock says."""

    url: str
    platform: UnsteadyPlatform
    data: Path
    moment: datetime = field(default_factory=lambda: datetime(2026, 11, 30, 8, tzinfo=UTC))

    def __post_init__(self) -> None:
        self.writer = self.start()
        self.writer.store.platforms.add(self.platform.registered)
        (number,) = (one.number for one in self.writer.store.platforms.platforms())
        for learner in range(LEARNERS):
            seat = Seat(self.seat(learner), f"Beo Biru {learner}")
            assert add_seat(self.writer.store, seat, f"code {learner}")
            place: Request = {
                "ask": "arrival",
                "seat": seat.id,
                "course": {"platform": number, "deployment": "7", "context": "course-3"},
                "link": "link-9",
                "item": f"case:{CASE}",
                "grade": {
                    "subject": str(learner),
                    "language": "id",
                    "line_item": self.platform.line_item,
                },
            }
            assert self.writer.answer(place, SERVER) == {"answer": "done"}

    def start(self) -> Writer:
        """A writer of this workshop, the next one where one was ended."""
        config = WriterConfig(
            plan=WorkshopPlan(), address="tcp:1", secret=SECRET, database=self.url, lock=None,
            person="Ibu R.", cases=(CASE,), cases_folder=CASES, keys_folder=KEYS,
        )  # fmt: skip
        return make_writer(config, clock=lambda: self.moment)

    def seat(self, learner: int) -> str:
        return f"{learner:032x}"

    def play(self) -> None:
        """Let each of them play the case to its end."""
        line = PhoneLine(self.writer)
        for learner in range(LEARNERS):
            shelf = WorkshopShelf(line, seat_pass(SECRET, self.seat(learner)))
            play(shelf, WAYS[learner % len(WAYS)][0], name=f"play {learner}")

    def seconds(self) -> float:
        return self.moment.timestamp()

    async def ask(self, request: Request) -> Answer:
        """What the server is answered."""
        return self.writer.answer(request, SERVER)

    @property
    def waiting(self) -> int:
        return self.writer.store.grades.waiting()

    def send_until(self, is_done: Callable[[], bool], *, wait: float = 0.0) -> None:
        """Let a server send grades until something holds; before each look the clock goes on."""
        fetch = WebFetch(local=True)
        lms = LmsContext(
            TOOL, partial(tool_keys, self.data), "w", self, fetch, KeySets(fetch), now=self.seconds
        )

        async def send() -> None:
            task = asyncio.create_task(GradeSender(lms).run())
            try:
                async with asyncio.timeout(60):
                    while not is_done():
                        await asyncio.sleep(0.1)
                        self.moment += timedelta(seconds=wait)
            finally:
                task.cancel()

        asyncio.run(send())


@pytest.fixture
def learners(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ClassOfLearners]:
    # So that nobody waits: how often it looks is none of what these tests tell of.
    monkeypatch.setattr(grade_sender, "LOOK_SECONDS", 0.05)
    with unsteady_platform() as platform:
        room = ClassOfLearners(url, platform, tmp_path)
        yield room
        room.writer.store.close()


def assert_each_has_its_grade(learners: ClassOfLearners, *, most: int) -> None:
    """The newest score of each is theirs; of none more than `most` with a figure came, each with the same."""
    scores = learners.platform.scores
    assert set(scores) == {str(learner) for learner in range(LEARNERS)}
    for learner in range(LEARNERS):
        figures = [one["scoreGiven"] for one in scores[str(learner)] if "scoreGiven" in one]
        assert set(figures) == {WAYS[learner % len(WAYS)][1]}
        assert len(figures) <= most
        assert scores[str(learner)][-1]["activityProgress"] == "Completed"


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_while_the_platform_is_down_grades_wait_and_then_each_arrives_once(learners: ClassOfLearners) -> None:
    learners.platform.state = "down"
    learners.play()
    learners.send_until(lambda: len(learners.platform.refused) > 3, wait=5)
    assert (learners.waiting, len(learners.platform.scores)) == (LEARNERS, 0)

    learners.platform.state = "up"
    learners.send_until(lambda: learners.waiting == 0, wait=5)

    assert_each_has_its_grade(learners, most=1)
    assert set(learners.platform.refused) == {503}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_grade_whose_answer_was_lost_is_sent_again_and_is_the_same(learners: ClassOfLearners) -> None:
    learners.platform.state = "deaf"
    learners.play()
    learners.send_until(lambda: len(learners.platform.scores) == LEARNERS)
    assert learners.waiting == LEARNERS

    # Meanwhile the writer is ended, and another takes its place.
    learners.writer.store.close()
    learners.writer = learners.start()
    learners.platform.state = "up"
    learners.send_until(lambda: learners.waiting == 0, wait=5)

    assert_each_has_its_grade(learners, most=2)
    assert 409 not in learners.platform.refused
