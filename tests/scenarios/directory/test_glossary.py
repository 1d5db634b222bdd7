"""The glossary: which terms a text uses, and that every term of it can be met in the lab."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.directory.glossary import GLOSSARY, load_glossary, term_places, terms_in
from scenarios.directory.services import load_directory
from scenarios.documents.problem import ProblemsError
from scenarios.language import LANGUAGES, Language, card_of
from scenarios.lessons.lesson_files import lesson_competencies, lesson_document
from scenarios.library import CASES, case_ids
from scenarios.loader import case_documents, settled_documents
from scenarios.proof.lessons import lesson_texts
from scenarios.proof.prose import LONGEST_SENTENCE, prose_of, sentences, words
from scenarios.proof.texts import case_texts


def names(text: str, language: Language = "id") -> list[str]:
    return [term.name for term in terms_in(text, language)]


def library_texts(language: Language) -> Iterator[str]:
    """What anyone reads: the cases in each variant, the lessons and the names of the services."""
    for case_id in case_ids():
        for documents in settled_documents(case_documents(CASES / case_id, LANGUAGES)).values():
            yield from (written.text for written in case_texts(documents[language], language))
    for competency in lesson_competencies():
        lesson = lesson_document(competency, language)
        yield from (written.text for written in lesson_texts(lesson, language))
    yield from (service.name[language] for service in load_directory().services.values())


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Hubungi Unit PPA hari ini.", ["Unit PPA"]),
        ("UPTD PPA, bukan unit ppa.", ["UPTD PPA", "Unit PPA"]),
        ("Unit\n  PPA menerima laporan.", ["Unit PPA"]),
        ("Hasil visum et repertum.", ["visum et repertum"]),
        ("Bujuk rayu daring (grooming).", ["bujuk rayu daring"]),
        ("Pendamping hukum datang.", ["pendamping hukum"]),
        ("Pendampingan dan kerahasiaan.", []),
        ("PATBM. PATBM? PATBM!", ["PATBM"]),
        ("Hari ketiga, 3x24 jam.", ["3x24 jam"]),
        ("", []),
    ],
)
def test_only_whole_words_count_and_the_longest_spelling_is_meant(text: str, ids: list[str]) -> None:
    assert names(text) == ids


def test_terms_stand_in_the_order_of_reading_and_in_the_language_of_the_text() -> None:
    text = "A referral, then a case conference with LPSK about the referral."

    assert names(text, "en") == ["referral", "case conference", "LPSK"]
    assert terms_in(text, "en")[2].text.startswith("The witness and victim")


def test_the_place_of_a_term_is_where_it_first_stands_as_a_whole() -> None:
    text = "UPTD PPA menelepon unit PPA, lalu UPTD PPA lagi."

    assert [text[place.start : place.end] for place in term_places(text, "id")] == ["UPTD PPA", "unit PPA"]
    assert term_places(text, "id")[0].start == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_is_used_by_a_case_or_a_lesson_or_names_a_service(language: Language) -> None:
    used = {term.id for text in library_texts(language) for term in terms_in(text, language)}

    assert set(load_glossary().entries) - used == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_explanations_are_one_or_two_short_sentences_in_plain_words(language: Language) -> None:
    texts = [entry.text[language] for entry in load_glossary().entries.values()]

    for text in texts:
        explanation = [sentence for _, sentence in sentences(text)]
        assert len(explanation) <= 2, text
        assert max(len(words(sentence)) for sentence in explanation) <= LONGEST_SENTENCE, text
        assert text.endswith("."), text
    # A definition is denser than a story: it names things.
    assert prose_of(texts).lix <= card_of(language).ease + 15


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id: [LPSK]", "id: [LBH]", "“LBH” is a spelling of “lpsk” already"),
        ("en: [KND]", "en: []", "knd.terms.en"),
        ("  knd:\n    terms:", "  knd:\n    words:", "unknown"),
    ],
)
def test_a_broken_glossary_is_told_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = GLOSSARY.read_text("utf-8")
    assert old in text
    (tmp_path / "glossary.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(ProblemsError, match=r"glossary\.yaml:\d+: ") as caught:
        load_glossary(tmp_path / "glossary.yaml")

    assert message in str(caught.value)
