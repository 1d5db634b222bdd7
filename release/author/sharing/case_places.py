"""Where the files of a case stand: in a lab, and within a bundle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graders.key.earlier import EARLIER
from graders.key.key import key_file
from graders.key.rules import RULES
from graders.key.texts import FINGERPRINTS
from graders.review.round_file import REVIEWS, round_file
from scenarios.directory.sources import SOURCES
from scenarios.language import LANGUAGES, TRANSLATIONS
from scenarios.proof.fingerprints import FILE as FINGERPRINT_FILE

STORIES, SEALED = "cases", "sealed"
GRAPHS = "graphs"
ELSEWHERE = "elsewhere"
STORY_FILE = "case.yaml"
# In a bundle: the sources and rules that its cases rest on.
SOURCES_PART, RULES_PART = "sources.yaml", f"{SEALED}/rules.yaml"


@dataclass(frozen=True, slots=True)
class CasePlaces:
    """The folders of a lab that the files of its cases stand in; the pictures stand beside the cases.

    sources and rules: the files of what the cases rest on.
    """

    cases: Path
    keys: Path
    guides: Path
    sources: Path = SOURCES
    rules: Path = RULES

    @property
    def graphs(self) -> Path:
        """The folder of the pictures."""
        return self.cases.parent / GRAPHS

    def files(self, case_id: str) -> Mapping[str, Path]:
        """Each file that a case may have, by its name in a bundle; the story itself comes last.

        By it others see that the case is there.
        """
        stories = (*(f"{tag}.yaml" for tag in TRANSLATIONS), FINGERPRINT_FILE, STORY_FILE)
        keys = [key_file(case_id, language) for language in LANGUAGES]
        return {
            **{f"{SEALED}/keys/{name}": self.keys / name for name in reversed(keys)},
            f"{SEALED}/keys/{FINGERPRINTS}/{case_id}.yaml": self.keys / FINGERPRINTS / f"{case_id}.yaml",
            round_name(case_id): round_file(case_id, self.keys),
            f"{SEALED}/guides/{case_id}.yaml": self.guides / f"{case_id}.yaml",
            **{f"{STORIES}/{case_id}/{name}": self.cases / case_id / name for name in stories},
        }

    def round_elsewhere(self, case_id: str) -> Path:
        """Where the review round of another lab is stored: it counts for nothing here."""
        return self.keys / REVIEWS / ELSEWHERE / f"{case_id}.yaml"

    def earlier(self, file: Path, version: str) -> Path | None:
        """Where the key or guide `file` is kept once another version takes its place; None for any other."""
        return (
            file.parent / EARLIER / version / file.name if file.parent in {self.keys, self.guides} else None
        )


def round_name(case_id: str) -> str:
    """The name of the review round of a case in a bundle."""
    return f"{SEALED}/keys/{REVIEWS}/{case_id}.yaml"


def is_sealed(name: str) -> bool:
    """Whether what stands under `name` in a bundle is secret: a key, a guide, a round, the rules of keys."""
    return name.startswith(f"{SEALED}/")
