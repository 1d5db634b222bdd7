"""Where the keys of a library apply each rule, and whether one rule gets one answer everywhere.

A rule holds under its own facts, so that two options which apply it do so under the same facts. What follows
a rule and breaks none is right; what breaks one is not; what breaks one that is a critical error is flagged
by that error, wherever it binds the role that is played. An option that says otherwise is told beside one
that does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graders.key.critical_errors import CriticalError
from graders.key.decision import DecisionKey
from graders.key.key import Key
from graders.key.rule_checks import verdict_of
from graders.key.rules import KeyRule, RuleUse
from scenarios.case import Case
from scenarios.decision import Decision
from scenarios.documents.document import DataPath, Document
from scenarios.documents.problem import Problem
from scenarios.feedback import Standing
from scenarios.sentence import Sentence, sentences_of

_finding = sentences_of(Path(__file__).with_name("findings.yaml"))

_SHORT: Final = frozenset({"partly", "wrong", "harmful"})


@dataclass(frozen=True, slots=True)
class AppliedOption:
    """An option that applies rules: where it stands, what the key says of it, what it is flagged by.

    role: who plays; error: the code of its harm; always_withheld: whether this is a service and the rules are
    those by which it must never get some facts.
    """

    case: str
    role: str
    decision: str
    option: str
    verdict: Standing
    uses: tuple[RuleUse, ...]
    error: str | None = None
    always_withheld: bool = False

    @property
    def broken(self) -> tuple[str, ...]:
        """The rules that the option breaks."""
        return tuple(use.rule for use in self.uses if not use.is_followed)

    @property
    def name(self) -> Sentence:
        """The option as a sentence names it."""
        return _finding("option_of", option=self.option, case=self.case, decision=self.decision)

    @property
    def path(self) -> DataPath:
        """Where its rules stand in the key."""
        return ("decisions", self.decision, "rules", self.option)


def applied_options(case: Case, key: Key) -> Iterator[AppliedOption]:
    """Every option of a key that applies rules, in the order of the case."""
    for decision in case.key_decisions():
        part = key.decisions.get(decision.id)
        if part is not None:
            yield from _of_decision(case, decision, part)


def _of_decision(case: Case, decision: Decision, part: DecisionKey) -> Iterator[AppliedOption]:
    for option in decision.option_ids:
        if option in part.rules:
            verdict, harm = verdict_of(part, decision, option), part.harms.get(option)
            uses, code = part.uses(option), harm.code if harm else None
            yield AppliedOption(case.id, case.role, decision.id, option, verdict, uses, code)
        if option in part.forbidding:
            uses = tuple(RuleUse(name, is_followed=False) for name in part.forbidding[option])
            yield AppliedOption(
                case.id, case.role, decision.id, option, "harmful", uses, always_withheld=True
            )


def opposite_problems(
    options: Sequence[AppliedOption],
    rules: Mapping[str, KeyRule],
    errors: Mapping[str, CriticalError],
    documents: Mapping[str, Document],
) -> Iterator[Problem]:
    """Options whose verdict is not that of the rules they apply; documents: the keys by their cases."""
    chosen = [option for option in options if not option.always_withheld]
    for option in chosen:
        document = documents[option.case]
        if option.verdict in {"right", "neutral"} and option.broken:
            yield _broken_and_not_wrong(document, option, chosen)
        elif option.verdict in _SHORT and not option.broken:
            yield _followed_and_not_right(document, option, chosen)
        elif option.verdict == "neutral":
            yield from _followed_and_neutral(document, option, chosen)
        yield from _unflagged(document, option, chosen, rules, errors)


def _broken_and_not_wrong(
    document: Document, option: AppliedOption, options: Iterable[AppliedOption]
) -> Problem:
    rule = option.broken[0]
    twin = next((one for one in options if rule in one.broken and one.verdict in _SHORT), None)
    beside = _finding("breaks", name=twin.name, verdict=_finding(f"is_{twin.verdict}")) if twin else ""
    fault = _finding(
        "breaks_rule",
        option=option.option,
        verdict=_finding(f"is_{option.verdict}"),
        rule=rule,
        beside=beside,
    )
    remedy = _finding("decide_what_rule_asks")
    return document.problem(option.path, fault, remedy, "rule-answer")


def _followed_and_not_right(
    document: Document, option: AppliedOption, options: Iterable[AppliedOption]
) -> Problem:
    twin = _right_twin(option, options)
    rule = f" “{option.uses[0].rule}”" if option.uses else ""
    beside = _finding("follows_right", name=twin.name) if twin else ""
    fault = _finding(
        "follows_rule_breaks_none",
        option=option.option,
        verdict=_finding(f"is_{option.verdict}"),
        rule=rule,
        beside=beside,
    )
    remedy = _finding("name_rule_breaks_or")
    return document.problem(option.path, fault, remedy, "rule-answer")


def _followed_and_neutral(
    document: Document, option: AppliedOption, options: Iterable[AppliedOption]
) -> Iterator[Problem]:
    twin = _right_twin(option, options)
    if twin is not None:
        fault = _finding("counts_for_nothing_follows", option=option.option, name=twin.name)
        remedy = _finding("take_its_rules_out")
        yield document.problem(option.path, fault, remedy, "rule-answer")


def _right_twin(option: AppliedOption, options: Iterable[AppliedOption]) -> AppliedOption | None:
    """Another option that is right by one of the rules that `option` follows."""
    names = {use.rule for use in option.uses if use.is_followed}
    for one in options:
        if one is not option and one.verdict == "right" and names & {use.rule for use in one.uses}:
            return one
    return None


def _unflagged(
    document: Document,
    option: AppliedOption,
    options: Iterable[AppliedOption],
    rules: Mapping[str, KeyRule],
    errors: Mapping[str, CriticalError],
) -> Iterator[Problem]:
    """A critical error by its rule that the key does not flag."""
    codes = {name: rules[name].error for name in option.broken if name in rules}
    binding = {name: code for name, code in codes.items() if code and errors[code].binds(option.role)}
    if option.verdict not in _SHORT or not binding or option.error in binding.values():
        return
    name, code = next(iter(binding.items()))
    twin = next((one for one in options if name in one.broken and one.error == code), None)
    beside = _finding("as", name=twin.name) if twin else ""
    fault = _finding("breaks_rule_not_flagged", option=option.option, name=name, code=code, beside=beside)
    remedy = _finding("write_harm_or_name", option=option.option, code=code)
    yield document.problem(option.path, fault, remedy, "rule-flag")


def unused_problems(
    rules: Document, known: Mapping[str, KeyRule], errors: Iterable[str], options: Iterable[AppliedOption]
) -> Iterator[Problem]:
    """A rule that no option of a whole library applies, and a critical error that no rule is tied to."""
    applied = {use.rule for option in options for use in option.uses}
    for name in known:
        if name not in applied:
            fault = _finding("no_key_applies_rule", name=name)
            remedy = _finding("write_case_turns_on")
            yield rules.problem(("rules", name), fault, remedy, "unused")
    tied = {rule.error for rule in known.values()}
    for code in errors:
        if code not in tied:
            fault = _finding("no_rule_tied_critical", code=code)
            remedy = _finding("write_error_at_rule", code=code)
            yield rules.problem(("rules",), fault, remedy, "unused")
