"""Find in the text of a case what could belong to a real person or lead to one.

Sure: e-mail, link, handle, long number, NIK, street address. A name is only looked at: a code name
(“Anak A”), a title, an office or a word with a capital for another reason is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from scenarios.documents.letters import comparable
from scenarios.documents.problem import Problem
from scenarios.personal import all_findings
from scenarios.proof.texts import TextKind, Written
from scenarios.proof.wording import Wording
from scenarios.sentence import sentences_of

_finding = sentences_of(Path(__file__).with_name("findings.yaml"))

_NIK = re.compile(r"(?<!\d)\d(?:[ .-]?\d){15}(?!\d)")
_ADDRESS = re.compile(
    r"\b(?:Jalan|Jl\.?|Gang|Gg\.?|Perumahan|Blok)\s+(?![A-Z]\b|Anda\b)[A-Z0-9][\w.]*(?:\s+[A-Z0-9]\w*)*"
    r"|\bRT\s*\.?\s*\d+\s*/?\s*(?:RW\s*\.?\s*\d+)?|\b\d{1,4}\s+[A-Z]\w+\s+(?:Street|Road|Avenue|Lane)\b"
)
_CODE_NAME = re.compile(r"\b([A-ZÀ-Þ][\w’'-]*(?:\s+[A-ZÀ-Þ][\w’'-]*)*)\s+[A-Z]\b")
_TITLES: frozenset[TextKind] = frozenset({"title"})  # English titles carry capitals throughout
_SURE = frozenset({"email", "link", "handle", "number"})


def private_problems(texts: Iterable[Written], wording: Wording) -> Iterator[Problem]:
    """What in `texts` looks private: errors where the form is sure, warnings for what may be a name."""
    written = tuple(texts)
    titles = frozenset(word for text in written for word in _titles(text.text))
    for text in written:
        masked, places = comparable(text.text)
        for what, pattern in (("nik", _NIK), ("address", _ADDRESS)):
            for match in pattern.finditer(masked):
                begin, end = places[match.start()], places[match.end() - 1] + 1
                fault = _finding("is_private", text=text.text[begin:end], what=_finding(f"private_{what}"))
                yield text.problem(fault, _finding("take_private_out"), "private", "error", begin)
                masked = masked[: match.start()] + " " * len(match.group()) + masked[match.end() :]
        left = _blanked(text.text, masked, places)
        yield from _findings(text, left, titles, wording)


def _blanked(text: str, masked: str, places: Sequence[int]) -> str:
    """`text` without what is blank in `masked`, whose letters stand at `places` in it."""
    letters = list(text)
    for letter, place in zip(masked, places, strict=True):
        if letter == " ":
            letters[place] = " "
    return "".join(letters)


def _findings(text: Written, masked: str, titles: frozenset[str], wording: Wording) -> Iterator[Problem]:
    capitals = wording.capitals.pattern(text.language)
    for at, finding in all_findings(masked):
        if finding.kind in _SURE:
            fault = _finding("is_private", text=finding.text, what=_finding(f"private_{finding.kind}"))
            yield text.problem(fault, _finding("take_private_out"), "private", "error", at)
        elif text.kind not in _TITLES and _may_be_name(finding.text, masked, at, titles, capitals):
            fault, remedy = _finding("looks_like_name", text=finding.text), _finding("give_person_code_name")
            yield text.problem(fault, remedy, "name", "warning", at)


def _titles(text: str) -> Iterator[str]:
    # A word that stands somewhere before a code letter is a title also where it stands alone.
    for match in _CODE_NAME.finditer(text):
        yield from match.group(1).lower().split()


def _may_be_name(name: str, text: str, at: int, titles: frozenset[str], capitals: re.Pattern[str]) -> bool:
    if re.match(r"\s+[A-Z]\b", text[at + len(name) :]):
        return False  # a title before its code letter
    if not name[0].isupper():
        return False  # “namanya jadi …”: in a free text a doubt is asked about, in a case it is no name
    begins = at == 0 or re.search(r"[.!?:…\n]\W*$", text[:at]) is not None
    rest = re.sub(r"[’']s\b", "", capitals.sub(" ", name)).split()
    words = [word for word in rest if re.sub(r"[’']s$", "", word.lower()) not in titles]
    return len(words) > (1 if begins else 0)
