"""Words, sentences and reading ease, against counts made by hand."""

from __future__ import annotations

import pytest

from scenarios.proof.prose import prose_of, sentences, words


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Anak A diam.", 3),
        ("Tenggatnya 3x24 jam, pukul 09.30.", 5),
        ("", 0),
        ("Ibu-ibu di sana. Sudah!", 4),
    ],
)
def test_words_are_counted(text: str, count: int) -> None:
    assert len(words(text)) == count


def test_sentences_end_with_their_stop_and_with_their_paragraph() -> None:
    text = 'Pukul 09.30. Ia bertanya, "Saya harus bagaimana?" Lalu diam\n\nHari 2. Ia pulang.'

    assert [sentence for _, sentence in sentences(text)] == [
        "Pukul 09.30.", 'Ia bertanya, "Saya harus bagaimana?', "Lalu diam", "Hari 2.", "Ia pulang.",
    ]  # fmt: skip
    assert all(text[at:].startswith(sentence) for at, sentence in sentences(text))


def test_lix_is_words_a_sentence_plus_the_percentage_of_long_words() -> None:
    prose = prose_of(["Ia pergi sekarang. Pendampingan itu berjalan."])

    assert (prose.words, prose.sentences, prose.long_words) == (6, 2, 3)
    assert prose.lix == 3 + 50
    assert prose_of([]).lix == 0
