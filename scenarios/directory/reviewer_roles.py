"""The roles of those who review a case: as what somebody reads and signs it, never by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from scenarios.documents.part import Id, Part
from scenarios.language import Language, Texts
from scenarios.library import SCENARIOS, read_model

REVIEWER_ROLES = SCENARIOS / "reviewer_roles.yaml"


class ReviewerRole(Part):
    """One role: what it is called within a sentence."""

    name: Texts


class ReviewerRoles(Part):
    """All roles by their ids."""

    roles: Mapping[Id, ReviewerRole]


@lru_cache(maxsize=8)
def load_reviewer_roles(file: Path = REVIEWER_ROLES) -> Mapping[str, ReviewerRole]:
    """Load the roles by id. Raises ProblemsError."""
    return read_model(file, ReviewerRoles).roles


def role_names(roles: Iterable[str], language: Language) -> tuple[str, ...]:
    """What these roles are called; one that this lab does not know, by its id."""
    known = load_reviewer_roles()
    return tuple(known[role].name[language] if role in known else role for role in roles)
