"""The board page of a course: for its teacher alone, with numbers from five answers on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.parts.lti_class import Comer, PlatformServices, class_workshop, platform_services
from tests.parts.workshop_server import Workshop

CASE = "daftar-nilai"


@pytest.fixture(scope="module")
def services() -> Iterator[PlatformServices]:
    with platform_services() as here:
        yield here


@pytest.fixture(scope="module")
def workshop(services: PlatformServices, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    with class_workshop(tmp_path_factory.mktemp("board") / "data", services, CASE) as running:
        yield running


def decide(workshop: Workshop, services: PlatformServices, sub: str) -> Comer:
    learner = Comer(workshop, services, sub)
    learner.come()
    with learner.browser.play() as page:
        page.move(type="begin")
        page.move(type="decide", decision="mendesak", pick="sedang")
    return learner


def test_a_teacher_sees_how_five_of_her_course_decided_and_nobody_else_sees_it(
    workshop: Workshop, services: PlatformServices
) -> None:
    learners = [decide(workshop, services, f"one {number}") for number in range(4)]
    teacher = Comer(workshop, services, "guru", teaches=True)
    board = f"{teacher.come()}/papan"
    assert "4 mulai, 0 selesai" in teacher.browser.read(board)
    assert "4 menjawab. Grafik tampil mulai lima jawaban." in teacher.browser.read(f"{board}/{CASE}")

    learners.append(decide(workshop, services, "one 5"))

    page = teacher.browser.read(f"{board}/{CASE}")
    assert "5 jawaban dihitung." in page
    assert '<meter min="0" max="5" value="5"' in page
    assert teacher.browser.ask(f"{board}/no-such-case").status == 404
    other = Comer(workshop, services, "guru", course="course-4", teaches=True)
    assert "Belum ada yang mulai." in other.browser.read(f"{other.come()}/papan")
    for stranger in (other, learners[0]):
        assert stranger.browser.ask(f"{board}/{CASE}").status == 403
