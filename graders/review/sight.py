"""What reviewers see of a case: its story, its key and the law both rest on, as they stood on a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Final, TypeAlias

from pydantic import Field, StringConstraints

from graders.key.key import Key, Panel, key_documents, load_key
from graders.key.rules import load_rules
from graders.proof.source_uses import key_sources
from scenarios.case import Case
from scenarios.directory.sources import SOURCES, load_sources
from scenarios.documents.digest import digest
from scenarios.documents.document import Data, DataPath, Document
from scenarios.documents.part import Id, Part, Version
from scenarios.language import Language
from scenarios.loader import STORY, case_documents, in_order, mapping
from scenarios.proof.fingerprints import confirmed_case

CASE, KEY = "case", "key"
_KEY_FIELDS: Final = ("cut", "decisions")

Mark: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")]


class Sight(Part):
    """A case as reviewers see it. day: on which they were first given it.

    role: whose duties the case may flag; has_points: whether any decision of it counts; panel: of its key,
    None where none has played; story and key: their fingerprints, every text and every language; outline:
    the fingerprint of the story without its sentences, which a panel's plays depend on; law_checked: the day
    up to which its law was read; sources: when each source that the key rests on was read; parts: the
    fingerprint of each text and each other value by where it stands, such as ``case:scenes.telepon.text``,
    all languages in one, each variant apart (``case:scenes.telepon.text.besok``).
    """

    day: date
    case_version: Version
    key_version: Version
    variants: tuple[Id, ...] = ()
    role: Id
    has_points: bool
    panel: Panel | None = None
    story: Mark
    key: Mark
    outline: Mark
    law_checked: date
    sources: Mapping[str, date | None]
    parts: Annotated[Mapping[str, Mark], Field(min_length=1)]

    @property
    def mark(self) -> str:
        """By what a signature names what it was given for: the same for the same story, key and law date."""
        return digest([self.story, self.key, self.law_checked.isoformat()])

    def has_place(self, place: str) -> bool:
        """Whether something stands at `place`: a part, or what parts stand in, such as a scene."""
        return any(part == place or part.startswith(f"{place}.") for part in self.parts)


@dataclass(frozen=True, slots=True)
class SightChanges:
    """What is other in a case than somebody saw it.

    parts: the places whose text or value is new, gone or another; law_checked: whether the day of its law is
    another; sources: those that were read anew, or that the key rests on now or no longer; order: whether
    story or key differ though no part does, so that something stands in another order.
    """

    parts: tuple[str, ...]
    law_checked: bool
    sources: tuple[str, ...]
    order: bool

    @property
    def text(self) -> bool:
        """Whether story or key are other."""
        return bool(self.parts) or self.order

    @property
    def scenes(self) -> tuple[str, ...]:
        """The scenes that any of the changed parts of the story stands in."""
        steps = (part.removeprefix(f"{CASE}:").split(".") for part in self.parts if part.startswith(CASE))
        return tuple(dict.fromkeys(names[1] for names in steps if names[0] == "scenes" and len(names) > 1))


def sight_of(case: Case, folder: Path, keys: Path, day: date, sources: Path = SOURCES) -> Sight:
    """A case as reviewers see it now.

    folder: where its ``case.yaml`` stands; keys: the folder of its key; sources: the file of the sources.
    Raises ProblemsError where the key cannot be loaded.
    """
    key = load_key(case, keys)
    stories, secrets = case_documents(folder, case.languages), key_documents(case, keys)
    read = load_sources(sources)
    resting = sorted(key_sources(case, key, load_rules()))
    return Sight(
        day=day,
        case_version=case.version,
        key_version=key.version,
        variants=tuple(case.tellings),
        role=case.role,
        has_points=any(part.weight > 0 for one in key.in_each_variant() for part in one.decisions.values()),
        panel=None if isinstance(key.panel, str) else key.panel,
        story=case.story,
        key=_key_digest(secrets, key),
        outline=confirmed_case(folder, stories, case).now.decides,
        law_checked=case.law_checked,
        sources={code: read[code].read if code in read else None for code in resting},
        parts={**_parts(CASE, stories, STORY), **_parts(KEY, secrets, _KEY_FIELDS)},
    )


def changes(before: Sight, now: Sight) -> SightChanges:
    """What is other in `now` than in `before`."""
    parts = tuple(
        place
        for place in dict.fromkeys((*before.parts, *now.parts))
        if before.parts.get(place) != now.parts.get(place)
    )
    codes = tuple(
        code
        for code in dict.fromkeys((*before.sources, *now.sources))
        if code not in before.sources or code not in now.sources or before.sources[code] != now.sources[code]
    )
    is_other = (before.story, before.key) != (now.story, now.key)
    return SightChanges(parts, before.law_checked != now.law_checked, codes, order=is_other and not parts)


def _key_digest(documents: Mapping[Language, Document], key: Key) -> str:
    decisions = [
        [language, in_order(mapping(document.data).get("decisions"))]
        for language, document in documents.items()
    ]
    return digest([key.cut, decisions])


def _parts(name: str, documents: Mapping[Language, Document], fields: tuple[str, ...]) -> Mapping[str, str]:
    values: dict[str, list[object]] = {}
    for language, document in documents.items():
        data = mapping(document.data)
        for field in fields:
            if field in data:
                for path, value in _leaves(data[field], (field,)):
                    place = f"{name}:{'.'.join(map(str, path))}"
                    values.setdefault(place, []).append([language, in_order(value)])
    return {place: digest(value) for place, value in values.items()}


def _leaves(data: Data, path: DataPath) -> Iterator[tuple[DataPath, Data]]:
    """Each value of a file that is no mapping, with its path; a list is one value."""
    if isinstance(data, dict):
        for name, part in data.items():
            yield from _leaves(part, (*path, name))
        return
    yield path, data
