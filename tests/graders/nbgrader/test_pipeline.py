"""nbgrader's own commands over whole courses: the points, the pages, and what never leaves the desk."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TypeAlias

import nbformat
import pytest
import yaml
from nbconvert.exporters import HTMLExporter
from nbgrader.api import Gradebook
from nbgrader.server_extensions.formgrader.handlers import template_path
from traitlets.config import Config

from graders.grading.submission import judge, read_record
from graders.key.key import load_key
from graders.score import score
from release.course.course import CHECKOUT, assignments, make_course
from release.course.sample import CASES_IN_IT
from release.course.simulate import Trainee, simulate
from scenarios.case import Case
from scenarios.engine.event import Decided
from scenarios.engine.record import parse_record, record_bytes
from scenarios.library import case_folder
from scenarios.loader import load_case
from tests.parts.nbgrader_course import copy_of, exported, grades_of, nbgrader, press_autograde
from tests.places import CASES, KEYS

LIBRARY_KEYS = CHECKOUT / "graders" / "keys"
DUE = datetime(2026, 5, 1, 9, tzinfo=UTC)
BLOCK = 8
HOSTILE = """<img src=x onerror=alert(1)> <script>alert(1)</script> </pre><b>x</b>
$x$ $$y$$ \\(z\\) `code` *star* [link](javascript:alert(1)) https://example.org
# head

    code " ' & &lt; &#60;"""
STOCK = """
stock = "nbgrader.preprocessors."
cleaning = ["ClearOutput", "DeduplicateIds", "OverwriteKernelspec", "OverwriteCells", "CheckCellMetadata"]
grading = ["Execute", "LimitOutput", "SaveAutoGrades", "AssignLatePenalties", "CheckCellMetadata"]
c.Autograde.sanitize_preprocessors = [stock + name for name in cleaning]
c.Autograde.autograde_preprocessors = [stock + name for name in grading]
"""
Class: TypeAlias = tuple[Path, tuple[Trainee, ...]]


def raw_of(course: Path, person: str, case: Case, keys: Path) -> float:
    """The points by the record alone; none where none was handed in."""
    folder = course / "submitted" / person / case.id
    if not (folder / "decisions.jsonl").exists():
        return 0.0
    play = judge(read_record(folder), case, now=datetime.now(UTC)).play
    return score(case, play, load_key(case, keys)).raw


def write_reflection(folder: Path, text: str) -> None:
    file = folder / "decisions.jsonl"
    events = parse_record(file.read_bytes()).events
    file.write_bytes(
        record_bytes(
            event.model_copy(update={"pick": text})
            if isinstance(event, Decided) and event.decision == "refleksi"
            else event
            for event in events
        )
    )


def add_cells(folder: Path) -> None:
    """What a hostile notebook may hold: markup of its own, and broken metadata."""
    file = folder / "daftar-nilai.ipynb"
    nb = json.loads(file.read_text(encoding="utf-8"))
    nb["cells"][3]["metadata"]["nbgrader"] = {"schema_version": 99}
    nb["cells"].append(
        {"cell_type": "markdown", "id": "x", "metadata": {}, "source": "<img src=x onerror=alert(2)>"}
    )
    file.write_text(json.dumps(nb), encoding="utf-8")


@pytest.fixture(scope="module")
def ungraded(tmp_path_factory: pytest.TempPathFactory) -> Class:
    """A class of 12 that handed in."""
    place = tmp_path_factory.mktemp("ungraded") / "kursus"
    made = make_course(place, ["daftar-nilai"], person="Ibu Sari", due=DUE, cases=CASES, keys=KEYS)
    return made.directory, simulate(made.directory, 12, 1, keys=KEYS)


@pytest.fixture(scope="module")
def course(ungraded: Class, tmp_path_factory: pytest.TempPathFactory) -> Class:
    """The class, and four more: one harmless, two hostile, one whose record was changed; all graded."""
    directory, people = ungraded
    course = Path(shutil.copytree(directory, tmp_path_factory.mktemp("graded") / "kursus"))
    whole = next(person.name for person in people if person.manner == "whole")
    write_reflection(copy_of(course, whole, "biasa"), "Saya akan bertanya lebih dulu.")
    write_reflection(copy_of(course, whole, "nakal"), HOSTILE)
    write_reflection(copy_of(course, whole, "sel"), "Saya akan bertanya lebih dulu.")
    add_cells(course / "submitted" / "sel" / "daftar-nilai")
    record = copy_of(course, whole, "diubah") / "decisions.jsonl"
    record.write_bytes(record.read_bytes().replace(b'"catat"', b'"minta"'))
    for words in (("autograde", "daftar-nilai"), ("generate_feedback", "daftar-nilai"), ("export",)):
        nbgrader(course, *words)
    return course, people


