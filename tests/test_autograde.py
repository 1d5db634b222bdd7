"""Grading reads a record and runs nothing; what cannot be read is not judged; no reflection is markup."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert.filters import markdown2html
from nbformat import NotebookNode

from graders.autograde import FromRelease, ScoreRecord, UnfitCourseError, has_points, reflection_source
from graders.cell import decision_score
from graders.explanation import number
from graders.grading import grade_folder
from graders.key import load_key
from graders.plain import entities, preformatted
from graders.score import score
from graders.submission import NotJudgedError, read_submission
from notebooks.case_notebook import case_notebook, notebook_text
from scenarios.case import Case
from scenarios.event import Event, Started
from scenarios.record import record_bytes

HERE = Path(__file__).resolve().parent
KEYS = HERE / "keys"
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</pre><script>alert(1)</script>",
    "$x$ \\(y\\) $$z$$",
    "`code` *star* _line_ # head",
    "[link](javascript:alert(1)) <https://example.org> https://example.org",
    "a\n\nb\n- c\n\n    d",
    "&lt;script&gt; &#60;b&#62;",
    '"quoted" \'single\' onmouseover="x"',
    "\u202eright to left\u2028line\x00null",
    "{{ 7 * 7 }} {% raw %}",
)
WHOLE = (
    ("mendesak", "sedang"),
    ("bicara", "marah"),
    "diam",
    ("langkah", ["catat", "kabar"]),
    ("urutan", ["aman", "setuju", "sekolah", "pantau"]),
    ("serah", [{"service": "psikolog", "urgency": "hari", "packet": ["usia"]}]),
    ("refleksi", "Saya akan bertanya lebih dulu."),
)
Steps = Callable[..., tuple[Event, ...]]


@pytest.fixture
def folder(tmp_path: Path, small_case_folder: Path) -> Path:
    """A course folder as nbgrader lays it out, with one submission in it."""
    place = tmp_path / "autograded" / "peserta-01" / "daftar-nilai"
    place.mkdir(parents=True)
    shutil.copytree(small_case_folder, place / "case")
    return place


@pytest.fixture
def hand_in(folder: Path, started: Started, steps: Steps) -> Callable[..., Path]:
    """A factory: write a record of these steps."""

    def write(*parts: object) -> Path:
        (folder / "decisions.jsonl").write_bytes(record_bytes((started, *steps(*parts))))
        return folder

    return write


@pytest.fixture
def graded(
    folder: Path, small_case: Case, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], tuple[NotebookNode, dict[str, Any]]]:
    """A factory: the notebook after our preprocessor, and nbgrader's resources."""

    def grade() -> tuple[NotebookNode, dict[str, Any]]:
        monkeypatch.setenv("KASUSLAB_KEYS", str(KEYS))
        weights = {name: part.weight for name, part in load_key(small_case, KEYS).decisions.items()}
        text = notebook_text(case_notebook(small_case, weights))
        nb = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
        resources: dict[str, Any] = {"metadata": {"path": str(folder)}}
        return ScoreRecord().preprocess(nb, resources)

    return grade


def cell(nb: NotebookNode, name: str) -> NotebookNode:
    return next(part for part in nb.cells if part.id == name)  # type: ignore[no-any-return]


def test_each_cell_ends_with_the_plain_float_of_its_verdict(
    hand_in: Callable[..., Path], graded: Callable[[], Any], small_case: Case
) -> None:
    folder = hand_in(*WHOLE)
    nb, _ = graded()
    play = read_submission(folder, small_case).play
    for verdict in score(small_case, play, load_key(small_case, KEYS)).verdicts:
        (output,) = cell(nb, f"decision-{verdict.decision}").outputs
        assert output.output_type == "execute_result"
        assert output.data["text/plain"] == repr(verdict.points)


def test_the_explanation_tells_harm_first_then_choice_why_and_source(
    hand_in: Callable[..., Path], graded: Callable[[], Any]
) -> None:
    hand_in(*WHOLE)
    html = cell(graded()[0], "decision-bicara").outputs[0].data["text/html"]
    indonesian, english = html.split('<section lang="en">')
    places = [
        indonesian.index(part)
        for part in (
            "(E05)",
            "Nilai: 0 dari 2",
            "Anda memilih",
            "Yang bertanggung jawab adalah",
            "Sumber: G6",
        )
    ]
    assert places == sorted(places)
    assert "You chose" in english
    assert "Whoever spreads the file is responsible" in english


