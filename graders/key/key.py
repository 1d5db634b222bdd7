"""The key of a case: its secret half, and the loader that proves it against the case."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from graders.key.checks import decision_problems, translation_problems, unkeyed_problems
from graders.key.critical_errors import CriticalError, Grade, load_critical_errors
from graders.key.decision import DecisionKey, DecisionWhys
from graders.key.kinds import AS_KEY, AS_WHYS, whys_of
from graders.key.proof import KeyProof
from graders.key.rule_checks import names_rules
from graders.key.rules import KeyRule, load_rules
from scenarios.case import Case
from scenarios.directory.sources import Source, load_sources
from scenarios.documents.document import Data, Document, read_documents
from scenarios.documents.part import CaseId, Id, Part, Version
from scenarios.documents.problem import BadInputError, Problem, ProblemsError
from scenarios.documents.shape import validated
from scenarios.language import SOURCE, Language
from scenarios.loader import TranslationFile, mapping

KEYS = Path(__file__).resolve().parents[1] / "keys"
KEYS_VARIABLE = "KASUSLAB_KEYS"


class KeysMissingError(BadInputError):
    """No keys are here; the text says what to do."""


class Panel(Part):
    """The experts who played the case: how many, and when."""

    size: Annotated[int, Field(ge=1)]
    played: date


class KeyHead(Part):
    """Which case and version a key is for, its own version, its panel, and the cut in points of 100."""

    case: CaseId
    case_version: Version
    version: Version
    panel: Literal["none"] | Panel
    cut: Annotated[int, Field(ge=0, le=100)]


class KeyTexts(Part):
    """All texts of a key in one language."""

    decisions: Mapping[Id, Annotated[DecisionWhys, AS_WHYS]]


class Key(KeyHead):
    """The key of one case.

    decisions: one part per key decision, in the case's order; translations: the whys in each
    language; grades: the grade of each critical error by its code.
    """

    decisions: Mapping[Id, Annotated[DecisionKey, AS_KEY]]
    translations: Mapping[Language, KeyTexts]
    grades: Mapping[str, Grade]

    def why(self, decision_id: str, option_id: str, language: Language) -> str:
        """Why an option, or a service, is what the key says of it. Raises KeyError for an unknown id."""
        return self.whys(decision_id, language).why[option_id]

    def whys(self, decision_id: str, language: Language) -> DecisionWhys:
        """All whys of a decision. Raises KeyError for an unknown id."""
        return self.translations[language].decisions[decision_id]


class _OneDecision(Part):
    decisions: Mapping[Id, Annotated[DecisionKey, AS_KEY]]


def keys_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of the keys: where ``KASUSLAB_KEYS`` points, else ``graders/keys`` of the checkout.

    Raises KeysMissingError where no key stands there.
    """
    chosen = environ.get(KEYS_VARIABLE)
    folder = Path(chosen).expanduser() if chosen else KEYS
    if next(folder.glob("*.yaml"), None) is None:
        what = f"{KEYS_VARIABLE} points to {folder}, but" if chosen else f"{KEYS_VARIABLE} is not set, and"
        message = f"{what} no key stands there. Set {KEYS_VARIABLE} to the folder that holds <case-id>.yaml."
        raise KeysMissingError(message)
    return folder


def key_file(case_id: str, language: Language) -> str:
    """The name of the file that holds a key's texts in `language`; that of the source holds the key."""
    return f"{case_id}.yaml" if language == SOURCE else f"{case_id}.{language}.yaml"


def key_documents(case_id: str, folder: Path, languages: Iterable[Language]) -> Mapping[Language, Document]:
    """The files of a key by their languages. Raises ProblemsError where one cannot be read."""
    files = {language: folder / key_file(case_id, language) for language in languages}
    return dict(zip(files, read_documents(*files.values()), strict=True))


def load_key(
    case: Case,
    folder: Path,
    *,
    sources: Mapping[str, Source] | None = None,
    errors: Mapping[str, CriticalError] | None = None,
    rules: Mapping[str, KeyRule] | None = None,
) -> Key:
    """Load the key of `case` from its files in `folder`, one for each language of the case, and prove them.

    sources, errors and rules: the catalogues to look codes up in, those of the lab where left out.
    Raises ProblemsError with every problem of all files.
    """
    problems: list[Problem] = []
    documents = key_documents(case.id, folder, case.languages)
    document = documents[SOURCE]
    errors = load_critical_errors() if errors is None else errors
    sources = load_sources() if sources is None else sources
    if rules is None:
        rules = load_rules() if names_rules(document) else {}
    proof = KeyProof(document, case, sources, errors, rules)
    head = _head(proof, problems)
    decisions = _decisions(proof, problems, panel=head is not None and head.panel != "none")
    texts: dict[Language, KeyTexts] = {}
    for language in case.translations:
        beside = TranslationFile(documents[language], "the key", language)
        problems.extend(translation_problems(document, beside))
        translation = validated(beside.document, KeyTexts, problems)
        if translation is not None:
            texts[language] = translation
    if problems or head is None:
        raise ProblemsError(problems)
    own = KeyTexts(decisions={name: whys_of(key) for name, key in decisions.items()})
    return Key(
        **dict(head),
        decisions=decisions,
        translations={SOURCE: own, **texts},
        grades={code: error.grade for code, error in errors.items()},
    )


def _head(proof: KeyProof, problems: list[Problem]) -> KeyHead | None:
    document, case = proof.document, proof.case
    top = {name: part for name, part in mapping(document.data).items() if name != "decisions"}
    case_id, version, panel = top.get("case"), top.get("case_version"), top.get("panel")
    if isinstance(case_id, str) and case_id != case.id:
        fault = f"this is the key of “{case_id}”, not of “{case.id}”"
        problems.append(document.problem(("case",), fault, "Give the file the name of its case", "case"))
    if isinstance(version, str) and version != case.version:
        fault = f"the key is for version {version}, but the case is {case.version}"
        remedy = "Go through the key again, then write the case's version here"
        problems.append(document.problem(("case_version",), fault, remedy, "version"))
    if "panel" in top and panel != "none" and not isinstance(panel, dict):
        fault, remedy = (
            f"“{panel}” is no panel",
            "Write none, or {size: …, played: …} once experts have played",
        )
        problems.append(document.problem(("panel",), fault, remedy, "panel"))
        top["panel"] = "none"
    return validated(Document(document.file, top, document.lines), KeyHead, problems)


def _decisions(proof: KeyProof, problems: list[Problem], *, panel: bool) -> dict[str, DecisionKey]:
    problems.extend(unkeyed_problems(proof))
    document = proof.document
    written = mapping(mapping(document.data).get("decisions"))
    keys: dict[str, DecisionKey] = {}
    for decision in proof.case.key_decisions():
        part = written.get(decision.id)
        if not isinstance(part, dict):
            continue
        # One decision at a time, so that a fault of shape in one hides nothing in the others.
        data: Data = {"decisions": {decision.id: {**part, "kind": decision.kind}}}
        one = validated(Document(document.file, data, document.lines), _OneDecision, problems)
        if one is not None:
            keys[decision.id] = one.decisions[decision.id]
            problems.extend(decision_problems(proof, decision, keys[decision.id], panel=panel))
    return keys