@pytest.fixture(scope="module")
def library_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of three cases of the library, with the least class in which every manner is met."""
    place = tmp_path_factory.mktemp("library") / "kursus"
    made = make_course(place, CASES_IN_IT, person="Ibu Sari", due=DUE, keys=LIBRARY_KEYS)
    simulate(made.directory, 6, 1, keys=LIBRARY_KEYS)
    for name in assignments(made.directory):
        nbgrader(made.directory, "autograde", name, keys=LIBRARY_KEYS)
    nbgrader(made.directory, "export")
    return made.directory


def test_the_gradebook_holds_what_the_record_scores(course: Class, small_case: Case) -> None:
    place, people = course
    rows = exported(place)
    for person in people:
        raw = raw_of(place, person.name, small_case, KEYS)
        assert float(rows["daftar-nilai", person.name]["raw_score"]) == pytest.approx(raw, abs=1e-9)
    assert len({rows["daftar-nilai", person.name]["raw_score"] for person in people}) > 6


def test_cases_of_the_library_are_graded_alike(library_course: Path) -> None:
    rows = exported(library_course)
    assert len(rows) == 6 * len(CASES_IN_IT)
    for (case_id, person), row in rows.items():
        case = load_case(case_folder(case_id))
        raw = raw_of(library_course, person, case, LIBRARY_KEYS)
        assert float(row["raw_score"]) == pytest.approx(raw, abs=1e-9)


def test_stock_nbgrader_gives_the_same_scores(ungraded: Class, course: Class, tmp_path: Path) -> None:
    """The slow comparison: nbgrader's own steps start a kernel for each notebook.

    Who handed in no record has 0 with both, with ours because no person has graded it yet.
    """
    stock = Path(shutil.copytree(ungraded[0], tmp_path / "stok"))
    config = stock / "nbgrader_config.py"
    config.write_text(config.read_text(encoding="utf-8") + STOCK, encoding="utf-8")
    few = {person.name for person in ungraded[1] if person.manner in {"skips", "half", "empty"}}
    for folder in (stock / "submitted").iterdir():
        if folder.name not in few:
            shutil.rmtree(folder)
    for words in (("autograde", "daftar-nilai"), ("export",)):
        nbgrader(stock, *words)
    ours, theirs = exported(course[0]), exported(stock)
    scores = {name: theirs["daftar-nilai", name]["raw_score"] for name in few}
    assert scores == {name: ours["daftar-nilai", name]["raw_score"] for name in few}
    assert len(set(scores.values())) == 3


def test_the_first_command_makes_a_whole_gradebook(ungraded: Class, tmp_path: Path) -> None:
    """nbgrader calls alembic by name; without it the first command leaves half a gradebook behind."""
    course = Path(shutil.copytree(ungraded[0], tmp_path / "kursus"))
    (course / "gradebook.db").unlink()
    nbgrader(course, "generate_assignment", "daftar-nilai", "--force")
    with closing(sqlite3.connect(course / "gradebook.db")) as database:
        assert database.execute("select count(*) from alembic_version").fetchone() == (1,)
        assert database.execute("select name from assignment").fetchall() == [("daftar-nilai",)]


def test_the_late_one_is_marked_and_loses_nothing(course: Class) -> None:
    place, people = course
    late = next(person.name for person in people if person.manner == "late")
    with Gradebook(f"sqlite:///{place / 'gradebook.db'}") as gradebook:
        penalties = {
            submission.student.id: (submission.total_seconds_late, submission.late_submission_penalty)
            for submission in gradebook.assignment_submissions("daftar-nilai")
        }
    assert penalties[late][0] > 0
    assert penalties[late][1] == 0
    assert [name for name, (seconds, _) in penalties.items() if seconds > 0] == [late]


def test_a_penalty_for_what_is_late_is_taken_where_a_course_asks_for_one(
    ungraded: Class, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KASUSLAB_KEYS", str(KEYS))
    course = Path(shutil.copytree(ungraded[0], tmp_path / "kursus"))
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write('\nc.LateSubmissionPlugin.penalty_method = "zero"\n')
    late = next(person.name for person in ungraded[1] if person.manner == "late")
    assert press_autograde(course, late)["success"]
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        notebook = gradebook.find_submission_notebook("daftar-nilai", "daftar-nilai", late)
        assert notebook.late_submission_penalty == notebook.score > 0


def test_a_changed_record_and_no_record_earn_nothing_and_wait_for_a_person(course: Class) -> None:
    empty = next(person.name for person in course[1] if person.manner == "empty")
    for name in ("diubah", empty):
        grades = grades_of(course[0], name)
        assert grades.pop("reflection") == (0, False)
        assert set(grades.values()) == {(None, True)}
        assert float(exported(course[0])["daftar-nilai", name]["raw_score"]) == 0


def test_a_reflection_waits_for_a_person_and_an_empty_one_does_not(
    course: Class,
) -> None:
    place, people = course
    empty = next(person.name for person in people if person.manner == "empty")
    assert grades_of(place, "biasa")["reflection"] == (None, True)
    assert grades_of(place, empty)["reflection"] == (0, False)


class Shape(HTMLParser):
    """Which elements with which attributes a page has, and the text of its ``pre`` elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.shapes: set[tuple[str, tuple[str, ...]]] = set()
        self.written: list[str] = []
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.shapes.add((tag, tuple(name for name, _ in attrs)))
        if tag == "pre" and ("class", "tex2jax_ignore mathjax_ignore") in attrs:
            self._inside = True
            self.written.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.written[-1] += data


