"""By what keys are told apart where one takes the place of others: “1.0.0 > 1.0.0” tells nobody anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from graders.grading.case_grader import CaseGrader
from graders.grading.note import GradingNote
from scenarios.sentence import Sentence, enumeration, sentences_of

_sentence = sentences_of(Path(__file__).with_name("grade.yaml"))

_Mark: TypeAlias = tuple[str, str, str]  # the version of a key, that of the case it judges, its digest
_Form: TypeAlias = Callable[[_Mark], Sentence]

_FORMS: tuple[_Form, ...] = (
    lambda mark: _sentence("key", key=mark[0]),
    lambda mark: _sentence("key_of_case", key=mark[0], case=mark[1]),
    lambda mark: _sentence("key_of_content", key=mark[0], digest=mark[2][:8]),
)


@dataclass(frozen=True, slots=True)
class KeyLabel:
    """How a key and those before it are called: by version where that differs.

    Else by the version of the case as well, else by the content of the key's files. now: the key itself.
    """

    form: _Form
    now: Sentence

    @classmethod
    def of(cls, notes: Iterable[GradingNote], grader: CaseGrader) -> KeyLabel:
        """What tells the key of `grader` apart from those of `notes`."""
        marks = {_mark(note) for note in notes}
        now = grader.key.version, grader.case.version, grader.key_digest
        form = next((each for each in _FORMS if each(now) not in set(map(each, marks))), _FORMS[-1])
        return cls(form, form(now))

    def of_note(self, note: GradingNote) -> Sentence:
        """The key that a note speaks of."""
        return self.form(_mark(note))

    def of_notes(self, notes: Iterable[GradingNote]) -> tuple[Sentence, ...]:
        """The keys that notes speak of, each once."""
        return tuple(sorted({self.of_note(note) for note in notes}))

    def listed(self, notes: Iterable[GradingNote]) -> Sentence:
        """The same in a line."""
        return enumeration(self.of_notes(notes))


def _mark(note: GradingNote) -> _Mark:
    return note.key_version, note.case_version, note.key_digest
