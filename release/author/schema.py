"""JSON Schemas of the files that an author writes, so that an editor completes them and explains each field.

They are made from the models that read the files; what a field is for stands in ``schema.yaml``.
A schema knows the shape of a file. That its parts fit together is proven by ``kasuslab check``.
"""

from __future__ import annotations

import json
import operator
from collections.abc import Collection, Mapping
from functools import reduce
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel

from graders.key.decision import DecisionKey
from graders.key.guide import Guide
from graders.key.key import VARIED_KEY, KeyHead, KeyTexts, Panel
from graders.key.kinds import KEY_KINDS, key_words
from scenarios.case import Case, DecisionTexts, Fiction, Translation
from scenarios.documents.part import Id, ReadAs
from scenarios.kinds import KINDS, kind_words
from scenarios.language import SOURCE, TRANSLATIONS, Catalogue, Language, Texts, card_of, read_catalogue
from scenarios.loader import VARIED

FIELDS = Path(__file__).with_name("schema.yaml")

Schema: TypeAlias = dict[str, Any]

_DIALECT = "http://json-schema.org/draft-07/schema#"


_DECISIONS = frozenset({DecisionTexts.__name__, *(kind.__name__ for kind in KINDS.values())})
_SAME_IN_ALL = frozenset({Fiction.__name__, Panel.__name__})
_OF_THE_KIND = frozenset({"name", "about", "note"})
ANY_KEY = ReadAs(reduce(operator.or_, KEY_KINDS.values()))


class KeyFile(KeyHead):
    """A key as it stands in its file: the kind of a decision is said by the case."""

    decisions: Mapping[Id, Annotated[DecisionKey, ANY_KEY]]


def schemas(language: Language = SOURCE) -> Mapping[str, Schema]:
    """A schema for each file of a case, by the name of the file that it is to be written to."""
    made = {
        "case": _varied(_schema(Case, language, unwritten=frozenset({"translations"})), VARIED),
        **{tag: _varied(_schema(Translation, language), VARIED) for tag in TRANSLATIONS},
        "key": _varied(_schema(KeyFile, language, unwritten=frozenset({"kind"})), VARIED_KEY),
        **{f"key.{tag}": _varied(_schema(KeyTexts, language), VARIED_KEY) for tag in TRANSLATIONS},
        "guide": _schema(Guide, language),
    }
    return {f"{name}.schema.json": schema for name, schema in made.items()}


def write_schemas(folder: Path, language: Language = SOURCE) -> tuple[Path, ...]:
    """Write all schemas into `folder`, which is made where it is missing; what stood there is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name, schema in schemas(language).items():
        text = json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        (folder / name).write_text(text, encoding="utf-8")
        written.append(folder / name)
    return tuple(written)


def _schema(model: type[BaseModel], language: Language, *, unwritten: frozenset[str] = frozenset()) -> Schema:
    """The schema of `model`, without the fields that the loader puts in and no author writes."""
    schema: Schema = model.model_json_schema(by_alias=True)
    for name, part in [(model.__name__, schema), *schema.get("$defs", {}).items()]:
        for field in unwritten & part.get("properties", {}).keys():
            del part["properties"][field]
            part["required"] = [other for other in part.get("required", []) if other != field]
        _explain(name, part, language)
    _close(schema)
    return {"$schema": _DIALECT, **schema}


def _varied(schema: Schema, roots: Collection[str]) -> Schema:
    """The schema of a file in which a mapping from variant to value may stand for what is under `roots`."""
    for name, part in schema.get("$defs", {}).items():
        fields = part.get("properties", {})
        for field in (
            () if name in _SAME_IN_ALL else fields.keys() & {"ask"} if name in _DECISIONS else [*fields]
        ):
            fields[field] = _varying(fields[field])
    for root in schema["properties"].keys() & set(roots):
        schema["properties"][root] = _varying(schema["properties"][root])
    return schema


def _varying(value: Schema) -> Schema:
    """The schema of a value or of a mapping from variant to such values; so too of each part of a mapping."""
    own = {name: part for name, part in value.items() if name != "description"}
    if isinstance(own.get("additionalProperties"), dict):
        own["additionalProperties"] = _varying(own["additionalProperties"])
    if "patternProperties" in own:
        own["patternProperties"] = {name: _varying(part) for name, part in own["patternProperties"].items()}
    variation = {"type": "object", "minProperties": 2, "additionalProperties": own}
    words = {"description": value["description"]} if "description" in value else {}
    return {**words, "anyOf": [own, variation]}


def _explain(model: str, part: Schema, language: Language) -> None:
    """Put the words for each field of a model in, and take out what was written for programmers."""
    texts = field_words()
    part.pop("description", None)
    part.pop("title", None)
    for field, described in part.get("properties", {}).items():
        described["description"] = _words(texts, model, field, language)
        described.pop("title", None)


def field_words() -> Catalogue:
    """What each field is for; the kinds of decisions say it of their own."""
    files = (*map(kind_words, KINDS), *map(key_words, KEY_KINDS))
    own = {name: words for file in files for name, words in file.items() if name not in _OF_THE_KIND}
    texts = {**read_catalogue(FIELDS), **own}
    about = {name: kind_words(name)["about"] for name in KINDS}
    kinds = Texts.of(lambda language: ", ".join(f"{name} {words[language]}" for name, words in about.items()))
    return {**texts, "kind": texts["kind"].format(kinds=kinds)}


def _words(texts: Catalogue, model: str, field: str, language: Language) -> str:
    """What a field is for. Raises KeyError where the catalogue does not say it."""
    if model == Texts.__name__:
        return texts[model][language].format(language=card_of(field).name)
    text = texts.get(f"{model}.{field}") or texts.get(field)
    if text is None:
        raise KeyError(f"{FIELDS.name} has no words for {model}.{field}")
    return text[language]


def _close(node: object) -> None:
    """Let a mapping whose keys follow a pattern hold no other keys."""
    if isinstance(node, dict):
        if "patternProperties" in node:
            node.setdefault("additionalProperties", False)
        for part in node.values():
            _close(part)
    elif isinstance(node, list):
        for part in node:
            _close(part)