def formgrader_page(course: Path, person: str) -> str:
    """The page that formgrader shows, by its own template and in its own way."""
    config = Config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [template_path]
    resources = {
        "assignment_id": "daftar-nilai",
        "notebook_id": "daftar-nilai",
        "submission_id": "x",
        "index": 0,
        "total": 1,
        "base_url": "",
        "student": person,
        "last_name": None,
        "first_name": None,
        "notebook_path": "x",
    }
    file = course / "autograded" / person / "daftar-nilai" / "daftar-nilai.ipynb"
    exporter = HTMLExporter(config=config)
    html, _ = exporter.from_filename(str(file), resources=resources)
    return str(html)


def feedback_page(course: Path, person: str) -> str:
    file = course / "feedback" / person / "daftar-nilai" / "daftar-nilai.html"
    return file.read_text(encoding="utf-8")


def stock_feedback_page(course: Path, person: str) -> str:
    """nbgrader's own feedback template, for a facilitator who goes back to it."""
    config = Config()
    config.HTMLExporter.template_name = "feedback"
    config.HTMLExporter.extra_template_basedirs = [template_path]
    styles = Path(template_path).parent / "static" / "node_modules" / "bootstrap" / "dist" / "css"
    config.HTMLExporter.extra_template_paths = [str(styles)]
    file = course / "autograded" / person / "daftar-nilai" / "daftar-nilai.ipynb"
    nb = nbformat.read(file, as_version=4)
    for cell in nb.cells:
        cell.metadata.nbgrader.update(score=0, points=0, comment=None)
    resources = {"nbgrader": {"notebook": "x", "score": 0, "max_score": 0, "late_penalty": 0}}
    exporter = HTMLExporter(config=config)
    html, _ = exporter.from_notebook_node(nb, resources=resources)
    return str(html)


@pytest.mark.parametrize("page", [formgrader_page, feedback_page, stock_feedback_page])
@pytest.mark.parametrize("person", ["nakal", "sel"])
def test_a_trainee_s_text_is_only_ever_text(
    course: Class, page: Callable[[Path, str], str], person: str
) -> None:
    harmless, hostile = Shape(page(course[0], "biasa")), Shape(page(course[0], person))
    assert hostile.shapes == harmless.shapes
    # The feedback page shows it twice, once in each language.
    assert set(harmless.written) == {"Saya akan bertanya lebih dulu."}
    assert set(hostile.written) == {HOSTILE if person == "nakal" else harmless.written[0]}
    assert "alert(2)" not in page(course[0], person)


def test_no_markup_of_a_trainee_stands_in_the_autograded_notebook(
    course: Class,
) -> None:
    for person in ("nakal", "sel"):
        text = (course[0] / "autograded" / person / "daftar-nilai" / "daftar-nilai.ipynb").read_text("utf-8")
        assert "<script" not in text
        assert "<img" not in text


def test_the_feedback_page_needs_no_network_and_tells_the_why(
    course: Class,
) -> None:
    html = feedback_page(course[0], "biasa")
    assert "://" not in html
    assert '<html lang="id">' in html
    assert "<title>Umpan balik: Daftar Nilai</title>" in html
    assert "Keselamatan anak dinilai paling dulu." in html
    assert "safety is judged before all else." in html


def test_grading_starts_no_kernel(course: Class) -> None:
    place = course[0]
    text = (place / "autograded" / "biasa" / "daftar-nilai" / "daftar-nilai.ipynb").read_text("utf-8")
    assert all(
        cell["execution_count"] is None for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"
    )


# What no trainee may hold.


def packed(text: str) -> str:
    """`text` without what line breaks, quoting and escaping change."""
    return re.sub(r"[\s\"'\\]", "", text)


