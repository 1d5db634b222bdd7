"""The player's conversation with its browser: what is kept, what is refused, what is told when it fails."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from filelock import FileLock

from scenarios.case import Case
from scenarios.directory.services import Directory, load_directory
from scenarios.engine.event import Decided, Estimated, Event, Started
from scenarios.engine.hand_in import read_hand_in
from scenarios.engine.play import Play
from scenarios.engine.record import RecordClosedError, RecordUnwritableError, parse_record
from scenarios.language import Language
from widgets import CasePlayer
from widgets.conversation import Conversation
from widgets.player import saved_note
from widgets.shelf import CaseProgress, NotebookShelf, OpenPlay, Shelf, ShelfState
from widgets.view import page_labels

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
HANDOVER = [{"service": "sekolah", "urgency": "jam", "packet": ["tindakan"]}]

Talk = Callable[[Any], list[Any]]
Talking = Callable[[Shelf], Talk]


@pytest.fixture
def folder(tmp_path: Path, small_case_folder: Path) -> Path:
    """An assignment as a course hands it out."""
    place = tmp_path / "tugas"
    shutil.copytree(small_case_folder, place / "case")
    course_card(place, "test", "Ibu P")
    return place


def course_card(folder: Path, mode: str, person: str | None, **more: object) -> None:
    card = {"course": "uji", "mode": mode, "person": person, **more}
    (folder / "case" / "course.yaml").write_text(yaml.safe_dump(card), encoding="utf-8")


@pytest.fixture
def talk(folder: Path, tmp_path: Path, talking: Talking) -> Talk:
    """A conversation beside the assignment, its lock kept in the test's own folder."""
    return talking(NotebookShelf(folder, locks=tmp_path / "locks"))


@pytest.fixture
def talking() -> Iterator[Talking]:
    """A factory of conversations over a shelf."""
    conversations: list[Conversation] = []
    ids = iter(f"{number:032x}" for number in range(99))

    def make(shelf: Shelf) -> Talk:
        conversations.append(Conversation(shelf, "id", lambda: NOW, lambda: next(ids)))
        return conversations[-1].answer

    yield make
    for conversation in conversations:
        conversation.close()


def view_of(replies: list[Any]) -> dict[str, Any]:
    assert replies[-1]["type"] == "view", replies
    view: dict[str, Any] = replies[-1]["view"]
    return view


def refusal(replies: list[Any]) -> str:
    assert [reply["type"] for reply in replies] == ["refused"]
    assert replies[0]["text"]
    return str(replies[0]["code"])


def decide(talk: Talk, n: int, decision: str, pick: object, **more: object) -> list[Any]:
    return talk({"type": "decide", "n": n, "decision": decision, "pick": pick, **more})


def play_on(talk: Talk) -> int:
    """Play from the start to the reflection; the number of events then."""
    talk({"type": "begin", "n": 0})
    decide(talk, 1, "mendesak", "sedang")
    decide(talk, 2, "bicara", "dengar")
    decide(talk, 3, "langkah", ["catat"])
    decide(talk, 4, "urutan", ["aman", "setuju", "sekolah", "pantau"])
    return int(view_of(decide(talk, 5, "serah", HANDOVER))["n"])


def on_disk(folder: Path) -> tuple[Event, ...]:
    file = folder / "decisions.jsonl"
    return parse_record(file.read_bytes()).events if file.exists() else ()


def test_ready_brings_the_labels_of_its_language_and_the_cover(talk: Talk) -> None:
    labels, view = talk({"type": "ready"})

    assert labels["labels"] == page_labels("id")
    assert view["view"]["screen"] == "cover"


def test_another_language_brings_its_labels_before_its_view_until_the_page_has_them(talk: Talk) -> None:
    talk({"type": "ready"})
    first = talk({"type": "language", "language": "en"})
    again = talk({"type": "language", "language": "en", "labels": page_labels("en")["digest"]})

    assert [reply["type"] for reply in first] == [reply["type"] for reply in again] == ["labels", "view"]
    assert first[0]["labels"] == page_labels("en")
    assert again[0]["labels"] is None


