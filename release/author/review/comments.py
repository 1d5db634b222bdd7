"""The comments of a Word document that came back, each beside the part of the case that it stands at.

Who wrote a comment is not read. A document comes from anywhere: it is unpacked within bounds, and one that
declares entities, as no word processor does, is refused.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from release.author.bench.case_files import CaseFiles
from release.author.review.paper import BOOKMARK, Anchor, ReviewPaper
from scenarios.documents.document import DataPath, read_document
from scenarios.documents.problem import BadInputError, Problem
from scenarios.sentence import sentences_of
from scenarios.sheets.packed import packed_problem

MOST_BYTES: Final = 20_000_000
_MOST_MEMBERS = 500
WORD_NAMES: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_sentence = sentences_of(Path(__file__).with_name("review.yaml"))


class NoReviewDocumentError(BadInputError):
    """A file is no document whose comments can be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as it stands in a document. text: what was written; about: the words that it is set to.

    bookmarks: those of ours that stand before its end, the nearest last; "" before the first of them.
    """

    text: str
    about: str
    bookmark: str


def read_comments(file: Path) -> tuple[Comment, ...]:
    """The comments of a document, in the order of the places they stand at. Raises NoReviewDocumentError."""
    body, notes = opened_document(file)
    if notes is None:
        return ()
    texts = {
        note.get(f"{WORD_NAMES}id", ""): paragraphs_text(note) for note in notes.iter(f"{WORD_NAMES}comment")
    }
    return tuple(_placed(body, texts))


def opened_document(file: Path) -> tuple[ET.Element, ET.Element | None]:
    """What a document says, and its comments, None where it has none. Raises NoReviewDocumentError."""
    try:
        with zipfile.ZipFile(file) as packed:
            size = file.stat().st_size
            why = packed_problem(packed.infolist(), size, most_members=_MOST_MEMBERS, most_bytes=MOST_BYTES)
            if why is not None:
                raise NoReviewDocumentError(_sentence("document_refused", file=file.name, why=why))
            names = frozenset(packed.namelist())
            body = _parsed(packed.read("word/document.xml"))
            notes = _parsed(packed.read("word/comments.xml")) if "word/comments.xml" in names else None
    except (OSError, KeyError, zipfile.BadZipFile, ET.ParseError, ValueError):
        raise NoReviewDocumentError(_sentence("no_document", file=file.name)) from None
    return body, notes


def comment_findings(
    comments: Sequence[Comment], paper: ReviewPaper, files: CaseFiles
) -> tuple[Problem, ...]:
    """Each comment as a finding at the file and line of the part that it stands at. Raises ProblemsError."""
    anchors = {anchor.bookmark: anchor for anchor in paper.anchors}
    return tuple(_finding(comment, anchors, files) for comment in comments)


def _finding(comment: Comment, anchors: Mapping[str, Anchor], files: CaseFiles) -> Problem:
    about = f"“{comment.about}”: " if comment.about else ""
    fault, remedy = f"{about}{comment.text.rstrip('.')}", _sentence("comment_remedy")
    anchor = anchors.get(comment.bookmark)
    if anchor is None:
        name = "comment_lost" if comment.bookmark else "comment_in_front"
        place = files.places["case"]
        return Problem(str(place), 1, "", fault, _sentence(name), "comment", "warning")
    document = read_document(files.places[anchor.file])
    path: DataPath = anchor.path
    line, name = document.place(path)
    where = f"{name} ({anchor.variant})" if anchor.variant else name
    return Problem(str(document.file), line, where, fault, remedy, "comment", "warning")


def _parsed(raw: bytes) -> ET.Element:
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise ValueError("entities")
    return ET.fromstring(raw)  # noqa: S314 -- what the rule warns of was refused on the line before


def _placed(body: ET.Element, texts: Mapping[str, str]) -> Iterator[Comment]:
    """The comments at the places where they end, with the words between their start and that."""
    bookmark = ""
    running: dict[str, list[str]] = {}
    seen: set[str] = set()
    for element in body.iter():
        if element.tag == f"{WORD_NAMES}bookmarkStart":
            name = element.get(f"{WORD_NAMES}name", "")
            bookmark = name if name.startswith(BOOKMARK) else bookmark
        elif element.tag == f"{WORD_NAMES}commentRangeStart":
            running[element.get(f"{WORD_NAMES}id", "")] = []
        elif element.tag == f"{WORD_NAMES}t":
            for words in running.values():
                words.append(element.text or "")
        elif element.tag in {f"{WORD_NAMES}commentRangeEnd", f"{WORD_NAMES}commentReference"}:
            number = element.get(f"{WORD_NAMES}id", "")
            if number in texts and number not in seen:
                seen.add(number)
                yield Comment(texts[number], "".join(running.pop(number, [])).strip(), bookmark)


def paragraphs_text(note: ET.Element) -> str:
    """The words of all paragraphs of a part of a document, in one line."""
    paragraphs = (
        "".join(part.text or "" for part in each.iter(f"{WORD_NAMES}t"))
        for each in note.iter(f"{WORD_NAMES}p")
    )
    return " ".join(" ".join(paragraphs).split())
