"""A programme as the writer tells it: it is gone through by what was done, and a form is met in its time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openbadgeslib.ob3 import OB3Verifier

from graders.key.key import KEYS as LIBRARY_KEYS
from release.course.programmes.programme import load_programme
from release.papers.certificates.seal import read_seal
from release.papers.organiser import Organiser, write_organiser
from release.workshop.kernel.client import WriterClient
from release.workshop.kernel.shelf import WorkshopShelf
from release.workshop.lms_wire import ProgrammeAnswer
from release.workshop.seats.seat_pass import seat_pass
from release.workshop.wire import Address, Answer, Request
from release.workshop.writer.lines import Caller
from release.workshop.writer.playable import playables
from release.workshop.writer.programmes.certifier import Certifier, certificate_number
from release.workshop.writer.store import WorkshopStore
from release.workshop.writer.writer import Writer
from release.workshop.writer_line import WriterSilentError
from scenarios.library import CASES
from tests.parts.databases import sqlite_url
from tests.places import KEYS
from widgets.conversation import Conversation

A2 = load_programme("A2")
SECRET, ANA, SERVER = "of this run", "a" * 32, Caller(server=True)
PLAYABLES = {
    **playables(CASES, A2.cases, LIBRARY_KEYS),
    **playables(CASES, A2.tests, KEYS, tests=True),
}


class WriterInside(WriterClient):
    """A line to a writer in this process."""

    def __init__(self, writer: Writer) -> None:
        super().__init__(Address(port=0))
        self.writer = writer

    def ask(self, request: Request) -> Answer:
        return self.writer.answer(request, Caller())


def seated(writer: Writer, seat: str, sector: str | None = None) -> None:
    new: Request = {"ask": "new_seat", "seat": seat, "pseudonym": seat, "code": seat, "sector": sector}
    assert writer.answer(new, SERVER) == {"answer": "done"}


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    store = WorkshopStore(sqlite_url(tmp_path))
    made = Writer(store, PLAYABLES, CASES, "Ibu R.", SECRET, programmes={"A2": A2})
    seated(made, ANA, "police")
    yield made
    store.close()


def shelf(writer: Writer, seat: str = ANA) -> WorkshopShelf:
    return WorkshopShelf(WriterInside(writer), seat_pass(SECRET, seat))


def programme(writer: Writer, seat: str = ANA, language: str = "id") -> ProgrammeAnswer:
    answer = writer.answer(
        {"ask": "programme", "seat": seat, "programme": "A2", "language": language}, SERVER
    )
    assert answer["answer"] == "programme"
    return answer


def played(writer: Writer, case: str) -> list[Any]:
    """Play a case to its end, picking the first option of whatever has options; the views on the way."""
    play_id = case.encode().hex()[:32].ljust(32, "0")
    talk = Conversation(shelf(writer), "id", lambda: datetime.now(UTC), lambda: play_id)
    talk.answer({"type": "ready"})
    replies: list[Any] = [talk.answer({"type": "choose", "case": case})[-1]]
    move: dict[str, Any] = {"type": "begin", "n": 0}
    while replies[-1]["view"]["screen"] != "ended":
        replies.append(talk.answer(move)[-1])
        assert replies[-1]["type"] == "view", replies[-1]
        view = replies[-1]["view"]
        form = view["scene"]["decision"]
        if form is None:
            move = {"type": "continue", "n": view["n"], "scene": view["scene"]["id"]}
        elif form["kind"] in {"single", "rating"}:
            pick = form["options"][0]["id"]
            move = {"type": "decide", "n": view["n"], "decision": form["id"], "pick": pick}
        else:
            move = {"type": "skip", "n": view["n"], "decision": form["id"]}
    return [reply["view"] for reply in replies]


def take(writer: Writer) -> str:
    """Take the step that comes next; what it was."""
    stands = programme(writer)
    assert stands["next"] is not None
    step = stands["steps"][stands["next"]]
    if step["kind"] == "lesson":
        writer.answer({"ask": "lesson_read", "seat": ANA, "lesson": step["id"]}, SERVER)
    else:
        played(writer, step["case"])
    return f"{step['kind']}:{step['id']}"


def test_a_programme_is_gone_through_to_its_end_and_nothing_was_asked_of_a_score(writer: Writer) -> None:
    taken = [take(writer) for _ in range(14)]

    assert taken[:4] == ["test:before", "lesson:K1", "lesson:K4", "case:tiga-petunjuk"]
    assert taken[-1] == "test:after"
    stands = programme(writer)
    assert stands["next"] is None
    assert Counter(step["state"] for step in stands["steps"]) == {"done": 14}


def test_what_is_begun_elsewhere_is_gone_on_with_from_any_device(writer: Writer) -> None:
    take(writer)
    talk = Conversation(shelf(writer), "id", lambda: datetime.now(UTC), lambda: "b" * 32)
    for message in ({"type": "ready"}, {"type": "choose", "case": "surat-somasi"}, {"type": "begin", "n": 0}):
        talk.answer(message)

    stands = programme(writer)

    assert stands["next"] is not None
    assert (stands["steps"][stands["next"]]["id"], stands["steps"][stands["next"]]["state"]) == (
        "surat-somasi",
        "begun",
    )


def test_a_form_is_on_no_shelf_and_opened_to_nobody_before_its_time(writer: Writer) -> None:
    for form in A2.tests:
        with pytest.raises(WriterSilentError):
            shelf(writer).open(form)
    assert {shelf(writer).state("id").progress[form].status for form in A2.tests} == {"hidden"}

    before = programme(writer)["steps"][0]["case"]
    (after,) = set(A2.tests) - {before}

    assert shelf(writer).state("id").progress.get(before) is None
    assert shelf(writer).open(before).case.id == before
    assert shelf(writer).state("id").progress[after].status == "hidden"
    with pytest.raises(WriterSilentError):
        shelf(writer).open(after)
    assert after not in str(programme(writer))


def test_a_test_gives_no_feedback_no_lesson_and_no_second_try(writer: Writer) -> None:
    views = played(writer, programme(writer)["steps"][0]["case"])

    assert [view["feedback"] or view["result"] or view["lessons"] for view in views] == [[]] * len(views)
    assert (views[-1]["mode"], views[-1]["can_again"]) == ("test", False)


def test_half_of_each_sector_begins_with_each_form(writer: Writer) -> None:
    seats = {f"{number:032x}": ("police", "legal_aid")[number % 2] for number in range(24)}
    for seat, sector in seats.items():
        seated(writer, seat, sector)

    first = {seat: programme(writer, seat)["steps"][0]["case"] for seat in seats}

    for sector in ("police", "legal_aid"):
        counts = Counter(first[seat] for seat in seats if seats[seat] == sector)
        assert sorted(counts.values()) == [6, 6]
    assert {seat: programme(writer, seat)["steps"][0]["case"] for seat in seats} == first


def test_a_test_that_its_teacher_opens_is_the_form_of_its_learner(writer: Writer) -> None:
    def opened(turn: Any) -> Any:  # noqa: ANN401 -- “before” or “after”; a case
        ask: Request = {"ask": "open_test", "seat": ANA, "test": A2.tests[0], "turn": turn}
        answer = writer.answer(ask, SERVER)
        assert answer["answer"] == "current"
        return answer["case"]

    assert {opened("before"), opened("after")} == set(A2.tests)
    assert programme(writer)["steps"][0]["case"] == opened("before")
    assert shelf(writer).open(opened("after")).case.id in A2.tests
    assert writer.answer({"ask": "open_test", "seat": ANA, "test": "x", "turn": "after"}, SERVER) == {
        "answer": "current",
        "case": None,
    }


def test_the_programme_of_one_seat_is_told_to_the_server_alone(writer: Writer) -> None:
    ask: Request = {"ask": "programme", "seat": ANA, "programme": "A2", "language": "id"}

    assert writer.answer(ask, Caller()) == {"answer": "stranger"}
    other: Request = {"ask": "programme", "seat": ANA, "programme": "A0", "language": "id"}
    assert writer.answer(other, SERVER) == {"answer": "nobody"}


def test_what_there_is_to_choose_is_told_in_the_language_of_the_teacher(writer: Writer) -> None:
    answer = writer.answer({"ask": "activities", "language": "en"}, SERVER)

    assert answer["answer"] == "activities"
    (one,), (test,) = answer["programmes"], answer["tests"]
    assert one["name"].startswith("Two days for investigators")
    assert (one["lessons"], one["cases"], one["has_tests"], one["is_draft"]) == (8, 4, True, True)
    assert (test["test"], test["forms"], test["programmes"]) == (A2.tests[0], list(A2.tests), ["A2"])


def certifier(writer: Writer, place: Path) -> Certifier:
    programmes = writer.registry.programmes
    return Certifier(programmes, place, place / "certificates.pem", lambda: datetime.now(UTC))


def test_a_certificate_names_what_was_practised_and_no_score_and_bears_one_number(
    writer: Writer, tmp_path: Path
) -> None:
    for _ in range(14):
        take(writer)
    write_organiser(tmp_path, Organiser(organiser="Dinas PPPA", jp=16))
    made = certifier(writer, tmp_path)

    page = made.page(ANA, "A2", "Siti <b>Rahmawati</b>", "id", "https://lab.example.org/sertifikat")
    other = made.page(ANA, "A2", "Budi", "en", "")

    assert page is not None
    assert other is not None
    number = certificate_number(ANA, "A2")
    assert number in page
    assert number in other
    assert "Siti &lt;b&gt;Rahmawati&lt;/b&gt;" in page
    assert all(PLAYABLES[case].case.title in page for case in A2.cases)
    assert "16 jam pelajaran" in page
    assert "Nama ini ditulis sendiri oleh pemegangnya." in page
    assert not any(PLAYABLES[form].case.title in page for form in A2.tests)
    stored = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"Rahmawati" not in stored


def test_a_badge_is_signed_by_the_same_key_and_names_its_holder_to_nobody(
    writer: Writer, tmp_path: Path
) -> None:
    for _ in range(14):
        take(writer)

    badge = certifier(writer, tmp_path).badge(ANA, "A2", "Siti", "id")

    assert badge is not None
    assert "Siti" not in badge
    token = OB3Verifier.extract_token_from_svg(badge.encode())
    credential = OB3Verifier(read_seal(tmp_path / "certificates.pem").public).verify(token)
    assert A2.name["id"] in credential.achievement.name


def test_whoever_has_steps_left_gets_none(writer: Writer, tmp_path: Path) -> None:
    for _ in range(13):
        take(writer)
    made = certifier(writer, tmp_path)

    assert made.page(ANA, "A2", "Siti", "id", "") is None
    assert made.badge(ANA, "A2", "Siti", "id") is None
    assert made.page("b" * 32, "A2", "Siti", "id", "") is None
