"""Whoever tries to break into grading is reported, never scored wrongly, and holds up nobody else."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from graders.grading.note import read_note
from graders.grading.submission import Reason
from release.course.course import make_course
from release.course.gradebook import add_students
from release.course.simulate import simulate
from tests.parts.nbgrader_course import (
    CASE,
    comment_of,
    copy_of,
    exported,
    grades_of,
    nbgrader,
    press_autograde,
)
from tests.places import CASES, KEYS

DUE = datetime(2026, 5, 1, 9, tzinfo=UTC)
RECORD, NOTEBOOK = "decisions.jsonl", f"{CASE}.ipynb"
HIDDEN = "isi berkas rahasia"
# What a course's own settings held before nbgrader was kept from the submissions themselves.
OLD_STEPS = """
stock = "nbgrader.preprocessors."
c.Autograde.exporter_class = "nbconvert.exporters.NotebookExporter"
cleaning = ["ClearOutput", "DeduplicateIds", "OverwriteKernelspec", "OverwriteCells", "CheckCellMetadata"]
c.Autograde.sanitize_preprocessors = ["graders.autograde.FromRelease", *(stock + name for name in cleaning)]
c.Autograde.autograde_preprocessors = [
    "graders.autograde.ScoreRecord",
    "graders.autograde.SaveScores",
    stock + "AssignLatePenalties",
    stock + "CheckCellMetadata",
]
"""
Attack = Callable[[Path, Path], object]


def edit_notebook(folder: Path, edit: Callable[[list[dict[str, Any]]], object]) -> None:
    file = folder / NOTEBOOK
    nb = json.loads(file.read_text(encoding="utf-8"))
    edit(nb["cells"])
    file.write_text(json.dumps(nb), encoding="utf-8")


def become_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def code(source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": f"x{abs(hash(source))}",
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def add_code(folder: Path, outside: Path) -> None:
    """Cells that would leave a mark, take the score function's place, exit, and never end."""
    mark = f"open({str(outside / 'mark')!r}, 'w').close()"
    full = "import graders.cell\ngraders.cell.decision_score = lambda *_, **__: 99.0"
    sources = (mark, full, "import os; os._exit(0)", "while True: pass")
    edit_notebook(folder, lambda cells: cells.__setitem__(slice(0, 0), [code(source) for source in sources]))


def of_score(cells: list[dict[str, Any]]) -> dict[str, Any]:
    return next(cell for cell in cells if cell["id"] == "decision-mendesak")


def link(place: Path, goal: Path) -> None:
    """Put a link to `goal` where `place` stands; what stood there is kept out of the class."""
    if place.exists():
        place.rename(goal.parent / f"kept-{place.parent.name}-{place.name}")
    place.symlink_to(goal)


