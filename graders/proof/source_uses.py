"""Which sources a case rests on by its key, and whether a change of a source names those cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from graders.key.key import Key
from graders.key.rules import KeyRule
from graders.proof.rule_uses import applied_options
from scenarios.case import Case
from scenarios.directory.law_age import aged_rule
from scenarios.directory.sources import Source
from scenarios.documents.document import DataPath, Document
from scenarios.documents.problem import Problem
from scenarios.sentence import sentences_of

_finding = sentences_of(Path(__file__).with_name("findings.yaml"))


def key_sources(case: Case, key: Key, rules: Mapping[str, KeyRule]) -> Mapping[str, tuple[str, ...]]:
    """The decisions of a case, in all its variants, by the sources that they rest on.

    A decision rests on the sources of its options and on those of the rules that these apply.
    """
    places: dict[str, dict[str, None]] = {}
    for one, own in zip(case.in_each_variant(), key.in_each_variant(), strict=True):
        for decision, part in own.decisions.items():
            for code in (code for codes in part.sources.values() for code in codes):
                places.setdefault(code, {})[decision] = None
        for option in applied_options(one, own):
            for use in option.uses:
                for code in rules[use.rule].sources if use.rule in rules else ():
                    places.setdefault(code, {})[option.decision] = None
    return {code: tuple(decisions) for code, decisions in places.items()}


def change_problems(
    document: Document, sources: Mapping[str, Source], resting: Mapping[str, Iterable[str]], *, whole: bool
) -> Iterator[Problem]:
    """Changes of sources whose `cases` are not those that rest on them; `document` holds the sources.

    resting: the codes that each case rests on whose key is here; whole: these are all cases of a library.
    """
    for code, source in sources.items():
        change = source.changed
        if change is None:
            continue
        path: DataPath = ("sources", code, "changed", "cases")
        due = {case for case, codes in resting.items() if code in codes}
        if lacking := sorted(due - set(change.cases)):
            fault = _finding("change_lacks_cases", code=code, cases=", ".join(lacking))
            remedy = _finding("write_cases", cases=", ".join(sorted(due | set(change.cases))))
            yield document.problem(path, fault, remedy, "law-cases")
        known = set(resting) if whole else set()
        if idle := sorted((set(change.cases) & known) - due):
            fault = _finding("change_names_too_many", code=code, cases=", ".join(idle))
            yield document.problem(path, fault, _finding("take_them_out"), "law-cases")


def aged_rule_problems(
    document: Document, rules: Mapping[str, KeyRule], sources: Mapping[str, Source], today: date
) -> Iterator[Problem]:
    """One warning for all rules that are to be read again; `document` holds the rules."""
    aged = [name for name, rule in rules.items() if aged_rule(rule.sources, sources, rule.read, today)]
    if aged:
        line, path = document.place(("rules", aged[0]))
        fault = _finding("rules_to_read_again", count=len(aged))
        yield Problem(str(document.file), line, path, fault, _finding("sources_due"), "law-date", "warning")
