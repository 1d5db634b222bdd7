"""The table of a Word document in which a reviewer signed: each question with what stands in its row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias
from xml.etree import ElementTree as ET

from graders.review.demands import QUESTIONS, Question
from release.author.review.comments import WORD_NAMES, opened_document, paragraphs_text
from release.author.review.word_document import SHOWS, SIGNS
from scenarios.language import read_catalogue

SignWord: TypeAlias = Literal["agrees", "objects", "unclear", ""]
_WORD, _COMMENT = 1, 2  # the columns, counted from 0
_TEXTS = Path(__file__).with_name("review.yaml")


@dataclass(frozen=True, slots=True)
class SignRow:
    """One row. word: what was meant by what stands in it, "" where nothing does; text: that, as it stands.

    comment: what stands beside it.
    """

    question: Question
    word: SignWord
    text: str
    comment: str


@dataclass(frozen=True, slots=True)
class SignTable:
    """The table. mark: of what the document shows, "" where nothing in it says that."""

    mark: str
    rows: tuple[SignRow, ...]


def read_sign_table(file: Path) -> SignTable:
    """The table of a document. Raises NoReviewDocumentError."""
    body, _ = opened_document(file)
    names = (mark.get(f"{WORD_NAMES}name", "") for mark in body.iter(f"{WORD_NAMES}bookmarkStart"))
    marks = [name.removeprefix(SHOWS) for name in names if name.startswith(SHOWS)]
    return SignTable(marks[0] if marks else "", tuple(_rows(body)))


def _rows(body: ET.Element) -> Iterator[SignRow]:
    for row in body.iter(f"{WORD_NAMES}tr"):
        names = [mark.get(f"{WORD_NAMES}name", "") for mark in row.iter(f"{WORD_NAMES}bookmarkStart")]
        cells = [paragraphs_text(cell) for cell in row.iter(f"{WORD_NAMES}tc")]
        for question in QUESTIONS:
            if f"{SIGNS}{question}" in names and len(cells) > _COMMENT:
                yield SignRow(question, sign_word(cells[_WORD]), cells[_WORD], cells[_COMMENT])


def sign_word(text: str) -> SignWord:
    """What was meant by what stands in the cell to sign."""
    words = " ".join(text.lower().split()).strip(" .!,:;✓")
    if not words:
        return ""
    for meaning in ("objects", "agrees"):
        if words in words_of(f"{meaning}_words"):
            return "agrees" if meaning == "agrees" else "objects"
    return "unclear"


def words_of(name: str) -> frozenset[str]:
    """The words of that list of the catalogue, in all languages."""
    texts = read_catalogue(_TEXTS)[name]
    return frozenset(word.strip().lower() for _, text in texts.items() for word in text.split(","))