def test_a_page_in_a_language_that_is_not_played_gets_the_labels_of_the_view(
    talk: Talk, folder: Path
) -> None:
    course_card(folder, "test", "Ibu P", languages=["id"])

    labels, view = talk({"type": "ready", "language": "en", "labels": page_labels("en")["digest"]})

    assert labels["labels"]["language"] == view["view"]["language"] == "id"


def test_a_page_that_has_the_labels_is_told_the_languages_alone(talk: Talk) -> None:
    labels, view = talk({"type": "ready", "labels": page_labels("id")["digest"]})

    assert labels == {
        "type": "labels",
        "languages": {"id": "Bahasa Indonesia", "en": "English"},
        "labels": None,
    }
    assert view["view"]["screen"] == "cover"


def test_a_page_with_the_labels_of_another_version_gets_those_of_this_one(talk: Talk) -> None:
    labels, _ = talk({"type": "ready", "labels": "0123456789abcdef"})

    assert labels["labels"] == page_labels("id")


def test_a_move_is_on_disk_before_the_next_scene_shows(talk: Talk, folder: Path) -> None:
    talk({"type": "begin", "n": 0})
    view = view_of(decide(talk, 1, "mendesak", "sedang"))

    assert view["scene"]["id"] == "bicara"
    assert [event.event for event in on_disk(folder)] == ["started", "decided"]


def test_a_pick_that_comes_after_another_was_kept_in_its_place_is_told_not_to_be_kept(
    talk: Talk, folder: Path
) -> None:
    talk({"type": "begin", "n": 0})
    decide(talk, 1, "mendesak", "sedang")

    again = decide(talk, 1, "mendesak", "sedang")
    other = decide(talk, 1, "mendesak", "rendah")

    assert [reply["type"] for reply in again] == ["view"]
    assert [reply["type"] for reply in other] == ["view", "refused"]
    assert other[1]["code"] == "other_kept"
    assert other[0]["view"]["scene"]["id"] == "bicara"
    assert [event.pick for event in on_disk(folder) if isinstance(event, Decided)] == ["sedang"]


def test_a_whole_case_can_be_played_paused_skipped_and_changed(talk: Talk, folder: Path) -> None:
    talk({"type": "begin", "n": 0})
    talk({"type": "skip", "n": 1, "decision": "mendesak"})
    assert view_of(talk({"type": "pause", "n": 2}))["screen"] == "paused"
    assert view_of(talk({"type": "resume", "n": 3}))["scene"]["id"] == "bicara"
    decide(talk, 4, "bicara", "dengar")
    decide(talk, 5, "langkah", ["catat"])
    assert view_of(talk({"type": "reopen", "n": 6, "decision": "langkah"}))["scene"]["id"] == "langkah"
    assert len(on_disk(folder)) == 7


def test_a_message_of_an_old_view_is_answered_with_the_current_one_and_written_never(
    talk: Talk, folder: Path
) -> None:
    talk({"type": "begin", "n": 0})
    for n in (0, 7):
        assert view_of(decide(talk, n, "mendesak", "sedang"))["scene"]["id"] == "telepon"
    assert len(on_disk(folder)) == 1


@pytest.mark.parametrize(
    "message",
    [
        None,
        "ready",
        [],
        {},
        {"type": "shout"},
        {"type": "begin"},
        {"type": "begin", "n": "0"},
        {"type": "begin", "n": True},
        {"type": "begin", "n": -1},
        {"type": "begin", "n": 0, "mode": "practice"},
        {"type": "ready", "language": "fr"},
        {"type": "decide", "n": 0, "decision": ["x"], "pick": "y"},
        {"type": "choose", "case": "x" * 5000},
        {"type": "begin", "n": 0, "research": "yes"},
        {"type": "estimate", "n": 0, "decision": "mendesak", "share": 101},
        {"type": "estimate", "n": 0, "decision": "mendesak", "share": "50"},
        {"type": "hand_in"},
        {"type": "hand_in", "participant": "x" * 5000},
    ],
)
def test_a_message_that_is_none_of_ours_is_refused(talk: Talk, folder: Path, message: object) -> None:
    assert refusal(talk(message)) == "malformed"
    assert on_disk(folder) == ()


