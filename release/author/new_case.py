"""Start a case: ask its author a few questions, and write files that lack nothing but the story."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import TypeAlias, get_args

from pydantic import TypeAdapter, ValidationError

from scenarios.case import PROGRAMMES, Case
from scenarios.documents.part import CaseId, Id
from scenarios.documents.problem import BadInputError
from scenarios.language import SOURCE, TRANSLATIONS, Language, Texts, card_of, read_catalogue
from scenarios.sentence import sentences_of

TEXTS = Path(__file__).parents[1] / "texts.yaml"
TEMPLATES = Path(__file__).with_name("first_case")
TO_DECLARE = ("law_checked", "fiction.composite", "fiction.changed")

RISKS: tuple[str, ...] = get_args(Case.model_fields["risk"].annotation)
LEVELS = ("1", "2", "3")
_sentence = sentences_of(TEXTS)

Ask: TypeAlias = Callable[[str, str], str]
"""Puts a question with its default answer, and gives the answer."""

Tell: TypeAlias = Callable[[str], None]


class NewCaseError(BadInputError):
    """The case cannot be started; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class CaseAnswers:
    """What an author has said of a new case; programmes: at least one of A0 to A4."""

    case_id: str
    title: Texts
    role: str
    risk: str
    level: int
    programmes: tuple[str, ...]
    note: Texts
    first: Texts


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the files of a case are to stand."""

    cases: Path
    keys: Path
    guides: Path

    def files(self, case_id: str) -> Mapping[str, Path]:
        """Each file of a case by the name of its template."""
        return {
            "case.yaml": self.cases / case_id / "case.yaml",
            **{f"{tag}.yaml": self.cases / case_id / f"{tag}.yaml" for tag in TRANSLATIONS},
            "key.yaml": self.keys / f"{case_id}.yaml",
            **{f"key.{tag}.yaml": self.keys / f"{case_id}.{tag}.yaml" for tag in TRANSLATIONS},
            "guide.yaml": self.guides / f"{case_id}.yaml",
        }


def start_case(
    case_id: str, folders: Folders, ask: Ask, tell: Tell, language: Language = SOURCE
) -> Iterator[str]:
    """Ask, write, and give the lines that say what was written and what is left to the author.

    Raises NewCaseError before the first question where the case cannot be started.
    """
    refuse_taken(case_id, folders)
    written = write_case(ask_author(case_id, ask, tell, language), folders)
    texts = read_catalogue(TEXTS)
    yield texts["new_written"][language]
    yield from (f"  {file}" for file in written)
    yield texts["new_to_declare"][language].format(fields=", ".join(TO_DECLARE))
    yield texts["new_to_write"][language]
    yield texts["new_next"][language].format(id=case_id)


def refuse_taken(case_id: str, folders: Folders) -> None:
    """Raise NewCaseError where `case_id` is no id of a case, or one of its files stands already."""
    try:
        TypeAdapter(CaseId).validate_python(case_id)
    except ValidationError:
        raise NewCaseError(_sentence("new_bad_id", id=case_id)) from None
    taken = [str(file) for file in folders.files(case_id).values() if file.exists()]
    if taken:
        raise NewCaseError(_sentence("new_taken", files=", ".join(taken)))


def ask_author(case_id: str, ask: Ask, tell: Tell, language: Language = SOURCE) -> CaseAnswers:
    """Ask all questions; one that got no usable answer is put again, after a sentence that says why."""
    texts = read_catalogue(TEXTS)

    def text(name: str) -> str:
        return texts[f"new_{name}"][language]

    def free(answer: str) -> str:
        return "" if answer else text("empty")

    def one_of(name: str, default: str, choices: tuple[str, ...]) -> str:
        question, wrong = f"{text(name)} ({', '.join(choices)})", text("choose").format(of=", ".join(choices))
        return _asked(ask, tell, question, default, lambda answer: "" if answer in choices else wrong)

    def each(name: str) -> Texts:
        def asked(tag: Language) -> str:
            question = text(name).format(language=card_of(tag).name)
            return _asked(ask, tell, question, texts[f"new_default_{name}"][tag], free)

        return Texts.of(asked)

    def programmes(answer: str) -> str:
        known = _words(answer) and set(_words(answer)) <= set(PROGRAMMES)
        return "" if known else text("choose").format(of=", ".join(PROGRAMMES))

    return CaseAnswers(
        case_id,
        title=each("title"),
        role=_asked(ask, tell, text("role"), "uptd_ppa", lambda answer: _role_wrong(answer, text("id"))),
        risk=one_of("risk", RISKS[0], RISKS),
        level=int(one_of("level", "1", LEVELS)),
        programmes=tuple(_words(_asked(ask, tell, text("programmes"), PROGRAMMES[0], programmes))),
        note=each("note"),
        first=each("first"),
    )


def _asked(ask: Ask, tell: Tell, question: str, default: str, wrong: Callable[[str], str]) -> str:
    while True:
        answer = ask(question, default).strip()
        reason = wrong(answer)
        if not reason:
            return answer
        tell(reason)


def _role_wrong(answer: str, reason: str) -> str:
    try:
        TypeAdapter(Id).validate_python(answer)
    except ValidationError:
        return reason
    return ""


def _words(answer: str) -> list[str]:
    return list(dict.fromkeys(word for word in answer.replace(",", " ").split() if word))


def write_case(answers: CaseAnswers, folders: Folders) -> tuple[Path, ...]:
    """Write the files of a new case.

    Raises NewCaseError, and writes none, where one stands already or the lab lacks a template of one.
    """
    refuse_taken(answers.case_id, folders)
    filled = {
        "id": answers.case_id,
        "risk": answers.risk,
        "role": answers.role,
        "level": str(answers.level),
        "programmes": f"[{', '.join(answers.programmes)}]",
    }
    for name, texts in (("title", answers.title), ("note", answers.note), ("first", answers.first)):
        filled |= {f"{name}_{language}": _scalar(text) for language, text in texts.items()}
    files = folders.files(answers.case_id)
    written = {file: _template(name).substitute(filled) for name, file in files.items()}
    for file, text in written.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    return tuple(files.values())


def _template(name: str) -> Template:
    file = TEMPLATES / name
    try:
        return Template(file.read_text(encoding="utf-8"))
    except OSError:
        others = ", ".join(sorted(other.name for other in TEMPLATES.glob("*.yaml")))
        raise NewCaseError(_sentence("new_no_template", file=file, others=others)) from None


def _scalar(text: str) -> str:
    # What JSON quotes, YAML reads as the same text, whatever signs stand in it.
    return json.dumps(text, ensure_ascii=False)
