"""The sources and rules that the cases of a bundle rest on: taken along, and brought in where they lack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import yaml
from pydantic import ValidationError

from graders.key.key import Key, load_key
from graders.key.rules import KeyRule, KeyRules, load_rules
from graders.proof.rule_uses import applied_options
from graders.proof.source_uses import key_sources
from release.archive import printable
from release.author.bench.case_files import Deed, NotEditedError
from release.author.bench.edit import read, value_at
from release.author.bench.references import new_rule, new_source
from release.author.sharing.bundle import Bundle
from release.author.sharing.case_places import RULES_PART, SOURCES_PART, CasePlaces
from release.author.sharing.words import SharingError, sentence
from scenarios.case import Case
from scenarios.directory.sources import Source, Sources, load_sources
from scenarios.documents.document import Data
from scenarios.language import Texts
from scenarios.loader import mapping
from scenarios.sentence import Sentence, error_texts


@dataclass(frozen=True, slots=True)
class ReferenceArrival:
    """The sources and rules of a bundle that this lab lacks, and those that say something else here.

    new_sources and new_rules: by their codes; others: the codes of what differs, which stays as it is here;
    files: the catalogues of this lab with what is new, none where nothing is.
    """

    new_sources: Mapping[str, Source]
    new_rules: Mapping[str, KeyRule]
    other_sources: tuple[str, ...]
    other_rules: tuple[str, ...]
    files: Mapping[Path, bytes]

    def sentences(self) -> Iterator[Sentence]:
        """What is said of it before anything is written."""
        for code, source in self.new_sources.items():
            yield sentence("new_source", code=printable(code), title=_printable(source.title))
        for name, rule in self.new_rules.items():
            yield sentence("new_rule", rule=printable(name), text=_printable(rule.text))
        if self.other_sources:
            yield sentence("other_sources", codes=printable(", ".join(self.other_sources)))
        if self.other_rules:
            yield sentence("other_rules", rules=printable(", ".join(self.other_rules)))


NOTHING_BROUGHT: Final = ReferenceArrival({}, {}, (), (), {})


def key_there(case: Case, places: CasePlaces) -> Key:
    """The key of a case, proved by the sources and rules that stand with it. Raises ProblemsError."""
    sources, rules = load_sources(places.sources), load_rules(places.rules, places.sources)
    return load_key(case, places.keys, sources=sources, rules=rules)


def reference_files(keyed: Iterable[tuple[Case, Key]], places: CasePlaces) -> Mapping[str, bytes]:
    """What these cases rest on by their keys, as files by their names in a bundle, as it stands here.

    A rule brings its sources along, and the rule that holds otherwise. Raises ProblemsError.
    """
    rules = load_rules(places.rules, places.sources)
    codes: dict[str, None] = {}
    names: dict[str, None] = {}
    for case, key in keyed:
        codes |= dict.fromkeys(key_sources(case, key, rules))
        for one, own in zip(case.in_each_variant(), key.in_each_variant(), strict=True):
            names |= dict.fromkeys(use.rule for option in applied_options(one, own) for use in option.uses)
    for name in tuple(names):
        other = rules[name].otherwise if name in rules else None
        while other is not None and other not in names:
            names[other] = None
            other = rules[other].otherwise
    codes |= dict.fromkeys(code for name in names if name in rules for code in rules[name].sources)
    parts = {SOURCES_PART: ("sources", places.sources, codes), RULES_PART: ("rules", places.rules, names)}
    files: dict[str, bytes] = {}
    for part, (root, place, wanted) in parts.items():
        data = read(place.read_bytes().decode())
        entries = {code: value_at(data, (root, code)) for code in wanted}
        text = yaml.safe_dump({root: entries}, allow_unicode=True, sort_keys=False)
        files |= {part: text.encode()} if entries else {}
    return files


def reference_arrival(
    bundle: Bundle, contents: Mapping[str, bytes], staged: CasePlaces, places: CasePlaces, today: date
) -> ReferenceArrival:
    """What the opened `contents` of a bundle bring along, beside what `places` has.

    In `staged` stand afterwards the catalogues of this lab with what is new, to prove the cases by.
    Raises SharingError for what is no source or no rule.
    """
    for file, place in ((staged.sources, places.sources), (staged.rules, places.rules)):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(place.read_bytes())
    given_sources = _entries(bundle, contents, SOURCES_PART, "sources")
    given_rules = _entries(bundle, contents, RULES_PART, "rules")
    here_sources = mapping(mapping(read(places.sources.read_bytes().decode())).get("sources"))
    here_rules = mapping(mapping(read(places.rules.read_bytes().decode())).get("rules"))
    sources = {code: one for code, one in given_sources.items() if code not in here_sources}
    rules = {name: one for name, one in given_rules.items() if name not in here_rules}
    try:
        for code, one in sources.items():
            _write(new_source(staged.sources, code, mapping(one), today))
        for name, one in rules.items():
            _write(new_rule(staged.rules, name, mapping(one), staged.sources))
        new_sources = Sources.model_validate({"sources": sources}).sources
        new_rules = KeyRules.model_validate({"rules": rules}).rules
    except NotEditedError as error:
        problem = _printable(error_texts(error))
        raise SharingError(sentence("reference_wrong", file=bundle.file, problem=problem)) from None
    except ValidationError:
        raise SharingError(sentence("no_bundle", file=bundle.file)) from None
    written = {places.sources: (sources, staged.sources), places.rules: (rules, staged.rules)}
    return ReferenceArrival(
        new_sources=new_sources,
        new_rules=new_rules,
        other_sources=_others(given_sources, here_sources),
        other_rules=_others(given_rules, here_rules),
        files={place: file.read_bytes() for place, (new, file) in written.items() if new},
    )


def beside(stage: Path) -> CasePlaces:
    """The places of a lab in the folder `stage`, where what arrives is proved."""
    named = CasePlaces(stage / "cases", stage / "keys", stage / "guides")
    return replace(named, sources=stage / "sources.yaml", rules=stage / "rules.yaml")


def _entries(bundle: Bundle, contents: Mapping[str, bytes], part: str, root: str) -> Mapping[str, Data]:
    """The entries of one catalogue in a bundle; none where it brings none. Raises SharingError."""
    if part not in contents:
        return {}
    try:
        entries = mapping(mapping(read(contents[part].decode())).get(root))
    except (UnicodeDecodeError, yaml.YAMLError):
        entries = {}
    if not entries:
        raise SharingError(sentence("no_bundle", file=bundle.file))
    return entries


def _write(deed: Deed) -> None:
    for file, content in deed.after.items():
        file.write_bytes(content or b"")


def _others(given: Mapping[str, Data], here: Mapping[str, Data]) -> tuple[str, ...]:
    return tuple(code for code, one in given.items() if code in here and here[code] != one)


def _printable(texts: Texts) -> Sentence:
    return Sentence(Texts.of(lambda language: printable(texts[language])))
