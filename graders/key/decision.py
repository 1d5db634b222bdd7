"""The key of one decision, and what that of every kind answers: the kinds stand in `graders/key/kinds/`.

What is right, wrong, harmful and owed in a decision, why, and on what it rests; what a pick is worth; what a
panel makes of it; how an export names it. Whatever differs between the kinds is asked here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Annotated, ClassVar, Literal, NamedTuple, TypeAlias

from pydantic import Field, StringConstraints

from graders.key.critical_errors import ErrorCode
from graders.key.proof import PartProof
from graders.key.rules import RuleUse, WrittenUses, rule_use
from graders.key.votes import PanelReading, changed, counts_of, mode_of, votes_for
from scenarios.decision import Decision
from scenarios.documents.document import Document
from scenarios.documents.part import Id, Part, Text
from scenarios.documents.problem import Problem
from scenarios.feedback import HandoverNote, Standing
from scenarios.pick import Pick, PickPart, ordered_ids
from scenarios.sentence import sentences_of

_finding = sentences_of(Path(__file__).with_name("findings.yaml"))

Weight: TypeAlias = Annotated[float, Field(gt=0, le=10)]
Share: TypeAlias = Annotated[float, Field(gt=0, lt=1)]
Weights: TypeAlias = Mapping[Id, Weight]
Whys: TypeAlias = Mapping[Id, Text]
CompetencyCode: TypeAlias = Annotated[str, StringConstraints(pattern=r"^K[1-8]$")]
SourceCodes: TypeAlias = Annotated[tuple[str, ...], Field(min_length=1)]

Slip = Literal["full_packet", "thin_packet", "slow", "hasty"]
"""What can go wrong with a pick, by a name that is the same in every case: what is handed over is too much or
too little; something is done later or sooner than the facts ask."""
Interaction = Literal["choice", "likert", "sequencing", "matching"]
Component = Literal["options", "levels"]


class MismatchError(ValueError):
    """A case, a play and a key do not belong together; the text says which two and how they differ."""


class Harm(Part):
    """A pick that is a critical error: its code, and the role it binds."""

    code: ErrorCode
    role: Id


class Must(Part):
    """What the role may not leave out; ``code`` where leaving it out is a critical error by name."""

    role: Id
    code: ErrorCode | None = None


class Worth(NamedTuple):
    """What a pick is worth before any harm. s: 0..1; parts: of what it is the mean, each 0..1."""

    s: float
    parts: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class HandoverCount:
    """How one service that is right was called. level, facts: what the key asks for.

    chosen: how many called it; in_time: how many of them at that level; fitting: how many handed over all of
    the facts, and nothing that the key calls wrong or never.
    """

    service: str
    level: str
    facts: tuple[str, ...]
    chosen: int
    in_time: int
    fitting: int


class DecisionWhys(Part):
    """The texts of one decision's key in one language; a kind may have more than the whys of its options."""

    why: Whys

    def text(self, name: str, option: str) -> str:
        """The text `name`, such as ``why_packet``, about an option; "" where the key says nothing of it."""
        texts: Whys = getattr(self, name)
        return texts.get(option, "")


class Reason(NamedTuple):
    """Why something is right or not, in the key's own words. about: what it is said of."""

    about: str
    why: str


@dataclass(frozen=True, slots=True)
class FeedbackWords:
    """What the feedback on a decision quotes, in the reader's language.

    option: the text of an option by its id; facts: those of the case by their ids; oversharing: what it is
    to hand over a fact that a service must never get; sentence: one of the kind, or one that all kinds share,
    by its name.
    """

    option: Callable[[str], str]
    facts: Mapping[str, str]
    whys: DecisionWhys
    oversharing: Standing
    sentence: Callable[[str], str]

    def why(self, name: str, option: str) -> str:
        """The key's text `name` about an option; "" where the key says nothing of it."""
        return self.whys.text(name, option)

    def say(self, name: str, **values: object) -> str:
        """The sentence `name`, of the kind or shared. Raises KeyError where there is none."""
        return self.sentence(name).format(**values)

    def reason(self, option: str) -> Reason:
        """Why an option is what the key says of it."""
        return Reason(self.option(option), self.why("why", option))