def graded_cells(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade")]


def take_graded_cells_out(cells: list[dict[str, Any]]) -> None:
    for cell in graded_cells(cells):
        cells.remove(cell)


def take_graded_out(cells: list[dict[str, Any]]) -> None:
    for cell in graded_cells(cells):
        cells.remove(cell)


def turn_to_text(cells: list[dict[str, Any]]) -> None:
    for cell in graded_cells(cells):
        cell["cell_type"] = "markdown"


def grow(file: Path, size: int) -> None:
    with file.open("ab") as stream:
        stream.truncate(size)


def pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


JUDGED: dict[str, Attack] = {
    "sel": add_code,
    "skema": lambda folder, _: edit_notebook(
        folder, lambda cells: of_score(cells)["metadata"]["nbgrader"].update(schema_version=99)
    ),
    "hapus": lambda folder, _: edit_notebook(folder, lambda cells: cells.remove(of_score(cells))),
    "ubah": lambda folder, _: edit_notebook(
        folder, lambda cells: of_score(cells)["metadata"]["nbgrader"].update(solution=True, grade=False)
    ),
    "ganda": lambda folder, _: edit_notebook(folder, lambda cells: cells.extend(graded_cells(cells))),
    "kosong": lambda folder, _: edit_notebook(folder, take_graded_out),
    "markdown": lambda folder, _: edit_notebook(folder, turn_to_text),
    "tanpa": lambda folder, _: (folder / NOTEBOOK).unlink(),
    "bukan": lambda folder, _: (folder / NOTEBOOK).write_text("{ not JSON", encoding="utf-8"),
    "berkas": lambda folder, _: (folder / "graders.py").write_text("raise SystemExit", encoding="utf-8"),
    "catatan": lambda folder, _: (folder / "grading.json").write_text('{"raw": 99}', encoding="utf-8"),
    "waktu": lambda folder, _: (folder / "timestamp.txt").write_text("kemarin", encoding="utf-8"),
}
NOT_JUDGED: dict[str, tuple[Reason, Attack]] = {
    "besar": ("too_large", lambda folder, _: grow(folder / RECORD, 50_000_000)),
    "film": ("too_large", lambda folder, _: grow(folder / "film.mp4", 50_000_000)),
    "palsu": (
        "unreadable",
        lambda folder, _: (folder / RECORD).write_text('{"event": "started", "format": "x", "S": 100}\n'),
    ),
    "map": ("unreadable", lambda folder, _: become_folder(folder / RECORD)),
    "pipa": ("unreadable", lambda folder, _: pipe(folder / RECORD)),
    "pipa-waktu": ("unreadable", lambda folder, _: pipe(folder / "timestamp.txt")),
    "tautan": ("link", lambda folder, _: link(folder / RECORD, folder.parents[1] / "jujur" / CASE / RECORD)),
    "tautan-buku": ("link", lambda folder, outside: link(folder / NOTEBOOK, outside / "secret.txt")),
    "tautan-lain": ("link", lambda folder, outside: link(folder / "lain.txt", outside / "secret.txt")),
    "tautan-tugas": ("link", lambda folder, outside: link(folder, outside / "tugas")),
    "tautan-orang": ("link", lambda folder, outside: link(folder.parent, outside / "orang")),
}


@pytest.fixture(scope="module")
def ungraded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which one honest trainee handed in a whole play."""
    place = tmp_path_factory.mktemp("ungraded") / "kursus"
    made = make_course(place, [CASE], person="Ibu Sari", due=DUE, cases=CASES, keys=KEYS)
    people = simulate(made.directory, 6, 1, keys=KEYS)
    whole = next(person.name for person in people if person.manner == "whole")
    copy_of(place, whole, "jujur")
    for person in people:
        shutil.rmtree(place / "submitted" / person.name)
    return made.directory


@pytest.fixture(scope="module")
def attacked(ungraded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course, and everybody who tries."""
    course = Path(shutil.copytree(ungraded, tmp_path_factory.mktemp("attacked") / "kursus"))
    outside = course.parent / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text(HIDDEN, encoding="utf-8")
    shutil.copytree(course / "submitted" / "jujur" / CASE, outside / "tugas")
    shutil.copytree(course / "submitted" / "jujur", outside / "orang")
    attacks = {**JUDGED, **{name: attack for name, (_, attack) in NOT_JUDGED.items()}}
    for name, attack in attacks.items():
        attack(copy_of(course, "jujur", name), outside)
    left = course / ".intake-left"
    left.mkdir()
    os.utime(left, (0, 0))
    copy_of(course, "jujur", "pinjam-1")
    shutil.copytree(course / "submitted" / "pinjam-1", course / "submitted" / "pinjam-2")
    return course


def standing(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Every entry below `folder`: kind, size, and where a link leads."""
    files = {}
    for place in sorted(folder.rglob("*")):
        about = place.lstat()
        goal = str(place.readlink()) if place.is_symlink() else ""
        files[str(place.relative_to(folder))] = (stat.S_IFMT(about.st_mode), about.st_size, goal)
    return files


@pytest.fixture(scope="module")
def graded(attacked: Path) -> tuple[Path, str, dict[str, tuple[int, int, str]]]:
    """The course after ``nbgrader autograde``, what it said, and what was handed in before."""
    before = standing(attacked / "submitted")
    log = nbgrader(attacked, "autograde", CASE)
    nbgrader(attacked, "export")
    return attacked, log, before


Graded = tuple[Path, str, dict[str, tuple[int, int, str]]]


@pytest.mark.parametrize("name", JUDGED)
def test_who_only_changes_a_notebook_is_scored_by_the_record(graded: Graded, name: str) -> None:
    honest = grades_of(graded[0], "jujur")
    assert grades_of(graded[0], name) == honest
    assert [cell for cell, (points, _) in honest.items() if points is None] == ["reflection"]


@pytest.mark.parametrize("name", [*NOT_JUDGED, "pinjam-1", "pinjam-2"])
def test_what_is_refused_is_not_judged_and_reported_with_its_reason(graded: Graded, name: str) -> None:
    course, log, _ = graded
    reason = NOT_JUDGED[name][0] if name in NOT_JUDGED else "shared"
    grades = grades_of(course, name)
    assert grades.pop("reflection") == (0, False)
    assert set(grades.values()) == {(None, True)}
    assert f"Not judged: {name}, {CASE}: {reason}:" in log
    comment = comment_of(course, name)
    assert comment is not None
    assert "Belum dinilai." in comment
    assert "Not judged." in comment
    folder = course / "autograded" / name / CASE
    assert "Belum dinilai." in (folder / NOTEBOOK).read_text(encoding="utf-8")
    note = read_note(folder)
    assert note is not None
    assert (note.status, note.reason) == ("not_judged", reason)


def test_nothing_a_trainee_wrote_was_executed(graded: Graded) -> None:
    assert not (graded[0].parent / "outside" / "mark").exists()


def test_a_record_without_a_notebook_is_told(graded: Graded) -> None:
    assert "No notebook was handed in" in graded[1]
    assert f"submitted/tanpa/{CASE}" in graded[1]


def test_nothing_that_was_handed_in_is_changed_or_deleted(graded: Graded) -> None:
    assert standing(graded[0] / "submitted") == graded[2]


def test_only_the_desk_s_own_files_stand_beside_a_graded_notebook(graded: Graded) -> None:
    course = graded[0]
    names = {f"case/{name}" for name in ("case.yaml", "en.yaml", "services.yaml", "course.yaml")}
    ours = {*names, "case", NOTEBOOK, "grading.json", "timestamp.txt"}
    for person in (course / "autograded").iterdir():
        files = standing(person / CASE)
        assert set(files) <= ours, person.name
        assert all(kind in {stat.S_IFREG, stat.S_IFDIR} for kind, _, _ in files.values())
    text = "".join(file.read_text("utf-8") for file in course.glob("autograded/*/*/*.*"))
    assert HIDDEN not in text
    assert "graders.py" not in text


def test_the_rest_of_the_class_is_graded(graded: Graded) -> None:
    rows = exported(graded[0])
    honest = float(rows[CASE, "jujur"]["raw_score"])
    assert honest > 0
    assert {float(rows[CASE, name]["raw_score"]) for name in JUDGED} == {honest}
    assert {float(rows[CASE, name]["raw_score"]) for name in NOT_JUDGED} == {0.0}


def test_the_clean_folder_goes_and_what_a_stopped_run_left_of_one_goes_too(graded: Graded) -> None:
    assert list(graded[0].glob(".intake-*")) == []


@pytest.fixture
def course(ungraded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course of its own, with the honest one in it, and the keys at hand."""
    monkeypatch.setenv("KASUSLAB_KEYS", str(KEYS))
    return Path(shutil.copytree(ungraded, tmp_path / "kursus"))


def test_formgrader_s_button_refuses_as_the_command_does(course: Path) -> None:
    link(copy_of(course, "jujur", "tautan") / RECORD, course / "submitted" / "jujur" / CASE / RECORD)
    for name in ("jujur", "tautan"):
        assert press_autograde(course, name)["success"]
    assert grades_of(course, "jujur")["decision-mendesak"][0] is not None
    assert grades_of(course, "tautan")["decision-mendesak"] == (None, True)
    assert not (course / "autograded" / "tautan" / CASE / RECORD).exists()


def test_what_a_person_graded_and_wrote_stays_when_it_is_handed_in_again(course: Path) -> None:
    press_autograde(course, "jujur")
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        for cell, points in (("decision-mendesak", 1.0), ("reflection", 0.0)):
            gradebook.find_grade(cell, CASE, CASE, "jujur").manual_score = points
        gradebook.find_comment("reflection", CASE, CASE, "jujur").manual_comment = "Terima kasih."
        gradebook.db.commit()
    for record in (None, b"x\n"):
        if record is not None:
            (course / "submitted" / "jujur" / CASE / RECORD).write_bytes(record)
        press_autograde(course, "jujur")
        assert grades_of(course, "jujur")["decision-mendesak"][1]
        assert comment_of(course, "jujur") == "Terima kasih."
        with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
            grade = gradebook.find_grade("decision-mendesak", CASE, CASE, "jujur")
            assert (grade.manual_score, grade.score) == (1.0, 1.0)


def test_who_was_graded_before_somebody_handed_in_the_same_play_waits_too(course: Path) -> None:
    press_autograde(course, "jujur")
    assert grades_of(course, "jujur")["decision-mendesak"][0] is not None
    shutil.copytree(course / "submitted" / "jujur", course / "submitted" / "pinjam")
    log = press_autograde(course, "pinjam")["log"]
    assert f"No longer judged: jujur, {CASE}: the same play as pinjam" in log
    folder = course / "autograded" / "jujur" / CASE
    grades = grades_of(course, "jujur")
    assert grades.pop("reflection") == (0, False)
    assert set(grades.values()) == {(None, True)}
    assert "lebih dari satu peserta" in str(comment_of(course, "jujur"))
    assert "lebih dari satu peserta" in (folder / NOTEBOOK).read_text(encoding="utf-8")
    note = read_note(folder)
    assert note is not None
    assert note.reason == "shared"


def test_a_course_with_the_settings_of_before_refuses_alike_and_keeps_no_copy(course: Path) -> None:
    config = course / "nbgrader_config.py"
    config.write_text(config.read_text(encoding="utf-8") + OLD_STEPS, encoding="utf-8")
    outside = course.parent / "secret.txt"
    outside.write_text(HIDDEN, encoding="utf-8")
    folder = copy_of(course, "jujur", "tautan")
    link(folder / "lampiran.txt", outside)
    (folder / "sub").mkdir()
    (folder / "sub" / "catatan.txt").write_text("x", encoding="utf-8")
    for name in ("jujur", "tautan"):
        assert press_autograde(course, name)["success"]
    assert grades_of(course, "jujur")["decision-mendesak"][0] is not None
    assert grades_of(course, "tautan")["decision-mendesak"] == (None, True)
    names = {file.name for file in (course / "autograded" / "tautan" / CASE).iterdir()}
    assert names == {"case", NOTEBOOK, "grading.json", "timestamp.txt"}


def own_test(name: str, source: str) -> dict[str, Any]:
    nbgrader_data = {
        "grade_id": name,
        "grade": True,
        "solution": False,
        "locked": True,
        "task": False,
        "schema_version": 3,
        "points": 2,
    }
    return {**code(source), "id": name, "metadata": {"nbgrader": nbgrader_data}}


def test_a_facilitator_s_own_tests_run_beside_the_record_alone_when_they_may(course: Path) -> None:
    asks = "import os\nassert sorted(os.listdir()) == ['case', 'decisions.jsonl'], os.listdir()"
    tests = {
        "uji_isi": f"{asks}\nassert 'mendesak' in open('decisions.jsonl').read()",
        "uji_sebagian": "float(0.5)",
        "uji_gagal": "raise ValueError('tidak')",
        "uji_benar": "True",
        "uji_lama": "import time\ntime.sleep(60)",
        "uji_sesudah": "2.0",
    }
    cells = [own_test(name, source) for name, source in tests.items()]
    edit_notebook(course / "source" / CASE, lambda notebook_cells: notebook_cells.extend(cells))
    shutil.rmtree(course / "submitted" / "jujur" / CASE / "case")
    (course / "submitted" / "jujur" / CASE / NOTEBOOK).write_text("{}", encoding="utf-8")
    config = course / "nbgrader_config.py"
    limits = "c.ScoreRecord.run_test_cells = True\nc.ScoreRecord.test_seconds = 2\n"
    settings = config.read_text(encoding="utf-8")
    (course / "gradebook.db").unlink()
    nbgrader(course, "generate_assignment", CASE, "--force")
    add_students(course, ["jujur"])
    results = []
    for more in ("", limits):
        config.write_text(f"{settings}\n{more}", encoding="utf-8")
        assert press_autograde(course, "jujur")["success"]
        grades = grades_of(course, "jujur")
        assert grades["decision-mendesak"][0] is not None
        results.append({name: grades[name] for name in tests})
    waits = (None, True)
    assert set(results[0].values()) == {waits}
    assert results[1] == {
        "uji_isi": (2.0, False),
        "uji_sebagian": (0.5, False),
        "uji_gagal": (0.0, False),
        "uji_benar": waits,
        "uji_lama": waits,
        "uji_sesudah": waits,
    }
