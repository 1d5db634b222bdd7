"""What stands beside a reflection: the order of reading, whom to call, and no one's name."""

from __future__ import annotations

import html
import re

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from graders.formgrader.reflection_desk import asked_in, questions_of, reflection_words
from graders.grading.graded_cells import reflection_source
from graders.reflections.danger import TEXTS, contacts_in_danger
from graders.reflections.reading_order import shuffled, this_grader
from scenarios.directory.services import Contact, Directory, load_directory
from scenarios.language import read_catalogue
from scenarios.loader import load_case
from tests.places import CASES

IDS = [f"{number:032x}" for number in range(30)]


def order(grader: str = "dewi", assignment: str = "teman-gim") -> list[str]:
    return shuffled(IDS, grader=grader, assignment=assignment)


def test_the_order_is_everybodys_own_and_stays() -> None:
    assert sorted(order()) == IDS
    assert order() == shuffled(reversed(IDS), grader="dewi", assignment="teman-gim")
    assert len({tuple(order()), tuple(order("budi")), tuple(order(assignment="lain")), tuple(IDS)}) == 4


def test_a_new_submission_moves_no_other() -> None:
    fewer = shuffled(IDS[:-1], grader="dewi", assignment="teman-gim")

    assert [one for one in order() if one != IDS[-1]] == fewer


def test_a_grader_is_known_by_the_hub_else_by_the_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "panitia")

    assert this_grader({"JUPYTERHUB_USER": "dewi"}) == "dewi"
    assert this_grader({}) == "panitia"


def test_help_is_named_with_what_is_known_of_its_number() -> None:
    named = {
        contact.name["id"]: [line["id"] for line in contact.lines]
        for contact in contacts_in_danger(load_directory())
    }

    assert named["UPTD PPA"] == ["tanyakan nomornya di daerah Anda"]
    assert "129 (24 jam, belum diperiksa, tanyakan panitia)" in named["SAPA 129 (Kemen PPPA)"]
    assert any(line.startswith("119 ext 8") for line in named["Psikolog dan layanan krisis"])


def test_a_number_that_was_called_says_when() -> None:
    library = load_directory()
    called = Contact(kind="phone", value="129", checked="2026-11-02, panitia")
    service = library.services["sapa129"].model_copy(update={"contacts": (called,)})
    directory = Directory(services={"sapa129": service}, help=("sapa129",))

    (contact,) = contacts_in_danger(directory)

    assert [line["en"] for line in contact.lines] == ["129 (checked 2026-11-02, panitia)"]


def test_the_words_of_a_reflection_come_without_its_question() -> None:
    text = 'Saya <b>takut</b> & "diam"\nlalu bicara.'
    cell = new_markdown_cell(reflection_source((("Apa yang berubah?", text),)))
    cell.metadata["nbgrader"] = {"grade_id": "reflection"}

    assert reflection_words(new_notebook(cells=[cell])) == text
    assert reflection_words(new_notebook()) == ""


def test_a_question_is_asked_in_each_language_and_what_was_written_stays() -> None:
    case = load_case(CASES / "daftar-nilai")
    spoken = (case.in_language(tag).decision("refleksi") for tag in ("en", "id"))
    english, indonesian = (decision.ask for decision in spoken if decision is not None)
    cell = reflection_source(((indonesian, f"<p><strong>{indonesian}</strong></p>"),))

    shown = asked_in(("en", "id"), cell, questions_of(case))

    question, written = shown.split("\n\n")
    assert re.findall(r'<span lang="(..)">(.*?)</span>', html.unescape(question)) == [
        ("en", english),
        ("id", indonesian),
    ]
    assert written == cell.split("\n\n")[1]


def test_the_steps_in_danger_stand_in_the_catalogue() -> None:
    texts = read_catalogue(TEXTS)

    for part in ("child", "self", "always"):
        assert all(f"{part}_{number}" in texts for number in (1, 2, 3))
