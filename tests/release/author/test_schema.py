"""The schemas that editors complete from: what they let through, what they refuse, what they explain."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from graders.key.guide import GUIDES
from graders.key.key import KEYS
from release.author.schema import schemas, write_schemas
from scenarios.documents.document import read_document
from scenarios.library import CASES, practice_ids
from tests.places import VARIANTS

MADE = schemas()
FILES: Mapping[str, Callable[[str], Path]] = {
    "case": lambda case_id: CASES / case_id / "case.yaml",
    "en": lambda case_id: CASES / case_id / "en.yaml",
    "key": lambda case_id: KEYS / f"{case_id}.yaml",
    "key.en": lambda case_id: KEYS / f"{case_id}.en.yaml",
    "guide": lambda case_id: GUIDES / f"{case_id}.yaml",
}


def validator(name: str) -> Draft7Validator:
    return Draft7Validator(MADE[f"{name}.schema.json"])


@pytest.mark.parametrize("name", FILES)
def test_a_schema_is_one(name: str) -> None:
    Draft7Validator.check_schema(MADE[f"{name}.schema.json"])


@pytest.mark.parametrize("name", FILES)
def test_the_files_of_every_case_fit(name: str) -> None:
    for case_id in practice_ids():
        data = read_document(FILES[name](case_id)).data

        assert [error.message for error in validator(name).iter_errors(data)] == []


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("case", "law_checked:", "law_cheked:"),
        ("case", "      kind: rating", "      kind: ratting"),
        ("case", "    stage: identification", "    stage: identifikasi"),
        ("case", "  telepon:", "  Telepon:"),
        ("en", "title:", "titel:"),
        ("key", "    competency: K1", "    competence: K1"),
        ("key.en", "    why:", "    whys:"),
        ("guide", "listen:", "lissen:"),
    ],
)
def test_a_mistyped_key_is_refused(name: str, old: str, new: str, tmp_path: Path) -> None:
    text = FILES[name]("teman-gim").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "file.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")

    errors = list(validator(name).iter_errors(read_document(tmp_path / "file.yaml").data))

    assert errors


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("case", VARIANTS / "cases" / "berkas-beredar" / "case.yaml"),
        ("en", VARIANTS / "cases" / "berkas-beredar" / "en.yaml"),
        ("key", VARIANTS / "keys" / "berkas-beredar.yaml"),
        ("key.en", VARIANTS / "keys" / "berkas-beredar.en.yaml"),
    ],
)
def test_a_file_that_varies_fits(name: str, file: Path) -> None:
    errors = validator(name).iter_errors(read_document(file).data)

    assert [error.message for error in errors] == []


def parts(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [schema, *schema.get("definitions", schema.get("$defs", {})).values()]


@pytest.mark.parametrize("name", FILES)
def test_every_field_is_explained_in_both_languages(name: str) -> None:
    for language in ("id", "en"):
        for part in parts(schemas(language)[f"{name}.schema.json"]):
            for described in part.get("properties", {}).values():
                assert described["description"]


def test_schemas_are_written_as_json(tmp_path: Path) -> None:
    written = write_schemas(tmp_path / "new")

    assert [file.name for file in written] == list(MADE)
    assert all(json.loads(file.read_text(encoding="utf-8"))["$schema"] for file in written)
