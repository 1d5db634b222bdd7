"""What a teacher's page shows: pure functions from what the writer tells to plain data, in one language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from release.lms.refusal import lms_sentence
from release.lms.services.grade import score_text
from release.lms.services.roster import RosterMember
from release.workshop.lms_wire import ClassAnswer, ClassItem, HowFar, LearnerStanding
from scenarios.case import Case
from scenarios.language import Language
from scenarios.sentence import in_language

# What is said of a grade that was not taken; another reason is said as “other”.
TROUBLES = ("unreachable", "not_taken", "no_token", "unregistered")


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """An activity: what it plays, and how many came, began and are done."""

    title: str
    come: int
    begun: int
    done: int


@dataclass(frozen=True, slots=True)
class SentCounts:
    """What the platform has. troubles: how many it did not take, each with the reason as a sentence."""

    sent: int
    waiting: int
    troubles: Sequence[tuple[int, str]]

    @property
    def failed(self) -> int:
        """How many were not taken."""
        return sum(count for count, _ in self.troubles)


@dataclass(frozen=True, slots=True)
class LearnerActivity:
    """A learner in one activity. grade: as the platform has it, "" for none; trouble: a sentence, or ""."""

    title: str
    far: HowFar | None
    grade: str
    trouble: str


@dataclass(frozen=True, slots=True)
class LearnerRow:
    """Somebody of the roster. name: as the platform has it, or its own id of the person."""

    name: str
    activities: Sequence[LearnerActivity]


@dataclass(frozen=True, slots=True)
class ClassView:
    """Makes the data of one page. cases: by id; everything: what is said where all of the lab is played."""

    cases: Mapping[str, Case]
    everything: str
    language: Language

    def title(self, item: str) -> str:
        """What an activity plays, as its teacher knows it."""
        case = self.cases.get(item.partition(":")[2])
        return case.in_language(self.language).title if case is not None else item or self.everything

    def activities(self, items: Sequence[ClassItem]) -> list[ActivityRow]:
        """The activities, in the order in which somebody came to them first."""
        return [ActivityRow(self.title(one["item"]), one["come"], one["begun"], one["done"]) for one in items]

    def sent(self, counts: ClassAnswer) -> SentCounts:
        """What was sent, and what was not taken."""
        reasons = counts["troubles"].items()
        troubles = [(count, trouble_text(reason, self.language)) for reason, count in reasons]
        return SentCounts(counts["sent"], counts["waiting"], troubles)

    def learners(
        self,
        members: Sequence[RosterMember],
        items: Sequence[str],
        standings: Mapping[str, Sequence[LearnerStanding]],
        seat_of: Callable[[RosterMember], str],
    ) -> list[LearnerRow]:
        """The roster in the order of its names: never of what somebody reached."""
        return [
            LearnerRow(
                member.label, [self._activity(item, standings.get(seat_of(member), ())) for item in items]
            )
            for member in sorted(members, key=lambda one: (one.label.casefold(), one.subject))
        ]

    def _activity(self, item: str, standings: Sequence[LearnerStanding]) -> LearnerActivity:
        here = [one for one in standings if one["item"] == item]
        if not here:
            return LearnerActivity(self.title(item), None, "", "")
        furthest = max(here, key=lambda one: (("come", "begun", "done").index(one["far"]), one["is_sent"]))
        score, trouble = furthest["score"], furthest["trouble"]
        grade = "" if score is None else score_text(score, self.language)
        reason = trouble_text(trouble, self.language) if trouble else ""
        return LearnerActivity(self.title(item), furthest["far"], grade, reason)


def trouble_text(reason: str, language: Language) -> str:
    """Why a platform did not take a grade, in everyday words."""
    name = reason if reason in TROUBLES else "other"
    return in_language(lms_sentence(f"trouble_{name}"), language)