@pytest.mark.parametrize(
    ("pick", "code"),
    [
        ("kritis", "unknown_option"),
        (["sedang"], "shape"),
        (None, "shape"),
        ({"a": 1}, "shape"),
        ("\ud800", "unknown_option"),
    ],
)
def test_a_pick_that_does_not_fit_is_refused_with_a_sentence(
    talk: Talk, folder: Path, pick: object, code: str
) -> None:
    talk({"type": "begin", "n": 0})

    assert refusal(decide(talk, 1, "mendesak", pick)) == code
    assert len(on_disk(folder)) == 1


def test_a_decision_of_another_scene_is_refused(talk: Talk) -> None:
    talk({"type": "begin", "n": 0})

    assert refusal(decide(talk, 1, "serah", HANDOVER)) == "not_here"


def test_half_a_character_in_a_text_is_refused(talk: Talk, folder: Path) -> None:
    n = play_on(talk)

    assert refusal(decide(talk, n, "refleksi", "Saya \ud800 belajar.")) == "shape"
    assert len(on_disk(folder)) == n


def test_a_text_with_a_name_is_asked_about_once_and_kept_when_the_trainee_is_sure(
    talk: Talk, folder: Path
) -> None:
    n = play_on(talk)
    text = "Saya akan menelepon Budi Santoso."

    (asked,) = decide(talk, n, "refleksi", text)
    assert asked["type"] == "private"
    assert asked["findings"] == [{"kind": "name", "text": "Budi Santoso"}]
    assert len(on_disk(folder)) == n

    assert view_of(decide(talk, n, "refleksi", text, sure=True))["screen"] == "ended"


def test_the_cover_tells_what_is_stored_and_for_how_long(
    folder: Path, tmp_path: Path, talking: Talking
) -> None:
    course_card(folder, "test", "Ibu P", keep_days=30)

    before = view_of(talking(NotebookShelf(folder, locks=tmp_path / "locks"))({"type": "ready"}))["before"]

    assert before["asks"]
    assert "nomor acak dan tanpa nama" in before["told"][1]
    assert "paling lambat 30 hari" in before["told"][2]


@pytest.mark.parametrize(
    ("answer", "is_written"), [({}, False), ({"research": False}, False), ({"research": True}, True)]
)
def test_research_is_a_yes_of_its_own(
    talk: Talk, folder: Path, answer: dict[str, bool], *, is_written: bool
) -> None:
    talk({"type": "begin", "n": 0, **answer})

    (started,) = on_disk(folder)
    assert isinstance(started, Started)
    assert started.research is is_written
    assert (b"research" in (folder / "decisions.jsonl").read_bytes()) is is_written


def test_where_nobody_is_asked_about_research_there_is_no_yes(
    folder: Path, library: TwoCases, tmp_path: Path, talking: Talking
) -> None:
    workshop = talking(library)
    assert view_of(workshop({"type": "choose", "case": "daftar-nilai"}))["before"] is None
    workshop({"type": "begin", "n": 0, "research": True})
    course_card(folder, "panel", "Ibu P")
    talking(NotebookShelf(folder, locks=tmp_path / "locks"))({"type": "begin", "n": 0, "research": True})

    for started in (library.stores["daftar-nilai"].events[0], on_disk(folder)[0]):
        assert isinstance(started, Started)
        assert not started.research


@pytest.fixture
def panel(folder: Path, tmp_path: Path, talking: Talking) -> Talk:
    """A conversation in panel mode."""
    course_card(folder, "panel", "Ibu P")
    return talking(NotebookShelf(folder, locks=tmp_path / "locks"))


