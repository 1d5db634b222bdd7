"""A document as a model, or a sentence for each thing in it that is not of the model's shape."""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from scenarios.documents.document import DataPath, Document
from scenarios.documents.mistake import Mistake, mistake
from scenarios.documents.problem import Problem

M = TypeVar("M", bound=BaseModel)

_KEY = "[key]"  # what pydantic puts after the name of an entry that is no name
_DAY = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})")
_YES = {"true": "true", "ya": "true", "yes": "true", "y": "true", "benar": "true", "on": "true", "1": "true"}


def validated(
    document: Document, model: type[M], problems: list[Problem], languages: Sequence[str] | None = None
) -> M | None:
    """The document as a `model`; None, with every problem added to `problems`, where it is none.

    languages: those that its texts have to stand in, all of the lab where left out.
    """
    try:
        return model.model_validate(document.data, context={"languages": languages} if languages else None)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            path = _path_in(document, detail["loc"])
            if detail["type"].startswith("union_tag"):
                path = (*path, "kind")
            fault, remedy = _Misfit(
                detail["type"],
                detail["msg"],
                detail.get("ctx", {}),
                detail["loc"],
                detail["input"],
                tuple(model.model_fields),
            ).clauses()
            problems.append(document.problem(path, fault, remedy, "shape"))
        return None


def _path_in(document: Document, location: tuple[int | str, ...]) -> DataPath:
    # pydantic puts the tag of a union and "[key]" into the path; the file has neither.
    path: DataPath = ()
    for index, part in enumerate(location):
        if (*path, part) in document.lines:
            path = (*path, part)
        elif index == len(location) - 1 and part != _KEY:
            return (*path, part)
    return path


@dataclass(frozen=True, slots=True)
class _Misfit:
    """One thing that does not fit, as pydantic tells it: its type, its bounds, where it is, and what."""

    type: str
    message: str
    context: Mapping[str, object]
    location: tuple[int | str, ...]
    value: object
    fields: tuple[str, ...]

    @property
    def name(self) -> object:
        """What it stands under."""
        names = [part for part in self.location if part != _KEY]
        return names[-1] if names else mistake("the_document")

    @property
    def in_words(self) -> str:
        """What stands there, in a few letters."""
        if self.value is None:
            return mistake("nothing")
        if isinstance(self.value, dict):
            return mistake("a_mapping")
        if isinstance(self.value, list):
            return mistake("a_list")
        text = json.dumps(self.value) if isinstance(self.value, bool) else str(self.value)
        return f"“{text if len(text) <= 40 else text[:40] + ' …'}”"  # noqa: PLR2004 -- what is seen at once

    def line(self, written: str) -> str:
        """The line as it was meant."""
        return f"{self.name}: {written}"

    def clauses(self) -> tuple[str, str]:
        """What stands there, and what to do."""
        for types, tell in _TELLS:
            if self.type in types:
                return tell(self)
        if self.type.startswith("union_tag"):
            return mistake("kind"), mistake("kind_do", tags=self.context.get("expected_tags"))
        return mistake("shape", reason=_lower_first(self.message)), mistake("shape_do")


def _missing(one: _Misfit) -> tuple[Mistake, Mistake]:
    return mistake("missing", name=one.name), mistake("missing_do", name=one.name)


def _extra(one: _Misfit) -> tuple[Mistake, Mistake]:
    near = difflib.get_close_matches(str(one.name), one.fields, n=1) if len(one.location) == 1 else []
    remedy = mistake("extra_near_do", near=near[0]) if near else mistake("extra_do")
    return mistake("extra", name=one.name), remedy


def _pattern(one: _Misfit) -> tuple[Mistake, Mistake]:
    pattern, value = str(one.context.get("pattern")), str(one.value)
    if pattern == r"^\d+\.\d+\.\d+$":
        return mistake("not_version", found=value), mistake("not_version_do")
    if pattern.startswith("^K["):
        return mistake("not_competency", found=value), mistake("not_competency_do")
    if pattern.startswith("^E"):
        return mistake("not_error", found=value), mistake("not_error_do")
    if pattern.startswith("^[+-]"):
        return mistake("not_use", found=value), mistake("not_use_do")
    if pattern.startswith("^[a-z]["):
        is_case = "(-" in pattern
        near = nearest_id(value, "-" if is_case else "_")
        return mistake("not_id", found=value), mistake(
            "not_case_id_do" if is_case else "not_id_do", near=near
        )
    return mistake("not_pattern", found=value), mistake("not_pattern_do", pattern=pattern)


def nearest_id(written: str, between: str = "_") -> str:
    """The id that is nearest to what was written as one."""
    plain = unicodedata.normalize("NFKD", written).encode("ascii", "ignore").decode().lower()
    name = between.join(re.findall(r"[a-z0-9]+", plain))
    return name if name[:1].isalpha() else f"x{between}{name}".rstrip(between)


