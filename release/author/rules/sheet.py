"""Each rule with all its uses: as plain text, and as one page to print that loads nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from markupsafe import Markup

from graders.key.critical_errors import CriticalError, load_critical_errors
from graders.key.key import Key, load_key
from graders.key.rules import KeyRule, load_rules
from graders.proof.rule_uses import AppliedOption, applied_options
from release.author.sources.listing import aged_words
from release.author.sources.words import speaks_of
from scenarios.case import Case
from scenarios.directory.law_age import aged_rule
from scenarios.directory.services import Directory, load_directory
from scenarios.directory.sources import Source, load_sources
from scenarios.documents.template import template_page
from scenarios.language import Catalogue, Language, read_catalogue
from scenarios.library import case_folder, case_ids
from scenarios.loader import load_case
from scenarios.palette import with_palette

HERE: Final = Path(__file__).resolve().parent
_INDENT: Final = "    "


@dataclass(frozen=True, slots=True)
class RuleCatalogues:
    """What the sheet is made of: the rules, and the catalogues that their codes stand in; today: its day."""

    rules: Mapping[str, KeyRule]
    sources: Mapping[str, Source]
    errors: Mapping[str, CriticalError]
    directory: Directory
    today: date


@dataclass(frozen=True, slots=True)
class UseLine:
    """One use of a rule, in words: what the option does with it, what the key says of it, where, its text."""

    act: str
    verdict: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """One rule in words, with all its uses; facts, otherwise, error: "" where the rule has none.

    due: why it is to be read again, "" where it is not.
    """

    name: str
    mark: str
    text: str
    facts: str
    otherwise: str
    error: str
    due: str
    sources: tuple[str, ...]
    uses: tuple[UseLine, ...]


@dataclass(frozen=True, slots=True)
class RulesSheet:
    """All rules in one language; words: those around them; cases: how many apply rules."""

    language: Language
    words: Mapping[str, str]
    entries: tuple[RuleEntry, ...]
    cases: int

    @property
    def about(self) -> str:
        """How many rules, uses and cases there are."""
        uses = sum(len(entry.uses) for entry in self.entries)
        return self.words["about"].format(rules=len(self.entries), uses=uses, cases=self.cases)


def rules_sheet(
    pairs: Sequence[tuple[Case, Key]], catalogues: RuleCatalogues, language: Language
) -> RulesSheet:
    """The sheet of these cases with their keys, in the order of the rules' file and then of the cases."""
    words = {name: text[language] for name, text in _catalogue().items()}
    uses: dict[str, list[UseLine]] = {name: [] for name in catalogues.rules}
    applying: set[str] = set()
    for case, key in pairs:
        for option in applied_options(case, key):
            text = _option_text(case.in_language(language), option, catalogues.directory, language)
            for name, line in _use_lines(option, text, words):
                if name in uses:
                    applying.add(case.id)
                    uses[name].append(line)
    entries = tuple(_entry(name, tuple(uses[name]), catalogues, words, language) for name in catalogues.rules)
    return RulesSheet(language, words, entries, len(applying))


def sheet_in_folder(
    cases: Path, keys: Path, language: Language, today: date, words: Sequence[str] = ()
) -> RulesSheet:
    """The sheet of all cases in a folder whose keys stand in `keys`, as of the day `today`.

    words: of the rules those alone that speak of all of them, in whatever language. Raises ProblemsError.
    """
    loaded = [load_case(case_folder(name, cases)) for name in case_ids(cases)]
    pairs = [(case, load_key(case, keys)) for case in loaded if (keys / f"{case.id}.yaml").is_file()]
    sources = load_sources()
    rules = {
        name: rule for name, rule in load_rules().items() if speaks_of(_texts(name, rule, sources), words)
    }
    catalogues = RuleCatalogues(rules, sources, load_critical_errors(), load_directory(), today)
    return rules_sheet(pairs, catalogues, language)


def _texts(name: str, rule: KeyRule, sources: Mapping[str, Source]) -> Iterator[str]:
    """What somebody may look for a rule by, in all languages."""
    yield name
    for texts in (rule.text, rule.facts, *(sources[code].title for code in rule.sources)):
        yield from texts.values.values() if texts is not None else ()
    yield from rule.sources


def sheet_text(sheet: RulesSheet) -> str:
    """The sheet as plain text: a rule a block, blocks apart by an empty line."""
    blocks = [[sheet.words["title"], sheet.about], *(list(_lines(sheet, entry)) for entry in sheet.entries)]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def sheet_page(sheet: RulesSheet) -> str:
    """The sheet as one HTML page, which prints a rule without a break inside it."""
    css = with_palette(HERE.parent / "printed.css", HERE / "sheet.css")
    # The stylesheet is ours, and an escaped one would not be read.
    return template_page(HERE / "sheet.html.j2", sheet=sheet, css=Markup(css))  # noqa: S704


@lru_cache(maxsize=1)
def _catalogue() -> Catalogue:
    return read_catalogue(HERE / "sheet.yaml")


def _entry(
    name: str,
    uses: tuple[UseLine, ...],
    catalogues: RuleCatalogues,
    words: Mapping[str, str],
    language: Language,
) -> RuleEntry:
    rule = catalogues.rules[name]
    error = f"{rule.error} {catalogues.errors[rule.error].name[language]}" if rule.error else ""
    facts = rule.facts[language] if rule.facts is not None else ""
    sources = tuple(f"{code} {catalogues.sources[code].described(language)}" for code in rule.sources)
    mark = words[f"mark_{rule.mark}"]
    aged = aged_rule(rule.sources, catalogues.sources, rule.read, catalogues.today)
    due = "; ".join(dict.fromkeys(aged_words(one, catalogues.sources, language) for one in aged))
    otherwise = rule.otherwise or ""
    return RuleEntry(name, mark, rule.text[language], facts, otherwise, error, due, sources, uses)


def _use_lines(option: AppliedOption, text: str, words: Mapping[str, str]) -> Iterator[tuple[str, UseLine]]:
    place = f"{option.case}.{option.decision}.{option.option}"
    for use in option.uses:
        act = "withheld" if option.always_withheld else "follows" if use.is_followed else "breaks"
        yield use.rule, UseLine(words[act], words[f"verdict_{option.verdict}"], place, text)


def _option_text(case: Case, option: AppliedOption, directory: Directory, language: Language) -> str:
    """The text of an option as a trainee reads it, or the name of a service."""
    decision = case.decision(option.decision)
    texts = decision.option_texts if decision is not None else {}
    if option.option in texts:
        return texts[option.option]
    service = directory.services.get(option.option)
    return service.name[language] if service is not None else option.option


def _lines(sheet: RulesSheet, entry: RuleEntry) -> Iterator[str]:
    words = sheet.words
    yield f"{entry.name}  [{entry.mark}]"
    yield f"{_INDENT}{entry.text}"
    yield f"{_INDENT}{words['facts']}: {entry.facts}" if entry.facts else f"{_INDENT}{words['always']}"
    if entry.otherwise:
        yield f"{_INDENT}{words['otherwise']}: {entry.otherwise}"
    if entry.error:
        yield f"{_INDENT}{words['error']}: {entry.error}"
    yield f"{_INDENT}{words['sources']}: {'; '.join(entry.sources)}"
    if entry.due:
        yield f"{_INDENT}{words['due']}: {entry.due}"
    if not entry.uses:
        yield f"{_INDENT}{words['unused']}"
    for use in entry.uses:
        yield f"{_INDENT}- {use.act}, {use.verdict}: {use.place}: {use.text}"