def test_a_missed_duty_is_told(hand_in: Callable[..., Path], graded: Callable[[], Any]) -> None:
    hand_in(*WHOLE)
    html = cell(graded()[0], "decision-serah").outputs[0].data["text/html"]
    assert html.index("Kewajiban yang terlewat: Sekolah.") < html.index("Nilai:")


def test_skipped_and_unanswered_are_told_with_the_same_word(
    hand_in: Callable[..., Path], graded: Callable[[], Any]
) -> None:
    hand_in(("mendesak", "sedang"), ("bicara", None))
    nb, _ = graded()
    for name in ("bicara", "serah"):
        html = cell(nb, f"decision-{name}").outputs[0].data["text/html"]
        assert "Keputusan ini belum selesai." in html
        assert "Nilai:" not in html


def test_the_player_s_cell_shows_the_result(hand_in: Callable[..., Path], graded: Callable[[], Any]) -> None:
    hand_in(*WHOLE)
    html = cell(graded()[0], "player").outputs[0].data["text/html"]
    assert "Pilihan yang membahayakan: 1. Kewajiban yang terlewat: 1." in html
    assert "draf" in html


@pytest.mark.parametrize("record", [None, b"", b'{"n":0,"at":'])
def test_who_never_began_has_0_and_is_told_so(
    folder: Path, graded: Callable[[], Any], record: bytes | None
) -> None:
    if record is not None:
        (folder / "decisions.jsonl").write_bytes(record)
    nb, resources = graded()
    output = cell(nb, "decision-mendesak").outputs[0]
    assert output.data["text/plain"] == "0.0"
    assert "Belum ada rekaman" in output.data["text/html"]
    assert "Not handed in" in output.data["text/html"]
    assert "kasuslab_not_judged" not in resources
    assert "Belum ada jawaban" in cell(nb, "reflection").source


def _other(**changes: str) -> bytes:
    first = Started(
        at="2026-11-22T07:00:00Z",
        play="0" * 32,
        case=changes.get("case", "daftar-nilai"),
        version=changes.get("version", "1.0.0"),
        course="uji",
        mode="test",
    )
    return record_bytes((first,))


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (b"not a record\n", "unreadable"),
        (b"\xff\xfe\x00\n", "unreadable"),
        (b'{"n":0,"event":"\\ud800","chain":"x"}\n', "unreadable"),
        (b"[" * 100_000 + b"\n", "unreadable"),
        (b"x" * 1_000_001, "unreadable"),
        (_other(case="lain"), "other_case"),
        (_other(version="2.0.0"), "other_version"),
    ],
)
def test_what_cannot_be_read_is_not_judged(
    folder: Path, graded: Callable[[], Any], record: bytes, reason: str
) -> None:
    (folder / "decisions.jsonl").write_bytes(record)
    nb, resources = graded()
    assert resources["kasuslab_not_judged"]
    assert grade_folder(folder, KEYS).not_judged is not None
    assert str(grade_folder(folder, KEYS).not_judged).startswith(reason)
    output = cell(nb, "decision-mendesak").outputs[0]
    assert output.data["text/plain"] == "0.0"
    assert "Belum dinilai." in output.data["text/html"]


def test_events_out_of_order_are_not_judged(hand_in: Callable[..., Path], small_case: Case) -> None:
    folder = hand_in(("serah", [{"service": "sekolah", "urgency": "jam", "packet": []}]))
    with pytest.raises(NotJudgedError, match="impossible"):
        read_submission(folder, small_case)


def test_a_record_that_is_no_plain_file_is_not_judged(folder: Path, small_case: Case) -> None:
    (folder / "decisions.jsonl").mkdir()
    with pytest.raises(NotJudgedError, match="no plain file"):
        read_submission(folder, small_case)


def test_a_key_of_other_weights_grades_nobody(
    hand_in: Callable[..., Path], graded: Callable[[], Any]
) -> None:
    folder = hand_in(*WHOLE)
    nb, _ = graded()
    cell(nb, "decision-mendesak").metadata.nbgrader.points = 3
    with pytest.raises(UnfitCourseError, match="do not fit together in: mendesak"):
        ScoreRecord().preprocess(nb, {"metadata": {"path": str(folder)}})


