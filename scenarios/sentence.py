"""A sentence for a person, which is there in every language: as text it speaks the terminal's.

Who raises an error or refuses a file does not know who will read it. What is said of it comes from a
catalogue, goes through the house as any other text, and is put into the reader's language at its door.
"""

from __future__ import annotations

import os
import shutil
import sysconfig
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Self

from scenarios.documents.mistake import Mistake
from scenarios.documents.problem import BadInputError, Problem, ProblemsError
from scenarios.language import LANGUAGES, Language, Texts, read_catalogue, terminal_language


class Sentence(str):
    """A text in the language that the terminal speaks now. texts: the same in every language."""

    __slots__ = ("texts",)
    texts: Texts

    def __new__(cls, texts: Texts) -> Self:
        """A sentence of these texts."""
        sentence = super().__new__(cls, texts[terminal_language()])
        sentence.texts = texts
        return sentence

    def __reduce__(self) -> tuple[type[Self], tuple[Texts]]:
        """How it goes to another process."""
        return type(self), (self.texts,)


def programs_here(scripts: Path, search: str) -> str:
    """What stands before the name of a program in a command, so that it runs as it is written.

    scripts: the folder of this environment's programs; search: the folders that a terminal looks through, as
    PATH has them. "" where it finds the program by its name alone, else the folder, whole: some commands are
    to be run in another one than this.
    """
    program = shutil.which("kasuslab", path=search)
    if program is not None and Path(program).parent.resolve() == scripts.resolve():
        return ""
    if not any(scripts.glob("kasuslab*")):
        return ""
    folder = f"{scripts}{os.sep}"
    return f'"{folder}"' if " " in folder else folder


class _Programs:
    """`programs_here`, asked for only where a sentence names a command."""

    def __format__(self, _: str) -> str:
        scripts = Path(sysconfig.get_path("scripts"))
        return programs_here(scripts, os.environ.get("PATH", ""))


_PROGRAMS = _Programs()


def sentences_of(file: Path) -> Callable[..., Sentence]:
    """Who gives the sentences of the catalogue `file`: by name, with what is to be filled in.

    What is filled in may be a sentence itself; it is put in as each language has it. Before the name of a
    program in a command of a catalogue stands ``{bin}``, which is filled in here.
    """

    def sentence(key: str, /, **values: object) -> Sentence:
        filled = {name: _texts_of(value) for name, value in values.items()}
        return Sentence(read_catalogue(file)[key].format(bin=_PROGRAMS, **filled))

    return sentence


def _texts_of(value: object) -> object:
    if isinstance(value, Mistake):
        return Texts({language: value.texts.get(language, value) for language in LANGUAGES})
    return value.texts if isinstance(value, Sentence) else value


def enumeration(parts: Iterable[Sentence]) -> Sentence:
    """Several sentences, or parts of one, in a line with commas."""
    places = {f"part{number}": part.texts for number, part in enumerate(parts)}
    return Sentence(Texts.same(", ".join(f"{{{name}}}" for name in places)).format(**places))


def in_language(text: str, language: Language) -> str:
    """What is said, in `language` where it is a sentence or a mistake of a catalogue; else as it is."""
    if isinstance(text, Mistake):
        return text.texts.get(language, text)
    return text.texts[language] if isinstance(text, Sentence) else text


def problem_text(problem: Problem, language: Language) -> str:
    """A problem in one line, in `language`."""
    place = f"{problem.path}: " if problem.path else ""
    parts = (in_language(problem.fault, language), in_language(problem.remedy, language))
    return f"{problem.file}:{problem.line}: {place}{'. '.join(parts)}. [{problem.rule}]"


def error_texts(error: BadInputError) -> Texts:
    """What an error says, in every language, for what says it again."""
    return Texts.of(lambda language: error_text(error, language))


def error_text(error: BadInputError, language: Language) -> str:
    """What an error says, in `language`; a line for each problem of a document."""
    if isinstance(error, ProblemsError):
        return "\n".join(problem_text(problem, language) for problem in error.problems)
    first = error.args[0] if error.args else ""
    return in_language(first, language) if isinstance(first, Sentence | Mistake) else str(error)