def _text(one: _Misfit) -> tuple[Mistake, Mistake]:
    if str(one.name).endswith("version") and isinstance(one.value, float):
        return mistake("not_version", found=one.value), mistake("not_version_do")
    fault = mistake("no_text", found=one.in_words)
    if one.value is None or isinstance(one.value, dict | list):
        return fault, mistake("write_text_do")
    return fault, mistake("no_text_do", line=one.line(f'"{one.value}"'))


def _number(one: _Misfit) -> tuple[Mistake, Mistake]:
    return mistake("no_number", found=one.in_words), mistake("no_number_do")


def _yes(one: _Misfit) -> tuple[Mistake, Mistake]:
    meant = _YES.get(str(one.value).lower(), "false")
    return mistake("no_yes", found=one.in_words), mistake("yes_do", line=one.line(meant))


def _one_of(one: _Misfit) -> tuple[Mistake, Mistake]:
    choices = str(one.context.get("expected", ""))
    if choices == "True":
        return mistake("not_true", found=one.in_words), mistake("yes_do", line=one.line("true"))
    return mistake("not_one_of", found=one.in_words), mistake("not_one_of_do", choices=choices)


def _date(one: _Misfit) -> tuple[Mistake, Mistake]:
    match = _DAY.fullmatch(str(one.value).strip())
    day = f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}" if match else "2026-03-31"
    return mistake("no_date", found=one.in_words), mistake("no_date_do", line=one.line(day))


def _list(one: _Misfit) -> tuple[Mistake, Mistake]:
    inside = "…" if one.value is None or isinstance(one.value, dict) else str(one.value)
    return mistake("no_list", found=one.in_words), mistake("no_list_do", line=one.line(f"[{inside}]"))


def _mapping(one: _Misfit) -> tuple[Mistake, Mistake]:
    return mistake("no_mapping", found=one.in_words), mistake("no_mapping_do")


def _number_of(one: _Misfit, name: str) -> int:
    value = one.context.get(name)
    return value if isinstance(value, int) else 0


def _count(one: _Misfit) -> int:
    return len(one.value) if isinstance(one.value, dict | list) else _number_of(one, "actual_length")


def _few(one: _Misfit) -> tuple[Mistake, Mistake]:
    count, least = _count(one), _number_of(one, "min_length")
    # Where one of them is no text, the others alone are counted: the file has them all the same.
    return (
        mistake("too_few", count=count, least=least),
        mistake("too_few_do", more=max(1, least - count)),
    )


def _many(one: _Misfit) -> tuple[Mistake, Mistake]:
    count, most = _count(one), _number_of(one, "max_length")
    return mistake("too_many", count=count, most=most), mistake("too_many_do", more=max(1, count - most))


def _bound(fault: str, remedy: str, name: str, value: str) -> Callable[[_Misfit], tuple[Mistake, Mistake]]:
    def tell(one: _Misfit) -> tuple[Mistake, Mistake]:
        return mistake(fault, found=one.in_words), mistake(remedy, **{name: one.context.get(value)})

    return tell


def _false(one: _Misfit) -> tuple[str, str]:
    error = one.context.get("error", one.message)
    reason = error.args[0] if isinstance(error, ValueError) and error.args else error
    return reason if isinstance(reason, str) else str(reason), mistake("grammar_do")


def _empty(one: _Misfit) -> tuple[Mistake, Mistake]:
    del one
    return mistake("empty_text"), mistake("empty_text_do")


def _long(one: _Misfit) -> tuple[Mistake, Mistake]:
    return mistake("long_text", most=one.context.get("max_length")), mistake("long_text_do")


_TELLS: tuple[tuple[frozenset[str], Callable[[_Misfit], tuple[str, str]]], ...] = (
    (frozenset({"missing"}), _missing),
    (frozenset({"extra_forbidden"}), _extra),
    (frozenset({"string_pattern_mismatch"}), _pattern),
    (frozenset({"value_error"}), _false),
    (frozenset({"string_type"}), _text),
    (frozenset({"string_too_short"}), _empty),
    (frozenset({"string_too_long"}), _long),
    (frozenset({"int_type", "int_parsing", "int_from_float", "float_type", "float_parsing"}), _number),
    (frozenset({"bool_type", "bool_parsing"}), _yes),
    (frozenset({"literal_error"}), _one_of),
    (
        frozenset(
            {
                *("date_type", "date_parsing", "date_from_datetime_parsing"),
                *("date_from_datetime_inexact", "datetime_parsing"),
            }
        ),
        _date,
    ),
    (frozenset({"list_type", "tuple_type"}), _list),
    (frozenset({"dict_type", "mapping_type", "model_type", "model_attributes_type"}), _mapping),
    (frozenset({"too_short"}), _few),
    (frozenset({"too_long"}), _many),
    (frozenset({"greater_than_equal"}), _bound("too_small", "at_least_do", "least", "ge")),
    (frozenset({"greater_than"}), _bound("too_small", "above_do", "least", "gt")),
    (frozenset({"less_than_equal"}), _bound("too_large", "at_most_do", "most", "le")),
    (frozenset({"less_than"}), _bound("too_large", "below_do", "most", "lt")),
)


def _lower_first(text: str) -> str:
    clause = text.replace("Input", "the value")
    return clause[:1].lower() + clause[1:]
