"""Grading reads a record and runs nothing; what cannot be read is not judged; no reflection is markup."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert.filters import markdown2html
from nbformat import NotebookNode

from graders.autograde import FromRelease, ScoreRecord
from graders.cell import decision_score
from graders.feedback.explanation import number
from graders.feedback.plain import entities, preformatted
from graders.grading.graded_cells import reflection_source
from graders.grading.note import read_note
from graders.grading.submission import NotJudgedError, judge, read_record
from graders.key.key import KeysMissingError, load_key
from graders.nbgrader.graded_notebook import UnfitCourseError
from graders.nbgrader.score_cell import automatic_score, has_points, points_of_test
from graders.score import score
from notebooks.case_notebook import case_notebook, notebook_text
from scenarios.case import Case
from scenarios.course_card import CARD_NAME
from scenarios.engine.event import Event, Started
from scenarios.engine.record import record_bytes
from tests.places import TESTS

KEYS = TESTS / "keys"
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
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
    """A submission in a course as nbgrader lays it out."""
    case = Path(shutil.copytree(small_case_folder, tmp_path / "release" / "daftar-nilai" / "case"))
    (case / CARD_NAME).write_text("course: uji\nmode: test\nperson: null\n", encoding="utf-8")
    for step in ("submitted", "autograded"):
        (tmp_path / step / "peserta-01" / "daftar-nilai").mkdir(parents=True)
    return tmp_path / "submitted" / "peserta-01" / "daftar-nilai"


@pytest.fixture
def resources(tmp_path: Path) -> dict[str, Any]:
    """What nbgrader tells its second pass of the submission."""
    path = tmp_path / "autograded" / "peserta-01" / "daftar-nilai"
    names = {"assignment": "daftar-nilai", "notebook": "daftar-nilai", "student": "peserta-01"}
    return {"metadata": {"path": str(path)}, "nbgrader": names}


@pytest.fixture
def hand_in(folder: Path, started: Started, steps: Steps) -> Callable[..., Path]:
    """A factory: write a record of these steps."""

    def write(*parts: object) -> Path:
        (folder / "decisions.jsonl").write_bytes(record_bytes((started, *steps(*parts))))
        return folder

    return write


@pytest.fixture
def executed(hand_in: Callable[..., Path], tmp_path: Path) -> Path:
    """A folder in which nbgrader's own steps execute a notebook: the record, and ``case/`` beside it."""
    place = tmp_path / "autograded" / "peserta-01" / "daftar-nilai"
    shutil.copytree(tmp_path / "release" / "daftar-nilai" / "case", place / "case")
    shutil.copy(hand_in(*WHOLE) / "decisions.jsonl", place)
    return place


@pytest.fixture
def graded(
    small_case: Case, resources: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> Callable[[], tuple[NotebookNode, dict[str, Any]]]:
    """A factory: the notebook after our preprocessor, and nbgrader's resources."""

    def grade() -> tuple[NotebookNode, dict[str, Any]]:
        monkeypatch.setenv("KASUSLAB_KEYS", str(KEYS))
        weights = {name: part.weight for name, part in load_key(small_case, KEYS).decisions.items()}
        text = notebook_text(case_notebook(small_case, weights))
        nb = nbformat.reads(text, as_version=4)
        return ScoreRecord().preprocess(nb, resources)

    return grade


def cell(nb: NotebookNode, name: str) -> NotebookNode:
    return next(part for part in nb.cells if part.id == name)  # type: ignore[no-any-return]


def test_each_cell_ends_with_the_plain_float_of_its_verdict(
    hand_in: Callable[..., Path], graded: Callable[[], Any], small_case: Case
) -> None:
    folder = hand_in(*WHOLE)
    nb, _ = graded()
    play = judge(read_record(folder), small_case, now=NOW).play
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


@pytest.mark.parametrize(
    ("record", "indonesian", "english"),
    [
        (None, "Belum ada rekaman", "There is no record"),
        (b"not a record\n", "tidak dapat dibaca", "cannot be read"),
    ],
)
def test_what_is_not_judged_waits_and_its_cells_say_why_in_both_languages(
    folder: Path, graded: Callable[[], Any], record: bytes | None, indonesian: str, english: str
) -> None:
    if record is not None:
        (folder / "decisions.jsonl").write_bytes(record)
    nb, resources = graded()
    output = cell(nb, "decision-mendesak").outputs[0]
    assert "Belum dinilai." in output.data["text/html"]
    assert indonesian in output.data["text/html"]
    assert english in output.data["text/html"]
    assert automatic_score(cell(nb, "decision-mendesak"), judged=False) is None
    assert resources["kasuslab_not_judged"] == ("missing" if record is None else "unreadable")
    assert "Belum ada jawaban" in cell(nb, "reflection").source


def test_the_grading_is_noted_beside_the_notebook(
    hand_in: Callable[..., Path], graded: Callable[[], Any], resources: dict[str, Any]
) -> None:
    hand_in(*WHOLE)
    graded()
    note = read_note(Path(resources["metadata"]["path"]))
    assert note is not None
    assert (note.status, note.play, note.H, note.M) == ("judged", "0" * 32, 1, 1)


def test_a_play_that_two_handed_in_is_judged_for_neither(
    hand_in: Callable[..., Path], graded: Callable[[], Any], tmp_path: Path
) -> None:
    shutil.copytree(hand_in(*WHOLE).parent, tmp_path / "submitted" / "peserta-02")
    assert graded()[1]["kasuslab_not_judged"] == "shared"


def test_a_key_of_other_weights_grades_nobody(
    hand_in: Callable[..., Path], graded: Callable[[], Any]
) -> None:
    hand_in(*WHOLE)
    nb, resources = graded()
    cell(nb, "decision-mendesak").metadata.nbgrader.points = 3
    with pytest.raises(UnfitCourseError, match="do not fit together in: mendesak"):
        ScoreRecord().preprocess(nb, resources)


def test_a_facilitator_s_own_test_cell_is_no_decision_and_has_no_score_unless_it_was_run(
    hand_in: Callable[..., Path], graded: Callable[[], Any]
) -> None:
    hand_in(*WHOLE)
    nb, resources = graded()
    own = nbformat.from_dict(cell(nb, "decision-mendesak"))
    own.metadata.nbgrader.grade_id, own.outputs = "uji-sendiri", []
    nb.cells.append(own)
    assert automatic_score(ScoreRecord().preprocess(nb, resources)[0].cells[-1], judged=True) is None


def test_the_released_notebook_takes_the_place_of_the_one_handed_in(tmp_path: Path) -> None:
    released = tmp_path / "release" / "daftar-nilai"
    released.mkdir(parents=True)
    cells = [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "ours"}]
    nb = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (released / "daftar-nilai.ipynb").write_text(json.dumps(nb), encoding="utf-8")
    resources = {
        "metadata": {"path": str(tmp_path / "submitted" / "peserta-01" / "daftar-nilai")},
        "nbgrader": {"assignment": "daftar-nilai", "notebook": "daftar-nilai", "student": "peserta-01"},
    }
    handed_in = NotebookNode(cells=[])
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
    executed: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for environ in ({}, {"NBGRADER_EXECUTION": "validate", "KASUSLAB_KEYS": str(KEYS)}):
        assert decision_score("mendesak", folder=executed, environ=environ) is None
    out, err = capfd.readouterr()
    assert out == "Dinilai setelah dikumpulkan. / Scored after submission.\n" * 2
    assert err == ""