def test_a_panel_is_asked_for_its_estimate_before_the_story_goes_on(panel: Talk, folder: Path) -> None:
    assert not view_of(panel({"type": "ready"}))["before"]["asks"]
    panel({"type": "begin", "n": 0})
    view = view_of(decide(panel, 1, "mendesak", "rendah"))

    assert (view["screen"], view["scene"], view["known"], view["feedback"]) == ("estimate", None, [], None)
    assert view["estimate"]["ask"] == "Seberapa mendesak laporan ini?"
    assert "Cukup dicatat dulu" in view["estimate"]["options"]
    assert refusal(panel({"type": "continue", "n": 2, "scene": "grup_lain"})) == "estimate_owed"

    onward = view_of(panel({"type": "estimate", "n": 2, "decision": "mendesak", "share": 35}))
    assert (onward["screen"], onward["scene"]["id"], onward["estimate"]) == ("scene", "grup_lain", None)
    assert on_disk(folder)[-1] == Estimated(at="2026-11-22T07:00:00.000000Z", decision="mendesak", share=35)
    again = {"type": "estimate", "n": 3, "decision": "mendesak", "share": 40}
    assert refusal(panel(again)) == "no_estimate"


def test_an_estimate_that_is_owed_survives_a_pause_and_a_new_page(
    panel: Talk, folder: Path, tmp_path: Path, talking: Talking
) -> None:
    panel({"type": "begin", "n": 0})
    decide(panel, 1, "mendesak", "sedang")
    panel({"type": "pause", "n": 2})
    anew = talking(NotebookShelf(folder, locks=tmp_path / "locks"))

    assert view_of(anew({"type": "ready"}))["screen"] == "paused"
    assert view_of(anew({"type": "resume", "n": 3}))["screen"] == "estimate"
    assert NotebookShelf(folder).state("id").progress["daftar-nilai"].status == "begun"


def test_a_test_takes_no_estimate(talk: Talk, folder: Path) -> None:
    talk({"type": "begin", "n": 0})
    decide(talk, 1, "mendesak", "sedang")

    estimate = {"type": "estimate", "n": 2, "decision": "mendesak", "share": 40}
    assert refusal(talk(estimate)) == "no_estimate"
    assert len(on_disk(folder)) == 2


def handed(replies: list[Any]) -> dict[str, Any]:
    assert [reply["type"] for reply in replies] == ["handed"]
    reply: dict[str, Any] = replies[0]
    return reply


def test_what_is_handed_in_is_one_file_beside_the_notebook(talk: Talk, folder: Path) -> None:
    play_on(talk)
    reply = handed(talk({"type": "hand_in", "participant": " p12 "}))

    file = folder / reply["name"]
    assert reply["name"] == "serahan-daftar-nilai-00000000.zip"
    assert reply["place"] == "tugas/serahan-daftar-nilai-00000000.zip"
    assert file.read_bytes() == base64.b64decode(reply["data"])
    card, record = read_hand_in(file.read_bytes())
    assert record == (folder / "decisions.jsonl").read_bytes()
    assert (card.case, card.course, card.participant) == ("daftar-nilai", "uji", "p12")


def test_who_hands_in_is_remembered_beside_the_notebook(
    talk: Talk, folder: Path, tmp_path: Path, talking: Talking
) -> None:
    talk({"type": "begin", "n": 0})
    assert view_of(talk({"type": "ready"}))["hand_in"] == {"participant": ""}
    handed(talk({"type": "hand_in", "participant": "p12"}))

    again = talking(NotebookShelf(folder, locks=tmp_path / "locks"))
    assert view_of(again({"type": "ready"}))["hand_in"] == {"participant": "p12"}


def test_handing_in_again_replaces_the_file(talk: Talk, folder: Path) -> None:
    talk({"type": "begin", "n": 0})
    handed(talk({"type": "hand_in", "participant": "p12"}))
    decide(talk, 1, "mendesak", "sedang")
    handed(talk({"type": "hand_in", "participant": ""}))

    (file,) = folder.glob("serahan-*")
    card, record = read_hand_in(file.read_bytes())
    assert card.participant is None
    assert len(parse_record(record).events) == 2


@pytest.mark.parametrize("name", ["ana@contoh.id", "a/b", "x" * 61, "p\n1"])
def test_what_is_no_participant_is_refused_and_nothing_is_written(
    talk: Talk, folder: Path, name: str
) -> None:
    talk({"type": "begin", "n": 0})

    assert refusal(talk({"type": "hand_in", "participant": name})) == "no_participant"
    assert not list(folder.glob("serahan-*"))


