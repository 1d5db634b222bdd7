from __future__ import annotations

import io
from pathlib import Path

import pytest

from release.settings import (
    Settings,
    SettingsError,
    chosen_language,
    named_person,
    read_settings,
    settings_file,
    settle_language,
    settled_language,
    workshop_folder,
    write_settings,
)
from scenarios.language import TERMINAL


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def never_ask(question: str) -> str:
    raise AssertionError(question)


def test_everything_stands_in_the_home_that_is_set(tmp_path: Path) -> None:
    environ = {"KASUSLAB_HOME": str(tmp_path)}

    assert settings_file(environ) == tmp_path / "settings.json"
    assert workshop_folder(environ) == tmp_path / "workshop"


def test_settings_come_back_as_they_were_kept(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "settings.json"
    write_settings(file, Settings(person="Ibu R., meja panitia"))

    assert read_settings(file) == Settings(person="Ibu R., meja panitia")


def test_settings_that_cannot_be_read_are_not_taken_for_none(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text('{"person": 7}', encoding="utf-8")

    with pytest.raises(SettingsError, match=r"settings\.json: the settings cannot be read"):
        read_settings(file)


def test_the_language_of_this_machine_is_the_one_that_was_chosen(tmp_path: Path) -> None:
    environ = {"KASUSLAB_HOME": str(tmp_path), "LANG": "en_GB.UTF-8"}
    write_settings(settings_file(environ), Settings(person="Pak D"))

    settle_language("id", environ)

    assert (chosen_language(environ), settled_language(environ)) == ("id", "id")
    assert read_settings(settings_file(environ)).person == "Pak D"


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ({"LANG": "id_ID.UTF-8"}, "id"),
        ({"LC_ALL": "id_ID", "LANG": "en_GB"}, "id"),
        ({"LANG": "tet_TL"}, TERMINAL),
        ({}, TERMINAL),
    ],
)
def test_a_terminal_speaks_as_its_machine_does_until_a_language_is_chosen(
    tmp_path: Path, locale: dict[str, str], language: str
) -> None:
    environ = {"KASUSLAB_HOME": str(tmp_path), **locale}

    assert (chosen_language(environ), settled_language(environ)) == (None, language)


def test_a_person_named_for_this_time_is_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"

    assert named_person(" Ibu R.,\n meja  panitia ", file, ask=never_ask) == "Ibu R., meja panitia"
    assert not file.exists()


def test_a_person_is_asked_for_once(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"

    assert named_person(None, file, ask=lambda _: "Pak D", terminal=Terminal()) == "Pak D"
    assert named_person(None, file, ask=never_ask, terminal=Terminal()) == "Pak D"


@pytest.mark.parametrize("terminal", [io.StringIO(), Terminal()])
def test_nobody_is_a_sentence_that_names_the_flag(tmp_path: Path, terminal: io.StringIO) -> None:
    with pytest.raises(SettingsError, match="--person"):
        named_person("  ", tmp_path / "settings.json", ask=lambda _: "", terminal=terminal)
