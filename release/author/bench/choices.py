"""The lists that an author chooses codes from: what each is called and what it is, in each language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from graders.key.critical_errors import ANYONE, CriticalError, load_critical_errors
from graders.key.kinds import KEY_KINDS
from graders.key.rules import RULES, KeyRule, load_rules
from release.author.bench.messages import BooksMessage, ChoiceMessage
from release.author.new_case import LEVELS, RISKS
from release.author.schema import field_words
from release.course.programmes.programme import load_programme
from scenarios.case import PROGRAMMES, STAGES, TRAITS, Programme
from scenarios.directory.competencies import Competency, load_competencies
from scenarios.directory.sectors import load_sectors
from scenarios.directory.services import Directory, load_directory
from scenarios.directory.sources import Source, load_sources
from scenarios.kinds import KINDS, kind_words
from scenarios.language import LANGUAGES, Texts, card_of, read_catalogue
from scenarios.library import SCENARIOS
from widgets.view import TEXTS as PLAYER_TEXTS

TEXTS = Path(__file__).with_name("bench.yaml")
NOTHING = Texts.same("")


@dataclass(frozen=True, slots=True)
class Shelves:
    """Where sources and rules are written, to which an author adds."""

    sources: Path = SCENARIOS / "sources.yaml"
    rules: Path = RULES


def choice(code: str, name: Texts, about: Texts = NOTHING) -> ChoiceMessage:
    """One code of a list."""
    return ChoiceMessage(code=code, name=dict(name.items()), about=dict(about.items()))


def books_of(shelves: Shelves) -> BooksMessage:
    """What is the same for every case. Raises ProblemsError where a catalogue of the lab is broken."""
    words = {**_kinds_words(), **read_catalogue(TEXTS)}
    return BooksMessage(
        kind="books",
        lists=library_lists(shelves),
        words={name: dict(texts.items()) for name, texts in words.items()},
        help={name: dict(texts.items()) for name, texts in field_words().items()},
        languages={language: card_of(language).short for language in LANGUAGES},
    )


def _kinds_words() -> dict[str, Texts]:
    """What a field that one kind has of its own is called: its name in the file, where nobody says more."""
    models = (*KINDS.values(), *KEY_KINDS.values())
    return {f"label_{name}": Texts.same(name) for model in models for name in model.model_fields}


def library_lists(shelves: Shelves) -> dict[str, list[ChoiceMessage]]:
    """The lists that are the same for every case. Raises ProblemsError."""
    words, player = read_catalogue(TEXTS), read_catalogue(PLAYER_TEXTS)

    def own(name: str, codes: Iterable[str]) -> list[ChoiceMessage]:
        return [choice(code, words[f"{name}_{code}"]) for code in codes]

    errors = load_critical_errors()
    return {
        "risk": own("risk", RISKS),
        "level": own("level", LEVELS),
        "use": own("use", ("practice", "test")),
        "status": own("status", ("draft", "retired")),
        "intensity": own("intensity", ("0", "1", "2")),
        "traits": own("trait", TRAITS),
        "yes": own("yes", ("true", "false")),
        "stage": [choice(stage, player[f"stage_{stage}"]) for stage in STAGES],
        "role": [choice(role, _role(role, player)) for role in roles()],
        "bound": [choice(role, _role(role, player)) for role in (*roles(), ANYONE)],
        "kind": [choice(kind, kind_words(kind)["name"], kind_words(kind)["about"]) for kind in KINDS],
        "programmes": [
            choice(code, _joined(Texts.same(code), load_programme(code).name, ". ")) for code in PROGRAMMES
        ],
        "competency": [_competency(code, one) for code, one in load_competencies().items()],
        "errors": [_error(code, one, words) for code, one in errors.items()],
        "sources": [_source(code, one, words) for code, one in load_sources(shelves.sources).items()],
        "rules": [_rule(name, one, words) for name, one in load_rules(shelves.rules).items()],
        "services": _services(load_directory()),
    }


def _programme(code: Programme) -> ChoiceMessage:
    return choice(code, _joined(Texts.same(code), load_programme(code).name, ". "))


def roles() -> tuple[str, ...]:
    """The roles that somebody of a sector plays as their own."""
    return tuple(dict.fromkeys(role for sector in load_sectors().sectors.values() for role in sector.roles))


def _role(role: str, player: Mapping[str, Texts]) -> Texts:
    if role == ANYONE:
        return read_catalogue(TEXTS)["anyone"]
    return player.get(f"role_{role}", Texts.same(role))


def _competency(code: str, one: Competency) -> ChoiceMessage:
    return choice(code, _joined(Texts.same(code), one.name, ". "), one.practise)


def _error(code: str, one: CriticalError, words: Mapping[str, Texts]) -> ChoiceMessage:
    about = _joined(one.why, words[f"grade_{one.grade}"].format(roles=", ".join(one.roles)), " ")
    return choice(code, _joined(Texts.same(code), one.name, ". "), about)


def _source(code: str, one: Source, words: Mapping[str, Texts]) -> ChoiceMessage:
    kind, mark = words[f"source_{one.kind}"], words[f"mark_{one.mark}"]
    about = (
        _joined(kind, mark, ", ")
        if one.read is None
        else _joined(_joined(kind, mark, ", "), words["read_on"].format(day=one.read.isoformat()), ", ")
    )
    return choice(code, _joined(Texts.same(code), Texts.of(one.described), ". "), about)


def _rule(name: str, one: KeyRule, words: Mapping[str, Texts]) -> ChoiceMessage:
    about = words[f"rule_{one.mark}"]
    if one.facts is not None:
        about = _joined(about, words["rule_facts"].format(facts=one.facts), ". ")
    return choice(name, one.text, about)


def _services(directory: Directory) -> list[ChoiceMessage]:
    return [choice(name, one.name, one.when) for name, one in directory.services.items()]


def _joined(first: Texts, second: Texts, between: str) -> Texts:
    return Texts.of(lambda language: f"{first[language]}{between}{second[language]}", LANGUAGES)
