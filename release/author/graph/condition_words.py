"""A condition of a case in plain words, for a picture of the case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from scenarios.case import Case
from scenarios.condition import AllOf, AnyOf, Condition, CounterTest, PickTest, VariantTest, condition_in
from scenarios.language import Catalogue, Language

_SIGNS: Mapping[str, str] = {">=": "ge", "<=": "le", "!=": "ne", ">": "gt", "<": "lt", "=": "eq"}


class ConditionWords:
    """Says conditions of one case in one language; ids stand as words, as the author wrote them."""

    def __init__(self, case: Case, texts: Catalogue, language: Language) -> None:
        """`texts` holds the entries that begin with ``graph_``."""
        self._options = {decision.id: frozenset(decision.option_ids) for _, decision in case.decisions()}
        self._variant = case.variant
        self._texts = texts
        self._language: Language = language

    def say(self, condition: Condition) -> str:
        """`condition` as a clause without its “if”, such as “mendesak: rendah or sedang”.

        What it asks of the variant goes without saying: the case is told in one.
        """
        rest = condition_in(condition, self._variant)
        condition = condition if isinstance(rest, bool) else rest
        return self._say(condition, condition, inner=False)

    def _text(self, name: str, **parts: str) -> str:
        return self._texts[f"graph_{name}"][self._language].format(**parts)

    def _say(self, condition: Condition, whole: Condition, *, inner: bool) -> str:
        match condition:
            case VariantTest():
                raise AssertionError(condition)  # a rule that the variant alone settles has no condition left
            case PickTest():
                return self._picked([condition], "or")
            case CounterTest(counter, sign, number):
                return self._text(_SIGNS[sign], counter=as_words(counter), number=str(number))
            case AnyOf(parts):
                answered = self._answered(condition, whole)
                if answered is not None:
                    return self._text("answered", decision=as_words(answered))
                clauses, word = list(self._clauses(parts, whole, "or")), "or"
            case AllOf(parts):
                clauses, word = list(self._clauses(parts, whole, "and")), "and"
        if len(clauses) == 1:
            return clauses[0]
        joined = f", {self._text(word)} ".join(clauses)
        return f"({joined})" if inner else joined

    def _clauses(self, parts: Sequence[Condition], whole: Condition, word: str) -> Iterator[str]:
        for _, group in groupby(enumerate(parts), key=_alike):
            same = [part for _, part in group]
            picked = [part for part in same if isinstance(part, PickTest)]
            if picked:
                yield self._picked(picked, word)
            for part in same:
                if not isinstance(part, PickTest):
                    yield self._say(part, whole, inner=True)

    def _picked(self, picked: Sequence[PickTest], word: str) -> str:
        first = picked[0]
        name = f"{first.verb}_not" if first.negated else first.verb
        options = self._listed([as_words(part.option) for part in picked], word)
        return self._text(name, decision=as_words(first.decision), options=options)

    def _listed(self, names: Sequence[str], word: str) -> str:
        if len(names) == 1:
            return names[0]
        return f"{', '.join(names[:-1])} {self._text(word)} {names[-1]}"

    def _answered(self, part: AnyOf, whole: Condition) -> str | None:
        """The decision, where `part` holds for every answer that the rest of `whole` leaves open."""
        picks = [atom for atom in part.parts if isinstance(atom, PickTest) and not atom.negated]
        decisions = {atom.decision for atom in picks}
        if len(picks) != len(part.parts) or len(decisions) != 1:
            return None
        decision = decisions.pop()
        beside = whole.parts if isinstance(whole, AllOf) else ()
        left_out = {
            atom.option
            for atom in beside
            if isinstance(atom, PickTest) and atom.negated and atom.decision == decision
        }
        open_ = self._options.get(decision, frozenset()) - left_out
        return decision if len(picks) > 1 and open_ <= {atom.option for atom in picks} else None


def as_words(name: str) -> str:
    """An id as words."""
    return name.replace("_", " ")


def _alike(item: tuple[int, Condition]) -> tuple[object, ...]:
    at, part = item
    return (part.decision, part.verb, part.negated) if isinstance(part, PickTest) else (at,)
