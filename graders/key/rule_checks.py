"""What a key must say of rules: each option that decides names one, each flag rests on one that carries it.

Once one decision of a key names rules, all do: the right, the partly right, the wrong and the harmful
options, the musts, and the services with facts that they must never get. A key in which no decision names a
rule is proven by its sources alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from graders.key.critical_errors import OVERSHARING
from graders.key.decision import DecisionKey
from graders.key.proof import PartProof
from graders.key.rules import KeyRule, RuleUse
from scenarios.decision import Decision
from scenarios.documents.document import Document
from scenarios.documents.problem import Problem
from scenarios.feedback import Standing
from scenarios.loader import mapping
from scenarios.sentence import sentences_of

_finding = sentences_of(Path(__file__).with_name("findings.yaml"))

RULE_FIELDS = ("rules", "never_rules")


def names_rules(document: Document) -> bool:
    """Whether any decision of the key in `document` names a rule."""
    decisions = mapping(mapping(document.data).get("decisions"))
    return any(field in mapping(part) for part in decisions.values() for field in RULE_FIELDS)


def verdict_of(key: DecisionKey, decision: Decision, option: str) -> Standing:
    """What a key says of an option whose place, where places count, is the right one."""
    return "harmful" if option in key.harms else key.standing(decision, option, key.best_pick())


def rule_problems(part: PartProof, key: DecisionKey) -> Iterator[Problem]:
    """Every problem of the rules that a decision names; `key` has no other problem."""
    for option in key.rules:
        if option not in part.options:
            yield part.unknown(("rules", option), "option", option, part.options)
    for option in part.options:
        verdict = verdict_of(key, part.decision, option)
        if option in key.rules:
            problems = tuple(_use_problems(part, option, key.uses(option)))
            yield from problems or _flag_problems(part, key, option)
        elif verdict != "neutral":
            fault = _finding("names_no_rule", option=option, verdict=_finding(f"is_{verdict}"))
            remedy = _finding("write_rule_where_follows", option=option)
            yield part.problem(("rules", option), fault, remedy, "rule")
    yield from _never_problems(part, key)


def _use_problems(part: PartProof, option: str, uses: Sequence[RuleUse]) -> Iterator[Problem]:
    rules = part.proof.rules
    names = [use.rule for use in uses]
    for index, use in enumerate(uses):
        tail = ("rules", option, index)
        rule = rules.get(use.rule)
        if rule is None:
            yield _unknown(part, tail, use.rule)
        elif use.rule in names[:index]:
            yield part.problem(
                tail, _finding("rule_stands_twice", rule=use.rule), _finding("keep_one_two"), "twice"
            )
        elif rule.otherwise in names:
            fault = _finding("never_hold_together_their", rule=use.rule, otherwise=rule.otherwise)
            yield part.problem(tail, fault, _finding("keep_one_whose_facts"), "facts")


def _flag_problems(part: PartProof, key: DecisionKey, option: str) -> Iterator[Problem]:
    """A harm or a must of `option` that none of its rules carries."""
    rules = part.proof.rules
    broken = [rules[use.rule] for use in key.uses(option) if not use.is_followed]
    followed = [rules[use.rule] for use in key.uses(option) if use.is_followed]
    harm, must = key.harms.get(option), key.musts.get(option)
    if harm is not None:
        yield from _unflagged(part, ("harm", option), broken, harm.code, "breaks")
    if must is not None:
        yield from _unflagged(part, ("must", option), followed, must.code, "follows")


def _unflagged(
    part: PartProof, tail: tuple[str, str], applied: Sequence[KeyRule], code: str | None, verb: str
) -> Iterator[Problem]:
    flag, option = tail
    error = part.proof.errors.get(code) if code else None
    about = [rule for rule in applied if code is None or rule.error == code]
    if not about:
        fault = _finding(
            "no_rule_of" if code else "no_rule",
            flag=_finding(f"flag_{flag}"),
            option=option,
            code=code,
            verb=_finding(verb),
        )
        remedy = _finding("name_rule_says_so")
        yield part.problem(tail, fault, remedy, "flag-rule")
    elif (error is None or error.grade == "harm") and not any(rule.carries_a_flag for rule in about):
        fault = _finding("rests_only_on_rules", flag=_finding(f"flag_{flag}"), option=option)
        remedy = _finding("name_rule_law_standard")
        yield part.problem(tail, fault, remedy, "flag-rule")


def _never_problems(part: PartProof, key: DecisionKey) -> Iterator[Problem]:
    """Services with facts that they must never get, without a rule that says why."""
    rules = part.proof.rules
    for service, names in key.forbidding.items():
        tail = ("never_rules", service)
        if not key.nevers.get(service):
            fault = _finding("may_get_every_fact", service=service)
            yield part.problem(tail, fault, _finding("take_out_or_fill"), "rule")
        for index, name in enumerate(names):
            if name not in rules:
                yield _unknown(part, (*tail, index), name)
    error = part.proof.errors.get(OVERSHARING)
    for service, facts in key.nevers.items():
        known = [rules[name] for name in key.forbidding.get(service, ()) if name in rules]
        if not facts or any(rule.error == OVERSHARING and rule.carries_a_flag for rule in known):
            continue
        if error is None or error.grade == "harm":
            fault = _finding("what_must_never_get", service=service, oversharing=OVERSHARING)
            remedy = _finding("name_one_never_rules")
            yield part.problem(("never_rules", service), fault, remedy, "flag-rule")


def _unknown(part: PartProof, tail: tuple[str | int, ...], name: str) -> Problem:
    remedy = _finding("use_rule_graders_rules")
    return part.problem(tail, _finding("there_no_rule", name=name), remedy, "link")
