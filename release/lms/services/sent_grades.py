"""What a platform has of the grades that go there, and why it does not have the others, in everyday words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from release.lms.refusal import lms_sentence
from scenarios.language import Language
from scenarios.sentence import in_language

# What is said of a grade that was not taken; another reason is said as “other”.
TROUBLES = ("unreachable", "not_taken", "no_token", "unregistered")


@dataclass(frozen=True, slots=True)
class SentCounts:
    """How many grades a platform has, and how many are on their way.

    troubles: how many it did not take, each with the reason as a sentence.
    """

    sent: int
    waiting: int
    troubles: Sequence[tuple[int, str]]

    @classmethod
    def of(cls, sent: int, waiting: int, reasons: Mapping[str, int], language: Language) -> SentCounts:
        """The counts with their reasons in a language. reasons: how many, by the reason."""
        sentences = [(count, trouble_text(reason, language)) for reason, count in reasons.items()]
        return cls(sent, waiting, sentences)

    @property
    def failed(self) -> int:
        """How many were not taken."""
        return sum(count for count, _ in self.troubles)


def trouble_text(reason: str, language: Language) -> str:
    """Why a platform did not take a grade."""
    name = reason if reason in TROUBLES else "other"
    return in_language(lms_sentence(f"trouble_{name}"), language)
