"""The conditions of a case: a small language over picks and counters, never evaluated as code.

condition  = conjunction { "or" conjunction }
conjunction = term { "and" term }
term       = "(" condition ")"
           | DECISION "is" ["not"] OPTION        single and rating decisions
           | DECISION "has" ["not"] OPTION       multi and referral decisions
           | COUNTER (">=" | "<=" | "!=" | ">" | "<" | "=") NUMBER
           | "variant" "is" ["not"] VARIANT      the variant that the case is played in
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeAlias

from scenarios.sentence import sentences_of

_sentence = sentences_of(Path(__file__).with_name("loader.yaml"))

_TOKEN = re.compile(r"\s*(?:(?P<word>[a-z][a-z0-9_]*)|(?P<number>-?\d{1,9})|(?P<sign>>=|<=|!=|[<>=()]))")
COMPARE: Mapping[str, Callable[[int, int], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}
_MAX_BRACKETS = 20
_WORDS = frozenset({"is", "has", "not", "and", "or"})
VARIANT = "variant"
RESERVED = _WORDS | {VARIANT}
"""Words that a condition needs for itself, so that nothing it asks about is called so."""


class ConditionError(ValueError):
    """A condition does not follow the grammar; the text says where and what was wanted."""


@dataclass(frozen=True, slots=True)
class PickTest:
    """True when `option` is (among) what was picked in `decision`; turned round where negated."""

    decision: str
    verb: Literal["is", "has"]
    option: str
    negated: bool


@dataclass(frozen=True, slots=True)
class CounterTest:
    """A counter compared with a whole number."""

    counter: str
    sign: str
    number: int


@dataclass(frozen=True, slots=True)
class VariantTest:
    """True when the case is played in `variant`; turned round where negated."""

    variant: str
    negated: bool

    def holds(self, variant: str | None) -> bool:
        """Whether it is true in `variant`."""
        return (variant == self.variant) != self.negated


@dataclass(frozen=True, slots=True)
class AllOf:
    """True when every part is."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True when at least one part is."""

    parts: tuple[Condition, ...]


Atom: TypeAlias = PickTest | CounterTest | VariantTest
Condition: TypeAlias = Atom | AllOf | AnyOf


@lru_cache(maxsize=4096)
def parse_condition(text: str) -> Condition:
    """Read a condition. Raises ConditionError with a sentence that names the place in `text`."""
    tokens = _tokens(text)
    parser = _Parser(text, tokens)
    condition = parser.any_of()
    if parser.at < len(tokens):
        raise parser.error("end")
    return condition


def holds(
    condition: Condition,
    picked: Mapping[str, frozenset[str]],
    counters: Mapping[str, int],
    variant: str | None = None,
) -> bool:
    """Whether `condition` holds in `variant`. picked: the ids picked in each decision, none where skipped."""
    match condition:
        case VariantTest():
            return condition.holds(variant)
        case PickTest(decision, _, option, negated):
            return (option in picked.get(decision, frozenset())) != negated
        case CounterTest(counter, sign, number):
            return COMPARE[sign](counters[counter], number)
        case AllOf(parts):
            return all(holds(part, picked, counters, variant) for part in parts)
        case AnyOf(parts):
            return any(holds(part, picked, counters, variant) for part in parts)


def holds_in(condition: Condition, variant: str | None) -> bool | None:
    """Whether `condition` holds in every play of `variant`, or in none; None where the play decides."""
    rest = condition_in(condition, variant)
    return rest if isinstance(rest, bool) else None


def condition_in(condition: Condition, variant: str | None) -> Condition | bool:
    """What is left of `condition` in `variant`, without any test of variants; True or False where nothing."""
    match condition:
        case VariantTest():
            return condition.holds(variant)
        case AllOf(parts):
            rest = [condition_in(part, variant) for part in parts]
            open_ = tuple(part for part in rest if not isinstance(part, bool))
            if False in rest or not open_:
                return False not in rest
            return open_[0] if len(open_) == 1 else AllOf(open_)
        case AnyOf(parts):
            rest = [condition_in(part, variant) for part in parts]
            open_ = tuple(part for part in rest if not isinstance(part, bool))
            if True in rest or not open_:
                return True in rest
            return open_[0] if len(open_) == 1 else AnyOf(open_)
        case _:
            return condition


def atoms(condition: Condition) -> Iterator[Atom]:
    """The comparisons that a condition is made of, from left to right."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from atoms(part)
        case _:
            yield condition


def _tokens(text: str) -> list[tuple[str, int]]:
    tokens: list[tuple[str, int]] = []
    at = 0
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            column = at + len(text[at:]) - len(text[at:].lstrip())
            raise ConditionError(_sentence("no_part", sign=text[column], column=column + 1))
        token = match.group().strip()
        tokens.append((token, match.end() - len(token) + 1))
        at = match.end()
    return tokens


class _Parser:
    def __init__(self, text: str, tokens: list[tuple[str, int]]) -> None:
        self.text = text
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    def error(self, wanted: str) -> ConditionError:
        want = _sentence(f"want_{wanted}")
        if self.at < len(self.tokens):
            token, column = self.tokens[self.at]
            return ConditionError(
                _sentence("wanted", token=token, column=column, text=self.text, wanted=want)
            )
        return ConditionError(_sentence("ends", text=self.text, wanted=want))

    def peek(self) -> str | None:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else None

    def take(self, *wanted: str) -> str | None:
        token = self.peek()
        if token is not None and token in wanted:
            self.at += 1
            return token
        return None

    def word(self, wanted: str) -> str:
        token = self.peek()
        if token is None or not token[0].isalpha() or token in _WORDS:
            raise self.error(wanted)
        self.at += 1
        return token

    def any_of(self) -> Condition:
        parts = [self.all_of()]
        while self.take("or"):
            parts.append(self.all_of())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def all_of(self) -> Condition:
        parts = [self.term()]
        while self.take("and"):
            parts.append(self.term())
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def term(self) -> Condition:
        if self.take("("):
            self.depth += 1
            if self.depth > _MAX_BRACKETS:
                raise ConditionError(_sentence("brackets", text=self.text, most=_MAX_BRACKETS))
            inner = self.any_of()
            if not self.take(")"):
                raise self.error("bracket")
            self.depth -= 1
            return inner
        name = self.word("name")
        if verb := self.take("is", "has"):
            negated = self.take("not") is not None
            if name == VARIANT and verb == "is":
                return VariantTest(self.word("variant"), negated)
            option = self.word("option")
            return PickTest(name, "is" if verb == "is" else "has", option, negated)
        sign = self.take(*COMPARE)
        if sign is None:
            raise self.error("verb")
        token = self.peek()
        if token is None or not token.lstrip("-").isdigit():
            raise self.error("number")
        self.at += 1
        return CounterTest(name, sign, int(token))
