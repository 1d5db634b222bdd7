"""The rules that keys rest on: what each asks, under which facts, by what source, which error breaking it is.

A key names for each option the rules that it applies, each with the verdict: ``+rule`` where the option
follows it, ``-rule`` where it breaks it. A rule holds under its own facts and no others, so that who applies
it names the facts too; where they differ, the rule that its ``otherwise`` names is applied in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final, Literal, NamedTuple, TypeAlias

from pydantic import Field, StringConstraints

from graders.key.critical_errors import CriticalError, ErrorCode, load_critical_errors
from scenarios.directory.sources import SOURCES, Source, load_sources
from scenarios.documents.document import DataPath, Document, read_document
from scenarios.documents.part import Id, Part
from scenarios.documents.problem import Problem, ProblemsError
from scenarios.documents.shape import validated
from scenarios.language import Texts
from scenarios.sentence import enumeration, sentences_of

_finding = sentences_of(Path(__file__).with_name("findings.yaml"))

RULES: Final = Path(__file__).resolve().parents[1] / "rules.yaml"

RuleMark = Literal["law", "standard", "guidance", "prop", "unread"]
WrittenUse: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[+-][a-z][a-z0-9_]*$")]
WrittenUses: TypeAlias = Annotated[tuple[WrittenUse, ...], Field(min_length=1)]

_FOLLOWS: Final = "+"
_BINDING: Final[Mapping[RuleMark, frozenset[str]]] = {
    "law": frozenset({"law"}),
    "standard": frozenset({"law", "safeguarding"}),
    "guidance": frozenset({"safeguarding"}),
}
"""The kinds of sources of which a rule with this mark rests on at least one that was read."""


class KeyRule(Part):
    """One rule. facts: under which it holds, always where None; otherwise: the rule that then holds instead.

    mark: how firm it is, as ``graders/rules.yaml`` tells; error: the critical error that breaking it is;
    read: the day on which it was last held against its sources, None where that was when they were read.
    """

    text: Texts
    facts: Texts | None = None
    otherwise: Id | None = None
    mark: RuleMark
    sources: Annotated[tuple[str, ...], Field(min_length=1)]
    error: ErrorCode | None = None
    read: date | None = None

    @property
    def carries_a_flag(self) -> bool:
        """Whether a harm or a must may rest on it (scoring.md, “Harm and must”)."""
        return self.mark in _BINDING


class KeyRules(Part):
    """All rules by their ids."""

    rules: Mapping[Id, KeyRule]


class RuleUse(NamedTuple):
    """A rule as an option applies it: followed, or broken."""

    rule: str
    is_followed: bool


def rule_use(written: WrittenUse) -> RuleUse:
    """What ``+rule`` or ``-rule`` says."""
    return RuleUse(written[1:], written[0] == _FOLLOWS)


@lru_cache(maxsize=8)
def load_rules(file: Path = RULES, sources: Path = SOURCES) -> Mapping[str, KeyRule]:
    """Load the rules by id. sources: the file of what they rest on.

    Raises ProblemsError with every problem: of shape; a source, a rule or an error that is not there; a mark
    that no source bears; an ``otherwise`` without facts; an error of the grade harm on a rule that is no law,
    standard or guidance.
    """
    problems: list[Problem] = []
    document = read_document(file)
    read = validated(document, KeyRules, problems)
    if read is not None:
        proof = _RuleProof(document, read.rules, load_sources(sources), load_critical_errors())
        problems.extend(proof.problems())
    if problems or read is None:
        raise ProblemsError(problems)
    return read.rules


@dataclass(frozen=True, slots=True)
class _RuleProof:
    document: Document
    rules: Mapping[str, KeyRule]
    sources: Mapping[str, Source]
    errors: Mapping[str, CriticalError]

    def problems(self) -> Iterator[Problem]:
        for name, rule in self.rules.items():
            path: DataPath = ("rules", name)
            yield from self._source_problems(path, rule)
            yield from self._otherwise_problems(path, name, rule)
            yield from self._error_problems(path, rule)

    def _source_problems(self, path: DataPath, rule: KeyRule) -> Iterator[Problem]:
        unknown = [code for code in rule.sources if code not in self.sources]
        if unknown:
            fault = _finding("there_no_source", code=", ".join(unknown))
            remedy = _finding("use_code_scenarios_sources")
            yield self.document.problem((*path, "sources"), fault, remedy, "source")
        wanted = _BINDING.get(rule.mark)
        if wanted is not None and not unknown and not self._bears(rule.sources, wanted):
            kinds = enumeration(_finding(f"source_{kind}") for kind in sorted(wanted))
            fault = _finding("mark_no_source_read", mark=rule.mark, kinds=kinds)
            remedy = _finding("name_one_or_mark")
            yield self.document.problem((*path, "mark"), fault, remedy, "mark")

    def _bears(self, codes: Iterable[str], kinds: frozenset[str]) -> bool:
        known = [self.sources[code] for code in codes]
        return any(source.kind in kinds and source.carries_a_flag for source in known)

    def _otherwise_problems(self, path: DataPath, name: str, rule: KeyRule) -> Iterator[Problem]:
        other = rule.otherwise
        if other is None:
            return
        at = (*path, "otherwise")
        if other == name or other not in self.rules:
            fault, remedy = _finding("there_no_other_rule", rule=other), _finding("name_rule_this_file")
            yield self.document.problem(at, fault, remedy, "link")
        if rule.facts is None:
            fault, remedy = _finding("another_rule_holds_otherwise"), _finding("write_facts_or_take")
            yield self.document.problem(at, fault, remedy, "facts")

    def _error_problems(self, path: DataPath, rule: KeyRule) -> Iterator[Problem]:
        if rule.error is None:
            return
        at, error = (*path, "error"), self.errors.get(rule.error)
        if error is None:
            fault = _finding("there_no", kind=_finding("kind_critical_error"), name=rule.error)
            remedy = _finding("use_one", choices=", ".join(self.errors))
            yield self.document.problem(at, fault, remedy, "link")
        elif error.grade == "harm" and not rule.carries_a_flag:
            fault = _finding("grade_harm_but_mark", code=rule.error, mark=rule.mark)
            remedy = _finding("take_error_out_or")
            yield self.document.problem(at, fault, remedy, "flag-source")
