"""From a course's release to feedback on what was handed in, by nbgrader's commands and the page's deeds."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from release.assignment_page.assignment import Assignment, assignment_at
from release.assignment_page.exchange import Exchange, ExchangeRefusedError, Offer
from release.assignment_page.standing import new_offers, offer_of, own_copy, standing_of
from release.course.course import make_course
from release.course.gradebook import generate_assignment
from scenarios.engine.event import Decided, Event, Started
from scenarios.engine.hand_in import HandIn, hand_in_bytes, hand_in_name
from scenarios.engine.record import record_bytes
from tests.parts.nbgrader_course import CASE, nbgrader
from tests.places import CASES, KEYS

DUE = datetime(2099, 5, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose assignment is released into its exchange."""
    place = tmp_path_factory.mktemp("course") / "kursus"
    made = make_course(place, [CASE], person="Ibu Sari", due=DUE, cases=CASES, keys=KEYS)
    generate_assignment(made.directory, CASE)
    nbgrader(made.directory, "release_assignment", CASE)
    return made.directory


@pytest.fixture
def root(course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a trainee's server, which reaches the exchange of the course."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
    place = tmp_path / "server"
    place.mkdir()
    setting = f"c = get_config()\nc.Exchange.root = {str(course / 'exchange')!r}\n"
    (place / "nbgrader_config.py").write_text(setting, encoding="utf-8")
    return place


@pytest.fixture
def exchange(root: Path) -> Exchange:
    return Exchange(root)


@pytest.fixture
def offer(root: Path, exchange: Exchange) -> Offer:
    return new_offers(root, exchange.offers())[CASE]


@pytest.fixture
def assignment(root: Path, exchange: Exchange, offer: Offer) -> Assignment:
    exchange.fetch(offer)
    copy = own_copy(root, offer)
    assert copy is not None
    return copy


@pytest.fixture
def played(started: Started) -> tuple[Event, ...]:
    own = started.model_copy(update={"course": "kursus"})
    return (own, Decided(at=own.at, decision="mendesak", pick="sedang"))


def test_what_a_course_offers_is_fetched_into_the_folder_of_its_name(
    root: Path, exchange: Exchange, assignment: Assignment
) -> None:
    assert assignment == assignment_at(root, CASE)
    assert assignment.notebook == f"{CASE}/{CASE}.ipynb"
    assert new_offers(root, exchange.offers()) == {}


def test_it_is_due_when_the_course_says_now(exchange: Exchange, offer: Offer, assignment: Assignment) -> None:
    card = offer.folder / "case" / "course.yaml"
    before = card.read_text(encoding="utf-8")
    assert standing_of(assignment, exchange, offer).due == DUE

    card.write_text(before.replace("2099", "2100"), encoding="utf-8")
    later = standing_of(assignment, exchange, offer)
    card.write_text(before, encoding="utf-8")

    assert later.due == DUE.replace(year=2100)
    assert assignment.due == DUE


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # nbgrader's, as it sums files up
def test_what_is_handed_in_is_collected_and_its_feedback_comes_back(
    course: Path,
    exchange: Exchange,
    offer: Offer,
    assignment: Assignment,
    played: tuple[Event, ...],
) -> None:
    record = assignment.folder / "decisions.jsonl"
    record.write_bytes(record_bytes(played))
    assert standing_of(assignment, exchange, offer).hand_in is None

    exchange.submit(offer, assignment.folder)

    standing = standing_of(assignment, exchange, offer)
    assert standing.hand_in is not None
    assert (standing.way, standing.hand_in.way, standing.hand_in.is_whole) == ("exchange", "exchange", True)
    assert abs(standing.hand_in.moment - datetime.now(UTC)) < timedelta(minutes=1)
    assert not standing.has_feedback
    assert exchange.feedback(offer, assignment.folder) is None

    for step in ("collect", "autograde", "generate_feedback", "release_feedback"):
        nbgrader(course, step, CASE)
    record.write_bytes(record.read_bytes() + b"x")

    standing = standing_of(assignment, exchange, offer)
    page = exchange.feedback(offer, assignment.folder)
    assert standing.has_feedback
    assert standing.hand_in is not None
    assert not standing.hand_in.is_whole
    assert page is not None
    assert "<html" in page.read_text(encoding="utf-8")


def test_nbgraders_refusal_is_told_with_its_words(
    course: Path, exchange: Exchange, offer: Offer, assignment: Assignment
) -> None:
    inbound = course / "exchange" / "kursus" / "inbound"
    inbound.rename(inbound.with_name("away"))

    with pytest.raises(ExchangeRefusedError, match="Inbound directory doesn't exist"):
        exchange.submit(offer, assignment.folder)

    inbound.with_name("away").rename(inbound)


def test_an_assignment_of_another_course_is_not_the_one_that_is_offered(
    exchange: Exchange, assignment: Assignment
) -> None:
    assert offer_of(assignment, exchange.offers()) is not None
    card = assignment.folder / "case" / "course.yaml"
    card.write_text(card.read_text("utf-8").replace("course: kursus", "course: lain"), encoding="utf-8")

    assert offer_of(Assignment(assignment.folder, assignment.path), exchange.offers()) is None


def test_without_an_exchange_the_file_tells_what_was_handed_in(
    tmp_path: Path, root: Path, assignment: Assignment, played: tuple[Event, ...]
) -> None:
    (root / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.Exchange.root = {str(tmp_path / 'none')!r}\n", encoding="utf-8"
    )
    record = record_bytes(played)
    (assignment.folder / "decisions.jsonl").write_bytes(record)
    card = HandIn(case=CASE, version="1.0.0", course="kursus", made="2026-11-28T09:00:00Z")
    (assignment.folder / hand_in_name(CASE, "0" * 32)).write_bytes(hand_in_bytes(record, card))

    standing = standing_of(assignment, Exchange(root), None)

    assert Exchange(root).offers() == []
    assert standing.hand_in is not None
    assert (standing.way, standing.hand_in.way, standing.hand_in.is_whole) == ("file", "file", True)
    assert standing.hand_in.moment == datetime(2026, 11, 28, 9, tzinfo=UTC)
    shutil.rmtree(assignment.folder)
