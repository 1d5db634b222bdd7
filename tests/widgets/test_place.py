"""Taking up a place: one conversation goes on where another one stood, with nothing but what is on disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from scenarios.case import Case
from scenarios.directory.services import Directory, load_directory
from scenarios.engine.event import Event
from scenarios.engine.record import RecordClosedError
from scenarios.language import Language
from scenarios.loader import load_case
from tests.places import CASES, VARIANTS
from widgets.conversation import Conversation, random_id, utc_now
from widgets.messages import Place, View
from widgets.shelf import CaseProgress, OpenPlay, ShelfState

SMALL, OTHER = "daftar-nilai", "berkas-beredar"
LIBRARY = (load_case(CASES / SMALL), load_case(VARIANTS / "cases" / OTHER))


@dataclass
class DiskRecord:
    """One play on disk. taken: whether somebody else writes it now."""

    events: tuple[Event, ...] = ()
    taken: bool = False

    def append(self, event: Event) -> None:
        if self.taken:
            raise RecordClosedError(event.event)
        self.events = (*self.events, event)


@dataclass
class Disk:
    """A shelf that keeps a play from its first event on; see Shelf. fails: it cannot be read now."""

    cases_on_it: Sequence[Case] = LIBRARY
    records: dict[str, list[DiskRecord]] = field(default_factory=dict)
    fails: bool = False
    person: str | None = "Ibu R."

    @property
    def directory(self) -> Directory:
        return load_directory()

    def cases(self) -> Sequence[Case]:
        if self.fails:
            raise OSError("the disk is away")
        return self.cases_on_it

    def state(self, language: Language) -> ShelfState:  # noqa: ARG002 -- a Shelf's
        return ShelfState({case.id: CaseProgress("begun") for case in self.cases() if self.begun(case.id)})

    def begun(self, case_id: str) -> list[DiskRecord]:
        return [record for record in self.records.get(case_id, []) if record.events]

    def open(self, case_id: str, *, again: bool = False) -> OpenPlay:
        case = next(case for case in self.cases() if case.id == case_id)
        plays = self.begun(case_id)
        record = DiskRecord() if again or not plays else plays[-1]
        self.records.setdefault(case_id, []).append(record)
        return OpenPlay(case, record, "uji", "practice", None, False, (), self.person)  # noqa: FBT003


def talk(disk: Disk) -> Conversation:
    return Conversation(disk, "id", utc_now, random_id)


def view_of(conversation: Conversation, message: dict[str, object], at: Place | None = None) -> View:
    reply = conversation.answer(message, at)[-1]
    assert reply["type"] == "view", reply
    return reply["view"]


def play_to_the_end(conversation: Conversation, view: View) -> View:
    while view["screen"] != "ended":
        scene = view["scene"]
        if scene is None:
            view = view_of(conversation, {"type": "begin", "n": view["n"]})
        elif scene["decision"]:
            view = view_of(
                conversation, {"type": "skip", "n": view["n"], "decision": scene["decision"]["id"]}
            )
        else:
            view = view_of(conversation, {"type": "continue", "n": view["n"], "scene": scene["id"]})
    return view


def test_a_page_that_was_given_no_place_stands_at_the_shelf() -> None:
    conversation = talk(Disk())

    assert view_of(conversation, {"type": "ready"})["screen"] == "shelf"
    assert conversation.place == {"language": "id", "case": None, "again": False}


def test_the_place_names_the_case_and_the_language() -> None:
    conversation = talk(Disk())
    view_of(conversation, {"type": "choose", "case": SMALL})
    view_of(conversation, {"type": "language", "language": "en"})

    assert conversation.place == {"language": "en", "case": SMALL, "again": False}


@pytest.mark.parametrize("sent_again", [False, True])
def test_a_move_is_made_by_whoever_takes_the_place_up(sent_again: bool) -> None:  # noqa: FBT001 -- a parameter of the test
    disk = Disk()
    first = talk(disk)
    view_of(first, {"type": "choose", "case": SMALL})
    view_of(first, {"type": "begin", "n": 0})
    place = first.place
    move: dict[str, object] = {"type": "decide", "n": 1, "decision": "mendesak", "pick": "sedang"}
    if sent_again:
        view_of(first, move)

    assert view_of(talk(disk), move, place)["n"] == 2


def test_whoever_answers_a_ping_opens_nothing_and_keeps_the_place() -> None:
    disk = Disk()
    place = Place(language="en", case=SMALL, again=False)
    conversation = talk(disk)

    assert conversation.answer({"type": "ping", "at": 1}, place) == [{"type": "pong", "at": 1}]
    assert conversation.place == place
    assert disk.records == {}


def test_back_at_the_shelf_nothing_is_opened_by_the_next_one() -> None:
    disk = Disk()
    first = talk(disk)
    view_of(first, {"type": "choose", "case": SMALL})
    view_of(first, {"type": "shelf"})

    assert view_of(talk(disk), {"type": "ready"}, first.place)["screen"] == "shelf"


def test_a_case_opened_again_that_was_not_begun_is_opened_again() -> None:
    disk = Disk()
    first = talk(disk)
    done = play_to_the_end(first, view_of(first, {"type": "choose", "case": SMALL}))
    view_of(first, {"type": "again", "case": SMALL})
    assert first.place == {"language": "id", "case": SMALL, "again": True}

    second = talk(disk)
    begun = view_of(second, {"type": "begin", "n": 0}, first.place)

    assert (begun["n"], begun["screen"]) == (1, "scene")
    assert begun["play"] != done["play"]
    assert second.place["again"] is False
    assert len({record.events[0].model_dump_json() for record in disk.begun(SMALL)}) == 2


def test_a_case_opened_again_that_was_begun_just_before_is_gone_on_with() -> None:
    disk = Disk()
    first = talk(disk)
    play_to_the_end(first, view_of(first, {"type": "choose", "case": SMALL}))
    view_of(first, {"type": "again", "case": SMALL})
    place = first.place
    begun = view_of(first, {"type": "begin", "n": 0})  # its answer is lost

    again = view_of(talk(disk), {"type": "begin", "n": 0}, place)

    assert (again["n"], again["play"]) == (1, begun["play"])


@pytest.mark.parametrize("case", [SMALL, OTHER])
def test_nobody_opens_a_case_again_by_saying_so_that_is_not_at_its_end(case: str) -> None:
    disk = Disk()
    first = talk(disk)
    view_of(first, {"type": "choose", "case": SMALL})
    begun = view_of(first, {"type": "begin", "n": 0})

    view = view_of(talk(disk), {"type": "ready"}, Place(language="id", case=case, again=True))

    assert view["n"] == (1 if case == SMALL else 0)
    assert view["play"] == (begun["play"] if case == SMALL else "")


@pytest.mark.parametrize("case", [None, OTHER])
def test_wherever_a_page_stood_it_is_in_the_one_case_that_the_room_has_now(case: str | None) -> None:
    place = Place(language="id", case=case, again=False)

    view = view_of(talk(Disk(LIBRARY[:1])), {"type": "ready"}, place)

    assert view["screen"] == "cover"


@pytest.mark.parametrize("case", ["../secret", "no-such-case", ""])
def test_a_place_in_no_case_is_the_shelf(case: str) -> None:
    view = view_of(talk(Disk()), {"type": "ready"}, Place(language="id", case=case, again=False))

    assert view["screen"] == "shelf"


def test_a_record_that_another_writes_now_is_not_taken_back_by_whoever_takes_the_place_up() -> None:
    disk = Disk(LIBRARY[:1])
    first = talk(disk)
    view_of(first, {"type": "ready"})
    view_of(first, {"type": "begin", "n": 0})
    disk.records[SMALL][-1].taken = True
    view = view_of(first, {"type": "decide", "n": 1, "decision": "mendesak", "pick": "sedang"})
    assert view["fault"] is not None
    assert view["fault"]["code"] == "closed"
    opened = len(disk.records[SMALL])

    view_of(talk(disk), {"type": "ready"}, first.place)

    assert len(disk.records[SMALL]) == opened


def test_a_place_is_kept_while_nothing_can_be_read() -> None:
    disk, place = Disk(fails=True), Place(language="en", case=SMALL, again=False)
    conversation = talk(disk)
    assert view_of(conversation, {"type": "ready"}, place)["screen"] == "fault"
    assert conversation.place == place
    disk.fails = False

    assert view_of(conversation, {"type": "ready"}, conversation.place)["screen"] == "cover"
