"""The bank keeps what a facilitator asked it to keep, and nothing that names or quotes anybody."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from graders.formgrader.comment_bank import (
    COMMENTS,
    LONGEST,
    MOST,
    CommentBankError,
    drop_comment,
    keep_comment,
    read_comments,
)
from scenarios.documents.problem import ProblemsError

KIND = "Terima kasih. Anda menulis dengan jujur."


def texts(course: Path) -> list[str]:
    return [comment.text for comment in read_comments(course)]


def test_a_course_begins_without_comments(tmp_path: Path) -> None:
    assert read_comments(tmp_path) == ()


def test_what_was_kept_is_there_again_once(tmp_path: Path) -> None:
    keep_comment(tmp_path, KIND)
    keep_comment(tmp_path, f"  {KIND}\r\n")
    keep_comment(tmp_path, "=1+1\n<script>alert(1)</script>")

    assert texts(tmp_path) == [KIND, "=1+1\n<script>alert(1)</script>"]


def test_the_file_is_one_that_a_person_can_edit(tmp_path: Path) -> None:
    keep_comment(tmp_path, KIND)
    file = tmp_path / COMMENTS

    assert yaml.safe_load(file.read_text(encoding="utf-8")) == {"comments": [KIND]}
    file.write_text("comments: [Bagus sekali., Bagus sekali.]", encoding="utf-8")
    assert texts(tmp_path) == ["Bagus sekali."]


def test_a_dropped_comment_is_gone_and_may_be_dropped_again(tmp_path: Path) -> None:
    first, _ = (keep_comment(tmp_path, text)[-1] for text in (KIND, "Teruskan."))

    drop_comment(tmp_path, first.id)
    comments = drop_comment(tmp_path, first.id)

    assert [comment.text for comment in comments] == ["Teruskan."]


@pytest.mark.parametrize(
    ("text", "reason", "detail"),
    [
        (" \n", "empty", ""),
        ("x" * (LONGEST + 1), "long", str(LONGEST)),
        ("Terima kasih, peserta-07, tulisan yang jujur.", "personal", "peserta-07"),
        ("Terima kasih, Melati.", "personal", "Melati"),
        ("tulis ke melati@contoh.id", "personal", "melati@contoh.id"),
        ("Hubungi 0812 3456 7890.", "personal", "0812 3456 7890"),
        ("Seperti kata Ibu Dewi Lestari, pelan saja.", "personal", "Dewi Lestari"),
        ("Anda menulis: saya takut salah memilih kata.", "quoted", "saya takut salah memilih kata"),
    ],
)
def test_what_it_must_not_hold_is_refused(tmp_path: Path, text: str, reason: str, detail: str) -> None:
    with pytest.raises(CommentBankError) as refused:
        keep_comment(
            tmp_path,
            text,
            names=["peserta-07", "Melati Ayu"],
            trainee_texts=["Kemarin SAYA takut, salah memilih kata."],
        )

    assert refused.value.reason == reason
    assert detail in refused.value.detail
    assert read_comments(tmp_path) == ()


def test_a_word_that_is_also_a_name_may_be_said_in_small_letters(tmp_path: Path) -> None:
    keep_comment(tmp_path, "Kata-kata yang indah.", names=["Indah Permata"])

    assert texts(tmp_path) == ["Kata-kata yang indah."]


def test_a_full_bank_says_so(tmp_path: Path) -> None:
    (tmp_path / COMMENTS).write_text(yaml.safe_dump({"comments": [f"butir {n}" for n in range(MOST)]}))

    with pytest.raises(CommentBankError, match="Delete a comment first"):
        keep_comment(tmp_path, KIND)


@pytest.mark.parametrize("text", ["comments: 3", "comments: [{text: x}]", "kind: [x]", "comments: ['"])
def test_a_torn_file_is_told_and_left_as_it_is(tmp_path: Path, text: str) -> None:
    (tmp_path / COMMENTS).write_text(text, encoding="utf-8")

    with pytest.raises(ProblemsError, match=COMMENTS):
        keep_comment(tmp_path, KIND)

    assert (tmp_path / COMMENTS).read_text(encoding="utf-8") == text
