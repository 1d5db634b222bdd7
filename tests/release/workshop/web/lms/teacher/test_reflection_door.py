"""A learner's reflection on the page of her teacher, and the answer on the learner's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from graders.reflections.ready_comments import ready_comments
from release.workshop.writer.lms.reflection_keeper import MOST_SIGNS
from tests.parts.lti_class import Comer, PlatformServices, class_workshop, platform_services
from tests.parts.workshop_server import PageSocket, Workshop

CASE = "daftar-nilai"
REFERENCE = r"/lms/kelas/[0-9a-f]{20}/renungan/[0-9a-f]{20}"
WORDS = "Saya <script>alert(1)</script> akan mendengar lebih dulu."


@pytest.fixture(scope="module")
def services() -> Iterator[PlatformServices]:
    with platform_services() as here:
        yield here


@pytest.fixture(scope="module")
def workshop(services: PlatformServices, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    data = tmp_path_factory.mktemp("reflections") / "data"
    with class_workshop(data, services, CASE, lms_reflections=True) as running:
        yield running


def play_to_the_end(page: PageSocket) -> None:
    """Skip all but the reflection, and write that."""
    page.move(type="begin")
    while page.view["result"] is None:
        decision = page.view["scene"]["decision"]
        if decision is None:
            page.move(type="continue", scene=page.view["scene"]["id"])
        elif decision["kind"] == "text":
            page.move(type="decide", decision=decision["id"], pick=WORDS, sure=True)
        else:
            page.move(type="skip", decision=decision["id"])


def written_by(workshop: Workshop, services: PlatformServices, sub: str, course: str) -> Comer:
    learner = Comer(workshop, services, sub, course=course)
    learner.come(link=f"link {course}")
    assert any("Pengajar kursus Anda membaca renungan" in body for body in learner.browser.bodies)
    with learner.browser.play() as page:
        play_to_the_end(page)
    return learner


def test_a_reflection_is_read_and_answered_and_its_writer_finds_the_answer(
    workshop: Workshop, services: PlatformServices
) -> None:
    services.scores.clear()
    learner = written_by(workshop, services, "ana", "course-1")
    teacher = Comer(workshop, services, "guru", course="course-1", teaches=True)
    place = teacher.come()
    assert "1 renungan, 1 belum dibaca." in teacher.browser.read(place)
    listed = teacher.browser.read(f"{place}/renungan")
    one = re.findall(rf'href="({place}/renungan/[0-9a-f]{{20}})"', listed)[0]

    page = teacher.browser.read(one)
    assert "Saya &lt;script&gt;alert(1)&lt;/script&gt; akan" in page
    assert "<script>alert" not in page
    assert "ana" not in re.findall(r"Pengenal penulis[^<]*", page)
    asked = teacher.browser.ask(one, {"penulis": "1"})
    assert asked.status == 200
    assert "Pengenal penulis di LMS: ana." in teacher.browser.bodies[-1]
    assert "A teacher asked who wrote a reflection" in workshop.log_text()

    form = {"level_child": "clear", "level_self": "", "comment": "Terima kasih <i>sudah</i> menulis."}
    assert teacher.browser.ask(one, form).headers["Location"] == f"{place}/renungan?sudah=1"
    assert "1 renungan, 0 belum dibaca." in teacher.browser.read(place)

    with learner.browser.play() as again:
        note: dict[str, Any] = again.view["result"]["note"]
    assert note["persons"] == [
        {
            "sentences": ["Anda membuat suara anak terdengar, dan menimbangnya sebelum memutuskan."],
            "comment": "Terima kasih <i>sudah</i> menulis.",
        }
    ]
    assert not any("mendengar" in str(score) or "menulis" in str(score) for score in services.scores)


@pytest.mark.parametrize("form", [None, {"comment": "x"}], ids=["read", "answer"])
def test_nobody_of_another_course_reads_or_answers_it(
    workshop: Workshop, services: PlatformServices, form: dict[str, str] | None
) -> None:
    learner = written_by(workshop, services, f"beo {form}", "course-2")
    place = Comer(workshop, services, "guru", course="course-2", teaches=True)
    mine = place.come()
    ref = re.findall(r"/renungan/([0-9a-f]{20})", place.browser.read(f"{mine}/renungan"))[0]
    other = Comer(workshop, services, "guru-3", course="course-3", teaches=True)
    theirs = other.come()

    assert other.browser.ask(f"{theirs}/renungan/{ref}", form).status == 404
    for stranger in (other, learner):
        assert stranger.browser.ask(f"{mine}/renungan/{ref}", form).status == 403
        assert "mendengar" not in stranger.browser.bodies[-1]


def test_a_ready_comment_goes_behind_what_was_written_and_is_kept_only_when_it_is_saved(
    workshop: Workshop, services: PlatformServices
) -> None:
    written_by(workshop, services, "citra", "course-4")
    teacher = Comer(workshop, services, "guru", course="course-4", teaches=True)
    place = teacher.come()
    (one,) = set(re.findall(REFERENCE, teacher.browser.read(f"{place}/renungan")))
    ready = ready_comments("en")[0]
    teacher.browser.cookies["kasuslab_language"] = "en"
    assert f'value="{ready}"' in teacher.browser.read(one)

    form = {"level_child": "clear", "comment": "First <b>mine</b>.", "siap": ready}
    assert teacher.browser.ask(one, form).status == 200

    page = teacher.browser.bodies[-1]
    assert f"First &lt;b&gt;mine&lt;/b&gt;.\n{ready}</textarea>" in page
    assert 'id="child-clear" name="level_child" value="clear" checked' in page
    assert "Nothing is kept before you save." in page
    assert "1 reflections, 1 not read yet." in teacher.browser.read(place)


def test_a_ready_comment_for_which_there_is_no_room_leaves_what_was_written(
    workshop: Workshop, services: PlatformServices
) -> None:
    written_by(workshop, services, "dara", "course-5")
    teacher = Comer(workshop, services, "guru", course="course-5", teaches=True)
    place = teacher.come()
    (one,) = set(re.findall(REFERENCE, teacher.browser.read(f"{place}/renungan")))
    long = "🙂\n" * (MOST_SIGNS // 2 - 1) + "🙂"

    form = {"comment": long.replace("\n", "\r\n"), "siap": ready_comments("id")[0]}
    assert teacher.browser.ask(one, form).status == 200

    assert f"{long}</textarea>" in teacher.browser.bodies[-1]
    assert f"paling panjang {MOST_SIGNS} huruf" in teacher.browser.bodies[-1]


def test_a_comment_is_there_for_use_again_in_its_course_where_it_fits_anybody(
    workshop: Workshop, services: PlatformServices
) -> None:
    teacher = Comer(workshop, services, "guru", course="course-6", teaches=True)
    words = ("Salam, Erlangga.", "Tetap pelan-pelan.", "Bagus: script akan mendengar lebih dulu.")
    for sub, comment in zip(("Erlangga", "Fitri", "Galih"), words, strict=True):
        written_by(workshop, services, sub, "course-6")
        place = teacher.come()
        listed = set(re.findall(REFERENCE, teacher.browser.read(f"{place}/renungan")))
        (one,) = (one for one in listed if "\n</textarea>" in teacher.browser.read(one))
        teacher.browser.ask(one, {"comment": comment})
    other = Comer(workshop, services, "guru", course="course-7", teaches=True)
    written_by(workshop, services, "Hana", "course-7")
    theirs = other.come()

    again = re.findall(REFERENCE, teacher.browser.read(f"{place}/renungan"))[0]
    offered = re.findall(r'name="siap" value="([^"]+)"', teacher.browser.read(again))
    elsewhere = re.findall(REFERENCE, other.browser.read(f"{theirs}/renungan"))[0]

    assert [one for one in words if one in offered] == [words[1]]
    assert words[1] not in other.browser.read(elsewhere)
