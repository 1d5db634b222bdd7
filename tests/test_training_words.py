"""The eye of the training tells a sentence of the other language from one of its own."""

from __future__ import annotations

import pytest

from scenarios.language import Language
from tests.parts.training.sentences import strange_words

OWN = {"id": "Semua peserta sudah dinilai.", "en": "All participants were graded."}


@pytest.mark.parametrize(("language", "other"), [("id", "en"), ("en", "id")])
def test_words_of_the_other_language_are_strange_and_those_of_ones_own_are_not(
    language: Language, other: Language
) -> None:
    assert strange_words(OWN[language], language) == []
    assert strange_words(OWN[other], language) != []