def test_nothing_is_handed_in_before_it_began_or_where_it_is_only_read(
    talk: Talk, folder: Path, library: TwoCases, talking: Talking
) -> None:
    message = {"type": "hand_in", "participant": ""}
    assert refusal(talk(message)) == "no_hand_in"
    talk({"type": "begin", "n": 0})
    reading = talking(NotebookShelf.beside(folder, {"NBGRADER_EXECUTION": "autograde"}))
    assert refusal(reading(message)) == "no_hand_in"
    workshop = talking(library)
    workshop({"type": "choose", "case": "daftar-nilai"})
    assert view_of(workshop({"type": "begin", "n": 0}))["hand_in"] is None
    assert refusal(workshop(message)) == "no_hand_in"


def test_a_disk_that_refuses_the_file_is_a_sentence(talk: Talk, folder: Path) -> None:
    talk({"type": "begin", "n": 0})
    (folder / "serahan-daftar-nilai-00000000.zip").mkdir()

    assert refusal(talk({"type": "hand_in", "participant": ""})) == "hand_in_unwritable"


def test_nothing_begins_before_a_person_is_named(folder: Path, tmp_path: Path, talking: Talking) -> None:
    course_card(folder, "test", None)
    talk = talking(NotebookShelf(folder, locks=tmp_path / "locks"))

    assert view_of(talk({"type": "ready"}))["help"]["person"] is None
    assert refusal(talk({"type": "begin", "n": 0})) == "no_person"
    assert on_disk(folder) == ()


def test_a_language_is_switched_without_an_event(talk: Talk, folder: Path) -> None:
    talk({"type": "begin", "n": 0})

    assert view_of(talk({"type": "language", "language": "en"}))["scene"]["title"] == "The first call"
    assert len(on_disk(folder)) == 1


def test_a_ping_is_answered_with_its_own_time(talk: Talk) -> None:
    assert talk({"type": "ping", "at": 1234}) == [{"type": "pong", "at": 1234}]


def test_a_cell_that_runs_again_takes_the_play_over_and_the_first_can_take_it_back(
    folder: Path, tmp_path: Path, talking: Talking
) -> None:
    first, second = (talking(NotebookShelf(folder, locks=tmp_path / "locks")) for _ in range(2))
    first({"type": "begin", "n": 0})
    second({"type": "ready"})
    decide(second, 1, "mendesak", "sedang")

    lost = view_of(decide(first, 1, "mendesak", "tinggi"))
    assert (lost["screen"], lost["fault"]["code"]) == ("fault", "closed")

    back = view_of(first({"type": "choose", "case": lost["fault"]["retry"]}))
    assert (back["scene"]["id"], back["n"]) == ("bicara", 2)


@pytest.mark.parametrize(
    ("record", "code"),
    [(b"not json\n", "unreadable"), (None, "no_case")],
)
def test_what_cannot_be_opened_is_told_and_left_as_it_is(
    folder: Path, tmp_path: Path, record: bytes | None, code: str, talking: Talking
) -> None:
    if record is None:
        shutil.rmtree(folder / "case")
    else:
        (folder / "decisions.jsonl").write_bytes(record)

    view = view_of(talking(NotebookShelf(folder, locks=tmp_path / "locks"))({"type": "ready"}))

    assert view["fault"]["code"] == code
    assert view["fault"]["text"]
    assert record is None or (folder / "decisions.jsonl").read_bytes() == record


def test_a_record_of_another_version_is_told(
    folder: Path, talk: Talk, tmp_path: Path, talking: Talking
) -> None:
    talk({"type": "begin", "n": 0})
    case = folder / "case" / "case.yaml"
    case.write_text(case.read_text("utf-8").replace("version: 1.0.0", "version: 1.1.0"), encoding="utf-8")

    view = view_of(talking(NotebookShelf(folder, locks=tmp_path / "locks"))({"type": "ready"}))

    assert view["fault"]["code"] == "misfit"