def texts_in(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for part in data.values():
            yield from texts_in(part)


def secrets() -> Iterator[str]:
    """Every why of every key, and every option with its sources, packed."""
    for file in (*LIBRARY_KEYS.glob("*.yaml"), *KEYS.glob("*.yaml")):
        for part in yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)[
            "decisions"
        ].values():
            for name in ("why", "why_urgency", "why_packet"):
                yield from map(packed, texts_in(part.get(name, {})))
            for option, codes in part.get("sources", {}).items():
                yield f"{option}:[{','.join(codes)}]"
                yield f"{option}:" + "".join(f"-{code}" for code in codes)


@dataclass(frozen=True)
class SecretIndex:
    """Thousands of secrets, to be looked for in megabytes.

    A text that holds a secret of two blocks' length has one of its own blocks, counted from its begin, within
    the secret's first ones: only secrets with such a block are looked for. few: those that are shorter.
    """

    few: frozenset[str]
    by_block: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, texts: frozenset[str]) -> SecretIndex:
        few = frozenset(secret for secret in texts if len(secret) < 2 * BLOCK)
        by_block: dict[str, set[str]] = {}
        for secret in texts - few:
            for at in range(BLOCK):
                by_block.setdefault(secret[at : at + BLOCK], set()).add(secret)
        return cls(few, {block: frozenset(those) for block, those in by_block.items()})

    def within(self, body: str) -> list[str]:
        """The secrets that stand in a packed text."""
        blocks = {body[at : at + BLOCK] for at in range(0, len(body), BLOCK)}
        likely = self.few.union(*(self.by_block[block] for block in blocks & self.by_block.keys()))
        return sorted(secret for secret in likely if secret in body)


@lru_cache(maxsize=1)
def hidden() -> SecretIndex:
    texts = frozenset(secrets())
    assert len(texts) > 100
    return SecretIndex.of(texts)


def leaks(files: Iterable[tuple[str, str]]) -> list[str]:
    names = {file.name for file in (*LIBRARY_KEYS.glob("*"), *KEYS.glob("*"))}
    places = []
    for name, text in files:
        if Path(name).name in names or "keys" in Path(name).parts:
            places.append(name)
        places += [f"{name}: {secret}" for secret in hidden().within(packed(text))]
    return places


def test_the_search_for_secrets_finds_them() -> None:
    file = LIBRARY_KEYS / "teman-gim.yaml"
    text = file.read_text(encoding="utf-8")
    assert len(leaks([("x.yaml", text)])) > 50
    assert leaks([("x.json", json.dumps(yaml.safe_load(text), ensure_ascii=False))])
    assert leaks([("a/keys/b.txt", ""), ("teman-gim.yaml", "")]) == ["a/keys/b.txt", "teman-gim.yaml"]


@pytest.mark.parametrize("place", range(9))
def test_a_secret_is_found_wherever_it_stands_in_a_text(place: int) -> None:
    every = {*hidden().few, *(secret for those in hidden().by_block.values() for secret in those)}
    assert every == set(secrets())

    for secret in sorted(every, key=len)[:: len(every) // 40]:
        assert secret in hidden().within("x" * place + secret + "y" * 5)


def test_what_is_handed_out_holds_no_key(library_course: Path) -> None:
    files = [file for step in ("source", "release") for file in library_course.glob(f"{step}/**/*.*")]
    assert len(files) == 2 * 5 * len(CASES_IN_IT)
    assert leaks((str(file.relative_to(library_course)), file.read_text("utf-8")) for file in files) == []


def wheel_files(source: Path, folder: Path) -> dict[str, bytes]:
    """What stands in the wheel that is built of `source`: a checkout, or a source distribution."""
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run(
        [*build, "--wheel-dir", folder, str(source)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """What stands in the wheel of the checkout."""
    return wheel_files(CHECKOUT, tmp_path_factory.mktemp("wheel"))


def test_the_wheel_holds_no_key(wheel: Mapping[str, bytes]) -> None:
    assert leaks((name, body.decode("utf-8", "replace")) for name, body in wheel.items()) == []
    assert {
        "graders/texts.yaml",
        "release/course/nbgrader_config.txt",
        "graders/feedback/templates/kasuslab/index.html.j2",
    } <= wheel.keys()


def test_the_source_distribution_holds_no_key_no_guide_and_no_test_and_makes_the_same_wheel(
    tmp_path: Path, wheel: Mapping[str, bytes]
) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", str(tmp_path)]
    done = subprocess.run(build, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (distribution,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(distribution) as archive:
        files = {
            member.name.partition("/")[2]: file.read()
            for member in archive
            if (file := archive.extractfile(member)) is not None
        }

    assert leaks((name, body.decode("utf-8", "replace")) for name, body in files.items()) == []
    assert [name for name in files if {"guides", "keys", "tests"} & set(Path(name).parts)] == []
    assert {"pyproject.toml", "LICENSE", "README.md", "scenarios/cases/teman-gim/case.yaml"} <= files.keys()
    assert wheel_files(distribution, tmp_path / "distribution") == wheel
