"""Checks that prove a key against its case, beyond the shape that its models ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from graders.key.decision import DecisionKey
from graders.key.kinds import WHYS
from graders.key.proof import KeyProof, PartProof
from graders.key.rule_checks import names_rules, rule_problems
from scenarios.decision import Decision
from scenarios.documents.document import DataPath, Document
from scenarios.documents.problem import Problem
from scenarios.loader import TranslationFile, mapping
from scenarios.sentence import sentences_of

_finding = sentences_of(Path(__file__).with_name("findings.yaml"))


def unkeyed_problems(proof: KeyProof) -> Iterator[Problem]:
    """Decisions of the case without a key, and keys without a decision that could be scored."""
    keys = mapping(mapping(proof.document.data).get("decisions"))
    wanted = tuple(decision.id for decision in proof.case.key_decisions())
    for name in wanted:
        if not isinstance(keys.get(name), dict):
            fault = _finding("decision_case_has_no", name=name)
            yield proof.document.problem(
                ("decisions",), fault, _finding("add_with_its_key", name=name), "unkeyed"
            )
    for name, part in keys.items():
        path: DataPath = ("decisions", name)
        if proof.case.decision(name) is None:
            yield proof.unknown(path, "decision", name, wanted)
        elif name not in wanted:
            fault = _finding("free_text_which_no", name=name)
            yield proof.document.problem(path, fault, _finding("take_out_key"), "text")
        elif "kind" in mapping(part):
            remedy = _finding("take_out_case_says")
            yield proof.document.problem((*path, "kind"), _finding("key_kind_unknown"), remedy, "shape")


def decision_problems(
    proof: KeyProof, decision: Decision, key: DecisionKey, *, panel: bool
) -> Iterator[Problem]:
    """Every problem in the key of one decision; `panel` says whether experts have played the case."""
    part = PartProof(proof, decision, panel)
    if key.weight == 0 and not panel:
        fault = _finding("weight_0_which_only")
        yield part.problem(("weight",), fault, _finding("write_weight_1_4"), "weight")
    yield from part.complete(("why",), part.options, key.why, "why")
    yield from _source_problems(part, key)
    faults = tuple(key.problems(part))
    yield from faults
    if not faults and names_rules(proof.document):
        yield from rule_problems(part, key)


def _source_problems(part: PartProof, key: DecisionKey) -> Iterator[Problem]:
    yield from part.complete(("sources",), part.options, key.sources, "source")
    for option, codes in key.sources.items():
        for code in codes:
            if code not in part.proof.sources:
                remedy = _finding("use_code_scenarios_sources")
                yield part.problem(
                    ("sources", option), _finding("there_no_source", code=code), remedy, "source"
                )


def translation_problems(original: Document, translation: TranslationFile) -> Iterator[Problem]:
    """Every why of the key that has no counterpart in the translation, and the other way round."""
    keys = mapping(mapping(original.data).get("decisions"))
    texts = mapping(mapping(translation.document.data).get("decisions"))
    yield from translation.differences(("decisions",), keys, texts)
    for name in keys.keys() & texts.keys():
        for part in WHYS:
            wanted, given = mapping(keys[name]).get(part), mapping(texts[name]).get(part)
            yield from translation.differences(("decisions", name, part), wanted, given)
