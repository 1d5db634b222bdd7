"""What the facilitator has settled once and for all on this machine, and where the lab keeps its data."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TextIO

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from scenarios.documents.problem import BadInputError
from scenarios.documents.whole_file import write_whole
from scenarios.language import LANGUAGES, TERMINAL, Language, read_catalogue
from scenarios.sentence import sentences_of

HOME_VARIABLE = "KASUSLAB_HOME"
MAX_PERSON = 200
_TEXTS = Path(__file__).with_name("texts.yaml")
_sentence = sentences_of(_TEXTS)


class SettingsError(BadInputError):
    """The settings cannot be read or kept, or somebody must still be named; a sentence."""


class Settings(BaseModel):
    """What is settled.

    person: who can be spoken to in the room or the programme, or None where nobody was named yet; language:
    of the terminal and of the start page, None while nobody has chosen one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: str | None = Field(default=None, max_length=MAX_PERSON)
    language: Language | None = None


def settings_file(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the settings stand: in KASUSLAB_HOME where it is set, else in the user's configuration."""
    home = environ.get(HOME_VARIABLE)
    return (Path(home) if home else platformdirs.user_config_path("kasuslab")) / "settings.json"


def workshop_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where a workshop keeps its database: in KASUSLAB_HOME where it is set, else in the user's data."""
    home = environ.get(HOME_VARIABLE)
    return (Path(home) if home else platformdirs.user_data_path("kasuslab")) / "workshop"


def courses_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where courses are made by buttons: in KASUSLAB_HOME where it is set, else in the user's data."""
    home = environ.get(HOME_VARIABLE)
    return (Path(home) if home else platformdirs.user_data_path("kasuslab")) / "courses"


def read_settings(file: Path) -> Settings:
    """The settings; empty ones where there is no file. Raises SettingsError."""
    try:
        return Settings.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return Settings()
    except (OSError, ValidationError) as error:
        reason = getattr(error, "strerror", None) or _sentence("settings_other")
        raise SettingsError(_sentence("settings_unreadable", file=file, reason=reason)) from None


def write_settings(file: Path, settings: Settings) -> None:
    """Keep the settings. Raises SettingsError."""
    try:
        write_whole(file, json.dumps(settings.model_dump(), ensure_ascii=False) + "\n", parents=True)
    except OSError as error:
        raise SettingsError(_sentence("settings_unwritable", file=file, reason=error.strerror)) from None


def chosen_language(environ: Mapping[str, str] = os.environ) -> Language | None:
    """The language that was chosen on this machine; None where nobody did, or the settings cannot be read."""
    with contextlib.suppress(SettingsError):
        return read_settings(settings_file(environ)).language
    return None


def settled_language(environ: Mapping[str, str] = os.environ) -> Language:
    """The language of the terminal: the one chosen on this machine, else that of its locale, else the lab's.

    The locale is that of POSIX: LC_ALL before LC_MESSAGES before LANG.
    """
    if (chosen := chosen_language(environ)) is not None:
        return chosen
    named = (environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    tag = next(filter(None, named), "").partition(".")[0].partition("_")[0]
    return tag if tag in LANGUAGES else TERMINAL


def settle_language(language: Language, environ: Mapping[str, str] = os.environ) -> None:
    """Have the terminal and the start page of this machine speak `language`. Raises SettingsError."""
    file = settings_file(environ)
    write_settings(file, read_settings(file).model_copy(update={"language": language}))


def one_line(person: str | None) -> str:
    """A person's name and how to find them, on one line; "" for nobody."""
    return " ".join((person or "").split())[:MAX_PERSON]


def named_person(
    person: str | None,
    file: Path,
    *,
    ask: Callable[[str], str] = input,
    terminal: TextIO | None = None,
) -> str:
    """Who can be spoken to: `person` for this time, else who is in the settings, else asked once and kept.

    terminal: asked only where this is a terminal, standard input by default.
    Raises SettingsError where nobody is named.
    """
    if named := one_line(person):
        return named
    settings = read_settings(file)
    if named := one_line(settings.person):
        return named
    if (terminal or sys.stdin).isatty():
        question = read_catalogue(_TEXTS)["workshop_ask_person"].joined("\n")
        if named := one_line(ask(f"{question}\n> ")):
            write_settings(file, settings.model_copy(update={"person": named}))
            return named
    raise SettingsError(_sentence("settings_nobody"))