class DecisionKey(Part, ABC):
    """The key of one decision.

    weight: its points, 0 only where a panel disagreed; competency: what it practises; why and
    sources: for every option, or every service of a referral; rules: those that an option applies, ``+``
    where it follows one and ``-`` where it breaks one. What breaks a rule is never right; what breaks none is
    not wrong.
    Of the kind as a whole: whys: the fields that hold texts, and so are translated; interaction: what xAPI
    calls it; components: what xAPI lists of it, by xAPI's names (1.0.3, part 2, “Interaction Activities”).
    """

    whys: ClassVar[tuple[str, ...]] = ("why",)
    interaction: ClassVar[Interaction] = "choice"
    components: ClassVar[Mapping[str, Component]] = {"choices": "options"}

    weight: Annotated[float, Field(ge=0, le=4)]
    competency: CompetencyCode
    why: Whys
    sources: Mapping[Id, SourceCodes]
    rules: Mapping[Id, WrittenUses] = Field(default_factory=dict)
    kind: str

    # What it flags

    @property
    def harms(self) -> Mapping[str, Harm]:
        """The options that are critical errors."""
        return {}

    @property
    def musts(self) -> Mapping[str, Must]:
        """The options that may not be left out."""
        return {}

    @property
    def nevers(self) -> Mapping[str, tuple[str, ...]]:
        """The facts that a service must never get, by service."""
        return {}

    # What it rests on

    def uses(self, option: str) -> tuple[RuleUse, ...]:
        """The rules that an option applies, in the key's order."""
        return tuple(rule_use(written) for written in self.rules.get(option, ()))

    @property
    def forbidding(self) -> Mapping[str, tuple[str, ...]]:
        """The rules by which a service must never get some facts, by service."""
        return {}

    # What a pick is worth

    @abstractmethod
    def worth(self, decision: Decision, pick: Pick) -> Worth:
        """What `pick` is worth. Raises MismatchError where the pick belongs to another kind of decision."""

    @abstractmethod
    def best_pick(self) -> Pick:
        """The pick that follows the key in all."""

    def right_answer(self, decision: Decision) -> object:
        """The best pick, so that it equals that of another key exactly where both ask the same."""
        pick = self.best_pick()
        return ordered_ids(pick) if decision.is_ordered or isinstance(pick, str) else _unordered(pick)

    @property
    def order(self) -> tuple[str, ...]:
        """The right order of the options; empty where the kind knows none."""
        return ()

    @abstractmethod
    def standing(self, decision: Decision, option: str, pick: Pick | None) -> Standing:
        """What the key says of an option, harm left aside; of its place in `pick`, where places count."""

    def slips(self, decision: Decision, pick: Pick) -> frozenset[Slip]:
        """What went wrong with `pick`, as far as it has such a name; whether it is harmful left aside."""
        del decision, pick
        return frozenset()

    # What a guesser could take

    def taken(self, decision: Decision) -> int:
        """How many options a guesser takes."""
        del decision
        return 1

    def choices(self, decision: Decision) -> Iterator[tuple[str, ...]]:
        """Every choice of options (services, orders), as many at a time as a guesser would take."""
        yield from combinations(decision.option_ids, self.taken(decision))

    def choice_score(self, decision: Decision, choice: Sequence[str]) -> float:
        """The score of a choice, 0 where it is harmful; of a referral, its services alone."""
        if any(option in self.harms for option in choice):
            return 0.0
        return self.choice_worth(decision, choice)

    def choice_worth(self, decision: Decision, choice: Sequence[str]) -> float:
        """What a choice is worth, harm left aside."""
        return self.worth(decision, choice[0] if decision.is_exclusive else tuple(choice)).s

    def answers(self, decision: Decision, keys: Sequence[DecisionKey]) -> Iterator[Pick]:
        """The picks of which one is best for all of `keys`: those of this decision, one a variant."""
        del keys
        for choice in self.choices(decision):
            yield choice[0] if decision.is_exclusive else choice

    # What it is proven by

    @abstractmethod
    def problems(self, proof: PartProof) -> Iterator[Problem]:
        """Every problem of this kind of key, beyond its shape and what all keys are proven by."""

    def safety_problems(
        self, document: Document, decision_id: str, keys: Mapping[str, DecisionKey]
    ) -> Iterator[Problem]:
        """What is well formed in it and still not safe; keys: those of all decisions of the case."""
        del document, decision_id, keys
        yield from ()

    # What a room, a class or a panel made of it

    @abstractmethod
    def panel_reading(self, decision: Decision, picks: Sequence[Pick]) -> PanelReading:
        """What `picks` say, each that of one expert who settled the decision."""

    def beyond(self, decision: Decision) -> frozenset[str]:
        """The levels that are not appropriate, and earn nothing, however many choose them."""
        del decision
        return frozenset()

    def handover_counts(self, decision: Decision, picks: Sequence[Pick]) -> Iterator[HandoverCount]:
        """How each right service was called, where the kind calls services."""
        del decision, picks
        yield from ()

    def handover_notes(
        self, decision: Decision, pick: Pick | None, words: FeedbackWords
    ) -> Iterator[HandoverNote]:
        """The feedback on each service that was called or should have been."""
        del decision, pick, words
        yield from ()

    # What is read first of a pick

    def points(self, decision: Decision, pick: Pick, words: FeedbackWords) -> str:
        """What `pick` is worth, as a person would say it, harm left aside."""
        return words.say(f"points_{standing_by_share(self.worth(decision, pick).s)}")

    def remark(self, decision: Decision, option: str, pick: Pick | None, words: FeedbackWords) -> str:
        """What a line about an option says beside its text; "" for nothing."""
        del decision, option, pick, words
        return ""

    def reasons(self, decision: Decision, pick: Pick, words: FeedbackWords) -> Iterator[Reason]:
        """The reasons that fit `pick`, that first which weighs most.

        What harms, what was owed and left out, what is wrong, what is partly right, what would have been
        right, what is right.
        """
        yield from (words.reason(option) for option in self.by_weight(decision, pick))

    def by_weight(self, decision: Decision, pick: Pick) -> tuple[str, ...]:
        """The options in the order in which they are to be spoken of: see `reasons`."""
        chosen = ordered_ids(pick)
        left = [option for option in decision.option_ids if option not in chosen]
        standing = {option: self.standing(decision, option, pick) for option in decision.option_ids}

        def of(options: Sequence[str], wanted: Standing) -> list[str]:
            those = [option for option in options if standing[option] == wanted]
            return sorted(those, key=self.heft, reverse=True)

        return tuple(
            dict.fromkeys(
                (
                    *(option for option in chosen if option in self.harms),
                    *(option for option in left if option in self.musts),
                    *of(chosen, "wrong"),
                    *of(chosen, "partly"),
                    *of(left, "right"),
                    *of(chosen, "right"),
                    *chosen,
                )
            )
        )

    def heft(self, option: str) -> float:
        """How much an option weighs beside others of its standing."""
        del option
        return 0.0


