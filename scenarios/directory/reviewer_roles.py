"""The roles of those who review a case: as what somebody reads and signs it, never by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from scenarios.case import CaseReview
from scenarios.documents.part import Id, Part
from scenarios.language import Language, Texts, read_catalogue
from scenarios.library import SCENARIOS, read_model

REVIEWER_ROLES = SCENARIOS / "reviewer_roles.yaml"
_TEXTS = SCENARIOS / "library.yaml"


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


def review_sentence(review: CaseReview | None, language: Language, day: str = "") -> str:
    """Who has reviewed a case and when, in a sentence: its roles, its day, its panel; "" for a draft.

    day: that of the review, as the page writes a day; year, month and day where left out.
    """
    if review is None:
        return ""
    texts = read_catalogue(_TEXTS)
    *others, last = role_names(review.roles, language)
    both = texts["reviewed_and"][language].format(others=", ".join(others), last=last) if others else last
    text = texts["reviewed_by_panel" if review.experts else "reviewed_by"][language]
    return text.format(roles=both, day=day or review.day.isoformat(), experts=review.experts)
