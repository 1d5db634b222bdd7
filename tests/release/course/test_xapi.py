"""Decisions as xAPI statements: what is told, what never is, and a real store that takes them."""

from __future__ import annotations

import json
import re
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from graders.exports.xapi import Teller, home_page, json_lines
from graders.key.key import Key, load_key
from graders.score import score
from release.cli import app
from release.course.course import CourseError, make_course
from release.course.simulate import Trainee, simulate
from release.course.xapi import XapiExport, export_xapi
from scenarios.case import Case
from scenarios.course_card import MAX_KEEP_DAYS
from scenarios.directory.services import load_directory
from scenarios.engine.event import Decided, Event, Reopened, Started
from scenarios.engine.play import Play
from scenarios.engine.record import parse_record
from tests.parts.learning_record_store import RecordStore, record_store
from tests.parts.review_round import reviewed
from tests.places import CASES, KEYS

MOMENT = "2026-11-22T07:00:00Z"
PRIVATE = "Rahasia saya: Budi, budi@example.org."
SCHOOL = {"service": "sekolah", "urgency": "hari", "packet": ["tindakan", "tidur"]}
WHOLE = (
    ("mendesak", "sedang"),
    ("bicara", "marah"),
    "diam",
    ("langkah", ["catat", "kabar"]),
    ("urutan", ["aman", "setuju", "sekolah", "pantau"]),
    ("serah", [SCHOOL, {"service": "psikolog", "urgency": "pekan", "packet": []}]),
    ("refleksi", PRIVATE),
)
ANSWERED, COMPLETED = (f"http://adlnet.gov/expapi/verbs/{verb}" for verb in ("answered", "completed"))
Steps = Callable[..., tuple[Event, ...]]
Tell = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def key(small_case: Case) -> Key:
    return load_key(small_case, KEYS)


@pytest.fixture
def tell(small_case: Case, key: Key, started: Started, steps: Steps) -> Tell:
    """A factory: the statements of a play of these steps, as they are written."""

    def statements_of(
        *parts: object, by: Key = key, case: Case = small_case, **begin: object
    ) -> list[dict[str, Any]]:
        events = (started.model_copy(update={"play": "0a" * 16, **begin}), *steps(*parts))
        teller = Teller("Kursus Budi", case, by, load_directory())
        lines = json_lines(teller.statements("peserta-01", events)).splitlines()
        return [json.loads(line) for line in lines]

    return statements_of


def named(statements: Sequence[Mapping[str, Any]]) -> list[str]:
    """What each statement is about: a decision, or the case."""
    return [each["object"]["id"].removeprefix("urn:x-kasuslab:case:") for each in statements]


def test_a_play_is_told_decision_by_decision_and_then_as_a_whole(tell: Tell) -> None:
    written = tell(*WHOLE)

    names = ["mendesak", "bicara", "langkah", "urutan", "serah"]
    assert named(written) == [*(f"daftar-nilai:{name}" for name in names), "daftar-nilai"]
    assert [each["verb"]["id"] for each in written] == [ANSWERED] * 5 + [COMPLETED]
    assert {each["version"] for each in written} == {"1.0.3"}


def test_each_kind_of_decision_has_its_interaction_and_its_response(tell: Tell) -> None:
    written = tell(*WHOLE)[:5]

    assert [
        (each["object"]["definition"]["interactionType"], each["result"]["response"]) for each in written
    ] == [
        ("likert", "sedang"),
        ("choice", "marah"),
        ("choice", "catat[,]kabar"),
        ("sequencing", "aman[,]setuju[,]sekolah[,]pantau"),
        ("matching", "sekolah[.]hari[,]psikolog[.]pekan"),
    ]


def test_what_could_be_picked_stands_in_both_languages(tell: Tell, small_case: Case) -> None:
    by_name = {name: each["object"]["definition"] for name, each in zip("abcde", tell(*WHOLE), strict=False)}

    english = small_case.in_language("en").decision("mendesak")
    assert by_name["a"]["name"] == {
        "id": "Seberapa mendesak laporan ini?",
        "en": english.ask if english else "",
    }
    assert [each["id"] for each in by_name["a"]["scale"]] == ["rendah", "sedang", "tinggi"]
    assert {frozenset(each["description"]) for each in by_name["c"]["choices"]} == {frozenset({"id", "en"})}
    assert [each["id"] for each in by_name["e"]["target"]] == ["jam", "hari", "pekan"]
    assert "sekolah" in [each["id"] for each in by_name["e"]["source"]]


