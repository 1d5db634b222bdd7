"""Comments to begin an answer with fit anybody, in every language."""

from __future__ import annotations

import pytest

from graders.reflections.ready_comments import name_in, quote_in, ready_comments
from scenarios.language import LANGUAGES


def test_the_labs_own_name_nobody_and_are_as_many_in_each_language() -> None:
    each = {language: ready_comments(language) for language in LANGUAGES}

    assert {len(texts) for texts in each.values()} == {len(set(ready_comments("id")))}
    assert not [text for texts in each.values() for text in texts if name_in(text, [])]


@pytest.mark.parametrize(
    ("text", "found"), [("Terima kasih, Melati.", "Melati"), ("Tulisan yang indah.", None)]
)
def test_a_name_is_found_where_it_is_written_as_one(text: str, found: str | None) -> None:
    assert name_in(text, ["Melati Ayu", "Indah Permata"]) == found


def test_five_words_in_a_row_of_a_trainee_are_a_quote() -> None:
    written = "Kemarin SAYA takut, salah memilih kata."

    assert (
        quote_in("Anda menulis: saya takut salah memilih kata.", [written]) == "saya takut salah memilih kata"
    )
    assert quote_in("Anda takut salah memilih.", [written]) is None
