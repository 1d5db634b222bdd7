"""What a teacher's page shows: pure functions from what the writer tells to plain data, in one language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from release.lms.services.grade import score_text
from release.lms.services.roster import RosterMember
from release.lms.services.sent_grades import SentCounts
from release.workshop.lms_wire import ClassAnswer, ClassItem, HowFar, LearnerStanding
from scenarios.language import Language


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """An activity: what it plays, and how many came, began and are done."""

    title: str
    come: int
    begun: int
    done: int


@dataclass(frozen=True, slots=True)
class LearnerActivity:
    """A learner in one activity. grade: as the platform has it, "" for none; is_stuck: it was not taken."""

    title: str
    far: HowFar | None
    grade: str
    is_stuck: bool


@dataclass(frozen=True, slots=True)
class LearnerRow:
    """Somebody of the roster. name: as the platform has it, or its own id of the person."""

    name: str
    activities: Sequence[LearnerActivity]


@dataclass(frozen=True, slots=True)
class ClassView:
    """Makes the data of one page. titles: of what activities play, by item, "" for all of the lab."""

    titles: Mapping[str, str]
    language: Language

    def title(self, item: str) -> str:
        """What an activity plays, as its teacher knows it."""
        return self.titles.get(item, item)

    def activities(self, items: Sequence[ClassItem]) -> list[ActivityRow]:
        """The activities, in the order in which somebody came to them first."""
        return [ActivityRow(self.title(one["item"]), one["come"], one["begun"], one["done"]) for one in items]

    def sent(self, counts: ClassAnswer) -> SentCounts:
        """What was sent, and what was not taken."""
        return SentCounts.of(counts["sent"], counts["waiting"], counts["troubles"], self.language)

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
            return LearnerActivity(self.title(item), None, "", is_stuck=False)
        furthest = max(here, key=lambda one: (("come", "begun", "done").index(one["far"]), one["is_sent"]))
        score = furthest["score"]
        grade = "" if score is None else score_text(score, self.language)
        return LearnerActivity(self.title(item), furthest["far"], grade, is_stuck=furthest["trouble"] != "")
