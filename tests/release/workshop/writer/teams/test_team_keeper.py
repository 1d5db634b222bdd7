"""A table plays one play: each answers alone, unseen; then it settles, and every phone shows both."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from release.workshop.kernel.team import SeatTeam
from release.workshop.wire import Answer, Request, TalkTally
from release.workshop.writer.lines import Call, Caller
from release.workshop.writer.teams import team_keeper
from release.workshop.writer.workshops import note_closed, remove_workshops, workshops_in
from scenarios.course_card import CourseCard
from scenarios.engine.event import Mode
from scenarios.feedback import DecisionFeedback
from tests.parts.table import BEGAN, CASE, TableMember, TableRoom, settle

ORDER = ["aman", "setuju", "sekolah", "pantau"]
SERVICES = [{"service": "sekolah", "urgency": "jam", "packet": ["tindakan"]}]
WHOLE: tuple[tuple[str, object], ...] = (
    ("mendesak", "sedang"),
    ("bicara", "dengar"),
    ("langkah", ["catat", "sandi", "minta"]),
    ("urutan", ORDER),
    ("serah", SERVICES),
)
MakeRoom = Callable[..., TableRoom]


@pytest.fixture
def make_room(url: str) -> Iterator[MakeRoom]:
    rooms: list[TableRoom] = []

    def make(mode: Mode = "practice", size: int | None = 4) -> TableRoom:
        rooms.append(TableRoom(url, mode, size))
        return rooms[-1]

    yield make
    for room in rooms:
        room.writer.store.close()


@pytest.fixture
def room(make_room: MakeRoom) -> TableRoom:
    return make_room()


@pytest.fixture
def table(room: TableRoom) -> list[TableMember]:
    """Three at a table that has begun."""
    members = room.table("Ana", "Beo", "Caca")
    members[0].move("begin")
    return members


def events(room: TableRoom, member: TableMember) -> int:
    """How many events of the table's play are on disk."""
    team = room.team(member)["team"]
    stored = room.writer.store.latest_play(team, CASE, "1.0.0")
    return len(stored.events) if stored is not None else 0


def own_note(view: dict[str, object]) -> DecisionFeedback:
    feedback = view["feedback"]
    assert isinstance(feedback, dict)
    note: DecisionFeedback = feedback["note"]
    return note


# Coming and going


def test_a_table_is_joined_by_the_code_of_its_first_member(room: TableRoom) -> None:
    ana, beo = room.seat("Ana"), room.seat("Beo")
    made = room.ask({"ask": "make_team", "seat": ana.seat})
    assert made["answer"] == "team"

    assert beo.join(made["code"]) == "team"

    assert room.team(beo) == {**made, "members": 2}


def test_a_table_that_is_made_twice_is_one(room: TableRoom) -> None:
    ana = room.seat("Ana")

    first, again = (room.ask({"ask": "make_team", "seat": ana.seat}) for _ in range(2))

    assert first == again


def test_nobody_sits_at_two_tables(room: TableRoom) -> None:
    ana, beo = room.seat("Ana"), room.seat("Beo")
    room.ask({"ask": "make_team", "seat": ana.seat})
    other = room.ask({"ask": "make_team", "seat": beo.seat})
    assert other["answer"] == "team"

    assert ana.join(other["code"]) == "taken"
    assert ana.join("ZZZZ") == "nobody"


def test_a_table_takes_no_more_than_may_sit_at_one(make_room: MakeRoom) -> None:
    room = make_room(size=2)
    code = room.team(room.table("Ana", "Beo")[0])["code"]

    assert room.seat("Caca").join(code) == "full_team"


