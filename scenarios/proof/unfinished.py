"""What was left unfinished in a text, or came into it unseen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from scenarios.case import Case
from scenarios.documents.document import DataPath
from scenarios.documents.letters import letter_name, odd_letters
from scenarios.documents.problem import Problem
from scenarios.language import card_of
from scenarios.proof.texts import Written
from scenarios.proof.wording import Wording
from scenarios.sentence import sentences_of

LEAST_WORDS = 4
"""Words of a text from which on it is no name, and so not the same in two languages."""

# A language may write all of a text in capitals: what a skeleton says goes on in small letters.
PLACEHOLDER = re.compile(r"(?:\b(?:TULIS|WRITE)\b(?=\s+[a-z])|^(?:TULIS|WRITE)$)[^.\n]{0,30}")
_AROUND = 12
_finding = sentences_of(Path(__file__).with_name("findings.yaml"))


def unfinished_problems(texts: Iterable[Written]) -> Iterator[Problem]:
    """What nobody meant to write: a skeleton's words, signs that are not seen, paragraphs that melted."""
    for written in texts:
        for match in PLACEHOLDER.finditer(written.text):
            fault = _finding("placeholder", words=match.group().strip())
            yield written.problem(fault, _finding("placeholder_do"), "placeholder", "error", match.start())
        if odd := odd_letters(written.text):
            at, letter = odd[0]
            around = " ".join(written.text[max(0, at - _AROUND) : at + _AROUND].split())
            fault = _finding("odd_letter", count=len(odd), letter=letter_name(letter), around=around)
            yield written.problem(fault, _finding("odd_letter_do"), "letter", "warning", at)
        if written.document.origin(written.path) in written.document.folded:
            line, name = written.document.place(written.path)
            remedy = _finding("melted_do", name=name.rpartition(".")[2])
            yield Problem(str(written.document.file), line, name, _finding("melted"), remedy, "melted")


def untranslated_problems(originals: Iterable[Written], texts: Iterable[Written]) -> Iterator[Problem]:
    """Texts of a translation that are the same, word by word, as what they translate.

    The same path stands for the same text; of a text in several languages its last step is the language.
    """
    known: Mapping[DataPath, str] = {_place(one): _bare(one.text) for one in originals}
    for written in texts:
        if len(written.text.split()) >= LEAST_WORDS and known.get(_place(written)) == _bare(written.text):
            language = card_of(written.language).name
            fault = _finding("untranslated", language=language, words=_begin(written.text))
            yield written.problem(fault, _finding("untranslated_do", language=language), "untranslated")


def _place(written: Written) -> DataPath:
    path = written.path
    return path[:-1] if path and path[-1] == written.language else path


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _begin(text: str) -> str:
    words = text.split()
    return " ".join(words[:LEAST_WORDS]) + (" …" if len(words) > LEAST_WORDS else "")


def count_problems(case: Case, texts: Iterable[Written], wording: Wording) -> Iterator[Problem]:
    """Questions that name another number to be picked than the case. texts: of one language."""
    # Of a kind that has no number of its own, any number in the text is somebody else's.
    most = {scene: decision for scene, decision in case.decisions() if getattr(decision, "pick", None)}
    for written in texts:
        if written.kind != "ask" or (decision := most.get(str(written.path[1]))) is None:
            continue
        numbers = [number.lower() for number in wording.counts.numbers[written.language]]
        for phrase in wording.counts.most[written.language]:
            pattern = rf"{re.escape(phrase)}\s+(\d+|{'|'.join(map(re.escape, numbers))})\b"
            match = re.search(pattern, written.text, re.IGNORECASE)
            if match is None:
                continue
            word = match[1].lower()
            number = int(word) if word.isdigit() else numbers.index(word) + 1
            if number != decision.most:
                fault = _finding("other_count", words=match.group(), most=decision.most)
                yield written.problem(fault, _finding("other_count_do"), "count", "error", match.start())
