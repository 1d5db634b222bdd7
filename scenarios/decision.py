"""A decision, and what every kind of it answers: the kinds stand in `scenarios/kinds/`, one module each.

Whatever differs between the kinds is asked here. Nobody else knows a kind by its name.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from scenarios.documents.document import Data
from scenarios.documents.part import Id, Part, Text
from scenarios.pick import Pick, PickPart, RefusedError, known_words, picked_ids

Verb = Literal["is", "has"]
Tally = Literal["one", "several", "first"]
PartText = Literal["option", "urgency"]

Chance: TypeAlias = Callable[[], float]
Options: TypeAlias = Annotated[Mapping[Id, Text], Field(min_length=2, max_length=12)]


class Decision(Part, ABC):
    """What the trainee must settle in a scene; ``revise``: it may be changed, in a test, until the next.

    Of the kind as a whole, and by default as of most kinds:
    is_scored: it has a key and points; is_free_text: somebody's own words, which no page of a room shows and
    no export tells; is_ordered: a pick puts all options into an order; is_exclusive: a pick is one option;
    has_levels: the options stand from low to high; is_slow: it takes a minute more than its words to read;
    is_wide: so many picks are possible that hardly any two people's are the same.
    verb: how a condition asks for an option of a pick, None where none can;
    tally: what a count over a room says: who picked the option as the one, among several, or put it first;
    translated: the fields whose texts a translation repeats, beside the question, and what texts they hold;
    pick_part: what a pick is made of where more is said of each option than its id.
    """

    is_scored: ClassVar[bool] = True
    is_free_text: ClassVar[bool] = False
    is_ordered: ClassVar[bool] = False
    is_exclusive: ClassVar[bool] = False
    has_levels: ClassVar[bool] = False
    is_slow: ClassVar[bool] = False
    is_wide: ClassVar[bool] = False
    verb: ClassVar[Verb | None] = None
    tally: ClassVar[Tally] = "one"
    translated: ClassVar[Mapping[str, PartText]] = {}
    pick_part: ClassVar[type[PickPart] | None] = None

    id: Id
    ask: Text
    revise: bool = False
    kind: str

    @classmethod
    @abstractmethod
    def offered(cls, data: Mapping[str, Data]) -> set[str]:
        """The ids of what can be picked, in a decision that was read but not proven yet."""

    @property
    @abstractmethod
    def option_ids(self) -> tuple[str, ...]:
        """What can be picked: options or services, in the order of the case; nothing in a free text."""

    @property
    def option_texts(self) -> Mapping[str, str]:
        """The texts of the options, where they stand in the case; those of services are their names."""
        return {}

    @property
    def level_texts(self) -> Mapping[str, str]:
        """The levels that each option is given, with their texts, where it is given one."""
        return {}

    @property
    def service_ids(self) -> tuple[str, ...]:
        """The services of the directory that it offers."""
        return ()

    @property
    def fact_ids(self) -> tuple[str, ...]:
        """The facts of the case that it offers to hand over."""
        return ()

    @property
    def limit(self) -> int | None:
        """How many options may be picked, where a form has to say so."""
        return None

    @property
    def advised_words(self) -> int | None:
        """How many words are advised, where words are written."""
        return None

    @property
    def most(self) -> int:
        """How many options one pick may hold."""
        return 1

    @abstractmethod
    def fitting(self, pick: object) -> Pick:
        """`pick` as a record keeps it. Raises RefusedError where it does not fit."""

    @abstractmethod
    def any_pick(self, chance: Random) -> Pick:
        """Some pick that fits."""

    def any_options(self, chance: Chance) -> tuple[str, ...]:
        """The options of some pick, quickly, for many plays; none where no condition can ask for them.

        chance: a number from 0 up to 1, a new one at each call.
        """
        if self.verb is None:
            return ()
        options = self.option_ids
        return (options[int(chance() * len(options))],)

    def tallied(self, pick: Pick) -> frozenset[str]:
        """The options that `pick` counts for where a room is counted (see `tally`)."""
        return picked_ids(pick)

    @classmethod
    @abstractmethod
    def first_answer(cls, offered: Mapping[str, Sequence[str]]) -> object:
        """The first answer that fits, as a page sends it.

        offered: the ids on its form, under ``options``, ``services`` and ``urgency``.
        """

    def draft(self) -> tuple[object, ...]:
        """What a half-made answer on a screen rests on: where it is the same, that answer still fits."""
        return (self.kind, self.option_ids)


class ChoiceDecision(Decision):
    """A decision between options that the case names."""

    translated: ClassVar[Mapping[str, PartText]] = {"options": "option"}

    options: Options

    @classmethod
    def offered(cls, data: Mapping[str, Data]) -> set[str]:
        """The ids of the options."""
        options = data.get("options")
        return set(options) if isinstance(options, dict) else set()

    @property
    def option_ids(self) -> tuple[str, ...]:
        """The ids of the options."""
        return tuple(self.options)

    @property
    def option_texts(self) -> Mapping[str, str]:
        """The texts of the options."""
        return self.options


class ExclusiveDecision(ChoiceDecision):
    """A decision in which one option is picked and no other."""

    is_exclusive: ClassVar[bool] = True
    verb: ClassVar[Verb | None] = "is"

    def fitting(self, pick: object) -> str:
        """The one option. Raises RefusedError."""
        if not isinstance(pick, str):
            raise RefusedError("shape", self.id)
        return known_words((pick,), self.options)[0]

    def any_pick(self, chance: Random) -> str:
        """Any option."""
        return chance.choice(self.option_ids)

    @classmethod
    def first_answer(cls, offered: Mapping[str, Sequence[str]]) -> str:
        """The first option."""
        return offered["options"][0]
