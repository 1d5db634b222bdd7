"""What a key must say of rules: each option that decides names one, each flag rests on one that carries it.

Once one decision of a key names rules, all do: the right, the partly right, the wrong and the harmful
options, the musts, and the services with facts that they must never get. A key in which no decision names a
rule is proven by its sources alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graders.key.critical_errors import OVERSHARING
from graders.key.decision import DecisionKey
from graders.key.proof import PartProof
from graders.key.rules import KeyRule, RuleUse
from scenarios.decision import Decision
from scenarios.documents.document import Document
from scenarios.documents.problem import Problem
from scenarios.feedback import Standing
from scenarios.loader import mapping

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
            fault = f"“{option}” is {verdict} and names no rule"
            remedy = f"Write {option}: [+rule] where it follows one, [-rule] where it breaks one"
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
            yield part.problem(tail, f"the rule “{use.rule}” stands twice", "Keep one of the two", "twice")
        elif rule.otherwise in names:
            fault = f"“{use.rule}” and “{rule.otherwise}” never hold together: their facts differ"
            yield part.problem(tail, fault, "Keep the one whose facts the story gives", "facts")


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
        fault = f"the {flag} of “{option}”{f' is {code}, but it' if code else ''} {verb} no rule"
        remedy = "Name the rule that says so, or take the flag out"
        yield part.problem(tail, f"{fault}{f' of {code}' if code else ''}", remedy, "flag-rule")
    elif (error is None or error.grade == "harm") and not any(rule.carries_a_flag for rule in about):
        fault = f"the {flag} of “{option}” rests only on rules that are the lab's own or unread"
        remedy = "Name a rule that is law, standard or guidance, or take the flag out"
        yield part.problem(tail, fault, remedy, "flag-rule")


def _never_problems(part: PartProof, key: DecisionKey) -> Iterator[Problem]:
    """Services with facts that they must never get, without a rule that says why."""
    rules = part.proof.rules
    for service, names in key.forbidding.items():
        tail = ("never_rules", service)
        if not key.nevers.get(service):
            fault = f"“{service}” may get every fact, so that no rule forbids it one"
            yield part.problem(tail, fault, "Take it out, or fill its “never”", "rule")
        for index, name in enumerate(names):
            if name not in rules:
                yield _unknown(part, (*tail, index), name)
    error = part.proof.errors.get(OVERSHARING)
    for service, facts in key.nevers.items():
        known = [rules[name] for name in key.forbidding.get(service, ()) if name in rules]
        if not facts or any(rule.error == OVERSHARING and rule.carries_a_flag for rule in known):
            continue
        if error is None or error.grade == "harm":
            fault = f"what “{service}” must never get rests on no rule of {OVERSHARING} that carries a flag"
            remedy = "Name one in “never_rules”, or list the facts under “wrong”"
            yield part.problem(("never_rules", service), fault, remedy, "flag-rule")


def _unknown(part: PartProof, tail: tuple[str | int, ...], name: str) -> Problem:
    remedy = "Use a rule of graders/rules.yaml; kasuslab rules lists them"
    return part.problem(tail, f"there is no rule “{name}”", remedy, "link")