def test_scores_are_those_of_the_gradebook(tell: Tell, small_case: Case, key: Key, steps: Steps) -> None:
    begin = Started(
        at=MOMENT, play="0a" * 16, case="daftar-nilai", version="1.0.0", course="uji", mode="test"
    )
    result = score(small_case, Play.replay(small_case, (begin, *steps(*WHOLE))), key)

    written = tell(*WHOLE)

    assert [each["result"]["score"]["scaled"] for each in written[:5]] == [
        pytest.approx(verdict.s, abs=1e-4) for verdict in result.verdicts
    ]
    assert [each["result"]["success"] for each in written[:5]] == [True, False, False, True, False]
    assert written[5]["result"]["score"] == {"scaled": round((result.S or 0) / 100, 4)}
    assert written[5]["result"]["completion"] is True
    assert "success" not in written[5]["result"]


def test_harm_is_counted_apart(tell: Tell) -> None:
    harm = "urn:x-kasuslab:harmful-picks"
    assert [each["result"]["extensions"][harm] for each in tell(*WHOLE)] == [0, 1, 0, 0, 0, 1]


def test_what_was_handed_over_is_told_by_its_ids(tell: Tell) -> None:
    packets = tell(*WHOLE)[4]["result"]["extensions"]["urn:x-kasuslab:handed-over"]

    assert packets == {"sekolah": ["tindakan", "tidur"], "psikolog": []}


def test_who_decided_is_a_pseudonym_of_an_opaque_course(tell: Tell) -> None:
    written = tell(*WHOLE)

    assert {json.dumps(each["actor"], sort_keys=True) for each in written} == {
        json.dumps(
            {
                "objectType": "Agent",
                "account": {"homePage": home_page("Kursus Budi"), "name": "peserta-01"},
            },
            sort_keys=True,
        )
    }
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", home_page("Kursus Budi"))
    assert home_page("Kursus Budi") != home_page("Kursus Ani")


def test_nothing_private_and_nothing_of_the_key_is_told(tell: Tell) -> None:
    text = json.dumps(tell(*WHOLE), ensure_ascii=False)

    for word in ("Rahasia", "Budi", "mbox", "duration", "correctResponsesPattern", "refleksi", "why", "E05"):
        assert word not in text


def test_the_context_holds_the_case_the_play_and_the_versions(tell: Tell) -> None:
    first, *_, last = tell(*WHOLE)

    assert first["context"]["registration"] == str(uuid.UUID("0a" * 16))
    assert [each["id"] for each in first["context"]["contextActivities"]["parent"]] == [
        "urn:x-kasuslab:case:daftar-nilai"
    ]
    assert first["context"]["extensions"] == {
        "urn:x-kasuslab:case-version": "1.0.0",
        "urn:x-kasuslab:key-version": "1.0.0",
        "urn:x-kasuslab:mode": "test",
    }
    assert "parent" not in last["context"]["contextActivities"]


def test_the_same_play_has_the_same_ids_and_another_key_others(tell: Tell, key: Key) -> None:
    first, again = tell(*WHOLE), tell(*WHOLE)
    rescored = tell(*WHOLE, by=key.model_copy(update={"version": "1.1.0"}))

    ids = [[each["id"] for each in play] for play in (first, again, rescored)]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 6
    assert not set(ids[0]) & set(ids[2])


def test_a_skip_is_told_like_a_play_that_was_left_there(tell: Tell) -> None:
    skipped = tell(*WHOLE[:1], ("bicara", None), *WHOLE[3:])
    left = tell(*WHOLE[:1])

    assert skipped == left
    assert named(left) == ["daftar-nilai:mendesak"]


