"""The languages of the lab, what is said in each of them, and the catalogues of sentences shown to a person.

Which languages there are is data, ``languages.yaml``; no other place names one. Whoever asks for a language
that is not there gets an error, never a text in another language.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, Self, TypeAlias, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    RootModel,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
)
from pydantic_core import CoreSchema, InitErrorDetails, core_schema

from scenarios.documents.document import read_document
from scenarios.documents.mistake import mistake
from scenarios.documents.problem import BadInputError, Problem, ProblemsError
from scenarios.documents.shape import validated

T = TypeVar("T")

FILE = Path(__file__).with_name("languages.yaml")
TAG = r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"


class NoSuchLanguageError(BadInputError, ValueError):
    """A language is asked for that is not there; the text says which are."""

    def __init__(self, tag: str, known: Iterable[str]) -> None:
        """Keep the tag that was asked for."""
        self.tag = tag
        super().__init__(mistake("no_language", tag=tag, known=", ".join(known)))


class LanguageCard(BaseModel):
    """What ``languages.yaml`` says of a language; the file tells what each field is for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    short: str
    decimal: Literal[".", ","]
    thousands: Annotated[str, StringConstraints(pattern=r"^[.,\xa0]$")]
    scene: Annotated[int, Field(ge=1)]
    ease: Annotated[int, Field(ge=1)]
    option: Annotated[str, StringConstraints(pattern=r"^--[a-z]+$")] | None = None
    offered: bool = True


class LanguagesFile(BaseModel):
    """``languages.yaml`` as it is written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    languages: Mapping[Annotated[str, StringConstraints(pattern=f"^{TAG}$")], LanguageCard]
    terminal: str
    software: str
    unsaid: tuple[str, ...]

    @property
    def offered(self) -> tuple[str, ...]:
        """The languages on offer."""
        return tuple(tag for tag, card in self.languages.items() if card.offered)


def read_languages(file: Path) -> LanguagesFile:
    """What ``languages.yaml`` says.

    Raises ProblemsError, also where the first language is not offered, or another is named that is unknown.
    """
    document = read_document(file)
    problems: list[Problem] = []
    read = validated(document, LanguagesFile, problems)
    if read is not None:
        first = next(iter(read.languages), "")
        if first not in read.offered:
            fault, remedy = mistake("first_not_offered"), mistake("first_not_offered_do")
            problems.append(document.problem(("languages", first), fault, remedy, "language"))
        for place, tag in (("terminal", read.terminal), ("software", read.software)):
            if tag not in read.offered:
                offered = ", ".join(read.offered)
                fault = mistake("not_offered", tag=tag)
                remedy = mistake("not_offered_do", offered=offered)
                problems.append(document.problem((place,), fault, remedy, "language"))
        for number, tag in enumerate(read.unsaid):
            if tag not in read.languages:
                fault, remedy = mistake("not_listed", tag=tag), mistake("not_listed_do")
                problems.append(document.problem(("unsaid", number), fault, remedy, "language"))
    if problems or read is None:
        raise ProblemsError(problems)
    return read


_LAB = read_languages(FILE)


def known_language(tag: str) -> str:
    """`tag` itself, where it is that of a language on offer. Raises NoSuchLanguageError."""
    if tag not in LANGUAGES:
        raise NoSuchLanguageError(tag, LANGUAGES)
    return tag


Language: TypeAlias = Annotated[str, AfterValidator(known_language)]
LANGUAGES: tuple[Language, ...] = _LAB.offered
KNOWN: tuple[str, ...] = tuple(_LAB.languages)  # with those whose translation is under way
SOURCE: Language = LANGUAGES[0]
TRANSLATIONS: tuple[Language, ...] = LANGUAGES[1:]
TERMINAL: Language = _LAB.terminal
SOFTWARE: Language = _LAB.software
UNSAID: tuple[Language, ...] = tuple(tag for tag in _LAB.unsaid if tag in LANGUAGES)
_SETTLED: ContextVar[Language] = ContextVar("terminal_language", default=TERMINAL)


def terminal_language() -> Language:
    """The language of what is said now to whoever runs this process: see `terminal_speaks`."""
    return _SETTLED.get()


@contextmanager
def terminal_speaks(language: Language) -> Iterator[None]:
    """Say what is said within to whoever runs this process in `language`. Raises NoSuchLanguageError."""
    before = _SETTLED.set(known_language(language))
    try:
        yield
    finally:
        _SETTLED.reset(before)


def card_of(language: Language) -> LanguageCard:
    """What the lab knows of a language. Raises NoSuchLanguageError."""
    return _LAB.languages[known_language(language)]


def own_options() -> Mapping[str, Language]:
    """The languages that an option of the command line asks for by a name of its own, by that name."""
    return {option: language for language in LANGUAGES if (option := card_of(language).option) is not None}


def with_decimal_sign(number: str, language: Language) -> str:
    """A number written with a point, such as “1.5”, as `language` writes it. Raises NoSuchLanguageError."""
    return number.replace(".", card_of(language).decimal)


@dataclass(frozen=True, slots=True)
class ByLanguage(Generic[T]):
    """One value for each language. A field of a document is of a subclass that says of which type they are.

    There it is written as a mapping by the languages' tags, of which those of the lab all have to be there;
    where the document is read with a context ``{"languages": …}``, as what a course took along, these.
    """

    values: Mapping[Language, T]

    @classmethod
    def of(cls, value: Callable[[Language], T], languages: Iterable[Language] = LANGUAGES) -> Self:
        """What `value` gives for each of `languages`."""
        return cls({language: value(language) for language in languages})

    def __getitem__(self, language: Language) -> T:
        """The value for `language`. Raises NoSuchLanguageError."""
        try:
            return self.values[language]
        except KeyError:
            raise NoSuchLanguageError(language, self.values) from None

    def __iter__(self) -> Iterator[Language]:
        """The languages, in their order."""
        return iter(self.values)

    def items(self) -> ItemsView[Language, T]:
        """Each language with its value."""
        return self.values.items()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[Self], handler: GetCoreSchemaHandler) -> CoreSchema:
        """How it is written: a mapping with a value for each language that is wanted, and nothing else."""
        (value_type,) = get_args(cls.__orig_bases__[0])  # type: ignore[attr-defined]  # set by Generic
        value = handler.generate_schema(value_type)
        fields = {tag: core_schema.typed_dict_field(value, required=False) for tag in _LAB.languages}
        return core_schema.with_info_wrap_validator_function(
            cls._read,
            core_schema.typed_dict_schema(fields, extra_behavior="forbid"),
            ref=f"{source.__module__}.{source.__qualname__}",
            serialization=core_schema.plain_serializer_function_ser_schema(_written),
        )

    @classmethod
    def _read(cls, data: object, read: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Self:
        if isinstance(data, cls):
            return data
        values: Mapping[str, T] = read(data)
        wanted = (info.context or {}).get("languages", LANGUAGES)
        missing = [
            InitErrorDetails(type="missing", loc=(tag,), input=data) for tag in wanted if tag not in values
        ]
        if missing:
            raise ValidationError.from_exception_data(cls.__name__, missing)
        return cls({tag: values[tag] for tag in wanted})

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """The schema for an author's editor, in which the languages of the lab have to be there."""
        described = handler.resolve_ref_schema(handler(schema))
        described["required"] = list(LANGUAGES)
        return described


