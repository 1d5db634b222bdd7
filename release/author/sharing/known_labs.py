"""The labs whose bundles were taken in here, each with the key it signed the first one with."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationError

from release.author.sharing.words import SharingError, sentence
from release.settings import settings_file
from scenarios.documents.whole_file import OWNER_ALONE, write_whole

SignerStanding: TypeAlias = Literal["known", "first", "renamed", "changed"]
"""Name and key are known together; neither is; the key is, by another name; the name is, with another key."""


class KnownLab(BaseModel):
    """One lab. key: its public key in hexadecimal digits; since: the day on which it was first taken from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    key: str
    since: date


class KnownLabs(BaseModel):
    """All labs that are known here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    labs: tuple[KnownLab, ...] = ()

    def standing(self, name: str, key: str) -> SignerStanding:
        """How a lab that calls itself `name`, and has signed with `key`, stands to those that are known."""
        called = self.called(name)
        if called is not None:
            return "known" if called.key == key else "changed"
        return "first" if self.with_key(key) is None else "renamed"

    def called(self, name: str) -> KnownLab | None:
        """The lab of that name, however it is spaced or capitalised."""
        return next((lab for lab in self.labs if _plain(lab.name) == _plain(name)), None)

    def with_key(self, key: str) -> KnownLab | None:
        """The lab that signs with `key`."""
        return next((lab for lab in self.labs if lab.key == key), None)

    def with_lab(self, lab: KnownLab) -> Self:
        """These, and `lab` in the place of any of its name."""
        others = tuple(one for one in self.labs if _plain(one.name) != _plain(lab.name))
        return self.model_copy(update={"labs": (*others, lab)})


def known_labs_file(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the known labs are kept: beside the settings of this machine."""
    return settings_file(environ).with_name("labs.json")


def read_known_labs(file: Path) -> KnownLabs:
    """The labs that are known; none where there is no file. Raises SharingError."""
    try:
        return KnownLabs.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return KnownLabs()
    except (OSError, ValidationError):
        raise SharingError(sentence("labs_unread", file=file)) from None


def write_known_labs(file: Path, labs: KnownLabs) -> None:
    """Keep the labs that are known. Raises SharingError."""
    try:
        write_whole(file, labs.model_dump_json(indent=1) + "\n", mode=OWNER_ALONE, parents=True)
    except OSError as error:
        raise SharingError(sentence("unwritable", file=file, reason=error.strerror or error)) from None


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
