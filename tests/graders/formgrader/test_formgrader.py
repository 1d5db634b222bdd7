"""Formgrader as the desk shows it: every address is ours, every value escaped, nobody named."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

import pytest
import yaml
from nbgrader.server_extensions.formgrader import apihandlers, handlers
from nbgrader.utils import as_timezone, to_numeric_tz
from traitlets.config import Config

from graders import formgrader
from graders.formgrader.desk import (
    DeskAPI,
    DeskHandler,
    GradingPage,
    desk_routes,
    is_own_course,
    page_templates,
)
from graders.formgrader.lists import LANGUAGE_VARIABLE, in_order, list_words
from graders.formgrader.lists import TEXTS as LIST_TEXTS
from graders.formgrader.reflection_desk import TEXTS
from graders.grading.graded_cells import reflection_source
from notebooks.case_notebook import case_notebook, notebook_text
from release import assignment_page
from release.course.course import CHECKOUT
from scenarios.case import Case
from scenarios.documents.problem import ProblemsError
from scenarios.language import LANGUAGES, SOFTWARE, SOURCE, read_catalogue
from tests.parts.machine import free_port, wait_until

HOSTILE = '"><img src=x onerror="alert(1)">\\</script><script>alert(2)</script>'
LISTS = sorted(
    file.name for file in Path(handlers.template_path).glob("*.tpl") if not file.name.endswith("_base.tpl")
)
VALUES = (
    *("student_id", "assignment_id", "notebook_id", "current_config", "course_id", "course_dir"),
    *("url_prefix", "exchange", "exchange_missing", "default_timezone", "problem", "error_code"),
)
CONFIG = "release/etc/jupyter/jupyter_server_config.d/nbgrader_kasuslab.json"


class PageParts(HTMLParser):
    """The elements of a page, and its scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1][0] == "script":
            self.scripts[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self.elements.append((f"/{tag}", {}))


def texts_of(page: str) -> list[str]:
    """What a page says, but for scripts, program text and what stands in one language beside the others."""
    texts: list[str] = []
    left = {"script", "style", "svg", "pre", "code"}
    stack: list[bool] = []

    class ListText(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag not in {"link", "meta", "br", "img", "input"}:
                stack.append(tag in left or "lang" in dict(attrs))

        def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            """It holds nothing."""

        def handle_endtag(self, tag: str) -> None:
            del tag
            if stack:
                stack.pop()

        def handle_data(self, data: str) -> None:
            if data.strip() and not any(stack):
                texts.append(" ".join(data.split()))

    ListText().feed(page)
    return texts


def graded(course: Path, case: Case, reflection: str, student: str = "peserta-01") -> Path:
    """An autograded notebook with a reflection, as it stands in a course."""
    notebook: Any = case_notebook(case, {decision.id: 1 for decision in case.key_decisions()})
    for cell in notebook["cells"]:
        if cell["id"] == "reflection":
            cell["source"] = reflection_source((("Apa yang berubah?", reflection),))
    file = course / "autograded" / student / case.id / f"{case.id}.ipynb"
    file.parent.mkdir(parents=True)
    file.write_text(notebook_text(notebook), encoding="utf-8")
    (course / "course.yaml").write_text(
        yaml.safe_dump({"course": "uji", "mode": "test", "person": HOSTILE}), encoding="utf-8"
    )
    return file


def page_of(file: Path, **resources: object) -> str:
    given = {
        "assignment_id": HOSTILE,
        "notebook_id": HOSTILE,
        "submission_id": "a" * 32,
        "index": 2,
        "total": 12,
        "base_url": "/desk",
        "student": "peserta-01",
        "last_name": "Ayu",
        "first_name": "Melati",
        "notebook_path": "./autograded/peserta-01/x.ipynb",
    }
    page, _ = GradingPage().from_filename(str(file), resources={**given, **resources})
    return str(page)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, small_case: Case) -> str:
    return page_of(graded(tmp_path_factory.mktemp("course"), small_case, HOSTILE))


def test_every_address_of_nbgraders_is_answered_by_a_handler_of_ours() -> None:
    ours = {route[0]: route[1] for route in desk_routes()}
    theirs = [*handlers.default_handlers, *apihandlers.default_handlers]

    assert theirs
    for pattern, handler, *_ in theirs:
        if issubclass(handler, handlers.BaseHandler):
            assert issubclass(ours[pattern], DeskHandler), pattern
            assert issubclass(ours[pattern], handler), pattern


def test_the_configuration_puts_it_in_nbgraders_place_and_is_installed() -> None:
    chosen = json.loads((CHECKOUT / CONFIG).read_text(encoding="utf-8"))["ServerApp"]["jpserver_extensions"]
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    shared = project["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]

    ours = dict.fromkeys((formgrader.__name__, assignment_page.__name__), True)
    assert chosen == {**ours, "nbgrader.server_extensions.formgrader": False}
    # jupyter_server reads these by name, so that it must come after nbgrader's own.
    assert Path(shared[CONFIG]).name > "nbgrader.json"
    assert Path(shared[CONFIG]).parent.as_posix() == "etc/jupyter/jupyter_server_config.d"


@pytest.mark.parametrize("name", LISTS)
def test_no_value_breaks_out_of_a_list(name: str) -> None:
    resources = {"assignment_id": HOSTILE, "filename": HOSTILE, "base_url": "/desk"}
    values: dict[str, Any] = dict.fromkeys(VALUES, HOSTILE)
    values |= {"texts": read_catalogue(TEXTS), "nonce": "n", "base_url": "/desk", "resources": resources}

    parts = PageParts(page_templates().get_template(name).render(**values))

    assert not [tag for tag, given in parts.elements if tag == "img" or "onerror" in given]
    assert all(given.get("nonce") == "n" or given["src"] for tag, given in parts.elements if tag == "script")
    for line in "".join(parts.scripts).splitlines():
        assert not line.strip() or json.loads(line.partition(" = ")[2].removesuffix(";"))


@pytest.mark.parametrize("name", LISTS)
def test_a_list_says_nothing_that_is_not_there_in_every_language(name: str) -> None:
    values: dict[str, Any] = {**dict.fromkeys(VALUES, ""), "texts": read_catalogue(TEXTS), "nonce": "n"}
    values |= {"base_url": "/desk", "resources": {"base_url": "/desk", "assignment_id": "tugas"}}
    page = page_templates().get_template(name).render(**values)
    known = {text[SOFTWARE] for text in read_catalogue(LIST_TEXTS).values()} | {"nbgrader"}

    assert [text for text in texts_of(page) if text not in known] == []


def test_the_lists_begin_in_the_language_of_the_page_that_opened_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert next(iter(json.loads(list_words()))) == SOURCE

    monkeypatch.setenv(LANGUAGE_VARIABLE, "en")

    assert next(iter(json.loads(list_words()))) == "en"
    assert in_order(LANGUAGES) == ("en", "id")
    back = read_catalogue(TEXTS)["back_to_course"]
    assert [back["en"], back["id"]] in json.loads(list_words())["id"]["pairs"]


def test_each_text_of_the_lists_is_nbgraders_to_the_letter() -> None:
    place = Path(handlers.static_path)
    files = [*Path(handlers.template_path).glob("*.tpl"), *(place / "js").glob("*.js")]
    files += place.rglob("jquery.dataTables.js")
    theirs = " ".join(" ".join(file.read_text(encoding="utf-8") for file in files).split())
    parts = [
        (name, part)
        for name, text in read_catalogue(LIST_TEXTS).items()
        for part in re.split(r"\{\d\}", text[SOFTWARE])
    ]

    assert [(name, part) for name, part in parts if part not in theirs] == []


def test_a_value_in_a_script_is_the_same_value_in_the_browser() -> None:
    template = page_templates().get_template("manage_students_assignments.tpl")
    html = template.render(student_id="O'Brien \\ </script>", base_url="/desk", nonce="n")

    script = next(text for text in PageParts(html).scripts if "student_id" in text)

    assert json.loads(script.partition("=")[2].strip().rstrip(";")) == "O'Brien \\ </script>"


def test_the_grading_page_holds_no_script_and_loads_nothing_from_outside(page: str) -> None:
    parts = PageParts(page)
    links = [given.get("src") or given.get("href") or "" for _, given in parts.elements]

    assert "".join(parts.scripts).strip() == ""
    assert all((given["src"] or "").startswith("/desk/") for tag, given in parts.elements if tag == "script")
    assert not [link for link in links if "//" in link]
    assert not [name for _, given in parts.elements for name in given if name.startswith("on")]


def test_the_grading_page_shows_the_reflection_as_it_was_written(page: str) -> None:
    assert "<img" not in page
    assert "&lt;img src=x onerror=" in page


def test_the_grading_page_names_nobody(page: str) -> None:
    assert not [name for name in ("peserta-01", "Melati", "Ayu", "./autograded") if name in page]
    assert "Kiriman 3 dari 12" in page


def test_beside_the_reflection_stand_rubric_comments_and_what_to_do_in_danger(page: str) -> None:
    for words in ("Suara anak", "Tanggapan saya", "UPTD PPA", "119 ext 8", "jangan tinggalkan ia sendiri"):
        assert words in page


def test_the_reflection_has_no_field_for_points(page: str) -> None:
    fields = [given for tag, given in PageParts(page).elements if tag == "input"]

    assert fields
    assert not [given for given in fields if "reflection" in (given["id"] or "")]


def test_a_wrong_rubric_of_the_course_is_told(tmp_path: Path, small_case: Case) -> None:
    file = graded(tmp_path, small_case, "…")
    (tmp_path / "rubric.yaml").write_text("levels: 3", encoding="utf-8")

    with pytest.raises(ProblemsError, match=r"rubric\.yaml"):
        page_of(file)


@contextmanager
def jupyter_server(folder: Path) -> Iterator[str]:
    """A Jupyter server with the desk that was started in `folder`; the address of its formgrader."""
    port, token = free_port(), "x" * 32
    home = folder.parent / "jupyter"
    environ = {**os.environ, **{f"JUPYTER_{name}_DIR": str(home) for name in ("CONFIG", "DATA", "RUNTIME")}}
    environ |= {"JUPYTER_TOKEN": token, "PYTHONPATH": str(CHECKOUT)}
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}"]
    options += ["--ServerApp.port_retries=0", "--ServerApp.jpserver_extensions=graders.formgrader=True"]
    command = [sys.executable, "-m", "jupyter_server", *options]
    with (
        (folder.parent / "log").open("wb") as log,
        subprocess.Popen(command, cwd=folder, env=environ, stdout=log, stderr=log) as server,
    ):
        try:
            wait_until(lambda: reaches(port), "the server answers")
            yield f"http://127.0.0.1:{port}/formgrader?token={token}"
        finally:
            server.terminate()
            server.wait(20)


def reaches(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_link_to_a_folder_that_was_handed_in_runs_nothing_of_it(tmp_path: Path) -> None:
    home, mark = tmp_path / "rumah", tmp_path / "mark"
    for name in ("kursus", "Unduhan/handin"):
        (home / name).mkdir(parents=True)
        (home / name / "course.yaml").touch()
        config = f"open({str(mark)!r}, 'w').close()\nc = get_config()\n"
        (home / name / "nbgrader_config.py").write_text(config, encoding="utf-8")

    with jupyter_server(home) as formgrader:
        for folder in ("Unduhan/handin", "kursus", str(home / "Unduhan" / "handin"), "../rumah/kursus"):
            with pytest.raises(HTTPError) as refused:
                urlopen(f"{formgrader}&path={quote(folder)}", timeout=30)
            page = refused.value.read().decode()

            assert refused.value.code == 403
            assert f"{folder} tidak dibuka" in page
            assert not mark.exists()


def test_the_course_that_the_server_began_in_is_opened_by_its_name_too(tmp_path: Path) -> None:
    (tmp_path / "kursus").mkdir()

    assert is_own_course(tmp_path / "kursus" / ".." / "kursus", tmp_path / "kursus")
    assert not is_own_course(tmp_path, tmp_path / "kursus")
    assert not is_own_course(tmp_path / "kursus" / "submitted", tmp_path / "kursus")


def test_moments_are_shown_by_the_clock_of_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Jakarta")
    due, zone = datetime(2026, 5, 1, 16, 59), DeskAPI().timezone  # noqa: DTZ001 -- as the gradebook has it

    assert f"{as_timezone(due, zone):%Y-%m-%d %H:%M %Z}" == "2026-05-01 23:59 WIB"
    assert to_numeric_tz(zone) == "+0700"


def test_without_a_name_the_zone_of_this_machine_is_found_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("TZ", raising=False)
    moment = datetime(2026, 5, 1, 16, 59)  # noqa: DTZ001 -- as the gradebook has it

    shown = as_timezone(moment, DeskAPI().timezone)

    assert shown.utcoffset() == moment.astimezone().utcoffset()


def test_a_zone_that_a_course_names_stands() -> None:
    assert DeskAPI(config=Config({"NbGraderAPI": {"timezone": "Asia/Makassar"}})).timezone == "Asia/Makassar"
