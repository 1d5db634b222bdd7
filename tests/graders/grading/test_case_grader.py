"""One grader serves a whole class, sees an edited key, and notes by which key it graded."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graders.grading.case_grader import CaseGrader, key_digest
from graders.grading.note import read_note, write_note
from scenarios.case import Case
from scenarios.documents.problem import ProblemsError
from scenarios.engine.event import Event, Started
from scenarios.engine.record import record_bytes
from tests.places import KEYS, VARIANTS

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
CARD = "course: {course}\nmode: test\nperson: Ibu Sari\n"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return Path(shutil.copytree(KEYS, tmp_path / "keys"))


@pytest.fixture
def assignment(tmp_path: Path, small_case_folder: Path) -> Path:
    """A released assignment."""
    place = tmp_path / "release" / "daftar-nilai"
    shutil.copytree(small_case_folder, place / "case")
    (place / "case" / "course.yaml").write_text(CARD.format(course="uji"), encoding="utf-8")
    return place


@pytest.fixture
def folder(tmp_path: Path, started: Started, steps: Callable[..., tuple[Event, ...]]) -> Path:
    """A submission with one decision."""
    place = tmp_path / "submitted" / "peserta-01" / "daftar-nilai"
    place.mkdir(parents=True)
    (place / "decisions.jsonl").write_bytes(record_bytes((started, *steps(("mendesak", "sedang")))))
    return place


def test_case_and_key_are_read_once(assignment: Path, keys: Path) -> None:
    assert CaseGrader.of(assignment, keys) is CaseGrader.of(assignment, keys)


@pytest.mark.parametrize("name", ["daftar-nilai.yaml", "daftar-nilai.en.yaml"])
def test_an_edited_key_is_seen(assignment: Path, keys: Path, name: str) -> None:
    before = CaseGrader.of(assignment, keys)
    with (keys / name).open("a", encoding="utf-8") as stream:
        stream.write("# edited\n")
    after = CaseGrader.of(assignment, keys)
    assert after is not before
    assert after.key_digest != before.key_digest


def test_an_edited_assignment_is_seen(assignment: Path, keys: Path, folder: Path) -> None:
    assert CaseGrader.of(assignment, keys).grade(folder, now=NOW).not_judged is None
    (assignment / "case" / "course.yaml").write_text(CARD.format(course="lain"), encoding="utf-8")
    assert str(CaseGrader.of(assignment, keys).grade(folder, now=NOW).not_judged).startswith("other_course")


def test_the_case_in_the_submission_counts_for_nothing(assignment: Path, keys: Path, folder: Path) -> None:
    (folder / "case").mkdir()
    (folder / "case" / "case.yaml").write_text("not a case", encoding="utf-8")
    grading = CaseGrader.of(assignment, keys).grade(folder, now=NOW)
    assert (grading.points["mendesak"], grading.not_judged) == (2.0, None)


def test_a_judged_play_is_noted_with_its_key_and_result(assignment: Path, keys: Path, folder: Path) -> None:
    note = CaseGrader.of(assignment, keys).grade(folder, now=NOW).note
    assert (note.status, note.reason, note.play) == ("judged", None, "0" * 32)
    assert (note.raw, note.points["mendesak"], note.incomplete) == (2.0, 2.0, True)
    assert note.key_digest == key_digest("daftar-nilai", keys)


def test_what_is_not_judged_has_no_result(assignment: Path, keys: Path, folder: Path) -> None:
    grading = CaseGrader.of(assignment, keys).grade(folder, shared={"0" * 32}, now=NOW)
    note = grading.note
    assert (note.status, note.reason, note.S, note.H, note.M, note.raw) == (
        *("not_judged", "shared"),
        *(None, None, None, None),
    )
    assert (note.incomplete, dict(note.points), grading.record) == (True, {}, b"")


@pytest.mark.parametrize(
    ("card", "sentence"),
    [
        (
            "course: uji\nmode: tset\nperson: Ibu Sari\n",
            "course.yaml:2: mode: “tset” is none of what can stand here",
        ),
        ("course: uji\nperson: Ibu Sari\n", "“mode” is missing"),
        ("course: uji\nmode: test\nperson: Ibu Sari\nmodus: test\n", "the key “modus” is unknown"),
        ("course: [uji\n", "course.yaml:2: the YAML breaks off here"),
        (None, "course.yaml:1: the file cannot be read (No such file or directory). Put the file there."),
    ],
)
def test_nobody_is_graded_by_a_card_that_is_none(
    assignment: Path, keys: Path, card: str | None, sentence: str
) -> None:
    file = assignment / "case" / "course.yaml"
    file.unlink()
    if card is not None:
        file.write_text(card, encoding="utf-8")

    with pytest.raises(ProblemsError) as caught:
        CaseGrader.of(assignment, keys)

    assert sentence in str(caught.value)


def test_a_case_that_cannot_be_read_is_nobody_s_score(assignment: Path, keys: Path) -> None:
    (assignment / "case" / "case.yaml").write_text("id: daftar-nilai\n", encoding="utf-8")
    with pytest.raises(ProblemsError):
        CaseGrader.of(assignment, keys)


def test_the_note_names_the_variant_that_was_played(
    tmp_path: Path, steps: Callable[..., tuple[Event, ...]], varied_case: Case
) -> None:
    place = tmp_path / "release" / varied_case.id
    shutil.copytree(VARIANTS / "cases" / varied_case.id, place / "case")
    (place / "case" / "course.yaml").write_text(CARD.format(course="uji"), encoding="utf-8")
    begun = Started(
        at="2026-11-22T07:00:00Z",
        play="a" * 32,
        case=varied_case.id,
        version=varied_case.version,
        course="uji",
        mode="test",
        variant="lama",
    )
    grader, notes = CaseGrader.of(place, VARIANTS / "keys"), {}
    for variant in ("lama", None):
        folder = tmp_path / "submitted" / str(variant) / varied_case.id
        folder.mkdir(parents=True)
        events = (begun.model_copy(update={"variant": variant}), *steps(("mendesak", "sedang")))
        (folder / "decisions.jsonl").write_bytes(record_bytes(events))
        note = grader.grade(folder, now=NOW).note
        write_note(folder, note)
        notes[variant] = (note.variant, read_note(folder) == note, note.points["mendesak"])

    # A record without a variant is judged by the first one.
    assert notes == {"lama": ("lama", True, 1), None: ("baru", True, 2)}