class HarmKey(DecisionKey):
    """The key of a decision in which a pick can be harmful."""

    harm: Mapping[Id, Harm] = Field(default_factory=dict)

    @property
    def harms(self) -> Mapping[str, Harm]:
        """The harmful options."""
        return self.harm

    def problems(self, proof: PartProof) -> Iterator[Problem]:
        """The problems of the harms."""
        yield from proof.unknowns(("harm",), self.harm)
        for option, harm in self.harm.items():
            tail = ("harm", option)
            yield from proof.flag_problems(tail, harm.role, harm.code)
            error = proof.proof.errors.get(harm.code)
            carried = proof.proof.carried(self.sources.get(option, ()))
            if error is not None and error.grade == "harm" and not carried:
                yield proof.unfounded(tail, _finding("harm_of", option=option))


class ExclusiveKey(HarmKey):
    """The key of a decision in which one option is picked, and one is right."""

    right: Id

    def best_pick(self) -> str:
        """The right option."""
        return self.right

    def standing(self, decision: Decision, option: str, pick: Pick | None) -> Standing:
        """By what the option is worth."""
        del pick
        return standing_by_share(self.worth(decision, option).s)

    def problems(self, proof: PartProof) -> Iterator[Problem]:
        """The problems of the harms, and of the right option."""
        yield from super().problems(proof)
        if self.right in self.harm:
            fault, remedy = _finding("both_right_harmful", option=self.right), _finding("decide_which_two")
            yield proof.problem(("harm", self.right), fault, remedy, "harm")
        if self.right not in proof.options:
            yield proof.unknown(("right",), "option", self.right, proof.options)

    def panel_reading(self, decision: Decision, picks: Sequence[Pick]) -> PanelReading:
        """The mode becomes right."""
        votes, n = votes_for(decision.option_ids, picks), len(picks)
        mode = mode_of(votes, self.right)
        reread = (("why", self.right), ("why", mode)) if mode != self.right else ()
        changes = tuple(changed(("right",), self.right, mode))
        return PanelReading(votes[mode] / n if n else None, counts_of(votes, n), mode, changes, reread)


def _unordered(pick: Pick) -> frozenset[object]:
    return frozenset(
        (*part.matched, frozenset(part.facts)) if isinstance(part, PickPart) else part for part in pick
    )


def standing_by_share(s: float) -> Standing:
    """What a score says: right, partly right, or wrong."""
    return "right" if s == 1 else "partly" if s > 0 else "wrong"


def one_option(decision: Decision, pick: Pick) -> str:
    """`pick` where it is one option. Raises MismatchError."""
    if isinstance(pick, str):
        return pick
    raise mismatch(decision)


def several_options(decision: Decision, pick: Pick) -> tuple[str, ...]:
    """The options of `pick` where it is of several, in its order. Raises MismatchError."""
    if isinstance(pick, str):
        raise mismatch(decision)
    return ordered_ids(pick)


def mismatch(decision: Decision) -> MismatchError:
    """The error of a key or a pick that belongs to another kind of decision."""
    return MismatchError(_finding("key_or_pick_other", decision=decision.id, kind=decision.kind))
