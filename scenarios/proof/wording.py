"""Words that a case does not use, and what to write instead; words that a case has to answer for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from scenarios.case import Case
from scenarios.documents.part import Id, Part
from scenarios.documents.problem import Level, Problem
from scenarios.language import ByLanguage, Language, Texts
from scenarios.library import read_model
from scenarios.proof.prose import sentences
from scenarios.proof.texts import Written
from scenarios.sentence import sentences_of

_finding = sentences_of(Path(__file__).with_name("findings.yaml"))

WORDING = Path(__file__).with_name("wording.yaml")

_QUOTES = re.compile(r"[\"“”]")


@dataclass(frozen=True, slots=True)
class WordList(ByLanguage[tuple[str, ...]]):
    """Words to look for in each language; ``*`` stands for any ending, ``#`` for a number."""

    def pattern(self, language: Language) -> re.Pattern[str]:
        """One pattern for all of them, as whole words in any case. Raises NoSuchLanguageError."""
        return _pattern(self[language])


class AvoidedTerm(Part):
    """Words that are not used, and what is written instead."""

    kind: Literal["graphic", "blaming", "label"]
    words: WordList
    use: Texts


class Subject(Part):
    """A subject that asks for a content note: the least intensity, and words of which the note holds one."""

    words: WordList
    intensity: Annotated[int, Field(ge=1, le=2)]
    note: WordList


class Reports(Part):
    """How a text says who reported to whom and when."""

    verb: WordList
    to: WordList
    when: WordList


class Counts(Part):
    """How a question says how many may be picked: what stands before the number, and the numbers."""

    most: WordList
    numbers: WordList


class Wording(Part):
    """The whole list; its file says what each part is for."""

    terms: Mapping[Id, AvoidedTerm]
    subjects: Mapping[Id, Subject]
    denials: WordList
    reports: Reports
    dangers: WordList
    laws: WordList
    agreements: WordList
    counts: Counts
    capitals: WordList


@lru_cache(maxsize=8)
def load_wording(file: Path = WORDING) -> Wording:
    """Load the list. Raises ProblemsError."""
    return read_model(file, Wording)


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    if not words:
        return re.compile(r"(?!)")
    # The longest first, so that a phrase is told as a whole.
    parts = (re.escape(word).replace(r"\*", r"\w*").replace(r"\#", r"\d+") for word in sorted(words)[::-1])
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)


def term_problems(texts: Iterable[Written], wording: Wording) -> Iterator[Problem]:
    """Terms that are not used: a warning in a quotation or an option, where a person of the story speaks."""
    for written in texts:
        for term in wording.terms.values():
            for match in term.words.pattern(written.language).finditer(written.text):
                spoken = written.kind == "option" or _quoted(written.text, match.start())
                level: Level = "warning" if spoken else "error"
                fault = _finding(f"term_{term.kind}", words=match.group())
                remedy = _finding("write", value=term.use[written.language])
                yield written.problem(fault, remedy, term.kind, level, match.start())


def _quoted(text: str, at: int) -> bool:
    paragraph = text.rfind("\n\n", 0, at) + 1
    return len(_QUOTES.findall(text, paragraph, at)) % 2 == 1


def note_problems(case: Case, texts: Iterable[Written], wording: Wording) -> Iterator[Problem]:
    """Subjects for which the intensity or the content note of a case does not prepare its reader.

    texts: those of one language.
    """
    written = tuple(texts)
    note = next((text for text in written if text.kind == "note"), None)
    scenes = [text for text in written if text.kind == "scene"]
    for name, subject in wording.subjects.items():
        mention = mention_of(subject, scenes, wording.denials)
        if note is None or mention is None:
            continue
        if case.intensity < subject.intensity:
            fault = _finding("intensity_scene_speaks", intensity=case.intensity, mention=mention)
            remedy = _finding("write_or_more_or", intensity=subject.intensity)
            yield note.document.problem(("intensity",), fault, remedy, "content-note")
        if subject.note[note.language] and not subject.note.pattern(note.language).search(note.text):
            fault = _finding("scene_speaks_note_does", mention=mention, name=name)
            yield note.problem(fault, _finding("name_subject_few_plain"), "content-note", "warning")


def mention_of(subject: Subject, texts: Iterable[Written], denials: WordList) -> str | None:
    """The first words in `texts` that speak of a subject, or None where none does."""
    for text in texts:
        denied = denials.pattern(text.language)
        for _, sentence in sentences(text.text):
            match = subject.words.pattern(text.language).search(sentence)
            # Asked about, or said not to be so: no reader has to be prepared for that.
            if match and not denied.search(sentence, 0, match.start()):
                return match.group()
    return None