def _written(values: ByLanguage[Any]) -> Mapping[str, Any]:
    return dict(values.items())


@dataclass(frozen=True, slots=True)
class Texts(ByLanguage[str]):
    """One text in each language."""

    @classmethod
    def same(cls, text: str) -> Self:
        """A text that is the same in all languages, such as the name of a place."""
        return cls(dict.fromkeys(LANGUAGES, text))

    def format(self, **values: object) -> Texts:
        """The texts with `values` filled in; one that is `Texts` itself is put in as each language has it.

        What comes of it stands in those languages that all of them have.
        """
        parts = [value for value in values.values() if isinstance(value, Texts)]
        return Texts(
            {
                language: text.format(**{name: _in(value, language) for name, value in values.items()})
                for language, text in self.items()
                if all(language in part.values for part in parts)
            }
        )

    def joined(self, between: str) -> str:
        """The text in all languages, one after the other."""
        return between.join(self.values.values())


def _in(value: object, language: Language) -> object:
    return value[language] if isinstance(value, Texts) else value


Catalogue: TypeAlias = Mapping[str, Texts]


class _CatalogueFile(RootModel[Mapping[str, Texts]]):
    pass


@lru_cache(maxsize=64)
def read_catalogue(file: Path) -> Catalogue:
    """Read a catalogue: a YAML mapping from a text's name to the text in each language.

    Raises ProblemsError where an entry lacks a language or holds anything but a text in each.
    """
    problems: list[Problem] = []
    read = validated(read_document(file), _CatalogueFile, problems)
    if problems or read is None:
        raise ProblemsError(problems)
    return read.root
