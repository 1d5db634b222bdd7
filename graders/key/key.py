"""The key of a case: its secret half, and the loader that proves it against the case."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from graders.key.checks import decision_problems, translation_problems, unkeyed_problems
from graders.key.critical_errors import CRITICAL_ERRORS, CriticalError, Grade, load_critical_errors
from graders.key.decision import DecisionKey, DecisionWhys
from graders.key.earlier import folder_of
from graders.key.kinds import AS_KEY, AS_WHYS, whys_of
from graders.key.proof import KeyProof
from graders.key.rule_checks import names_rules
from graders.key.rules import KeyRule, load_rules
from scenarios.case import Case, NoSuchVariantError
from scenarios.directory.sources import Source, load_sources
from scenarios.documents.document import Data, Document, read_documents
from scenarios.documents.part import CaseId, Id, Part, Version
from scenarios.documents.problem import BadInputError, Problem, ProblemsError
from scenarios.documents.shape import validated
from scenarios.documents.variants import Settled, Variations, once
from scenarios.language import SOURCE, Language
from scenarios.loader import TranslationFile, mapping
from scenarios.sentence import sentences_of

_finding = sentences_of(Path(__file__).with_name("findings.yaml"))

KEYS = Path(__file__).resolve().parents[1] / "keys"
KEYS_VARIABLE = "KASUSLAB_KEYS"
VARIED_KEY = ("decisions",)
_sentence = sentences_of(Path(__file__).with_name("missing.yaml"))


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


class KeyTelling(Part):
    """What a key says in one variant of its case."""

    decisions: Mapping[Id, Annotated[DecisionKey, AS_KEY]]
    translations: Mapping[Language, KeyTexts]


class Key(KeyHead):
    """The key of one case, in one of its variants, with the others beside it.

    decisions: one part per key decision, in the case's order; translations: the whys in each
    language; grades: the grade of each critical error by its code; variant: the one that it is for, None
    where the case has none; tellings: what it says in each variant.
    """

    decisions: Mapping[Id, Annotated[DecisionKey, AS_KEY]]
    translations: Mapping[Language, KeyTexts]
    grades: Mapping[str, Grade]
    variant: Id | None = None
    tellings: Mapping[Id, KeyTelling] = Field(default_factory=dict)

    def in_variant(self, name: str | None) -> Key:
        """The same key as it judges the variant `name`; the first where None is asked for.

        Raises NoSuchVariantError where its case has no such variant.
        """
        wanted = next(iter(self.tellings), None) if name is None else name
        if wanted == self.variant:
            return self
        if wanted is None or wanted not in self.tellings:
            raise NoSuchVariantError(str(wanted), self.tellings)
        return self.model_copy(update={**dict(self.tellings[wanted]), "variant": wanted})

    def in_each_variant(self) -> tuple[Key, ...]:
        """The key of each variant; itself alone where there are none."""
        return tuple(self.in_variant(name) for name in self.tellings) or (self,)

    def why(self, decision_id: str, option_id: str, language: Language) -> str:
        """Why an option, or a service, is what the key says of it. Raises KeyError for an unknown id."""
        return self.whys(decision_id, language).why[option_id]

    def whys(self, decision_id: str, language: Language) -> DecisionWhys:
        """All whys of a decision. Raises KeyError for an unknown id."""
        return self.translations[language].decisions[decision_id]


class _OneDecision(Part):
    decisions: Mapping[Id, Annotated[DecisionKey, AS_KEY]]


def keys_place(environ: Mapping[str, str] = os.environ) -> Path:
    """Where keys are read and put: where ``KASUSLAB_KEYS`` points, else ``graders/keys`` of the checkout."""
    chosen = environ.get(KEYS_VARIABLE)
    return Path(chosen).expanduser() if chosen else KEYS


def keys_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of the keys, see `keys_place`. Raises KeysMissingError where no key stands there."""
    folder = keys_place(environ)
    if next(folder.glob("*.yaml"), None) is None:
        name = "nothing_there" if environ.get(KEYS_VARIABLE) else "nothing_set"
        raise KeysMissingError(_sentence(name, variable=KEYS_VARIABLE, folder=folder))
    return folder


def key_file(case_id: str, language: Language) -> str:
    """The name of the file that holds a key's texts in `language`; that of the source holds the key."""
    return f"{case_id}.yaml" if language == SOURCE else f"{case_id}.{language}.yaml"


def key_documents(case: Case, folder: Path) -> Mapping[Language, Document]:
    """The files of a key by the languages of its case. Raises ProblemsError where one cannot be read."""
    place = folder_of(case, folder)
    files = {language: place / key_file(case.id, language) for language in case.languages}
    return dict(zip(files, read_documents(*files.values()), strict=True))


def settled_key_documents(
    case: Case, documents: Mapping[Language, Document]
) -> Mapping[str | None, Mapping[Language, Document]]:
    """The files of a key in each variant of its case; under None where that has none."""
    settled: dict[Language, Settled] = {
        language: _variations(case).settled(document) for language, document in documents.items()
    }
    return {name: {language: settled[language][name] for language in documents} for name in settled[SOURCE]}


