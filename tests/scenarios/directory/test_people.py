"""The people of the library: whoever is named by a letter is known as one, no place is, each has a colour."""

from __future__ import annotations

import re
from string import ascii_uppercase

import pytest

from scenarios.directory.people import PEOPLE_SHEET, people_titles, pieces, with_chips
from scenarios.language import LANGUAGES
from scenarios.library import CASES, case_ids

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
SHEET = PEOPLE_SHEET.read_text("utf-8")
FILES = {"id": "case.yaml", "en": "en.yaml"}


@pytest.mark.parametrize("language", FILES)
def test_whoever_a_case_names_by_a_letter_is_known_as_a_person(language: str) -> None:
    titles = people_titles(language)
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


def test_no_place_counts_as_a_person_in_any_language() -> None:
    titles = {title for language in LANGUAGES for title in people_titles(language).split("|")}

    assert set().union(*NOBODY.values()) & titles == set()


def colours() -> dict[str, str]:
    """The colour of each letter."""
    rules = re.findall(
        r"((?:\.kasuslab-colours \.kasuslab-person-[A-Z],?\s*)+)\{\s*background: (#\w{6});", SHEET
    )
    return {letter: colour for heads, colour in rules for letter in re.findall(r"-([A-Z])\b", heads)}


def luminance(colour: str) -> float:
    """The relative luminance of a colour, as WCAG 2 has it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_white_stands_out_from_the_colour_of_every_letter() -> None:
    assert set(colours()) == set(ascii_uppercase)
    assert [each for each in colours().values() if 1.05 / (luminance(each) + 0.05) < 4.5] == []


@pytest.mark.parametrize("case_id", case_ids())
def test_no_two_people_of_a_case_have_one_colour(case_id: str) -> None:
    texts = [(CASES / case_id / name).read_text("utf-8") for name in FILES.values()]
    letters = {piece.letter for text in texts for piece in pieces(text) if piece.letter}

    assert letters
    assert len({colours()[letter] for letter in letters}) == len(letters)


def test_the_letter_of_a_person_is_a_chip_and_what_is_around_it_stays_text() -> None:
    html = with_chips("<b>Kepala Desa B</b> di Kabupaten C, Anak A1")

    joint, chip = (
        '<span class="kasuslab-joint"> </span>',
        '<span class="kasuslab-person kasuslab-person-B">B</span>',
    )
    assert html == f"&lt;b&gt;Kepala Desa{joint}{chip}&lt;/b&gt; di Kabupaten C, Anak A1"
