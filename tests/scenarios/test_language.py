"""The languages of the lab: which there are, and that none stands in for another."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from scenarios.documents.problem import ProblemsError
from scenarios.language import (
    FILE,
    LANGUAGES,
    SOFTWARE,
    SOURCE,
    TERMINAL,
    TRANSLATIONS,
    UNSAID,
    Language,
    NoSuchLanguageError,
    Texts,
    card_of,
    known_language,
    read_catalogue,
    read_languages,
    with_decimal_sign,
)

SPEAKS = "terminal: id\nsoftware: id\n"
CARD = '{name: N, short: N, decimal: ",", thousands: ".", scene: 150, ease: 40'


class _TitledDocument(BaseModel):
    """A document with a text and a language."""

    title: Texts
    language: Language = SOURCE


def written(folder: Path, text: str) -> Path:
    file = folder / "some.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def refusal(error: pytest.ExceptionInfo[ProblemsError]) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.path, problem.remedy) for problem in error.value.problems]


def test_the_lab_speaks_the_languages_of_its_file_and_writes_cases_in_the_first() -> None:
    lab = read_languages(FILE)

    assert tuple(lab.languages) == lab.offered == LANGUAGES == (SOURCE, *TRANSLATIONS)
    assert (lab.terminal, lab.software, lab.unsaid) == (TERMINAL, SOFTWARE, UNSAID)


@pytest.mark.parametrize("tag", ["fr", "", "ID", "id ", "en-GB", "../id"])
def test_a_language_that_is_not_there_is_refused_at_every_door(tag: str) -> None:
    for ask in (
        known_language,
        card_of,
        lambda one: with_decimal_sign("1.5", one),
        Texts.same("Solo").__getitem__,
    ):
        with pytest.raises(NoSuchLanguageError, match=f"no language “{tag}” here. Use one of: id, en"):
            ask(tag)
    with pytest.raises(ValidationError, match="There is no language"):
        _TitledDocument.model_validate({"title": {"id": "a", "en": "b"}, "language": tag})


def test_a_text_that_lacks_a_language_is_told_with_its_line_and_what_to_write(tmp_path: Path) -> None:
    file = written(
        tmp_path, "one: {id: Satu, en: One}\ntwo:\n  id: Dua\nthree: {id: T, en: T, fr: T}\nfour: F\n"
    )

    with pytest.raises(ProblemsError) as error:
        read_catalogue(file)

    assert refusal(error) == [
        (2, "two.en", "Write “en: …” here"),
        (4, "three.fr", "Look at its spelling, or take it out"),
        (5, "four", "Write each name on a line of its own, indented: “name: what it holds”"),
    ]


def test_what_was_made_in_fewer_languages_is_read_in_these_and_shown_in_no_other() -> None:
    sheet = _TitledDocument.model_validate({"title": {"id": "Judul"}}, context={"languages": ("id",)})

    assert sheet.title["id"] == "Judul"
    with pytest.raises(NoSuchLanguageError, match="Use one of: id"):
        sheet.title["en"]


def test_texts_are_filled_in_each_language_with_what_that_language_says() -> None:
    sentence = Texts({"id": "{n} orang: {name}", "en": "{n} people: {name}"})
    name = Texts({"id": "Polisi", "en": "Police"})

    assert sentence.format(n=2, name=name) == Texts({"id": "2 orang: Polisi", "en": "2 people: Police"})
    assert sentence.format(n=2, name=Texts({"id": "Polisi"})) == Texts({"id": "2 orang: Polisi"})


def test_a_value_that_was_filled_in_is_not_filled_again() -> None:
    assert Texts.same("{a}").format(a="{b}", b="x") == Texts.same("{b}")


def test_a_language_under_way_may_have_texts_and_is_not_offered(tmp_path: Path) -> None:
    cards = f"languages:\n  id: {CARD}}}\n  fr: {CARD}, offered: false}}\n{SPEAKS}unsaid: [id]\n"

    lab = read_languages(written(tmp_path, cards))

    assert (tuple(lab.languages), lab.offered) == (("id", "fr"), ("id",))


@pytest.mark.parametrize(
    ("cards", "path"),
    [
        (
            f"languages: {{id: {CARD}, offered: false}}}}\n{SPEAKS}unsaid: []\n",
            "languages.id",
        ),
        (f"languages: {{id: {CARD}}}}}\n{SPEAKS}unsaid: [id, fr]\n", "unsaid.1"),
        (f"languages: {{id: {CARD}}}}}\nterminal: en\nsoftware: id\nunsaid: []\n", "terminal"),
        (f"languages: {{id: {CARD}}}}}\nterminal: id\nsoftware: en\nunsaid: []\n", "software"),
        (f"languages: {{ID: {CARD}}}}}\n{SPEAKS}unsaid: []\n", "languages.ID"),
        (f"languages: {{}}\n{SPEAKS}unsaid: []\n", "languages."),
        (f"languages: {{id: {{name: N}}}}\n{SPEAKS}unsaid: [id]\n", "languages.id.decimal"),
    ],
)
def test_a_file_of_languages_that_fits_no_lab_is_refused_with_its_place(
    tmp_path: Path, cards: str, path: str
) -> None:
    with pytest.raises(ProblemsError) as error:
        read_languages(written(tmp_path, cards))

    assert path in {problem.path for problem in error.value.problems}
