"""The register of sources: what rests on each of them, where, and what of it is to be read again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from graders.key.critical_errors import load_critical_errors
from graders.key.key import load_key
from graders.key.rules import RULES, KeyRule, load_rules
from graders.proof.source_uses import key_sources
from scenarios.case import Case
from scenarios.directory.law_age import Aged, aged_rule, aged_source, aged_text
from scenarios.directory.law_card import load_law_card
from scenarios.directory.services import load_directory
from scenarios.directory.sources import SOURCES, Source, load_sources
from scenarios.language import Texts
from scenarios.lessons.lesson_files import LESSONS, lesson_competencies, load_lesson
from scenarios.library import CASES, case_folder, case_ids
from scenarios.loader import load_case

UseKind = Literal["case", "rule", "lesson", "law", "error", "service"]


@dataclass(frozen=True, slots=True)
class Resting:
    """What rests on sources: of which kind, its id, its name in each language.

    places: by the codes of its sources, where in it: decisions of a case, sections of a lesson; aged: why it
    is to be read again, empty where it is not, or where no day of reading is kept of it.
    """

    kind: UseKind
    id: str
    name: Texts
    places: Mapping[str, tuple[str, ...]]
    aged: tuple[Aged, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A source with all that rests on it. aged: why it is itself to be read again, or None."""

    code: str
    source: Source
    aged: Aged | None
    uses: tuple[Resting, ...]

    @property
    def texts(self) -> Iterator[str]:
        """What somebody may look for it by, in all languages."""
        source = self.source
        yield self.code
        yield from source.title.values.values()
        yield from source.reading.values.values() if source.reading else ()
        yield from source.changed.what.values.values() if source.changed else ()


@dataclass(frozen=True, slots=True)
class SourceRegister:
    """All sources, all that rests on them; unread: cases whose keys are not here, so that nobody knows."""

    sources: Mapping[str, Source]
    resting: tuple[Resting, ...]
    today: date
    unread: tuple[str, ...] = ()

    @property
    def entries(self) -> Iterator[SourceEntry]:
        """Each source with its uses, in the order of their file."""
        for code, source in self.sources.items():
            uses = tuple(one for one in self.resting if code in one.places)
            yield SourceEntry(code, source, aged_source(code, source, self.today), uses)

    @property
    def due(self) -> tuple[Resting, ...]:
        """What rests on sources and is to be read again."""
        return tuple(one for one in self.resting if one.aged)


@dataclass(frozen=True, slots=True)
class RegisterPlaces:
    """Where the files stand that a register is made of."""

    keys: Path
    cases: Path = CASES
    sources: Path = SOURCES
    rules: Path = RULES
    lessons: Path = LESSONS


def read_register(places: RegisterPlaces, today: date) -> SourceRegister:
    """The register of everything that stands in these places, as of the day `today`. Raises ProblemsError."""
    sources, rules = load_sources(places.sources), load_rules(places.rules)
    cases = [load_case(case_folder(name, places.cases)) for name in case_ids(places.cases)]
    keyed = [case for case in cases if (places.keys / f"{case.id}.yaml").is_file()]
    resting = (
        *(_case(case, places.keys, rules, sources, today) for case in keyed),
        *(_rule(name, rule, sources, today) for name, rule in rules.items()),
        *(_lesson(code, places.lessons, sources, today) for code in lesson_competencies(places.lessons)),
        *(_plain("law", name, law.name, law.sources) for name, law in load_law_card().items()),
        *(_plain("error", code, one.name, one.sources) for code, one in load_critical_errors().items()),
        *(_plain("service", name, one.name, one.sources) for name, one in load_directory().services.items()),
    )
    return SourceRegister(sources, resting, today, tuple(case.id for case in cases if case not in keyed))


def _case(
    case: Case, keys: Path, rules: Mapping[str, KeyRule], sources: Mapping[str, Source], today: date
) -> Resting:
    codes = key_sources(case, load_key(case, keys), rules)
    name = Texts.of(lambda language: case.in_language(language).title)
    return Resting("case", case.id, name, codes, aged_text(codes, sources, case.law_checked, today))


def _rule(name: str, rule: KeyRule, sources: Mapping[str, Source], today: date) -> Resting:
    aged = aged_rule(rule.sources, sources, rule.read, today)
    return Resting("rule", name, rule.text, dict.fromkeys(rule.sources, ()), aged)


def _lesson(code: str, folder: Path, sources: Mapping[str, Source], today: date) -> Resting:
    lesson = load_lesson(code, folder=folder)
    places: dict[str, tuple[str, ...]] = {}
    for section, part in lesson.sections.items():
        for source in part.sources:
            places[source] = (*places.get(source, ()), section)
    name = Texts.of(lambda language: load_lesson(code, language, folder).title)
    return Resting("lesson", code, name, places, aged_text(places, sources, lesson.law_checked, today))


def _plain(kind: UseKind, name: str, title: Texts, codes: tuple[str, ...]) -> Resting:
    return Resting(kind, name, title, dict.fromkeys(codes, ()))
