"""What the facilitator has settled once and for all on this machine, and where the lab keeps its data."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TextIO

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from scenarios.documents.problem import BadInputError
from scenarios.language import read_catalogue
from scenarios.whole_file import write_whole

HOME_VARIABLE = "KASUSLAB_HOME"
MAX_PERSON = 200
_TEXTS = Path(__file__).with_name("texts.yaml")


class SettingsError(BadInputError):
    """The settings cannot be read or kept, or somebody must still be named; a sentence."""


class Settings(BaseModel):
    """person: who can be spoken to in the room or the programme, or None where nobody was named yet."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: str | None = Field(default=None, max_length=MAX_PERSON)


def settings_file(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the settings stand: in KASUSLAB_HOME where it is set, else in the user's configuration."""
    home = environ.get(HOME_VARIABLE)
    return (Path(home) if home else platformdirs.user_config_path("kasuslab")) / "settings.json"


def workshop_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where a workshop keeps its database: in KASUSLAB_HOME where it is set, else in the user's data."""
    home = environ.get(HOME_VARIABLE)
    return (Path(home) if home else platformdirs.user_data_path("kasuslab")) / "workshop"


def read_settings(file: Path) -> Settings:
    """The settings; empty ones where there is no file. Raises SettingsError."""
    try:
        return Settings.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return Settings()
    except (OSError, ValidationError) as error:
        reason = getattr(error, "strerror", None) or "it does not hold what kasuslab wrote"
        raise SettingsError(
            f"{file}: the settings cannot be read ({reason}). Mend the file or remove it."
        ) from None


def write_settings(file: Path, settings: Settings) -> None:
    """Keep the settings. Raises SettingsError."""
    try:
        write_whole(file, json.dumps(settings.model_dump(), ensure_ascii=False) + "\n", parents=True)
    except OSError as error:
        raise SettingsError(f"{file}: the settings cannot be kept ({error.strerror}).") from None


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
    raise SettingsError(
        "Nobody is named whom participants can speak to. Name a person and where to find them: "
        '--person "Ibu R., meja panitia".'
    )