def test_a_torn_last_line_is_told_once(folder: Path, talk: Talk, tmp_path: Path, talking: Talking) -> None:
    talk({"type": "begin", "n": 0})
    with (folder / "decisions.jsonl").open("ab") as record:
        record.write(b'{"n":1,"ev')
    again = talking(NotebookShelf(folder, locks=tmp_path / "locks"))

    assert "disisihkan" in view_of(again({"type": "ready"}))["notices"][0]
    assert view_of(decide(again, 1, "mendesak", "sedang"))["notices"] == []


def test_while_nbgrader_runs_the_notebook_the_record_is_only_read(
    folder: Path, talk: Talk, talking: Talking
) -> None:
    talk({"type": "begin", "n": 0})
    before = (folder / "decisions.jsonl").read_bytes()
    reading = talking(NotebookShelf.beside(folder, {"NBGRADER_EXECUTION": "autograde"}))

    view = view_of(reading({"type": "ready"}))

    assert view["read_only"]
    assert view["scene"]["id"] == "telepon"
    assert refusal(decide(reading, 1, "mendesak", "sedang")) == "read_only"
    assert (folder / "decisions.jsonl").read_bytes() == before
    assert view_of(decide(talk, 1, "mendesak", "sedang"))["n"] == 2


def test_a_record_in_use_elsewhere_is_a_sentence_and_opens_when_it_is_free(
    folder: Path, tmp_path: Path, talking: Talking
) -> None:
    shelf = NotebookShelf(folder, locks=tmp_path / "locks")
    shelf.open("daftar-nilai").store.close()  # type: ignore[attr-defined]  # makes the lock's file
    (lock,) = (tmp_path / "locks").glob("*.lock")
    talk = talking(shelf)

    with FileLock(lock, is_singleton=False):
        assert view_of(talk({"type": "ready"}))["fault"]["code"] == "in_use"
    assert view_of(talk({"type": "ready"}))["screen"] == "cover"


@dataclass
class FailingStore:
    """A store that can be told to fail."""

    events: tuple[Event, ...] = ()
    fault: Exception | None = None

    def append(self, event: Event) -> None:
        if self.fault is not None:
            raise self.fault
        self.events = (*self.events, event)


@dataclass
class TwoCases:
    """A shelf of several cases, in practice mode, whose plays stay in memory."""

    shelved: tuple[Case, ...]
    stores: dict[str, FailingStore]
    person: str | None = "Ibu P"

    @property
    def directory(self) -> Directory:
        return load_directory()

    def cases(self) -> tuple[Case, ...]:
        return self.shelved

    def state(self, language: Language) -> ShelfState:  # noqa: ARG002 -- a Shelf's
        progress: dict[str, CaseProgress] = {}
        for case in self.shelved:
            play = Play.replay(case, self.stores[case.id].events)
            if play.started is not None:
                progress[case.id] = CaseProgress("finished" if play.ended else "begun", len(play.picks))
        return ShelfState(progress)

    def open(self, case_id: str, *, again: bool = False) -> OpenPlay:
        if again:
            self.stores[case_id] = FailingStore()
        case = next(case for case in self.shelved if case.id == case_id)
        return OpenPlay(
            case=case,
            store=self.stores[case_id],
            course="uji",
            mode="practice",
            feedback=None,
            read_only=False,
            notices=(),
            person=self.person,
        )


@pytest.fixture
def library(small_case: Case) -> TwoCases:
    other = small_case.model_copy(update={"id": "kasus-lain", "title": "Kasus Lain"})
    return TwoCases((small_case, other), {small_case.id: FailingStore(), other.id: FailingStore()})


def groups(view: dict[str, Any]) -> dict[str, str]:
    return {row["id"]: row["group"] for row in view["shelf"]["rows"]}


def test_several_cases_are_a_shelf_to_choose_from_and_to_come_back_to(
    library: TwoCases, talking: Talking
) -> None:
    talk = talking(library)
    assert groups(view_of(talk({"type": "ready"}))) == {"daftar-nilai": "other", "kasus-lain": "other"}
    assert refusal(talk({"type": "begin", "n": 0})) == "no_play"

    view = view_of(talk({"type": "choose", "case": "kasus-lain"}))
    assert (view["screen"], view["can_leave"]) == ("cover", True)
    talk({"type": "begin", "n": 0})

    shelf = view_of(talk({"type": "shelf"}))
    assert groups(shelf) == {"kasus-lain": "begun", "daftar-nilai": "other"}
    assert refusal(talk({"type": "choose", "case": "tidak-ada"})) == "no_such_case"