def _variations(case: Case) -> Variations:
    return Variations(tuple(case.tellings), VARIED_KEY)


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
    documents = key_documents(case, folder)
    if problems := list(_variation_problems(case, documents)):
        raise ProblemsError(problems)  # what they leave open cannot be read
    errors = _errors_of(case, folder) if errors is None else errors
    sources = load_sources() if sources is None else sources
    if rules is None:
        rules = load_rules() if names_rules(documents[SOURCE]) else {}
    faults: dict[str | None, list[Problem]] = {}
    keys: dict[str | None, Key | None] = {}
    for name, each in settled_key_documents(case, documents).items():
        proof = KeyProof(each[SOURCE], case.in_variant(name), sources, errors, rules)
        keys[name] = _plain_key(proof, each, faults.setdefault(name, []))
    first, *_ = keys.values()
    problems = once(faults)
    whole = {name: key for name, key in keys.items() if key is not None}
    if not problems:
        problems.extend(_unlike_problems(documents[SOURCE], [*whole.values()]))
    if problems or first is None:
        raise ProblemsError(problems)
    tellings = {name: _telling(key) for name, key in whole.items() if name is not None}
    return first.model_copy(update={"tellings": tellings})


def _errors_of(case: Case, folder: Path) -> Mapping[str, CriticalError]:
    # Keys of an earlier version have the catalogue of their time beside them: a grade may have changed since.
    file = folder_of(case, folder) / CRITICAL_ERRORS.name
    return load_critical_errors(file) if file.is_file() else load_critical_errors()


def _plain_key(
    proof: KeyProof, documents: Mapping[Language, Document], problems: list[Problem]
) -> Key | None:
    """The key of a case without variants, or of one of them; every problem is added to `problems`."""
    head = _head(proof, problems)
    decisions = _decisions(proof, problems, panel=head is not None and head.panel != "none")
    texts: dict[Language, KeyTexts] = {}
    for language in proof.case.translations:
        beside = TranslationFile(documents[language], _finding("the_key"), language)
        problems.extend(translation_problems(proof.document, beside))
        translation = validated(beside.document, KeyTexts, problems)
        if translation is not None:
            texts[language] = translation
    if problems or head is None:
        return None
    own = KeyTexts(decisions={name: whys_of(key) for name, key in decisions.items()})
    return Key(
        **dict(head),
        decisions=decisions,
        translations={SOURCE: own, **texts},
        grades={code: error.grade for code, error in proof.errors.items()},
        variant=proof.case.variant,
    )


def _telling(key: Key) -> KeyTelling:
    return KeyTelling.model_construct(decisions=key.decisions, translations=key.translations)


def _variation_problems(case: Case, documents: Mapping[Language, Document]) -> Iterator[Problem]:
    """Places in the files that say one thing for only some variants, or vary in one language only."""
    variations = _variations(case)
    for language, document in documents.items():
        yield from variations.problems(document)
        if language != SOURCE:
            yield from variations.unlike_problems(documents[SOURCE], document, _finding("the_key"))


def _unlike_problems(document: Document, keys: Sequence[Key]) -> Iterator[Problem]:
    """What a decision counts and practises is the same in all variants: a gradebook has one cell for it."""
    for name, part in keys[0].decisions.items():
        for field in ("weight", "competency"):
            if any(getattr(key.decisions[name], field) != getattr(part, field) for key in keys[1:]):
                remedy = _finding("write_one_for_all")
                path = ("decisions", name, field)
                yield document.problem(
                    path, _finding("not_same_all_variants", field=field), remedy, "variant"
                )


def _head(proof: KeyProof, problems: list[Problem]) -> KeyHead | None:
    document, case = proof.document, proof.case
    top = {name: part for name, part in mapping(document.data).items() if name != "decisions"}
    case_id, version, panel = top.get("case"), top.get("case_version"), top.get("panel")
    if isinstance(case_id, str) and case_id != case.id:
        fault = _finding("this_key_not", case_id=case_id, id=case.id)
        problems.append(document.problem(("case",), fault, _finding("give_file_name_its"), "case"))
    if isinstance(version, str) and version != case.version:
        fault = _finding("key_for_version_case", version=version, version2=case.version)
        remedy = _finding("go_through_key_again")
        problems.append(document.problem(("case_version",), fault, remedy, "version"))
    if "panel" in top and panel != "none" and not isinstance(panel, dict):
        fault, remedy = (
            _finding("no_panel", panel=panel),
            _finding("write_none_or_once"),
        )
        problems.append(document.problem(("panel",), fault, remedy, "panel"))
        top["panel"] = "none"
    return validated(replace(document, data=top), KeyHead, problems)


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
        one = validated(replace(document, data=data), _OneDecision, problems)
        if one is not None:
            keys[decision.id] = one.decisions[decision.id]
            problems.extend(decision_problems(proof, decision, keys[decision.id], panel=panel))
    return keys
