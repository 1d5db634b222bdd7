"""The first layer of the feedback on a decision: what was chosen, why, what was right, and the child.

Which sentence is told is a rule, and none is made up. The reason is that of the key for the pick that weighs
most, as the kind of the decision orders them. What it meant for the child is told by the story, where the
pick alone led to a scene that names one; else by the key's reason for what is right, by that for the pick, or
by a rule that the answer turned on, whichever speaks of a child first. What is told as that is told once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from graders.feedback.child import speaks_of_child
from graders.key.decision import DecisionKey, FeedbackWords, Reason
from scenarios.decision import Decision
from scenarios.feedback import (
    Badge,
    FlagNote,
    GistLine,
    GistNote,
    OptionNote,
    OrderLine,
    ReasonNote,
    RuleNote,
    Standing,
    Status,
)
from scenarios.language import Language
from scenarios.pick import Pick

SAME = 0.005
_HARMFUL_FIRST: tuple[Standing, ...] = ("harmful", "wrong", "partly", "neutral", "right")

_Texts: TypeAlias = tuple[ReasonNote | None, ReasonNote | None, ReasonNote | None]


@dataclass(frozen=True, slots=True)
class Gist:
    """What the first layer of one decision is made of; all of it in `language`.

    score: 0..1, None where nothing was scored; options: with their standings; harm, missed: the flags;
    rules: those that the answer turned on; story: the part of the scene that this pick led to which names a
    child, None where there is none.
    """

    decision: Decision
    key: DecisionKey
    pick: Pick | None
    status: Status
    score: float | None
    options: Sequence[OptionNote]
    harm: Sequence[FlagNote]
    missed: Sequence[FlagNote]
    words: FeedbackWords
    language: Language
    rules: Sequence[RuleNote] = ()
    story: ReasonNote | None = None

    def note(self) -> GistNote:
        """The first layer."""
        why, why_right, child = self._texts()
        return {
            "badge": badge_of(self.status, self.score, self.key.weight, self.harm, self.missed),
            "points": self._points(),
            "chosen": [] if self.decision.is_ordered else self._chosen(),
            "order": list(self._order()) if self.decision.is_ordered else [],
            "why": why,
            "right": [self._line(option) for option in self._left()],
            "why_right": why_right,
            "child": child,
        }

    def _points(self) -> str:
        if self.pick is None or self.score is None:
            return ""
        for flag in self.harm:
            return self.words.say("points_harm" if flag["grade"] == "harm" else "points_practice")
        return self.key.points(self.decision, self.pick, self.words)

    def _chosen(self) -> list[GistLine]:
        lines = [self._line(option) for option in self.options if option["chosen"]]
        return sorted(lines, key=lambda line: _HARMFUL_FIRST.index(line["standing"]))

    def _line(self, option: OptionNote) -> GistLine:
        name = option["id"]
        is_harmful = any(flag["grade"] == "harm" and flag["option"] == name for flag in self.harm)
        is_owed = any(flag["option"] == name for flag in self.missed)
        remarks = [self.key.remark(self.decision, name, self.pick, self.words)] if self.key.weight else []
        remarks += [self.words.say("remark_duty")] if is_owed else []
        standing: Standing = "harmful" if is_harmful else option["standing"]
        return {
            "id": name,
            "text": self.words.option(name),
            "standing": standing,
            "remark": "; ".join(filter(None, remarks)),
        }

    def _left(self) -> list[OptionNote]:
        """What would have been right and was not chosen; of an order nothing, whose places tell it."""
        if self.decision.is_ordered:
            return []
        return [option for option in self.options if option["standing"] == "right" and not option["chosen"]]

    def _order(self) -> list[OrderLine]:
        """By the key's order, by the reader's where a panel contested it."""
        lines: list[OrderLine] = [
            {
                "id": option["id"],
                "text": option["text"],
                "yours": option["position"],
                "keys": option["right_position"],
                "standing": option["standing"],
            }
            for option in self.options
        ]
        return sorted(lines, key=lambda line: line["keys"] or line["yours"] or 0)

    def _texts(self) -> _Texts:
        """The reason for the pick, that for what was right, and what it meant for the child."""
        why, right = self._why(), self._why_right()
        if right is not None and why == right:
            right = None
        if self.story is not None:
            return self._noted(why), None, self.story
        if right is not None and speaks_of_child(right.why, self.language):
            return self._noted(why), None, self._noted(right)
        if why is not None and speaks_of_child(why.why, self.language):
            return None, self._noted(right), self._noted(why)
        return self._noted(why), self._noted(right), self._rule_of_child()

    def _rule_of_child(self) -> ReasonNote | None:
        rules = (rule["text"] for rule in self.rules if speaks_of_child(rule["text"], self.language))
        text = next(rules, None)
        return ReasonNote(about="", text=text) if text is not None else None

    def _why(self) -> Reason | None:
        if self.pick is None:
            return None
        if self.key.weight:
            reasons = self.key.reasons(self.decision, self.pick, self.words)
        else:
            # Where a panel disagreed no pick weighs more than another, but what harms harms all the same.
            harmful = [flag["option"] for flag in self.harm]
            chosen = [option["id"] for option in self.options if option["chosen"]]
            reasons = (self.words.reason(option) for option in (*harmful, *chosen))
        return next((reason for reason in reasons if reason.why), None)

    def _why_right(self) -> Reason | None:
        left = sorted(self._left(), key=lambda option: -self.key.heft(option["id"]))
        owed = [flag["option"] for flag in self.missed]
        left.sort(key=lambda option: option["id"] not in owed)
        return self.words.reason(left[0]["id"]) if left else None

    def _noted(self, reason: Reason | None) -> ReasonNote | None:
        """A reason, said of what it is about where that is not plain from what stands above it."""
        if reason is None:
            return None
        is_plain = self.decision.is_exclusive
        return {"about": "" if is_plain else reason.about, "text": reason.why}


def badge_of(
    status: Status,
    score: float | None,
    weight: float,
    harm: Sequence[FlagNote],
    missed: Sequence[FlagNote],
) -> Badge:
    """How a decision went, in one word."""
    if status != "answered":
        return "incomplete"
    if any(flag["grade"] == "harm" for flag in harm):
        return "harm"
    if missed:
        return "missed"
    if not weight:
        return "contested"
    share = score or 0.0
    return "right" if share >= 1 - SAME else "partly" if share > SAME else "learn"
