"""Every text of a case, its key and its guide in all languages, under an id that says where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from release.author.bench.case_files import CASE, GUIDE, KEY, CaseFiles
from release.author.bench.edit import value_at
from scenarios.documents.document import Data, DataPath
from scenarios.language import LANGUAGES, SOURCE, TRANSLATIONS, Language, Texts, read_catalogue
from scenarios.loader import mapping

_TEXTS = Path(__file__).with_name("review.yaml")
_LEAD = "field_"


@dataclass(frozen=True, slots=True)
class TextPlace:
    """One text in one language. file: its name among the files of the case; text: as it stands there."""

    file: str
    path: DataPath
    text: str

    @property
    def plain(self) -> str:
        """The text without the spaces and line breaks around it."""
        return plain(self.text)


@dataclass(frozen=True, slots=True)
class SheetText:
    """One text in all languages. id: such as ``case:scenes.telepon.text``; where: what it is, in words."""

    id: str
    where: Texts
    places: Mapping[Language, TextPlace]


def plain(text: str) -> str:
    """A text as it is compared: without the spaces around it and at the ends of its lines."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def case_texts(files: CaseFiles) -> Mapping[str, SheetText]:
    """The texts of a case by their ids, in the order of the files. Raises NotEditedError.

    A text that lacks a language, or that no language but the first has, is none to translate: check tells it.
    """
    data = files.data()
    texts = [*_beside(data, CASE), *_beside(data, KEY), *_within(data[GUIDE], ())]
    return {text.id: text for text in texts}


def _beside(data: Mapping[str, Data], file: str) -> Iterator[SheetText]:
    """The texts of a file whose translations stand in files beside it, at the same paths."""
    names = {SOURCE: file, **{tag: tag if file == CASE else f"{file}.{tag}" for tag in TRANSLATIONS}}
    for path in _leaves(data[names[TRANSLATIONS[0]]], ()):
        texts = {language: value_at(data[name], path) for language, name in names.items()}
        places = {
            language: TextPlace(names[language], path, text)
            for language, text in texts.items()
            if isinstance(text, str)
        }
        if len(places) == len(LANGUAGES):
            yield SheetText(_id(file, path), _where(data, file, path), places)


def _within(data: Data, path: DataPath) -> Iterator[SheetText]:
    """The texts of a guide, which stand beside each other in one file."""
    if isinstance(data, dict) and data.keys() == set(LANGUAGES):
        places = {
            language: TextPlace(GUIDE, (*path, language), text)
            for language, text in data.items()
            if isinstance(text, str)
        }
        if len(places) == len(LANGUAGES):
            yield SheetText(_id(GUIDE, path), _say("guide").format(), places)
        return
    parts = enumerate(data) if isinstance(data, list) else mapping(data).items()
    for name, part in parts:
        yield from _within(part, (*path, name))


def _leaves(data: Data, path: DataPath) -> Iterator[DataPath]:
    if isinstance(data, str):
        yield path
        return
    parts = enumerate(data) if isinstance(data, list) else mapping(data).items()
    for name, part in parts:
        yield from _leaves(part, (*path, name))


def _id(file: str, path: DataPath) -> str:
    return f"{file}:{'.'.join(map(str, path))}"


def _where(data: Mapping[str, Data], file: str, path: DataPath) -> Texts:
    """What a text is: its scene by its title, its field, the option or variant that it is of."""
    words = read_catalogue(_TEXTS)
    scene, rest = "", path
    if file == CASE and path[0] == "scenes" and len(path) > 1:
        title, rest = value_at(data[CASE], ("scenes", path[1], "title")), path[2:]
        scene = title if isinstance(title, str) else str(path[1])
    elif file == KEY and len(path) > 1:
        scene, rest = str(path[1]), path[2:]
    steps = [str(step) for step in rest if step != "decision"]
    named = [words.get(f"{_LEAD}{step}", Texts.same(f"“{step}”")) for step in steps]
    parts = [Texts.same(scene), *named] if scene else named
    return Texts.of(lambda language: " · ".join(part[language] for part in parts))


def _say(name: str) -> Texts:
    return read_catalogue(_TEXTS)[f"{_LEAD}{name}"]
