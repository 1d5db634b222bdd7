"""What a case's own texts say of the child: a paragraph that names one, and nothing where none is named."""

from __future__ import annotations

import pytest

from graders.feedback.child import child_paragraph, speaks_of_child
from scenarios.language import Language

SCENE = """Malam itu Kepala Desa D menelepon.
Ia lama bicara.

Anak A mendengarnya dari sepupunya. Anak A diam.

Anak-anak lain pulang."""


def test_the_paragraph_that_names_a_child_most_often_is_taken_on_one_line() -> None:
    assert child_paragraph(SCENE, "id") == "Anak A mendengarnya dari sepupunya. Anak A diam."
    assert child_paragraph("Satu.\n\nAnak A\ntidur.", "id") == "Anak A tidur."


def test_a_child_without_a_code_name_counts_where_no_other_is_named() -> None:
    assert child_paragraph("Ia menunggu.\n\nAnaknya belum pulang.", "id") == "Anaknya belum pulang."


def test_a_scene_without_a_child_says_nothing_of_one() -> None:
    assert child_paragraph("Rapat batal.\n\nTidak ada yang datang.", "id") == ""
    assert child_paragraph("", "id") == ""


@pytest.mark.parametrize(
    ("text", "language", "speaks"),
    [
        ("Identitas anak dirahasiakan.", "id", True),
        ("Anaknya menunggu.", "id", True),
        ("Rapat itu dianaktirikan.", "id", False),
        ("The children wait.", "en", True),
        ("Child A waits.", "en", True),
        ("Somebody waits.", "en", False),
    ],
)
def test_a_reason_speaks_of_a_child_where_it_says_the_word(
    text: str, language: Language, *, speaks: bool
) -> None:
    assert speaks_of_child(text, language) is speaks
