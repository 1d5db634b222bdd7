"""What the pages of a training say, by their sentences' names; and words of another language on a page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from scenarios.directory.services import load_directory
from scenarios.language import LANGUAGES, SOURCE, Catalogue, Language, card_of, read_catalogue

ROOT = Path(__file__).resolve().parents[3]
ROOMS = ("scenarios", "graders", "widgets", "release")
# Whose sentences the steps of a training go by; where two know a name, the first one counts.
CATALOGUES = (
    "release/workshop/desk/start.yaml",
    "release/course_desk/web/course_desk.yaml",
    "release/texts.yaml",
    "release/papers/papers.yaml",
)
BOARD, DEEDS, PLAYER = (
    "release/workshop/web/board.yaml",
    "release/course_desk/deeds.yaml",
    "widgets/texts.yaml",
)
READING = ("graders/formgrader/formgrader.yaml", "graders/formgrader/lists.yaml")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\*")
_PART = re.compile(r"\{[^}]*\}")
# What is called so in every language: files, e-mail addresses, ids that were drawn, codes and passwords.
_NAME = re.compile(
    r"[\w./-]*\.(?:csv|html|json|jsonl|pem|svg|txt|xlsx|zip)\b|\S+@\S+"
    r"|\bpeserta-\w{5}\b|\b[A-Z0-9]{4}-[A-Z0-9]{4}\b|\b\w{4}-\w{4}-\w{4}\b"
)
_ACRONYM = re.compile(r"\b[A-Z]{3,}\b")
LEAST_LETTERS = 3
# A language has some words of another one in names (“Save the Children”, “Ibu Rambu”), each a few times.
TIMES = 5
_ANYTHING, _END = "*", ""


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of the lab in one language."""

    language: Language

    def __call__(self, name: str, /, **parts: object) -> str:
        """The sentence called so, whoever says it: the desk, the lobby, the papers."""
        return _all(CATALOGUES)[name][self.language].format(**parts)

    def board(self, name: str, /, **parts: object) -> str:
        """A sentence of the board or the projector."""
        texts = read_catalogue(ROOT / BOARD)
        return (texts.get(f"ui_{name}") or texts[name])[self.language].format(**parts)

    def player(self, name: str, /, **parts: object) -> str:
        """A sentence of the player."""
        return read_catalogue(ROOT / PLAYER)[f"ui_{name}"][self.language].format(**parts)

    def reading(self, name: str) -> str:
        """A sentence of formgrader, where reflections are read."""
        return _all(READING)[name][self.language]

    def outcome(self, name: str) -> re.Pattern[str]:
        """What a deed on a course says that came out so, whatever stands in it."""
        return pattern(read_catalogue(ROOT / DEEDS)[name][self.language])

    def notice(self, name: str) -> re.Pattern[str]:
        """What the start page says, whatever stands in it."""
        return pattern(_all(CATALOGUES)[name][self.language])


def pattern(sentence: str) -> re.Pattern[str]:
    """A sentence with anything in the place of its {parts}."""
    return re.compile(".*".join(map(re.escape, _PART.split(sentence))), re.DOTALL)


@lru_cache
def _all(files: tuple[str, ...]) -> Catalogue:
    texts: dict[str, object] = {}
    for file in reversed(files):
        texts |= read_catalogue(ROOT / file)
    return texts  # type: ignore[return-value]  # of catalogues alone


@dataclass(frozen=True, slots=True)
class SpokenWords:
    """What the lab says in a language. counts: how often each word; places: words with those beside them."""

    counts: Counter[str]
    places: frozenset[tuple[str, str, str]]

    def borrows(self, before: str, word: str, after: str) -> bool:
        """Whether one of its sentences has the word in this place."""
        return any(
            (one, word, other) in self.places for one in (before, _ANYTHING) for other in (after, _ANYTHING)
        )


def strange_words(text: str, language: Language, known: frozenset[str] = frozenset()) -> list[str]:
    """Words of a text, a line each, that the lab says in another language, and in this one hardly ever.

    Each is told once. known: words that are nobody's sentence, such as names, in small letters.
    """
    own = vocabulary(language)
    others = [vocabulary(each).counts for each in LANGUAGES if each != language]
    strange: dict[str, None] = {}
    for line in text.splitlines():
        for place in _places(words_of(line)):
            word = place[1]
            is_theirs = any(other[word] > TIMES * own.counts[word] for other in others)
            if is_theirs and word not in known and not own.borrows(*place):
                strange[word] = None
    return list(strange)


def proper_names() -> Iterator[str]:
    """What is called so in every language: languages, services, and whom sources are by (“WHO: …”)."""
    yield from (card_of(each).name for each in LANGUAGES)
    names = (set(service.name.values.values()) for service in load_directory().services.values())
    yield from (name for same in names if len(same) == 1 for name in same)
    sources = (ROOT / "scenarios" / "sources.yaml").read_text(encoding="utf-8")
    yield from _ACRONYM.findall(sources)


def words_of(text: str) -> list[str]:
    """The words of a text in small letters, short ones left out: those are said in many languages.

    What is put in, and a name, is “*”.
    """
    plain = _NAME.sub(_ANYTHING, _PART.sub(_ANYTHING, text))
    words = (word.lower() for word in _WORD.findall(plain))
    return [word for word in words if len(word) >= LEAST_LETTERS or word == _ANYTHING]


@lru_cache
def vocabulary(language: Language) -> SpokenWords:
    """What the lab says in a language: in the catalogues, the cases, their keys and lessons."""
    files = (file for room in ROOMS for file in sorted((ROOT / room).rglob("*.yaml")))
    sentences = [words_of(text) for file in files for text in _texts(file, language)]
    places = (
        (one, word, other)
        for words in sentences
        for before, word, after in _places(words)
        for one in (before, _END)
        for other in (after, _END)
    )
    return SpokenWords(Counter(word for words in sentences for word in words), frozenset(places))


def _places(words: list[str]) -> Iterator[tuple[str, str, str]]:
    """Each word with the one before it and the one after it; "" at an end."""
    return zip((_END, *words), words, (*words[1:], _END), strict=False)


def _texts(file: Path, language: Language) -> Iterator[str]:
    """The texts of a file in a language: of pairs the one half, of a case's file in one language all."""
    content = list(yaml.load_all(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
    own = file.stem if file.stem in LANGUAGES else file.stem.rpartition(".")[2]
    if own in LANGUAGES:
        yield from _strings(content) if own == language else ()
        return
    pairs = list(_pairs(content))
    yield from (pair[language] for pair in pairs if isinstance(pair.get(language), str))
    if not pairs and language == SOURCE and not file.is_relative_to(ROOT / "release"):
        yield from _strings(content)  # a case, a key or a lesson, which are written in that language


def _pairs(content: object) -> Iterator[Mapping[str, str]]:
    """Every mapping that holds a text in each language."""
    if isinstance(content, dict):
        if content.keys() >= set(LANGUAGES):
            yield content
        for part in content.values():
            yield from _pairs(part)
    elif isinstance(content, list):
        for part in content:
            yield from _pairs(part)


def _strings(content: object) -> Iterator[str]:
    """Every text of several words: what is one word alone may be an id."""
    if isinstance(content, str):
        yield from [content] if " " in content else []
    elif isinstance(content, dict):
        for part in content.values():
            yield from _strings(part)
    elif isinstance(content, list):
        for part in content:
            yield from _strings(part)
