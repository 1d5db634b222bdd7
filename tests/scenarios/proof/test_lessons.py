"""What is proven of a lesson: each way in which one can be broken is told with its file and line."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from scenarios.directory.competencies import load_competencies
from scenarios.directory.glossary import load_glossary
from scenarios.directory.law_card import LAW_CARD, load_law_card
from scenarios.directory.sources import load_sources
from scenarios.documents.problem import Problem
from scenarios.language import LANGUAGES
from scenarios.lessons.lesson_files import LESSONS, lesson_competencies, lesson_document
from scenarios.proof.lessons import (
    LessonBench,
    law_card_problems,
    lesson_ease,
    lesson_problems,
    lesson_prose,
    lesson_texts,
    missing_lessons,
    words_of_a_screen,
)
from scenarios.proof.wording import load_wording

BENCH = LessonBench(load_competencies(), load_sources(), load_glossary(), load_wording(), date(2026, 4, 30))
BROKEN = "K4"


class LessonsCopy:
    """A copy of the lab's lessons, to be broken."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for file in LESSONS.glob("*.yaml"):
            shutil.copy(file, folder)

    def edit(self, name: str, old: str, new: str) -> None:
        file = self.folder / name
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{old!r} does not stand in {name}"
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    def problems(self, bench: LessonBench = BENCH) -> list[Problem]:
        return list(lesson_problems(BROKEN, bench, self.folder))


@pytest.fixture
def copy(tmp_path: Path) -> LessonsCopy:
    return LessonsCopy(tmp_path)


@pytest.mark.parametrize("competency", lesson_competencies())
def test_a_lesson_of_the_lab_has_no_problem_and_no_warning(competency: str) -> None:
    assert list(lesson_problems(competency, BENCH)) == []


def test_the_law_card_has_no_problem_and_no_warning() -> None:
    assert list(law_card_problems(load_law_card(), BENCH)) == []


def test_a_screen_of_a_phone_is_three_quarters_of_the_longest_scene() -> None:
    assert {language: words_of_a_screen(language) for language in LANGUAGES} == {"id": 112, "en": 135}


NOTE = "Bisa lewat telepon, bisa datang sendiri, bisa juga lewat teman yang dipercaya oleh anak itu. "
HEAVY = "Pendampingan berkesinambungan membutuhkan pertimbangan kelembagaan menyeluruh. " * 12
YAML, EN = f"{BROKEN}.yaml", f"{BROKEN}.en.yaml"

WAYS = [
    # links
    (YAML, "words: [hash,", "words: [has,", "link", "words.0", "the glossary has no “has”"),
    (YAML, "sources: [G6, G7]", "sources: [G6, G77]", "link", "sections.catat.sources.1",
     "there is no source “G77”"),
    (YAML, "diagram: urutan", "diagram: uratan", "link", "sections.urutan.diagram",
     "there is no diagram “uratan”"),
    (YAML, "diagram: urutan", "diagram: uratan", "diagram", "diagrams.urutan",
     "no section draws this diagram"),
    (YAML, "    sources: [G5]\n", "    sources: [G5]\n    diagram: urutan\n", "diagram",
     "sections.urutan.diagram",
     "“urutan” is drawn already in “gambar”"),
    (YAML, "words: [hash,", "words: [visum, hash,", "word", "words.0",
     "the word “visum et repertum” does not occur"),
    (EN, "(a hash) ", "", "word", "words.0", "the word “hash” does not occur"),
    # length and ease
    (YAML, "Gambarnya tidak dikirim.", f"Gambarnya tidak dikirim. {NOTE * 12}", "length", "sections",
     "A lesson is 2 to 4 screens of a phone: 224 to 448 words"),
    (YAML, "Gambarnya tidak dikirim.", f"Gambarnya tidak dikirim. {HEAVY}", "reading-ease", "sections",
     "over 40"),
    (EN, "Never for a sexual\n      image.", f"Never, {'and never ' * 30}for that.", "long-sentence",
     "sections.layar.text", "Make two of it"),
    # sources
    (YAML, "Yang dicatat", "Yang dicatat menurut undang-undang", "source", "sections.catat.title",
     "“undang-undang” speaks of the law, and no source of the section is one"),
    (EN, "The date and the hour.", "The date and the hour, by law.", "source", "sections.catat.text",
     "“by law”"),
    (YAML, "sources: [LAB, G5]", "sources: [LAB, L1]", "agreement", "sections.layar.sources",
     "the section rests on a law and on an agreement of the lab"),
    (YAML, "seksual.\n    sources: [LAB, G5]", "seksual (kesepakatan lab).\n    sources: [LAB, G5]",
     "agreement",
     "sections.layar.text", "“kesepakatan lab” says what the mark of the section says"),
    (YAML, "law_checked: 2026-03-31", "law_checked: 2027-03-31", "law-date", "law_checked", "still to come"),
    (YAML, "law_checked: 2026-03-31", "law_checked: 2025-03-31", "law-date", "law_checked", "over 6 months"),
    # what holds for every text
    (YAML, "Anak jangan", "Anak nakal jangan", "blaming", "sections.ponsel.text", "“nakal” puts the blame"),
    (YAML, 'note: "Pakai link', 'note: "Gambar bugil, pakai link', "graphic",
     "diagrams.urutan.parts.aplikasi.note", "describes what a case does not describe"),
    (EN, "Fine for a profile", "Call 0812-3456-7890. Fine for a profile", "private", "sections.layar.text",
     "a number that could be someone's"),
    (YAML, "Lewati langkah", "Anak ingin mati. Lewati langkah", "content-note", "note",
     "the lesson speaks of “ingin mati”, and its note does not prepare for it (self_harm)"),
    # shape
    (EN, "  layar:\n", "  lain:\n", "translation", "sections.layar", "has no English text"),
    (YAML, "status: draft", "status: done", "shape", "status", "“done” is none of what can stand here"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "rule", "path", "sentence"), WAYS)