def test_the_released_notebook_takes_the_place_of_the_one_handed_in(tmp_path: Path) -> None:
    released = tmp_path / "release" / "daftar-nilai"
    released.mkdir(parents=True)
    cells = [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "ours"}]
    nb = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (released / "daftar-nilai.ipynb").write_text(json.dumps(nb), encoding="utf-8")
    resources = {
        "metadata": {"path": str(tmp_path / "submitted" / "peserta-01" / "daftar-nilai")},
        "nbgrader": {"assignment": "daftar-nilai", "notebook": "daftar-nilai"},
    }
    handed_in = NotebookNode(cells=[])  # type: ignore[no-untyped-call]
    taken, _ = FromRelease().preprocess(handed_in, resources)
    assert [part.source for part in taken.cells] == ["ours"]
    shutil.rmtree(released)
    with pytest.raises(UnfitCourseError, match="generate_assignment daftar-nilai"):
        FromRelease().preprocess(taken, resources)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_reflection_has_no_character_that_could_be_markup(text: str) -> None:
    assert not set(preformatted(text).partition(">")[2].removesuffix("</pre>")) & set("<>$`*_[]\"'\\\n{}")
    assert entities(text).replace("&#", "").replace(";", "").isalnum()


@pytest.mark.parametrize("text", HOSTILE)
def test_nbconvert_shows_a_reflection_letter_by_letter(text: str) -> None:
    html = markdown2html(reflection_source((("Apa?", text),)))
    inside = html.partition("<pre")[2].partition(">")[2].rpartition("</pre>")[0]
    assert html.count("<pre") == html.count("</pre>") == 1
    assert inside == entities(text)


def test_the_reflection_comes_from_the_record(
    hand_in: Callable[..., Path], graded: Callable[[], Any]
) -> None:
    hand_in(*WHOLE[:-1], ("refleksi", HOSTILE[0]))
    source = cell(graded()[0], "reflection").source
    assert "onerror" in source
    assert "<img" not in source


def test_with_a_trainee_a_score_cell_only_says_when(
    hand_in: Callable[..., Path], capfd: pytest.CaptureFixture[str]
) -> None:
    folder = hand_in(*WHOLE)
    for environ in ({}, {"NBGRADER_EXECUTION": "validate", "KASUSLAB_KEYS": str(KEYS)}):
        assert decision_score("mendesak", folder=folder, environ=environ) is None
    out, err = capfd.readouterr()
    assert out == "Dinilai setelah dikumpulkan. / Scored after submission.\n" * 2
    assert err == ""


def test_while_nbgrader_executes_it_a_score_cell_is_a_plain_float(hand_in: Callable[..., Path]) -> None:
    environ = {"NBGRADER_EXECUTION": "autograde", "KASUSLAB_KEYS": str(KEYS)}
    points = decision_score("mendesak", folder=hand_in(*WHOLE), environ=environ)
    assert type(points) is float
    assert points == 2.0


def test_while_nbgrader_executes_it_nothing_to_score_by_is_an_error(
    hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    folder = hand_in(*WHOLE)
    with pytest.raises(Exception, match="KASUSLAB_KEYS"):
        decision_score(
            "mendesak",
            folder=folder,
            environ={"NBGRADER_EXECUTION": "autograde", "KASUSLAB_KEYS": str(tmp_path / "none")},
        )
    (folder / "decisions.jsonl").write_bytes(b"x\n")
    with pytest.raises(NotJudgedError):
        decision_score(
            "mendesak",
            folder=folder,
            environ={"NBGRADER_EXECUTION": "autograde", "KASUSLAB_KEYS": str(KEYS)},
        )


def test_numbers_are_written_as_the_language_writes_them() -> None:
    assert (number(1.5, "id"), number(1.5, "en"), number(2.0, "id"), number(1 / 3, "en")) == (
        "1,5",
        "1.5",
        "2",
        "0.33",
    )


@pytest.mark.parametrize(
    ("text", "is_score"),
    [
        *(("1.5", True), ("0.0", True), ("2.0", True), ("2.5", False), ("-1.0", False), ("nan", False)),
        *(("True", False), ("inf", False), ("np.float64(0.5)", False), ("", False)),
    ],
)
def test_only_a_number_within_its_points_is_a_score(
    hand_in: Callable[..., Path], graded: Callable[[], Any], text: str, *, is_score: bool
) -> None:
    hand_in(*WHOLE)
    part = cell(graded()[0], "decision-mendesak")
    part.outputs[0].data["text/plain"] = text
    assert has_points(part) is is_score
    part.outputs = []
    assert not has_points(part)


def test_nothing_was_executed_to_grade(hand_in: Callable[..., Path], graded: Callable[[], Any]) -> None:
    hand_in(*WHOLE)
    nb, _ = graded()
    assert all(part.execution_count is None for part in nb.cells if part.cell_type == "code")
