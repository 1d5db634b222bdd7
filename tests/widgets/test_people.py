"""The people of the library: whoever is named by a letter is known as one, and no place is."""

from __future__ import annotations

import re

import pytest

from scenarios.library import CASES, case_ids
from widgets.view import page_labels

# What has a letter and is nobody: places, forms of a test, and what stands before a bare letter or “I”.
NOBODY = {
    "id": {
        "Bentuk",
        "Desa",
        "Kabupaten",
        "Kecamatan",
        "Kota",
        "Nama",
        "Polisi",
        "Polres",
        "Tentang",
        "Warga",
    },
    "en": {"About", "Desa", "Did", "Tomorrow", "Form", "Kabupaten", "Kecamatan", "Kota", "Polres", "Village"},
}
FILES = {"id": "case.yaml", "en": "en.yaml"}


@pytest.mark.parametrize("language", FILES)
def test_whoever_a_case_names_by_a_letter_is_known_as_a_person(language: str) -> None:
    titles = page_labels(language)["texts"]["people"]
    texts = [(CASES / case / FILES[language]).read_text("utf-8") for case in case_ids()]
    strangers = set()
    for text in texts:
        people = {
            match.end() for match in re.finditer(rf"(?<![A-Za-z])(?:{titles}) [A-Z](?![A-Za-z0-9])", text)
        }
        for match in re.finditer(r"([A-Z][a-z]+) ([A-Z])(?![A-Za-z0-9'’])", text):
            word, letter = match.groups()
            if (
                match.end() not in people
                and word not in NOBODY[language]
                and (language, letter) != ("en", "I")
            ):
                strangers.add(match.group())

    assert strangers == set()


@pytest.mark.parametrize("language", FILES)
def test_no_place_counts_as_a_person(language: str) -> None:
    titles = page_labels(language)["texts"]["people"].split("|")

    assert NOBODY[language] & set(titles) == set()
