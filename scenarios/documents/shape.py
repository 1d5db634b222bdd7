"""A document as a model, or a sentence for each thing in it that is not of the model's shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from scenarios.documents.document import DataPath, Document
from scenarios.documents.problem import Problem

M = TypeVar("M", bound=BaseModel)


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
            fault, remedy = _sentence(detail["type"], detail["msg"], detail.get("ctx", {}), detail["loc"])
            problems.append(document.problem(path, fault, remedy, "shape"))
        return None


def _path_in(document: Document, location: tuple[int | str, ...]) -> DataPath:
    # pydantic puts the tag of a union and "[key]" into the path; the file has neither.
    path: DataPath = ()
    for index, part in enumerate(location):
        if (*path, part) in document.lines:
            path = (*path, part)
        elif index == len(location) - 1 and part != "[key]":
            return (*path, part)
    return path


def _sentence(
    kind: str, message: str, context: Mapping[str, object], location: tuple[int | str, ...]
) -> tuple[str, str]:
    name = location[-1] if location else "the document"
    if kind == "missing":
        return f"“{name}” is missing", f"Write “{name}: …” here"
    if kind == "extra_forbidden":
        return f"the key “{name}” is unknown", "Look at its spelling, or take it out"
    if kind == "string_pattern_mismatch":
        return (
            "this is not a valid id or version",
            f"Use lower-case words that match {context.get('pattern')}",
        )
    if kind.startswith("union_tag"):
        tags = context.get("expected_tags")
        return "the kind of the decision is unknown or missing", f"Write “kind:” with one of {tags}"
    if kind == "value_error":
        return str(context.get("error", message)), "Look at the grammar in scenarios/README.md"
    return _lower_first(message.replace("Input", "the value")), "Change the value"


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