def test_a_reflection_that_was_skipped_changes_nothing(tell: Tell) -> None:
    assert tell(*WHOLE[:-1], ("refleksi", None)) == tell(*WHOLE)


def test_a_play_without_an_end_is_not_completed(tell: Tell) -> None:
    assert [each["verb"]["id"] for each in tell(*WHOLE[:-1])] == [ANSWERED] * 5


def test_experts_who_play_for_a_panel_are_not_told(started: Started, small_case: Case, key: Key) -> None:
    expert = started.model_copy(update={"mode": "panel"})

    assert list(Teller("uji", small_case, key, load_directory()).statements("ahli", (expert,))) == []


def test_a_contested_decision_has_neither_score_nor_success(tell: Tell, key: Key) -> None:
    part = key.decisions["mendesak"].model_copy(update={"weight": 0})
    panel = key.model_copy(update={"decisions": {**key.decisions, "mendesak": part}})

    result = tell(*WHOLE, by=panel)[0]["result"]

    assert set(result) == {"response", "extensions"}


def test_a_reviewed_case_says_whether_its_standard_was_met(tell: Tell, small_case: Case) -> None:
    assert tell(*WHOLE, case=reviewed(small_case))[5]["result"]["success"] is False


def test_of_a_decision_that_was_taken_back_the_last_answer_is_told(
    small_case: Case, key: Key, started: Started
) -> None:
    scenes = dict(small_case.scenes)
    decision = scenes["telepon"].decision
    assert decision is not None
    revisable = decision.model_copy(update={"revise": True})
    scenes["telepon"] = scenes["telepon"].model_copy(update={"decision": revisable})
    case = small_case.model_copy(update={"scenes": scenes})
    later = "2026-11-22T07:05:00Z"
    events = (
        started,
        Decided(at=MOMENT, decision="mendesak", pick="tinggi"),
        Reopened(at=later, decision="mendesak"),
        Decided(at=later, decision="mendesak", pick="sedang"),
    )

    (statement,) = Teller("uji", case, key, load_directory()).statements("peserta-01", events)

    assert (statement["result"]["response"], statement["timestamp"]) == ("sedang", later)  # type: ignore[index, call-overload]


# A course


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[Trainee, ...]]:
    """A class that handed in, a case that nobody handed in yet, and an id that is an address."""
    place = tmp_path_factory.mktemp("xapi") / "kursus"
    due = datetime(2026, 5, 1, 9, tzinfo=UTC)
    make_course(
        place, ["daftar-nilai"], person="Ibu R.", due=due, cases=CASES, keys=KEYS, keep_days=MAX_KEEP_DAYS
    )
    people = simulate(place, 6, 1, keys=KEYS)
    whole = next(person.name for person in people if person.manner == "whole")
    (place / "submitted" / whole).rename(place / "submitted" / "budi@example.org")
    broken = place / "submitted" / "rusak" / "daftar-nilai"
    broken.mkdir(parents=True)
    (broken / "decisions.jsonl").write_bytes(b"x\n")
    return place, people


@pytest.fixture(scope="module")
def exported(made: tuple[Path, tuple[Trainee, ...]]) -> XapiExport:
    return export_xapi(made[0], KEYS, now=datetime.now(UTC))


@pytest.fixture(scope="module")
def statements(exported: XapiExport) -> list[dict[str, Any]]:
    return [json.loads(line) for line in exported.file.read_text(encoding="utf-8").splitlines()]


def test_a_course_is_told_in_json_lines(exported: XapiExport, statements: list[dict[str, Any]]) -> None:
    assert exported.file.name == "xapi.jsonl"
    assert exported.file.parent.name == "exports"
    assert (exported.statements, exported.plays) == (len(statements), 3)
    assert exported.file.stat().st_mode & 0o077 == 0
    assert len({each["id"] for each in statements}) == len(statements)


def test_who_is_left_out_is_told_with_the_reason(exported: XapiExport) -> None:
    assert sorted(exported.without) == [
        "daftar-nilai: budi@example.org is an e-mail address. Give this person an id without “@”",
        "daftar-nilai: rusak is not judged (unreadable)",
    ]
    assert "@" not in exported.file.read_text(encoding="utf-8")