def test_a_phone_that_makes_table_after_table_takes_none_from_others(
    room: TableRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(team_keeper, "MOST_TEAMS", 2)
    ana, beo = room.seat("Ana"), room.seat("Beo")
    for _ in range(3):
        room.ask({"ask": "make_team", "seat": ana.seat})
        room.ask({"ask": "leave_team", "seat": ana.seat})

    answers = [room.ask({"ask": "make_team", "seat": one.seat})["answer"] for one in (ana, beo)]

    assert answers == ["team", "team"]
    assert room.ask({"ask": "make_team", "seat": room.seat("Caca").seat})["answer"] == "refused"


def test_where_everybody_plays_alone_no_table_is_made(make_room: MakeRoom) -> None:
    room = make_room(size=None)

    assert room.ask({"ask": "make_team", "seat": room.seat("Ana").seat})["answer"] == "refused"


def test_a_closed_workshop_makes_no_table(room: TableRoom) -> None:
    ana = room.seat("Ana")
    note_closed(room.url, workshops_in(room.url)[-1], BEGAN)

    assert room.ask({"ask": "make_team", "seat": ana.seat}) == {"answer": "ended"}


def test_only_the_server_makes_tables(room: TableRoom) -> None:
    request: Request = {"ask": "make_team", "seat": room.seat("Ana").seat}

    assert room.writer.answer(request, Caller()) == {"answer": "stranger"}


@pytest.mark.usefixtures("table")
def test_a_table_is_no_participant(room: TableRoom) -> None:
    assert len(room.writer.store.sectors()) == 3
    assert workshops_in(room.url)[-1].seats == 3


# Alone, then together


def test_what_one_begins_all_have_begun(table: list[TableMember]) -> None:
    views = [member.look() for member in table]

    assert {view["play"] for view in views} == {table[0].view["play"]}
    assert [view["screen"] for view in views] == ["scene"] * 3
    assert [view["team"]["phase"] for view in views] == ["alone"] * 3


def test_two_who_begin_at_the_same_moment_begin_one_play(room: TableRoom) -> None:
    ana, beo = room.table("Ana", "Beo")

    first, second = ana.move("begin"), beo.move("begin")

    assert first["play"] == second["play"]
    assert events(room, ana) == 1


def test_whoever_has_answered_alone_learns_how_many_have_and_nothing_else(table: list[TableMember]) -> None:
    ana, beo, caca = table
    view = ana.answer_alone("mendesak", "sedang")
    assert (view["team"]["phase"], view["team"]["answered"]) == ("waiting", 1)
    assert view["team"]["own"] == ["Ditangani hari ini"]

    for other in (beo, caca):
        seen = other.look()
        assert seen["team"] == {**seen["team"], "phase": "alone", "answered": 1, "own": []}
        assert "Ditangani hari ini" not in json.dumps(seen["team"], ensure_ascii=False)


def test_nothing_is_decided_before_everybody_has_answered_alone(
    table: list[TableMember], room: TableRoom
) -> None:
    ana, beo, _ = table
    ana.answer_alone("mendesak", "sedang")
    beo.look()

    for kind in ("decide", "skip"):
        pick = {"pick": "tinggi"} if kind == "decide" else {}
        view = beo.move(kind, decision="mendesak", **pick)
        assert (view["screen"], view["n"]) == ("scene", 1)

    assert events(room, ana) == 1


def test_once_all_have_answered_one_of_them_answers_for_all(
    table: list[TableMember], room: TableRoom
) -> None:
    for member, pick in zip(table, ("sedang", "rendah", "sedang"), strict=True):
        member.look()
        member.answer_alone("mendesak", pick)
    assert [member.look()["team"]["phase"] for member in table] == ["together"] * 3

    table[1].decide("mendesak", "tinggi")

    views = [member.look() for member in table]
    assert {view["n"] for view in views} == {2}
    assert events(room, table[0]) == 2


def test_the_feedback_shows_ones_own_answer_beside_the_tables(table: list[TableMember]) -> None:
    settle(table, "mendesak", ("sedang", "rendah", "tinggi"), "sedang")

    notes = [own_note(member.look()) for member in table]

    assert [note["own"]["lines"][0]["id"] for note in notes] == ["sedang", "rendah", "tinggi"]
    assert [note["own"]["is_same"] for note in notes] == [True, False, False]
    assert [note["score"] for note in notes] == [1.0] * 3
    assert notes[0]["own"]["score"] == 1.0
    assert notes[1]["own"]["words"]
    assert all("Cukup dicatat" not in json.dumps(note["own"]) for note in (notes[0], notes[2]))


def test_an_own_answer_of_every_kind_is_told_in_words(table: list[TableMember]) -> None:
    for decision, pick in WHOLE:
        settle(table, decision, (pick, pick, pick), pick)

        own = own_note(table[2].look())["own"]
        assert own["is_same"]
        assert own["lines"]
        assert own["score"] is not None

    assert "Sekolah: " in own["lines"][0]["text"]
    assert "Keluarga meminta sekolah" in own["lines"][0]["text"]


def test_an_own_answer_cannot_be_changed(table: list[TableMember]) -> None:
    ana = table[0]
    ana.answer_alone("mendesak", "sedang")

    view = ana.answer_alone("mendesak", "rendah")

    assert view["team"]["own"] == ["Ditangani hari ini"]


def test_an_answer_that_is_sent_twice_counts_once(table: list[TableMember], room: TableRoom) -> None:
    ana = table[0]
    request: Request = {
        "ask": "answer_alone",
        "seat_pass": _store(ana).store.seat_pass,
        "case": CASE,
        "play": ana.view["play"],
        "n": 1,
        "decision": "mendesak",
        "pick": "sedang",
    }

    assert [room.writer.answer(request, Caller()) for _ in range(2)] == [{"answer": "done"}] * 2


def test_what_fits_no_option_is_refused(table: list[TableMember]) -> None:
    assert table[0].answer_alone("mendesak", "besok")["code"] == "unknown_option"
    assert table[0].look()["team"]["answered"] == 0


def test_the_table_goes_on_without_those_who_have_not_answered(table: list[TableMember]) -> None:
    ana, beo, caca = table
    ana.answer_alone("mendesak", "sedang")

    assert ana.move("settle", decision="mendesak")["team"]["phase"] == "together"

    late = caca.look()
    assert (late["team"]["phase"], late["team"]["own"]) == ("together", [])
    beo.view = {**late, "n": 1}
    assert beo.answer_alone("mendesak", "tinggi")["team"]["own"] == []
    caca.decide("mendesak", "sedang")
    assert "own" not in own_note(caca.look())


def test_a_skip_alone_is_told_to_nobody(table: list[TableMember]) -> None:
    ana, beo, caca = table
    ana.answer_alone("mendesak", None)
    assert beo.look()["team"]["answered"] == 1
    beo.answer_alone("mendesak", "sedang")
    caca.look()
    caca.answer_alone("mendesak", "sedang")
    caca.decide("mendesak", "sedang")

    assert "own" not in own_note(ana.look())


def test_words_of_ones_own_are_written_together(table: list[TableMember]) -> None:
    for decision, pick in WHOLE:
        settle(table, decision, (pick, pick, pick), pick)
    view = table[1].look()
    while view["scene"]["decision"] is None:
        view = table[1].move("continue", scene=view["scene"]["id"])

    assert view["scene"]["decision"]["id"] == "refleksi"
    assert view["team"]["phase"] == "together"
    table[1].move("decide", decision="refleksi", pick="Mendengar dulu.", sure=True)
    assert table[0].look()["screen"] == "ended"


def test_nobody_pauses_for_the_others(table: list[TableMember], room: TableRoom) -> None:
    table[0].move("pause")

    assert table[1].look()["screen"] == "scene"
    assert events(room, table[0]) == 1


def test_feedback_waits_for_whoever_reads_it_while_another_reads_on(table: list[TableMember]) -> None:
    settle(table, "mendesak", ("rendah", "rendah", "rendah"), "rendah")
    ana = table[0]
    assert ana.look()["scene"]["id"] == "grup_lain"

    ana.move("continue", scene="grup_lain")

    assert table[2].look()["scene"]["id"] == "bicara"
    assert own_note(table[2].view)["decision"] == "mendesak"


# Two at the same moment


def test_of_two_who_settle_at_the_same_moment_the_first_counts(
    table: list[TableMember], room: TableRoom
) -> None:
    for member in table:
        member.look()
        member.answer_alone("mendesak", "sedang")
    ana, beo, _ = (member for member in table if member.look())

    ana.decide("mendesak", "sedang")
    view = beo.decide("mendesak", "tinggi")

    assert view["n"] == 2
    assert [option["chosen"] for option in own_note(view)["options"]] == [False, True, False]
    assert events(room, ana) == 2


def test_what_two_send_in_one_turn_is_kept_once(table: list[TableMember], room: TableRoom) -> None:
    for member in table:
        member.look()
        member.answer_alone("mendesak", "sedang")
    answers: list[Answer] = []
    calls = [Call(_append(member, pick), Caller(), answers.append) for member, pick in _two(table)]

    late = room.writer.answer_turn(calls)
    while late:
        late = room.writer.answer_turn(late)

    assert sorted(answer["answer"] for answer in answers) == ["behind", "done"]
    assert events(room, table[0]) == 2


def test_those_who_answer_alone_in_one_turn_are_all_kept(table: list[TableMember], room: TableRoom) -> None:
    answers: list[Answer] = []
    calls = [
        Call(
            {
                "ask": "answer_alone",
                "seat_pass": _store(member).store.seat_pass,
                "case": CASE,
                "play": table[0].view["play"],
                "n": 1,
                "decision": "mendesak",
                "pick": "sedang",
            },
            Caller(),
            answers.append,
        )
        for member in table
    ]

    late = room.writer.answer_turn(calls)
    while late:
        late = room.writer.answer_turn(late)

    assert answers == [{"answer": "done"}] * 3
    assert table[0].look()["team"] == {**table[0].view["team"], "phase": "together", "answered": 3}


def _two(table: list[TableMember]) -> list[tuple[TableMember, str]]:
    return [(table[0], "sedang"), (table[1], "tinggi")]


def _store(member: TableMember) -> SeatTeam:
    opened = member.player._opened  # noqa: SLF001 -- what a kernel would send by itself
    assert opened is not None
    assert isinstance(opened.team, SeatTeam)
    return opened.team


def _append(member: TableMember, pick: str) -> Request:
    store = _store(member).store
    return {
        "ask": "append",
        "seat_pass": store.seat_pass,
        "lease": store.lease,
        "case": CASE,
        "play": member.look()["play"],
        "n": 1,
        "event": {
            "event": "decided",
            "at": "2026-11-22T10:00:00.000000Z",
            "decision": "mendesak",
            "pick": pick,
        },
    }


# Whoever leaves, comes late, or loads the page again


def test_whoever_loads_the_page_again_finds_their_own_answer(table: list[TableMember]) -> None:
    ana = table[0]
    ana.answer_alone("mendesak", "sedang")

    ana.load()
    ana.say(type="ready")

    assert ana.view["team"] == {**ana.view["team"], "phase": "waiting", "own": ["Ditangani hari ini"]}


def test_whoever_comes_late_stands_where_the_table_stands_and_is_waited_for(
    table: list[TableMember], room: TableRoom
) -> None:
    settle(table, "mendesak", ("sedang", "sedang", "sedang"), "sedang")
    dodi = room.seat("Dodi")
    assert dodi.join(room.team(table[0])["code"]) == "team"

    dodi.say(type="ready")

    assert (dodi.view["scene"]["id"], dodi.view["team"]["phase"]) == ("bicara", "alone")
    assert "own" not in own_note(dodi.view)
    for member in table:
        member.look()
        member.answer_alone("bicara", "dengar")
    assert table[0].look()["team"] == {**table[0].view["team"], "phase": "waiting", "members": 4}


def test_whoever_comes_while_the_table_settles_throws_nobody_back(
    table: list[TableMember], room: TableRoom
) -> None:
    for member in table:
        member.look()
        member.answer_alone("mendesak", "sedang")
    dodi = room.seat("Dodi")
    dodi.join(room.team(table[0])["code"])

    dodi.say(type="ready")

    assert dodi.view["team"]["phase"] == "together"
    assert table[0].look()["team"]["phase"] == "together"


def test_whoever_leaves_is_not_waited_for_also_when_another_comes(
    table: list[TableMember], room: TableRoom
) -> None:
    ana, beo, caca = table
    code = room.team(ana)["code"]
    for member in (ana, beo):
        member.look()
        member.answer_alone("mendesak", "sedang")
    assert room.ask({"ask": "leave_team", "seat": caca.seat}) == {"answer": "done"}
    assert ana.look()["team"] == {**ana.view["team"], "phase": "together", "members": 2}

    room.start_again()
    dodi = room.seat("Dodi")
    dodi.join(code)

    assert ana.look()["team"]["phase"] == "together"
    assert room.team(caca)["answer"] == "nobody"


def test_whoever_left_is_told_so_and_goes_on_alone(table: list[TableMember], room: TableRoom) -> None:
    caca = table[2]
    caca.look()
    room.ask({"ask": "leave_team", "seat": caca.seat})

    assert caca.look()["fault"]["code"] == "closed"

    assert caca.say(type="choose", case=CASE)["team"] is None
    assert caca.view["screen"] == "cover"


# A writer that dies


def test_a_writer_that_is_started_again_knows_who_answered_what(
    table: list[TableMember], room: TableRoom
) -> None:
    ana, beo, caca = table
    ana.answer_alone("mendesak", "sedang")
    beo.look()
    beo.answer_alone("mendesak", "tinggi")

    room.start_again()

    assert caca.look()["team"] == {**caca.view["team"], "phase": "alone", "answered": 2}
    caca.answer_alone("mendesak", "sedang")
    room.start_again()
    assert ana.look()["team"]["phase"] == "together"
    ana.decide("mendesak", "sedang")
    room.start_again()
    assert own_note(beo.look())["own"]["lines"][0]["id"] == "tinggi"
    assert events(room, ana) == 2


def test_all_members_write_on_after_the_writer_was_started_again(
    table: list[TableMember], room: TableRoom
) -> None:
    ana, beo, caca = table
    for member in table:
        member.look()
    room.start_again()
    beo.load()
    beo.say(type="ready")

    settle([caca, ana, beo], "mendesak", ("sedang", "sedang", "sedang"), "sedang")

    assert {member.look()["n"] for member in table} == {2}


def test_a_new_play_is_begun_once_for_all(table: list[TableMember]) -> None:
    for decision, pick in WHOLE:
        settle(table, decision, (pick, pick, pick), pick)
    view = table[0].look()
    while view["screen"] != "ended":
        if view["scene"]["decision"] is None:
            view = table[0].move("continue", scene=view["scene"]["id"])
        else:
            view = table[0].move("decide", decision="refleksi", pick="Mendengar dulu.", sure=True)
    first = view["play"]
    assert [member.look()["screen"] for member in table] == ["ended"] * 3

    table[0].say(type="again", case=CASE)
    table[1].say(type="again", case=CASE)
    table[1].move("begin")

    assert table[0].look()["play"] == table[1].view["play"] != first
    assert table[2].look()["play"] == first  # who still reads the result is left in peace
    assert table[2].say(type="again", case=CASE)["play"] == table[1].view["play"]


# In a discussion


def test_in_a_discussion_both_answers_come_with_the_reveal(make_room: MakeRoom) -> None:
    room = make_room("discussion")
    members = room.table("Ana", "Beo")
    members[0].move("begin")
    settle(members, "mendesak", ("sedang", "rendah"), "sedang")
    assert all(member.look()["screen"] == "waiting" and member.view["feedback"] is None for member in members)

    room.ask({"ask": "set_room", "case": CASE, "decision": "mendesak", "state": "locked"})
    room.ask({"ask": "set_room", "case": CASE, "decision": "mendesak", "state": "revealed"})

    notes = [own_note(member.look()) for member in members]
    assert [note["own"]["lines"][0]["text"] for note in notes] == [
        "B. Ditangani hari ini",
        "A. Cukup dicatat dulu",
    ]


def test_of_a_table_that_settled_on_another_answer_only_those_are_uncounted_whom_no_bar_counts(
    make_room: MakeRoom,
) -> None:
    room = make_room("discussion")
    tables = [room.table(*(f"{name} {number}" for name in ("Ana", "Beo", "Caca"))) for number in range(2)]
    for members in tables:
        members[0].move("begin")
        settle(members, "mendesak", ("rendah", "rendah", "rendah"), "tinggi")
    for state in ("locked", "revealed"):
        room.ask({"ask": "set_room", "case": CASE, "decision": "mendesak", "state": state})

    notes = [own_note(member.look())["room"] for members in tables for member in members]

    # The bars move by five: of the sixth nothing is told.
    assert [note["counts"] for note in notes] == [{"rendah": 5, "sedang": 0, "tinggi": 0}] * 6
    assert [note.get("uncounted", False) for note in notes] == [False] * 5 + [True]


def test_while_the_facilitator_takes_no_answers_none_is_taken_alone(make_room: MakeRoom) -> None:
    room = make_room("discussion")
    ana, beo = room.table("Ana", "Beo")
    ana.move("begin")
    room.ask({"ask": "set_room", "case": CASE, "decision": "mendesak", "state": "locked"})

    assert ana.answer_alone("mendesak", "sedang")["code"] == "locked"
    assert beo.look()["team"]["answered"] == 0


# What the board counts


def test_the_board_counts_people_by_what_they_answered_alone(make_room: MakeRoom) -> None:
    room = make_room("discussion")
    tables = [room.table(*(f"{name} {number}" for name in ("Ana", "Beo"))) for number in range(3)]
    for members in tables:
        members[0].move("begin")
        settle(members, "mendesak", ("sedang", "rendah"), "sedang")

    for _ in range(2):
        answer = room.ask({"ask": "tally", "case": CASE, "sectors": None})
        assert answer["answer"] == "tally"
        counted = answer["case"]
        assert counted is not None
        assert answer["seats"] == answer["cases"][CASE]["begun"] == 6
        assert counted["decisions"]["mendesak"]["answered"] == 6
        # The bars move by five: of the sixth nothing is told yet.
        assert counted["decisions"]["mendesak"]["counts"] == {"rendah": 2, "sedang": 3, "tinggi": 0}
        assert (counted["decisions"]["mendesak"]["left"], counted["decisions"]["bicara"]["left"]) == (0, 6)
        assert counted["talks"] == {}  # three tables are too few
        room.start_again()


def talks(room: TableRoom) -> dict[str, TalkTally]:
    answer = room.ask({"ask": "tally", "case": CASE, "sectors": None})
    assert answer["answer"] == "tally"
    assert answer["case"] is not None
    return answer["case"]["talks"]


@pytest.mark.parametrize(("mode", "told"), [("practice", 5), ("discussion", 6)])
def test_of_six_tables_no_two_boards_tell_what_the_sixth_answered(
    make_room: MakeRoom, mode: Mode, told: int
) -> None:
    room = make_room(mode)
    seen: list[int] = []
    for number in range(6):
        members = room.table(f"Ana {number}", f"Beo {number}")
        members[0].move("begin")
        settle(members, "mendesak", ("sedang", "rendah"), "sedang")
        seen += [talk["teams"] for talk in talks(room).values()]
    for state in ("locked", "revealed"):
        room.ask({"ask": "set_room", "case": CASE, "decision": "mendesak", "state": state})

    for _ in range(2):
        seen += [talk["teams"] for talk in talks(room).values()]
        room.start_again()

    assert set(seen) == {told}


def test_the_mean_of_what_people_answered_alone_counts_whom_the_bars_count(make_room: MakeRoom) -> None:
    room = make_room("discussion")
    for number in range(6):
        members = room.table(f"Ana {number}", f"Beo {number}")
        members[0].move("begin")
        settle(members, "mendesak", ("sedang", "sedang" if number == 5 else "rendah"), "sedang")
    for state in ("locked", "revealed"):
        room.ask({"ask": "set_room", "case": CASE, "decision": "mendesak", "state": state})

    talk = talks(room)["mendesak"]

    # The bars move by five: the two at the sixth table are in none.
    assert (talk["teams"], talk["people"], talk["before"], talk["after"]) == (6, 12, 0.5, 1.0)


def test_the_board_tells_what_talking_changed_from_five_tables_on(make_room: MakeRoom) -> None:
    room = make_room("discussion")
    for number in range(5):
        members = room.table(*(f"{name} {number}" for name in ("Ana", "Beo", "Caca")))
        members[0].move("begin")
        settle(members, "mendesak", ("sedang", "rendah", "rendah"), "sedang" if number else "rendah")
    assert talks(room) == {}
    for state in ("locked", "revealed"):
        room.ask({"ask": "set_room", "case": CASE, "decision": "mendesak", "state": state})

    for _ in range(2):
        assert talks(room)["mendesak"] == {
            "teams": 5,
            "people": 15,
            "settled": {"rendah": 1, "sedang": 4, "tinggi": 0},
            "majorities": 5,
            "changed": 4,
            "before": pytest.approx(1 / 3),
            "after": pytest.approx(4 / 5),
        }
        room.start_again()


# Deletion


def test_a_workshop_is_deleted_with_its_tables_and_what_was_answered_alone(
    table: list[TableMember], room: TableRoom
) -> None:
    settle(table, "mendesak", ("sedang", "sedang", "sedang"), "sedang")

    remove_workshops(room.url, [workshops_in(room.url)[-1].number])

    assert workshops_in(room.url) == ()


@pytest.mark.parametrize(
    ("mode", "card"),
    [("practice", CourseCard(course="Kupang", mode="practice", person="Ibu R.")), ("test", None)],
)
def test_whoever_sat_at_a_table_plays_for_themselves_in_a_course_and_in_a_test(
    room: TableRoom, table: list[TableMember], mode: Mode, card: CourseCard | None
) -> None:
    room.mode, room.card, room.size = mode, card, None
    room.start_again()
    ana, beo, _ = table
    for member in (ana, beo):
        member.load()
        member.say(type="ready")
        member.move("begin")
    ana.decide("mendesak", "sedang")

    assert beo.look()["n"] == 1
    assert beo.view["team"] is None
    assert room.ask({"ask": "team", "seat": ana.seat})["answer"] == "nobody"


def test_a_table_that_rested_sits_together_again(room: TableRoom, table: list[TableMember]) -> None:
    for mode in ("test", "practice"):
        room.mode = mode
        room.start_again()
    table[0].load()

    assert table[0].say(type="ready")["team"]["members"] == 3