def test_a_lesson_that_is_broken_in_one_way_is_told(
    copy: LessonsCopy, file: str, old: str, new: str, rule: str, path: str, sentence: str
) -> None:
    copy.edit(file, old, new)

    matching = [problem for problem in copy.problems() if problem.rule == rule and problem.path == path]

    assert any(sentence in str(problem) for problem in matching), copy.problems()
    assert file in {Path(problem.file).name for problem in matching}
    assert all(problem.line > 0 and problem.remedy for problem in matching)


def test_a_text_that_is_broken_is_told_on_its_own_line(copy: LessonsCopy) -> None:
    copy.edit(YAML, "Jangan dibuka-buka.", "Jangan nakal.")
    rows = (copy.folder / YAML).read_text("utf-8").splitlines()
    number = next(number for number, row in enumerate(rows, start=1) if "Jangan nakal." in row)

    assert [problem.line for problem in copy.problems()] == [number]


def test_a_lesson_that_is_too_short_is_told_in_each_language(copy: LessonsCopy) -> None:
    for name in (YAML, EN):
        text = (copy.folder / name).read_text("utf-8")
        begin, end = text.index("  catat:\n"), text.index("  urutan:\n")
        middle, last = text.index("  ponsel:\n"), text.index("  uang:\n")
        (copy.folder / name).write_text(text[:begin] + text[end:middle] + text[last:], "utf-8")

    short = [problem for problem in copy.problems() if problem.rule == "length"]

    assert [Path(problem.file).name for problem in short] == [YAML, EN]


def test_a_competency_without_a_lesson_is_told(copy: LessonsCopy) -> None:
    (copy.folder / YAML).unlink()

    problems = list(missing_lessons(BENCH.competencies, copy.folder))

    assert [problem.fault for problem in problems] == [f"there is no lesson on {BROKEN}"]
    assert list(missing_lessons(BENCH.competencies)) == []


def test_a_lesson_on_no_competency_is_told(copy: LessonsCopy) -> None:
    bench = replace(BENCH, competencies={"K1": BENCH.competencies["K1"]})

    assert [problem.fault for problem in copy.problems(bench)] == [f"there is no competency “{BROKEN}”"]


def test_a_sign_before_a_line_of_a_list_is_no_part_of_its_sentence() -> None:
    texts = {text.path: text.text for text in lesson_texts(lesson_document("K1", "en"), "en")}

    assert texts["sections", "tanda", "text"].startswith("  There is a plan to meet soon.\n  Threats")


def test_ease_is_that_of_sentences_and_length_that_of_all_there_is_to_read() -> None:
    document = lesson_document("K8", "id")

    assert lesson_prose(document, "id").words > 250
    assert 30 < lesson_ease(document, "id") < 40


LAWS = [
    ("sources: [P25]", "sources: [P99]", "link", "there is no source “P99”"),
    ("sources: [P25]", "sources: [P10]", "source", "“P10” is no source of law"),
    ('id: "Gratis. ', 'id: "Gratis untuk oknum. ', "label", "“oknum” is a term"),
]


@pytest.mark.parametrize(("old", "new", "rule", "fault"), LAWS)
def test_a_law_card_that_is_broken_in_one_way_is_told(
    tmp_path: Path, old: str, new: str, rule: str, fault: str
) -> None:
    file = tmp_path / "law_card.yaml"
    text = LAW_CARD.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")

    problems = list(law_card_problems(load_law_card(file), BENCH, file))

    assert [(problem.rule, fault in problem.fault) for problem in problems] == [(rule, True)]


@pytest.mark.parametrize("competency", ["K1", "K5"])
def test_a_lesson_on_safety_has_dangerous_things_put_away_in_those_words(competency: str) -> None:
    words = {
        "id": "obat dan benda berbahaya disimpan",
        "en": "medicines and dangerous things are put away",
    }
    for language in LANGUAGES:
        texts = lesson_texts(lesson_document(competency, language), language)
        assert words[language] in " ".join(" ".join(text.text for text in texts).split()).lower()