def test_nobody_can_tell_who_skipped(
    made: tuple[Path, tuple[Trainee, ...]], statements: list[dict[str, Any]], small_case: Case
) -> None:
    place, people = made
    order = [f"daftar-nilai:{decision.id}" for decision in small_case.key_decisions()]
    by_person: dict[str, list[str]] = {}
    for each in statements:
        by_person.setdefault(each["actor"]["account"]["name"], []).append(named([each])[0])
    skipper = next(person.name for person in people if person.manner == "skips")
    record = place / "submitted" / skipper / "daftar-nilai" / "decisions.jsonl"
    assert any(event.event == "skipped" for event in parse_record(record.read_bytes()).events)
    for names in by_person.values():
        assert names == [*order, "daftar-nilai"][: len(names)]
    assert len(by_person.get(skipper, ())) < len(order)


def test_a_case_that_is_not_due_is_not_told(made: tuple[Path, tuple[Trainee, ...]], tmp_path: Path) -> None:
    place, _ = made
    before = datetime(2026, 5, 1, 9, tzinfo=UTC)
    early = export_xapi(place, KEYS, now=before - timedelta(minutes=1), file=tmp_path / "a.jsonl")

    assert (early.statements, early.without) == (0, ("daftar-nilai: not due before 2026-05-01 09:00 UTC",))
    assert early.file.read_text(encoding="utf-8") == ""


def test_a_case_that_is_not_of_the_course_is_refused(made: tuple[Path, tuple[Trainee, ...]]) -> None:
    with pytest.raises(CourseError, match=r"has no case teman-gim\. Use some of: daftar-nilai"):
        export_xapi(made[0], KEYS, now=datetime.now(UTC), cases=["teman-gim"])


def test_an_assignment_that_was_not_released_is_told(
    made: tuple[Path, tuple[Trainee, ...]], tmp_path: Path
) -> None:
    place = Path(shutil.copytree(made[0], tmp_path / "kursus"))
    shutil.rmtree(place / "release")

    exported = export_xapi(place, KEYS, now=datetime.now(UTC))

    assert (exported.plays, exported.without) == (0, ("daftar-nilai: not released yet",))


def test_the_command_writes_the_file(made: tuple[Path, tuple[Trainee, ...]], tmp_path: Path) -> None:
    file = tmp_path / "keluar.jsonl"
    words = ["export", str(made[0]), str(file), "--xapi", "--keys", str(KEYS)]

    done = CliRunner().invoke(app, words)

    assert done.exit_code == 0, done.output
    assert f"{len(file.read_text(encoding='utf-8').splitlines())} statements of 3 plays" in done.stdout
    assert "Left out: daftar-nilai: rusak is not judged (unreadable)." in done.stderr


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordStore]:
    """A real learning record store."""
    with record_store(tmp_path_factory.mktemp("store")) as running:
        yield running


def test_a_real_store_takes_them_hands_them_back_and_keeps_each_once(
    store: RecordStore, statements: list[dict[str, Any]]
) -> None:
    assert store.status(password=store.password[::-1]) == 401
    assert store.send(statements) == (200, [each["id"] for each in statements])
    assert store.send(statements)[0] == 204

    stored = {each["id"]: each for each in store.read()}

    assert len(stored) == len(statements)
    for each in statements:
        copy = stored[each["id"]]
        assert {name: copy[name] for name in each} == each


def test_a_real_store_finds_them_by_person_and_by_play(
    store: RecordStore, statements: list[dict[str, Any]]
) -> None:
    store.send(statements)
    one = statements[0]

    for name, value in (
        ("agent", json.dumps(one["actor"])),
        ("registration", one["context"]["registration"]),
    ):
        ids = [each["id"] for each in store.read(**{name: value})]
        assert one["id"] in ids, name
        assert len(ids) < len(statements), name


def test_a_real_store_refuses_what_is_no_statement(
    store: RecordStore, statements: list[dict[str, Any]]
) -> None:
    broken = {**statements[0], "id": str(uuid.uuid4()), "actor": {"account": {"name": "x"}}}

    assert store.send([broken])[0] == 422