def test_a_case_is_played_again_only_after_its_end(library: TwoCases, talking: Talking) -> None:
    talk = talking(library)
    talk({"type": "choose", "case": "daftar-nilai"})
    n = play_on(talk)
    assert refusal(talk({"type": "again", "case": "daftar-nilai"})) == "not_again"
    assert refusal(talk({"type": "again", "case": "kasus-lain"})) == "not_again"

    assert view_of(decide(talk, n, "refleksi", "Lebih cepat."))["can_again"]
    assert view_of(talk({"type": "again", "case": "daftar-nilai"}))["n"] == 0


def test_a_finished_case_is_played_again_from_the_shelf_and_from_another_case(
    library: TwoCases, talking: Talking
) -> None:
    talk = talking(library)
    talk({"type": "choose", "case": "daftar-nilai"})
    decide(talk, play_on(talk), "refleksi", "Lebih cepat.")

    assert view_of(talk({"type": "choose", "case": "kasus-lain"}))["screen"] == "cover"
    again = view_of(talk({"type": "again", "case": "daftar-nilai"}))

    assert (again["screen"], again["case"]["id"], again["n"]) == ("cover", "daftar-nilai", 0)


def test_a_disk_that_refuses_is_a_sentence_and_nothing_moves_on(library: TwoCases, talking: Talking) -> None:
    talk = talking(library)
    talk({"type": "choose", "case": "daftar-nilai"})
    talk({"type": "begin", "n": 0})
    library.stores["daftar-nilai"].fault = RecordUnwritableError("No space left on device")

    (refused,) = decide(talk, 1, "mendesak", "sedang")
    assert (refused["code"], refused["n"]) == ("unwritable", 1)
    assert "No space left on device" in refused["text"]

    library.stores["daftar-nilai"].fault = None
    assert view_of(decide(talk, 1, "mendesak", "sedang"))["n"] == 2


def test_a_store_with_a_new_writer_is_a_sentence(library: TwoCases, talking: Talking) -> None:
    talk = talking(library)
    talk({"type": "choose", "case": "daftar-nilai"})
    library.stores["daftar-nilai"].fault = RecordClosedError()

    assert view_of(talk({"type": "begin", "n": 0}))["fault"]["code"] == "closed"


class Unreachable:
    """Feedback from a place that does not answer."""

    def on_decision(self, *_: object) -> None:
        raise ConnectionError

    def on_case(self, *_: object) -> None:
        raise ConnectionError

    def on_reveal(self, *_: object) -> None:
        raise ConnectionError

    def cue(self, *_: object) -> None:
        raise ConnectionError


def test_feedback_that_cannot_be_fetched_never_stops_the_play(library: TwoCases, talking: Talking) -> None:
    opened = library.open
    library.open = lambda case_id, **more: replace(opened(case_id, **more), feedback=Unreachable())  # type: ignore[method-assign]
    talk = talking(library)
    talk({"type": "choose", "case": "daftar-nilai"})
    talk({"type": "begin", "n": 0})

    view = view_of(decide(talk, 1, "mendesak", "sedang"))

    assert (view["scene"]["id"], view["feedback"]) == ("bicara", None)
    assert "Umpan baliknya belum bisa diambil" in view["notices"][0]


def test_the_widget_reads_nothing_before_its_first_message(tmp_path: Path) -> None:
    CasePlayer.beside(tmp_path, environ={})

    assert list(tmp_path.iterdir()) == []


def test_a_saved_notebook_says_in_both_languages_how_to_go_on() -> None:
    note = saved_note()

    for kind in ("text/plain", "text/html"):
        assert "tekan Shift+Enter" in note[kind]
        assert "press Shift+Enter" in note[kind]