def test_while_nbgrader_validates_a_score_cell_tells_what_is_not_decided_yet(
    executed: Path, started: Started, steps: Steps, capfd: pytest.CaptureFixture[str]
) -> None:
    (executed / "decisions.jsonl").write_bytes(record_bytes((started, *steps(WHOLE[0]))))
    environ = {"NBGRADER_EXECUTION": "validate"}

    assert decision_score("mendesak", folder=executed, environ=environ) is None
    assert decision_score("langkah", folder=executed, environ=environ) is None
    (executed / "decisions.jsonl").unlink()
    assert decision_score("mendesak", folder=executed, environ=environ) is None

    out, err = capfd.readouterr()
    assert out.count("Dinilai setelah dikumpulkan.") == 1
    assert err.count("Keputusan ini belum Anda ambil.") == 2


def test_while_nbgrader_executes_it_a_score_cell_is_a_plain_float(executed: Path) -> None:
    environ = {"NBGRADER_EXECUTION": "autograde", "KASUSLAB_KEYS": str(KEYS)}
    points = decision_score("mendesak", folder=executed, environ=environ)
    assert type(points) is float
    assert points == 2.0


def test_while_nbgrader_executes_it_nothing_to_score_by_is_an_error(executed: Path, tmp_path: Path) -> None:
    with pytest.raises(KeysMissingError, match="KASUSLAB_KEYS"):
        decision_score(
            "mendesak",
            folder=executed,
            environ={"NBGRADER_EXECUTION": "autograde", "KASUSLAB_KEYS": str(tmp_path / "none")},
        )
    (executed / "decisions.jsonl").write_bytes(b"x\n")
    with pytest.raises(NotJudgedError, match="unreadable"):
        decision_score(
            "mendesak",
            folder=executed,
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


def _ran(*outputs: dict[str, Any], count: int | None = 1) -> NotebookNode:
    nbgrader = {"grade_id": "uji", "grade": True, "solution": False, "points": 2}
    parts = {"cell_type": "code", "execution_count": count, "outputs": list(outputs)}
    return nbformat.from_dict({**parts, "metadata": {"nbgrader": nbgrader}})  # type: ignore[no-any-return]


def _result(text: str) -> dict[str, Any]:
    return {"output_type": "execute_result", "data": {"text/plain": text}}


@pytest.mark.parametrize(
    ("ran", "points"),
    [
        (_ran(), 2.0),
        (_ran(_result("0.5")), 0.5),
        (_ran({"output_type": "error"}), 0.0),
        (_ran({"output_type": "stream", "name": "stderr", "text": "x"}), 0.0),
        (_ran(_result("-1")), None),
        (_ran(_result("nan")), None),
        (_ran(_result("3")), None),
        (_ran(_result("'2'")), None),
        (_ran({"output_type": "stream", "name": "stdout", "text": "2"}), None),
        (_ran(count=None), None),
    ],
)
def test_a_test_cell_scores_as_with_nbgrader_but_never_by_what_cannot_be_read(
    ran: NotebookNode, points: float | None
) -> None:
    assert points_of_test(ran) == points


def test_nothing_was_executed_to_grade(hand_in: Callable[..., Path], graded: Callable[[], Any]) -> None:
    hand_in(*WHOLE)
    nb, _ = graded()
    assert all(part.execution_count is None for part in nb.cells if part.cell_type == "code")
